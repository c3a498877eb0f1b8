"""Logistic models by statsmodels."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.selection import Selection, select, with_endpoint

LIBRARIES = "statsmodels.discrete.discrete_model.Logit (Newton-Raphson)"
STATISTICS = ("coefficient", "standard_error", "odds_ratio", "lower", "upper", "p_value")
# A coefficient of 12 for one standard deviation of a term is odds of 160000 to 1: the likelihood
# has no maximum and the iteration was walking away.
RUNAWAY = 12.0


def _is_flag(values: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(values)


def _numbers(values: pd.Series) -> pd.Series:
    return values.map({"Y": 1.0, "N": 0.0}) if _is_flag(values) else values.astype(float)


def fit(outcome: np.ndarray, design: np.ndarray) -> Any:
    """The fitted model, or None where it has no finite estimate."""
    if np.linalg.matrix_rank(design) < design.shape[1] or len(np.unique(outcome)) < 2:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = Logit(outcome, design).fit(method="newton", tol=1e-12, maxiter=100, disp=0)
        except (PerfectSeparationError, np.linalg.LinAlgError):
            return None
    scale = np.where(design.std(axis=0) > 0, design.std(axis=0), 1.0)
    run_away = (np.abs(found.params) * scale > RUNAWAY).any()
    return None if run_away or not np.isfinite(found.bse).all() else found


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
