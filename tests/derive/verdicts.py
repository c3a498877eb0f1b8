"""Compares the derived verdicts of the hand-made cases with those that a person gave."""

from typing import Any

import pandas as pd

from tests.derive.build import Case, name_of

COLUMN_OF = {"day": "ADAYS", "reason": "REASON", "clause": "CLAUSE"}


def found(made: pd.DataFrame, subject: str, key: str) -> Any:
    """The derived value of one expectation, such as OR or OR:day."""
    endpoint, _, detail = key.partition(":")
    value = made.loc[(subject, endpoint), COLUMN_OF.get(detail, "AVALC")]
    return None if pd.isna(value) else value


def differences(made: pd.DataFrame, cases: list[Case]) -> list[str]:
    """Every expectation of every case that the derived verdicts do not meet."""
    return [
        f"{case.sentence}: {key} is {value}, not {wanted}"
        for number, case in enumerate(cases)
        for key, wanted in case.expect.items()
        if (value := found(made, name_of(number), key)) != wanted
    ]
