"""Logistic models by statsmodels."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.selection import Selection, select, with_endpoint

LIBRARIES = "statsmodels.discrete.discrete_model.Logit, scipy.optimize.linprog for separation"
STATISTICS = ("coefficient", "standard_error", "odds_ratio", "lower", "upper", "p_value")


def _is_flag(values: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(values)


def _numbers(values: pd.Series) -> pd.Series:
    return values.map({"Y": 1.0, "N": 0.0}) if _is_flag(values) else values.astype(float)


def separated(outcome: np.ndarray, design: np.ndarray) -> bool:
    """Whether some direction of coefficients never makes the outcome less likely (Konis 2007).

    Then the likelihood has no maximum. Found by a linear programme, so that no bound on the
    size of an estimate is needed.
    """
    toward = np.where(outcome == 1, 1.0, -1.0)[:, None] * design
    scaled = toward / np.abs(design).max(axis=0)
    found = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1))
    return bool(-found.fun > 1e-7)


def fit(outcome: np.ndarray, design: np.ndarray) -> Any:
    """The fitted model, or None where it has no finite estimate."""
    if np.linalg.matrix_rank(design) < design.shape[1] or separated(outcome, design):
        return None
    with warnings.catch_warnings():
        # Newton's steps are taken until they are lost in rounding; that they then stop is no news.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return Logit(outcome, design).fit(method="newton", tol=1e-12, maxiter=100, disp=0)


def _add_terms(opinion: Opinion, names: list[str], found: Any, level: float) -> None:
    limits = None if found is None else found.conf_int(alpha=1 - level)
    for place, name in enumerate(names):
        values: dict[str, Any] = dict.fromkeys(STATISTICS)
        if found is not None and limits is not None:
            estimate, error = found.params[place], found.bse[place]
            ratios = np.exp([estimate, *limits[place]])
            numbers = (estimate, error, *ratios, found.pvalues[place])
            values = dict(zip(STATISTICS, numbers, strict=True))
        opinion.add(name, "", {**values, "level": level})


def _add_shares(opinion: Opinion, term: str, table: pd.DataFrame) -> None:
    for word in ("Y", "N"):
        events = table.loc[table[term] == word, "EVENT"]
        count, total = int(events.sum()), len(events)
        share = count / total if total else None
        opinion.add(f"{term}={word}", "", {"count": count, "total": total, "proportion": share})


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
    columns = [np.ones(len(table)), *(_numbers(table[term]).to_numpy() for term in terms)]
    found = fit(outcome, np.column_stack(columns))
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    _add_terms(opinion, ["intercept", *terms], found, selection.level)
    opinion.add("model", "", {"n": len(table), "events": int(outcome.sum())})
    for term in terms:
        if _is_flag(table[term]):
            _add_shares(opinion, term, table)
    return opinion
