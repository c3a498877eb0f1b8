"""Names in planned analyses, estimands and imputation models that do not exist are findings."""

from copy import deepcopy

import pytest

from scripts.analyse.families import FAMILIES
from scripts.analyse.kinds import KINDS
from scripts.analyse.method_checks import STRATIFIED_INTERVALS, STRATIFIED_TESTS
from scripts.analyse.method_checks import VARIANCES as KINDS_OF_VARIANCE
from scripts.analyse.plan_checks import check_analysis_plan
from scripts.plan import read_schema
from scripts.stats.firth import FITS
from scripts.stats.logistic_result import INTERVALS
from scripts.stats.odds_ratios import ODDS_RATIOS
from scripts.stats.proportions import DIFFERENCES, TESTS
from scripts.stats.quantiles import LABELS
from scripts.stats.ratios import RATIOS
from scripts.stats.standardisation import VARIANCES
from scripts.stats.stratified_differences import STRATIFIED as STRATIFIED_DIFFERENCES
from scripts.stats.stratified_odds import HOMOGENEITY
from scripts.stats.stratified_odds import STRATIFIED_TESTS as TESTS_OVER_STRATA
from tests.analyse.names import PLAN


def findings(*changes):
    """The findings after setting values at dotted places, as ("analyses.analyses.main.role", x)."""
    plan = deepcopy(PLAN)
    for place, value in changes:
        *path, last = place.split(".")
        target = plan
        for step in path:
            target = target[step]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return check_analysis_plan(plan)


MAIN = "analyses.analyses.main"


def test_a_plan_whose_names_all_exist_has_no_findings():
    assert findings() == []


def test_an_analysis_may_not_take_the_name_of_the_results_store():
    (words,) = findings(
        ("analyses.analyses.results", deepcopy(PLAN["analyses"]["analyses"]["main"]))
    )
    assert words == "analyses: results: the name of another file of results"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("estimand", "e_res", "unknown estimand 'e_res'; did you mean 'e_resp'?"),
        ("estimand", "o_main", "objective 'o_main' needs an estimand"),
        ("population", "ITFL", "unknown population 'ITFL'; did you mean 'ITTFL'?"),
        ("endpoint", "RES", "unknown endpoint 'RES'; did you mean 'RESP'?"),
        ("endpoint", "TIME", "unknown endpoint 'TIME'"),
        ("subset", {"variable": "MDFL", "is": "Y"}, "variable 'MDFL'; did you mean 'MEDFL'?"),
        ("contrasts", [["A", "C"]], "unknown group 'C'"),
        ("method", {"interval": "wald", "ties": "efron"}, "method: 'ties' means nothing here"),
        ("method", {}, "method: 'interval' is missing"),
        ("terms", ["MEDFL"], "'terms' means nothing here"),
        ("missing", None, "'missing' is missing"),
    ],
)  # fmt: skip
def test_a_wrong_name_in_an_analysis_is_a_finding_with_the_nearest_right_one(place, value, words):
    found = findings((f"{MAIN}.{place}", value))
    assert any(one.startswith("analyses: main: ") and words in one for one in found), found


CONTRASTS = {
    "title": "Time at landmarks",
    "kind": "survival_contrasts",
    "role": "supplementary",
    "estimand": "e_resp",
    "population": "ITTFL",
    "endpoint": "TIME",
    "method": {"transform": "log-log"},
    "landmarks": [8],
    "missing": "None.",
}
HAZARDS = {
    **{key: value for key, value in CONTRASTS.items() if key != "landmarks"},
    "kind": "hazard_sensitivity",
    "method": {"ties": "efron"},
    "stratify_by": ["MEDFL"],
}


@pytest.mark.parametrize(
    ("analysis", "changes", "words"),
    [
        (CONTRASTS, {}, None),
        (HAZARDS, {}, None),
        (CONTRASTS, {"landmarks": None}, "give one of 'landmarks', 'restricted_mean'"),
        (CONTRASTS, {"method": {"transform": "log"}}, "transform 'log' is none of a difference"),
        (CONTRASTS, {"endpoint": "RESP"}, "unknown endpoint 'RESP'"),
        (CONTRASTS, {"stratify_by": ["MEDFL"]}, "'stratify_by' means nothing here"),
        (HAZARDS, {"stratify_by": ["MDFL"]}, "unknown variable 'MDFL'; did you mean 'MEDFL'?"),
        (HAZARDS, {"stratify_by": None}, "give one of 'stratify_by', 'weights'"),
        (HAZARDS, {"method": {}}, "method: 'ties' is missing"),
    ],
)
def test_comparisons_of_times_ask_for_what_there_is(analysis, changes, words):
    made = {k: v for k, v in {**analysis, **changes}.items() if v is not None}
    found = findings(("analyses.analyses.more", made))
    assert (found == []) if words is None else any(words in one for one in found)


SHIFT = {
    "title": "Shift",
    "kind": "shift",
    "role": "safety",
    "estimand": "o_words",
    "population": "ITTFL",
    "records": "adscore",
    "parameter": "SCORE",
    "missing": "None.",
}
LOW, HIGH = {"id": "low", "label": "Low", "below": 10}, {"id": "high", "label": "High"}


@pytest.mark.parametrize(
    ("categories", "words"),
    [
        ([LOW, HIGH], ""),
        ([LOW, {**LOW, "id": "middle"}, HIGH], "the limits under 'below' do not rise"),
        ([LOW, {**HIGH, "below": 20}], "the last has none"),
        ([{"id": "low", "label": "Low"}, HIGH], "needs 'below'"),
        ([LOW, {**HIGH, "id": "low"}], "two categories are 'low'"),
        ([LOW, {**HIGH, "id": "total"}], "'total' is a word of the table"),
    ],
)
def test_categories_of_a_shift_must_divide_the_values(categories, words):
    shift = {"pick": "last", "from_day": 1, "categories": categories}
    found = findings(("analyses.analyses.shift", {**SHIFT, "shift": shift}))
    assert len(found) == bool(words)
    assert all(words in one for one in found)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"kind": "subgroups", "population": "ITTFL", "endpoint": "RESP", "missing": "None.",
             "method": {"interval": "wald"},
             "subgroups": [{"variable": "MEDFLL", "label": "Medication", "levels": ["Y"]}]},
            "unknown variable 'MEDFLL'; did you mean 'MEDFL'?",
        ),
        ({"kind": "population_membership", "populations": ["ITFL"]}, "unknown population 'ITFL'"),
        (
            {"kind": "visit_adherence", "population": "ITTFL", "records": "sv", "left": "LEFTT"},
            "unknown variable 'LEFTT'",
        ),
        (
            {"kind": "event_grades", "population": "ITTFL", "records": "adae", "by": "AEDECOD",
             "grades": {"variable": "AETOXG", "levels": ["1"]}},
            "unknown variable of adae 'AETOXG'; did you mean 'AETOXGR'?",
        ),
        (
            {"kind": "deaths", "population": "ITTFL", "records": "adae", "by": "AEDECOD",
             "died": {"variable": "DTHD", "missing": False},
             "fatal": {"variable": "AEOUT", "is": "FATAL"}},
            "unknown variable 'DTHD'",
        ),
        (
            {"kind": "deaths", "population": "ITTFL", "records": "adae", "by": "AEDECOD",
             "died": {"variable": "STOPFL", "is": "Y"},
             "fatal": {"variable": "AEOUTT", "is": "FATAL"}},
            "unknown variable of adae 'AEOUTT'; did you mean 'AEOUT'?",
        ),
    ],
)  # fmt: skip
def test_names_of_descriptive_kinds_are_checked_too(more, words):
    head = {"title": "More", "role": "descriptive", "estimand": "o_words"}
    estimand = {"estimand": "e_resp"} if more["kind"] == "subgroups" else {}
    found = findings(("analyses.analyses.more", {**head, **more, **estimand}))
    assert len(found) == 1
    assert words in found[0]


STRATIFIED = {
    "title": "More", "role": "sensitivity", "estimand": "e_resp", "kind": "stratified_difference",
    "population": "ITTFL", "endpoint": "RESP", "missing": "None.",
    "strata": [{"variable": "MEDFL", "label": "Medication"}],
    "method": {"interval": "mantel_haenszel", "test": "cochran_mantel_haenszel"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ""),
        ({"strata": [{"variable": "MEDFLL", "label": "M"}]}, "unknown variable 'MEDFLL'; did you"),
        ({"method": {"interval": "wald"}}, "interval 'wald' does not compare within strata"),
        (
            {"method": {"interval": "mantel_haenszel", "test": "boschloo"}},
            "test 'boschloo' does not compare within strata",
        ),
        (
            {"kind": "effect_measures", "strata": None},
            "interval 'mantel_haenszel' compares within strata: of kind stratified_difference only",
        ),
    ],
)
def test_words_for_strata_belong_to_strata_only(more, words):
    analysis = {**STRATIFIED, **more}
    if analysis["kind"] == "effect_measures":
        analysis = {**analysis, "method": {"interval": "mantel_haenszel"}}
    kept = {key: value for key, value in analysis.items() if value is not None}
    found = findings(("analyses.analyses.more", kept))
    assert len(found) == bool(words)
    assert all(words in one for one in found)


def test_an_endpoint_may_stand_in_a_subset_and_a_group_variable_must_exist():
    assert findings((f"{MAIN}.subset", {"variable": "LATE", "is": "Y"})) == []
    groups = {"variable": "MEDL", "levels": [{"value": "Y", "label": "Yes"}]}
    found = findings((f"{MAIN}.groups", groups), (f"{MAIN}.contrasts", [["Y", "Z"]]))
    assert [one.split(";")[0] for one in found] == [
        "analyses: main: unknown variable 'MEDL'",
        "analyses: main: unknown group 'Z'",
    ]


def test_a_time_is_no_endpoint_and_an_endpoint_no_time():
    found = findings(("analyses.analyses.time.endpoint", "RESP"))
    assert "unknown endpoint 'RESP'" in found[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("records", "sw"), "unknown table of records 'sw'; did you mean 'sv'?"),
        (("where", {"variable": "SVSTDT", "missing": False}), "unknown variable of sv 'SVSTDT'"),
    ],
)
def test_a_wrong_table_or_a_wrong_variable_of_it_is_a_finding(change, words):
    found = findings((f"analyses.analyses.visits.{change[0]}", change[1]))
    assert words in found[0]


def test_an_analysis_without_a_known_imputation_model_is_a_finding():
    found = findings(("analyses.analyses.imputed.imputation", "n"))
    assert any("unknown imputation model 'n'" in one for one in found)
    assert any(one == "imputation: m: no analysis uses it" for one in found)


def test_an_imputation_model_must_complete_the_endpoint_of_the_analysis():
    found = findings(("imputation.models.m.endpoint", "LATE"))
    assert found == ["analyses: imputed: imputation 'm' completes LATE, not RESP"]


def test_an_estimator_of_yes_and_no_needs_a_model_that_draws_them():
    method = ("analyses.analyses.imputed.method", {"estimator": "logistic"})
    found = findings(method, ("imputation.models.m.method", "normal"))
    assert "'logistic' needs outcomes that are yes or no" in found[0]
    assert findings(method, ("imputation.models.m.method", "logistic")) == []


def test_an_estimator_without_covariates_refuses_them():
    place = "analyses.analyses.imputed"
    found = findings(
        (f"{place}.method", {"estimator": "proportions"}),
        (f"{place}.covariates", ["AGE"]),
        ("imputation.models.m.method", "logistic"),
    )
    assert "takes no covariates; use linear or logistic" in found[0]


def test_a_first_number_of_imputations_above_the_bound_is_a_finding():
    found = findings(("settings", {"imputations": 20, "imputations_least": 100}))
    assert found == ["settings: imputations_least is 100, more than imputations, which is 20"]


def test_diagnostics_of_a_model_that_is_unknown_or_not_used_are_a_finding():
    spare = ("imputation.models.spare", PLAN["imputation"]["models"]["m"])
    analysis = {"title": "D", "kind": "imputation_diagnostics", "role": "descriptive"}
    analysis |= {"estimand": "o_design", "models": ["m", "mm", "spare"]}
    found = findings(spare, ("analyses.analyses.checked", analysis))
    assert any("unknown imputation model 'mm'; did you mean 'm'?" in one for one in found)
    assert any("'spare' is not imputed, because no analysis uses it" in one for one in found)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("population", "PPFL", "unknown population 'PPFL'"),
        ("predictors", ["AGEE"], "unknown variable 'AGEE'"),
        ("missing_when", {"variable": "STOFL", "is": "Y"}, "unknown variable 'STOFL'"),
        ("predictor_methods", {"MEDFL": "normal"}, "unknown predictor 'MEDFL'"),
        ("interactions", [["ARMC", "ARMCD"]], "unknown predictor in interactions 'ARMC'"),
        ("by", "ARMC", "unknown variable in by 'ARMC'"),
    ],
)
def test_a_wrong_name_in_an_imputation_model_is_a_finding(place, value, words):
    found = findings((f"imputation.models.m.{place}", value))
    assert words in found[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bounds": [1, 0]}, "bounds: 1 is not less than 0"),
        (
            {"bounds": [0, 1], "method": "logistic"},
            "bounds are for the method normal, not logistic",
        ),
        (
            {"by": "ARMCD", "interactions": [["ARMCD", "AGE"]], "predictors": ["ARMCD", "AGE"]},
            "interactions: ARMCD is constant where the model is fitted by ARMCD",
        ),
        (
            {"by": "ARMCD", "predictor_methods": {"ARMCD": "multinomial"}},
            "by: ARMCD has a method, but must have no missing values",
        ),
    ],
)
def test_options_of_an_imputation_model_that_cannot_be_are_findings(changes, words):
    found = findings(*((f"imputation.models.m.{key}", value) for key, value in changes.items()))
    assert any(one.startswith(f"imputation: m: {words}") for one in found)


def test_an_estimand_that_no_analysis_serves_or_without_its_objective_is_a_finding():
    other = {"label": "Other", "objective": "o_mian", "endpoint": "RES"}
    found = findings(("estimands.estimands.e_other", other))
    assert [one.split(";")[0] for one in found] == [
        "estimands: e_other: unknown objective 'o_mian'",
        "estimands: e_other: unknown endpoint 'RES'",
        "estimands: e_other: no analysis belongs to it",
    ]


def test_a_plan_without_a_primary_analysis_is_a_finding():
    assert findings((f"{MAIN}.role", "secondary")) == ["analyses: none has the role primary"]


def test_an_endpoint_with_the_name_of_a_subject_level_variable_is_a_finding():
    found = findings(("subjects.variables.RESP", {}))
    assert found == ["endpoints: RESP is also a subject-level variable"]


def test_a_sample_size_needs_power_dropout_and_a_proportion_for_each_arm():
    design = {"proportions": {"A": 0.5, "D": 0.4}, "variants": ["fisher"]}
    size = {
        "title": "Size",
        "kind": "sample_size",
        "role": "descriptive",
        "estimand": "o_words",
        "design": design,
    }
    found = " ".join(findings(("analyses.analyses.size", size)))
    for words in ("unknown group 'D'", "for group 'B'", "'power' is", "'dropout' is", "'fisher'"):
        assert words in found


def test_the_schema_the_families_and_the_table_of_kinds_know_the_same_kinds():
    schema = read_schema("analyses")["$defs"]["analysis"]["properties"]
    assert set(schema["kind"]["enum"]) == set(KINDS) == set(FAMILIES)
    assert set(schema) >= set().union(*(kind.known for kind in KINDS.values()))


def test_the_schema_knows_the_words_of_the_estimators():
    method = read_schema("analyses")["$defs"]["analysis"]["properties"]["method"]["properties"]
    assert set(method["interval"]["enum"]) == (
        set(DIFFERENCES) | set(STRATIFIED_DIFFERENCES) | set(INTERVALS)
    )
    assert set(method["test"]["enum"]) == set(TESTS) | set(TESTS_OVER_STRATA)
    assert set(method["ratio"]["enum"]) == set(RATIOS)
    assert set(method["odds_ratio"]["enum"]) == set(ODDS_RATIOS)
    assert set(method["homogeneity"]["enum"]) == set(HOMOGENEITY)
    assert set(STRATIFIED_DIFFERENCES) == STRATIFIED_INTERVALS
    assert set(TESTS_OVER_STRATA) == STRATIFIED_TESTS
    assert set(method["fit"]["enum"]) == set(FITS)
    assert set(method["variance"]["enum"]) == set.union(*KINDS_OF_VARIANCE.values())
    assert set(VARIANCES) == KINDS_OF_VARIANCE["adjusted_difference"]
    assert set(method["quantiles"]["enum"]) <= set(LABELS)


ADJUSTED = {
    "title": "Adjusted",
    "kind": "adjusted_difference",
    "role": "sensitivity",
    "estimand": "e_resp",
    "population": "ITTFL",
    "endpoint": "RESP",
    "missing": "None.",
    "covariates": ["AGE"],
}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ""),
        ({"method": {"fit": "firth", "interval": "profile_likelihood"}}, ""),
        ({"covariates": ["AGE", "MEDFLL"]}, "unknown variable 'MEDFLL'; did you mean 'MEDFL'?"),
        ({"method": {"interval": "newcombe"}}, "the interval 'newcombe' is not of this kind"),
        ({"method": {"test": "fisher_exact"}}, "method: 'test' means nothing here"),
    ],
)
def test_an_adjusted_difference_has_covariates_and_the_limits_of_a_model(more, words):
    found = findings(("analyses.analyses.more", {**ADJUSTED, **more}))
    assert len(found) == bool(words)
    assert all(words in one for one in found)


def test_a_difference_has_no_limits_by_the_profile_of_a_likelihood():
    found = findings((f"{MAIN}.method.interval", "profile_likelihood"))
    assert len(found) == 1
    assert "those of a difference in proportions" in found[0]
