"""Medication by visit: the interval before a visit, and what is known of it."""

import numpy as np
import pandas as pd

from scripts.impute.impute_visits import impute_model
from scripts.impute.visit_medication import interval_begins, medication_by_visit
from tests.impute.visit_trial import PLAN, model, sources, subjects

SUBJECTS = pd.DataFrame({"USUBJID": ["P", "Q"]})
VISITS = pd.DataFrame({"VISITNUM": [1, 2, 4], "ANOMDY": [7, 14, 28]})


def records(*rows):
    return pd.DataFrame(rows, columns=["USUBJID", "VISITNUM", "ADAYS"])


def taken(*rows):
    made = pd.DataFrame(rows, columns=["USUBJID", "ADAYS"])
    return made.astype({"ADAYS": "Int64"})


def test_an_interval_begins_on_the_day_of_the_visit_before_as_attended_or_planned():
    begins, ends = interval_begins(records(("P", 1, 8), ("P", 4, 27)), SUBJECTS, VISITS)
    assert begins.tolist() == [[0, 8, 14], [0, 7, 14]]
    assert ends.tolist() == [[8, 14, 27], [7, 14, 28]]


def test_medication_on_the_day_of_a_visit_belongs_to_the_interval_after_it():
    begins, ends = interval_begins(records(("P", 1, 8)), SUBJECTS, VISITS)
    last = np.array([3, 3])
    found = medication_by_visit(taken(("P", 8), ("Q", 6), ("Q", 7)), SUBJECTS, begins, ends, last)
    assert found.tolist() == [[0, 1, 0], [1, 1, 0]]


def test_after_the_last_visit_only_what_is_on_record_is_known():
    begins, ends = interval_begins(records(), SUBJECTS, VISITS)
    found = medication_by_visit(
        taken(("P", 14), ("P", -3)), SUBJECTS, begins, ends, np.array([1, 2])
    )
    np.testing.assert_array_equal(found, [[0, np.nan, 1], [0, 0, np.nan]])


def test_a_date_that_is_not_known_and_a_subject_outside_count_for_nothing():
    begins, ends = interval_begins(records(), SUBJECTS, VISITS)
    adcm = taken(("P", pd.NA), ("R", 3))
    assert (medication_by_visit(adcm, SUBJECTS, begins, ends, np.array([3, 3])) == 0).all()


FAILS = {"kind": "before_medication", "category": "RESCUE", "from_day": 0, "reason": "rescue"}


def rescued(adsl):
    """Everybody who went on in arm A is rescued at once; nobody of arm B is."""
    names = adsl.loc[(adsl["ARMCD"] == "A") & (adsl["STOPFL"] == "N"), "USUBJID"]
    days = pd.array([1] * len(names), dtype="Int64")
    return pd.DataFrame(
        {
            "USUBJID": names.to_numpy(),
            "CMCAT": "RESCUE",
            "SRCDOM": "CM",
            "ASTDY": days,
            "ADAYS": days,
            "SRCSEQ": days,
            "ASTDT": pd.Timestamp("2020-01-02"),
        }
    )


def test_rescue_is_completed_and_fails_those_who_stopped_as_it_fails_others():
    adsl = subjects()
    found = sources(adsl)
    weekly = [(name, day) for name in rescued(adsl)["USUBJID"] for day in (1, 9, 16, 30, 44)]
    adcm = rescued(adsl).drop(columns="ADAYS").merge(taken(*weekly), on="USUBJID")
    definitions = PLAN["endpoints"]["endpoints"]
    strict = {**definitions["RESPHYP"]["clauses"], "before": FAILS}
    strict = {**definitions, "RESPHYP": {**definitions["RESPHYP"], "clauses": strict}}
    plan = {**PLAN, "endpoints": {"endpoints": strict}}
    rescue = {"method": "transition", "medication": "RESCUE"}
    measures = {**model()["measures"], "RESCUE": rescue}

    def share(measures):
        made = impute_model("m", model(measures=measures), {**found, "adcm": adcm}, plan, 60).table
        lost = made[made["USUBJID"].isin(adsl.loc[adsl["STOPFL"] == "Y", "USUBJID"])]
        return lost.groupby("ARMCD")["AVAL"].mean()

    with_it, without = share(measures), share(model()["measures"])
    assert with_it["A"] < without["A"] - 0.1
