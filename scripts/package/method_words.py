"""A method that ran, in words that leave no quantile open: how each limit and each P value is
taken, and the model where one was fitted."""

from collections.abc import Mapping
from typing import Any

# How limits and P values are taken, by the option of a method and its closed word.
TAKEN: dict[str, dict[str, str]] = {
    "interval": {
        "wald": "limits: normal quantile",
        "wald_corrected": "limits: normal quantile, with a continuity correction",
        "newcombe": "limits: from Wilson limits of each proportion, normal quantile",
        "newcombe_corrected": "limits: from Wilson limits of each proportion with continuity "
        "correction, normal quantile",
        "agresti_caffo": "limits: normal quantile after one success and one failure are added",
        "miettinen_nurminen": "limits: the score test inverted, normal quantile, with N / (N - 1)",
        "mee": "limits: the score test inverted, normal quantile",
        "chan_zhang": "limits: exact unconditional tests inverted, no quantile",
        "santner_snell": "limits: exact unconditional tests inverted, no quantile",
        "mantel_haenszel": "limits: normal quantile",
        "stratified_newcombe": "limits: from Wilson limits in each stratum, normal quantile",
        "stratified_miettinen_nurminen": "limits: the stratified score test inverted, normal "
        "quantile",
        "profile_likelihood": "limits: profile likelihood, chi-square quantile with 1 df",
    },
    "test": {
        "pearson_chi_square": "P value: chi-square distribution, 1 df",
        "pearson_chi_square_corrected": "P value: chi-square distribution, 1 df",
        "fisher_exact": "P value: exact, hypergeometric distribution",
        "barnard": "P value: exact unconditional, the largest over the common proportion",
        "boschloo": "P value: exact unconditional, the largest over the common proportion",
        "cochran_mantel_haenszel": "P value: chi-square distribution, 1 df",
        "cochran_mantel_haenszel_corrected": "P value: chi-square distribution, 1 df",
        "z": "P value: normal distribution",
        "t": "P value: t distribution with the same degrees of freedom as the limits",
        "d2": "P value: F distribution of the pooled statistic (D2)",
        "logrank": "P value: chi-square distribution, groups - 1 df",
        "mann_whitney_exact": "P value: exact distribution of the rank sum",
        "mann_whitney_asymptotic": "P value: normal distribution",
        "mann_whitney_corrected": "P value: normal distribution",
    },
    "ratio": {
        "katz": "limits of the ratio: normal quantile on the log scale",
        "koopman": "limits of the ratio: the score test inverted, normal quantile",
        "miettinen_nurminen": "limits of the ratio: the score test inverted, normal quantile, "
        "with N / (N - 1)",
    },
    "odds_ratio": {
        "woolf": "limits of the odds ratio: normal quantile on the log scale",
        "exact_conditional": "limits of the odds ratio: exact conditional, no quantile",
        "miettinen_nurminen": "limits of the odds ratio: the score test inverted, normal quantile",
    },
    "homogeneity": {
        "breslow_day": "P value of homogeneity: chi-square distribution, strata - 1 df",
        "breslow_day_tarone": "P value of homogeneity: chi-square distribution, strata - 1 df",
    },
    "shift": {
        "hodges_lehmann_exact": "limits of the shift: exact distribution of the rank sum",
        "hodges_lehmann_asymptotic": "limits of the shift: normal quantile",
        "hodges_lehmann_corrected": "limits of the shift: normal quantile",
    },
    "df": {
        "rubin": "limits: t quantile with Rubin's degrees of freedom",
        "barnard_rubin": "limits: t quantile with the degrees of freedom of Barnard and Rubin",
    },
    "transform": {
        "plain": "limits of survival: normal quantile, Greenwood's variance",
        "log": "limits of survival: normal quantile on the log scale, Greenwood's variance",
        "log-log": "limits of survival: normal quantile on the log-log scale, Greenwood's variance",
    },
    "ties": {
        "efron": "limits of hazard ratios: normal quantile on the log scale",
        "breslow": "limits of hazard ratios: normal quantile on the log scale",
    },
}
# Where there is one completed data set nothing varies between imputations.
SINGLE = "limits: normal quantile, because there is one completed data set"
PROFILE = "profile_likelihood"
LOGISTIC_LIMITS = {
    "wald": "limits: normal quantile on the scale of the log odds",
    PROFILE: "limits: profile likelihood, chi-square quantile with 1 df",
}
STANDARDISED_LIMITS = (
    "limits of the difference: normal quantile; of ratios on the log scale, of risks on the logit "
    "scale"
)
LIKELIHOOD = {
    "maximum_likelihood": "maximum likelihood",
    "firth": "Firth's penalised likelihood",
    "firth_if_separated": "maximum likelihood, Firth's penalised likelihood under separation",
}
MEDIAN_LIMITS = "limits of the median: Brookmeyer and Crowley, from the limits of survival"
CHI_SQUARE = "P values of the tests: chi-square distribution"
FITTED_LOGISTIC, ADJUSTED, COMPLETED = "logistic", "adjusted_difference", "difference_imputed"
SURVIVAL, HAZARDS = "time_to_event", "hazard_sensitivity"


def taken_words(kind: str, method: Mapping[str, Any], planned: Mapping[str, Any]) -> list[str]:
    """How limits and P values of a result are taken; nothing where it has none.

    Raises KeyError for an option of which nothing is known here.
    """
    options = {**planned, **method["options"]}
    if kind == FITTED_LOGISTIC:
        return [
            LOGISTIC_LIMITS[options.get("interval", "wald")],
            _logistic_p(options),
        ]
    if kind == ADJUSTED:
        return [STANDARDISED_LIMITS, TAKEN["test"][method.get("test", "z")]]
    texts = []
    for key, words in TAKEN.items():
        if key == "df" and "df" in options:
            texts.append(SINGLE if method.get("test") == "z" else words[options["df"]])
        elif key == "test":
            if method.get("test"):
                texts.append(words[method["test"]])
        elif key in options and key != "df":
            texts.append(words[options[key]])
    if kind == SURVIVAL:
        texts.append(MEDIAN_LIMITS)
    return [*texts, CHI_SQUARE] if kind == HAZARDS else texts


def _logistic_p(options: Mapping[str, Any]) -> str:
    if options.get("interval") == PROFILE:
        return "P value: likelihood ratio, chi-square distribution, 1 df"
    return "P value: normal distribution (Wald)"


def model_words(
    kind: str,
    method: Mapping[str, Any],
    analysis: Mapping[str, Any],
    outcome: str,
    labels: Mapping[str, str],
) -> list[str]:
    """The model of a result: outcome, link, terms and variance; nothing where none was fitted.

    `outcome` is the response or the time in words, `labels` has words for terms by variable.
    """
    options = {**analysis.get("method", {}), **method["options"]}

    def listed(names: Any) -> str:
        return ", ".join(f"{labels[n]} ({n})" if n in labels else str(n) for n in names)

    if kind == FITTED_LOGISTIC:
        fit = LIKELIHOOD[options.get("fit", "maximum_likelihood")]
        return [
            f"Model: logistic regression of {outcome}, logit link, {fit}; terms: "
            f"{listed(analysis['terms'])}; variance: inverse of the information matrix"
        ]
    if kind == ADJUSTED:
        fit = LIKELIHOOD[options.get("fit", "maximum_likelihood")]
        return [
            f"Model: logistic regression of {outcome}, logit link, {fit}; terms: group, "
            f"{listed(analysis['covariates'])}; risks standardised over all subjects of the "
            "analysis; variance as the method says"
        ]
    if kind == COMPLETED:
        return [_completed_model(options, analysis, outcome, listed)]
    if kind in (SURVIVAL, HAZARDS) and "ties" in options:
        return [_hazards_model(options, outcome, listed)]
    return []


def _hazards_model(options: Mapping[str, Any], outcome: str, listed: Any) -> str:
    strata = options.get("stratify_by")
    stratified = f", stratified by {listed(strata)}" if strata else ""
    return (
        f"Model: Cox proportional hazards regression of {outcome}, log link of the hazard, term: "
        f"group{stratified}; ties: {options['ties'].capitalize()}; variance: inverse of the "
        "information matrix"
    )


def _completed_model(
    options: Mapping[str, Any], analysis: Mapping[str, Any], outcome: str, listed: Any
) -> str:
    estimator = options.get("estimator", "linear")
    terms = ", ".join(filter(None, ["group", listed(analysis.get("covariates", []))]))
    if estimator == "logistic":
        return (
            f"Model in each completed data set: logistic regression of {outcome}, logit link, "
            f"terms: {terms}; variance: inverse of the information matrix"
        )
    if estimator == "linear":
        return (
            f"Model in each completed data set: linear regression of {outcome} (1 or 0), identity "
            f"link, terms: {terms}; one residual variance"
        )
    return f"In each completed data set: difference of the proportions of {outcome}, Wald variance"


def software_words(method: Mapping[str, Any]) -> str:
    """What did the arithmetic, with versions."""
    software = dict(method["software"])
    own = f"{software.pop('package')} {software.pop('version')}"
    return "Software: " + ", ".join([own, *(f"{k} {v}" for k, v in sorted(software.items()))])
