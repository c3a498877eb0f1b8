"""Completed values of an endpoint for subjects who could not reach it, drawn m times."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.impute.conditional import Method, draw_chains
from scripts.impute.defaults import SWEEPS
from scripts.job import Job, StepError

COLUMNS = ["USUBJID", "ARMCD", "PARAMCD", "IMPUTATION", "AVAL", "IMPUTED"]
DECIMALS = 10  # of stored draws: the last bits of a double differ between processors


def select_subjects(
    model: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> pd.DataFrame:
    """The model's population with the endpoint as `AVAL`, set missing where the plan says so."""
    subjects = adsl[adsl[model["population"]] == "Y"].reset_index(drop=True)
    observed = adresp[adresp["PARAMCD"] == model["endpoint"]].set_index("USUBJID")["AVAL"]
    values = subjects["USUBJID"].map(observed).astype(float)
    missing = evaluate(model["missing_when"], subjects)
    return subjects.assign(AVAL=values.mask(missing))


def compute_columns(subjects: pd.DataFrame, name: str) -> pd.DataFrame:
    """One predictor as numbers: as it is, 1 for Y, or an indicator for each level but the first."""
    values = subjects[name]
    if pd.api.types.is_numeric_dtype(values):
        return pd.DataFrame({name: values.astype(float)})
    levels = sorted(values.dropna().unique())
    if set(levels) <= {"Y", "N"}:
        return pd.DataFrame({name: values.map({"Y": 1.0, "N": 0.0}).astype(float)})
    if values.isna().any():
        raise StepError(
            f"predictor {name} has several levels and missing values; give a Y/N flag or a number"
        )
    return pd.DataFrame({f"{name}={level}": (values == level) * 1.0 for level in levels[1:]})


def design_of(
    model: Mapping[str, Any], subjects: pd.DataFrame
) -> tuple[np.ndarray, dict[int, Method]]:
    """The data matrix with the endpoint last, and how each incomplete column is drawn."""
    parts = [compute_columns(subjects, name) for name in model["predictors"]]
    table = pd.concat([*parts, subjects[["AVAL"]]], axis=1)
    declared = {**model.get("predictor_methods", {}), "AVAL": model["method"]}
    incomplete = [name for name in table.columns if table[name].isna().any()]
    unknown = [name for name in incomplete if name not in declared]
    if unknown:
        raise StepError(
            f"predictor(s) with missing values and no method: {', '.join(unknown)}; "
            "name each under predictor_methods"
        )
    positions = {name: position for position, name in enumerate(table.columns)}
    methods: dict[int, Method] = {positions[name]: declared[name] for name in incomplete}
    return table.to_numpy(float), methods


def model_order(data: np.ndarray) -> np.ndarray:
    """The rows of the model by their values, missing ones last; equal rows stay as they were.

    The draws then depend on what is known of the subjects and on nothing else: not on the order of
    the files, nor on the identifiers by which tables are sorted.
    """
    keys = [key for column in data.T for key in (np.isnan(column), np.nan_to_num(column))]
    return np.lexsort(keys[::-1])


def stack(model: Mapping[str, Any], subjects: pd.DataFrame, draws: np.ndarray) -> pd.DataFrame:
    """Observed values once as imputation 0, then the draws of each imputation from 1."""
    missing = subjects["AVAL"].isna()
    observed = subjects.loc[~missing, ["USUBJID", "ARMCD", "AVAL"]]
    observed = observed.assign(IMPUTATION=0, IMPUTED="N")
    count, lost = draws.shape
    names = subjects.loc[missing, ["USUBJID", "ARMCD"]]
    repeated = names.iloc[np.tile(np.arange(lost), count)]
    drawn = repeated.assign(
        AVAL=np.round(draws, DECIMALS).ravel(),
        IMPUTATION=np.repeat(np.arange(1, count + 1), lost),
        IMPUTED="Y",
    )
    stacked = pd.concat([observed, drawn], ignore_index=True)
    return stacked.assign(PARAMCD=model["endpoint"])[COLUMNS]


def impute_model(
    name: str,
    model: Mapping[str, Any],
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    seed: int,
    imputations: int,
) -> pd.DataFrame:
    """The stacked data sets of one model."""
    subjects = select_subjects(model, adsl, adresp)
    if subjects["AVAL"].isna().all():
        raise StepError(f"{name}: nobody has an observed {model['endpoint']} to learn from")
    data, methods = design_of(model, subjects)
    missing = subjects["AVAL"].isna().to_numpy()
    if not missing.any():
        return stack(model, subjects, np.empty((imputations, 0)))
    order = model_order(data)
    sweeps = model.get("sweeps", SWEEPS)
    completed = draw_chains(data[order], methods, name, seed, imputations, sweeps)
    drawn = np.empty(completed.shape[:2])
    drawn[:, order] = completed[:, :, -1]
    return stack(model, subjects, drawn[:, missing])


def impute_responses(
    adsl: pd.DataFrame, adresp: pd.DataFrame, models: Mapping[str, Any], seed: int, imputations: int
) -> dict[str, pd.DataFrame]:
    """The stacked data sets of every model by id."""
    return {
        name: impute_model(name, model, adsl, adresp, seed, imputations)
        for name, model in models.items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = impute_responses(
            job.table("adsl"),
            job.table("adresp"),
            job.plan["models"],
            job.plan["settings.seed"],
            job.plan["settings.imputations"],
        )
        for model, table in made.items():
            drawn = int((table["IMPUTATION"] == 1).sum())
            job.say(f"{model}: {drawn} values drawn {table['IMPUTATION'].max()} times")
        job.write_all("imputed", made, contract="imputed")
