"""What an imputation model says of itself: the course of its chains, and how it was made."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.engine import CONVERGENCE, Completed

TRACED = 20  # chains of which the course is kept
DECIMALS = 10
COLUMNS = {
    "MODEL": "str",
    "VARIABLE": "str",
    "CHAIN": "int64",
    "SWEEP": "int64",
    "MEAN": "float64",
    "SD": "float64",
}


def traces_of(model: str, completed: Completed) -> pd.DataFrame:
    """Mean and standard deviation of each variable's drawn values by chain and sweep."""
    parts = []
    for variable, trace in completed.trace.items():
        mean, deviation = trace.mean[:TRACED], trace.deviation[:TRACED]
        chains, sweeps = mean.shape
        parts.append(
            pd.DataFrame(
                {
                    "MODEL": model,
                    "VARIABLE": variable,
                    "CHAIN": np.repeat(np.arange(1, chains + 1), sweeps),
                    "SWEEP": np.tile(np.arange(1, sweeps + 1), chains),
                    "MEAN": np.round(mean, DECIMALS).ravel(),
                    "SD": np.round(deviation, DECIMALS).ravel(),
                }
            )
        )
    empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    return pd.concat(parts, ignore_index=True) if parts else empty


def reworded(text: str, names: Mapping[str, str]) -> str:
    """A text with a reader's words for those that the engine uses."""
    if not names:
        return text
    longest = sorted(names, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"
    return re.sub(pattern, lambda found: names[found.group()], text)


def description_of(
    completed: Completed, chains: int, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Variables in the order in which they are drawn, how, and what was found on the way.

    `names` are a reader's words for those that the engine uses.
    """

    def said(text: str) -> str:
        return reworded(text, names or {})

    return {
        "imputations": chains,
        "order": [said(name) for name in completed.order],
        "monotone": completed.monotone,
        "sweeps": completed.sweeps,
        "convergence": CONVERGENCE,
        "notes": [said(note) for note in completed.notes],
        "variables": [
            {
                "variable": said(report.variable),
                "label": said(report.label),
                "method": report.method,
                "predictors": [said(name) for name in report.predictors],
                "missing": report.n_missing,
                "observed": report.n_observed,
                "separated": report.separated,
                "largest_coefficient": report.largest,
                "dropped": {said(name): count for name, count in report.dropped.items()},
                "convergence": report.rhat_mean,
                "convergence_of_deviation": report.rhat_deviation,
            }
            for report in completed.reports
        ],
    }
