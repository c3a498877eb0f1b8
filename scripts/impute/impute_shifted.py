"""Completed values under assumptions that depart from missing at random, and under whole grids."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.assumptions import (
    TO_REFERENCE,
    filled_with,
    is_completion,
    kind_of,
    reference_of,
    shift_of,
)
from scripts.impute.engine import impute_chains
from scripts.impute.impute_responses import model_order, select_subjects, stack
from scripts.impute.subjects import ENDPOINT, prepare
from scripts.job import Job, StepError
from scripts.stats.arguments import FloatArray

Model = Mapping[str, Any]
# The reference arms, the seed, and the number of imputations.
Setting = tuple[Sequence[str], int, int]
ARM = "ARMCD"


def drawn_as(model: Model, subjects: pd.DataFrame, references: Sequence[str]) -> pd.DataFrame:
    """The subjects with the arm from whose model each of the missing is drawn."""
    if kind_of(model) not in TO_REFERENCE:
        return subjects
    arm = reference_of(model, references)
    observed = subjects.loc[subjects["AVAL"].notna(), ARM]
    if not (observed == arm).any():
        raise StepError(f"nobody of the reference arm {arm} has an observed {model['endpoint']}")
    return subjects.assign(**{ARM: subjects[ARM].mask(subjects["AVAL"].isna(), arm)})


def draw_model(
    name: str,
    model: Model,
    subjects: pd.DataFrame,
    shifts: Sequence[FloatArray],
    setting: Setting,
) -> list[FloatArray]:
    """Draws of the missing at each of several shifts of their log odds, (imputations, missing).

    The random numbers depend on the key and on the number of the imputation alone: between two
    shifts nothing differs but the shift, so that a larger one never has fewer responders. Subjects
    stand in the order of the model without an assumption, which has the same random numbers where
    the key is the same.
    """
    references, seed, chains = setting
    missing = subjects[ENDPOINT].isna().to_numpy()
    if missing.all() and len(missing):
        raise StepError(f"{name}: nobody has an observed {model['endpoint']} to learn from")
    order = model_order(prepare(model, subjects).table.to_numpy(float))
    prepared = prepare(model, drawn_as(model, subjects, references))
    columns = {column: prepared.table[column].to_numpy(float)[order] for column in prepared.table}
    if not missing.any():
        return [np.empty((chains, 0)) for _ in shifts]
    draws = []
    for shift in shifts:
        added = np.zeros(len(subjects))
        added[missing] = shift
        own = {ENDPOINT: replace(prepared.models[ENDPOINT], shift=added[order])}
        key = model.get("draws_of", name)
        made = impute_chains(columns, own, key=key, seed=seed, chains=chains, sweeps=1)
        drawn = np.empty((chains, len(subjects)))
        drawn[:, order[made.rows[ENDPOINT]]] = made.values[ENDPOINT]
        draws.append(drawn[:, missing])
    return draws


def impute_model(name: str, model: Model, subjects: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The stacked data sets of a model with an assumption; one where nothing is drawn."""
    arms = subjects.loc[subjects["AVAL"].isna(), ARM]
    if is_completion(model):
        return stack(model, subjects, np.array([[filled_with(model, arm) for arm in arms]]))
    shift = np.array([shift_of(model, arm) for arm in arms])
    [drawn] = draw_model(name, model, subjects, [shift], setting)
    return stack(model, subjects, drawn)


def impute_grid(name: str, model: Model, subjects: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Responders by arm, shift and imputation; imputation 0 holds those observed.

    The draws of an arm do not depend on the shift of another one, so that a cell of the grid needs
    no record of its own.
    """
    grid = model["assumption"]["grid"]
    missing = subjects["AVAL"].isna()
    deltas = sorted({float(delta) for values in grid.values() for delta in values})
    shifts = [np.full(int(missing.sum()), delta) for delta in deltas]
    draws = dict(zip(deltas, draw_model(name, model, subjects, shifts, setting), strict=True))
    parts = []
    for arm, values in grid.items():
        inside = subjects[ARM] == arm
        observed = subjects.loc[inside & ~missing, "AVAL"]
        own = (subjects.loc[missing, ARM] == arm).to_numpy()
        for delta in map(float, sorted(values)):
            drawn = draws[delta][:, own].sum(axis=1)
            counts = np.concatenate([[observed.sum()], drawn]).astype(int)
            sizes = np.concatenate([[len(observed)], np.full(len(drawn), own.sum())])
            part = {"DELTA": delta, "IMPUTATION": np.arange(len(counts)), "SUBJECTS": sizes}
            parts.append(pd.DataFrame({"ARMCD": arm, **part, "RESPONDERS": counts}))
    return pd.concat(parts, ignore_index=True).assign(PARAMCD=model["endpoint"])


def impute_shifted(
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    models: Mapping[str, Model],
    setting: Setting,
) -> dict[str, dict[str, pd.DataFrame]]:
    """By `imputed` and `grids` the tables of every model by id."""
    made: dict[str, dict[str, pd.DataFrame]] = {"imputed": {}, "grids": {}}
    for name, model in models.items():
        subjects = select_subjects(model, adsl, adresp)
        if kind_of(model) == "delta_grid":
            made["grids"][name] = impute_grid(name, model, subjects, setting)
        else:
            made["imputed"][name] = impute_model(name, model, subjects, setting)
    return made


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        setting = tuple(job.plan[key] for key in ("references", "settings.seed",
                                                  "settings.imputations"))  # fmt: skip
        made = impute_shifted(job.table("adsl"), job.table("adresp"), job.plan["models"], setting)
        for kind, tables in made.items():
            for model, table in tables.items():
                job.say(f"{model}: {kind}, {len(table)} records")
        job.write_all("imputed", made["imputed"], contract="imputed")
        job.write_all("grids", made["grids"], contract="delta_grid")
