"""Subject elements (SE), and from them the epoch (EPOCH) in which a record lies."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.conditions import evaluate
from scripts.ingest.timing import compute_study_days
from scripts.package.sdtm.standard import records_of

Plan = Mapping[str, Any]


def day_number(dates: pd.Series) -> pd.Series:
    """Full ISO dates as days; a partial date gives nothing."""
    return pd.to_datetime(dates.str[:10], format="%Y-%m-%d", errors="coerce")


def element_starts(dm: pd.DataFrame, element: Mapping[str, Any]) -> pd.Series:
    """The day on which an element started: the earliest of the dates that the plan names."""
    known = [day_number(dm[name]) for name in element["from"] if name in dm.columns]
    if not known:
        return pd.Series(pd.NaT, index=dm.index, dtype="datetime64[s]")
    first = pd.concat(known, axis=1).min(axis=1)
    return first + pd.Timedelta(days=element.get("days", 0))


def codes_of(arm: Any, decided: Mapping[str, Any]) -> list[str]:
    """The elements that a subject of an arm, or of none, was to pass through."""
    if isinstance(arm, str):
        return [step["element"] for step in decided["arms"][arm]]
    return list(decided.get("unassigned", []))


def entered_elements(
    codes: list[str], starts: Mapping[str, Any], end: Any
) -> Iterator[tuple[str, Any, Any]]:
    """(element, first day, day of its end) for those of the planned elements that were entered.

    An element ends where the next one starts, the last one with the end of participation. One that
    would start after that, or of which no date is known, was not entered.
    """
    entered = [code for code in codes if pd.notna(starts[code]) and not starts[code] > end]
    days = [starts[code] for code in entered]
    yield from zip(entered, days, [*days[1:], end], strict=True)


def derive_subject_elements(dm: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """SE: one record for each element that a subject entered, with study days."""
    decided = plan["submission"]["sdtm"]
    elements = {element["code"]: element for element in decided["elements"]}
    starts = pd.DataFrame({code: element_starts(dm, one) for code, one in elements.items()})
    ends = day_number(dm[decided["participation_ends"]])
    actual = dm["ACTARMCD"] if "ACTARMCD" in dm.columns else dm["ARMCD"]
    records = []
    for row, arm in actual.items():
        codes = codes_of(arm, decided)
        entered = entered_elements(codes, starts.loc[row].to_dict(), ends[row])
        for number, (code, start, end) in enumerate(entered, start=1):
            records.append(
                {
                    "USUBJID": dm.loc[row, "USUBJID"],
                    "SESEQ": float(number),
                    "ETCD": code,
                    "ELEMENT": elements[code]["name"],
                    "TAETORD": float(codes.index(code) + 1),
                    "EPOCH": elements[code]["epoch"],
                    "SESTDTC": f"{start:%Y-%m-%d}",
                    "SEENDTC": None if pd.isna(end) else f"{end:%Y-%m-%d}",
                }
            )
    table = records_of("SE", plan["study.id"], records)
    reference = table["USUBJID"].map(dm.set_index("USUBJID")["RFSTDTC"]).astype("str")
    for word in ("ST", "EN"):
        days = compute_study_days(table[f"SE{word}DTC"], reference)
        table[f"SE{word}DY"] = days.astype("float64")
    return table


def check_subject_elements(elements: pd.DataFrame) -> list[str]:
    """Elements of a subject that end before they start: dates that contradict the plan's order."""
    wrong = elements[elements["SEENDTC"] < elements["SESTDTC"]]
    return [
        f"DM: element {row.ETCD} of {row.USUBJID} would start on {row.SESTDTC} and end on "
        f"{row.SEENDTC}; mend the dates in DM, or `from` of the element in config/submission.yaml"
        for row in wrong.itertuples()
    ]


def date_of(columns: Iterable[str], domain: str) -> str | None:
    """The variable that says when a record happened: its start, else when it was collected."""
    return next((n for n in (f"{domain}STDTC", f"{domain}DTC") if n in set(columns)), None)


def derive_epochs(
    table: pd.DataFrame, domain: str, elements: pd.DataFrame, before: Mapping[str, Any] | None
) -> pd.Series:
    """The epoch of each record: that of the element in which its date lies.

    `before` says which records of the day on which an element starts come before that start, as a
    blood sample before the first dose. A record without a full date, or one outside of all
    elements, has no epoch.
    """
    name = date_of(table.columns, domain)
    if name is None or elements.empty:
        return pd.Series(None, index=table.index, dtype="str")
    days = day_number(table[name])
    earlier = evaluate(before, table) if before else pd.Series(False, index=table.index)
    found = pd.Series(None, index=table.index, dtype="str")
    starts, ends = day_number(elements["SESTDTC"]), day_number(elements["SEENDTC"])
    last = ~elements.duplicated("USUBJID", keep="last")
    first = ~elements.duplicated("USUBJID")
    for order in sorted(elements["SESEQ"].unique()):
        rows = elements["SESEQ"] == order
        of = {
            key: table["USUBJID"].map(pd.Series(values[rows].array, elements["USUBJID"][rows]))
            for key, values in (("start", starts), ("end", ends), ("last", last), ("first", first))
        }
        started = (of["start"] < days) | (
            (of["start"] == days) & (~earlier | of["first"].fillna(False).astype(bool))
        )
        over = of["last"].fillna(False).astype(bool) & (days > of["end"])
        epochs = table["USUBJID"].map(
            pd.Series(elements["EPOCH"][rows].array, elements["USUBJID"][rows])
        )
        found = found.where(~(started & epochs.notna()), epochs.where(~over))
    return found.astype("str")
