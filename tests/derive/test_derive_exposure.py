"""ADEX: doses and dosing periods."""

import pandas as pd

from scripts.derive.derive_exposure import derive_exposure
from tests.derive.occurrence_tables import ADSL, dates


def exposure(rows: list[tuple[str, str | None, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {
                "USUBJID": subject,
                "EXSEQ": number,
                "EXTRT": "DRUG",
                "EXDOSE": 100.0,
                "EXSTDTC": start,
                "EXENDTC": end,
            }
            for number, (subject, start, end) in enumerate(rows, 1)
        ]
    )
    return derive_exposure(ADSL, {"ex": dates(table, "EX")}, {"exposure": {}})


def test_a_period_counts_its_first_and_its_last_day():
    made = exposure([("a", "2020-01-10", "2020-01-10"), ("a", "2020-01-11", "2020-01-17")])
    assert made["ADURN"].tolist() == [1, 17 - 11 + 1]


def test_a_period_without_an_end_has_no_duration():
    assert exposure([("a", "2020-01-10", None)])["ADURN"].isna().all()


def test_a_trial_without_exposure_gives_an_empty_table():
    assert derive_exposure(ADSL, {}, {"exposure": {}}).empty
