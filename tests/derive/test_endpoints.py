"""The kinds of endpoints hold for other trials than the embedded one, and leave a trace."""

import pandas as pd
import pytest
import yaml

from scripts.derive.endpoints import KINDS
from scripts.derive.evidence import Evidence
from tests.derive.build import PROJECT, Case, at, judge, name_of, prepare, read_plan, responses
from tests.derive.build import decisions as trace_of

ONCE = {
    "occasions": 1,
    "gap_days": 0,
    "consecutive": True,
    "onset": "first",
    "reason": "not seen",
}


def response(clauses, **more):
    return {
        "label": "R",
        "kind": "confirmed_response",
        "measure": "PLAT",
        "clauses": clauses,
        "confirmation": ONCE,
        **more,
    }


def verdicts(cases, definitions):
    return responses(prepare(cases, read_plan()), definitions)


def answers(cases, definitions, code):
    made = verdicts(cases, definitions)
    return [made.loc[(name_of(n), code), "AVALC"] for n in range(len(cases))]


def test_a_score_that_falls_by_half_at_a_single_visit_is_a_response():
    falls = {"kind": "baseline_fold", "operator": "<=", "factor": 0.5, "reason": "never halved"}
    cases = [
        Case("half of 40 is 20", [at(1, 20)], {}, baseline=40),
        Case("21 is more than half of 40", [at(1, 21)], {}, baseline=40),
    ]
    assert answers(cases, {"R": response({"halved": falls})}, "R") == ["Y", "N"]


def test_a_fall_of_ten_points_is_measured_from_the_baseline():
    falls = {"kind": "change", "operator": "<=", "value": -10, "reason": "never fell by 10"}
    cases = [
        Case("30 - 40 = -10", [at(1, 30)], {}, baseline=40),
        Case("31 - 40 = -9", [at(1, 31)], {}, baseline=40),
    ]
    assert answers(cases, {"R": response({"fall": falls})}, "R") == ["Y", "N"]


def test_a_response_outside_its_window_of_days_does_not_count():
    clauses = {
        "high": {"kind": "threshold", "operator": ">=", "value": 30, "reason": "never high"},
        "early": {"kind": "window", "scale": "actual", "to_day": 28, "reason": "only later"},
    }
    cases = [
        Case("day 28", [at(4, 50)], {}),
        Case("day 29", [at(4, 50, shift=1)], {}),
        Case("planned day 28 but day 29", [at(4, 20), at(6, 50)], {}),
    ]
    made = verdicts(cases, {"R": response(clauses)})["REASON"]
    assert answers(cases, {"R": response(clauses)}, "R") == ["Y", "N", "N"]
    assert made.tolist()[1:] == ["only later", "only later"]


def test_on_the_nominal_scale_a_late_visit_counts_at_its_planned_day():
    clauses = {
        "high": {"kind": "threshold", "operator": ">=", "value": 30, "reason": "never high"},
        "early": {"kind": "window", "scale": "nominal", "to_day": 28, "reason": "only later"},
    }
    assert answers([Case("day 29", [at(4, 50, shift=1)], {})], {"R": response(clauses)}, "R") == [
        "Y"
    ]


def test_an_onset_at_the_confirming_count_is_dated_there():
    clauses = {"high": {"kind": "threshold", "operator": ">=", "value": 30, "reason": "low"}}
    rule = {**ONCE, "occasions": 2, "gap_days": 7, "onset": "confirming"}
    made = verdicts(
        [Case("weeks 4 and 6", [at(4, 50), at(6, 50)], {})],
        {"R": response(clauses, confirmation=rule)},
    ).loc[(name_of(0), "R")]
    assert (made["ADAYS"], made["AVISIT"]) == (6 * 7, "Week 6")


def test_the_onset_names_its_record_and_the_confirming_date():
    plan = read_plan()
    made = responses(
        prepare([Case("weeks 4 and 6", [at(4, 50), at(6, 50)], {})], plan),
        {"OR": plan["endpoints"]["endpoints"]["OR"]},
    ).loc[(name_of(0), "OR")]
    assert (made["SRCDOM"], made["SRCSEQ"]) == ("LB", 2)
    assert made["CFDT"] == pd.Timestamp("2018-01-01") + pd.Timedelta(days=6 * 7)


@pytest.mark.parametrize(
    ("visits", "grade_of_reason"),
    [
        ([at(4, 20)], "count never at least 30"),
        ([at(4, 30), at(6, 30)], "count never at least twice the baseline"),
        ([at(4, 60, 1), at(6, 60, 1)], "bleeding whenever the count was high enough"),
        ([at(4, 60), at(6, 20)], "not confirmed at least 7 days later"),
    ],
)
def test_the_reason_is_the_clause_at_which_the_closest_record_failed(visits, grade_of_reason):
    plan = read_plan()
    made = responses(
        prepare([Case("reason", visits, {}, baseline=20)], plan),
        {"OR": plan["endpoints"]["endpoints"]["OR"]},
    )
    assert made.loc[(name_of(0), "OR"), "REASON"] == grade_of_reason


def test_a_record_of_another_domain_is_an_endpoint_of_its_own():
    derived = prepare([Case("event", [], {}), Case("none", [], {})], read_plan())
    events = pd.DataFrame(
        {
            "USUBJID": [name_of(0), name_of(0), name_of(1)],
            "CESEQ": pd.array([1, 2, 1], dtype="Int64"),
            "CETERM": ["FALL", "FALL", "COUGH"],
            "CESTDTC": ["2018-02-01", "2018-01-11", "2018-01-11"],
        }
    )
    derived.domains["ce"] = events
    spec = {
        "label": "Fall",
        "kind": "any_record",
        "domain": "CE",
        "where": {"variable": "CETERM", "is": "FALL"},
        "reason": "no fall",
    }
    made = responses(derived, {"FALL": spec})
    assert made["AVALC"].tolist() == ["Y", "N"]
    # The earlier of the two, on 11 January: ten days after the first.
    assert (made["ADAYS"].iloc[0], made["SRCSEQ"].iloc[0]) == (10, 2)
    assert made["REASON"].iloc[1] == "no fall"
    later = responses(derived, {"FALL": {**spec, "from_day": 32}})
    assert later["AVALC"].tolist() == ["N", "N"]


def test_a_state_of_the_subject_is_an_endpoint_without_a_record():
    spec = {
        "label": "Stopped",
        "kind": "subject_state",
        "condition": {"variable": "DISCFL", "is": "Y"},
        "reason": "went on",
    }
    cases = [Case("stopped", [], {}, completed=False), Case("went on", [], {})]
    assert answers(cases, {"STOP": spec}, "STOP") == ["Y", "N"]


def test_a_discontinuation_that_counts_as_rescue_is_a_rescue():
    plan = read_plan()["endpoints"]["endpoints"]
    cases = [Case("stopped", [], {}, completed=False), Case("went on", [], {})]
    assert answers(cases, {"RSCF": plan["RSCF"]}, "RSCF") == ["Y", "N"]
    assert answers(cases, {"RSC": plan["RSC"]}, "RSC") == ["N", "N"]


def test_a_variant_changes_the_verdict_in_the_point_in_which_it_differs():
    cases = {
        "ORNODBL": Case("not doubled", [at(4, 39), at(6, 39)], {}, baseline=20),
        "ORNOBLD": Case("bled", [at(4, 50, 1), at(6, 50, 1)], {}),
        "ORYEAR": Case("bled before", [at(1, 20, 1), at(4, 50), at(6, 50)], {}),
        "ORNORSC": Case("rescued", [at(20, 50), at(22, 50)], {}, rescue=[40]),
        "ORANYRSC": Case("rescued early", [at(20, 50), at(22, 50)], {}, rescue=[0]),
        "ORDISC": Case("stopped", [at(4, 50), at(6, 50)], {}, completed=False),
        "CRLIT": Case("not doubled", [at(4, 120), at(6, 120)], {}, baseline=70),
        "SRACT": Case("early", [at(2, 50), at(3, 50), at(24, 50), at(28, 20, shift=-5)], {}),
    }
    definitions = read_plan()["endpoints"]["endpoints"]
    made = verdicts(list(cases.values()), definitions)
    for number, code in enumerate(cases):
        standard = made.loc[(name_of(number), code[:2]), "AVALC"]
        assert made.loc[(name_of(number), code), "AVALC"] != standard, code


def test_every_assessed_record_is_in_the_trace_with_every_clause():
    plan = read_plan()
    derived = prepare([Case("two visits", [at(4, 50), at(6, 20)], {})], plan)
    trace = trace_of(derived, {"OR": plan["endpoints"]["endpoints"]["OR"]})
    met = trace.set_index(["CLAUSE", "ADAYS"])["MET"]
    assert met[("count", 28)] == "Y"
    assert met[("count", 42)] == "N"
    assert met[("confirmed", 28)] == "N"
    assert trace.loc[trace["CLAUSE"] == "completed", "SRCDOM"].tolist() == ["ADSL"]
    # One row for the subject, and five clauses and the confirmation for each of two counts.
    assert len(trace) == 1 + (5 + 1) * 2
    assert trace["DECSEQ"].tolist() == list(range(1, 14))


def test_the_trace_of_a_loss_names_the_record_of_the_other_measure():
    plan = read_plan()["endpoints"]["endpoints"]
    derived = prepare([Case("bled", [at(4, 50), at(6, 50), at(8, 50, 2)], {})], read_plan())
    trace = trace_of(derived, {code: plan[code] for code in ("OR", "REL")})
    lost = trace[(trace["PARAMCD"] == "REL") & (trace["MET"] == "Y")]
    assert lost[["CLAUSE", "SRCDOM", "SRCSEQ", "ADAYS"]].to_numpy().tolist() == [
        ["response", "ADSL", pd.NA, pd.NA],
        ["bleeding", "FA", 4, 56],
    ]


def test_verdicts_do_not_depend_on_the_order_of_the_records():
    plan = read_plan()
    cases = [
        Case("a", [at(4, 50), at(6, 50), at(8, 20)], {}),
        Case("b", [at(4, 20)], {}),
    ]
    derived = prepare(cases, plan)
    turned = {name: table.iloc[::-1] for name, table in derived.measurements.items()}
    definitions = plan["endpoints"]["endpoints"]
    forward = responses(derived, definitions)
    backward = responses(
        type(derived)(derived.adsl.iloc[::-1], turned, derived.adcm, derived.domains), definitions
    )
    pd.testing.assert_frame_equal(forward, backward)


def test_every_kind_of_the_schema_is_derived_and_the_reverse():
    schema = yaml.safe_load((PROJECT / "config/schemas/endpoints.yaml").read_text("utf-8"))
    known = schema["properties"]["endpoints"]["additionalProperties"]["properties"]["kind"]["enum"]
    assert sorted(known) == sorted(KINDS)


def test_evidence_numbers_the_randomised_subjects_only():
    derived = prepare([Case("a", [], {}), Case("b", [], {})], read_plan())
    adsl = derived.adsl.assign(RANDFL=["N", "Y"])
    evidence: Evidence = judge(
        type(derived)(adsl, derived.measurements, derived.adcm, derived.domains), {}
    )
    assert (evidence.n, evidence.subjects["USUBJID"].tolist()) == (1, [name_of(1)])


def test_a_measure_that_nobody_ever_had_counts_as_missing_at_every_visit():
    plan = read_plan()
    cases = [Case("no grades", [at(4, 50, None), at(6, 50, None)], {}, grade=None)]
    definitions = {"OR": plan["endpoints"]["endpoints"]["OR"]}
    assert answers(cases, definitions, "OR") == ["N"]
    definitions["OR"]["clauses"]["no_bleeding"]["when_missing"] = "met"
    assert answers(cases, definitions, "OR") == ["Y"]
