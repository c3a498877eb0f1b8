"""Subjects and domain tables for the tests of events, medication and exposure."""

import pandas as pd

ADSL = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["a", "screened"],
        "SUBJID": ["a", "screened"],
        "SITEID": "1",
        "ARMCD": ["ONE", None],
        "TRT01P": ["Arm one", None],
        "RANDFL": ["Y", "N"],
        "TRTSDT": pd.to_datetime(["2020-01-10", None]).astype("datetime64[s]"),
        "TRTEDT": pd.to_datetime([None, None]).astype("datetime64[s]"),
    }
)


def dates(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The table with the date columns of its domain, missing where it has none."""
    names = [f"{prefix}{part}" for part in ("STDTC", "ENDTC")]
    missing = {name: None for name in names if name not in table.columns}
    made = table.assign(**missing)
    return made.astype(dict.fromkeys(names, "str")).assign(STUDYID="S", DOMAIN=prefix)
