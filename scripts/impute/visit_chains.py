"""Measures by visit by fully conditional specification, each visit from those beside it."""

import re
from typing import Any

import numpy as np

from scripts.impute.defaults import SWEEPS
from scripts.impute.engine import Completed, Conditional, impute_chains
from scripts.impute.visit_table import SCALES, Floats, Model, VisitTable
from scripts.job import StepError

ARM = "ARMCD"


def column_of(measure: str, visit: int) -> str:
    """The name of the column of a measure at a visit."""
    return f"{measure}@{visit}"


def chained(model: Model) -> dict[str, Any]:
    """The measures that have a model of their own at each visit."""
    return {
        measure: spec
        for measure, spec in model["measures"].items()
        if spec["method"] != "transition"
    }


def columns_of(model: Model, table: VisitTable) -> dict[str, Floats]:
    """Arms, covariates, baselines and every visit of every measure, as the engine takes them.

    Categories are numbered from 0 in the order of their values.
    """
    if model.get("by_arm"):
        # Numbered; each arm has models of its own.
        columns = {ARM: np.unique(table.arm, return_inverse=True)[1].astype(float)}
    else:
        columns = {f"{ARM}={code}": (table.arm == code) * 1.0 for code in table.arms[1:]}
    columns |= {name: table.covariates[name].to_numpy(float) for name in table.covariates}
    for measure in chained(model):
        columns[column_of(measure, 0)] = table.baseline[measure]
    # A predictor that never varies says nothing and cannot be fitted.
    columns = {name: values for name, values in columns.items() if np.ptp(values) > 0}
    for place in range(len(table.visits)):
        for measure in chained(model):
            columns[column_of(measure, place + 1)] = table.values[measure][:, place]
    return columns


def band_of(model: Model, measure: str, visit: int, columns: dict[str, Floats]) -> tuple[str, ...]:
    """The predictors of a measure at a visit: what is fixed, visits beside it, other measures."""
    previous, following = model.get("previous", 1), model.get("next", 0)
    fixed = [n for n in columns if n != ARM and ("@" not in n or n.endswith("@0"))]
    beside = [*range(max(visit - previous, 1), visit), *range(visit + 1, visit + following + 1)]
    near = [column_of(measure, place) for place in beside]
    others = [column_of(other, visit) for other in chained(model) if other != measure]
    wanted = [*fixed, *near, *others]
    return tuple(name for name in wanted if name in columns and np.nanstd(columns[name]) > 0)


def bounds_of(spec: Model) -> tuple[float | None, float | None]:
    """The bounds of a measure on the scale of the model."""
    if "bounds" not in spec:
        return (None, None)
    forward, _ = SCALES[spec.get("scale", "none")]
    lower, upper = (
        None if bound is None else float(forward(np.array([bound], float))[0])
        for bound in spec["bounds"]
    )
    return (lower, upper)


def models_of(
    model: Model, table: VisitTable, columns: dict[str, Floats]
) -> tuple[dict[str, Conditional], dict[str, float]]:
    """How each incomplete column is drawn, in the order of the visits, and columns of one value.

    A categorical measure that has the same value in everybody seen at a visit keeps that value.
    """
    models, constant = {}, {}
    for place in range(1, len(table.visits) + 1):
        for measure, spec in chained(model).items():
            name = column_of(measure, place)
            known = columns[name][~np.isnan(columns[name])]
            if len(known) == len(columns[name]):
                continue
            if spec["method"] != "normal" and np.ptp(known) == 0:
                constant[name] = float(known[0])
                continue
            models[name] = Conditional(
                method=spec["method"],
                predictors=band_of(model, measure, place, columns),
                bounds=bounds_of(spec),
                by=ARM if model.get("by_arm") else None,
            )
    return models, constant


def draw_visits(
    name: str, model: Model, table: VisitTable, chosen: np.ndarray, seed: int, chains: int
) -> tuple[dict[str, Floats], Completed, list[str]]:
    """Completed values of each measure of the chosen rows, (chains, rows, visits), and notes.

    Between them stands what the engine said.
    """
    columns = columns_of(model, table)
    models, constant = models_of(model, table, columns)
    for column, value in constant.items():
        columns[column] = np.where(np.isnan(columns[column]), value, columns[column])
    sweeps = model.get("sweeps", SWEEPS)
    try:
        drawn = impute_chains(columns, models, key=name, seed=seed, chains=chains, sweeps=sweeps)
    except (StepError, ValueError) as error:
        raise StepError(f"{name}: {_named(str(error), table)}") from None
    completed = {}
    where = np.full(len(table.arm), -1)
    where[chosen] = np.arange(len(chosen))
    for measure in chained(model):
        known = table.values[measure][chosen]
        values = np.repeat(known[None], chains, axis=0)
        for place in range(1, len(table.visits) + 1):
            column = column_of(measure, place)
            if column in constant:
                values[:, np.isnan(known[:, place - 1]), place - 1] = constant[column]
            elif column in models:
                at = where[drawn.rows[column]]
                values[:, at[at >= 0], place - 1] = drawn.values[column][:, at >= 0]
        completed[measure] = values
    kept = [
        _named(f"{column}: {value:g} in everybody, kept", table)
        for column, value in constant.items()
    ]
    return completed, drawn, kept


def _named(error: str, table: VisitTable) -> str:
    """The words of an error with the labels of visits instead of the numbers of their columns."""

    def label(found: re.Match[str]) -> str:
        return f"{found[1]}, {table.visits['AVISIT'].iloc[int(found[2]) - 1]}"

    return re.sub(r"(\w+)@([1-9]\d*)", label, error)
