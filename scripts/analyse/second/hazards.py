"""Weighted and stratified tests, stratified models, proportional hazards: a second opinion."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, multivariate_hypergeom, rankdata
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.selection import Selection
from scripts.analyse.second.survival import RATIO, fitted_cox, has_maximum

LIBRARIES = (
    "scipy.stats.multivariate_hypergeom for tests; statsmodels.duration PHReg, with strata, and "
    "for the check of proportional hazards with subjects split at each event time"
)
TEST = ("statistic", "df", "p_value")
Weight = Mapping[str, Any]


def _weights(total: list[int], deaths: list[int], weight: Weight) -> list[float]:
    """The weight of each event time of a stratum, from those at risk and the events."""
    found, survival, peto = [], 1.0, 1.0
    for n, d in zip(total, deaths, strict=True):
        peto *= 1 - d / (n + 1)
        found.append(
            {
                "logrank": 1.0,
                "gehan_breslow": float(n),
                "tarone_ware": n**0.5,
                "peto_peto": peto,
                "fleming_harrington": survival ** weight.get("rho", 0)
                * (1 - survival) ** weight.get("gamma", 0),
            }[weight["weight"]]
        )
        survival *= 1 - d / n
    return found


def weighted_test(table: pd.DataFrame, strata: Sequence[str], weight: Weight) -> dict[str, Any]:
    """A log-rank test as a sum of multivariate hypergeometric laws."""
    names = list(dict.fromkeys(table["GROUP"]))
    distance, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    expected = np.zeros(len(names))
    parts = [part for _, part in table.groupby(list(strata))] if strata else [table]
    for part in parts:
        happened = part[part["EVENT"] == 1]
        moments = sorted(happened["TIME"].unique())
        risk = [[int(((part["GROUP"] == g) & (part["TIME"] >= m)).sum()) for g in names]
                for m in moments]  # fmt: skip
        deaths = [int((happened["TIME"] == m).sum()) for m in moments]
        weights = _weights([sum(r) for r in risk], deaths, weight)
        for moment, at_risk, d, w in zip(moments, risk, deaths, weights, strict=True):
            own = happened[happened["TIME"] == moment]["GROUP"]
            law = multivariate_hypergeom(m=at_risk, n=d)
            mean = np.asarray(law.mean())
            distance += w * (np.array([(own == g).sum() for g in names]) - mean)
            expected += w * mean
            if sum(at_risk) > 1:
                variance += w**2 * np.asarray(law.cov())
    return _chi_square(distance, variance, expected)


def _chi_square(distance: np.ndarray, variance: np.ndarray, expected: np.ndarray) -> dict[str, Any]:
    kept = np.flatnonzero(expected > 0)[1:]
    df = max(len(kept), 0)
    block = variance[np.ix_(kept, kept)]
    if not df or np.linalg.matrix_rank(block) < df:
        return {"statistic": None, "df": df, "p_value": None}
    statistic = float(distance[kept] @ np.linalg.inv(block) @ distance[kept])
    return {"statistic": statistic, "df": df, "p_value": chi2.sf(statistic, df)}


def stratified_cox(
    table: pd.DataFrame, inside: np.ndarray, strata: Sequence[str], ties: str, level: float
) -> dict[str, Any]:
    """The hazard of a group relative to the other with a baseline of its own in each stratum."""
    number = table.groupby(list(strata)).ngroup().to_numpy()
    time, event = table["TIME"].to_numpy(), table["EVENT"].to_numpy()
    moved = {True: 0, False: 0}
    for one in np.unique(number):
        rows = number == one
        for direction in moved:
            moved[direction] += _informative(time[rows], event[rows], inside[rows] == direction)
    if not all(moved.values()):
        return dict.fromkeys((*RATIO, "p_value")) | {"level": level}
    return fitted_cox(time, event, inside, ties, level, number)


def _informative(time: np.ndarray, event: np.ndarray, inside: np.ndarray) -> int:
    """Events of a group while somebody of the other one is at risk."""
    return sum(1 for moment in time[(event == 1) & inside] if (time[~inside] >= moment).any())


def _scale(time: np.ndarray, event: np.ndarray, moments: np.ndarray, scale: str) -> np.ndarray:
    if scale == "km":
        curve = SurvfuncRight(time, event)
        before = np.searchsorted(curve.surv_times, moments, side="left")
        return 1 - np.concatenate([[1.0], curve.surv_prob])[before]
    if scale == "rank":
        ranks = dict(zip(time, rankdata(time), strict=True))
        return np.array([ranks[moment] for moment in moments])
    return np.log(moments) if scale == "log" else moments


def proportional_hazards(
    time: np.ndarray, event: np.ndarray, inside: np.ndarray, scale: str, ties: str
) -> dict[str, Any]:
    """The score test of a slope, with each subject split at every event time."""
    if scale == "log" and (time[event == 1] == 0).any():
        return dict.fromkeys(TEST)
    if not has_maximum(time, event, inside):
        return {"statistic": None, "df": 1, "p_value": None}
    moments = np.unique(time[event == 1])
    slopes = _scale(time, event, moments, scale)
    slopes = slopes - slopes.mean()
    pieces = []
    for index, moment in enumerate(moments):
        rows = time >= moment
        x = inside[rows].astype(float)
        died = (time[rows] == moment) & (event[rows] == 1)
        # Only the order of times matters; PHReg counts who enters at an event as at risk at it.
        entry, leave = np.full(len(x), index + 0.5), np.full(len(x), index + 1.0)
        pieces.append(np.column_stack([entry, leave, died, x, x * slopes[index]]))
    long = np.vstack(pieces)
    beta = np.log(fitted_cox(time, event, inside, ties, 0.95)["hazard_ratio"])
    model = PHReg(long[:, 1], long[:, 3:], status=long[:, 2], entry=long[:, 0], ties=ties)
    at = np.array([beta, 0.0])
    score, information = model.score(at), -model.hessian(at)
    rest = information[1, 1] - information[0, 1] ** 2 / information[0, 0]
    if not rest > 1e-10 * information[1, 1]:
        return {"statistic": None, "df": 1, "p_value": None}
    statistic = float(score[1] ** 2 / rest)
    return {"statistic": statistic, "df": 1, "p_value": chi2.sf(statistic, 1)}


def _tests(
    opinion: Opinion, selection: Selection, row: str, strata: Sequence[str], weight: Weight
) -> None:
    table = selection.table
    asked = [("", table)]
    if len(selection.groups) > 2:
        asked += [
            (f"{one}/{other}", table[table["GROUP"].isin([one, other])])
            for one, other in selection.pairs
        ]
    for name, part in asked:
        values: dict[str, Any] = dict.fromkeys(TEST)
        if len(part["GROUP"].unique()) > 1 and part["EVENT"].any():
            values = weighted_test(part, strata, weight)
        opinion.add(row, name, values)


def _rows_of(analysis: Mapping[str, Any]) -> dict[str, Weight]:
    found: dict[str, Weight] = {word: {"weight": word} for word in analysis.get("weights", [])}
    for rho, gamma in analysis.get("fleming_harrington", []):
        weight = {"weight": "fleming_harrington", "rho": rho, "gamma": gamma}
        found[f"fleming_harrington {rho:g} {gamma:g}"] = weight
    return found


def hazard_sensitivity(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on tests and models with strata, on weighted tests, on proportional hazards."""
    strata, ties = analysis.get("stratify_by", []), analysis["method"]["ties"]
    if strata:
        selection = selection.keep(selection.table[list(strata)].notna().all(axis=1))
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    if strata:
        count = len(selection.table[list(strata)].drop_duplicates())
        opinion.add("strata", "", {"count": count})
        _tests(opinion, selection, "stratified_logrank", strata, {"weight": "logrank"})
    for row, weight in _rows_of(analysis).items():
        _tests(opinion, selection, row, [], weight)
    for one, other in selection.pairs:
        table = selection.table[selection.table["GROUP"].isin([one, other])]
        time, event = table["TIME"].to_numpy(), table["EVENT"].to_numpy()
        both = len(table["GROUP"].unique()) > 1 and event.any()
        for first, second in ((one, other), (other, one)) if strata else ():
            values: dict[str, Any] = dict.fromkeys((*RATIO, "p_value")) | {"level": selection.level}
            if both:
                inside = (table["GROUP"] == first).to_numpy()
                values = stratified_cox(table, inside, strata, ties, selection.level)
            opinion.add("stratified_cox", f"{first}/{second}", values)
        for scale in analysis.get("proportional_hazards", []):
            values = dict.fromkeys(TEST)
            if both:
                inside = (table["GROUP"] == one).to_numpy()
                values = proportional_hazards(time, event, inside, scale, ties)
            opinion.add(f"proportional_hazards {scale}", f"{one}/{other}", values)
    return opinion
