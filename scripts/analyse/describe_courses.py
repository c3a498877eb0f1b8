"""The course of each subject: how long it was observed, what happened when, and what lasted."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
    with_total,
)
from scripts.conditions import evaluate
from scripts.derive.dates import DAYS_OF_UNIT, days_since
from scripts.job import Job
from scripts.stats.quantiles import LABELS as QUANTILE_LABELS
from scripts.stats.quantiles import quartiles

Tables = Mapping[str, pd.DataFrame]
COLUMNS = ["USUBJID", "days"]
NO_DATE = "No date from which or to which the course could be followed"


def days_of(
    source: Mapping[str, Any], subjects: pd.DataFrame, start: pd.Series, tables: Tables
) -> tuple[pd.DataFrame, int]:
    """(subject, days since the start) of every date of a source, and how many have no date.

    A source is a variable of the subjects, the date of an endpoint that was met, or the date of
    records; `where` says which subjects or records count.
    """
    if "endpoint" in source:
        verdicts = tables["adresp"]
        wanted = verdicts[(verdicts["PARAMCD"] == source["endpoint"]) & (verdicts["AVALC"] == "Y")]
        dates = wanted.set_index("USUBJID")["ADT"]
    else:
        table = tables[source["records"]] if "records" in source else subjects
        wanted = table[evaluate(source.get("where"), table)]
        dates = wanted.set_index("USUBJID")[source.get("date", source.get("variable"))]
    dates = dates[dates.index.isin(start.index)]
    began = start.reindex(dates.index)
    passed = days_since(dates.reset_index(drop=True), began.reset_index(drop=True))
    found = pd.DataFrame({"USUBJID": dates.index, "days": passed})
    known = found.dropna(subset=["days"]).astype({"days": "float64"})
    # A date that a subject does not have is no event; a record without a date is one.
    lacking = len(found) - len(known) if "variable" not in source else 0
    return known.sort_values(COLUMNS, ignore_index=True), lacking


def end_of(course: Mapping[str, Any], subjects: pd.DataFrame, tables: Tables) -> pd.Series:
    """The last day on which each subject is known to have been observed; missing without any."""
    start = subjects.set_index("USUBJID")[course["start"]]
    parts = [days_of(source, subjects, start, tables)[0] for source in course["end"]]
    last = pd.concat(parts).groupby("USUBJID")["days"].max()
    return last[last >= 0].reindex(start.index)


def marks_of(
    course: Mapping[str, Any], subjects: AnalysisSet, end: pd.Series, tables: Tables
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Every mark by kind, and what a reader must know of marks that cannot be drawn in place."""
    table = subjects.subjects
    start = table.set_index("USUBJID")[course["start"]]
    found: dict[str, pd.DataFrame] = {}
    warnings = []
    for mark in course["marks"]:
        if mark.get("at_end"):
            kept = table.loc[evaluate(mark.get("where"), table), "USUBJID"]
            days = end.reindex(kept).rename("days").rename_axis("USUBJID").reset_index()
            lacking = 0
        else:
            days, lacking = days_of(mark, table, start, tables)
        found[mark["id"]] = days[COLUMNS]
        outside = int((days["days"] > end.reindex(days["USUBJID"]).to_numpy()).sum())
        early = int((days["days"] < 0).sum())
        for count, words in (
            (lacking, "record(s) without a date, not marked"),
            (outside, "record(s) after the end of the observation"),
            (early, "record(s) before the start"),
        ):
            if count:
                warnings.append(f"{mark['label']}: {count} {words}.")
    return found, warnings


def intervals_of(
    course: Mapping[str, Any], marks: Mapping[str, pd.DataFrame], end: pd.Series
) -> dict[str, pd.DataFrame]:
    """What lasts: from the first mark of a kind to the next of another, else to the end."""
    found = {}
    for interval in course.get("intervals", []):
        first = marks[interval["from"]].groupby("USUBJID")["days"].min()
        stops = marks[interval["to"]].merge(
            first.rename("first").reset_index(), on="USUBJID", how="inner"
        )
        after = stops[stops["days"] > stops["first"]].groupby("USUBJID")["days"].min()
        last = after.reindex(first.index).fillna(end.reindex(first.index))
        table = pd.DataFrame({"from": first, "to": last}).dropna()
        found[interval["id"]] = table[table["to"] > table["from"]]
    return found


def ordered(
    subjects: AnalysisSet, end: pd.Series, intervals: Mapping[str, pd.DataFrame], plan: Plan
) -> list[tuple[str, str]]:
    """(group, subject): in each group the longest observed first.

    Ends between the same two planned visits count as equal; then what lasted longest goes first.
    """
    per_unit = DAYS_OF_UNIT[plan["visit_unit"]]
    opens = pd.Series([v["nominal"] * per_unit - v.get("early", 0) for v in plan["visits"]])
    lasted = sum(
        (table["to"] - table["from"]).reindex(end.index).fillna(0.0) for table in intervals.values()
    )
    keys = pd.DataFrame({"visits": [int((opens <= day).sum()) for day in end]}, index=end.index)
    keys = keys.assign(lasted=lasted, days=end)
    order = []
    for group in subjects.groups:
        names = sorted(subjects.of(group)["USUBJID"])
        own = keys.loc[names].sort_values(["visits", "lasted", "days"], ascending=False,
                                          kind="stable")  # fmt: skip
        order += [(group.id, name) for name in own.index]
    return order


def course_rows(
    subjects: AnalysisSet,
    end: pd.Series,
    marks: Mapping[str, pd.DataFrame],
    intervals: Mapping[str, pd.DataFrame],
    type_: int,
) -> Rows:
    """How long was observed, and how many subjects have each mark and each interval."""
    rows: Rows = []
    for group, members in with_total(subjects):
        values = end.reindex(members["USUBJID"]).dropna().to_numpy(float)
        shape = {"n": len(values), **dict.fromkeys(("median", "q1", "q3", "minimum", "maximum"))}
        if len(values):
            q1, median, q3 = quartiles(values, type_)
            shape |= {"median": median, "q1": q1, "q3": q3}
            shape |= {"minimum": values.min(), "maximum": values.max()}
        rows += numbers("observed", group, **shape)
    for name, table in marks.items():
        for group, members in with_total(subjects):
            inside = table[table["USUBJID"].isin(members["USUBJID"])]
            count = inside["USUBJID"].nunique()
            rows += count_of(name, group, count, len(members), events=len(inside))
    for name, table in intervals.items():
        for group, members in with_total(subjects):
            rows += count_of(name, group, int(table.index.isin(members["USUBJID"]).sum()),
                             len(members))  # fmt: skip
    return rows


def lines_of(
    order: list[tuple[str, str]],
    end: pd.Series,
    marks: Mapping[str, pd.DataFrame],
    intervals: Mapping[str, pd.DataFrame],
) -> list[dict[str, Any]]:
    """One entry a subject, in order: when the observation ended, its marks and its intervals."""
    times = {
        name: {who: part["days"].tolist() for who, part in table.groupby("USUBJID")}
        for name, table in marks.items()
    }
    lasting = {name: table.to_dict("index") for name, table in intervals.items()}
    return [
        {
            "USUBJID": who,
            "group": group,
            "end": float(end[who]),
            "marks": [
                {"id": name, "time": time} for name in times for time in times[name].get(who, [])
            ],
            "intervals": [
                {"id": name, **{key: float(day) for key, day in lasting[name][who].items()}}
                for name in lasting
                if who in lasting[name]
            ],
        }
        for group, who in order
    ]


def courses(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, tables: Tables
) -> dict[str, Any]:
    """The courses of all subjects of an analysis in the unit that the plan declares."""
    course = analysis["course"]
    unit, type_ = course["unit"], analysis["method"]["quantiles"]
    end = end_of(course, subjects.subjects, tables) / DAYS_OF_UNIT[unit]
    lacking = end.isna().reindex(subjects.subjects["USUBJID"]).to_numpy()
    subjects = subjects.without(pd.Series(lacking, subjects.subjects.index), NO_DATE)
    end = end.dropna()
    marks, warnings = marks_of(course, subjects, end * DAYS_OF_UNIT[unit], tables)
    marks = {key: t.assign(days=t["days"] / DAYS_OF_UNIT[unit]) for key, t in marks.items()}
    intervals = intervals_of(course, marks, end)
    order = ordered(subjects, end * DAYS_OF_UNIT[unit], intervals, plan)
    kinds = [*course["marks"], *course.get("intervals", [])]
    words = f"Counts, and quartiles, {QUANTILE_LABELS[type_]}"
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=method_of("courses", words, {"quantiles": type_}),
        statistics=course_rows(subjects, end, marks, intervals, type_),
        warnings=warnings,
        labels={"observed": "Observed", **{kind["id"]: kind["label"] for kind in kinds}},
        unit=f"{unit}s".upper(),
        courses=lines_of(order, end, marks, intervals),
    )


def describe_courses(
    adsl: pd.DataFrame, adresp: pd.DataFrame, tables: Tables, plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    return {
        name: courses(
            name, analysis, select(analysis, plan, wide), plan, {**tables, "adresp": adresp}
        )
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        records = {**job.tables("records"), **job.tables("domains")}
        made = describe_courses(job.table("adsl"), job.table("adresp"), records, job.plan)
        job.write_all("results", made)
