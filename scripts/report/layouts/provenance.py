"""Where it all came from: the raw files with their hashes, and the software with its versions."""

import platform
from importlib import metadata

from scripts.report.cells import Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    column,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes

METADATA = "results/ingest/metadata.json"
# What the numbers and the pages pass through; each version comes from the installed package.
PACKAGES = [
    "jinja2",
    "numpy",
    "pandas",
    "pikepdf",
    "pyarrow",
    "pyreadstat",
    "scipy",
    "snakemake",
    "weasyprint",
]


def versions() -> dict[str, str]:
    """The version of the language and of every package that the numbers and pages go through."""
    found = {"Python": platform.python_version()}
    return found | {package: metadata.version(package) for package in PACKAGES}


def raw_files(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every raw file with its form, size and SHA-256."""
    columns = [
        stub("File"),
        column("form", "Form", align="text"),
        column("rows", "Rows"),
        column("bytes", "Bytes"),
        column("sha256", "SHA-256", align="text", tone="code"),
    ]
    rows = []
    for source_id, facts in context.documents["metadata"].items():
        source = {"file": METADATA, "source": source_id}
        counts = [
            cell(sheet.value(facts[word], "count", {**source, "key": word}, source_id, word, "n"))
            for word in ("rows", "bytes")
        ]
        digest = sheet.words(facts["sha256"], {**source, "key": "sha256"}, source_id, "sha256")
        rows.append(
            row(source_id, facts["file"], [cell(str(facts["form"])), *counts, cell(digest)])
        )
    shares = [22, 8, 7, 9, 54]
    return table(columns, rows, Notes(sheet), shares=shares, sources=[name(METADATA)])


def software(display: Display, sheet: Sheet, context: Context) -> Body:
    """The versions that ran, as the environment states them."""
    columns = [stub("Software"), column("version", "Version", align="text")]
    rows = [
        row(package, package, [cell(sheet.words(version, {"environment": package}, package, "v"))])
        for package, version in versions().items()
    ]
    notes = Notes(sheet)
    digest = context.plan.get("environment", "")
    if digest:
        text = f"All packages with their hashes: envs/lock.txt, SHA-256 {digest}."
        notes.add(text, {"file": "envs/lock.txt"})
    return table(columns, rows, notes, shares=[30, 70], sources=[name("envs/lock.txt")])
