"""A tiny trial of four people for the tests of profiles and listings, made by hand.

A response is a value of at least 30 without rescue (first clause the subject, then the record),
twice at least 7 days apart. Ann responds, Ben never reaches 30, Cat is high once only and is not
seen again, Dan was never assessed after the start.
"""

from typing import Any

import pandas as pd

DAY = pd.Timestamp("2020-01-01")
PEOPLE = ["ann", "ben", "cat", "dan"]
RESPONSE = {
    "label": "Good response",
    "kind": "confirmed_response",
    "measure": "SUGAR",
    "clauses": {
        "stayed": {"kind": "subject", "condition": {"variable": "LEFTFL", "is": "N"},
                   "reason": "left"},
        "high": {"kind": "threshold", "operator": ">=", "value": 30, "reason": "never high"},
        "free": {"kind": "medication_free", "category": "HELP", "days": 5, "reason": "only helped"},
    },
    "confirmation": {"occasions": 2, "gap_days": 7, "consecutive": True, "onset": "first",
                     "reason": "not confirmed"},
}  # fmt: skip
LOSS = {
    "label": "Loss",
    "kind": "loss_of_response",
    "of": "GOOD",
    "loss": {"low": {"kind": "threshold", "operator": "<", "value": 30, "reason": "below 30"}},
}
HELPED = {"label": "Helped", "kind": "medication_use", "category": "HELP", "reason": "no help"}


def plan() -> dict[str, Any]:
    """The plan of the tiny trial, as far as profiles and listings read it."""
    return {
        "study": {"id": "TINY", "title": "A tiny trial", "short_title": "Tiny",
                  "plan_version": "1", "data_cut": "2020-12-31", "notice": "Invented data."},
        "trial": {
            "arms": [{"code": "NEW", "label": "New treatment"},
                     {"code": "OLD", "label": "Aged one"}],
            "visit_unit": "day",
            "visits": [{"VISITNUM": n, "VISIT": f"Visit {n}", "nominal": 10 * n} for n in range(4)],
        },
        "subjects": {"variables": {"LEFTFL": {"label": "Left Flag"}, "LEFTDT": {"label": "Left"}},
                     "populations": {}},
        "sdtm": {"domains": {"SV": {"records": []}, "LB": {"records": [
            {"variables": {"LBORRES": {}, "LBREASND": {}, "LBDTC": {}}}]}}},
        "measurements": {"sets": {"adsug": {"parameters": {"SUGAR": {"label": "Sugar"}}}}},
        "endpoints": {"endpoints": {"GOOD": RESPONSE, "LOSS": LOSS, "HELPED": HELPED}},
        "profiles": {
            "title": "People",
            "measurement": {"measure": "SUGAR", "label": "Sugar", "lines_at": [30]},
            "medications": [{"category": "HELP", "label": "Help"}],
            "exposure": [{"treatment": "PILL", "label": "Pill"}],
            "visits": {"label": "Visits"},
            "end": [{"variable": "LEFTDT", "label": "Left"}],
            "facts": [{"variable": "AGE", "label": "Age"}],
            "endpoints": [{"endpoint": "GOOD", "clauses": True}, {"endpoint": "HELPED"}],
            "printed": {"words": "left or were helped", "condition": {"any": [
                {"variable": "LEFTFL", "is": "Y"}, {"variable": "HELPED", "is": "Y"}]}},
        },
        "listings": {"listings": [listing()]},
    }  # fmt: skip


def listing(**changes: Any) -> dict[str, Any]:
    """A listing of measurements by person."""
    made = {
        "id": "l_sugar", "number": "16.2.8", "title": "Sugar", "population": "Everybody",
        "source": "lb", "sort": ["USUBJID", "LBSEQ"], "group": ["USUBJID"],
        "columns": [
            {"variable": "USUBJID", "label": "Person", "width": 8},
            {"variable": "LBDTC", "label": "Date", "width": 11},
            {"variable": "LBORRES", "label": "Sugar", "width": 12, "reason": "LBREASND"},
            {"variable": "AGE", "label": "Age", "width": 4, "align": "right"},
        ],
    }  # fmt: skip
    return {**made, **changes}


def _decisions(rows: list[tuple[str, str, str, int | None, int | None, str]]) -> pd.DataFrame:
    names = ["USUBJID", "PARAMCD", "CLAUSE", "ADAYS", "SRCSEQ", "MET"]
    table = pd.DataFrame(rows, columns=names)
    table["SRCDOM"] = ["ADSL" if pd.isna(day) else "LB" for day in table["ADAYS"]]
    table["DECSEQ"] = range(1, len(table) + 1)
    return table.astype({"ADAYS": "Int64", "SRCSEQ": "Int64"})


def _good(subject: str, values: dict[int, tuple[str, str, str]]) -> list[Any]:
    """The trace of one person: for each day whether high, free and confirmed."""
    rows: list[Any] = [(subject, "GOOD", "stayed", None, None, "Y")]
    for place, clause in enumerate(("high", "free", "confirmed")):
        for number, (day, met) in enumerate(values.items(), start=2):
            rows.append((subject, "GOOD", clause, day, number, met[place]))
    return rows


def tables() -> dict[str, pd.DataFrame]:
    """Everything that is known of the four people."""
    start = [DAY] * 4
    adsl = pd.DataFrame({
        "USUBJID": PEOPLE, "ARMCD": ["NEW", "OLD", "NEW", "OLD"],
        "TRT01P": ["New treatment", "Aged one", "New treatment", "Aged one"],
        "RANDFL": "Y", "TRTSDT": start, "AGE": [40, 50, 60, 70], "LEFTFL": ["N", "N", "N", "Y"],
        "LEFTDT": [pd.NaT, pd.NaT, pd.NaT, DAY + pd.Timedelta(days=5)],
    }).astype({"AGE": "Int64"})  # fmt: skip
    values: dict[str, dict[int, float]] = {
        "ann": {0: 10, 10: 40, 20: 50, 30: 45},
        "ben": {0: 9, 10: 12.5},
        "cat": {0: 8, 10: 33},
        "dan": {0: 7},
    }
    rows = [(s, day, v, n) for s, own in values.items()
            for n, (day, v) in enumerate(own.items(), start=1)]  # fmt: skip
    adsug = pd.DataFrame(rows, columns=["USUBJID", "ADAYS", "AVAL", "SRCSEQ"]).assign(
        PARAMCD="SUGAR", SRCDOM="LB"
    )
    adsug["BASE"] = adsug.groupby("USUBJID")["AVAL"].transform("first")
    adsug["AVISIT"] = [f"Visit {day // 10}" for day in adsug["ADAYS"]]
    visits = adsug[["USUBJID", "ADAYS"]].assign(VISITNUM=adsug["ADAYS"] // 10)
    visits["SVSTDTC"] = [
        (DAY + pd.Timedelta(days=int(d))).date().isoformat() for d in visits["ADAYS"]
    ]
    decisions = [
        *_good("ann", {10: "YYY", 20: "YYY", 30: "YYN"}),
        *_good("ben", {10: "NYN"}),
        *_good("cat", {10: "YYN"}),
        ("dan", "GOOD", "stayed", None, None, "N"),
    ]
    return {
        "adsl": adsl, "adsug": adsug, "sv": visits, "decisions": _decisions(decisions),
        "adresp": _responses(), "adcm": _medications(), "adex": _doses(), "lb": _laboratory(adsug),
    }  # fmt: skip


def _responses() -> pd.DataFrame:
    on = {"ann": ("2020-01-11", 10, "Visit 1", "2020-01-21")}
    why = {
        "ben": ("high", "never high"),
        "cat": ("confirmed", "not confirmed"),
        "dan": ("stayed", "left"),
    }
    rows = []
    for subject in PEOPLE:
        date, day, visit, confirmed = on.get(subject, (None, None, None, None))
        clause, reason = why.get(subject, (None, None))
        rows.append(
            (subject, "GOOD", "Y" if date else "N", date, day, visit, confirmed, clause, reason)
        )
        helped = subject == "ben"
        rows.append((subject, "HELPED", "Y" if helped else "N", "2020-01-08" if helped else None,
                     7 if helped else None, None, None, *((None, None) if helped else
                     ("medication", "no help"))))  # fmt: skip
    names = ["USUBJID", "PARAMCD", "AVALC", "ADT", "ADAYS", "AVISIT", "CFDT", "CLAUSE", "REASON"]
    table = pd.DataFrame(rows, columns=names).assign(EVNTDESC=None)
    dates = {name: pd.to_datetime(table[name]) for name in ("ADT", "CFDT")}
    return table.assign(**dates).astype({"ADAYS": "Int64"})


def _medications() -> pd.DataFrame:
    return pd.DataFrame({
        "USUBJID": ["ben"], "CMCAT": "HELP", "CMTRT": "Syrup", "CMINDC": ["Low"], "ADAYS": [7],
        "SRCDOM": "CM", "SRCSEQ": [1],
    })  # fmt: skip


def _doses() -> pd.DataFrame:
    return pd.DataFrame({
        "USUBJID": PEOPLE, "EXTRT": "PILL", "EXDOSE": [5, 5, 5, 5], "EXDOSU": "mg", "ADAYS": 0,
        "ADURN": [30, 30, 12, 1], "SRCDOM": "EX", "SRCSEQ": 1,
    })  # fmt: skip


def _laboratory(adsug: pd.DataFrame) -> pd.DataFrame:
    """The values as collected, with one of dan's that was not done."""
    table = pd.DataFrame({
        "USUBJID": adsug["USUBJID"], "LBSEQ": adsug["SRCSEQ"],
        "LBORRES": [f"{value:g}" for value in adsug["AVAL"]], "LBREASND": None,
        "LBDTC": [(DAY + pd.Timedelta(days=int(d))).date().isoformat() for d in adsug["ADAYS"]],
    })  # fmt: skip
    lost = {
        "USUBJID": ["dan"],
        "LBSEQ": [2],
        "LBORRES": [None],
        "LBREASND": ["CLOTTED"],
        "LBDTC": [None],
    }
    return pd.concat([table, pd.DataFrame(lost)], ignore_index=True)
