"""Words beside numbers: labels of rows, of statistics, of arms in sentences and in drawings."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from scripts.report.lint.artefact import Cell, Display, Document, Piece, Row, level, show
from scripts.report.lint.evidence import TOTAL, Evidence, Key
from scripts.report.lint.ledger import Ledger

# What a label calls the first number of its row, and the statistics that this may be.
CALLED = {
    "Median": {"median"},
    "Mean": {"mean"},
    "Minimum": {"minimum"},
    "Subjects": {"n", "count", "N"},
    "Events": {"events", "observed", "count"},
    "Censored": {"censored"},
}
# Layouts whose rows are called as their results call them.
LABELLED = {"summary", "events", "over_time", "strata", "stratified", "adjusted"}
# The first statistic of a row that is called by its result.
NAMED_BY = {"count", "estimate", "proportion", "risk", "risk_ratio", "odds_ratio"}
# Where a result keeps the P value of each test that a plan may name.
TESTS = {
    "pearson_chi_square": "test",
    "pearson_chi_square_corrected": "test_corrected",
    "fisher_exact": "test_exact",
    "barnard": "test_barnard",
    "boschloo": "test_boschloo",
    "cochran_mantel_haenszel": "test",
    "cochran_mantel_haenszel_corrected": "test_corrected",
}


def check_rows(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The label of a row is the one that was made, and that of what is printed in it."""
    rule = "labels of rows"
    for display in document.displays:
        made = evidence.tables["displays"].get(display.id, {}).get("rows", [])
        labels = [str(row["label"]) + str(row.get("marks", "")) for row in made]
        read = [row.label.text for row in display.rows]
        same = list(map(level, labels)) == list(map(level, read))
        wrong = next((b for a, b in zip(labels, read, strict=False) if level(a) != level(b)), "")
        message = f"the labels are not those that were made: {show(wrong)}"
        ledger.must(rule, same, message, display=display.name)
        heading = ""
        for row in display.rows:
            _check_label(display, row, evidence, ledger)
            heading = row.label.text if row.kind == "heading" else heading
            if display.layout in ("survival_contrasts", "hazard_sensitivity"):
                _check_named(display, row, heading, evidence, ledger)


def _keys(row: Row, evidence: Evidence) -> list[Key]:
    pieces = [piece for cell in row.cells for piece in cell.pieces if piece.address]
    return [key for piece in pieces if (key := evidence.source(piece.address))]


def _check_label(display: Display, row: Row, evidence: Evidence, ledger: Ledger) -> None:
    keys = _keys(row, evidence)
    if not keys or row.kind == "heading":
        return
    where = {"display": display.name, "row": row.label.text}
    name, at, _, statistic = keys[0]
    for word, known in CALLED.items():
        if row.label.text.startswith(word) and at in ("arm", "time", *evidence.rows.get(name, [])):
            wanted = _wanted_label(display, name, at, evidence)
            if wanted is None or not wanted.startswith(word):
                message = f"{word!r} is said of the statistic {statistic!r}"
                ledger.must("labels of statistics", statistic in known, message, **where)
    wanted = _wanted_label(display, name, at, evidence)
    if wanted is not None and statistic in NAMED_BY:
        message = f"the row prints {at!r} of {name}, which is called {show(wanted)}"
        holds = level(row.label.text).startswith(level(wanted).rstrip(":"))
        ledger.must("labels of rows", holds, message, **where)
    for key in keys:
        if key[3] == "p_value" and key[1].startswith("test"):
            planned = evidence.planned(key[0]).get("method", {}).get("test", "")
            wanted_row = TESTS.get(planned, key[1])
            holds = key[1] == wanted_row or (key[0], wanted_row, key[2], "p_value") not in (
                evidence.values
            )
            message = f"P is of {key[1]!r}, the plan asks for {planned!r}"
            ledger.must("tests of the plan", holds, message, **where)


def _check_named(
    display: Display, row: Row, heading: str, evidence: Evidence, ledger: Ledger
) -> None:
    """The row, or the heading above it, holds what its result calls it."""
    for name, at, _, _ in _keys(row, evidence)[:1]:
        label = (evidence.results.get(name, {}).get("labels") or {}).get(at)
        label = at.removeprefix("t=") if label is None and at.startswith("t=") else label
        if label is not None:
            texts = [f" {level(text)} " for text in (heading, row.label.text)]
            own = f" {row.label.text} ".replace(",", " ")
            holds = (
                f" {label} " in own
                if at.startswith("t=")
                else any(level(str(label)) in text for text in texts)
            )
            message = f"the row prints {at!r} of {name}, which is called {show(str(label))}"
            ledger.must("labels of rows", holds, message, display=display.name,
                        row=row.label.text)  # fmt: skip


def _wanted_label(display: Display, name: str, at: str, evidence: Evidence) -> str | None:
    """What the plan or the result calls a row, where one of them does."""
    plan = evidence.displays.get(display.id, {})
    if at in plan.get("labels", {}):
        return str(plan["labels"][at])
    if display.layout == "effects":
        return at.replace("_", " ").capitalize() if at != "proportion" else None
    if display.layout in ("comparison", "pooling") and not at.startswith("monte_carlo:"):
        for row in plan.get("rows", []):
            if row.get("analysis") == name and "label" in row:
                return str(row["label"])
        return None
    if at in evidence.populations:
        return evidence.populations[at]
    label = (evidence.results.get(name, {}).get("labels") or {}).get(at)
    return str(label) if label is not None and display.layout in LABELLED else None


def check_sentences(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """In a sentence the label beside the numbers of an arm is that of the arm."""
    rule = "arms in sentences"
    for display in document.displays:
        lines = [block.cells[0].pieces for block in display.blocks if block.cells]
        lines += [note.cell.pieces for note in display.notes if note.kind == "size"]
        lines += [cell.pieces for row in display.rows for cell in row.cells if cell.span > 1]
        for pieces in lines:
            for group, before, after in _runs(pieces, evidence):
                beside = [label_at_end(before, evidence), _label_at_start(after, evidence)]
                named = [arm for arm in beside if arm]
                if named:
                    message = f"numbers of {group} stand beside {show(evidence.arms[named[0]])}"
                    ledger.must(rule, group == named[0], message, display=display.name)


def _runs(pieces: list[Piece], evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """(arm, words before, words after) of the numbers of one arm that follow one another."""

    def arm(piece: Piece) -> str:
        key = evidence.source(piece.address) if piece.address else None
        return key[2] if key and key[2] in evidence.arms else ""

    numbered = [(arm(piece), piece) for piece in pieces]
    places = [index for index, (group, _) in enumerate(numbered) if group]
    for group, run in groupby(places, key=lambda index: numbered[index][0]):
        indexes = list(run)
        before = "".join(p.text for g, p in numbered[: indexes[0]][-1:] if not p.address)
        after = "".join(p.text for g, p in numbered[indexes[-1] + 1 :][:1] if not p.address)
        yield group, before, after


def label_at_end(text: str, evidence: Evidence) -> str:
    """The arm whose label a text ends with, or nothing."""
    words = text.rstrip().rstrip(":").rstrip()
    return _longest(evidence, words.endswith)


def _label_at_start(text: str, evidence: Evidence) -> str:
    words = text.lstrip("%) ").lstrip()
    return _longest(evidence, words.startswith)


def _longest(evidence: Evidence, fits: object) -> str:
    arms = sorted(evidence.arms.items(), key=lambda item: -len(item[1]))
    return next((arm for arm, label in arms if callable(fits) and fits(label)), "")


def check_drawings(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """In a drawing the label over or beside the numbers of an arm is that of the arm."""
    rule = "arms in drawings"
    names: dict[str, str] = {}
    for arm in evidence.plan["trial"]["arms"]:
        names |= {str(arm["label"]): str(arm["code"])}
        names.setdefault(str(arm.get("short", arm["label"])), str(arm["code"]))
    colors = {
        str(a["code"]): str(a.get("color", "")).lower() for a in evidence.plan["trial"]["arms"]
    }
    for display in document.displays:
        labels = [cell for cell in display.drawing if cell.text in names]
        for cell in labels:
            if cell.tone.lower() in colors.values():
                message = f"{show(cell.text)} has the colour of another arm"
                ledger.must(rule, cell.tone.lower() == colors[names[cell.text]], message,
                            display=display.name)  # fmt: skip
        if display.layout in ("flow", "survival_curves"):
            _check_beside(display, labels, names, evidence, ledger)


def _check_beside(
    display: Display, labels: list[Cell], names: Mapping[str, str], evidence: Evidence,
    ledger: Ledger,
) -> None:  # fmt: skip
    for cell in display.drawing:
        keys = [evidence.source(piece.address) for piece in cell.pieces if piece.address]
        groups = {key[2] for key in keys if key and key[2] in evidence.arms and key[2] != TOTAL}
        if len(groups) != 1:
            continue
        line = [other for other in labels if other.y == cell.y and other.left < cell.left]
        column = [other for other in labels if abs(other.left - cell.left) < 12]
        beside = line or (column if display.layout == "flow" else [])
        if beside:
            nearest = min(beside, key=lambda other: abs(cell.y - other.y))
            message = f"{show(cell.text)} of {min(groups)} stands with {show(nearest.text)}"
            ledger.must("arms in drawings", names[nearest.text] in groups, message,
                        display=display.name)  # fmt: skip
