"""Time to event: one place to import the survival estimators from."""

from scripts.stats.cox import CoxResult, cox
from scripts.stats.kaplan_meier import (
    TRANSFORMS,
    KaplanMeierResult,
    SurvivalAtTimes,
    SurvivalQuantile,
    kaplan_meier,
    survival_at,
    survival_quantile,
)
from scripts.stats.logrank import (
    HazardRatioResult,
    LogRankResult,
    logrank,
    logrank_hazard_ratio,
    mantel_haenszel_hazard_ratio,
)

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
    "survival_at",
    "survival_quantile",
]
