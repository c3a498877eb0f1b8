"""Listings of records, and tables of what the checks of the data found."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.conditions import evaluate, nearest
from scripts.report.cells import Cell, Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    dash,
    heading,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes
from scripts.report.results import OutputsError
from scripts.validate.waivers import describe_waiver

FILES = {
    "findings": "results/validate/findings.parquet",
    "deviations": "results/validate/deviations.parquet",
}
# The group of those who were never allocated to an arm.
OTHERS = "other"


def _chosen(display: Display, context: Context) -> pd.DataFrame:
    source = display["source"]
    if source not in context.tables:
        raise OutputsError(
            f"{display['id']}: no source {source!r}; {nearest(source, context.tables)}"
        )
    records = context.tables[source].reset_index(drop=True)
    missing = [c["variable"] for c in display["columns"] if c["variable"] not in records.columns]
    if missing:
        raise OutputsError(
            f"{display['id']}: {source} has no column {missing[0]!r}; "
            f"{nearest(missing[0], records.columns)}"
        )
    kept = records[evaluate(display.get("where"), records)] if "where" in display else records
    return kept.sort_values(display["sort"], kind="stable") if "sort" in display else kept


def _shown(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def listing(display: Display, sheet: Sheet, context: Context) -> Body:
    """The records of a file, column by column; what is cut off is said, with where it stands."""
    kept = _chosen(display, context)
    shown = kept.head(display.get("longest", len(kept)))
    file = FILES.get(display["source"], display["source"])
    wanted = display["columns"]
    first, *others = wanted
    columns = [stub(first["label"])]
    columns += [column(item["variable"], item["label"], align="text") for item in others]
    rows: list[Row] = []
    for index, record in zip(shown.index, shown.to_dict("records"), strict=True):
        cells = []
        for item in others:
            text = _shown(record[item["variable"]])
            source = {"file": file, "row": int(index) + 1, "variable": item["variable"]}
            at = (str(int(index) + 1), item["variable"])
            cells.append(cell(sheet.words(text, source, *at) if text else "–"))
        rows.append(row(str(int(index) + 1), _shown(record[first["variable"]]), cells))
    if not rows:
        rows.append(row("none", display.get("empty", "None"), [dash() for _ in others]))
    notes = Notes(sheet)
    if len(shown) < len(kept):
        notes.add(
            f"The first {len(shown)} of {len(kept)} records; all of them are in {file}.",
            {"file": file, "key": "records"},
        )
    shares = [item.get("width", 1) for item in wanted]
    return table(columns, rows, notes, shares=shares, sources=[name(file)])


def _count_cells(
    sheet: Sheet, item: Mapping[str, Any], at: str, source: Mapping[str, Any], words: Sequence[str]
) -> list[Cell]:
    return [
        cell(sheet.value(item[word], "count", {**source, "key": word}, at, word, "count"))
        for word in words
    ]


def findings(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every check with the records it looked at and what it found, zero included."""
    summary = context.documents["summary"]
    file = "results/validate/summary.json"
    words = ["records", "findings", "waived"]
    columns = [
        stub("Check"),
        column("severity", "Severity", align="text"),
        column("records", "Records looked at"),
        column("findings", "Findings"),
        column("waived", "Waived"),
    ]
    rows: list[Row] = []
    for category in dict.fromkeys(check["category"] for check in summary["checks"]):
        rows.append(heading(f"category:{category}", category.capitalize()))
        for check in summary["checks"]:
            if check["category"] == category:
                source = {"file": file, "check": check["check"]}
                counts = _count_cells(sheet, check, check["check"], source, words)
                severity = sheet.words(check["severity"], source, check["check"], "severity")
                cells = [cell(severity), *counts]
                rows.append(row(check["check"], check["title"], cells, 1))
    totals = {"records": None, **summary["totals"]}
    counts = _count_cells(sheet, totals, "total", {"file": file, "key": "totals"}, words[1:])
    rows.append(row("total", "All checks", [dash(), dash(), *counts], kind="total"))
    notes = Notes(sheet)
    for text in _handling(context):
        notes.add(text, {"plan": "checks"})
    return table(columns, rows, notes, shares=[48, 12, 14, 13, 13], sources=[name(file)])


def _handling(context: Context) -> list[str]:
    """What is done about findings, and every waiver of the plan with its reason."""
    waivers = context.plan["checks"].get("waivers") or []
    said = [
        "An error stops everything that follows unless the plan waives it by name with a reason. "
        "What a warning or a note is about was analysed as it was recorded."
    ]
    if not waivers:
        return [*said, "No finding was waived."]
    return [*said, *(f"Waived: {describe_waiver(w)}. {w['reason']}" for w in waivers)]


def deviations(display: Display, sheet: Sheet, context: Context) -> Body:
    """Protocol deviations by kind and group: subjects with at least one, and records.

    Every kind that the plan looks for has its row, found or not. Counting records is not a
    statistic of an analysis; the listing of them shows every one.
    """
    subjects = context.tables["adsl"]
    records = context.tables["deviations"]
    joined = records.merge(subjects[["USUBJID", "ARMCD"]], on="USUBJID", how="left")
    labels = {arm["code"]: arm["label"] for arm in context.plan["trial"]["arms"]}
    columns = [stub("Rule of the plan that was not kept")]
    for group, label in {**labels, OTHERS: "Not randomised"}.items():
        arm = "" if group == OTHERS else group
        source = {"file": "results/derive/adsl.parquet", "group": group}
        size = sheet.value(int(_of(subjects, group).sum()), "count", source, "head", group, "N")
        shape = column(group, label, unit="subjects; records", group=arm)
        columns.append({**shape, "size": ["N = ", size]})
    rows = []
    for category, kind in _deviations_looked_for(context):
        part = joined[(joined["DVDECOD"] == kind) & (joined["DVCAT"] == category)]
        label = f"{kind.rstrip('.')} ({category.lower()})"
        rows.append(row(kind, label, _deviation_cells(sheet, kind, part, [*labels, OTHERS])))
    if not rows:
        rows = [row("none", "None is looked for", [dash() for _ in columns[1:]])]
    shares = [52, *(48 / len(columns[1:]) for _ in columns[1:])]
    return table(columns, rows, Notes(sheet), shares=shares, sources=[name(FILES["deviations"])])


def _of(records: pd.DataFrame, group: str) -> pd.Series:
    """Which records are of an arm, or of none."""
    return records["ARMCD"].isna() if group == OTHERS else records["ARMCD"] == group


def _deviations_looked_for(context: Context) -> list[tuple[str, str]]:
    """(grade, title) of every check of the plan whose findings are deviations, major ones first."""
    checks = context.plan["checks"]["checks"].values()
    found = {(c["grade"].upper(), c["title"]) for c in checks if c["category"] == "deviation"}
    return sorted(found)


def _deviation_cells(
    sheet: Sheet, kind: str, part: pd.DataFrame, groups: Sequence[str]
) -> list[Cell]:
    cells = []
    for group in groups:
        chosen = part[_of(part, group)]
        source = {"file": FILES["deviations"], "DVDECOD": kind, "group": group}
        counts = {"subjects": int(chosen["USUBJID"].nunique()), "records": len(chosen)}
        made = [
            sheet.value(count, "count", source, kind, group, word) for word, count in counts.items()
        ]
        cells.append(cell(made[0], "; ", made[1]))
    return cells
