"""Completed values of an endpoint for subjects who could not reach it, drawn m times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.impute.defaults import SWEEPS
from scripts.impute.diagnostics import description_of, reworded, traces_of
from scripts.impute.engine import Completed, impute_chains
from scripts.impute.subjects import ENDPOINT, Prepared, compute_columns, prepare
from scripts.job import Job, StepError

__all__ = [
    "compute_columns",
    "impute_model",
    "impute_responses",
    "model_order",
    "select_subjects",
    "stack",
]

COLUMNS = ["USUBJID", "ARMCD", "PARAMCD", "IMPUTATION", "AVAL", "IMPUTED"]
DECIMALS = 10  # of stored draws: the last bits of a double differ between processors


@dataclass(frozen=True, eq=False)
class Imputed:
    """The stacked data sets of one model, the course of its chains, and how it was made."""

    table: pd.DataFrame
    traces: pd.DataFrame
    description: dict[str, Any]


def select_subjects(
    model: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> pd.DataFrame:
    """The model's population with the endpoint as `AVAL`, set missing where the plan says so."""
    subjects = adsl[adsl[model["population"]] == "Y"].reset_index(drop=True)
    observed = adresp[adresp["PARAMCD"] == model["endpoint"]].set_index("USUBJID")["AVAL"]
    values = subjects["USUBJID"].map(observed).astype(float)
    missing = evaluate(model["missing_when"], subjects)
    return subjects.assign(AVAL=values.mask(missing))


def model_order(data: np.ndarray) -> np.ndarray:
    """The rows of the model by their values, missing ones last; equal rows stay as they were.

    The draws then depend on what the model knows of the subjects: not on the order of the files,
    nor on the identifiers by which tables are sorted. Only among subjects who are alike in every
    column of the model does their own order decide who gets which of the draws.
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


def draw_endpoint(
    name: str, model: Mapping[str, Any], prepared: Prepared, seed: int, imputations: int
) -> tuple[np.ndarray, Completed]:
    """Draws of the missing in the order of the subjects, shape (imputations, missing)."""
    order = model_order(prepared.table.to_numpy(float))
    columns = {column: prepared.table[column].to_numpy(float)[order] for column in prepared.table}
    try:
        completed = impute_chains(
            columns,
            prepared.models,
            key=name,
            seed=seed,
            chains=imputations,
            sweeps=model.get("sweeps", SWEEPS),
        )
    except StepError as error:
        said = reworded(str(error), prepared.names)
        raise StepError(f"imputation model {name}: {said}") from None
    missing = prepared.table[ENDPOINT].isna().to_numpy()
    drawn = np.empty((imputations, len(missing)))
    if missing.any():
        drawn[:, order[completed.rows[ENDPOINT]]] = completed.values[ENDPOINT]
    return drawn[:, missing], completed


def impute_model(
    name: str,
    model: Mapping[str, Any],
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    seed: int,
    imputations: int,
) -> Imputed:
    """Everything about one model."""
    subjects = select_subjects(model, adsl, adresp)
    if subjects["AVAL"].isna().all():
        raise StepError(f"{name}: nobody has an observed {model['endpoint']} to learn from")
    prepared = prepare(model, subjects)
    draws, completed = draw_endpoint(name, model, prepared, seed, imputations)
    traces = traces_of(name, completed)
    traces["VARIABLE"] = traces["VARIABLE"].map(lambda word: reworded(word, prepared.names))
    description = description_of(completed, imputations, prepared.names)
    return Imputed(stack(model, subjects, draws), traces, description)


def impute_responses(
    adsl: pd.DataFrame, adresp: pd.DataFrame, models: Mapping[str, Any], seed: int, imputations: int
) -> dict[str, Imputed]:
    """What every model gives, by id."""
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
        for model, found in made.items():
            drawn = int((found.table["IMPUTATION"] == 1).sum())
            job.say(f"{model}: {drawn} values drawn {found.table['IMPUTATION'].max()} times")
            for note in found.description["notes"]:
                job.say(f"{model}: {note}")
        tables = {model: found.table for model, found in made.items()}
        job.write_all("imputed", tables, contract="imputed")
        traces = pd.concat([found.traces for found in made.values()], ignore_index=True)
        job.write("traces", traces, contract="traces")
        job.write("models", {model: found.description for model, found in made.items()})
