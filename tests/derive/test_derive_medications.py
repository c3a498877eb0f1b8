"""ADCM: medication by category, dated from the start of treatment."""

import pandas as pd

from scripts.derive.derive_medications import derive_medications
from tests.derive.occurrence_tables import ADSL, dates


def medications(rows: list[tuple[str, str, str | None]], where=None) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {"USUBJID": subject, "CMSEQ": number, "CMCAT": category, "CMSTDTC": start}
            for number, (subject, category, start) in enumerate(rows, 1)
        ]
    )
    plan = {"medications": {"where": where} if where else {}}
    return derive_medications(ADSL, {"cm": dates(table, "CM")}, plan)


def test_days_are_counted_from_the_start_of_treatment():
    made = medications([("a", "RESCUE", "2020-01-10"), ("a", "RESCUE", "2020-02-14")])
    assert made["ADAYS"].tolist() == [0, 21 + 14]


def test_a_medication_without_a_date_is_kept_without_a_day():
    made = medications([("a", "PRIOR", None)])
    assert made["CMCAT"].tolist() == ["PRIOR"]
    assert made["ADAYS"].isna().all()


def test_a_subject_who_was_not_randomised_is_left_out_and_the_plan_can_narrow():
    rows = [("screened", "PRIOR", None), ("a", "PRIOR", None), ("a", "RESCUE", "2020-01-11")]
    assert medications(rows)["CMCAT"].tolist() == ["PRIOR", "RESCUE"]
    assert medications(rows, {"variable": "CMCAT", "is": "RESCUE"})["CMCAT"].tolist() == ["RESCUE"]
