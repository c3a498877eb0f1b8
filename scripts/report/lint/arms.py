"""The head of a column belongs to the arm whose numbers stand under it."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.report.lint.artefact import Cell, Display, Document, Head, show, squeeze
from scripts.report.lint.evidence import TOTAL, Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import plain
from scripts.report.lint.subjects import known_numbers, known_sizes

JOINTS = ("-", "/")


def _label_over(head: Head, above: Head | None) -> Head:
    """The head that names the arm of a column: the spanner above it where it has one."""
    return above if above is not None and above.label else head


def check_heads(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The label over each cell is that of the group whose numbers stand in it."""
    rule = "heads of their arms"
    for display in document.displays:
        labels = evidence.labels(display.id)
        columns = list(display.columns())
        for _, head, above in columns:
            named = _label_over(head, above)
            where = {"display": display.name, "column": named.label}
            if named.group in labels:
                message = f"the head of {named.group} says {show(named.label)}"
                ledger.must(rule, named.label == labels[named.group], message, **where)
            elif named.group and head.unit:
                _check_contrast(head, labels, ledger, where)
            if above is not None and above.group != head.group:
                ledger.find(rule, f"{show(head.label)} of {head.group} stands under another group",
                            **where)  # fmt: skip
        for row, index, cell in display.placed():
            if cell.span == 1 and index < len(columns):
                _check_cell(display, row.label.text, cell, columns[index], evidence, ledger)


def _check_contrast(
    head: Head, labels: Mapping[str, str], ledger: Ledger, where: dict[str, str]
) -> None:
    """A head of a contrast names its first group first and its second last."""
    for left in labels:
        for right in labels:
            if head.group in [f"{left}{joint}{right}" for joint in JOINTS]:
                holds = head.unit.startswith(labels[left]) and head.unit.endswith(labels[right])
                holds = holds and labels[left] + labels[right] != squeeze(head.unit)
                message = f"the head of {head.group} says {show(head.unit)}"
                ledger.must("heads of their contrasts", holds, message, **where)


def _check_cell(
    display: Display, row: str, cell: Cell, column: tuple[int, Head, Head | None],
    evidence: Evidence, ledger: Ledger,
) -> None:  # fmt: skip
    _, head, above = column
    named = _label_over(head, above)
    where = {"display": display.name, "row": row, "column": named.label}
    rule = "cells of their arms"
    if cell.column != head.column or cell.group != head.group:
        message = f"a cell of the column {cell.column!r} stands under the head of {head.column!r}"
        ledger.find(rule, message, **where)
    for piece in cell.pieces:
        key = evidence.source(piece.address) if piece.address else None
        if key and key[2] and head.group:
            message = f"{show(piece.text)} is a number of {key[2]}"
            # Under the head of a contrast stand its difference, A-B, and its ratios, A/B.
            holds = key[2] == head.group or key[2].replace("/", "-") == head.group
            ledger.must(rule, holds, message, **where)
            # What a reader takes the label for must be that group as well.
            group = evidence.group_of(display.id, named.label)
            if group and group != key[2]:
                ledger.find(rule, f"{message}, the head says {show(named.label)}", **where)


def check_sizes(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """N in the head of each arm is the number of its subjects in the population, by ADSL."""
    for display in document.displays:
        heads = [_label_over(head, above) for _, head, above in display.columns()]
        for head in heads:
            _check_size(display, head.label, head.size, evidence, ledger)


def check_used(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The subjects that an analysis used are those of its population, unless it asks for fewer."""
    rule = "subjects of the analyses"
    for display in document.displays:
        for name in evidence.analyses(display.id):
            flag = str(evidence.planned(name).get("population"))
            used = evidence.used(name)
            if flag not in evidence.indexed or not len(used):
                continue
            outside = int((evidence.indexed[flag].loc[used] != "Y").sum())
            message = f"{outside} subjects of {name} are outside {flag}"
            ledger.must(rule, not outside, message, display=display.name)
            listed = evidence.results[name]["subjects"]["used"]
            sizes = known_sizes(name, evidence)
            message = f"{name} used {len(listed)} subjects, ADSL has {sizes.get(TOTAL)}"
            ledger.must(rule, len(listed) == sizes.get(TOTAL), message, display=display.name)


def _check_size(
    display: Display, label: str, size: str, evidence: Evidence, ledger: Ledger
) -> None:
    group = evidence.group_of(display.id, label) or (TOTAL if size else "")
    if not size or not group:
        return
    digits = "".join(letter for letter in size if letter.isdigit())
    for name in evidence.analyses(display.id):
        expected = known_sizes(name, evidence).get(group)
        if expected is None or evidence.results.get(name, {}).get("groups", [{}])[0]["N"] is None:
            continue
        message = f"the head says N = {digits}, ADSL has {expected} subjects for {name}"
        ledger.must("N of the arms", digits == str(expected), message, display=display.name,
                    column=label)  # fmt: skip


def _expected_cells(
    display: Display, expected: Mapping[tuple[str, str, str, str], Any], evidence: Evidence
) -> Iterator[tuple[int, int, str, str, str, Any, bool]]:
    """(row, column, label, address, text, number, first) of each cell that ADSL gives."""
    heads = [_label_over(head, above) for _, head, above in display.columns()]
    for number, row in enumerate(display.rows):
        at = 1
        for cell in row.cells:
            first = True
            for piece in cell.pieces if cell.span == 1 else []:
                key = evidence.source(piece.address) if piece.address else None
                if key:
                    group = evidence.group_of(display.id, heads[at].label) or key[2]
                    value = expected.get((key[0], key[1], group, key[3]))
                    if value is not None:
                        yield number, at, heads[at].label, piece.address, piece.text, value, first
                first = first and not piece.address
            at += cell.span


def check_cells(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Counts, sizes and extremes under a label are those that ADSL gives for that arm."""
    expected = known_numbers(evidence)
    for display in document.displays:
        for number, _, label, _, text, value, _ in _expected_cells(display, expected, evidence):
            message = f"{show(text)} is printed, ADSL gives {value:g}"
            row = display.rows[number].label.text
            ledger.must("cells counted again", _is(text, value), message, display=display.name,
                        row=row, column=label)  # fmt: skip
        texts = [*display.drawing, *(c for block in display.blocks for c in block.cells)]
        # A cell across columns stands under no head.
        texts += [cell for row in display.rows for cell in row.cells if cell.span > 1]
        for cell in texts:
            for piece in cell.pieces:
                key = evidence.source(piece.address) if piece.address else None
                if key in expected:
                    message = f"{show(piece.text)} is printed, ADSL gives {expected[key]:g}"
                    ledger.must("texts counted again", _is(piece.text, expected[key]), message,
                                display=display.name, row=cell.text[:40])  # fmt: skip


def _is(text: str, value: float) -> bool:
    try:
        return float(plain(text)) == float(value)
    except ValueError:
        return False
