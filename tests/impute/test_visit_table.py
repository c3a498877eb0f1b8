"""The wide table: subjects by planned visits, there and back between two scales."""

import numpy as np
import pandas as pd
import pytest

from scripts.impute.visit_table import build_table, from_scale, visits_of
from scripts.job import StepError
from tests.impute.visit_trial import TRIAL, measurements, model, schedule, subjects, tables_of

ADSL = subjects(12)


def table_of(tables=None, adsl=ADSL, **more):
    planned = model(**more)
    visits = visits_of(planned, TRIAL, schedule())
    return build_table("m", planned, tables_of(adsl, tables), visits)


def test_each_value_stands_with_its_subject_at_its_visit_on_the_scale_of_the_model():
    tables = measurements(ADSL)
    made = table_of(tables)
    counts = tables["adcount"].set_index(["USUBJID", "VISITNUM"])["AVAL"]
    for row, name in enumerate(made.subjects["USUBJID"]):
        for place, visit in enumerate(made.visits["VISITNUM"]):
            found = made.values["COUNT"][row, place]
            if (name, visit) in counts.index:
                assert found == pytest.approx(np.log(counts[name, visit]))
            else:
                assert np.isnan(found)


def test_a_state_is_present_above_its_limit_and_missing_where_it_was_not_seen():
    made = table_of()
    assert set(made.values["STATE"][~np.isnan(made.values["STATE"])]) == {0.0, 1.0}
    # Baseline states 0, 1, 2, 0, ...: above 0 in two of three.
    assert made.baseline["STATE"].sum() == 8


def test_baseline_is_no_visit_and_visits_may_be_left_out():
    assert table_of().visits["VISITNUM"].tolist() == [1, 2, 4, 6, 8]
    assert table_of(visits=[1, 4]).visits["AVISIT"].tolist() == ["Week 1", "Week 4"]


def test_of_two_records_at_one_visit_the_last_is_the_value():
    tables = measurements(ADSL)
    counts = tables["adcount"]
    again = counts[(counts["USUBJID"] == "S002") & (counts["VISITNUM"] == 1)]
    twice = pd.concat([counts, again.assign(AVAL=99.0, SRCSEQ=9)], ignore_index=True)
    made = table_of({**tables, "adcount": twice})
    row = made.subjects.index[made.subjects["USUBJID"] == "S002"][0]
    assert made.values["COUNT"][row, 0] == pytest.approx(np.log(99))


def test_only_visits_after_the_last_record_of_those_who_stopped_are_wanted():
    made = table_of()
    wanted = made.wanted("COUNT", "left")
    assert wanted[made.stopped][:, 2:].all()
    assert not wanted[made.stopped][:, :2].any()
    assert not wanted[~made.stopped].any()


def test_everything_missing_is_wanted_where_the_plan_says_so():
    made = table_of()
    missing = np.isnan(made.values["COUNT"])
    assert (made.wanted("COUNT", "imputed") == missing).all()
    assert missing[~made.stopped].any()


def test_the_rows_stand_in_the_order_of_their_values_whatever_they_are_called():
    first = table_of()
    names = dict(zip(ADSL["USUBJID"], ADSL["USUBJID"][::-1], strict=True))
    tables = {
        code: table.assign(USUBJID=table["USUBJID"].map(names))
        for code, table in measurements(ADSL).items()
    }
    second = table_of(tables, ADSL.assign(USUBJID=ADSL["USUBJID"].map(names))[::-1])
    np.testing.assert_array_equal(first.values["COUNT"], second.values["COUNT"])
    assert first.subjects["USUBJID"].map(names).tolist() == second.subjects["USUBJID"].tolist()


def test_a_part_of_the_table_keeps_its_arms():
    made = table_of()
    part = made.take(np.flatnonzero(made.arm == "A"))
    assert set(part.arm) == {"A"}
    assert part.arms == ("A", "B")


def test_values_come_back_on_the_scale_of_the_measure_within_its_bounds():
    spec = {"method": "normal", "scale": "log", "bounds": [1, 1000]}
    logs = np.log(np.array([0.5, 30.0, 5000.0]))
    assert from_scale(logs, spec) == pytest.approx([1, 30, 1000])
    assert from_scale(logs, {**spec, "bounds": [None, 40]}) == pytest.approx([0.5, 30, 40])
    state = {"method": "logistic", "above": 0, "absent": 0, "present": 3}
    assert from_scale(np.array([0.0, 1.0]), state).tolist() == [0, 3]
    assert from_scale(np.array([0.0, 2.0]), {"method": "ordinal"}).tolist() == [0, 2]


def test_a_count_of_zero_has_no_logarithm():
    tables = measurements(ADSL)
    counts = tables["adcount"]
    zero = counts.assign(AVAL=counts["AVAL"].where(counts.index != 4, 0.0))
    with pytest.raises(StepError, match="m: COUNT, Week 1: S001 has the value 0, which"):
        table_of({**tables, "adcount": zero})


def test_a_visit_at_which_nobody_was_measured_is_named():
    tables = measurements(ADSL)
    counts = tables["adcount"]
    with pytest.raises(StepError, match="m: COUNT, Week 8: nobody has a value"):
        table_of({**tables, "adcount": counts[counts["VISITNUM"] != 8]})


def test_a_subject_without_a_baseline_is_named():
    tables = measurements(ADSL)
    states = tables["adstate"]
    lost = states.assign(BASE=states["BASE"].where(states["USUBJID"] != "S003"))
    with pytest.raises(StepError, match="m: STATE: S003 has no baseline"):
        table_of({**tables, "adstate": lost})


def test_a_predictor_with_a_missing_value_is_named():
    with pytest.raises(StepError, match=r"m: predictor.* missing values: AGE"):
        table_of(adsl=ADSL.assign(AGE=ADSL["AGE"].where(ADSL.index != 2)))


def test_a_measure_that_nobody_has_is_named():
    with pytest.raises(StepError, match="m: nobody has a record of OTHER"):
        table_of(measures={"OTHER": {"method": "normal"}})
