"""The verdict is given only where no number differs; else every one that does is named."""

import pandas as pd
import pytest

from scripts.crosscheck.accept_numbers import accept_numbers
from scripts.job import StepError

SUMMARY = {"numbers": 3, "verdicts": {"agrees": 3}}


def table(*verdicts: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ANALYSIS": "halved",
            "ROW": [f"row {number}" for number in range(len(verdicts))],
            "GROUP": "",
            "STATISTIC": "estimate",
            "POINT": pd.array([None] * len(verdicts), dtype="Int64"),
            "OURS": 0.5,
            "RVALUE": 0.25,
            "RCALL": "1 / 4",
            "VERDICT": verdicts,
            "REASON": None,
        }
    )


def test_without_a_difference_the_verdict_is_given():
    accepted = accept_numbers(table("agrees", "not computed by R"), SUMMARY)
    assert accepted["accepted"] is True


def test_every_number_that_differs_is_named_with_both_values_and_the_call():
    with pytest.raises(StepError) as told:
        accept_numbers(table("agrees", "differs", "differs"), SUMMARY)
    text = str(told.value)
    assert "disagrees with 2 number(s)" in text
    assert "halved / row 1 / estimate: ours 0.5, R 0.25 [1 / 4]" in text
    assert "row 0" not in text
