"""Every display of the plan is there, in order, with its number, title and all its rows."""

from scripts.report.lint.artefact import Display, Document, level, show
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.registry import FIGURES, TEXTS, word_of

# Layouts that print every row of their results, and those that print every analysis at least once.
WHOLE = {"summary", "events", "over_time", "strata"}
# Layouts that print every row of their results but tests that the plan does not ask for.
UNSHOWN = {"proportion"}
EVERY_ROW = {"stratified", "survival_contrasts", "hazard_sensitivity", "effects", "adjusted"}


def check_order(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Displays, their numbers and titles, and the contents, against the plan."""
    rule = "displays of the plan"
    planned = list(evidence.displays)
    found = [display.id for display in document.displays]
    for name in planned:
        ledger.must(rule, name in found, "is in the plan and not in the report", display=name)
    for name in found:
        if name not in planned:
            ledger.find(rule, "is in the report and not in the plan", display=name)
        elif found.count(name) > 1:
            ledger.find(rule, "stands twice in the report", display=name)
    kept = [name for name in planned if name in found]
    known = [name for name in dict.fromkeys(found) if name in planned]
    ledger.must(rule, kept == known, "the displays are not in the order of the plan")
    for display in document.displays:
        _check_name(display, evidence, ledger)
    _check_contents(document, evidence, ledger)
    sections = evidence.plan["outputs"]["sections"]
    titles = [str(entry["title"]) for entry in sections if not entry.get("before_contents")]
    ledger.must(rule, titles == document.chapters, "the chapters are not those of the plan")


def _check_name(display: Display, evidence: Evidence, ledger: Ledger) -> None:
    plan = evidence.displays.get(display.id)
    if plan is None:
        return
    named = {**plan, "word": word_of(str(plan["layout"]))}
    for what in ("number", "title", "word"):
        seen, said = str(getattr(display, what)), str(named[what])
        same = level(said) == level(seen)
        message = f"its {what} is {show(seen)}, the plan says {show(said)}"
        ledger.must("numbers and titles", same, message, display=display.id)
    ledger.must("numbers and titles", display.layout == plan["layout"], "has another layout",
                display=display.id)  # fmt: skip


def _check_contents(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    rule = "contents"
    listed = [display for display in document.displays if display.layout not in TEXTS]
    wanted = {display.id: (display.number, display.title) for display in listed}
    words = list(dict.fromkeys(["Table", "Figure", "Listing", *(item.word for item in listed)]))
    order = [item.id for word in words for item in listed if item.word == word]
    found = [name for name, _, _ in document.contents]
    ledger.must(rule, found == order, "the contents do not list the displays in their order")
    for name, number, title in document.contents:
        message = f"the contents call it {show(number + ' ' + title)}"
        ledger.must(rule, wanted.get(name) == (number, title), message, display=name)


def check_rows(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """No row of a result and no group is dropped on the way to its display, a zero row least."""
    for display in document.displays:
        plan = evidence.displays.get(display.id, {})
        cells = [cell for row in [*display.rows, *display.blocks] for cell in row.cells]
        cells += [*display.drawing, *(head.cell for head in display.heads)]
        keys = {
            key
            for cell in cells
            for piece in cell.pieces
            if piece.address and (key := evidence.source(piece.address))
        }
        for name in evidence.analyses(display.id):
            printed = {(row, group) for at, row, group, _ in keys if at == name}
            graphic = display.layout in FIGURES and display.layout not in ("flow", "forest")
            if not graphic:
                message = f"no number of {name} is printed"
                ledger.must("rows of the results", bool(printed), message, display=display.name)
            if display.layout in WHOLE:
                _check_all_rows(display, name, printed, plan, evidence, ledger)
            if display.layout in EVERY_ROW:
                shown = {row for row, _ in printed}
                for row in evidence.rows.get(name, []):
                    known = any(value is not None for value in evidence.of_row(name, row))
                    if row == "test" or row.startswith("test_") or row in UNSHOWN or not known:
                        continue
                    ledger.must("rows of the results", row in shown,
                                f"{row!r} in {name} is not printed",
                                display=display.name)  # fmt: skip


def _check_all_rows(
    display: Display, name: str, printed: set[tuple[str, str]], plan: dict[str, object],
    evidence: Evidence, ledger: Ledger,
) -> None:  # fmt: skip
    wanted = plan.get("only", evidence.rows.get(name, []))
    listed = evidence.results[name].get("listed") if plan.get("listed") else None
    total = plan.get("total", True)
    arms = [group["id"] for group in evidence.results[name]["groups"]]
    for row in wanted if isinstance(wanted, list) else []:
        if listed is not None and row not in listed and row != "any":
            continue
        for group in arms:
            known = any(key[:3] == (name, row, group) for key in evidence.by_place(name, row))
            if known and (total or group != "TOTAL"):
                message = f"{row!r} of {group} in {name} is not printed"
                ledger.must("rows of the results", (row, group) in printed, message,
                            display=display.name)  # fmt: skip
