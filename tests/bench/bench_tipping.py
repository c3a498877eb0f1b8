"""Tipping points: a grid of counts by each interval, and a grid of shifts drawn and pooled."""

from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from scripts.impute.impute_shifted import impute_shifted
from scripts.stats.difference_grids import difference_grid
from scripts.stats.proportions import DIFFERENCES
from scripts.stats.rubin_grids import rubin_grid
from tests.bench.timing import compared, cpu_seconds, interleaved


def cell_by_cell(x1: Any, n1: int, x2: Any, n2: int, method: str) -> np.ndarray:
    """The peer: the scalar interval in each cell."""
    return np.array([[DIFFERENCES[method](a, n1, b, n2).lower for b in x2] for a in x1])


def trial(size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two arms of this size, an eighth of each missing."""
    at = np.arange(2 * size)
    adsl = pd.DataFrame({"USUBJID": [f"S{i:05d}" for i in at], "ARMCD": np.where(at % 2, "A", "B"),
                         "ITTFL": "Y", "STOPFL": np.where(at % 8 < 1, "Y", "N")})  # fmt: skip
    verdicts = np.random.default_rng(1).random(2 * size) < 0.6
    return adsl, pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "R", "AVAL": verdicts * 1.0})


def measure(quick: bool) -> dict[str, Any]:
    """Figures by key: `ratio` against one cell after the other, or seconds of a whole grid."""
    rounds = 3 if quick else 9
    found: dict[str, Any] = {}
    missing = 14 if quick else 60
    axes = np.arange(40, 41 + missing), 112, np.arange(20, 21 + missing // 2), 56
    for method in ("wald", "newcombe", "miettinen_nurminen"):
        rivals = {
            "at_once": partial(cpu_seconds, partial(difference_grid, *axes, method=method)),
            "cell_by_cell": partial(cpu_seconds, partial(cell_by_cell, *axes, method)),
        }
        taken = interleaved(rivals, rounds)
        key = f"tipping_counts_{method}_{missing + 1}x{missing // 2 + 1}"
        found[key] = compared(taken, "at_once", "cell_by_cell")
    shifts = [x / 2 for x in range(-10, 11)]
    model = {"endpoint": "R", "population": "ITTFL", "method": "logistic", "predictors": ["ARMCD"],
             "missing_when": {"variable": "STOPFL", "is": "Y"},
             "assumption": {"kind": "delta_grid", "grid": {"A": shifts, "B": shifts}}}  # fmt: skip
    chains = 100 if quick else 1000
    tables, draws = trial(84), np.random.default_rng(2).integers(20, 50, (chains, 21))
    whole = {
        "drawn": partial(
            cpu_seconds, partial(impute_shifted, *tables, {"m": model}, (["B"], 1, chains))
        ),
        "pooled": partial(cpu_seconds, partial(rubin_grid, draws, 60, draws, 60)),
    }
    taken = interleaved(whole, rounds)
    seconds = {f"{name}_cpu_seconds": median(values) for name, values in taken.items()}
    found[f"tipping_shifts_21x21_m{chains}"] = {**seconds, "readings": taken}
    return found
