"""Two implementations of the same analyses: where they agree, and what happens where not."""

import copy
import dataclasses
import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from scripts.analyse.second.comparison import NOT_KNOWN, not_compared, relative_difference
from scripts.analyse.second.models import ENDLESS_REASON, separated
from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.proportions import corrected_score_lower
from scripts.analyse.second.survival import crossing, has_maximum, parts
from scripts.analyse.second_opinion import Tables, check_agreement, second_opinion
from scripts.imports import PROJECT, code_of
from scripts.job import StepError
from scripts.tables import format_json
from tests.analyse.trial import THREE_ARMS
from tests.analyse.twice import DIFFERENCE, PLANNED, PROFILED, first_results, made, sliced


@pytest.fixture(scope="module")
def trial():
    tables, plan = made("AB" * 15 + "AAA." * 2, seed=5), sliced(PLANNED)
    return tables, first_results(tables, plan), plan


def entry(result, row, group, statistic):
    """One stored number, to be altered."""
    keys = ("row", "group", "statistic")
    return next(
        s for s in result["statistics"] if tuple(s[k] for k in keys) == (row, group, statistic)
    )


def test_two_implementations_agree_on_every_number_of_every_kind(trial):
    opinion = second_opinion(*trial)
    check_agreement(opinion)
    assert set(opinion["analyses"]) == {name for part in PLANNED.values() for name in part}
    assert {judged["status"] for judged in opinion["analyses"].values()} == {"agrees"}
    assert opinion["summary"]["largest_relative_difference"] < 1e-9
    assert opinion["not_compared"] == []
    assert json.loads(format_json(opinion)) == opinion  # it can be written as it is


def test_limits_by_the_profile_of_a_likelihood_are_found_twice():
    tables, plan = made("ABA" * 12, seed=3), sliced(PROFILED)
    opinion = second_opinion(tables, first_results(tables, plan), plan)
    check_agreement(opinion)
    assert opinion["not_compared"] == []


def test_the_profile_of_a_likelihood_without_a_maximum_is_listed_with_the_reason():
    tables = made("AB" * 10, seed=4)
    flags = dict(tables.adresp[["USUBJID", "AVALC"]].to_numpy())
    adsl = tables.adsl.assign(MEDFL=tables.adsl["USUBJID"].map(flags))
    tables = dataclasses.replace(tables, adsl=adsl)
    plan = sliced(
        {"fit_models": {"apart": {**PROFILED["fit_models"]["by_both"], "terms": ["MEDFL"]}}}
    )
    opinion = second_opinion(tables, first_results(tables, plan), plan)
    check_agreement(opinion)
    assert {entry["reason"] for entry in opinion["not_compared"]} == {ENDLESS_REASON}


def test_every_stored_number_has_a_second_one(trial):
    tables, results, plan = trial
    opinion = second_opinion(tables, results, plan)
    for name, result in results.items():
        judged = opinion["analyses"][name]["statistics"]
        seen = {(s["row"], s["group"], s["statistic"]) for s in judged}
        known = {(s["row"], s["group"], s["statistic"]) for s in result["statistics"]}
        assert known <= seen, name


@pytest.mark.parametrize("seed", range(4))
def test_they_agree_with_three_arms_on_any_data(seed):
    tables, plan = made("ACBBCA" * 5, seed), sliced(PLANNED, THREE_ARMS)
    opinion = second_opinion(tables, first_results(tables, plan), plan)
    check_agreement(opinion)
    rows = opinion["analyses"]["wald"]["statistics"]
    assert {"A-B", "C-B"} <= {s["group"] for s in rows}


@pytest.mark.parametrize(
    ("analysis", "row", "group", "statistic"),
    [
        ("wald", "difference", "A-B", "lower"),
        ("corrected", "test", "", "p_value"),
        ("newcombe", "difference", "A-B", "upper"),
        ("newcombe_corrected", "difference", "A-B", "upper"),
        ("adjusted", "difference", "A-B", "standard_error"),
        ("medicated", "proportion", "Y", "proportion"),
        ("clinics", "02", "A-B", "estimate"),
        ("curves", "cox", "A/B", "hazard_ratio"),
        ("curves_breslow", "cox", "B/A", "upper"),
        ("curves_plain", "t=5", "A", "lower"),
        ("curves", "logrank", "A", "expected"),
        ("curves", "logrank_hazard_ratio", "A/B", "hazard_ratio"),
        ("waiting", "test", "", "p_value"),
        ("lasting", "time", "B", "q3"),
        ("filled", "difference", "A-B", "df"),
        ("filled_rubin", "difference", "A-B", "between"),
        ("by_both", "AGE", "", "p_value"),
        ("by_age", "intercept", "", "odds_ratio"),
        ("by_both_firth", "AGE", "", "lower"),
        ("standardised", "difference", "A-B", "standard_error"),
        ("standardised_corrected", "ratio", "A/B", "upper"),
        ("standardised_firth", "adjusted", "B", "risk"),
        ("standardised_model", "conditional_odds_ratio", "A/B", "odds_ratio"),
    ],
)
def test_a_number_altered_by_one_part_in_ten_thousand_stops_the_step(
    trial, analysis, row, group, statistic
):
    tables, results, plan = copy.deepcopy(trial)
    altered = entry(results[analysis], row, group, statistic)
    right = altered["value"]
    altered["value"] = right * 1.0001
    with pytest.raises(StepError) as caught:
        check_agreement(second_opinion(tables, results, plan))
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert f"{analysis}: row {row}, group {group or '-'}, {statistic}: first " in lines[1]
    assert str(altered["value"]) in lines[1]
    assert f"second {right}"[:15] in lines[1]


def test_every_disagreement_is_listed_not_only_the_first(trial):
    tables, results, plan = copy.deepcopy(trial)
    for name in ("wald", "by_age"):
        results[name]["statistics"][-1]["value"] = 77
    opinion = second_opinion(tables, results, plan)
    assert opinion["summary"]["differ"] == 2
    assert opinion["analyses"]["wald"]["status"] == "differs"
    with pytest.raises(StepError, match=r"2 number\(s\)"):
        check_agreement(opinion)


def test_another_subject_is_a_disagreement_though_every_number_is_right(trial):
    tables, results, plan = copy.deepcopy(trial)
    results["wald"]["subjects"]["used"][0] = "somebody else"
    with pytest.raises(StepError, match=r"wald: row subjects.*first 2, second 0"):
        check_agreement(second_opinion(tables, results, plan))


def test_a_point_of_a_curve_is_compared_too(trial):
    tables, results, plan = copy.deepcopy(trial)
    results["curves"]["curve"]["B"]["upper"][2] = 0.123
    with pytest.raises(StepError, match=r"curves: row curve .*, group B, upper: first 0.123"):
        check_agreement(second_opinion(tables, results, plan))


def test_a_row_that_is_missing_from_a_result_is_a_disagreement(trial):
    tables, results, plan = copy.deepcopy(trial)
    kept = [s for s in results["wald"]["statistics"] if s["row"] != "test_exact"]
    results["wald"]["statistics"] = kept
    with pytest.raises(StepError, match=r"wald: row test_exact.*p_value: first None"):
        check_agreement(second_opinion(tables, results, plan))


def test_a_number_that_one_implementation_cannot_estimate_is_a_disagreement(trial):
    tables, results, plan = copy.deepcopy(trial)
    entry(results["curves"], "cox", "A/B", "hazard_ratio")["value"] = None
    with pytest.raises(StepError, match="cox, group A/B, hazard_ratio: first None"):
        check_agreement(second_opinion(tables, results, plan))


def test_numbers_that_no_second_implementation_can_judge_are_listed_with_the_reason(trial):
    result = trial[1]["wald"]
    opinion = Opinion([], {}, "none", unsupported={("difference", "A-B", "lower"): "Too hard."})
    listed = not_compared(result, opinion)
    assert {item["reason"] for item in listed} == {"Too hard.", NOT_KNOWN}
    assert len(listed) == len([s for s in result["statistics"] if s["value"] is not None])


def test_a_statistic_that_the_second_implementation_does_not_know_is_listed(trial):
    tables, results, plan = copy.deepcopy(trial)
    more = {"row": "difference", "group": "A-B", "statistic": "new", "value": 1.0}
    results["wald"]["statistics"].append(more)
    opinion = second_opinion(tables, results, plan)
    assert [item["statistic"] for item in opinion["not_compared"]] == ["new"]
    check_agreement(opinion)


def test_an_analysis_of_an_unknown_kind_is_not_comparable_and_all_its_numbers_are_listed(trial):
    tables, results, _ = trial
    plan = sliced({"compare_proportions": {"wald": {**DIFFERENCE, "kind": "another"}}})
    opinion = second_opinion(tables, results, plan)
    assert opinion["analyses"]["wald"]["status"] == "not comparable"
    assert len(opinion["not_compared"]) == len(
        [s for s in results["wald"]["statistics"] if s["value"] is not None]
    )


def test_a_plan_without_comparisons_gives_an_empty_opinion(trial):
    tables = Tables(trial[0].adsl, trial[0].adresp, None, {})
    opinion = second_opinion(tables, {}, sliced({family: {} for family in PLANNED}))
    assert opinion["summary"]["analyses"] == 0
    assert opinion["summary"]["largest_relative_difference"] is None
    check_agreement(opinion)


def test_the_second_implementation_runs_no_line_of_the_first():
    def modules(step):
        return {Path(path).relative_to(PROJECT).as_posix() for path in code_of(f"analyse.{step}")}

    second = modules("second_opinion")
    assert not [path for path in second if path.startswith("scripts/stats/")]
    shared = second & set.union(*map(modules, PLANNED))
    assert {path for path in shared if path.startswith("scripts/analyse/")} == {
        "scripts/analyse/__init__.py"
    }


def test_what_is_zero_but_for_rounding_does_not_differ():
    assert relative_difference(0.0, 1e-17, "estimate") < 1e-9
    assert relative_difference(1.0, 1.0001, "estimate") == pytest.approx(1e-4, rel=1e-3)
    assert relative_difference(1e-30, 1.1e-30, "p_value") == pytest.approx(0.1 / 1.1)
    assert relative_difference(None, None, "estimate") == 0
    assert relative_difference(None, 1.0, "estimate") is None


def test_a_corrected_score_limit_is_where_the_corrected_test_just_rejects():
    p = corrected_score_lower(7, 10, 0.95)
    assert (0.7 - p - 1 / 20) / sqrt(p * (1 - p) / 10) == pytest.approx(1.959963984540054)
    assert corrected_score_lower(0, 10, 0.95) == 0


def test_separation_is_seen_whatever_the_size_of_the_groups():
    term = np.array([1.0] * 3 + [0.0] * 5)
    design = np.column_stack([np.ones(8), term])
    assert separated(np.array([1.0] * 3 + [0.0] * 5), design)
    assert separated(np.array([1.0] * 4 + [0.0] * 4), design)
    assert not separated(np.array([0.0] + [1.0] * 3 + [0.0] * 4), design)


def test_a_hazard_ratio_has_no_maximum_where_all_events_with_both_at_risk_are_on_one_side():
    time, inside = np.array([1.0, 2, 3, 4]), np.array([True, True, False, False])
    everybody = np.ones(4, dtype=int)
    assert not has_maximum(time, everybody, inside)
    assert not has_maximum(time, np.array([0, 0, 0, 1]), inside)
    assert has_maximum(np.array([1.0, 3, 2, 4]), everybody, inside)


def test_whoever_is_alone_at_risk_adds_to_what_is_expected_and_not_to_the_variance():
    found = parts(np.array([1.0, 2.0]), np.array([1, 1]), np.array([False, True]))
    assert found["observed"] == 1
    assert found["expected"] == pytest.approx(1 / 2 + 1)
    assert found["variance"] == pytest.approx(1 / 4)


def test_a_median_lies_in_the_middle_of_a_step_at_one_half():
    time = np.array([1.0, 2.0, 3.0])
    assert crossing(time, np.array([0.75, 0.5, 0.25])) == (2 + 3) / 2
    assert crossing(time, np.array([0.75, 0.5, 0.5])) == 2
    assert crossing(time, np.array([0.9, 0.4, 0.2])) == 2
    assert crossing(time, np.array([0.9, 0.8, np.nan])) is None
