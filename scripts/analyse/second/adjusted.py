"""Standardised proportions: predictions of a statsmodels model, variance from stacked equations.

The equations of the model and of the mean predictions are written below one another; the
covariance matrix of all their solutions is A^-1 B A^-T / n (Stefanski and Boos), from which that of
the means is cut out. The first implementation has the influence functions instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from scripts.analyse.second.models import find_fit, flags_as_numbers, separated
from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.penalised import Fit, information
from scripts.analyse.second.selection import Selection, select, with_endpoint

LIBRARIES = (
    "statsmodels Logit or GLM, scipy.optimize, sandwich of stacked estimating equations in numpy"
)
WORDS = ("standard_error", "lower", "upper", "statistic", "p_value")


@dataclass(frozen=True)
class Means:
    """Mean predictions by group and their covariance matrix."""

    groups: list[str]
    means: np.ndarray
    covariance: np.ndarray


def _designs(selection: Selection, covariates: list[str], reference: str) -> dict[str, np.ndarray]:
    """The design as observed, under `""`, and as if everybody were in each group."""
    table = selection.table
    present = [group for group in selection.groups if (table["GROUP"] == group).any()]
    others = [flags_as_numbers(table[name]).to_numpy() for name in covariates]
    told = [group for group in present if group != reference]
    one = np.ones(len(table))
    designs = {"": np.column_stack([one, *((table["GROUP"] == g) * 1.0 for g in told), *others])}
    for group in present:
        designs[group] = np.column_stack([one, *(one * (g == group) for g in told), *others])
    return designs


def _scores(outcome: np.ndarray, design: np.ndarray, fit: Fit, penalised: bool) -> np.ndarray:
    p = expit(design @ fit.params)
    residual = outcome - p
    if penalised:
        root = np.sqrt(p * (1 - p))[:, None] * design
        residual = residual + np.diag(root @ np.linalg.pinv(root)) * (0.5 - p)
    return residual[:, None] * design


def _stacked(
    outcome: np.ndarray, designs: Mapping[str, np.ndarray], fit: Fit, penalised: bool, variance: str
) -> Means:
    """Means and the block of the sandwich that belongs to them."""
    design, groups = designs[""], [group for group in designs if group]
    n, size = design.shape
    predicted = np.column_stack([expit(designs[group] @ fit.params) for group in groups])
    means = predicted.mean(axis=0)
    slopes = np.vstack(
        [(predicted[:, [k]] * (1 - predicted[:, [k]]) * designs[g]).mean(axis=0)
         for k, g in enumerate(groups)]
    )  # fmt: skip
    bread = np.zeros((size + len(groups), size + len(groups)))
    bread[:size, :size] = information(design, fit.params) / n
    bread[size:, :size] = -slopes
    bread[size:, size:] = np.eye(len(groups))
    equations = np.column_stack([_scores(outcome, design, fit, penalised), predicted - means])
    meat = equations.T @ equations / n
    if variance == "model_based":
        meat[:size, :size] = bread[:size, :size]
        meat[:size, size:] = meat[size:, :size] = 0
    inverse = np.linalg.inv(bread)
    covariance = (inverse @ meat @ inverse.T / n)[size:, size:]
    if variance == "influence_function_corrected":
        covariance = covariance * n / (n - size)
    return Means(groups, means, covariance)


def _effect(estimate: float, error: float, level: float, ratio: bool) -> list[float]:
    """Estimate, standard error, limits, z, p; of a ratio all but the first from its logarithm."""
    half = norm.ppf((1 + level) / 2) * error
    ends = np.array([estimate, estimate - half, estimate + half])
    shown = np.exp(ends) if ratio else ends
    z = estimate / error
    return [shown[0], error, shown[1], shown[2], z, 2 * norm.sf(abs(z))]


def _marginal(means: Means, pair: tuple[str, str], level: float) -> dict[str, list[float]]:
    """Each effect of the population by the delta method."""
    a, b = (means.groups.index(group) for group in pair)
    p, q = means.means[a], means.means[b]
    (va, vb), vab = (means.covariance[k, k] for k in (a, b)), means.covariance[a, b]

    def error(one: float, other: float) -> float:
        return float(np.sqrt(one**2 * va + other**2 * vb - 2 * one * other * vab))

    odds = np.log(p / (1 - p)) - np.log(q / (1 - q))
    return {
        "difference": _effect(p - q, error(1, 1), level, ratio=False),
        "ratio": _effect(np.log(p) - np.log(q), error(1 / p, 1 / q), level, ratio=True),
        "marginal_odds_ratio": _effect(
            odds, error(1 / (p * (1 - p)), 1 / (q * (1 - q))), level, ratio=True
        ),
    }


def _add_risks(opinion: Opinion, selection: Selection, means: Means | None) -> None:
    for group in selection.groups:
        events = selection.table.loc[selection.table["GROUP"] == group, "EVENT"]
        share = events.mean() if len(events) else None
        counts = {"count": int(events.sum()), "total": len(events), "proportion": share}
        opinion.add("observed", group, counts)
        values: list[Any] = [None] * 4
        if means is not None and group in means.groups:
            at = means.groups.index(group)
            risk, error = means.means[at], np.sqrt(means.covariance[at, at])
            half = norm.ppf((1 + selection.level) / 2) * error / (risk * (1 - risk))
            logit = np.log(risk / (1 - risk))
            values = [risk, error, expit(logit - half), expit(logit + half)]
        words = ("risk", "standard_error", "lower", "upper")
        shown = dict(zip(words, values, strict=True))
        opinion.add("adjusted", group, {**shown, "level": selection.level})


def _conditional(fit: Fit, place: int, profile: bool) -> list[float]:
    estimate, error = fit.params[place], np.sqrt(fit.covariance[place, place])
    p_value = fit.pvalues[place]
    # The likelihood ratio has one degree of freedom: its statistic is a squared normal deviate.
    statistic = norm.isf(p_value / 2) ** 2 if profile else estimate / error
    return [np.exp(estimate), error, *np.exp(fit.limits[place]), statistic, p_value]


def _pair(
    selection: Selection, analysis: Mapping[str, Any], pair: tuple[str, str]
) -> tuple[Means | None, dict[str, list[Any]]]:
    """The means and the effects of one contrast; none where the model has no estimate."""
    rows = ("difference", "ratio", "marginal_odds_ratio", "conditional_odds_ratio")
    nothing: dict[str, list[Any]] = {row: [None] * 6 for row in rows}
    designs = _designs(selection, list(analysis["covariates"]), pair[1])
    if not set(pair) <= set(designs):
        return None, nothing
    outcome = selection.table["EVENT"].to_numpy(dtype=float)
    method = {"fit": "firth_if_separated", **analysis.get("method", {})}
    found = find_fit(outcome, designs[""], selection.level, method)
    if found is None:
        return None, nothing
    variance = method.get("variance", "influence_function")
    if found.penalised and separated(outcome, designs[""]):
        variance = "model_based"
    means = _stacked(outcome, designs, found.fit, found.penalised, variance)
    told = [group for group in means.groups if group != pair[1]]
    place = 1 + told.index(pair[0])
    effects: dict[str, list[Any]] = {**_marginal(means, pair, selection.level)}
    effects["conditional_odds_ratio"] = _conditional(found.fit, place, found.profile)
    return means, effects


def judge_adjusted(
    analysis: Mapping[str, Any], plan: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> Opinion:
    """The opinion on one adjusted difference."""
    selection = select(analysis, plan, adsl, adresp)
    selection = with_endpoint(selection, adresp, analysis["endpoint"])
    covariates = list(analysis["covariates"])
    selection = selection.keep(selection.table[covariates].notna().all(axis=1))
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    found = [(pair, *_pair(selection, analysis, pair)) for pair in selection.pairs]
    _add_risks(opinion, selection, next((m for _, m, _ in found if m is not None), None))
    for (a, b), _, effects in found:
        for row, values in effects.items():
            first = {"difference": "estimate", "ratio": "risk_ratio"}.get(row, "odds_ratio")
            group = f"{a}-{b}" if row == "difference" else f"{a}/{b}"
            shown = dict(zip((first, *WORDS), values, strict=True))
            opinion.add(row, group, {**shown, "level": selection.level})
    return opinion
