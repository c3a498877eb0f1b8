"""Limits and P values of every outcome of two groups at once, for exact operating characteristics.

Coverage and rejection rates are sums of binomial probabilities over these; nothing is simulated.
"""

from collections.abc import Mapping

import numpy as np

from scripts.stats.arguments import FloatArray
from scripts.stats.distributions import normal_critical
from scripts.stats.exact_differences import difference_of_outcomes, outcomes, score_of_outcomes
from scripts.stats.exact_tests import fisher_of_outcomes
from scripts.stats.proportions import DIFFERENCES, pearson_chi_square
from scripts.stats.score_differences import score_limits, score_statistic
from scripts.stats.unconditional import binomial_probabilities, open_proportions

CLOSED = ("wald", "wald_corrected", "newcombe", "newcombe_corrected", "agresti_caffo")
SCORE = ("miettinen_nurminen", "mee")
EXACT = ("chan_zhang", "santner_snell")
# Statistics that differ by less are ties.
TIE = 1e-9


def limits_of(method: str, n1: int, n2: int, level: float) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limit of every outcome, as tables of n1 + 1 rows and n2 + 1 columns."""
    first, second = outcomes(n1, n2)
    if method in SCORE:
        factor = (n1 + n2) / (n1 + n2 - 1) if method == "miettinen_nurminen" else 1.0
        x1, x2 = np.broadcast_arrays(first, second)
        return score_limits(x1, n1, x2, n2, normal_critical(level), factor)
    lower, upper = np.empty((n1 + 1, n2 + 1)), np.empty((n1 + 1, n2 + 1))
    for x1 in range(n1 + 1):
        for x2 in range(n2 + 1):
            found = DIFFERENCES[method](x1, n1, x2, n2, level)
            lower[x1, x2], upper[x1, x2] = found.lower, found.upper
    return lower, upper


def largest_tails(extreme: FloatArray, delta: float, points: int) -> FloatArray:
    """For every outcome the largest probability of those that are as extreme, or more."""
    n1, n2 = extreme.shape[0] - 1, extreme.shape[1] - 1
    p2 = open_proportions(np.linspace(0, np.pi / 2, points), delta)
    values = extreme.ravel()
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    # The end of each run of ties: the tail of an outcome holds those that tie with it.
    same = np.append(ordered[:-1] - ordered[1:] <= TIE * (1 + np.abs(ordered[1:])), False)
    same |= np.append(ordered[:-1] == ordered[1:], False)
    ends = np.minimum.accumulate(np.where(same, values.size, np.arange(values.size))[::-1])[::-1]
    first = binomial_probabilities(n1, np.clip(p2 + delta, 0, 1))
    second = binomial_probabilities(n2, p2)
    best = np.zeros(values.size)
    for one, other in zip(first, second, strict=True):
        tails = np.cumsum(np.outer(one, other).ravel()[order])
        best = np.maximum(best, tails[ends])
    found = np.empty(values.size)
    found[order] = best
    return np.minimum(found, 1.0).reshape(extreme.shape)


def kept_by(method: str, n1: int, n2: int, delta: float, level: float, points: int) -> FloatArray:
    """1 for each outcome whose two one-sided exact tests do not reject the difference."""
    of = score_of_outcomes if method == "chan_zhang" else difference_of_outcomes
    values, alpha = of(n1, n2)(delta), (1 - level) / 2
    above = largest_tails(values, delta, points) > alpha
    return np.asarray(above & (largest_tails(-values, delta, points) > alpha), dtype=np.float64)


def p_values(n1: int, n2: int, points: int) -> Mapping[str, FloatArray]:
    """The P value of every outcome by each test of equality; 1 where there is none."""
    first, second = outcomes(n1, n2)
    fisher = fisher_of_outcomes(n1, n2)
    found = {
        "fisher_exact": fisher,
        "barnard": largest_tails(np.abs(score_statistic(first, n1, second, n2, 0.0, 1.0)), 0.0,
                                 points),
        # Equal P values of Fisher's test differ by rounding; on this scale they tie.
        "boschloo": largest_tails(-np.log(fisher), 0.0, points),
    }  # fmt: skip
    for word, correction in (("pearson_chi_square", False), ("pearson_chi_square_corrected", True)):
        table = np.array([[pearson_chi_square(x1, n1, x2, n2, correction).p_value
                           for x2 in range(n2 + 1)] for x1 in range(n1 + 1)])  # fmt: skip
        found[word] = np.nan_to_num(table, nan=1.0)
    return found
