"""Tipping points counted again: what map, table and sentence say follows from the cells."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from scripts.report.lint.artefact import Cell, Display, Document, show
from scripts.report.lint.derived import same
from scripts.report.lint.evidence import Evidence, Key
from scripts.report.lint.labels import label_at_end
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import is_number, plain

RULE = "tipping points counted again"
PLACES = "cells of their grid"
Place = tuple[int, int]


def check_grids(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Verdicts, how many cells tip and which is nearest, from the limits of every cell."""
    shown = {name for display in document.displays for name in evidence.analyses(display.id)}
    for name in sorted(shown):
        for contrast, grid in (evidence.results.get(name, {}).get("grids") or {}).items():
            for words in _wrong(name, contrast, grid, evidence):
                ledger.find(RULE, f"{name}: {contrast}: {words}")
            ledger.look(RULE, len(grid["first"]) * len(grid["second"]))
    for display in document.displays:
        made = (evidence.figures.get(display.id) or {}).get("data") or {}
        for name in evidence.analyses(display.id):
            grids = evidence.results.get(name, {}).get("grids")
            if grids and "contrast" in made:
                same = _same(made, name, grids.get(made["contrast"]), evidence)
                ledger.must(RULE, same, f"the map is not that of {name}", display=display.name)


def _row(one: float, other: float) -> str:
    return f"{one + 0.0:g}|{other + 0.0:g}"


def _cells(grid: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {_row(a, b): (a, b) for a in grid["first"] for b in grid["second"]}


def _verdict(name: str, contrast: str, row: str, evidence: Evidence) -> int:
    lower, upper = (evidence.values[name, row, contrast, word] for word in ("lower", "upper"))
    return int(lower > 0) - int(upper < 0)


def _wrong(name: str, contrast: str, grid: Mapping[str, Any], evidence: Evidence) -> list[str]:
    """What does not follow from the cells, in words."""
    cells = _cells(grid)
    found = {row: _verdict(name, contrast, row, evidence) for row in cells}
    told = [verdict for line in grid["verdicts"] for verdict in line]
    wrong = [] if told == list(found.values()) else ["the verdicts are not those of the limits"]
    start = grid["reference"]
    away = {
        row: abs(place[0] - cells[start][0]) + abs(place[1] - cells[start][1])
        for row, place in cells.items()
        if found[row] != found[start]
    }
    count = evidence.values.get((name, "tipping_point", contrast, "count"))
    if count != len(away):
        wrong.append(f"{count} cells are said to tip, {len(away)} do")
    least = min(away.values(), default=0.0)
    nearest = [row for row, far in away.items() if far <= least * (1 + 1e-12)]
    if sorted(grid["nearest"]) != sorted(nearest):
        wrong.append(f"the nearest cells are {', '.join(nearest) or 'none'}")
    told_total = evidence.values.get((name, "tipping_point", contrast, "total"))
    if told_total != len(cells):
        wrong.append(f"{told_total} cells are said to be tried, {len(cells)} are")
    wanted = {"departure": least, "count": len(nearest)} if away else {}
    named: dict[str, tuple[str, dict[str, float]]] = {f"reference {contrast}": (start, {})}
    if grid["nearest"]:
        named[f"nearest {contrast}"] = (grid["nearest"][0], wanted)
    for row, (cell, others) in named.items():
        wrong += _misnamed(name, contrast, row, (cell, cells[cell], others), evidence)
    return [*wrong, *_misplaced(name, contrast, grid, evidence)]


def _misnamed(
    name: str, contrast: str, row: str, cell: tuple[str, tuple[float, float], Mapping[str, float]],
    evidence: Evidence,
) -> list[str]:  # fmt: skip
    """What a named cell says of itself and is not so in the grid."""
    at, assumed, others = cell
    places = evidence.places(name)
    said, own = places.get((row, contrast), {}), places.get((at, contrast), {})
    words = ("estimate", "lower", "upper", "p_value")
    wrong = [word for word in words if word in said and not same(said[word], own.get(word))]
    wrong += [word for word, value in others.items() if not same(said.get(word), value)]
    for group, value in zip(_groups(name, contrast, evidence), assumed, strict=False):
        told = places.get((row, group), {})
        word = "delta" if "delta" in told else "count"
        wrong += [] if same(told.get(word), value) else [f"{word} of {group}"]
    return [f"{row}: {', '.join(wrong)} is not that of {at}"] if wrong else []


def _groups(name: str, contrast: str, evidence: Evidence) -> tuple[str, ...]:
    """Both groups of a contrast, by the groups of its result."""
    groups = [str(group["id"]) for group in evidence.results[name].get("groups", [])]
    pairs = ((a, b) for a in groups for b in groups)
    return next((pair for pair in pairs if "-".join(pair) == contrast), ())


def _misplaced(
    name: str, contrast: str, grid: Mapping[str, Any], evidence: Evidence
) -> Iterator[str]:
    """More responders in the first group raise the difference, in the second one lower it."""
    places = evidence.places(name)

    def estimate(one: float, other: float) -> float:
        return float(places.get((_row(one, other), contrast), {}).get("estimate") or 0.0)

    first, second = grid["first"], grid["second"]
    steps = [((a, b), (c, b)) for a, c in pairwise(first) for b in second]
    steps += [((a, d), (a, b)) for a in first for b, d in pairwise(second)]
    for low, high in steps:
        if estimate(*low) > estimate(*high) + 1e-12:
            yield f"the difference of {_row(*low)} is above that of {_row(*high)}"
    groups = _groups(name, contrast, evidence)
    seen = [places.get(("observed", group), {}) for group in groups]
    lost: list[Any] = [places.get(("missing", group), {}).get("count") for group in groups]
    options = (evidence.results[name].get("method") or {}).get("options") or {}
    if options.get("grid") != "counts" or None in lost or not all(s.get("total") for s in seen):
        return
    for a, b in _cells(grid).values():
        (x, n), (y, m) = ((s["count"] + more, s["total"] + k)
                          for s, more, k in zip(seen, (a, b), lost, strict=True))  # fmt: skip
        if not same(estimate(a, b), x / n - y / m):
            yield f"the difference of {_row(a, b)} is not that of its responders"
    random = [(2 * k * s["count"] + s["total"]) // (2 * s["total"])
              for k, s in zip(lost, seen, strict=True)]  # fmt: skip
    if grid["reference"] != _row(*random):
        yield f"missing at random is {_row(*random)}, not {grid['reference']}"


def _sought(cell: Cell, evidence: Evidence) -> Iterator[Key]:
    for piece in cell.pieces:
        key = evidence.source(piece.address) if piece.address else None
        if key and "grids" in evidence.results.get(key[0], {}):
            yield key


def check_tables(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The numbers of a cell are those of its row and column, and it is shaded where it tips."""
    for display in document.displays:
        if display.layout != "tipping_grid":
            continue
        for head in [*display.heads, *display.spanners]:
            _check_axis(display, head.cell, evidence, ledger)
        for row, index, cell in display.placed():
            labels = [plain(row.label.text), plain(display.heads[index].label)]
            for key in set(_sought(cell, evidence)):
                where = {"display": display.name, "row": labels[0], "column": labels[1]}
                known = all(map(is_number, labels))
                at = _row(*map(float, labels)) if known else ""
                message = f"the numbers of {key[1]} stand in the cell of {at}"
                ledger.must(PLACES, at == key[1], message, **where)
                start = evidence.results[key[0]]["grids"].get(key[2], {}).get("reference")
                tips = _verdict(key[0], key[2], key[1], evidence) != (
                    _verdict(key[0], key[2], start, evidence) if start else 0
                )
                message = "the cell tips and is not shaded, or the other way round"
                ledger.must(PLACES, tips == (cell.tone == "tipped"), message, **where)


def _check_axis(display: Display, cell: Cell, evidence: Evidence, ledger: Ledger) -> None:
    """What varies along an axis is said of the group whose missing subjects are counted there."""
    for key in _sought(cell, evidence):
        arm = label_at_end("".join(piece.text for piece in cell.pieces), evidence)
        if key[1] == "missing" and arm:
            message = f"the axis of {key[2]} says {show(cell.text)}"
            ledger.must(PLACES, arm == key[2], message, display=display.name)


def check_maps(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """On a map the first assumption grows to the right and the second one upwards."""
    for display in document.displays:
        if display.layout != "tipping_map":
            continue
        across: dict[float, set[float]] = {}
        up: dict[float, set[float]] = {}
        for cell in display.drawing:
            _check_axis(display, cell, evidence, ledger)
            for key in _sought(cell, evidence):
                values = key[1].split("|")
                if len(values) == 2:
                    across.setdefault(float(values[0]), set()).add(cell.left)
                    up.setdefault(float(values[1]), set()).add(-cell.y)
        for places in (across, up):
            found = [places[value] for value in sorted(places)]
            holds = all(len(one) == 1 for one in found) and all(
                max(one) < min(other) for one, other in pairwise(found)
            )
            ledger.must(PLACES, holds, "numbers of the map stand in other cells",
                        display=display.name)  # fmt: skip


def _same(
    made: Mapping[str, Any], name: str, grid: Mapping[str, Any] | None, evidence: Evidence
) -> bool:
    """Whether the data of a map are the numbers that the result now has."""
    if grid is None:
        return False
    same = all(made.get(key) == value for key, value in grid.items())
    for word in ("estimate", "lower", "upper"):
        now = [
            [evidence.values.get((name, _row(a, b), made["contrast"], word))
             for b in grid["second"]]
            for a in grid["first"]
        ]  # fmt: skip
        same = same and now == made[word]
    return same
