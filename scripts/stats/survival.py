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
from scripts.stats.landmarks import SCALES, survival_difference
from scripts.stats.logrank import LogRankResult, logrank
from scripts.stats.proportional_hazards import (
    TIME_SCALES,
    ProportionalHazardsResult,
    proportional_hazards_test,
)
from scripts.stats.restricted_means import (
    ContrastResult,
    RestrictedMeanResult,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
)
from scripts.stats.weighted_logrank import (
    WEIGHTS,
    WeightedLogRankResult,
    stratified_logrank,
    weighted_logrank,
)

__all__ = [
    "SCALES",
    "TIME_SCALES",
    "TRANSFORMS",
    "WEIGHTS",
    "ContrastResult",
    "CoxResult",
    "HazardRatioResult",
    "KaplanMeierResult",
    "LogRankResult",
    "ProportionalHazardsResult",
    "RestrictedMeanResult",
    "SurvivalAtTimes",
    "SurvivalQuantile",
    "WeightedLogRankResult",
    "cox",
    "kaplan_meier",
    "logrank",
    "logrank_hazard_ratio",
    "mantel_haenszel_hazard_ratio",
    "observed_expected_hazard_ratio",
    "proportional_hazards_test",
    "restricted_mean",
    "restricted_mean_difference",
    "restricted_mean_ratio",
    "stratified_logrank",
    "survival_at",
    "survival_difference",
    "survival_quantile",
    "weighted_logrank",
]
