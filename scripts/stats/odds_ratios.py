"""Intervals of the odds ratio of two independent proportions."""

from collections.abc import Callable

import numpy as np

from scripts.stats.arguments import FloatArray, checked_fraction, checked_word
from scripts.stats.differences import checked_groups
from scripts.stats.distributions import normal_critical
from scripts.stats.equality_tests import log_choose
from scripts.stats.ratios import RatioResult, limits_on_log_scale, quotient

LABELS = {
    "woolf": "Woolf log interval of the odds ratio",
    "exact_conditional": "Conditional odds ratio with exact (Cornfield) interval",
    "miettinen_nurminen": "Miettinen-Nurminen score interval of the odds ratio",
}


def woolf_odds_ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> RatioResult:
    """Compute the log interval of the odds ratio.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: exp(log(ad / bc) ± z √(1/a + 1/b + 1/c + 1/d)).

    a, b have and have not the outcome in the first group, c, d in the second. Nothing is added to
    the cells: where one is zero the limits are nan. n = 0 raises ValueError.

    References
    ----------
    Woolf B. On estimating the relation between blood group and disease. Ann Hum Genet
    1955;19:251-3.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    cells = np.array([x1, n1 - x1, x2, n2 - x2])
    estimate = quotient(x1 * (n2 - x2), x2 * (n1 - x1))
    z, lower, upper = normal_critical(level), np.nan, np.nan
    if (cells > 0).all():
        half = z * np.sqrt((1 / cells).sum())
        lower, upper = estimate * np.exp(-half), estimate * np.exp(half)
    return RatioResult(estimate, float(lower), float(upper), level, "woolf", LABELS["woolf"])


def expected_count(n1: float, n2: float, events: float, odds: float) -> float:
    """Return the events of group 1 that make the odds ratio of fitted counts equal to `odds`."""
    square, linear = odds - 1, -((n1 + events) * odds + n2 - events)
    root = np.sqrt(max(0.0, linear**2 - 4 * square * n1 * events * odds))
    found = 2 * n1 * events * odds / (-linear + root)
    return float(np.clip(found, max(0.0, events - n2), min(n1, events)))


def odds_score(x1: float, n1: float, x2: float, n2: float, odds: float, factor: float) -> float:
    """Return the score z statistic of the hypothesis that the odds ratio is `odds`."""
    fitted = expected_count(n1, n2, x1 + x2, odds)
    cells = np.array([fitted, n1 - fitted, x1 + x2 - fitted, n2 - x1 - x2 + fitted])
    distance = x1 - fitted
    if (cells <= 0).any():
        return 0.0 if distance == 0 else float(np.copysign(np.inf, distance))
    return float(distance * np.sqrt((1 / cells).sum() / factor))


def miettinen_nurminen_odds_ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> RatioResult:
    """Compute the Miettinen-Nurminen score interval of the odds ratio.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: all ψ with (a - A)² (1/A + 1/B + 1/C + 1/D) (N - 1) / N ≤ z².

    A, B, C, D are the cells with the margins observed whose odds ratio is ψ. The lower limit is 0
    where a or d is 0, the upper one infinite where b or c is; when nobody or everybody has the
    outcome the interval goes from 0 to infinity and the estimate is nan. n = 0 raises ValueError.

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-26.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    z, factor = normal_critical(level), (n1 + n2) / (n1 + n2 - 1)
    estimate = quotient(x1 * (n2 - x2), x2 * (n1 - x1))
    limits = [0.0, float("inf")]
    if x1 > 0 and x2 < n2:
        limits[0] = limits_on_log_scale(
            lambda odds: odds_score(x1, n1, x2, n2, odds, factor) > z, estimate, 1
        )
    if x2 > 0 and x1 < n1:
        limits[1] = limits_on_log_scale(
            lambda odds: odds_score(x1, n1, x2, n2, odds, factor) < -z, estimate, -1
        )
    method = "miettinen_nurminen"
    return RatioResult(estimate, limits[0], limits[1], level, method, LABELS[method])


class Conditional:
    """The events of group 1 given the margins: a noncentral hypergeometric distribution."""

    def __init__(self, n1: float, n2: float, events: float) -> None:
        self.counts: FloatArray = np.arange(max(0.0, events - n2), min(n1, events) + 1)
        self.logs = log_choose(n1, self.counts) + log_choose(n2, events - self.counts)

    def probabilities(self, odds: float) -> FloatArray:
        """The probability of each count where the odds ratio is `odds`."""
        logs = self.logs + self.counts * np.log(odds)
        found = np.exp(logs - logs.max())
        return np.asarray(found / found.sum(), dtype=np.float64)

    def mean(self, odds: float) -> float:
        """The expected count."""
        return float(self.counts @ self.probabilities(odds))

    def at_least(self, x: float, odds: float) -> float:
        """The probability of x or more."""
        return float(self.probabilities(odds)[self.counts >= x].sum())

    def at_most(self, x: float, odds: float) -> float:
        """The probability of x or fewer."""
        return float(self.probabilities(odds)[self.counts <= x].sum())


def exact_conditional_odds_ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> RatioResult:
    """Compute the conditional maximum likelihood odds ratio with its exact interval.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult
        `estimate` is the conditional one, nearer to 1 than ad / bc.

    Notes
    -----
    Formula: E(a | ψ) = a gives the estimate; P(A ≥ a | ψ) = α/2 and P(A ≤ a | ψ) = α/2 the limits.

    Given both margins a has a noncentral hypergeometric distribution. At its smallest possible
    value estimate and lower limit are 0, at its largest estimate and upper limit infinite; where
    it has one possible value the estimate is nan and the limits are 0 and infinite (as R's
    `fisher.test`). n = 0 raises ValueError.

    References
    ----------
    Cornfield J. A statistical problem arising from retrospective studies. Proc 3rd Berkeley Symp
    Math Stat Prob 1956;4:135-48. Fisher RA. J R Stat Soc 1935;98:39-82.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    tail = (1 - checked_fraction(level, "level")) / 2
    given = Conditional(n1, n2, x1 + x2)
    least, most = given.counts[0], given.counts[-1]
    estimate, lower, upper = float("nan"), 0.0, float("inf")
    if least < most:
        estimate = 0.0 if x1 == least else float("inf")
        if least < x1 < most:
            estimate = limits_on_log_scale(lambda odds: given.mean(odds) < x1, float("inf"), 1)
        if x1 > least:
            lower = limits_on_log_scale(lambda odds: given.at_least(x1, odds) < tail, estimate, 1)
        if x1 < most:
            upper = limits_on_log_scale(lambda odds: given.at_most(x1, odds) < tail, estimate, -1)
    method = "exact_conditional"
    return RatioResult(estimate, lower, upper, level, method, LABELS[method])


ODDS_RATIOS: dict[str, Callable[..., RatioResult]] = {
    "woolf": woolf_odds_ratio,
    "exact_conditional": exact_conditional_odds_ratio,
    "miettinen_nurminen": miettinen_nurminen_odds_ratio,
}


def odds_ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95, method: str = "woolf"
) -> RatioResult:
    """Compute the interval of the odds ratio that `method` names (a key of ODDS_RATIOS)."""
    return ODDS_RATIOS[checked_word(method, ODDS_RATIOS, "method")](x1, n1, x2, n2, level)
