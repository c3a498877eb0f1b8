"""Coverage and bias of the pooled interval: a thousand trials with gaps, completed and analysed.

The true difference is that of the simulation, found in one very large trial without gaps. Bias and
coverage stand beside their Monte Carlo errors, and beside those of the complete cases.
"""

from typing import Any

import numpy as np
from scipy.special import expit

from scripts.impute.engine import impute_chains
from scripts.stats.arguments import FloatArray
from scripts.stats.rubin import rubin_rules
from tests.bench.dropout import completed, differences, models_of, simulate
from tests.bench.timing import cpu_seconds

N = 168
CHAINS = 20
SWEEPS = 10
VARIABLES = ("response", "visit4")


def true_differences() -> dict[str, float]:
    """Differences between arms in the population: the fourth visit in closed form, the response
    as its mean over a million subjects, whose own error is a hundredth of a trial's."""
    # Each visit adds 0.35 for the arm to three quarters of the one before.
    visit4 = 0.35 * (1 + 0.75 + 0.75**2 + 0.75**3)
    rng = np.random.default_rng(1)
    n = 1_000_000
    age, value = rng.normal(45, 14, n), rng.normal(2.9, 0.4, n)
    for _ in range(4):
        value = 0.5 + 0.75 * value - 0.003 * (age - 45) + rng.normal(0, 0.45, n)
    by_arm = [expit(0.2 + 0.5 * arm + 1.2 * (value + visit4 * arm - 3.8)).mean() for arm in (0, 1)]
    return {"visit4": visit4, "response": float(by_arm[1] - by_arm[0])}


def observed_difference(values: FloatArray, arm: FloatArray) -> tuple[float, float]:
    """Difference of the complete cases and its variance."""
    seen = ~np.isnan(values)
    found, variance = differences(values[seen][None], arm[seen])
    return float(found[0]), float(variance[0])


def one_trial(seed: int, mechanism: str, method: str) -> dict[str, tuple[float, ...]]:
    """Pooled estimate, limits and standard error, and the estimate of complete cases."""
    data = simulate(N, seed, mechanism)
    drawn = impute_chains(
        data, models_of(method), key="coverage", seed=seed, chains=CHAINS, sweeps=SWEEPS
    )
    found = {}
    for name in VARIABLES:
        values = completed(data[name], drawn.values[name])
        pooled = rubin_rules(*differences(values, data["arm"]), df_complete=N - 2)
        cases, variance = observed_difference(data[name], data["arm"])
        found[name] = (
            pooled.estimate, pooled.lower, pooled.upper, pooled.standard_error, cases, variance
        )  # fmt: skip
    return found


def study(mechanism: str, method: str, trials: int) -> dict[str, Any]:
    """Coverage, bias and standard errors over many trials."""
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in VARIABLES}

    def run() -> None:
        for seed in range(1, trials + 1):
            for name, row in one_trial(seed, mechanism, method).items():
                rows[name].append(row)

    seconds = cpu_seconds(run)
    truth = true_differences()
    found = {name: judged(np.array(rows[name]), truth[name]) for name in VARIABLES}
    return {
        "value": found["response"]["coverage"],
        **found,
        "nominal": 0.95,
        "trials": trials,
        "n": N,
        "m": CHAINS,
        "sweeps": SWEEPS,
        "mechanism": mechanism,
        "method": method,
        "cpu_seconds": seconds,
    }


def judged(rows: FloatArray, truth: float) -> dict[str, float]:
    """Coverage, bias and standard errors from one row for each trial."""
    estimate, lower, upper, error, cases, variance = rows.T
    trials = len(rows)
    beside = np.abs(cases - truth) <= 1.959964 * np.sqrt(variance)
    return {
        "coverage": float(((lower <= truth) & (truth <= upper)).mean()),
        "coverage_monte_carlo_error": float(np.sqrt(0.95 * 0.05 / trials)),
        "true_difference": truth,
        "bias": float(estimate.mean() - truth),
        "bias_monte_carlo_error": float(estimate.std(ddof=1) / np.sqrt(trials)),
        "mean_standard_error": float(error.mean()),
        "empirical_standard_error": float(estimate.std(ddof=1)),
        "complete_cases_bias": float(cases.mean() - truth),
        "complete_cases_coverage": float(beside.mean()),
        "complete_cases_empirical_standard_error": float(cases.std(ddof=1)),
    }


def measure(quick: bool) -> dict[str, dict[str, Any]]:
    """Both mechanisms by both methods."""
    trials = 40 if quick else 1000
    return {
        f"fcs_coverage_{mechanism}_{method}": study(mechanism, method, trials)
        for mechanism in ("mcar", "mar")
        for method in ("normal", "matching")
    }
