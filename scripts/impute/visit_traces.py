"""What a model by visit says of itself: traces of its chains, and how it was made."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.defaults import SWEEPS
from scripts.impute.diagnostics import COLUMNS, DECIMALS, TRACED, description_of, traces_of
from scripts.impute.engine import CONVERGENCE, Completed
from scripts.impute.fcs.notes import convergence_of
from scripts.impute.transition import Transitions
from scripts.impute.visit_chains import ARM
from scripts.impute.visit_table import Floats, Model, VisitTable


@dataclass
class Notes:
    """What was found on the way: the engine's run, states learnt, values kept, gaps by sweep.

    `gaps` has for each measure the draws of its missed visits, (sweeps, chains, values), a part of
    the chains after the other.
    """

    engine: Completed | None = None
    learnt: dict[str, Transitions] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    gaps: dict[str, list[Floats]] = field(default_factory=dict)


def names_of(model: Model, table: VisitTable) -> dict[str, str]:
    """The columns of the engine as a reader calls them."""
    names = {f"{measure}@0": f"{measure}, baseline" for measure in model["measures"]}
    for measure in model["measures"]:
        for place, visit in enumerate(table.visits["AVISIT"], start=1):
            names[f"{measure}@{place}"] = f"{measure}, {visit}"
    if model.get("by_arm"):
        names |= {f"{ARM} is {place}": str(code) for place, code in enumerate(np.unique(table.arm))}
    return names


def _course(parts: list[Floats]) -> tuple[Floats, Floats]:
    """Mean and spread of the draws of each chain in each sweep, both (chains, sweeps)."""
    drawn = np.concatenate(parts, axis=1)
    if not drawn.size:
        return np.empty((0, 0)), np.empty((0, 0))
    several = drawn.shape[2] > 1
    spread = drawn.std(axis=2, ddof=1) if several else np.full(drawn.shape[:2], np.nan)
    return drawn.mean(axis=2).T, spread.T


def visit_traces(name: str, model: Model, table: VisitTable, notes: Notes) -> pd.DataFrame:
    """The course of the first chains: of each visit by the engine, or of all missed visits."""
    parts = [pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in COLUMNS.items()})]
    if notes.engine is not None:
        found = traces_of(name, notes.engine)
        parts.append(found.replace({"VARIABLE": names_of(model, table)}))
    for measure, drawn in notes.gaps.items():
        mean, spread = (one[:TRACED] for one in _course(drawn))
        chains, sweeps = mean.shape
        parts.append(
            pd.DataFrame(
                {
                    "MODEL": name,
                    "VARIABLE": measure,
                    "CHAIN": np.repeat(np.arange(1, chains + 1), sweeps),
                    "SWEEP": np.tile(np.arange(1, sweeps + 1), chains),
                    "MEAN": np.round(mean, DECIMALS).ravel(),
                    "SD": np.round(spread, DECIMALS).ravel(),
                }
            )
        )
    full = [part for part in parts if len(part)] or parts
    return pd.concat(full, ignore_index=True)


def _variable(measure: str, model: Model, table: VisitTable, notes: Notes) -> dict[str, Any]:
    """One measure that the engine did not draw, in the words in which the engine speaks."""
    spec, missing = model["measures"][measure], np.isnan(table.values[measure])
    about: dict[str, Any] = {
        "variable": measure,
        "label": measure,
        "method": spec["method"],
        "missing": int(missing.sum()),
        "observed": int((~missing).sum()),
        "separated": None,
        "largest_coefficient": None,
        "dropped": {},
        "convergence": None,
        "convergence_of_deviation": None,
    }
    fixed = ["ARMCD", *model.get("predictors", [])]
    if measure in notes.learnt:
        return {**about, "predictors": ["state before", *spec.get("given", []), *fixed]}
    mean, spread = _course(notes.gaps.get(measure, [np.empty((0, 0, 0))]))
    if mean.size:
        about |= {
            "convergence": convergence_of(mean),
            "convergence_of_deviation": convergence_of(spread),
        }
    previous = model.get("previous")
    near = "visits before" if previous is None else f"{previous} visits before"
    return {**about, "predictors": [*fixed, f"{measure}, baseline", near]}


def describe_model(
    model: Model, table: VisitTable, chosen: np.ndarray, verdicts: Floats, notes: Notes
) -> dict[str, Any]:
    """How one model was made, with the keys of models of endpoints, and what is of visits."""
    if notes.engine is not None:
        about = description_of(notes.engine, len(verdicts), names_of(model, table))
    else:
        sweeps = model.get("sweeps", SWEEPS)
        about = {"imputations": len(verdicts), "order": [], "monotone": False, "sweeps": sweeps}
        about |= {"convergence": CONVERGENCE, "notes": [], "variables": []}
    for measure in model["measures"] if len(chosen) else []:
        if notes.engine is None or measure in notes.learnt:
            about["order"] = [*about["order"], measure]
            about["variables"] = [
                *about["variables"],
                _variable(measure, model, table, notes),
            ]
    about["notes"] = [*about["notes"], *notes.kept]
    return {**about, "by_visit": _by_visit(model, table, chosen, verdicts, notes)}


def _by_visit(
    model: Model, table: VisitTable, chosen: np.ndarray, verdicts: Floats, notes: Notes
) -> dict[str, Any]:
    """Who was judged again, how many of them respond on average, what was missing where."""
    after = np.arange(len(table.visits)) >= table.last[:, None]
    stopped = table.stopped[:, None]
    measures = {}
    for measure, values in table.values.items():
        missing = np.isnan(values)
        measures[measure] = {
            "missing_after_end": int((missing & after & stopped).sum()),
            "missing_after_end_of_others": int((missing & after & ~stopped).sum()),
            "missing_between": int((missing & ~after).sum()),
        }
    for measure, fitted in notes.learnt.items():
        learnt = {"visits_learnt_from": fitted.visits, "events_learnt_from": fitted.events}
        measures[measure] = {**measures[measure], **learnt}
    return {
        "derive": model["derive"],
        "assumption": model.get("assumption", {"kind": "missing_at_random"}),
        "subjects": {
            "all": len(table.subjects),
            "stopped": int(table.stopped.sum()),
            "derived": len(chosen),
        },
        "share": float(verdicts.mean()) if verdicts.size else 0.0,
        "measures": measures,
    }
