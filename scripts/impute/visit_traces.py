"""What a model by visit says of itself: traces of its chains, and how it was made."""

from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.engine import Completed
from scripts.impute.visit_table import Floats, Model, VisitTable

COLUMNS = {
    "MODEL": "str",
    "VARIABLE": "str",
    "CHAIN": "int64",
    "SWEEP": "int64",
    "MEAN": "float64",
    "SD": "float64",
}
TRACED = 20


def trace_rows(name: str, drawn: Any, variable: str = "", first: int = 0) -> pd.DataFrame:
    """Mean and spread of what each of the first chains drew in each sweep.

    `drawn` has the draws of one variable, shape (sweeps, chains, values), chains from `first` on.
    """
    if drawn is None or not np.size(drawn) or first >= TRACED:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    kept: Floats = np.asarray(drawn)[:, : TRACED - first]
    sweeps, chains, _ = kept.shape
    return pd.DataFrame(
        {
            "MODEL": name,
            "VARIABLE": variable,
            "CHAIN": np.tile(np.arange(1, chains + 1) + first, sweeps),
            "SWEEP": np.repeat(np.arange(1, sweeps + 1), chains),
            "MEAN": kept.mean(axis=2).ravel(),
            "SD": kept.std(axis=2).ravel(),
        }
    )


def engine_traces(name: str, drawn: Completed) -> pd.DataFrame:
    """The traces of the columns that the engine drew."""
    parts = [
        pd.DataFrame(
            {
                "MODEL": name,
                "VARIABLE": variable,
                "CHAIN": np.repeat(np.arange(1, len(trace.mean[:TRACED]) + 1), trace.mean.shape[1]),
                "SWEEP": np.tile(np.arange(1, trace.mean.shape[1] + 1), len(trace.mean[:TRACED])),
                "MEAN": trace.mean[:TRACED].ravel(),
                "SD": trace.deviation[:TRACED].ravel(),
            }
        )
        for variable, trace in drawn.trace.items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else trace_rows(name, None)


def engine_reports(drawn: Completed | None) -> dict[str, Any]:
    """What the engine says of its sweep and of each column; nothing where it was not used."""
    if drawn is None:
        return {}
    return {
        "order": list(drawn.order),
        "monotone": drawn.monotone,
        "sweeps": drawn.sweeps,
        "notes": list(drawn.notes),
        "variables": [
            {
                "variable": one.variable,
                "method": one.method,
                "predictors": list(one.predictors),
                "missing": one.n_missing,
                "observed": one.n_observed,
                "separated": one.separated,
                "convergence": one.rhat_mean,
            }
            for one in drawn.reports
        ],
    }


def describe_model(
    model: Model, table: VisitTable, chosen: np.ndarray, verdicts: Floats, notes: dict[str, Any]
) -> dict[str, Any]:
    """How one model was made: who, what was missing, from how much it learnt."""
    after = np.arange(len(table.visits)) >= table.last[:, None]
    measures = {}
    for measure, spec in model["measures"].items():
        missing = np.isnan(table.values[measure])
        entry: dict[str, Any] = {
            "method": spec["method"],
            "missing_after_end": int((missing & after & table.stopped[:, None]).sum()),
            "missing_after_end_of_others": int((missing & after & ~table.stopped[:, None]).sum()),
            "missing_between": int((missing & ~after).sum()),
            "monotone": bool(not (missing & ~after).any()),
        }
        if measure in notes["learnt"]:
            entry["visits_learnt_from"], entry["events_learnt_from"] = notes["learnt"][measure]
        measures[measure] = entry
    return {
        "kind": "by_visit",
        "derive": model["derive"],
        "assumption": model.get("assumption", {"kind": "missing_at_random"}),
        "imputations": len(verdicts),
        "subjects": {
            "all": len(table.subjects),
            "stopped": int(table.stopped.sum()),
            "derived": len(chosen),
        },
        "share": float(verdicts.mean()) if verdicts.size else 0.0,
        "measures": measures,
        "kept": notes["kept"],
        "engine": engine_reports(notes["engine"]),
    }
