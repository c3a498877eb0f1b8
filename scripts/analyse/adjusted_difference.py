"""The difference in proportions adjusted for baseline covariates, by standardisation."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    count_of,
    group_entries,
    method_of,
    numbers,
)
from scripts.analyse.terms import check_fit, compute_terms, fit_words
from scripts.stats.standardisation import (
    VARIANCES,
    Effect,
    StandardisedResult,
    standardised_difference,
)

# The word of the method in a result, by the fit that is planned.
NAMES = {
    "maximum_likelihood": "standardised_difference",
    "firth": "standardised_difference_firth",
    "firth_if_separated": "standardised_difference_either",
}
RATIOS = {
    "ratio": "risk_ratio",
    "marginal_odds_ratio": "odds_ratio",
    "conditional_odds_ratio": "odds_ratio",
}
LABELS = {
    "observed": "Observed",
    "adjusted": "Adjusted",
    "difference": "Difference, adjusted",
    "ratio": "Ratio of proportions, adjusted",
    "marginal_odds_ratio": "Odds ratio, adjusted, of the population",
    "conditional_odds_ratio": "Odds ratio, for given covariates",
}


def known_covariates(
    subjects: AnalysisSet, analysis: Analysis, labels: Mapping[str, str]
) -> AnalysisSet:
    """The subjects with the endpoint and every covariate; the others by what they lack."""
    missing = subjects.subjects[analysis["endpoint"]].isna()
    subjects = subjects.without(missing, "The endpoint is missing")
    for name in analysis["covariates"]:
        lost = subjects.subjects[name].isna()
        subjects = subjects.without(lost, f"A covariate is missing: {labels.get(name, name)}")
    return subjects


def compare(
    subjects: AnalysisSet,
    analysis: Analysis,
    codes: Mapping[str, int],
    pair: tuple[str, str],
    level: float,
) -> StandardisedResult | None:
    """Both groups compared; None where one is empty, or a covariate is constant or a copy."""
    group = subjects.subjects[subjects.variable]
    number = pd.Series(-1, index=group.index)
    for one in subjects.groups:
        number = number.mask((group == one.value).to_numpy(bool), codes[one.id])
    covariates = list(analysis["covariates"])
    method = analysis.get("method", {})
    try:
        return standardised_difference(
            number.to_numpy(float),
            compute_terms(subjects.subjects, covariates).to_numpy(float),
            (subjects.subjects[analysis["endpoint"]] == "Y").to_numpy(float),
            codes[pair[0]],
            codes[pair[1]],
            covariates,
            level=level,
            fit=method.get("fit", "firth_if_separated"),
            interval=method.get("interval", "wald"),
            variance=method.get("variance", "influence_function"),
        )
    except ValueError:
        return None


def effect_rows(row: str, group: str, found: Effect | None, word: str, level: float) -> Rows:
    """One effect with its limits and test; every number is None where there is no effect."""
    words = ("standard_error", "lower", "upper", "statistic", "p_value")
    values: dict[str, Any] = dict.fromkeys((word, *words))
    if found is not None:
        values = {word: found.estimate, **{name: getattr(found, name) for name in words}}
    return numbers(row, group, **values, level=level)


def contrast_rows(pair: tuple[str, str], found: StandardisedResult | None, level: float) -> Rows:
    """Difference, ratio and both odds ratios of one contrast."""
    a, b = pair
    difference = found.difference if found else None
    rows = effect_rows("difference", f"{a}-{b}", difference, "estimate", level)
    effects: dict[str, Effect | None] = {
        "ratio": found.ratio if found else None,
        "marginal_odds_ratio": found.odds_ratio if found else None,
        "conditional_odds_ratio": found.conditional if found else None,
    }
    for row, word in RATIOS.items():
        rows += effect_rows(row, f"{a}/{b}", effects[row], word, level)
    return rows


def risk_rows(
    subjects: AnalysisSet,
    endpoint: str,
    codes: Mapping[str, int],
    found: StandardisedResult | None,
    level: float,
) -> Rows:
    """Observed counts of each group, then its standardised risk with limits."""
    rows: Rows = []
    for group in subjects.groups:
        inside = subjects.of(group)
        rows += count_of("observed", group.id, int((inside[endpoint] == "Y").sum()), len(inside))
    for group in subjects.groups:
        place = codes[group.id]
        values = dict.fromkeys(("risk", "standard_error", "lower", "upper"), np.nan)
        if found is not None and place in found.groups:
            at = found.groups.index(place)
            values = {word: float(getattr(found, word)[at]) for word in values}
        rows += numbers("adjusted", group.id, **values, level=level)
    return rows


def method_words(analysis: Analysis) -> dict[str, Any]:
    """The fit, the variance and the covariates as they are planned."""
    method = analysis.get("method", {})
    fit = method.get("fit", "firth_if_separated")
    chosen = method.get("variance", "influence_function")
    variance = VARIANCES[chosen]
    if fit != "maximum_likelihood" and chosen != "model_based":
        variance += f" (under separation: {VARIANCES['model_based']})"
    words = fit_words(fit, method.get("interval", "wald"))
    label = f"Standardisation (g-computation) after logistic regression ({words}); {variance}"
    options = {"covariates": list(analysis["covariates"])}
    return method_of(NAMES[fit], label, options, test="z", test_label="z test")


def describe_models(
    found: Sequence[StandardisedResult | None], analysis: Analysis, labels: Mapping[str, str],
    codes: Mapping[str, int],
) -> list[str]:  # fmt: skip
    """What a reader must know about the fits, said once; groups by their names."""
    words = {f"group {number}": name for name, number in codes.items()} | dict(labels)
    warnings: list[str] = []
    for one in found:
        terms = [*analysis["covariates"], *list(codes)[1:]]
        said = check_fit(one.model if one else None, terms, words)
        if one is None:
            said = ["A group is empty, or a covariate does not vary or copies another."]
        warnings += said
        if one is not None and one.variance != analysis.get("method", {}).get(
            "variance", "influence_function"
        ):
            warnings.append("The variance is the model-based one.")
    return list(dict.fromkeys(warnings))


def adjusted_difference(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Adjusted proportions of all groups, and the effects of every contrast."""
    labels = {**LABELS, **analysis.get("labels", {})}
    subjects = known_covariates(subjects, analysis, labels)
    level = plan["settings"]["confidence_level"]
    codes = {group.id: place for place, group in enumerate(subjects.groups)}
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    found = [compare(subjects, analysis, codes, pair, level) for pair in contrasts]
    fitted = next((one for one in found if one is not None), None)
    endpoint = analysis["endpoint"]
    statistics = risk_rows(subjects, endpoint, codes, fitted, level)
    for pair, one in zip(contrasts, found, strict=True):
        statistics += contrast_rows(pair, one, level)
    having = {g.id: int((subjects.of(g)[endpoint] == "Y").sum()) for g in subjects.groups}
    shown = {group.id: group.label for group in subjects.groups}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, having),
        method=method_words(analysis),
        statistics=statistics,
        warnings=describe_models(
            found, analysis, labels, {shown[code]: place for code, place in codes.items()}
        ),
        labels=labels,
    )
