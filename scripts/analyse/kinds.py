"""What each kind of analysis needs from the plan, and what it can make use of."""

from dataclasses import dataclass

COMMON = frozenset({"title", "kind", "role", "estimand", "note"})
SUBJECTS = frozenset({"population", "subset", "subset_label", "groups"})


@dataclass(frozen=True)
class Kind:
    """The keys of an analysis, and of its method: needed, and possible beside those."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    method_needs: frozenset[str] = frozenset()
    method_may: frozenset[str] = frozenset()
    subjects: bool = True

    @property
    def known(self) -> frozenset[str]:
        """Every key that means something for this kind."""
        shared = COMMON | SUBJECTS if self.subjects else COMMON
        method = {"method"} if self.method_needs or self.method_may else set()
        return shared | self.needs | self.may | method


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = {
    "difference_in_proportions": Kind(
        _words("population endpoint missing"),
        _words("contrasts"),
        _words("interval"),
        _words("test"),
    ),
    "proportions_by": Kind(
        _words("population endpoint missing by"),
        _words("contrasts labels"),
        _words("interval"),
        _words("test"),
    ),
    "subgroups": Kind(
        _words("population endpoint missing subgroups"),
        _words("contrasts"),
        _words("interval"),
    ),
    "stratified_difference": Kind(
        _words("population endpoint missing strata"),
        _words("contrasts"),
        _words("interval"),
        _words("test homogeneity"),
    ),
    "effect_measures": Kind(
        _words("population endpoint missing"),
        _words("contrasts"),
        _words("interval"),
        _words("ratio odds_ratio better"),
    ),
    "difference_imputed": Kind(
        _words("population endpoint missing imputation"),
        _words("contrasts covariates"),
        method_may=_words("df estimator"),
    ),
    "imputation_diagnostics": Kind(_words("models"), subjects=False),
    "tipping_point": Kind(
        _words("population endpoint missing imputation"),
        _words("contrasts"),
        _words("grid"),
        _words("interval test variance df"),
    ),
    "quantiles_of_time": Kind(
        _words("population endpoint missing"),
        _words("contrasts without_record without_event"),
        _words("quantiles censored"),
        _words("rank_test shift"),
    ),
    "time_to_event": Kind(
        _words("population endpoint missing times"),
        _words("contrasts without_record"),
        _words("transform ties"),
    ),
    "survival_contrasts": Kind(
        _words("population endpoint missing"),
        _words("contrasts without_record landmarks restricted_mean"),
        _words("transform"),
    ),
    "hazard_sensitivity": Kind(
        _words("population endpoint missing"),
        _words(
            "contrasts without_record stratify_by weights fleming_harrington proportional_hazards"
        ),
        _words("ties"),
    ),
    "logistic": Kind(
        _words("population endpoint missing terms"),
        _words("labels"),
        method_may=_words("fit interval"),
    ),
    "adjusted_difference": Kind(
        _words("population endpoint missing covariates"),
        _words("contrasts labels"),
        method_may=_words("fit interval variance"),
    ),
    "baseline": Kind(
        _words("population variables"), _words("missing"), method_needs=_words("quantiles")
    ),
    "subjects_with_records": Kind(
        _words("population records by"), _words("where levels labels label_by threshold missing")
    ),
    "disposition": Kind(_words("population flow"), _words("labels missing")),
    "attendance": Kind(_words("population records"), _words("where missing")),
    "visit_adherence": Kind(_words("population records left"), _words("where missing")),
    "population_membership": Kind(frozenset(), _words("populations"), subjects=False),
    "exposure": Kind(
        _words("population records treatments"),
        _words("where interrupted missing"),
        method_needs=_words("quantiles"),
    ),
    "measurements_over_time": Kind(
        _words("population records parameter missing"), method_needs=_words("quantiles")
    ),
    "missing_patterns": Kind(_words("population records parameter missing"), _words("where")),
    "courses": Kind(_words("population course missing"), method_needs=_words("quantiles")),
    "event_overview": Kind(_words("population records rows"), _words("where missing")),
    "event_terms": Kind(
        _words("population records by"), _words("where levels labels label_by threshold missing")
    ),
    "event_grades": Kind(
        _words("population records by grades"),
        _words("where labels label_by threshold missing"),
    ),
    "deaths": Kind(
        _words("population records by died fatal"), _words("where labels label_by missing")
    ),
    "shift": Kind(_words("population records parameter missing shift")),
    "sample_size": Kind(_words("design"), _words("contrasts"), subjects=False),
    "power": Kind(_words("population design"), _words("contrasts subset subset_label")),
}
