"""Copies of subjects are judged as the subjects are, and added records as records."""

import numpy as np
import pandas as pd
import pytest

from scripts.derive.completed import (
    add_attended,
    add_medication,
    add_records,
    definitions_for,
    repeat_evidence,
)
from scripts.derive.endpoints import derive_verdicts
from scripts.derive.evidence import gather_evidence
from scripts.derive.visits import schedule_of
from tests.derive.build import Case, at, prepare, read_plan
from tests.derive.following_cases import COMPLETE, LOSS
from tests.derive.response_cases import BLEEDING, COUNTS, RESCUE

PLAN = read_plan()
DEFINITIONS = PLAN["endpoints"]["endpoints"]


def gathered(cases, definitions=None):
    derived = prepare(cases, PLAN)
    return gather_evidence(
        derived.adsl,
        derived.measurements,
        derived.adcm,
        derived.domains,
        definitions or DEFINITIONS,
    )


@pytest.mark.parametrize("cases", [COUNTS, BLEEDING, RESCUE, LOSS, COMPLETE])
def test_every_copy_of_every_hand_made_case_has_its_verdict_on_every_endpoint(cases):
    once = derive_verdicts(gathered(cases))
    copies = derive_verdicts(repeat_evidence(gathered(cases), 3))
    for code, verdict in once.items():
        many = copies[code]
        assert (many.met.reshape(3, -1) == verdict.met).all(), code
        days = many.event["ADAYS"].to_numpy(float, na_value=-1).reshape(3, -1)
        assert (days == verdict.event["ADAYS"].to_numpy(float, na_value=-1)).all(), code


def records(weeks):
    schedule = schedule_of(PLAN["trial"])
    return schedule.set_index("VISITNUM").loc[weeks].reset_index()


def with_counts(cases, weeks, counts, copies=1):
    """The evidence with the same counts and no bleeding of each case added at these weeks."""
    evidence = repeat_evidence(gathered(cases), copies)
    n, size = evidence.n, len(weeks)
    subject = np.repeat(np.arange(n), size)
    visits = pd.concat([records(weeks)] * n, ignore_index=True)
    values = np.tile(np.array(counts, float), n)
    added = add_records(evidence, "PLAT", subject, visits, values, np.full(n * size, 10.0))
    added = add_records(added, "BLEED", subject, visits, values * 0, values * 0)
    return add_attended(added, subject, visits)


def test_added_counts_make_a_response_of_one_who_was_never_seen_again():
    stopped = [Case("one high count", [at(4, 50)], {})]
    assert not derive_verdicts(gathered(stopped))["OR"].met[0]
    verdict = derive_verdicts(with_counts(stopped, [6, 8], [60, 20]))["OR"]
    # Day 28 is confirmed by the count added at its planned day 42.
    assert verdict.met[0]
    assert verdict.event["ADAYS"].tolist() == [28]


def test_added_records_stand_at_the_planned_day_of_their_visit():
    evidence = with_counts([Case("nothing", [], {})], [6], [60])
    added = evidence.assessments("PLAT")
    assert added["ADAYS"].tolist() == [42]
    assert added["ADY"].tolist() == [43]
    assert added["CHG"].tolist() == [60 - 10]
    assert added["ADT"].tolist() == [pd.Timestamp("2018-02-12")]


def test_each_copy_has_records_of_its_own():
    evidence = repeat_evidence(gathered([Case("one high count", [at(4, 50)], {})]), 2)
    visits = records([6])
    added = add_records(evidence, "PLAT", np.array([1]), visits, np.array([60.0]), np.array([10.0]))
    added = add_records(added, "BLEED", np.array([1]), visits, np.zeros(1), np.zeros(1))
    assert derive_verdicts(added)["OR"].met.tolist() == [False, True]


def test_an_added_visit_counts_as_attended():
    cases = [Case("high throughout", [at(4, 50), at(6, 50)], {})]
    assert not derive_verdicts(gathered(cases))["REM"].met[0]
    assert derive_verdicts(with_counts(cases, [52], [50]))["REM"].met[0]


def test_only_the_endpoints_on_which_one_builds_are_derived():
    definitions = {
        "A": {"kind": "x"},
        "B": {"kind": "x"},
        "C": {"kind": "x", "clauses": {"r": {"kind": "requires", "endpoint": "A"}}},
        "D": {"kind": "x", "of": "C", "loss": [{"without": "B"}]},
    }
    assert list(definitions_for("A", definitions)) == ["A"]
    assert list(definitions_for("C", definitions)) == ["A", "C"]
    assert list(definitions_for("D", definitions)) == ["A", "B", "C", "D"]


def test_added_medication_prevents_a_response_that_comes_after_it():
    cases = [Case("high from week 8 on", [at(8, 50), at(10, 50)], {})]
    evidence = repeat_evidence(gathered(cases), 2)
    assert derive_verdicts(evidence)["OR"].met.tolist() == [True, True]
    treated = add_medication(evidence, "RESCUE", np.array([1]), np.array([42]))
    assert derive_verdicts(treated)["OR"].met.tolist() == [True, False]
    assert treated.medication("RESCUE")["ADAYS"].tolist() == [42]
