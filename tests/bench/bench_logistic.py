"""Logistic regression of 5 columns against statsmodels' Logit and R's glm."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import statsmodels.api as sm

from scripts.stats.logistic import logistic_regression
from tests.bench.timing import Rival, compared, cpu_seconds, interleaved

COLUMNS = 5
SLOPES = np.array([0.8, -0.5, 0.3, 0.0, -0.2])
SIZES = {123: 15, 10_000: 11, 1_000_000: 7}
QUICK = {123: 3, 10_000: 3, 100_000: 3}
# Small fits are repeated, so that a clock of whole milliseconds can read them.
REPEATS = {123: 50, 10_000: 5}
TOLERANCE = 1e-6

# R reads the data before its clock starts, and fits whenever a line arrives, to take its turn. Its
# standard errors are those of the step before the last, so what is compared is a fit that goes on.
PROGRAM = """
size <- file.info("data.bin")$size / 8
data <- matrix(readBin("data.bin", "double", size), ncol = {columns} + 1)
frame <- data.frame(y = data[, 1], data[, -1])
inputs <- file("stdin", "r")
while (length(line <- readLines(inputs, 1)) == 1) {{
  before <- proc.time()
  if (line == "exactly") {{
    fitted <- glm(y ~ ., binomial, frame, start = coef(fitted), control = list(epsilon = 1e-14))
  }} else {{
    for (turn in seq_len({repeats})) fitted <- glm(y ~ ., binomial, frame)
  }}
  taken <- proc.time() - before
  summed <- summary(fitted)$coefficients
  cat(sprintf("%.17g", c((taken[["user.self"]] + taken[["sys.self"]]) / {repeats},
      summed[, 1], summed[, 2])), "\\n")
  flush(stdout())
}}
"""


def made(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Covariates, half of them flags, and an outcome that depends on some of them."""
    generator = np.random.default_rng(n)
    x = generator.normal(size=(n, COLUMNS))
    x[:, 1::2] = x[:, 1::2] > 0.3
    y = generator.random(n) < 1 / (1 + np.exp(-(0.5 + x @ SLOPES)))
    return x, y.astype(float)


class R:
    """R with the data of one size, waiting for its turns."""

    def __init__(self, folder: Path, x: np.ndarray, y: np.ndarray, repeats: int) -> None:
        np.column_stack([y, x]).T.astype("<f8").tofile(folder / "data.bin")
        program = PROGRAM.format(columns=COLUMNS, repeats=repeats)
        (folder / "program.R").write_text(program)
        self.process = subprocess.Popen(
            ["Rscript", "--vanilla", "program.R"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line: str) -> list[float]:
        """CPU seconds by R's own clock, then coefficients and standard errors."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def turn(self) -> float:
        """The CPU seconds of one fit with R's own criterion of convergence."""
        return self.ask("fit")[0]

    def close(self) -> None:
        """Let R end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def largest_difference(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference of coefficients and standard errors, relative above 1."""
    return float(np.max(np.abs(first - second) / np.maximum(np.abs(second), 1.0)))


def fitted_numbers(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors of ours and of statsmodels, in one row each."""
    ours = logistic_regression(x, y)
    theirs = sm.Logit(y, sm.add_constant(x)).fit(disp=0)
    return (
        np.concatenate([ours.coefficient, ours.standard_error]),
        np.concatenate([theirs.params, theirs.bse]),
    )


def measured(n: int, rounds: int) -> dict[str, dict[str, object]]:
    """Both comparisons at one size, the three taking turns; unequal results are an error."""
    x, y = made(n)
    with_constant = sm.add_constant(x)
    repeats = REPEATS.get(n, 1)

    def ours() -> None:
        for _ in range(repeats):
            logistic_regression(x, y)

    def statsmodels() -> None:
        for _ in range(repeats):
            fitted = sm.Logit(y, with_constant).fit(disp=0)
            # Standard errors are computed when they are asked for; ours come with the fit.
            _ = fitted.bse

    with tempfile.TemporaryDirectory() as name:
        r = R(Path(name), x, y, repeats)
        rivals: dict[str, Rival] = {
            "ours": lambda: cpu_seconds(ours) / repeats,
            "statsmodels": lambda: cpu_seconds(statsmodels) / repeats,
            "r": r.turn,
        }
        interleaved(rivals, 1)
        taken = interleaved(rivals, rounds)
        exact = np.array(r.ask("exactly")[1:])
        r.close()
        mine, other = fitted_numbers(x, y)
        apart = {
            "statsmodels": largest_difference(mine, other),
            "r": largest_difference(mine, exact),
        }
    if max(apart.values()) > TOLERANCE:
        raise AssertionError(f"the fits of {n} subjects are not equal: {apart}")
    return {
        f"logistic_vs_{rival}_n{n}": {
            **compared(taken, "ours", rival),
            "largest_difference": apart[rival],
            "n": n,
            "columns": COLUMNS,
        }
        for rival in ("statsmodels", "r")
    }


def measure(quick: bool) -> dict[str, dict[str, object]]:
    """Figures by key, larger ratios being better."""
    found: dict[str, dict[str, object]] = {}
    for n, rounds in (QUICK if quick else SIZES).items():
        found |= measured(n, rounds)
    return found
