"""Subjects as columns of numbers, as the engine takes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.engine import Conditional
from scripts.impute.fcs.models import CATEGORICAL
from scripts.job import StepError

ENDPOINT = "AVAL"
Model = Mapping[str, Any]


def compute_columns(subjects: pd.DataFrame, name: str, method: str | None = None) -> pd.DataFrame:
    """One predictor as numbers.

    It stays as it is, or is 1 for Y and 0 for N, or has an indicator for each level but the first.
    With a categorical `method` of its own it is the number of its level, which the engine resolves.
    """
    values = subjects[name]
    if method in CATEGORICAL:
        return pd.DataFrame({name: level_numbers(values)})
    if pd.api.types.is_numeric_dtype(values):
        return pd.DataFrame({name: values.astype(float)})
    levels = sorted(values.dropna().unique())
    if set(levels) <= {"Y", "N"}:
        return pd.DataFrame({name: values.map({"Y": 1.0, "N": 0.0}).astype(float)})
    if values.isna().any():
        raise StepError(
            f"predictor {name} has several levels and missing values; give it the method ordinal "
            "or multinomial under predictor_methods, or take a Y/N flag or a number instead"
        )
    return pd.DataFrame({f"{name}={level}": (values == level) * 1.0 for level in levels[1:]})


def level_numbers(values: pd.Series) -> pd.Series:
    """Levels in their order as 0, 1, 2, ...; missing where missing."""
    codes, _ = pd.factorize(values, sort=True, use_na_sentinel=True)
    return pd.Series(np.where(codes < 0, np.nan, codes), index=values.index, dtype=float)


@dataclass(frozen=True, eq=False)
class Prepared:
    """Columns by name, the endpoint last, the model of each incomplete one, words for a reader.

    `names` are the reader's words for those that the engine uses: the endpoint, levels by number.
    """

    table: pd.DataFrame
    models: dict[str, Conditional]
    names: dict[str, str]


def prepare(model: Model, subjects: pd.DataFrame) -> Prepared:
    """The data of a model of the plan and how each incomplete column is drawn."""
    methods = model.get("predictor_methods", {})
    by = model.get("by")
    parts = {
        name: compute_columns(subjects, name, methods.get(name))
        for name in model["predictors"]
        if name != by
    }
    table = pd.concat([*parts.values(), subjects[[ENDPOINT]]], axis=1)
    if by is not None:
        table.insert(0, by, level_numbers(subjects[by]))
    incomplete = [name for name in table.columns if table[name].isna().any()]
    lacking = [n for n in incomplete if n != ENDPOINT and n not in methods]
    if lacking:
        raise StepError(
            f"predictor(s) with missing values and no method: {', '.join(lacking)}; "
            "name each under predictor_methods"
        )
    products = tuple(
        (left, right)
        for one, two in model.get("interactions", [])
        for left in parts[one].columns
        for right in parts[two].columns
    )
    singles = [name for part in parts.values() for name in part.columns]
    found = {}
    for name in incomplete:
        others = tuple(other for other in [*singles, ENDPOINT] if other != name)
        found[name] = Conditional(
            method=model["method"] if name == ENDPOINT else methods[name],
            predictors=others,
            interactions=products if name == ENDPOINT else (),
            by=by,
            bounds=_bounds(model) if name == ENDPOINT else (None, None),
        )
    return Prepared(table, found, _names(model, subjects))


def _names(model: Model, subjects: pd.DataFrame) -> dict[str, str]:
    names = {ENDPOINT: str(model["endpoint"])}
    methods = model.get("predictor_methods", {})
    numbered = {n: f"{n}=" for n in methods if methods[n] in CATEGORICAL}
    if "by" in model:
        numbered[model["by"]] = f"{model['by']} is "
    for name, lead in numbered.items():
        for code, level in enumerate(sorted(subjects[name].dropna().unique())):
            names[f"{lead}{code}"] = f"{lead}{level}"
    return names


def _bounds(model: Model) -> tuple[float | None, float | None]:
    low, high = model.get("bounds", (None, None))
    return (low, high)
