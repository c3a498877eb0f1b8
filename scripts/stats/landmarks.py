"""The difference of two Kaplan-Meier curves at a time that was fixed beforehand."""

import numpy as np

from scripts.stats.arguments import checked_word
from scripts.stats.distributions import normal_p_value
from scripts.stats.kaplan_meier import KaplanMeierResult, survival_at
from scripts.stats.restricted_means import ContrastResult, checked_horizon, contrast

SCALES = {
    "plain": "plain (Greenwood)",
    "log-log": "from the log-log limits of each curve (MOVER); test on the log-log scale",
}


def survival_difference(
    first: KaplanMeierResult, second: KaplanMeierResult, at: float, scale: str = "plain"
) -> ContrastResult:
    """Compute the difference of survival at one time, first minus second.

    Parameters
    ----------
    first, second : KaplanMeierResult
        The curves, of one level; for the scale "log-log" with limits on that scale.
    at : float
        The time, above zero, in the unit of the curves.
    scale : str
        "plain" or "log-log": how limits and test are made.

    Returns
    -------
    ContrastResult
        `standard_error` is Greenwood's, of the difference, on either scale; `statistic` belongs to
        the scale.

    Notes
    -----
    Formula: Δ = S₁(t) - S₂(t); SE² = SE₁² + SE₂² (Greenwood), plain limits Δ ± z SE.

    Plain limits are cut at -1 and 1, the test is Δ / SE. On the log-log scale the limits are those
    of Zou and Donner (MOVER): Δ - √((S₁ - l₁)² + (u₂ - S₂)²) and Δ + √((u₁ - S₁)² + (S₂ - l₂)²)
    with the log-log limits l, u of each curve, and the test is the difference of ln(-ln S) over
    its standard error, the one that kept its size best in the comparison of Klein and others; the
    two need not agree. Nothing is estimable beyond the follow-up of a curve that has not
    come to 0. Where one curve is at
    0 or 1 the log-log limits and test are nan, as is the plain test where both are.

    References
    ----------
    Klein JP, Logan B, Harhoff M, Andersen PK. Analyzing survival curves at a fixed point in time.
    Stat Med 2007;26:4505-19. Zou GY, Donner A. Construction of confidence limits about effect
    measures: a general approach. Stat Med 2008;27:1693-702.
    """
    words = SCALES[checked_word(scale, SCALES, "scale")]
    moment = checked_horizon(at, "at")
    if first.level != second.level:
        raise ValueError("curves are compared at one level")
    if scale == "log-log" and (first.transform, second.transform) != (scale, scale):
        raise ValueError("the scale log-log needs curves with log-log limits")
    one, other = survival_at(first, [moment]), survival_at(second, [moment])
    s1, s2 = float(one.survival[0]), float(other.survival[0])
    e1, e2 = (
        _greenwood(s1, float(one.standard_error[0])),
        _greenwood(s2, float(other.standard_error[0])),
    )
    label = f"Difference of Kaplan-Meier estimates, limits: {words}"
    found = contrast(s1 - s2, float(np.hypot(e1, e2)), first.level, "survival_difference", label)
    lower, upper = max(found.lower, -1.0), min(found.upper, 1.0)
    statistic, p_value = found.statistic, found.p_value
    if scale == "log-log":
        (l1, u1), (l2, u2) = ((float(c.lower[0]), float(c.upper[0])) for c in (one, other))
        lower = s1 - s2 - float(np.hypot(s1 - l1, u2 - s2))
        upper = s1 - s2 + float(np.hypot(u1 - s1, s2 - l2))
        statistic = _log_log_statistic((s1, e1), (s2, e2))
        p_value = float(normal_p_value(statistic))
        lower, upper = (lower, upper) if np.isfinite(statistic) else (np.nan, np.nan)
    return ContrastResult(
        estimate=found.estimate,
        standard_error=found.standard_error,
        lower=lower if np.isfinite(found.estimate) else np.nan,
        upper=upper if np.isfinite(found.estimate) else np.nan,
        statistic=statistic,
        p_value=p_value,
        level=found.level,
        method="survival_difference",
        label=label,
    )


def _greenwood(survival: float, error: float) -> float:
    """Return the standard error; a curve that has come to zero has Greenwood's limit, zero."""
    return 0.0 if survival == 0 else error


def _log_log_statistic(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the difference of ln(-ln S), sign reversed, over its standard error."""
    scaled = []
    for survival, error in (first, second):
        if not 0 < survival < 1:
            return float("nan")
        log = np.log(survival)
        scaled.append((np.log(-log), error / (survival * -log)))
    (a, spread_a), (b, spread_b) = scaled
    return float((b - a) / np.hypot(spread_a, spread_b))
