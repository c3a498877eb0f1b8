"""The rows, words and warnings of a tipping point, from its grid."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scripts.analyse.results import Analysis, Plan, Rows, count_of, method_of, numbers
from scripts.analyse.tipping_grids import Grid, Side, cell_id
from scripts.stats.difference_grids import difference_grid
from scripts.stats.rubin_grids import rubin_grid
from scripts.stats.tipping import TippingResult


def assumed(form: str, grid: Grid, cell: tuple[int, int], pair: Mapping[str, Side]) -> Rows:
    """What a cell assumes of both groups, as statistics of a row without an id."""
    rows: Rows = []
    for (group, side), values, place in zip(
        pair.items(), (grid.first, grid.second), cell, strict=True
    ):
        if form == "counts":
            rows += count_of("", group, int(values[place]), side.missing)
        else:
            rows += numbers("", group, delta=values[place])
    return rows


def named_rows(row: str, form: str, grid: Grid, cell: tuple[int, int], contrast: str,
               pair: Mapping[str, Side]) -> Rows:  # fmt: skip
    """A cell under a name of its own: what it assumes, and its difference."""
    words = ("estimate", "lower", "upper", "p_value")
    values = {name: grid.values[name][cell] for name in words}
    rows = [*assumed(form, grid, cell, pair), *numbers("", contrast, **values)]
    return [{**entry, "row": row} for entry in rows]


def tipping_rows(
    form: str, grid: Grid, found: TippingResult, contrast: str, pair: Mapping[str, Side]
) -> Rows:
    """The cell of missing at random, how many cells tip, and the nearest of these."""
    rows = named_rows(f"reference {contrast}", form, grid, found.reference, contrast, pair)
    tipped = {"count": int(found.tipped.sum()), "total": found.tipped.size}
    rows += numbers("tipping_point", contrast, **tipped)
    if found.nearest:
        row = f"nearest {contrast}"
        rows += named_rows(row, form, grid, found.nearest[0], contrast, pair)
        departure = found.departure[found.nearest[0]]
        rows += numbers(row, contrast, departure=departure, count=len(found.nearest))
    return rows


def described(grid: Grid, found: TippingResult) -> dict[str, Any]:
    """What is no statistic of a grid: axes, verdicts, tipping cells by the ids of their rows."""
    return {
        "first": grid.first,
        "second": grid.second,
        "reference": cell_id(grid, found.reference),
        "verdicts": found.verdict.tolist(),
        "boundary": [cell_id(grid, (i, j)) for i, j in np.argwhere(found.boundary)],
        "nearest": [cell_id(grid, cell) for cell in found.nearest],
    }


def method_words(analysis: Analysis, plan: Plan, m: int | None) -> dict[str, Any]:
    """How each cell was made, in words."""
    method, model = analysis["method"], plan["models"][analysis["imputation"]]
    if method["grid"] == "counts":
        test = method.get("test", "pearson_chi_square")
        ran = difference_grid([1], 2, [1], 2, method=method["interval"], test=test)
        options = {"grid": "counts", "interval": method["interval"], "test": test}
        return method_of(f"{method['interval']}_difference", ran.label, options,
                         test=test, test_label=ran.test_label)  # fmt: skip
    variance, df = method.get("variance", "wald"), method.get("df", "rubin")
    ran_delta = rubin_grid([[1], [1]], 2, [[1], [1]], 2, 0.95, variance, df == "barnard_rubin")
    options = {
        "grid": "delta",
        "imputation": analysis["imputation"],
        "model": model["label"],
        "predictors": list(model["predictors"]),
        "imputations": m,
        "variance": variance,
        "df": df,
    }
    label = ran_delta.label
    return method_of("pooled_grid", label, options, test="t", test_label="Pooled t test")


def warnings_of(grid: Grid, found: TippingResult, contrast: str, form: str,
                pair: Mapping[str, Side]) -> list[str]:  # fmt: skip
    """What a reader must know of one contrast."""
    said = []
    if form == "counts" and any(side.at_random is None for side in pair.values()):
        said.append(
            f"{contrast}: nobody of a group is observed; the cell that is put to the test is that "
            "of no responders among the missing."
        )
    if not any(side.missing for side in pair.values()):
        said.append(f"{contrast}: no outcome is missing, so that nothing can tip.")
    return said
