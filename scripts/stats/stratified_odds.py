"""Association over strata: Cochran-Mantel-Haenszel, common odds ratio, homogeneity of the odds."""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.distributions import TestResult, chi_square_p_value, normal_critical
from scripts.stats.odds_ratios import expected_count
from scripts.stats.ratios import RatioResult, quotient
from scripts.stats.strata import Strata, checked_tables


def cochran_mantel_haenszel(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, correction: bool = False
) -> TestResult:
    """Test two groups for equality of proportions within strata, 1 degree of freedom.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    correction : bool
        Apply the continuity correction of Mantel and Haenszel.

    Returns
    -------
    TestResult

    Notes
    -----
    Formula: X² = (|Σ (x1 - n1 m / N)| - c)² / Σ (n1 n2 m (N - m) / (N² (N - 1))), m = x1 + x2, 1 df; c = 0, or 0.5 if corrected.

    The variance is the hypergeometric one. Where the sum is nearer to zero than 0.5 nothing is
    corrected (as R's `mantelhaen.test`). A stratum without one of the groups, or where nobody or
    everybody has the outcome, adds nothing; where no other is left statistic and p value are nan.
    Without any stratum that has both groups ValueError is raised.

    References
    ----------
    Mantel N, Haenszel W. Statistical aspects of the analysis of data from retrospective studies
    of disease. J Natl Cancer Inst 1959;22:719-48. Cochran WG. Some methods for strengthening the
    common chi-square tests. Biometrics 1954;10:417-51.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    method = "cochran_mantel_haenszel" + ("_corrected" if correction else "")
    words = "with" if correction else "without"
    label = f"Cochran-Mantel-Haenszel test {words} continuity correction"
    events, total = strata.events, strata.total
    distance = abs(float((strata.x1 - strata.n1 * events / total).sum()))
    spread = strata.n1 * strata.n2 * events * (total - events) / (total**2 * (total - 1))
    if spread.sum() == 0:
        return TestResult(np.nan, 1.0, np.nan, method, label)
    # The tolerance lets a sum that is one half but for rounding be corrected to zero.
    taken = 0.5 if correction and distance >= 0.5 - 1e-12 else 0.0
    statistic = float(max(0.0, distance - taken) ** 2 / spread.sum())
    return TestResult(statistic, 1.0, chi_square_p_value(statistic, 1), method, label)


def cochran_mantel_haenszel_corrected(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike
) -> TestResult:
    """Test two groups within strata with the continuity correction of Mantel and Haenszel."""
    return cochran_mantel_haenszel(x1, n1, x2, n2, correction=True)


def mantel_haenszel_odds_ratio(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> RatioResult:
    """Compute the Mantel-Haenszel common odds ratio with the Robins-Breslow-Greenland interval.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: ψ = ΣR / ΣS, exp(log ψ ± z √v), v = ΣPR / (2 (ΣR)²) + Σ(PS + QR) / (2 ΣR ΣS) + ΣQS / (2 (ΣS)²), R = a d / N, S = b c / N, P = (a + d) / N, Q = (b + c) / N.

    a, b have and have not the outcome in the first group, c, d in the second. Where ΣR or ΣS is
    zero the limits are nan; the estimate is then 0 or infinite, or nan where both are. A stratum
    without one of the groups is left out. Without any stratum that has both groups ValueError is
    raised.

    References
    ----------
    Robins J, Breslow N, Greenland S. Estimators of the Mantel-Haenszel variance consistent in
    both sparse data and large-strata limiting models. Biometrics 1986;42:311-23.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    a, b = strata.x1, strata.n1 - strata.x1
    c, d = strata.x2, strata.n2 - strata.x2
    r, s = a * d / strata.total, b * c / strata.total
    p, q = (a + d) / strata.total, (b + c) / strata.total
    above, below = float(r.sum()), float(s.sum())
    lower, upper = np.nan, np.nan
    estimate = quotient(above, below)
    if above > 0 and below > 0:
        variance = float(p @ r) / (2 * above**2) + float(q @ s) / (2 * below**2)
        variance += float(p @ s + q @ r) / (2 * above * below)
        half = normal_critical(level) * np.sqrt(variance)
        lower, upper = estimate * np.exp(-half), estimate * np.exp(half)
    label = "Mantel-Haenszel odds ratio, Robins-Breslow-Greenland interval"
    return RatioResult(
        estimate, float(lower), float(upper), level, "mantel_haenszel_odds_ratio", label
    )


def _informative(strata: Strata) -> list[int]:
    """The strata in which some but not all have the outcome."""
    varied = (strata.events > 0) & (strata.events < strata.total)
    return [int(place) for place in np.flatnonzero(varied)]


def breslow_day(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, tarone: bool = False
) -> TestResult:
    """Test whether strata have a common odds ratio, with or without Tarone's correction.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    tarone : bool
        Take off what makes the statistic too large because the common odds ratio is not the
        maximum likelihood one.

    Returns
    -------
    TestResult

    Notes
    -----
    Formula: X² = Σ (a - A)² V - (Σ (a - A))² / Σ (1 / V), V = 1/A + 1/B + 1/C + 1/D, strata - 1 df; the second term only with Tarone's correction.

    A, B, C, D are the cells of a stratum with its margins whose odds ratio is the Mantel-Haenszel
    one. Strata without one of the groups, or where nobody or everybody has the outcome, tell
    nothing of the odds ratio and do not count in the degrees of freedom. With fewer than two
    others, or a common odds ratio of 0 or infinity, statistic and p value are nan. Without any
    stratum that has both groups ValueError is raised.

    References
    ----------
    Breslow NE, Day NE. Statistical methods in cancer research, vol. 1. IARC, 1980, p. 142. Tarone
    RE. On heterogeneity tests based on efficient scores. Biometrika 1985;72:91-5.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    method = "breslow_day_tarone" if tarone else "breslow_day"
    words = "with Tarone's correction" if tarone else "without Tarone's correction"
    label = f"Breslow-Day test of homogeneity {words}"
    places = _informative(strata)
    common = mantel_haenszel_odds_ratio(strata.x1, strata.n1, strata.x2, strata.n2).estimate
    df = float(len(places) - 1)
    if df < 1 or not 0 < common < np.inf:
        return TestResult(np.nan, df if df >= 1 else np.nan, np.nan, method, label)
    distances, variances = [], []
    for k in places:
        m = strata.events[k]
        fitted = expected_count(strata.n1[k], strata.n2[k], m, common)
        cells = (fitted, strata.n1[k] - fitted, m - fitted, strata.n2[k] - m + fitted)
        distances.append(strata.x1[k] - fitted)
        variances.append(1 / sum(1 / float(cell) for cell in cells))
    distance, variance = np.array(distances), np.array(variances)
    statistic = float((distance**2 / variance).sum())
    if tarone:
        statistic = max(0.0, statistic - float(distance.sum()) ** 2 / float(variance.sum()))
    return TestResult(statistic, df, chi_square_p_value(statistic, df), method, label)


def breslow_day_tarone(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> TestResult:
    """Test whether strata have a common odds ratio, with Tarone's correction."""
    return breslow_day(x1, n1, x2, n2, tarone=True)


STRATIFIED_TESTS = {
    "cochran_mantel_haenszel": cochran_mantel_haenszel,
    "cochran_mantel_haenszel_corrected": cochran_mantel_haenszel_corrected,
}
HOMOGENEITY = {"breslow_day": breslow_day, "breslow_day_tarone": breslow_day_tarone}
