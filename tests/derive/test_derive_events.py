"""ADAE: adverse events of randomised subjects, dated from the start of treatment."""

import pandas as pd

from scripts.derive.derive_events import derive_events
from tests.derive.occurrence_tables import ADSL, dates

PLAN = {"adverse_events": {"emergent_from_day": 0}}


def events(rows: list[tuple[str, str, str | None]], plan=PLAN) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {
                "USUBJID": subject,
                "AESEQ": number,
                "AETERM": term,
                "AEDECOD": term.upper(),
                "AESTDTC": start,
            }
            for number, (subject, term, start) in enumerate(rows, 1)
        ]
    )
    return derive_events(ADSL, {"ae": dates(table, "AE")}, plan)


def test_an_event_is_emergent_from_the_day_of_the_first_dose_on():
    made = events([("a", "Fever", "2020-01-09"), ("a", "Rash", "2020-01-10")])
    assert made.set_index("AETERM")["TRTEMFL"].eq("Y").to_dict() == {"Fever": False, "Rash": True}


def test_an_event_keeps_its_source_record_and_counts_its_study_day_without_zero():
    made = events([("a", "Fever", "2020-01-09"), ("a", "Rash", "2020-01-10")])
    assert made["ASTDY"].tolist() == [-1, 1]
    assert made["SRCSEQ"].tolist() == [1, 2]
    assert made["SRCDOM"].tolist() == ["AE", "AE"]


def test_an_event_of_a_subject_who_was_not_randomised_is_left_out():
    assert events([("screened", "Fever", "2020-01-11")]).empty


def test_the_plan_can_narrow_the_events():
    plan = {
        "adverse_events": {"emergent_from_day": 0, "where": {"variable": "AETERM", "is": "Rash"}}
    }
    made = events([("a", "Fever", "2020-01-11"), ("a", "Rash", "2020-01-11")], plan)
    assert made["AETERM"].tolist() == ["Rash"]


def test_a_trial_without_adverse_events_gives_an_empty_table():
    assert derive_events(ADSL, {}, PLAN).empty
