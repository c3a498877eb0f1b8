"""Cox's proportional hazards model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import (
    FloatArray,
    checked_matrix,
    checked_names,
    checked_strata,
    checked_survival,
    checked_word,
)
from scripts.stats.distributions import normal_critical, normal_p_value
from scripts.stats.newton import Maximum, maximise, standardise
from scripts.stats.risk_sets import partial_likelihood, risk_sets

TIES = {"efron": "Efron", "breslow": "Breslow"}


@dataclass(frozen=True, eq=False)
class CoxResult:
    """A fitted Cox model; arrays hold one element for each column of x.

    Attributes
    ----------
    names : tuple of str
        Columns of x.
    coefficient, standard_error : array, shape (p,)
        Log hazard ratios for one unit of x, and standard errors from the observed information.
    hazard_ratio, lower, upper : array, shape (p,)
        exp(coefficient) and Wald limits.
    z, p_value : array, shape (p,)
        Wald statistics and two-sided p values.
    covariance : array, shape (p, p)
        Covariance matrix of the coefficients.
    loglik, loglik_null : float
        Log partial likelihood at the maximum and with all coefficients zero.
    n, events : int
        Subjects and events.
    converged : bool
        Whether a finite maximum was found; if not, estimates are nan.
    problem : str
        "", "no_events", "infinite_estimate" or "not_converged".
    level : float
        Confidence level.
    ties, label : str
        Closed word and the words for a reader.
    strata : int
        Number of strata; 1 when the model has none.
    """

    names: tuple[str, ...]
    coefficient: FloatArray
    standard_error: FloatArray
    hazard_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    p_value: FloatArray
    covariance: FloatArray
    loglik: float
    loglik_null: float
    n: int
    events: int
    converged: bool
    problem: str
    level: float
    ties: str
    label: str
    strata: int = 1


def _maximum(
    times: FloatArray,
    had_event: NDArray[np.bool_],
    x: FloatArray,
    ties: str,
    strata: NDArray[np.int64] | None,
) -> Maximum:
    """Return the maximum of the partial likelihood; without events there is none."""
    columns = x.shape[1]
    if not had_event.any():
        nothing = np.full((columns, columns), np.nan)
        return Maximum(nothing[0], nothing, 0.0, 0.0, 0, "no_events")
    sets = risk_sets(times, had_event, x, ties, strata)
    return maximise(lambda beta: partial_likelihood(sets, beta), columns)


def as_given(fit: Maximum, spread: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and covariance for the columns before they were standardised."""
    return fit.coefficient / spread, fit.covariance / np.outer(spread, spread)


def cox(
    time: ArrayLike,
    event: ArrayLike,
    x: ArrayLike,
    ties: str = "efron",
    level: float = 0.95,
    names: Sequence[str] | None = None,
    strata: ArrayLike | None = None,
) -> CoxResult:
    """Fit Cox's proportional hazards model to right-censored times.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    x : array_like, shape (n,) or (n, p)
        Covariates; a group is a column of 0 and 1, 1 being the numerator of the hazard ratio.
    ties : str
        "efron" or "breslow".
    level : float
        Confidence level, e.g. 0.95.
    names : sequence of str, optional
        Names of the columns; x1, x2, ... when not given.
    strata : array_like, shape (n,), optional
        Stratum of each subject: each has a baseline hazard of its own, the coefficients are
        common to all.

    Returns
    -------
    CoxResult

    Notes
    -----
    Formula: hazard h(t | x) = h0(t) exp(β x), β at the maximum of the partial likelihood.

    Newton-Raphson on the log partial likelihood; variance from the inverse observed information;
    normal (Wald) limits and p values. Subjects censored at an event time are in its risk set.
    With strata the log partial likelihoods of the strata are added up, each with its own risk sets.
    Without events, or when the likelihood is monotone (e.g. all events in one group and each while
    the other is at risk), there is no finite estimate: estimates are nan, `converged` is False and
    `problem` says why. Constant or collinear columns (a single group) and n = 0 raise ValueError.

    References
    ----------
    Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220. Efron B. The
    efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557-65.
    Breslow N. Covariance analysis of censored survival data. Biometrics 1974;30:89-99.
    """
    words = TIES[checked_word(ties, TIES, "ties")]
    times, had_event = checked_survival(time, event)
    matrix = checked_matrix(x, times.size, "x")
    columns = checked_names(names, matrix.shape[1])
    number, count = checked_strata(strata, times.size)
    critical = normal_critical(level)
    scaled, scaling = standardise(matrix, columns)
    fit = _maximum(times, had_event, scaled, ties, number)
    coefficient, covariance = as_given(fit, scaling.spread)
    error = np.sqrt(np.diag(covariance))
    kind = "Cox" if strata is None else "Stratified Cox"
    return CoxResult(
        names=columns,
        coefficient=coefficient,
        standard_error=error,
        hazard_ratio=np.exp(coefficient),
        lower=np.exp(coefficient - critical * error),
        upper=np.exp(coefficient + critical * error),
        z=coefficient / error,
        p_value=normal_p_value(coefficient / error),
        covariance=covariance,
        loglik=fit.loglik,
        loglik_null=fit.loglik_start,
        n=times.size,
        events=int(had_event.sum()),
        converged=not fit.problem,
        problem=fit.problem,
        level=float(level),
        ties=ties,
        label=f"{kind} proportional hazards model, {words}'s method for ties",
        strata=count,
    )
