"""Every cell of a tipping point again: by statsmodels and scipy, and pooled as in the book."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import test_proportions_2indep

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.pooling import pool
from scripts.analyse.second.proportions import LIBRARIES as PROPORTIONS
from scripts.analyse.second.proportions import difference_of, planned_test, tests_of
from scripts.analyse.second.selection import Selection, select

POOLED = (
    "statsmodels OLS or test_proportions_2indep for each pair of counts, Rubin's rules with "
    "scipy.stats.t in every cell"
)
TESTS = {
    "pearson_chi_square": "test",
    "pearson_chi_square_corrected": "test_corrected",
    "fisher_exact": "test_exact",
}
CELL = ("estimate", "lower", "upper", "p_value")
OF_DELTA = ("estimate", "standard_error", "lower", "upper", "df", "p_value")
Counts = Mapping[str, int]
Cells = dict[tuple[float, float], dict[str, Any]]


def counted(selection: Selection, imputed: pd.DataFrame) -> dict[str, Counts]:
    """Of each group the subjects, those observed, and responders among these."""
    known = imputed[imputed["IMPUTATION"] == 0]
    answers = dict(zip(known["USUBJID"], known["AVAL"], strict=True))
    found: dict[str, Counts] = {}
    for group in selection.groups:
        names = selection.table.loc[selection.table["GROUP"] == group, "USUBJID"]
        seen = [answers[name] for name in names if name in answers]
        found[group] = {"N": len(names), "seen": len(seen), "yes": int(sum(seen))}
    return found


def at_random(counts: Counts) -> int:
    """The whole number of responders among the missing that the observed share comes nearest to."""
    expected = (counts["N"] - counts["seen"]) * counts["yes"] / counts["seen"]
    return int(np.floor(expected + 0.5 + 1e-9))


def cells_of_counts(method: Mapping[str, Any], one: Counts, other: Counts, level: float) -> Cells:
    """Interval and test in every cell, one by one."""
    test = method.get("test", "pearson_chi_square")
    row = TESTS.get(test, f"test_{test}")
    cells: Cells = {}
    for i in range(one["N"] - one["seen"] + 1):
        for j in range(other["N"] - other["seen"] + 1):
            pair = (one["yes"] + i, one["N"]), (other["yes"] + j, other["N"])
            found = difference_of(method["interval"], *pair, level)
            tests = tests_of(*pair) | planned_test(test, *pair)
            found["p_value"] = tests[row]["p_value"]
            cells[i, j] = {word: found[word] for word in CELL if word in found}
    return cells


def variance_of(word: str, first: tuple[int, int], second: tuple[int, int]) -> float:
    """The squared standard error of one difference."""
    if word == "wald":
        with np.errstate(all="ignore"):
            test = test_proportions_2indep(
                *first, *second, method="wald", compare="diff", correction=False
            )
        return float(test.variance)
    outcome = np.concatenate([np.arange(n) < x for x, n in (first, second)]).astype(float)
    design = np.column_stack([np.ones(len(outcome)), np.arange(len(outcome)) < first[1]])
    return float(OLS(outcome, design.astype(float)).fit().bse[1] ** 2)


def drawn(grid: pd.DataFrame, group: str) -> dict[float, np.ndarray]:
    """Responders of a group, those observed included, by shift: one for each imputation."""
    own = grid[grid["ARMCD"] == group].sort_values("IMPUTATION")
    return {
        float(delta): part.loc[part["IMPUTATION"] > 0, "RESPONDERS"].to_numpy(dtype=int)
        + int(part.loc[part["IMPUTATION"] == 0, "RESPONDERS"].iloc[0])
        for delta, part in own.groupby("DELTA")
    }


def cells_of_shifts(
    method: Mapping[str, Any], grid: pd.DataFrame, pair: tuple[str, str],
    sizes: tuple[int, int], level: float,
) -> Cells:  # fmt: skip
    """Every cell pooled by itself; the variance of each pair of counts is computed once."""
    word, df = method.get("variance", "wald"), method.get("df", "rubin")
    known: dict[tuple[int, int], float] = {}
    cells: Cells = {}
    one, other = (drawn(grid, group) for group in pair)
    for (i, first), (j, second) in product(one.items(), other.items()):
        variances = []
        for x1, x2 in zip(first.tolist(), second.tolist(), strict=True):
            if (x1, x2) not in known:
                known[x1, x2] = variance_of(word, (x1, sizes[0]), (x2, sizes[1]))
            variances.append(known[x1, x2])
        estimates = first / sizes[0] - second / sizes[1]
        pooled = pool(estimates, np.array(variances), sum(sizes) - 2, level, df)
        error = float(np.sqrt(pooled["between"] / len(estimates)))
        cells[i, j] = {**{key: pooled[key] for key in OF_DELTA}, "monte_carlo_error": error}
    return cells


def verdict(cell: Mapping[str, Any]) -> str:
    """What the interval of a cell concludes."""
    if cell["lower"] > 0:
        return "above"
    return "below" if cell["upper"] < 0 else "holds zero"


def add_cells(opinion: Opinion, groups: tuple[str, str], cells: Cells,
              start: tuple[float, float], missing: tuple[int, int] | None) -> None:  # fmt: skip
    """Every cell, and where the conclusion of one of them no longer holds."""
    name = "-".join(groups)
    for (i, j), cell in cells.items():
        opinion.add(f"{i + 0.0:g}|{j + 0.0:g}", name, cell)
    named = {f"reference {name}": start, **add_tipping(opinion, name, cells, start)}
    for row, place in named.items():
        opinion.add(row, name, {word: cells[place][word] for word in CELL if word in cells[place]})
        for index, group in enumerate(groups):
            if missing is None:
                opinion.add(row, group, {"delta": place[index]})
            else:
                opinion.add(row, group, _share(int(place[index]), missing[index]))


def add_tipping(
    opinion: Opinion, name: str, cells: Cells, start: tuple[float, float]
) -> dict[str, tuple[float, float]]:
    """How many cells conclude otherwise, and the nearest of them under the name of its row."""
    if not all("lower" in cell for cell in cells.values()):
        return {}
    away = {
        place: abs(place[0] - start[0]) + abs(place[1] - start[1])
        for place, cell in cells.items()
        if verdict(cell) != verdict(cells[start])
    }
    opinion.add("tipping_point", name, {"count": len(away), "total": len(cells)})
    if not away:
        return {}
    least = min(away.values())
    near = [place for place, far in away.items() if far <= least * (1 + 1e-12)]
    opinion.add(f"nearest {name}", name, {"departure": least, "count": len(near)})
    return {f"nearest {name}": min(near)}


def judge_tipping(
    analysis: Mapping[str, Any], plan: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame,
    table: pd.DataFrame,
) -> Opinion:  # fmt: skip
    """The opinion on one tipping point; `table` holds completed data sets or a grid of shifts."""
    selection = select(analysis, plan, adsl, adresp)
    method, level = analysis["method"], selection.level
    by_counts = method["grid"] == "counts"
    known = counted(selection, table) if by_counts else of_grid(selection, table)
    libraries = PROPORTIONS if by_counts else POOLED
    opinion = Opinion(selection.used(), selection.counts(), libraries)
    for group, one in known.items():
        if not by_counts and one["N"] and group not in set(table["ARMCD"]):
            # Nothing is drawn of a group that the grid does not shift.
            for row in ("missing", "observed"):
                opinion.add(row, group, dict.fromkeys(("count", "total", "proportion")))
            continue
        lost = one["N"] - one["seen"]
        opinion.add("missing", group, _share(lost, one["N"]))
        opinion.add("observed", group, _share(one["yes"], one["seen"]))
    for a, b in selection.pairs:
        one, other = known[a], known[b]
        if not one["N"] or not other["N"]:
            continue
        if not by_counts and not {a, b} <= set(table["ARMCD"]):
            continue
        if by_counts:
            cells = cells_of_counts(method, one, other, level)
            seen = one["seen"] and other["seen"]
            start = (float(at_random(one)), float(at_random(other))) if seen else (0.0, 0.0)
            missing = (one["N"] - one["seen"], other["N"] - other["seen"])
            add_cells(opinion, (a, b), cells, start, missing)
        else:
            sizes = (one["N"], other["N"])
            cells = cells_of_shifts(method, table, (a, b), sizes, level)
            add_cells(opinion, (a, b), cells, (0.0, 0.0), None)
    return opinion


def of_grid(selection: Selection, grid: pd.DataFrame) -> dict[str, Counts]:
    """Of each group the subjects, those observed, and responders among these, from a grid."""
    first = grid[grid["IMPUTATION"] == 0].drop_duplicates("ARMCD").set_index("ARMCD")
    found: dict[str, Counts] = {}
    for group in selection.groups:
        size = int((selection.table["GROUP"] == group).sum())
        known = group in first.index
        seen = int(first.loc[group, "SUBJECTS"]) if known else size
        yes = int(first.loc[group, "RESPONDERS"]) if known else 0
        found[group] = {"N": size, "seen": seen, "yes": yes}
    return found


def _share(count: int, total: int) -> dict[str, Any]:
    return {"count": count, "total": total, "proportion": count / total if total else None}
