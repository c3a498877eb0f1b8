"""The files that stand beside the report: every listing and the profiles, with what is in them."""

from collections.abc import Mapping
from typing import Any

from scripts.report.cells import Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes

LISTINGS = "results/report/listings.json"
PROFILES = "results/report/profiles.json"


def listings_index(display: Display, sheet: Sheet, context: Context) -> Body:
    """Each listing with its number, its file, its records and the subjects that have any."""
    columns = [
        stub("Title"),
        column("number", "Number", align="text"),
        column("records", "Records"),
        column("subjects", "Subjects"),
        column("file", "File beside the report", align="text"),
    ]
    companions = context.documents["companions"]
    entries = companions.get("listings", {"listings": []})["listings"]
    rows = [_listing(sheet, entry) for entry in entries]
    if "profiles" in companions:
        rows += _profiles(sheet, companions["profiles"])
    if not rows:
        rows = [row("none", "None", [cell("") for _ in columns[1:]])]
    notes = Notes(sheet)
    notes.add("Records and subjects are those that the file holds.", {"file": LISTINGS})
    known = [word for word in ("listings", "profiles") if word in companions]
    sources = [name(", ".join(f"results/report/{word}.json" for word in known))]
    return table(columns, rows, notes, shares=[40, 10, 10, 10, 30], sources=sources)


def _listing(sheet: Sheet, entry: Mapping[str, Any]) -> Row:
    at = entry["id"]
    source = {"file": LISTINGS, "listing": at}
    counts = [
        cell(sheet.value(entry[word], "count", {**source, "key": word}, at, word, "count"))
        for word in ("records", "subjects")
    ]
    number = cell(sheet.words(entry["number"], source, at, "number"))
    return row(at, entry["title"], [number, *counts, cell(name(_beside(entry["printed"])))])


def _profiles(sheet: Sheet, index: Mapping[str, Any]) -> list[Row]:
    kinds = {
        "printed": (f"{index['title']}: those who {index['words']}", index["files"]["print"]),
        "subjects": (f"{index['title']}: all", index["files"]["screen"]),
    }
    rows = []
    for key, (label, file) in kinds.items():
        source = {"file": PROFILES, "key": key}
        at = f"profiles:{key}"
        count = sheet.value(len(index[key]), "count", source, at, "subjects", "count")
        cells = [cell("–"), cell("–"), cell(count), cell(name(_beside(file)))]
        rows.append(row(at, label, cells))
    return rows


def _beside(file: str) -> str:
    """The file as it is called from the folder of the report."""
    return file.removeprefix("results/report/")
