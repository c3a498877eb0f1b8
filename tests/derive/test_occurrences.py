"""Events, medications and exposure as analysis records."""

import pandas as pd

from scripts.derive.derive_events import derive_events
from scripts.derive.derive_exposure import derive_exposure
from scripts.derive.derive_medications import derive_medications
from tests.derive.build import Case, name_of, prepare, read_plan

PLAN = {"adverse_events": {"emergent_from_day": 0}, "medications": {}, "exposure": {}}


def adsl():
    return prepare([Case("a", [], {}), Case("b", [], {})], read_plan()).adsl


def adverse_events(**columns):
    base = {
        "USUBJID": [name_of(0)] * 3,
        "AESEQ": pd.array([1, 2, 3], dtype="Int64"),
        "AETERM": ["x", "y", "z"],
        "AESTDTC": ["2017-12-31", "2018-01-01", None],
    }
    return pd.DataFrame({**base, **columns})


def test_an_event_before_treatment_is_not_treatment_emergent_and_one_without_a_date_is():
    made = derive_events(adsl(), {"ae": adverse_events()}, PLAN)
    assert made["TRTEMFL"].tolist() == ["N", "Y", "Y"]
    assert made["ADAYS"].tolist()[:2] == [-1, 0]


def test_events_of_subjects_who_were_not_randomised_are_left_out():
    table = adsl().assign(RANDFL=["N", "Y"])
    assert len(derive_events(table, {"ae": adverse_events()}, PLAN)) == 0


def test_a_trial_without_a_domain_has_an_empty_data_set_with_all_columns():
    table = adsl()
    assert len(derive_events(table, {}, PLAN)) == 0
    assert "CMCAT" in derive_medications(table, {}, PLAN).columns
    assert "ADURN" in derive_exposure(table, {}, PLAN).columns


def test_the_duration_of_exposure_counts_its_first_and_last_day():
    exposure = pd.DataFrame(
        {
            "USUBJID": [name_of(0)],
            "EXSEQ": pd.array([1], dtype="Int64"),
            "EXTRT": ["DRUG"],
            "EXDOSE": [10.0],
            "EXSTDTC": ["2018-01-01"],
            "EXENDTC": ["2018-01-07"],
        }
    )
    made = derive_exposure(adsl(), {"ex": exposure}, PLAN)
    assert made["ADURN"].tolist() == [7]


def test_the_plan_may_narrow_a_domain():
    where = {"variable": "AETERM", "is": "y"}
    plan = {**PLAN, "adverse_events": {"emergent_from_day": 0, "where": where}}
    assert derive_events(adsl(), {"ae": adverse_events()}, plan)["AETERM"].tolist() == ["y"]
