"""The imputation engine against R's mice: same data, same models, same number of imputations.

Seconds are CPU seconds; R's are measured inside R, without its start. The rivals take turns; each
figure is a median over rounds. At 100,000 subjects mice runs one chain for one sweep and its time
is multiplied, because its cost grows in proportion to chains and sweeps.
"""

import statistics
import tracemalloc
from typing import Any

import numpy as np

from scripts.impute.engine import Completed, impute_chains
from scripts.stats.rubin import rubin_rules
from tests.against_r.bridge import ask_r
from tests.bench.dropout import BINARY, VISITS, completed, differences, models_of, simulate
from tests.bench.timing import cpu_seconds, interleaved

SWEEPS = 10
SWEEPS_LARGE = 5
SEED = 5
PROGRAM = """
suppressPackageStartupMessages(library(mice))
d <- as.data.frame(lapply(input$data, function(column) as.numeric(unlist(column))))
for (name in input$binary) d[[name]] <- factor(d[[name]], levels = c(0, 1))
method <- setNames(rep("", ncol(d)), names(d))
method[input$visits] <- input$method
method[input$binary] <- "logreg"
visit <- c(input$visits, input$binary)
start <- proc.time()
imp <- mice(d, m = input$m, maxit = input$sweeps, method = method, visitSequence = visit,
            seed = input$seed, printFlag = FALSE)
taken <- proc.time() - start
pooled <- function(name) {
  found <- sapply(seq_len(input$m), function(i) {
    y <- complete(imp, i)[[name]]
    y <- if (is.factor(y)) as.numeric(as.character(y)) else y
    one <- y[d$arm == 1]; other <- y[d$arm == 0]
    c(mean(one) - mean(other), var(one) / length(one) + var(other) / length(other))
  })
  list(estimates = found[1, ], variances = found[2, ])
}
output <- list(seconds = sum(taken[c("user.self", "sys.self")]),
               response = pooled("response"), visit4 = pooled("visit4"))
"""


def run_ours(data: dict[str, Any], method: str, m: int, sweeps: int) -> Completed:
    """Our imputations."""
    return impute_chains(data, models_of(method), key="bench", seed=SEED, chains=m, sweeps=sweeps)


def ask_mice(data: dict[str, Any], method: str, m: int, sweeps: int) -> dict[str, Any]:
    """Seconds of mice, and its estimates by data set."""
    columns = {
        name: [None if np.isnan(value) else float(value) for value in values]
        for name, values in data.items()
    }
    return ask_r(
        PROGRAM,
        data=columns,
        visits=list(VISITS),
        binary=list(BINARY),
        method={"normal": "norm", "matching": "pmm"}[method],
        m=m,
        sweeps=sweeps,
        seed=SEED,
    )


def pooled(estimates: Any, variances: Any) -> dict[str, float]:
    """Estimate, standard error and Monte Carlo error by Rubin's rules."""
    if len(estimates) < 2:
        return {}
    found = rubin_rules(estimates, variances)
    return {
        "estimate": found.estimate,
        "standard_error": found.standard_error,
        "monte_carlo_error": found.monte_carlo_error,
    }


def agreement(data: dict[str, Any], ours: Completed, theirs: dict[str, Any]) -> dict[str, Any]:
    """Pooled results of both, their distance in Monte Carlo errors, the ratio of errors."""
    found: dict[str, Any] = {}
    for name in ("response", "visit4"):
        a = pooled(*differences(completed(data[name], ours.values[name]), data["arm"]))
        b = pooled(theirs[name]["estimates"], theirs[name]["variances"])
        error = np.hypot(a["monte_carlo_error"], b["monte_carlo_error"])
        found[name] = {
            "ours": a,
            "mice": b,
            "distance_in_monte_carlo_errors": (a["estimate"] - b["estimate"]) / error,
            "ratio_of_standard_errors": a["standard_error"] / b["standard_error"],
        }
    return found


def race(data: dict[str, Any], method: str, m: int, rounds: int) -> dict[str, Any]:
    """Both in turn on one data set."""
    kept: dict[str, Any] = {}

    def ours() -> float:
        return cpu_seconds(lambda: kept.update(ours=run_ours(data, method, m, SWEEPS)))

    def mice() -> float:
        kept["mice"] = ask_mice(data, method, m, SWEEPS)
        return float(kept["mice"]["seconds"])

    ours()  # the first call pays for imports and caches
    taken = interleaved({"ours": ours, "mice": mice}, rounds)
    seconds = {name: statistics.median(values) for name, values in taken.items()}
    return {
        "ratio": seconds["mice"] / seconds["ours"],
        "seconds": seconds,
        "rounds": rounds,
        "n": len(data["arm"]),
        "m": m,
        "sweeps": SWEEPS,
        "method": method,
        "incomplete_rows": incomplete_share(data),
        **agreement(data, kept["ours"], kept["mice"]),
    }


def incomplete_share(data: dict[str, Any]) -> float:
    """Share of subjects with a gap."""
    return float(np.isnan(np.stack(list(data.values()))).any(axis=0).mean())


def race_large(n: int, m: int, method: str) -> dict[str, Any]:
    """A large trial: mice for one chain, one sweep and three; the rest by proportion."""
    data = simulate(n, SEED)
    ours = cpu_seconds(lambda: run_ours(data, method, m, SWEEPS_LARGE))
    one, three = (float(ask_mice(data, method, 1, k)["seconds"]) for k in (1, 3))
    each = (three - one) / 2
    mice = one + each * (m * SWEEPS_LARGE - 1)
    return {
        "ratio": mice / ours,
        "seconds": {"ours": ours, "mice": mice},
        "mice_measured": {"one_sweep": one, "three_sweeps": three, "each_chain_and_sweep": each},
        "note": "mice measured with one chain, one and three sweeps; its time for all chains and "
        "sweeps is its start and so many times what one chain and sweep take",
        "n": n,
        "m": m,
        "sweeps": SWEEPS_LARGE,
        "method": method,
        "incomplete_rows": incomplete_share(data),
    }


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Slope of log seconds on log size."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def growth(quick: bool) -> dict[str, Any]:
    """Seconds per chain and sweep as subjects and chains grow, and the exponents."""
    subjects = [168, 1000, 10_000] if quick else [168, 1000, 10_000, 100_000]
    chains = [20, 100, 400] if quick else [20, 100, 400, 1600]
    by_n, by_m = [], []
    for n in subjects:
        data, m = simulate(n, SEED), 24 if n > 1000 else 104
        best = min(
            cpu_seconds(lambda d=data, k=m: run_ours(d, "normal", k, 5))  # type: ignore[misc]
            for _ in range(3)
        )
        by_n.append(best / m / 5)
    data = simulate(168, SEED)
    for m in chains:
        by_m.append(
            min(cpu_seconds(lambda k=m: run_ours(data, "normal", k, 10)) for _ in range(3))  # type: ignore[misc]
        )
    return {
        "value": exponent(subjects[-2:], by_n[-2:]),
        "exponent_in_n_all": exponent(subjects, by_n),
        "exponent_in_m_all": exponent(chains, by_m),
        "exponent_in_m_last": exponent(chains[-2:], by_m[-2:]),
        "seconds_per_chain_sweep_by_n": dict(zip(map(str, subjects), by_n, strict=True)),
        "seconds_by_m": dict(zip(map(str, chains), by_m, strict=True)),
    }


def peak_of(data: dict[str, Any], m: int, chunk: int) -> tuple[int, int]:
    """Highest memory during a run, and the size of what it returned, in bytes."""
    tracemalloc.start()
    found = impute_chains(
        data, models_of("normal"), key="bench", seed=SEED, chains=m, sweeps=2, chunk=chunk
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    arrays = [*found.values.values(), *found.rows.values()]
    arrays += [part for trace in found.trace.values() for part in (trace.mean, trace.deviation)]
    return peak, sum(array.nbytes for array in arrays)


def memory(n: int, m: int, chunk: int) -> dict[str, Any]:
    """Peak memory against twice what is returned plus what a single chunk takes by itself."""
    data = simulate(n, SEED)
    peak_of(data, chunk, chunk)  # the first run also loads code
    one, _ = peak_of(data, chunk, chunk)
    peak, returned = peak_of(data, m, chunk)
    bound = 2 * returned + one
    return {
        "ratio": bound / peak,
        "peak_bytes": peak,
        "returned_bytes": returned,
        "one_chunk_bytes": one,
        "bound": "twice what is returned plus the peak of one chunk alone; above 1 keeps it",
        "n": n,
        "m": m,
        "chunk": chunk,
    }


def measure(quick: bool) -> dict[str, dict[str, Any]]:
    """All figures; `quick` with fewer chains of mice and a smaller large trial."""
    data = simulate(168, SEED)
    found = {"fcs_vs_mice_n168_m20": race(data, "normal", 20, 1 if quick else 5)}
    found["fcs_vs_mice_n168_m20_matching"] = race(data, "matching", 20, 1 if quick else 3)
    if not quick:
        found["fcs_vs_mice_n168_m100"] = race(data, "normal", 100, 3)
        found["fcs_vs_mice_n168_m400"] = race(data, "normal", 400, 1)
        found["fcs_vs_mice_n168_m400_matching"] = race(data, "matching", 400, 1)
        found["fcs_vs_mice_n100000_m20"] = race_large(100_000, 20, "normal")
        found["fcs_vs_mice_n100000_m20_matching"] = race_large(100_000, 20, "matching")
    else:
        found["fcs_vs_mice_n10000_m20"] = race_large(10_000, 20, "normal")
    found["fcs_growth"] = growth(quick)
    found["fcs_memory_n168_m1000"] = memory(168, 1000, 128)
    found["fcs_memory_n10000_m256"] = memory(10_000, 64 if quick else 256, 32)
    return found
