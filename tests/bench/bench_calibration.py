"""Exact coverage and type I error of every difference-interval and test at 112 against 56.

Every outcome is counted with its binomial probability, so the figures have no simulation error.
Beside the summary the whole is written to results/bench/calibration.md and calibration.csv.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scripts.stats.arguments import FloatArray
from scripts.stats.unconditional import binomial_probabilities
from tests.bench.outcomes import CLOSED, EXACT, SCORE, kept_by, limits_of, p_values

SIZES = (112, 56)
LEVEL = 0.95
FOLDER = Path("results/bench")
# Values of the open proportion over which exact methods take the largest probability.
POINTS = 257


def grid(quick: bool) -> tuple[FloatArray, FloatArray]:
    """Proportions of group 1, and differences."""
    if quick:
        return np.linspace(0.05, 0.95, 19), np.array([-0.3, 0.0, 0.2])
    return np.linspace(0.005, 0.995, 199), np.round(np.linspace(-0.9, 0.9, 37), 10)


def coverage_at(kept: FloatArray, p1: FloatArray, p2: FloatArray) -> FloatArray:
    """The probability of the outcomes that are kept, for pairs of proportions."""
    first, second = (binomial_probabilities(n, p) for n, p in zip(SIZES, (p1, p2), strict=True))
    return np.asarray(((first @ kept) * second).sum(axis=1))


def coverages(method: str, quick: bool) -> list[tuple[float, float, float]]:
    """(p1, p2, coverage) over the grid of proportions and differences."""
    proportions, differences = grid(quick)
    limits = None if method in EXACT else limits_of(method, *SIZES, LEVEL)
    found = []
    for delta in map(float, differences):
        p1 = proportions[(proportions - delta > 0.001) & (proportions - delta < 0.999)]
        if limits is None:
            kept = kept_by(method, *SIZES, delta, LEVEL, POINTS)
        else:
            inside = (limits[0] <= delta + 1e-12) & (limits[1] >= delta - 1e-12)
            kept = inside.astype(np.float64)
        p2 = p1 - delta
        found += list(
            zip(p1.tolist(), p2.tolist(), coverage_at(kept, p1, p2).tolist(), strict=True)
        )
    return found


def figures_of(rows: Iterable[tuple[float, float, float]]) -> dict[str, Any]:
    """Mean and smallest coverage, where that is, and how often it is below and far below."""
    p1, p2, covered = (np.array(column) for column in zip(*rows, strict=True))
    least = int(covered.argmin())
    return {
        "value": float(covered.mean()),
        "minimum": float(covered[least]),
        "minimum_at": {"p1": round(float(p1[least]), 6), "p2": round(float(p2[least]), 6)},
        "share_below_nominal": float((covered < LEVEL).mean()),
        "share_below_0.93": float((covered < 0.93).mean()),
        "pairs": len(covered),
    }


def type_one_error(rejected: FloatArray, quick: bool) -> dict[str, Any]:
    """The largest and the mean rejection rate where both proportions are the same."""
    p = np.linspace(0.005, 0.995, 100 if quick else 991)
    rates = coverage_at(rejected, p, p)
    most = int(rates.argmax())
    return {
        "value": float(rates[most]),
        "maximum_at": round(float(p[most]), 6),
        "mean": float(rates.mean()),
        "proportions": len(p),
    }


def rejections(quick: bool) -> dict[str, FloatArray]:
    """1 for each outcome at which a test, or an interval without zero, rejects equality."""
    found = {
        name: (values < 1 - LEVEL).astype(np.float64)
        for name, values in p_values(*SIZES, POINTS).items()
    }
    for method in (*CLOSED, *SCORE):
        lower, upper = limits_of(method, *SIZES, LEVEL)
        found[f"interval_{method}"] = ((lower > 0) | (upper < 0)).astype(np.float64)
    for method in EXACT:
        found[f"interval_{method}"] = 1 - kept_by(method, *SIZES, 0.0, LEVEL, POINTS)
    return found


def table(covered: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    """The result for a reader."""
    lines = [
        f"# Calibration at {SIZES[0]} against {SIZES[1]}, nominal {100 * LEVEL:g}%",
        "",
        "Exact: every outcome with its binomial probability. Exact methods take the largest "
        f"probability over {POINTS} values of the open proportion; their coverage is that of the "
        "differences that are not rejected, and the interval printed in a report holds at least "
        "those.",
        "",
        "| interval | mean coverage | smallest | at p1, p2 | below 0.95 | below 0.93 |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in covered.items():
        at = one["minimum_at"]
        lines.append(
            f"| {name} | {one['value']:.4f} | {one['minimum']:.4f} | {at['p1']:g}, {at['p2']:g} | "
            f"{one['share_below_nominal']:.3f} | {one['share_below_0.93']:.3f} |"
        )
    lines += ["", "| test of equality | largest type I error | at p | mean |", "|---|---|---|---|"]
    for name, one in errors.items():
        lines.append(f"| {name} | {one['value']:.4f} | {one['maximum_at']:g} | {one['mean']:.4f} |")
    return "\n".join(lines) + "\n"


def measure(quick: bool) -> dict[str, dict[str, Any]]:
    """Coverage of every interval and type I error of every test; writes the tables as well."""
    covered: dict[str, Any] = {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "calibration.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["interval", "p1", "p2", "coverage"])
        for method in (*CLOSED, *SCORE, *EXACT):
            rows = coverages(method, quick)
            writer.writerows([method, *(f"{value:.6g}" for value in row)] for row in rows)
            covered[method] = figures_of(rows)
    errors = {name: type_one_error(r, quick) for name, r in rejections(quick).items()}
    (FOLDER / "calibration.md").write_text(table(covered, errors))
    found = {f"coverage_{name}": one for name, one in covered.items()}
    return found | {f"type_one_error_{name}": one for name, one in errors.items()}
