"""Reconciliation: every N on the flow diagram against every N of the other displays."""

from collections.abc import Iterator

from scripts.report.lint.artefact import Cell, Display, Document
from scripts.report.lint.evidence import TOTAL, Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import is_number, plain
from scripts.report.lint.subjects import WHOLE

RULE = "flow against tables"
# Where the subjects at the start of a curve are counted: row and statistic.
STARTS = {("arm", "n"), ("t=0", "at_risk"), ("groups", "N")}
Box = tuple[str, str]


def check_flow(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A mismatch names both places."""
    for display in document.displays:
        if display.layout != "flow":
            continue
        boxes = _boxes(display, evidence)
        _check_inside(display, boxes, ledger)
        for place, box, number in _other_numbers(document, display, evidence):
            if box in boxes:
                said = f"{display.name} ({_words(boxes[box][1])}) says {boxes[box][0]}"
                message = f"{said}, {place} says {number}"
                ledger.must(RULE, boxes[box][0] == number, message, display=display.name)


def _words(cell: Cell) -> str:
    return cell.text.lstrip("\u2022 ")


def _boxes(display: Display, evidence: Evidence) -> dict[Box, tuple[int, Cell]]:
    """The numbers that are drawn, by row of the result and group."""
    found: dict[Box, tuple[int, Cell]] = {}
    for cell in display.drawing:
        for piece in cell.pieces:
            key = evidence.source(piece.address) if piece.address else None
            if key and is_number(piece.text):
                found[key[1], key[2]] = (int(plain(piece.text)), cell)
    return found


def _check_inside(display: Display, boxes: dict[Box, tuple[int, Cell]], ledger: Ledger) -> None:
    """The boxes of the diagram add up."""
    number = {box: value for box, (value, _) in boxes.items()}
    groups = {group for _, group in number}
    sums: list[tuple[Box, list[Box]]] = [
        (("screened", TOTAL), [("excluded", TOTAL), ("randomised", TOTAL)]),
        (("randomised", TOTAL), [("randomised", group) for group in sorted(groups - {TOTAL})]),
    ]
    for group in sorted(groups):
        sums.append((("randomised", group), [("completed", group), ("discontinued", group)]))
        for stem in ("excluded", "discontinued"):
            reasons = [box for box in number if box[1] == group and box[0].startswith(f"{stem}=")]
            sums.append(((stem, group), reasons))
    for whole, parts in sums:
        if parts and all(part in number for part in (whole, *parts)):
            added = " + ".join(str(number[part]) for part in parts)
            message = f"{_words(boxes[whole][1])}: {added} is not {number[whole]}"
            holds = sum(number[part] for part in parts) == number[whole]
            ledger.must(RULE, holds, message, display=display.name)


def _other_numbers(
    document: Document, flow: Display, evidence: Evidence
) -> Iterator[tuple[str, Box, int]]:
    """(place, box, number) of every number elsewhere that the diagram shows as well."""
    own = set(evidence.analyses(flow.id))
    for display in document.displays:
        if display is flow:
            continue
        yield from _heads(display, evidence)
        lines = [(row.label.text, cell) for row in display.rows for cell in row.cells]
        lines += [(block.label.text, cell) for block in display.blocks for cell in block.cells]
        lines += [(cell.text, cell) for cell in display.drawing]
        for label, cell in lines:
            yield from _cells(display, label, cell, own, evidence)


def _heads(display: Display, evidence: Evidence) -> Iterator[tuple[str, Box, int]]:
    flags = {_whole_population(name, evidence) for name in evidence.analyses(display.id)}
    if len(flags) != 1 or None in flags:
        return
    [flag] = flags
    for head in [*display.heads, *display.spanners]:
        group = evidence.group_of(display.id, head.label)
        digits = "".join(letter for letter in head.size if letter.isdigit())
        if group and digits:
            yield f"{display.name}, head {head.label!r}", (str(flag), group), int(digits)


def _whole_population(name: str, evidence: Evidence) -> str | None:
    """The population of an analysis that uses all of it, by arm."""
    plan = evidence.planned(name)
    partial = "subset" in plan or "groups" in plan
    partial = partial or plan.get("kind") in WHOLE
    flag = plan.get("population")
    return None if partial or flag is None else str(flag)


def _cells(
    display: Display, label: str, cell: Cell, own: set[str], evidence: Evidence
) -> Iterator[tuple[str, Box, int]]:
    for piece in cell.pieces:
        key = evidence.source(piece.address) if piece.address else None
        if not key or not is_number(piece.text) or "." in piece.text:
            continue
        name, row, group, statistic = key
        place = f"{display.name}, row {label[:40]!r}, {group}"
        flag = _whole_population(name, evidence)
        if name in own and statistic == "count":
            yield place, (row, group), int(plain(piece.text))
        elif flag and (row, statistic) in (("proportion", "total"), ("groups", "N")):
            yield place, (flag, group), int(plain(piece.text))


def check_risk(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The number at risk at the start of a curve is that of its table and of its words."""
    rule = "numbers at risk"
    starts: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for display in document.displays:
        cells = [*display.drawing, *(c for row in display.rows for c in row.cells)]
        for piece in (p for cell in cells for p in cell.pieces if p.address):
            key = evidence.source(piece.address)
            if not key or evidence.planned(key[0]).get("kind") != "time_to_event":
                continue
            if (key[1], key[3]) in STARTS and is_number(piece.text):
                place = f"{display.name} ({piece.address})"
                starts.setdefault((key[0], key[2]), []).append((int(plain(piece.text)), place))
    for (_, group), numbers in starts.items():
        first, place = numbers[0]
        for number, other in numbers:
            message = f"{place} says {first} for {group}, {other} says {number}"
            ledger.must(rule, number == first, message)
