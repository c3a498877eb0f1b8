"""Tipping points: over a grid of assumptions about what is missing, where a conclusion changes."""

from collections.abc import Mapping
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
    numbers,
    select,
)
from scripts.analyse.tipping_grids import Grid, Side, cell_id
from scripts.analyse.tipping_rows import (
    described,
    method_words,
    tipping_rows,
    warnings_of,
)
from scripts.job import Job, StepError
from scripts.stats.difference_grids import difference_grid
from scripts.stats.rubin_grids import rubin_grid
from scripts.stats.tipping import tipping_point

MOST_CELLS = 10_000


def sides_of_subjects(subjects: AnalysisSet, imputed: pd.DataFrame) -> dict[str, Side]:
    """Each group by its subjects; who has no record in the completed data sets is an error."""
    observed = imputed[imputed["IMPUTED"] == "N"].set_index("USUBJID")["AVAL"]
    lacking = set(imputed.loc[imputed["IMPUTED"] == "Y", "USUBJID"])
    sides = {}
    for group in subjects.groups:
        names = subjects.of(group)["USUBJID"]
        known = names[names.isin(observed.index)]
        lost = names[~names.isin(observed.index) & ~names.isin(lacking)]
        if len(lost):
            raise StepError(
                f"{len(lost)} subject(s) are not in the imputation model, first: {lost.iloc[0]}; "
                "it must cover the population of the analysis"
            )
        sides[group.id] = Side(len(names), len(known), int(observed.reindex(known).sum()))
    return sides


def sides_of_grid(grid: pd.DataFrame, subjects: AnalysisSet) -> dict[str, Side | None]:
    """Each group by what the table of the grid holds of it; None of one that it does not shift."""
    sides: dict[str, Side | None] = {}
    for group in subjects.groups:
        own = grid[grid["ARMCD"] == group.id]
        size = len(subjects.of(group))
        if own.empty:
            sides[group.id] = None if size else Side(0, 0, 0)
            continue
        seen = own[own["IMPUTATION"] == 0].iloc[0]
        drawn = own[own["IMPUTATION"] == 1].iloc[0]
        total = int(seen["SUBJECTS"] + drawn["SUBJECTS"])
        if total != size:
            raise StepError(f"the grid has {total} subjects of {group.id}, the analysis has {size}")
        sides[group.id] = Side(size, int(seen["SUBJECTS"]), int(seen["RESPONDERS"]))
    return sides


def side_rows(group: str, side: Side | None) -> Rows:
    """How many of a group are missing, and how many of those observed respond."""
    if side is None:
        unknown = dict.fromkeys(("count", "total", "proportion"))
        return numbers("missing", group, **unknown) + numbers("observed", group, **unknown)
    rows = count_of("missing", group, side.missing, side.total)
    return rows + count_of("observed", group, side.responders, side.observed)


def counts_grid(one: Side, other: Side, method: Mapping[str, Any], level: float) -> Grid:
    """Every pair of numbers of responders among the missing of two groups."""
    first, second = (np.arange(side.missing + 1) for side in (one, other))
    if first.size * second.size > MOST_CELLS:
        raise StepError(
            f"{first.size} x {second.size} cells; a grid of counts has at most {MOST_CELLS}: "
            "plan a grid of shifts (`grid: delta`) instead"
        )
    found = difference_grid(
        one.responders + first,
        one.total,
        other.responders + second,
        other.total,
        level,
        method["interval"],
        method.get("test", "pearson_chi_square"),
    )
    values = {name: getattr(found, name) for name in ("estimate", "lower", "upper", "p_value")}
    # Where nobody of a group is observed there is no missing at random: all missing as failures.
    at_random = (one.at_random, other.at_random)
    reference = (0, 0) if None in at_random else (int(at_random[0] or 0), int(at_random[1] or 0))
    return Grid([float(x) for x in first], [float(x) for x in second], reference, values)


def responders_of(grid: pd.DataFrame, arm: str, side: Side) -> tuple[list[float], np.ndarray]:
    """(the shifts of an arm, responders by imputation and shift), those observed included."""
    drawn = grid[(grid["ARMCD"] == arm) & (grid["IMPUTATION"] > 0)]
    wide = drawn.pivot_table(index="IMPUTATION", columns="DELTA", values="RESPONDERS")
    return [float(delta) for delta in wide.columns], wide.to_numpy(float) + side.responders


def delta_grid(
    grid: pd.DataFrame, pair: Mapping[str, Side], method: Mapping[str, Any], level: float
) -> Grid:
    """Every pair of shifts of the log odds of the missing of two groups, pooled."""
    (a, one), (b, other) = pair.items()
    first, x1 = responders_of(grid, a, one)
    second, x2 = responders_of(grid, b, other)
    small = method.get("df") == "barnard_rubin"
    variance = method.get("variance", "wald")
    found = rubin_grid(x1, one.total, x2, other.total, level, variance, small)
    words = ("estimate", "standard_error", "lower", "upper", "df", "p_value", "monte_carlo_error")
    values = {name: getattr(found, name) for name in words}
    return Grid(first, second, (first.index(0.0), second.index(0.0)), values)


def cell_rows(grid: Grid, contrast: str) -> Rows:
    """The statistics of every cell."""
    rows: Rows = []
    for i in range(len(grid.first)):
        for j in range(len(grid.second)):
            values = {name: array[i, j] for name, array in grid.values.items()}
            rows += numbers(cell_id(grid, (i, j)), contrast, **values)
    return rows


def tipping(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, table: pd.DataFrame
) -> dict[str, Any]:
    """The grid of every contrast, and its tipping points."""
    form, level = analysis["method"]["grid"], plan["settings"]["confidence_level"]
    sides: dict[str, Side | None] = (
        {**sides_of_subjects(subjects, table)}
        if form == "counts"
        else sides_of_grid(table, subjects)
    )
    statistics: Rows = []
    warnings: list[str] = []
    grids = {}
    for group, side in sides.items():
        statistics += side_rows(group, side)
    for a, b in contrasts_of(analysis, plan, subjects.groups):
        one, other, contrast = sides[a], sides[b], f"{a}-{b}"
        if one is None or other is None:
            warnings.append(f"{contrast}: the grid has no shifts of a group; nothing is estimable.")
            continue
        pair = {a: one, b: other}
        if not one.total or not other.total:
            warnings.append(f"{contrast}: a group has no subjects, so nothing is estimable.")
            continue
        if form == "counts":
            grid = counts_grid(one, other, analysis["method"], level)
        else:
            grid = delta_grid(table, pair, analysis["method"], level)
        limits = grid.values["lower"], grid.values["upper"]
        found = tipping_point(*limits, grid.first, grid.second, grid.reference)
        statistics += tipping_rows(form, grid, found, contrast, pair)
        statistics += cell_rows(grid, contrast)
        warnings += warnings_of(grid, found, contrast, form, pair)
        grids[contrast] = described(grid, found)
    m = int(table["IMPUTATION"].max()) if form == "delta" else None
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects),
        method=method_words(analysis, plan, m),
        statistics=statistics,
        warnings=warnings,
        grids=grids,
    )


def find_tipping_points(
    adsl: pd.DataFrame, tables: Mapping[str, pd.DataFrame], plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id; `tables` are completed data sets and grids by model."""
    randomised = adsl[adsl["RANDFL"] == "Y"].reset_index(drop=True)
    return {
        name: tipping(
            name, analysis, select(analysis, plan, randomised), plan, tables[analysis["imputation"]]
        )
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        tables = {**job.tables("imputed"), **job.tables("grids")}
        made = find_tipping_points(job.table("adsl"), tables, job.plan)
        job.write_all("results", made)
