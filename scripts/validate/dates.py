"""Checks of dates and of visits against the schedule: table in, findings out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.validate.findings import join_findings, make_findings, show, show_pairs
from scripts.validate.study import (
    START,
    Study,
    column,
    days_between,
    rows_of,
    schedule_of,
    to_dates,
)

Spec = Mapping[str, Any]


def _days(count: pd.Series) -> pd.Series:
    return show(count.astype("Int64")) + (" day" + (count != 1).map({True: "s", False: ""}))


def check_date_order(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`later` lies at least `least` (0) and at most `most` days after `earlier`."""
    earlier, later = spec["earlier"], spec["later"]
    gap = days_between(column(rows, earlier), column(rows, later))
    least, most = spec.get("least", 0), spec.get("most")
    parts = []
    for outside, limit in (
        ((gap < least).fillna(False), f"at least {least}" if least else "not before it"),
        ((gap > (most if most is not None else float("inf"))).fillna(False), f"at most {most}"),
    ):
        wrong = rows[outside]
        side = (gap[outside] < 0).map({True: " before ", False: " after "}).astype("str")
        message = f"{later} is " + _days(gap[outside].abs()) + side + earlier
        message = message + f"; expected {limit}"
        shown = show_pairs(wrong, [earlier, later])
        parts.append(make_findings(wrong, f"{earlier}, {later}", shown, message))
    return join_findings(parts)


def check_date_in_period(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Every date is a full, possible date, not before `from` and not after `to`."""
    names = spec.get("variables") or spec["own_dates"]
    limits = {key: _limit(spec.get(key), study) for key in ("from", "to")}
    parts = []
    for name in names:
        known = rows[column(rows, name).notna()]
        dates = to_dates(known[name])
        bad = known[dates.isna()]
        message = f"{name} '" + show(bad[name]) + "' is not a full and possible date"
        parts.append(make_findings(bad, name, show(bad[name]), message))
        for key, word, outside in (
            ("from", "before", dates < pd.Timestamp(limits["from"] or "1700-01-01")),
            ("to", "after", dates > pd.Timestamp(limits["to"] or "2200-01-01")),
        ):
            wrong = known[outside]
            message = f"{name} " + show(wrong[name]) + f" is {word} {limits[key]}"
            message = message + (", the data cut" if spec.get(key) == "data_cut" else "")
            parts.append(make_findings(wrong, name, show(wrong[name]), message))
    return join_findings(parts)


def _limit(given: str | None, study: Study) -> str | None:
    return study.data_cut if given == "data_cut" else given


def _scheduled(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The records with the schedule's NOMINAL, FIRST and LAST day and its name of the visit."""
    plan = schedule_of(study).rename(columns={"VISIT": "PLANNED"})
    numbers = column(rows, "VISITNUM").astype("float64")
    merged = rows.assign(VISITNUM=numbers).merge(plan, on="VISITNUM", how="left")
    return merged.set_axis(rows.index)


def check_visit_known(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """VISITNUM is a visit of the schedule."""
    numbers = column(rows, "VISITNUM").astype("float64")
    wrong = rows[~numbers.isin(schedule_of(study)["VISITNUM"])]
    shown = show(wrong["VISITNUM"])
    return make_findings(wrong, "VISITNUM", shown, "visit " + shown + " is not in the schedule")


def check_visit_window(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Days since start lie in the window of the visit, its first and last day included."""
    rows = _scheduled(rows, study)
    days = column(rows, "ADAYS").astype("Float64")
    parts = []
    for word, off in (("early", rows["FIRST"] - days), ("late", days - rows["LAST"])):
        outside = (off > 0).fillna(False)
        wrong = rows[outside]
        message = (
            wrong["PLANNED"].astype("str")
            + " on day "
            + show(days[outside])
            + " since start, "
            + _days(off[outside])
            + f" too {word}; allowed are days "
            + show(wrong["FIRST"])
            + " to "
            + show(wrong["LAST"])
        )
        parts.append(make_findings(wrong, "DTC", show(wrong["DTC"]), message))
    return join_findings(parts)


def check_visit_order(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Within a subject, a visit with a higher number has a later date."""
    column(rows, "VISITNUM")
    known = rows[rows["DTC"].notna() & rows["VISITNUM"].notna()]
    known = known.sort_values(["USUBJID", "VISITNUM", "SRCROW"], kind="stable")
    before = known.groupby("USUBJID")[["VISITNUM", "DTC"]].shift()
    outside = (known["VISITNUM"] > before["VISITNUM"]) & (known["DTC"] <= before["DTC"])
    wrong, earlier = known[outside], before[outside]
    message = (
        "visit "
        + show(wrong["VISITNUM"])
        + " on "
        + show(wrong["DTC"])
        + ", not after visit "
        + show(earlier["VISITNUM"])
        + " on "
        + show(earlier["DTC"])
    )
    return make_findings(wrong, "DTC", show(wrong["DTC"]), message)


def check_visit_missing(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each scheduled visit whose window closed by the date `until` has a record.

    Where a subject has no such date, visits are expected up to the data cut.
    """
    people = rows_of(study, {"domain": "DM", **spec.get("subjects", {})})
    until = to_dates(column(people, spec["until"])).fillna(pd.Timestamp(study.data_cut))
    followed = days_between(column(people, START), until)
    due = people.assign(FOLLOWED=followed, DTC=None).merge(schedule_of(study), how="cross")
    due = due[(due["LAST"] <= due["FOLLOWED"]).fillna(False)]
    attended = rows.assign(VISITNUM=column(rows, "VISITNUM").astype("float64"))
    attended = attended[["USUBJID", "VISITNUM"]].drop_duplicates().assign(ATTENDED=True)
    merged = due.merge(attended, on=["USUBJID", "VISITNUM"], how="left")
    absent = merged[merged["ATTENDED"].isna()]
    start = to_dates(absent[START])
    planned = start + pd.to_timedelta(absent["NOMINAL"], unit="D")
    # What was not recorded has no row of a file.
    absent = absent.assign(DTC=planned.dt.strftime("%Y-%m-%d"), SRCFILE=None, SRCROW=None)
    message = (
        absent["VISIT"].astype("str") + " has no record; it was planned for " + show(absent["DTC"])
    )
    return make_findings(absent, "VISITNUM", show(absent["VISITNUM"]), message)


def check_gap_between(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Successive records of a subject lie `least` to `most` days apart."""
    groups = ["USUBJID", *spec.get("by", [])]
    known = rows[rows["DTC"].notna()].sort_values([*groups, "DTC", "SRCROW"], kind="stable")
    before = known.groupby(groups)["DTC"].shift()
    gap = days_between(before, known["DTC"])
    parts = []
    for limit, word, outside in (
        ("least", "at least", gap < spec.get("least", float("-inf"))),
        ("most", "at most", gap > spec.get("most", float("inf"))),
    ):
        chosen = outside.fillna(False)
        wrong = known[chosen]
        message = (
            _days(gap[chosen])
            + " after the record before, of "
            + show(before[chosen])
            + f"; expected {word} {spec.get(limit)}"
        )
        parts.append(make_findings(wrong, "DTC", show(wrong["DTC"]), message))
    return join_findings(parts)


def check_no_overlap(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """A period begins after every earlier period of the subject ended; none ends when missing."""
    groups = ["USUBJID", *spec.get("by", [])]
    starts, ends = to_dates(column(rows, spec["start"])), to_dates(column(rows, spec["end"]))
    known = rows.assign(_FROM=starts, _TO=ends.fillna(pd.Timestamp("2200-01-01")))
    known = known[starts.notna()].sort_values([*groups, "_FROM", "SRCROW"], kind="stable")
    reached = known.assign(_TO=known["_TO"].astype("int64")).groupby(groups)["_TO"].cummax()
    keys = [known[name] for name in groups]
    before = pd.to_datetime(reached.groupby(keys).shift(), unit="s")
    wrong = known[known["_FROM"] <= before]
    ended = show(before[wrong.index])
    message = "begins while an earlier period goes on, until " + ended
    shown = show_pairs(wrong, [spec["start"], spec["end"]])
    return make_findings(wrong, f"{spec['start']}, {spec['end']}", shown, message)
