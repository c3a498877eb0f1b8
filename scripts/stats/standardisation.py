"""Effects adjusted for covariates that hold for the whole population: standardisation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from scripts.stats.arguments import (
    FloatArray,
    checked_binary,
    checked_matrix,
    checked_names,
    checked_vector,
    checked_word,
)
from scripts.stats.distributions import normal_critical, normal_p_value
from scripts.stats.firth import fit_logistic
from scripts.stats.logistic_likelihood import leverages
from scripts.stats.logistic_result import LogisticResult
from scripts.stats.separation import find_separation

VARIANCES = {
    "influence_function": "influence-function (sandwich) variance of standardised risks, "
    "valid whether or not the model holds",
    "influence_function_corrected": "influence-function (sandwich) variance of standardised "
    "risks, valid whether or not the model holds, times n / (n - coefficients)",
    "model_based": "model-based variance of standardised risks, with that of the covariates",
}


@dataclass(frozen=True)
class Effect:
    """An estimate with its standard error, Wald limits and test.

    Attributes
    ----------
    estimate : float
        The effect; nan when not estimable.
    standard_error : float
        Of the difference; of the logarithm of a ratio.
    lower, upper : float
        Limits; of a ratio, from its logarithm.
    statistic, p_value : float
        z and its two-sided p value.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    statistic: float
    p_value: float


@dataclass(frozen=True, eq=False)
class StandardisedResult:
    """Standardised risks of all groups, and the effects of one against another.

    Attributes
    ----------
    groups : tuple of int
        The groups in order.
    risk, standard_error, lower, upper : array, shape (groups,)
        Mean predicted probability had all subjects been in the group; limits from its logit.
    covariance : array, shape (groups, groups)
        Covariance matrix of the risks.
    difference, ratio, odds_ratio : Effect
        Of the first group against the second, for the population (marginal).
    conditional : Effect
        Odds ratio of the model, for given covariates; limits and test as its `interval` says.
    model : LogisticResult
        The fitted model, the second group as its reference.
    variance, label : str
        Closed word of the variance that ran, and the words for a reader.
    """

    groups: tuple[int, ...]
    risk: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    covariance: FloatArray
    difference: Effect
    ratio: Effect
    odds_ratio: Effect
    conditional: Effect
    model: LogisticResult
    variance: str
    label: str


def effect(estimate: float, error: float, level: float, logarithm: bool = False) -> Effect:
    """Return an effect with Wald limits; `estimate` and `error` of a ratio are of its logarithm."""
    half = normal_critical(level) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        z = float(np.float64(estimate) / error)
    values = np.array([estimate, estimate - half, estimate + half])
    shown = np.exp(values) if logarithm else values
    p_value = float(normal_p_value(z))
    return Effect(float(shown[0]), error, float(shown[1]), float(shown[2]), z, p_value)


def score_of(design: FloatArray, y: FloatArray, fitted: LogisticResult) -> FloatArray:
    """Return what each subject adds to the score, shape (n, coefficients).

    After Firth's fit the residual is that of its score, so that the sum is zero there as well.
    """
    at = leverages(design.T, fitted.coefficient)
    residual = y - at.fitted
    if fitted.method == "firth":
        residual = residual + at.leverage * (0.5 - at.fitted)
    return np.asarray(residual[:, None] * design, dtype=np.float64)


def standardised_risks(
    x: FloatArray, y: FloatArray, indicators: FloatArray, fitted: LogisticResult, variance: str
) -> tuple[FloatArray, FloatArray]:
    """Return the risk of each group and their covariance matrix by the variance asked for.

    `indicators` has the columns of `x` that tell the groups apart, one row a group. Without a
    finite fit all are nan.
    """
    groups = len(indicators)
    if not fitted.converged:
        return np.full(groups, np.nan), np.full((groups, groups), np.nan)
    n, design, others = len(y), np.column_stack([np.ones(len(y)), x]), x[:, indicators.shape[1] :]
    risks, away, slopes = [], [], []
    for row in indicators:
        as_if = np.column_stack([np.ones(n), np.tile(row, (n, 1)), others])
        predicted = special.expit(as_if @ fitted.coefficient)
        risks.append(float(predicted.mean()))
        away.append(predicted - risks[-1])
        slopes.append(as_if.T @ (predicted * (1 - predicted)))
    far, slope = np.column_stack(away), np.column_stack(slopes)
    if variance == "model_based":
        return np.array(risks), (far.T @ far + slope.T @ fitted.covariance @ slope) / n**2
    influence = far + score_of(design, y, fitted) @ fitted.covariance @ slope
    covariance = influence.T @ influence / n**2
    if variance == "influence_function_corrected":
        left = n - design.shape[1]
        covariance *= n / left if left > 0 else np.nan
    return np.array(risks), covariance


def effects_of(
    risk: FloatArray, covariance: FloatArray, pair: tuple[int, int], level: float
) -> tuple[Effect, Effect, Effect]:
    """Return difference, ratio and odds ratio of two risks by the delta method."""
    p = risk[list(pair)]
    block = covariance[np.ix_(pair, pair)]

    def error(slopes: FloatArray) -> float:
        return float(np.sqrt(slopes @ block @ slopes))

    sign = np.array([1.0, -1.0])
    odds = p * (1 - p)
    logit = special.logit(p)
    return (
        effect(float(p[0] - p[1]), error(sign), level),
        effect(float(np.log(p[0] / p[1])), error(sign / p), level, logarithm=True),
        effect(float(logit[0] - logit[1]), error(sign / odds), level, logarithm=True),
    )


def conditional_of(fitted: LogisticResult, place: int) -> Effect:
    """Return the odds ratio of a coefficient with the limits and p value of the fit."""
    wald = fitted.interval == "wald"
    return Effect(
        estimate=float(fitted.odds_ratio[place]),
        standard_error=float(fitted.standard_error[place]),
        lower=float(fitted.lower[place]),
        upper=float(fitted.upper[place]),
        statistic=float(fitted.z[place] if wald else fitted.chi_square[place]),
        p_value=float(fitted.p_value[place]),
    )


def checked_comparison(group: ArrayLike, first: int, second: int) -> tuple[NDArray[np.int64], list]:
    """Return the groups as whole numbers and the list of them; both of a pair must be there."""
    given = checked_vector(group, "group")
    if (given != np.floor(given)).any():
        raise ValueError("group must hold whole numbers")
    numbers = given.astype(np.int64)
    known = sorted(set(numbers.tolist()))
    lacking = [str(one) for one in (first, second) if one not in known]
    if lacking or first == second:
        words = f"no subject is in: {', '.join(lacking)}" if lacking else "they are the same"
        raise ValueError(f"groups {first} and {second} cannot be compared; {words}")
    return numbers, known


def logit_limits(risk: FloatArray, error: FloatArray, level: float) -> tuple[FloatArray, ...]:
    """Return limits of risks, normal ones on the scale of the logit."""
    logit, half = special.logit(risk), normal_critical(level) * error / (risk * (1 - risk))
    return special.expit(logit - half), special.expit(logit + half)


def standardised_difference(
    group: ArrayLike,
    covariates: ArrayLike,
    y: ArrayLike,
    first: int = 1,
    second: int = 0,
    names: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    fit: str = "maximum_likelihood",
    interval: str = "wald",
    variance: str = "influence_function",
) -> StandardisedResult:
    """Compare two randomised groups, adjusted for baseline covariates, by standardisation.

    Parameters
    ----------
    group : array_like, shape (n,)
        The group of each subject, a whole number; two groups or more.
    covariates : array_like, shape (n, p)
        Baseline covariates; p may be 0.
    y : array_like, shape (n,)
        Outcome, 0 or 1.
    first, second : int
        The groups that are compared, first minus (over) second.
    names : sequence of str, optional
        Names of the covariates.
    level : float
        Confidence level, e.g. 0.95.
    fit, interval : str
        Of the logistic model, as in `fit_logistic`.
    variance : str
        "influence_function", "influence_function_corrected" or "model_based".

    Returns
    -------
    StandardisedResult

    Notes
    -----
    Formula: p(g) = Σ expit(β0 + β(g) + γ x) / n over all subjects; p(1) - p(0), p(1) / p(0), odds.

    Logistic regression on group and covariates without their products; each subject's probability
    is predicted as if in each group, and averaged (g-computation), as FDA's guidance describes it.
    The variance is that of the influence function p(g, x) - p(g) + D(g)' I^-1 s, s the subject's
    score, I the mean information and D(g) the mean slope of the prediction: the sandwich of
    the stacked estimating equations (Stefanski and Boos), which counts the covariates as drawn
    from a population (Ge's formula does not) and does not need the model to be right when
    subjects are randomised. Limits of the difference are normal ones, of ratios on the logarithm,
    of a risk on its logit. Without covariates the risks are the observed proportions and the
    variance of their difference is that of Wald's interval. After Firth's fit the score is the
    penalised one. Where a group has no or only responses residuals tell nothing of the error, so
    Firth's fit of separated data, asked for or fallen back on, has the model-based variance
    Σ (p(g, x) - p(g))² / n² + D(g)' I^-1 D(g) / n whatever was asked for. Under separation by
    maximum likelihood nothing is estimable (nan). A group that is no whole number or without
    subjects, constant or collinear columns raise ValueError.

    References
    ----------
    FDA. Adjusting for covariates in randomized clinical trials for drugs and biological products,
    guidance for industry. May 2023. Steingrimsson JA, Hanley DF, Rosenblum M. Improving precision
    by adjusting for prognostic baseline variables in randomized trials with binary outcomes,
    without regression model assumptions. Contemp Clin Trials 2017;54:18-24. Stefanski LA, Boos DD.
    The calculus of M-estimation. Am Stat 2002;56:29-38. Ge M, et al. Covariate-adjusted difference
    in proportions from clinical trials using logistic regression and weighted risk differences.
    Drug Inf J 2011;45:481-93.
    """
    checked_word(variance, VARIANCES, "variance")
    numbers, known = checked_comparison(group, first, second)
    outcome = checked_binary(y, numbers.size, "y").astype(np.float64)
    matrix = checked_matrix(covariates, numbers.size, "covariates")
    others = [one for one in known if one != second]
    x = np.column_stack([*((numbers == one) * 1.0 for one in others), matrix])
    terms = [*(f"group {one}" for one in others), *checked_names(names, matrix.shape[1])]
    fitted = fit_logistic(x, outcome, terms, level=level, fit=fit, interval=interval)
    # A sandwich of residuals that the penalty has taken away would be next to nothing.
    if fitted.method == "firth" and (fitted.separation or find_separation(x, outcome)).subjects:
        variance = "model_based"
    indicators = np.array([[float(one == other) for other in others] for one in known])
    risk, covariance = standardised_risks(x, outcome, indicators, fitted, variance)
    error = np.sqrt(np.diag(covariance))
    lower, upper = logit_limits(risk, error, level)
    pair = (known.index(first), known.index(second))
    difference, ratio, odds_ratio = effects_of(risk, covariance, pair, level)
    return StandardisedResult(
        groups=tuple(known),
        risk=risk,
        standard_error=error,
        lower=lower,
        upper=upper,
        covariance=covariance,
        difference=difference,
        ratio=ratio,
        odds_ratio=odds_ratio,
        conditional=conditional_of(fitted, 1 + others.index(first)),
        model=fitted,
        variance=variance,
        label=f"Standardisation after {fitted.label[0].lower()}{fitted.label[1:]}; "
        f"{VARIANCES[variance]}",
    )
