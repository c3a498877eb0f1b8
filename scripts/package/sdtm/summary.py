"""Trial summary (TS): parameters of the plan, and those that are computed from the data."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from scripts.package.sdtm.standard import records_of

Plan = Mapping[str, Any]
LISTED = "CDISC CT"
# The code list of a parameter's value, by the standard's appendix on trial summary codes.
INDICATORS = (
    "ADAPT", "ADDON", "DMCIND", "EPDISIND", "EXTTIND", "HLTSUBJI", "ONGOSIND", "PDPSTIND",
    "PDSTIND", "PIPIND", "RANDOM", "RDIND",
)  # fmt: skip
SAME_NAME = (
    "INTMODEL",
    "INTTYPE",
    "SEXPOP",
    "STYPE",
    "TBLIND",
    "TCNTRL",
    "TINDTP",
    "TPHASE",
    "TTYPE",
)
CODELISTS = dict.fromkeys(INDICATORS, "NY") | {name: name for name in SAME_NAME}
# What other parameters take their values from.
REFERENCES = dict.fromkeys(
    ("SSTDTC", "SENDTC", "DCUTDTC", "AGEMIN", "AGEMAX", "LENGTH"), "ISO 8601"
)


def _first(values: pd.Series) -> str | None:
    known = values.dropna()
    return None if known.empty else str(known.min())


def _last(values: pd.Series) -> str | None:
    known = values.dropna()
    return None if known.empty else str(known.max())


def _column(dm: pd.DataFrame, *names: str) -> pd.Series:
    return next(dm[name] for name in names if name in dm.columns)


COMPUTED: dict[str, tuple[str, Callable[[pd.DataFrame, Plan], str | None]]] = {
    "first_consent": (
        "The earliest RFICDTC in DM; without it the earliest RFSTDTC.",
        lambda dm, plan: _first(_column(dm, "RFICDTC", "RFSTDTC")),
    ),
    "last_participation": (
        "The latest RFPENDTC in DM.",
        lambda dm, plan: _last(_column(dm, "RFPENDTC")),
    ),
    "assigned": (
        "The number of subjects in DM with an arm.",
        lambda dm, plan: str(int(dm["ARMCD"].notna().sum())),
    ),
    "arms": (
        "The number of arms of the plan.",
        lambda dm, plan: str(len(plan["trial"]["arms"])),
    ),
    "data_cut": ("The data cut of the plan.", lambda dm, plan: str(plan["study.data_cut"])),
}


def _record(entry: Mapping[str, Any], dm: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    parameter, lists = entry["parameter"], plan["terminology"]["codelists"]
    value = entry.get("value")
    if "computed" in entry:
        value = COMPUTED[entry["computed"]][1](dm, plan)
    code, reference, version = (entry.get(key) for key in ("code", "reference", "version"))
    known = lists.get(CODELISTS.get(parameter, ""), {}).get("terms", {})
    if value in known and known[value]["code"]:
        code, reference = known[value]["code"], LISTED
        version = plan["terminology"]["release"]["date"]
    return {
        "TSPARMCD": parameter,
        "TSPARM": lists["TSPARMCD"]["terms"][parameter]["decode"],
        "TSVAL": value,
        "TSVALNF": entry.get("null_flavor"),
        "TSVALCD": code,
        "TSVCDREF": reference or (REFERENCES.get(parameter) if value else None),
        "TSVCDVER": version,
    }


def derive_summary(dm: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """TS: a record for each value, numbered within its parameter.

    A value of a code list carries the code of its term, and the release that it is from.
    """
    records = [_record(entry, dm, plan) for entry in plan["submission"]["sdtm"]["summary"]]
    table = records_of("TS", plan["study.id"], records)
    table = table.sort_values("TSPARMCD", kind="stable", ignore_index=True)
    number = table.groupby("TSPARMCD").cumcount().add(1).astype("float64")
    return table.assign(TSSEQ=number)


def check_summary(table: pd.DataFrame) -> list[str]:
    """Parameters without a value and without a null flavour, or with both."""
    wrong = table[table["TSVAL"].notna() == table["TSVALNF"].notna()]
    return [
        f"TS: {row.TSPARMCD} has {'both' if isinstance(row.TSVAL, str) else 'neither'} a value "
        "and a null flavour; give one of them in config/submission.yaml"
        for row in wrong.itertuples()
    ]
