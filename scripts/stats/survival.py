"""Time to event: one place to import the survival estimators from."""

from scripts.stats.cox import CoxResult, cox
from scripts.stats.hazard_ratios import (
    HazardRatioResult,
    logrank_hazard_ratio,
    mantel_haenszel_hazard_ratio,
    observed_expected_hazard_ratio,
)
from scripts.stats.kaplan_meier import (
    TRANSFORMS,
    KaplanMeierResult,
    SurvivalAtTimes,
    SurvivalQuantile,
    kaplan_meier,
    survival_at,
    survival_quantile,
)
from scripts.stats.logrank import LogRankResult, logrank

__all__ = [
    "TRANSFORMS",
    "CoxResult",
    "HazardRatioResult",
    "KaplanMeierResult",
    "LogRankResult",
    "SurvivalAtTimes",
    "SurvivalQuantile",
    "cox",
    "kaplan_meier",
    "logrank",
    "logrank_hazard_ratio",
    "mantel_haenszel_hazard_ratio",
    "observed_expected_hazard_ratio",
    "survival_at",
    "survival_quantile",
]
