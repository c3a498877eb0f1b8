"""A number stands in the column that its address names, and under those of its kind."""

from collections import Counter

from scripts.report.lint.artefact import Document, show
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger


def check_columns(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A statistic of a group stands in one column of a table, which its address may name."""
    rule = "cells of their columns"
    for display in document.displays:
        known = {head.column for head in display.heads}
        found = [
            (number, row.label.text, cell.column, piece.text, tuple(steps[2:]))
            for number, row in enumerate(display.rows)
            for cell in row.cells
            if cell.span == 1 and cell.column
            for piece in cell.pieces
            if len(steps := piece.address.split("/")) == 4
        ]
        columns: dict[tuple[str, ...], Counter[str]] = {}
        in_row: dict[tuple[int, tuple[str, ...]], set[str]] = {}
        for number, _, column, _, kind in found:
            columns.setdefault(kind, Counter())[column] += 1
            in_row.setdefault((number, kind), set()).add(column)
        usual = {kind: counted.most_common(1)[0][0] for kind, counted in columns.items()}
        # In a grid one statistic stands in every column.
        many = {kind for (_, kind), places in in_row.items() if len(places) > 1}
        for _, label, column, text, kind in found:
            if kind in many:
                continue
            named = kind[0] not in known or f"{column} ".startswith(f"{kind[0]} ")
            message = f"{show(text)} of {' '.join(kind)!r} stands under {column!r}"
            ledger.must(rule, named and column == usual[kind], message, display=display.name,
                        row=label)  # fmt: skip
