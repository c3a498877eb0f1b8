"""Logistic models by statsmodels, and what it lacks by penalised.py."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.stats import norm
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.penalised import Fit, information, maximum, profiled
from scripts.analyse.second.selection import Selection, select, with_endpoint

LIBRARIES = "statsmodels.discrete.discrete_model.Logit, scipy.optimize.linprog for separation"
ENDLESS_REASON = (
    "a profile of a likelihood without a maximum, which no library follows; the tests of the "
    "estimator compare it with a search over a grid"
)
STATISTICS = ("coefficient", "standard_error", "odds_ratio", "lower", "upper", "p_value")


def is_flag(values: pd.Series) -> bool:
    """Whether a variable holds words, which must be Y and N."""
    return not pd.api.types.is_numeric_dtype(values)


def flags_as_numbers(values: pd.Series) -> pd.Series:
    """Y and N as 1 and 0; numbers as they are."""
    return values.map({"Y": 1.0, "N": 0.0}) if is_flag(values) else values.astype(float)


def separated(outcome: np.ndarray, design: np.ndarray) -> bool:
    """Whether some direction of coefficients never makes the outcome less likely (Konis 2007).

    Then the likelihood has no maximum. Found by a linear programme, so that no bound on the
    size of an estimate is needed.
    """
    toward = np.where(outcome == 1, 1.0, -1.0)[:, None] * design
    scaled = toward / np.abs(design).max(axis=0)
    found = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1))
    return bool(-found.fun > 1e-7)


@dataclass(frozen=True)
class Found:
    """A fit, whether it has Firth's penalty, and whether its limits are those of a profile."""

    fit: Fit
    penalised: bool
    profile: bool


def find_fit(
    outcome: np.ndarray, design: np.ndarray, level: float, method: Mapping[str, Any]
) -> Found | None:
    """The fit that the plan asks for; None where it has no finite estimate."""
    wanted = method.get("fit", "maximum_likelihood")
    profile = method.get("interval", "wald") == "profile_likelihood"
    largest = np.abs(design).max(axis=0, initial=0.0)
    if not largest.all() or np.linalg.matrix_rank(design / largest) < design.shape[1]:
        return None
    endless = wanted != "firth" and separated(outcome, design)
    if endless and wanted == "maximum_likelihood":
        return None
    penalised = endless or wanted == "firth"
    if profile or endless:
        return Found(profiled(outcome, design, level, penalised), penalised, profile=True)
    if penalised:
        params, _ = maximum(outcome, design, None, 0.0, penalised=True)
        covariance = np.linalg.inv(information(design, params))
        return Found(_wald(params, covariance, level), penalised=True, profile=False)
    found = fit(outcome, design)
    return Found(_wald(found.params, found.cov_params(), level), penalised=False, profile=False)


def _wald(params: np.ndarray, covariance: np.ndarray, level: float) -> Fit:
    """Normal limits and p values."""
    error = np.sqrt(np.diag(covariance))
    half = norm.ppf((1 + level) / 2) * error
    limits = np.column_stack([params - half, params + half])
    return Fit(params, covariance, limits, 2 * norm.sf(np.abs(params / error)))


def fit(outcome: np.ndarray, design: np.ndarray) -> Any:
    """The fitted model, which must have a finite estimate."""
    with warnings.catch_warnings():
        # Newton's steps are taken until they are lost in rounding; that they then stop is no news.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return Logit(outcome, design).fit(method="newton", tol=1e-12, maxiter=100, disp=0)


def _add_terms(opinion: Opinion, names: list[str], found: Found | None, level: float) -> None:
    for place, name in enumerate(names):
        values: dict[str, Any] = dict.fromkeys(STATISTICS)
        if found is not None:
            estimate = found.fit.params[place]
            error = np.sqrt(found.fit.covariance[place, place])
            ratios = np.exp([estimate, *found.fit.limits[place]])
            numbers = (estimate, error, *ratios, found.fit.pvalues[place])
            values = dict(zip(STATISTICS, numbers, strict=True))
        opinion.add(name, "", {**values, "level": level})


def _add_shares(opinion: Opinion, term: str, table: pd.DataFrame) -> None:
    for word in ("Y", "N"):
        events = table.loc[table[term] == word, "EVENT"]
        count, total = int(events.sum()), len(events)
        share = count / total if total else None
        opinion.add(f"{term}={word}", "", {"count": count, "total": total, "proportion": share})


def _leave_out_limits(opinion: Opinion, names: list[str]) -> None:
    """Of a likelihood without a maximum only the first implementation follows the profile."""
    for name in names:
        for word in ("coefficient", "odds_ratio", "lower", "upper", "p_value"):
            del opinion.statistics[(name, "", word)]
            opinion.unsupported[(name, "", word)] = ENDLESS_REASON


def judge_model(
    analysis: Mapping[str, Any], plan: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> Opinion:
    """The opinion on one logistic model."""
    terms = list(analysis["terms"])
    selection: Selection = select(analysis, plan, adsl, adresp)
    selection = with_endpoint(selection, adresp, analysis["endpoint"])
    selection = selection.keep(selection.table[terms].notna().all(axis=1))
    table = selection.table
    outcome = table["EVENT"].to_numpy(dtype=float)
    columns = [np.ones(len(table)), *(flags_as_numbers(table[term]).to_numpy() for term in terms)]
    method = analysis.get("method", {})
    found = find_fit(outcome, np.column_stack(columns), selection.level, method)
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    _add_terms(opinion, ["intercept", *terms], found, selection.level)
    if found is None and method.get("interval") == "profile_likelihood":
        _leave_out_limits(opinion, ["intercept", *terms])
    opinion.add("model", "", {"n": len(table), "events": int(outcome.sum())})
    for term in terms:
        if is_flag(table[term]):
            _add_shares(opinion, term, table)
    return opinion
