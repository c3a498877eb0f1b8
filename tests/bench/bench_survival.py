"""Kaplan-Meier, log-rank and Cox against statsmodels and R's survival, on days with ties.

R reads the data from a binary file and then times its own work with `proc.time`; nobody's start
or reading is counted. What the rivals found is compared in the same run.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from scripts.stats.survival import cox, kaplan_meier, logrank
from tests.bench.timing import compared, cpu_seconds, interleaved

COVARIATES = 4
SIZES = {123: (7, 50), 10_000: (5, 5), 1_000_000: (3, 1)}  # rounds, and repeats inside a round
R_PROGRAM = """
suppressPackageStartupMessages(library(survival))
options(digits = 17)
arguments <- commandArgs(TRUE)
n <- as.integer(arguments[1]); task <- arguments[2]; repeats <- as.integer(arguments[3])
values <- readBin("data.bin", "double", 6 * n)
d <- as.data.frame(matrix(values, n)); names(d) <- c("time", "event", "x1", "x2", "x3", "x4")
work <- switch(task,
  km = function() survfit(Surv(time, event) ~ x1, data = d),
  logrank = function() survdiff(Surv(time, event) ~ x1, data = d),
  cox = function() coxph(Surv(time, event) ~ x1 + x2 + x3 + x4, data = d, ties = "efron"))
invisible(gc())
start <- proc.time()
for (i in seq_len(repeats)) fit <- work()
taken <- (proc.time() - start)[1:2]
found <- switch(task,
  km = c(fit$surv, (fit$surv * fit$std.err)[fit$surv > 0]),
  logrank = c(fit$chisq, fit$exp),
  cox = c(coef(fit), sqrt(diag(vcov(fit)))))
cat(sum(taken) / repeats, "\\n")
cat(format(found, digits = 17), sep = "\\n")
"""
Found = Callable[[], np.ndarray]


def make_data(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times in whole days, events and four covariates, the first of them a group of 0 and 1."""
    generator = np.random.default_rng(n)
    x = np.column_stack([generator.integers(0, 2, n), generator.normal(size=(n, COVARIATES - 1))])
    time = np.ceil(generator.exponential(500 * np.exp(-x @ [0.3, 0.2, -0.1, 0.0])))
    end = np.ceil(generator.uniform(0, 1000, n))
    return np.minimum(time, end), time <= end, x.astype(float)


def _curve_values(survival: list[np.ndarray], error: list[np.ndarray]) -> np.ndarray:
    curve, spread = np.concatenate(survival), np.concatenate(error)
    return np.concatenate([curve, spread[curve > 0]])


def ours(time: np.ndarray, event: np.ndarray, x: np.ndarray) -> dict[str, Found]:
    """Our three estimators."""
    group = x[:, 0]

    def km() -> np.ndarray:
        curves = [kaplan_meier(time[group == g], event[group == g]) for g in (0, 1)]
        return _curve_values([c.survival for c in curves], [c.standard_error for c in curves])

    def test() -> np.ndarray:
        found = logrank(time, event, group)
        return np.array([found.statistic, *found.expected])

    def model() -> np.ndarray:
        found = cox(time, event, x)
        return np.concatenate([found.coefficient, found.standard_error])

    return {"km": km, "logrank": test, "cox": model}


def theirs(time: np.ndarray, event: np.ndarray, x: np.ndarray) -> dict[str, Found]:
    """The same by statsmodels; its curves have the times of events only, and it gives no E."""
    group, status = x[:, 0], event.astype(float)

    def km() -> np.ndarray:
        survival, error = [], []
        for g in (0, 1):
            own = time[group == g]
            found = SurvfuncRight(own, status[group == g])
            place = np.searchsorted(found.surv_times, np.unique(own), side="right")
            survival.append(np.append(1.0, found.surv_prob)[place])
            error.append(np.append(0.0, found.surv_prob_se)[place])
        return _curve_values(survival, error)

    def test() -> np.ndarray:
        return np.array([survdiff(time, status, group)[0]])

    def model() -> np.ndarray:
        found = PHReg(time, x, status=status, ties="efron").fit(disp=0)
        return np.concatenate([found.params, found.bse])

    return {"km": km, "logrank": test, "cox": model}


class R:
    """R's survival package on data in a folder."""

    def __init__(self, folder: Path, time: np.ndarray, event: np.ndarray, x: np.ndarray) -> None:
        self.folder, self.n = folder, time.size
        np.column_stack([time, event, x]).T.astype("<f8").tofile(folder / "data.bin")
        (folder / "program.R").write_text(R_PROGRAM)
        self.found: dict[str, np.ndarray] = {}

    def run(self, task: str, repeats: int) -> float:
        """CPU seconds of one task, as R took them; what it found is kept."""
        command = ["Rscript", "--vanilla", "program.R", str(self.n), task, str(repeats)]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=True, timeout=1800
        )
        first, *rest = done.stdout.split()
        self.found[task] = np.array(rest, dtype=float)
        return float(first)


def largest_difference(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference, relative to numbers above one."""
    size = min(first.size, second.size)
    first, second = first[:size], second[:size]
    return float((np.abs(first - second) / np.maximum(np.abs(first), 1)).max())


def _repeated(work: Found, repeats: int) -> Callable[[], float]:
    return lambda: cpu_seconds(lambda: [work() for _ in range(repeats)]) / repeats


def measure(quick: bool) -> dict[str, dict[str, Any]]:
    """Every task at every size against each rival, in turns."""
    figures: dict[str, dict[str, Any]] = {}
    for n, (rounds, repeats) in SIZES.items():
        if quick and n > 10_000:
            continue
        data = make_data(n)
        mine, other = ours(*data), theirs(*data)
        with tempfile.TemporaryDirectory() as name:
            r = R(Path(name), *data) if shutil.which("Rscript") else None
            for task in mine:
                rivals = {"ours": _repeated(mine[task], repeats)}
                rivals["statsmodels"] = _repeated(other[task], min(repeats, 5))
                if r is not None:
                    rivals["r"] = lambda task=task, r=r, k=repeats: r.run(task, k)  # type: ignore[misc]
                taken = interleaved(rivals, min(rounds, 3) if quick else rounds)
                values = {"statsmodels": other[task]()} | ({"r": r.found[task]} if r else {})
                for rival, found in values.items():
                    figures[f"{task}_vs_{rival}_n{n}"] = {
                        **compared(taken, "ours", rival),
                        "largest_difference": largest_difference(mine[task](), found),
                    }
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(quick=True), indent=1))
