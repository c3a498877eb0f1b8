"""Every printed number of a run with its address, in the order in which a reader meets them."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ADDRESS_IN_DRAWING = re.compile(r'data-address=(?:"([^"]*)"|\'([^\']*)\')')
# What a reader meets first in a display; everything else comes in the order of its name.
FIRST = (
    "facts", "notice", "arbitrary", "hashes", "population", "label", "size", "spanners", "columns",
    "rows", "cells", "blocks", "parts",
)  # fmt: skip
LAST = ("notes", "abbreviations", "data_cut", "sources")
DIGITS = re.compile(r"(\d+)")
FRONT = "front"


class AddressError(Exception):
    """What was asked for is not there; the message says what to do."""


def read_numbers(results: Path) -> dict[str, dict[str, Any]]:
    """Every printed number by its address, in the order of the report.

    An entry has text, value, kind and source, and the head of its display. Raises AddressError
    listing every file that is missing or cannot be read.
    """
    tables, figures, drawings = _read_files(results)
    displays = {FRONT: tables["front"], **tables["displays"], **figures}
    addresses = dict(tables["addresses"])
    for figure in figures.values():
        addresses |= figure["addresses"]
    numbers = {}
    for name in _in_order(tables, displays):
        own = {at for at in addresses if at.split("/")[0] == name}
        for at in _met(displays[name], drawings.get(name, ""), own):
            numbers[at] = {**addresses[at], "display": head_of(name, displays[name])}
    return numbers


def head_of(name: str, display: Mapping[str, Any]) -> dict[str, str]:
    """Id, number and title of a display; the title page has no number."""
    if name == FRONT:
        return {"id": FRONT, "number": "", "title": "Title page and abbreviations"}
    number = f"{display['word']} {display['number']}"
    return {"id": name, "number": number, "title": str(display["title"])}


def _read_files(results: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    path = results / "report" / "tables.json"
    findings, tables = [], {}
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        findings.append(f"{path} is not there; to make it: snakemake --cores 4 report")
    except ValueError:
        findings.append(f"{path} is no JSON; to make it again: rm {path}")
    figures, drawings = {}, {}
    for file in sorted((results / "report" / "figures").glob("*.json")):
        try:
            figures[file.stem] = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            findings.append(f"{file} is no JSON; to make it again: rm {file}")
        drawing = file.with_suffix(".svg")
        drawings[file.stem] = drawing.read_text(encoding="utf-8") if drawing.exists() else ""
    if findings:
        raise AddressError("\n  ".join(findings))
    return tables, figures, drawings


def natural(text: str) -> list[tuple[int, str]]:
    """A key by which 14.2.10 stands behind 14.2.9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in DIGITS.split(text)]


def _in_order(tables: Mapping[str, Any], displays: Mapping[str, Any]) -> list[str]:
    """The title page, then the order that the tables state; in an old run that of the numbers."""
    stated = [name for name in tables.get("order", []) if name in displays]
    rest = sorted(
        set(displays) - set(stated) - {FRONT}, key=lambda name: natural(displays[name]["number"])
    )
    return [FRONT, *stated, *rest]


def _met(display: Mapping[str, Any], drawing: str, own: set[str]) -> list[str]:
    """The addresses of a display in reading order; those that are only in words come last."""
    drawn = [html.unescape(a or b) for a, b in ADDRESS_IN_DRAWING.findall(drawing)]
    body = {key: value for key, value in display.items() if key not in LAST}
    foot = {key: value for key, value in display.items() if key in LAST}
    met = [*_walk(body), *drawn, *_walk(foot)]
    found = [at for at in dict.fromkeys(met) if at in own]
    return found + sorted(own - set(found), key=natural)


def _walk(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _walk(item)
    elif isinstance(part, dict):
        if isinstance(part.get("address"), str):
            yield part["address"]
        for key in sorted(part, key=_place):
            if key != "addresses":
                yield from _walk(part[key])


def _place(key: str) -> tuple[int, str]:
    if key in FIRST:
        return FIRST.index(key), ""
    return len(FIRST) + (LAST.index(key) + 1 if key in LAST else 0), key


def analysis_of(entry: Mapping[str, Any]) -> str:
    """The analysis that a number comes from, or that it is about; nothing where there is none."""
    source = entry["source"]
    if "analysis" in source:
        return str(source["analysis"])
    folder, _, name = str(source.get("file", "")).rpartition("/")
    return name.removesuffix(".json") if folder == "results/analyse" else ""


def _nearest(word: str, known: set[str]) -> str:
    # Imported late: pandas, behind it, is needed only when there is something to say.
    from scripts.conditions import nearest

    return nearest(word, known)


def select_numbers(
    numbers: Mapping[str, dict[str, Any]], display: str | None, analysis: str | None
) -> dict[str, dict[str, Any]]:
    """The numbers of one display, of one analysis, or of both; AddressError names the nearest."""
    displays = {entry["display"]["id"] for entry in numbers.values()}
    analyses = {analysis_of(entry) for entry in numbers.values()} - {""}
    findings = []
    if display is not None and display not in displays:
        findings.append(f"no display {display!r}; {_nearest(display, displays)}")
    if analysis is not None and analysis not in analyses:
        findings.append(f"no printed number of {analysis!r}; {_nearest(analysis, analyses)}")
    if findings:
        raise AddressError("\n  ".join(findings))
    return {
        at: entry
        for at, entry in numbers.items()
        if display in (None, entry["display"]["id"]) and analysis in (None, analysis_of(entry))
    }
