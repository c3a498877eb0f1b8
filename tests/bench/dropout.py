"""A trial with visits, dropout and gaps: the data on which imputation is timed."""

import numpy as np
from scipy.special import expit, logit

from scripts.impute.engine import Conditional, Method
from scripts.stats.arguments import FloatArray

VISITS = ("visit1", "visit2", "visit3", "visit4")
BINARY = ("bleed", "response")


def simulate(n: int, seed: int, mechanism: str = "mar") -> dict[str, FloatArray]:
    """Twelve columns, about 37 % of subjects with a gap.

    Age, sex, arm (2:1), two indicators of site, logarithm of baseline, four visits with monotone
    dropout that depends on the last visit seen ("mar") or on nothing ("mcar") and 4 % gaps in
    between, bleeding (5 % missing) and response (missing in most of those who dropped out).
    """
    draw = np.random.default_rng(seed)
    age, base = draw.normal(45, 14, n), draw.normal(2.9, 0.4, n)
    sex, arm = (draw.random((2, n)) < [[0.5], [2 / 3]]) * 1.0
    site = draw.integers(0, 3, n)
    data = {"age": age, "sex": sex, "arm": arm, "site2": (site == 1) * 1.0}
    data |= {"site3": (site == 2) * 1.0, "base": base}
    value, gone = base, np.zeros(n, dtype=bool)
    seen = []
    for _ in VISITS:
        lean = 0.0 if mechanism == "mcar" else -0.8 * (value - 3.0)
        gone = gone | (draw.random(n) < expit(logit(0.055) + lean))
        value = 0.5 + 0.75 * value + 0.35 * arm - 0.003 * (age - 45) + draw.normal(0, 0.45, n)
        seen.append((value, gone | (draw.random(n) < 0.04)))
    data |= {name: np.where(gap, np.nan, v) for name, (v, gap) in zip(VISITS, seen, strict=True)}
    bleed = (draw.random(n) < expit(-0.6 - 0.8 * (seen[1][0] - 3.5))) * 1.0
    data["bleed"] = np.where(draw.random(n) < 0.05, np.nan, bleed)
    response = (draw.random(n) < expit(0.2 + 0.5 * arm + 1.2 * (seen[3][0] - 3.8))) * 1.0
    data["response"] = np.where(gone & (draw.random(n) < 0.65), np.nan, response)
    return data


def models_of(visits: Method) -> dict[str, Conditional]:
    """Visits by one method, the two binaries by logistic models."""
    found = {name: Conditional(visits) for name in VISITS}
    return found | {name: Conditional("logistic") for name in BINARY}


def completed(data: FloatArray, drawn: FloatArray) -> FloatArray:
    """A column in every completed data set, shape (chains, n)."""
    found = np.repeat(data[None], len(drawn), axis=0)
    found[:, np.isnan(data)] = drawn
    return found


def differences(values: FloatArray, arm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Difference in means between arms and its variance in every data set, shape (chains,)."""
    one, other = values[:, arm == 1], values[:, arm == 0]
    variance = one.var(axis=1, ddof=1) / one.shape[1] + other.var(axis=1, ddof=1) / other.shape[1]
    return one.mean(axis=1) - other.mean(axis=1), variance
