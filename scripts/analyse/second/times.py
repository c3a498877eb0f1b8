"""Quantiles of times, survival and hazard ratios: the opinion on analyses of times."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.second.contrasts import survival_contrasts
from scripts.analyse.second.hazards import hazard_sensitivity
from scripts.analyse.second.opinion import Opinion, number
from scripts.analyse.second.ranks import rank_test, shift
from scripts.analyse.second.selection import Selection, select
from scripts.analyse.second.survival import Curve, cox, logrank, parts, ratios_of_parts

QUANTILE_LIBRARIES = "numpy.quantile, scipy.stats.mannwhitneyu"
SURVIVAL_LIBRARIES = (
    "statsmodels.duration SurvfuncRight, survdiff and PHReg; scipy.stats.hypergeom for the parts "
    "of the log-rank test"
)
# Hyndman and Fan's types by the names that numpy gives them.
TYPES = {2: "averaged_inverted_cdf", 5: "hazen", 6: "weibull", 7: "linear"}
SUMMARY = ("median", "q1", "q3", "minimum", "maximum")


def with_times(selection: Selection, adtte: pd.DataFrame, endpoint: str) -> Selection:
    """Those with a time: `TIME`, and `EVENT` 1 for an event and 0 for censoring."""
    records = adtte[adtte["PARAMCD"] == endpoint].set_index("USUBJID")
    table = selection.table.assign(
        TIME=selection.table["USUBJID"].map(records["AVAL"]).astype(float),
        EVENT=1 - selection.table["USUBJID"].map(records["CNSR"]).astype(float),
    )
    table = table[table["TIME"].notna()].astype({"EVENT": int})
    return Selection(table, selection.groups, selection.pairs, selection.level)


def _summary(values: np.ndarray, method: str) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(SUMMARY)
    if len(values):
        q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75], method=method)  # type: ignore[call-overload]
        found = dict(zip(SUMMARY, (median, q1, q3, values.min(), values.max()), strict=True))
    return {"n": len(values), **found}


def quantiles_of_time(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on quartiles by group and on the rank test."""
    if analysis["method"]["censored"] == "excluded":
        selection = selection.keep(selection.table["EVENT"] == 1)
    opinion = Opinion(selection.used(), selection.counts(), QUANTILE_LIBRARIES)
    method = TYPES[analysis["method"]["quantiles"]]
    for group in selection.groups:
        opinion.add("time", group, _summary(selection.column("TIME", group), method))
    for one, other in selection.pairs:
        x, y = selection.column("TIME", one), selection.column("TIME", other)
        name = "" if len(selection.pairs) == 1 else f"{one}-{other}"
        word = analysis["method"].get("rank_test", "mann_whitney_corrected")
        opinion.add("test", name, rank_test(x, y, word))
        if "shift" in analysis["method"]:
            values = shift(x, y, analysis["method"]["shift"], selection.level)
            opinion.add("shift", name, values)
    return opinion


def _add_pair(opinion: Opinion, selection: Selection, one: str, other: str, ties: str) -> None:
    table = selection.table[selection.table["GROUP"].isin([one, other])]
    time, event = table["TIME"].to_numpy(), table["EVENT"].to_numpy()
    group = table["GROUP"].to_numpy()
    if len(selection.groups) > 2:
        opinion.add("logrank", f"{one}/{other}", logrank(time, event, group))
    for first, second in ((one, other), (other, one)):
        name, level = f"{first}/{second}", selection.level
        opinion.add("cox", name, cox(time, event, group == first, ties, level))
        above, below = (parts(time, event, group == part) for part in (first, second))
        for row, values in ratios_of_parts(above, below, level).items():
            opinion.add(row, name, values)


def time_to_event(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on curves, on the log-rank test and on hazard ratios."""
    method, table = analysis["method"], selection.table
    opinion = Opinion(selection.used(), selection.counts("EVENT"), SURVIVAL_LIBRARIES)
    for group in selection.groups:
        inside = table[table["GROUP"] == group]
        curve = Curve(
            inside["TIME"].to_numpy(), inside["EVENT"].to_numpy(), method["transform"],
            selection.level,
        )  # fmt: skip
        opinion.add("arm", group, curve.summary())
        if not len(inside):
            continue
        for moment in analysis.get("times", []):
            opinion.add(f"t={moment:g}", group, curve.at(moment))
        arrays = curve.arrays()
        opinion.curves[group] = {name: [number(v) for v in arrays[name]] for name in arrays}
    time, event = table["TIME"].to_numpy(), table["EVENT"].to_numpy()
    names = table["GROUP"].to_numpy()
    opinion.add("logrank", "", logrank(time, event, names))
    if opinion.statistics[("logrank", "", "df")] is not None:
        for group in np.unique(names):
            opinion.add("logrank", group, parts(time, event, names == group))
    for one, other in selection.pairs:
        _add_pair(opinion, selection, one, other, method["ties"])
    return opinion


KINDS: dict[str, Callable[[Mapping[str, Any], Selection], Opinion]] = {
    "quantiles_of_time": quantiles_of_time,
    "time_to_event": time_to_event,
    "survival_contrasts": survival_contrasts,
    "hazard_sensitivity": hazard_sensitivity,
}


def judge_times(
    analysis: Mapping[str, Any],
    plan: Mapping[str, Any],
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    adtte: pd.DataFrame,
) -> Opinion:
    """The opinion on one analysis of times."""
    selection = with_times(select(analysis, plan, adsl, adresp), adtte, analysis["endpoint"])
    return KINDS[analysis["kind"]](analysis, selection)
