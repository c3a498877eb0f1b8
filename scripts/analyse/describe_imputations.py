"""Diagnostics of imputation models: convergence, traces of chains, observed against imputed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.imputation_reports import ModelReport, report_of
from scripts.analyse.results import Analysis, Plan, Rows, build_result, method_of, numbers
from scripts.job import Job
from scripts.stats.convergence import split_rhat

CLASSES = 24
Entries = list[dict[str, Any]]


def traces_of(traces: pd.DataFrame, model: str, variable: str, column: str) -> np.ndarray:
    """What a variable of a model did, shape (chains, sweeps)."""
    own = traces[(traces["MODEL"] == model) & (traces["VARIABLE"] == variable)]
    wide = own.pivot_table(index="CHAIN", columns="SWEEP", values=column, dropna=False)
    return wide.to_numpy(float)


def variable_rows(model: str, report: ModelReport, traces: pd.DataFrame) -> tuple[Rows, Entries]:
    """One row for each incomplete variable of a model, and its traces where it iterates."""
    rows: Rows = []
    drawn: Entries = []
    for variable in report.variables:
        means = traces_of(traces, model, variable.name, "MEAN")
        spreads = traces_of(traces, model, variable.name, "SD")
        moving = report.iterates and means.size > 0
        rows += numbers(
            f"{model}: {variable.id}",
            "",
            missing=variable.missing,
            observed=variable.observed,
            chains=len(means) if moving else 0,
            sweeps=report.sweeps,
            convergence=split_rhat(means) if moving else None,
            convergence_sd=split_rhat(spreads) if moving else None,
            convergence_all=variable.convergence if moving else None,
            separated=variable.separated,
        )
        known = any(one["variable"] == variable.name for one in drawn)
        if moving and means.shape[1] > 1 and not known:
            row = f"{model}: {variable.id}"
            entry = {"model": model, "variable": variable.name, "row": row}
            drawn.append({**entry, "means": means.tolist()})
    return rows, drawn


def classes_of(values: np.ndarray) -> tuple[list[float], bool]:
    """The limits of classes of values, and whether the values are yes and no alone."""
    if np.isin(values, (0.0, 1.0)).all():
        return [-0.5, 0.5, 1.5], True
    low, high = float(values.min()), float(values.max())
    spread = high - low or 1.0
    return [low + spread * step / CLASSES for step in range(CLASSES + 1)], False


def shares_of(values: np.ndarray, limits: Sequence[float]) -> list[float]:
    """The share of values in each class; no value, no share."""
    counts = np.histogram(values, bins=np.array(limits))[0]
    return [float(count) / len(values) for count in counts] if len(values) else []


def density_of(
    model: str, imputed: pd.DataFrame, arms: Sequence[Mapping[str, Any]]
) -> tuple[Rows, Entries]:
    """Means of what was observed and of what was imputed by arm, and how both are distributed."""
    limits, binary = classes_of(imputed["AVAL"].to_numpy(float))
    rows: Rows = []
    drawn: Entries = []
    for arm in arms:
        own = imputed[imputed["ARMCD"] == arm["code"]]
        found = {}
        for word, part in (("observed", own["IMPUTED"] == "N"), ("imputed", own["IMPUTED"] == "Y")):
            values = own.loc[part, "AVAL"].to_numpy(float)
            found[word] = shares_of(values, limits)
            mean = float(values.mean()) if len(values) else None
            subjects = own.loc[part, "USUBJID"].nunique()
            rows += numbers(f"{word}: {model}", arm["code"], total=int(subjects), proportion=mean)
        entry = {"model": model, "group": arm["code"], "limits": limits, "binary": binary}
        drawn.append({**entry, **found})
    return rows, drawn


def imputation_diagnostics(
    name: str,
    analysis: Analysis,
    plan: Plan,
    imputed: Mapping[str, pd.DataFrame],
    traces: pd.DataFrame,
    notes: Mapping[str, Any],
) -> dict[str, Any]:
    """The diagnostics of every model that the analysis names."""
    statistics: Rows = []
    models, moves, shapes = [], [], []
    labels: dict[str, str] = {}
    for model in analysis["models"]:
        spec = plan["models"][model]
        report = report_of(spec, notes.get(model), imputed[model])
        rows, drawn = variable_rows(model, report, traces)
        more, shaped = density_of(model, imputed[model], plan["arms"])
        statistics += rows + more
        moves += drawn
        shapes += shaped
        entry = {"id": model, "label": spec["label"], "iterates": report.iterates}
        models.append({**entry, "notes": report.notes})
        labels |= {f"{model}: {one.id}": one.label for one in report.variables}
    method = method_of(
        "imputation_diagnostics",
        "Split potential scale reduction of the means and standard deviations of imputed values",
        {"models": list(analysis["models"])},
    )
    groups = [{"id": a["code"], "label": a["label"], "N": None, "n": None} for a in plan["arms"]]
    return build_result(
        name, analysis, plan, None, groups=groups, method=method, statistics=statistics,
        labels=labels, diagnostics={"models": models, "traces": moves, "densities": shapes},
    )  # fmt: skip


COLUMNS = ["MODEL", "VARIABLE", "CHAIN", "SWEEP", "MEAN", "SD"]


def describe_imputations(
    imputed: Mapping[str, pd.DataFrame],
    traces: Sequence[pd.DataFrame],
    documents: Mapping[str, Any],
    plan: Plan,
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id; `documents` are the files of notes on the models."""
    every = pd.concat([pd.DataFrame(columns=COLUMNS), *traces], ignore_index=True)
    notes = {name: note for document in documents.values() for name, note in document.items()}
    return {
        name: imputation_diagnostics(name, analysis, plan, imputed, every, notes)
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = describe_imputations(
            job.tables("imputed"),
            list(job.tables("traces").values()),
            job.jsons("models"),
            job.plan,
        )
        job.write_all("results", made)
