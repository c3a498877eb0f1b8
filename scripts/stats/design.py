"""Sample size and power of a comparison of two independent proportions."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from scripts.stats.arguments import checked_counts, checked_fraction, checked_word
from scripts.stats.distributions import normal_critical
from scripts.stats.proportions import equally_or_less_probable, log_choose

SAMPLE_SIZE_VARIANTS = {
    "pooled": "pooled variance under the hypothesis, no continuity correction",
    "pooled_corrected": "pooled variance under the hypothesis, continuity correction (Fleiss)",
    "unpooled": "unpooled variance, no continuity correction",
    "unpooled_corrected": "unpooled variance, continuity correction",
    "arcsine": "arcsine transformation",
}
POWER_VARIANTS = {**SAMPLE_SIZE_VARIANTS, "fisher": "Fisher's exact test, exact power"}


@dataclass(frozen=True)
class SampleSizeResult:
    """Subjects needed in two groups.

    Attributes
    ----------
    n1, n2 : int
        Subjects who must be observed, rounded up.
    n1_exact, n2_exact : float
        The same before rounding.
    n1_enrolled, n2_enrolled : int
        Subjects to enrol so that n1 and n2 are left after dropout.
    p1, p2, ratio, alpha, power, dropout : float
        What was asked.
    variant, label : str
        Closed word and the words for a reader.
    """

    n1: int
    n2: int
    n1_exact: float
    n2_exact: float
    n1_enrolled: int
    n2_enrolled: int
    p1: float
    p2: float
    ratio: float
    alpha: float
    power: float
    dropout: float
    variant: str
    label: str


@dataclass(frozen=True)
class PowerResult:
    """Power of a two-sided comparison of two proportions.

    Attributes
    ----------
    power : float
        Probability of a significant result in the direction of the true difference ("fisher": in
        either direction).
    p1, n1, p2, n2, alpha : float
        What was asked.
    variant, label : str
        Closed word and the words for a reader.
    """

    power: float
    p1: float
    n1: int
    p2: float
    n2: int
    alpha: float
    variant: str
    label: str


def rounded_up(value: float) -> int:
    """Return the next whole number; a value that is whole but for rounding error is kept."""
    return int(np.ceil(value * (1 - 1e-12)))


def arcsine_distance(p1: float, p2: float) -> float:
    """Return Cohen's h, the distance of two proportions on the arcsine scale."""
    return float(abs(2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p2))))


def checked_alternative(p1: float, p2: float) -> None:
    """Raise unless both proportions lie strictly between 0 and 1 and differ."""
    if checked_fraction(p1, "p1") == checked_fraction(p2, "p2"):
        raise ValueError(f"p1 and p2 are both {p1!r}; no sample size can show a difference of zero")


def smaller_group(
    p1: float, p2: float, ratio: float, alpha: float, power: float, variant: str
) -> float:
    """Return the size of group 2 before rounding, group 1 being `ratio` times as large."""
    z_alpha, z_beta = normal_critical(1 - alpha), float(special.ndtri(power))
    if variant == "arcsine":
        return (z_alpha + z_beta) ** 2 * (1 + 1 / ratio) / arcsine_distance(p1, p2) ** 2
    distance, mean = abs(p1 - p2), (ratio * p1 + p2) / (ratio + 1)
    apart = np.sqrt(p1 * (1 - p1) / ratio + p2 * (1 - p2))
    pooled = np.sqrt((1 + 1 / ratio) * mean * (1 - mean))
    null = pooled if variant.startswith("pooled") else apart
    size = float(((z_alpha * null + z_beta * apart) / distance) ** 2)
    if variant.endswith("corrected"):
        growth = 1 + np.sqrt(1 + 2 * (ratio + 1) / (size * ratio * distance))
        size = float(size / 4 * growth**2)
    return size


def sample_size_two_proportions(
    p1: float,
    p2: float,
    ratio: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.9,
    variant: str = "pooled_corrected",
    dropout: float = 0.0,
) -> SampleSizeResult:
    """Compute the subjects needed to show a difference between two proportions, two-sided.

    Parameters
    ----------
    p1, p2 : float
        Proportions expected, strictly between 0 and 1, different.
    ratio : float
        Allocation, n1 / n2.
    alpha : float
        Two-sided significance level.
    power : float
        Power wanted.
    variant : str
        "pooled", "pooled_corrected", "unpooled", "unpooled_corrected" or "arcsine".
    dropout : float
        Share of enrolled subjects who will not be observed, from 0 to below 1.

    Returns
    -------
    SampleSizeResult

    Notes
    -----
    Formula: n = ((z(α/2) √V0 + z(β) √V1) / (p1 - p2))², V0, V1 the variances under both hypotheses.

    Group 2 is rounded up, then `ratio` times that is rounded up for group 1, so that the
    allocation holds; then each is divided by 1 - dropout and rounded up. The correction is that of
    Casagrande, Pike and Smith as Fleiss gives it: n/4 (1 + sqrt(1 + 2 (r + 1) / (n r |d|)))^2. The
    chance of significance in the wrong direction is neglected.

    References
    ----------
    Fleiss JL, Tytun A, Ury HK. A simple approximation for calculating sample sizes for comparing
    independent proportions. Biometrics 1980;36:343-6. Cohen J. Statistical power analysis for the
    behavioral sciences, 2nd ed. Erlbaum, 1988 (arcsine).
    """
    label = SAMPLE_SIZE_VARIANTS[checked_word(variant, SAMPLE_SIZE_VARIANTS, "variant")]
    checked_alternative(p1, p2)
    checked_fraction(alpha, "alpha")
    checked_fraction(power, "power")
    if not ratio > 0 or not np.isfinite(ratio):
        raise ValueError(f"ratio is {ratio!r}; it must be a positive number")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout!r}; it must be at least 0 and below 1")
    exact = smaller_group(p1, p2, ratio, alpha, power, variant)
    n2 = rounded_up(exact)
    n1 = rounded_up(ratio * n2)
    return SampleSizeResult(
        n1=n1,
        n2=n2,
        n1_exact=ratio * exact,
        n2_exact=exact,
        n1_enrolled=rounded_up(n1 / (1 - dropout)),
        n2_enrolled=rounded_up(n2 / (1 - dropout)),
        p1=p1,
        p2=p2,
        ratio=ratio,
        alpha=alpha,
        power=power,
        dropout=dropout,
        variant=variant,
        label=label,
    )


def normal_power(p1: float, n1: float, p2: float, n2: float, alpha: float, variant: str) -> float:
    """Return the power by the normal approximation that the variant names."""
    z, unit = normal_critical(1 - alpha), 1 / n1 + 1 / n2
    if variant == "arcsine":
        return float(special.ndtr(arcsine_distance(p1, p2) / np.sqrt(unit) - z))
    mean = (n1 * p1 + n2 * p2) / (n1 + n2)
    apart = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    null = np.sqrt(mean * (1 - mean) * unit) if variant.startswith("pooled") else apart
    distance = abs(p1 - p2) - (unit / 2 if variant.endswith("corrected") else 0.0)
    return float(special.ndtr((distance - z * null) / apart))


def fisher_power(p1: float, n1: float, p2: float, n2: float, alpha: float) -> float:
    """Return the probability of all pairs of counts that Fisher's exact test calls significant."""
    first, second = np.arange(n1 + 1), np.arange(n2 + 1)
    log1 = log_choose(n1, first) + special.xlogy(first, p1) + special.xlog1py(n1 - first, -p1)
    log2 = log_choose(n2, second) + special.xlogy(second, p2) + special.xlog1py(n2 - second, -p2)
    power = 0.0
    for total in np.arange(n1 + n2 + 1):  # one set of tables for each total number of outcomes
        k = np.arange(max(0.0, total - n2), min(n1, total) + 1)
        significant = k[equally_or_less_probable(n1, n2, total) <= alpha].astype(int)
        power += float(np.exp(log1[significant] + log2[int(total) - significant]).sum())
    return power


def power_two_proportions(
    p1: float, n1: float, p2: float, n2: float, alpha: float = 0.05, variant: str = "pooled"
) -> PowerResult:
    """Compute the power of a two-sided comparison of two proportions.

    Parameters
    ----------
    p1, p2 : float
        True proportions, strictly between 0 and 1, different.
    n1, n2 : float
        Subjects in the two groups, whole numbers.
    alpha : float
        Two-sided significance level.
    variant : str
        As in `sample_size_two_proportions`, or "fisher" for the exact power of Fisher's exact test.

    Returns
    -------
    PowerResult

    Notes
    -----
    Formula: Φ((|p1 - p2| - z(α/2) SE0) / SE1), SE0 and SE1 under both hypotheses.

    Normal approximations count the rejections in the true direction only; the correction takes
    (1/n1 + 1/n2) / 2 off the difference. "fisher" adds the binomial probabilities of all tables
    with p <= alpha, in both directions.

    References
    ----------
    Fleiss JL, Levin B, Paik MC. Statistical methods for rates and proportions, 3rd ed. Wiley,
    2003, chapter 4.
    """
    label = POWER_VARIANTS[checked_word(variant, POWER_VARIANTS, "variant")]
    checked_alternative(p1, p2)
    checked_fraction(alpha, "alpha")
    checked_counts(0, n1, "group 1")
    checked_counts(0, n2, "group 2")
    if variant == "fisher":
        power = fisher_power(p1, n1, p2, n2, alpha)
    else:
        power = normal_power(p1, n1, p2, n2, alpha, variant)
    return PowerResult(power, p1, int(n1), p2, int(n2), alpha, variant, label)
