"""Tipping points counted again: what map, table and sentence say follows from the cells."""

from collections.abc import Mapping
from typing import Any

from scripts.report.lint.artefact import Document
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger

RULE = "tipping points counted again"
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
    return wrong


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
