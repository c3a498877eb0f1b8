"""Published against computed: the items with their verdicts, the totals, the inconsistencies."""

from collections.abc import Mapping
from typing import Any

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
from scripts.report.publication.published import VERDICTS

FILE = "results/report/published.json"
# A count and its share are made in one way only, which need not be said beside each.
PLAIN = {"count", "total", "proportion"}


def published(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every published number with ours in the same digits, how it is made, and the verdict."""
    document = context.documents["published"]
    columns = [
        stub("Published"),
        column("printed", "As printed", align="text"),
        column("computed", "Computed", align="text"),
        column("variant", "How it is made, and remarks", align="text"),
        column("verdict", "Verdict", align="text"),
    ]
    wanted = display.get("only")
    rows: list[Row] = []
    for section in document["summary"]["sections"]:
        if wanted is not None and section["id"] not in wanted:
            continue
        rows.append(heading(f"section:{section['id']}", section["title"]))
        for item in document["items"]:
            if item["section"] == section["id"]:
                label = f"{item['id']}  {item['description']}"
                rows.append(row(item["id"], label, _item_cells(sheet, item), 1, tone=_tone(item)))
    notes = Notes(sheet)
    notes.add(
        "A number agrees when ours, rounded half-up to the printed digits, is the printed one. "
        f"Publication: {document['source']}",
        {"file": FILE, "key": "source"},
    )
    return table(columns, rows, notes, shares=[27, 17, 17, 26, 13], sources=[name(FILE)])


def _tone(item: Mapping[str, Any]) -> str:
    return "" if item["verdict"] == "reproduced" else "marked"


def _item_cells(sheet: Sheet, item: Mapping[str, Any]) -> list[Cell]:
    at = item["id"]
    source = {"file": FILE, "item": item["id"]}
    inferred = (item.get("set") or {}).get("words", "")
    statistics = {part["address"]["statistic"] for part in item.get("parts", [])}
    variant = "" if statistics <= PLAIN else item.get("variant", "")
    texts = [variant, inferred, item.get("note", "")]
    how = ". ".join(text.rstrip(".") for text in texts if text)
    cells = []
    for column_id, text in (
        ("published", item["published"]),
        ("computed_text", item.get("computed_text", "")),
        ("variant", how),
    ):
        words = sheet.words(text, {**source, "key": column_id}, at, column_id) if text else "–"
        cells.append(cell(words))
    verdict = sheet.words(item["verdict"], {**source, "key": "verdict"}, at, "verdict")
    return [*cells, cell(verdict)]


def verdicts(display: Display, sheet: Sheet, context: Context) -> Body:
    """How many published items, percentages and single numbers agree, section by section."""
    summary = context.documents["published"]["summary"]
    words = [verdict for verdict in VERDICTS if verdict in summary["verdicts"]]
    columns = [stub("Section"), column("items", "Items")]
    columns += [column(word, word.capitalize()) for word in words]
    columns += [column("percentages", "Percentages that agree")]
    rows = [_verdict_row(sheet, section["id"], section, words) for section in summary["sections"]]
    rows.append({**_verdict_row(sheet, "all", {**summary, "title": "All"}, words), "kind": "total"})
    notes = Notes(sheet)
    checks = summary["checks"]
    parts = {
        "Single numbers that agree": (summary["numbers"]["match"], summary["numbers"]["total"]),
        "Named checks that hold": (checks["match"], checks["total"]),
    }
    for label, (match, total) in parts.items():
        text = f"{label}: {match} of {total}."
        notes.add(text, {"file": FILE, "key": "summary"})
    lacking = [f"{item['name']} ({item['outcome']})" for item in checks["rows"]
               if item["outcome"] != "match"]  # fmt: skip
    if lacking:
        text = "Checks that do not: " + "; ".join(lacking) + "."
        notes.add(text, {"file": FILE, "key": "checks"})
    shares = [24, 8, *(13 for _ in words), 14]
    return table(columns, rows, notes, shares=shares, sources=[name(FILE)])


def _verdict_row(sheet: Sheet, at: str, section: Mapping[str, Any], words: list[str]) -> Row:
    source = {"file": FILE, "key": f"summary.{at}"}

    def count(value: int, column_id: str, word: str = "count") -> Any:
        return sheet.value(value, "count", source, at, column_id, word)

    cells = [cell(count(section["items"], "items"))]
    cells += [cell(count(section["verdicts"][word], word)) for word in words]
    if not section["percentages"]["total"]:
        return row(at, section["title"], [*cells, dash()])
    match = count(section["percentages"]["match"], "percentages", "match")
    total = count(section["percentages"]["total"], "percentages", "total")
    return row(at, section["title"], [*cells, cell(match, "/", total)])


def inconsistencies(display: Display, sheet: Sheet, context: Context) -> Body:
    """The inconsistencies that the data show, each with its evidence; then the others."""
    entries = context.documents["published"]["inconsistencies"]
    columns = [stub("No."), column("words", "What does not fit together, and what the data show",
                                   align="text")]  # fmt: skip
    rows: list[Row] = []
    groups = {
        "Shown by the data": [entry for entry in entries if entry["shown"]],
        "Not shown by the data": [entry for entry in entries if not entry["shown"]],
    }
    for title, members in groups.items():
        if members:
            rows.append(heading(title, title))
        for entry in members:
            source = {"file": FILE, "inconsistency": entry["id"]}
            evidence = " ".join(filter(None, [entry["evidence"], entry.get("reason", "")]))
            parts = [sheet.words(entry["title"], source, entry["id"], "title"), "\n"]
            parts += [sheet.words(evidence, source, entry["id"], "evidence")] if evidence else ["–"]
            rows.append(row(entry["id"], entry["id"], [cell(*parts)], tone="titled"))
    if not rows:
        rows = [row("none", "–", [cell("None is named in the plan.")])]
    return table(columns, rows, Notes(sheet), shares=[8, 92], sources=[name(FILE)])
