"""What each display states beside its numbers, marks and notes, and whether the results say so."""

from collections.abc import Iterable

from scripts.report.lint.artefact import Display, Document, Note, show, squeeze
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.registry import stated_by

SIZES = {"N", "n", "total", "at_risk"}
LIMITS = {"lower", "upper", "median_lower", "median_upper"}


def check_stated(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Population, N, method, interval, missing data, data cut and source, where they must stand."""
    for display in document.displays:
        for what in sorted(stated_by(display.layout)):
            rule = f"states its {what}"
            holds, words = STATED[what](display, evidence)
            ledger.must(rule, holds, words, display=display.name)


def _statistics(display: Display, evidence: Evidence) -> set[str]:
    pieces = [*display.everything.pieces, *(p for c in display.drawing for p in c.pieces)]
    keys = [evidence.source(piece.address) for piece in pieces if piece.address]
    return {key[3] for key in keys if key}


def _population(display: Display, evidence: Evidence) -> tuple[bool, str]:
    words = display.population.partition(":")[2].strip()
    return bool(words), "no population is stated"


def _size(display: Display, evidence: Evidence) -> tuple[bool, str]:
    found = _statistics(display, evidence) & SIZES
    return bool(found), "no number of subjects (N) is stated"


def _method(display: Display, evidence: Evidence) -> tuple[bool, str]:
    if display.blocks:
        text = squeeze(display.everything.text)
        lacking = [
            name
            for name in evidence.analyses(display.id)
            if squeeze(_label(name, evidence)) not in text
        ]
        return not lacking, f"the method of {', '.join(lacking)} is not named in the text"
    found = any(note.kind in ("method", "options") for note in display.notes)
    return found, "no method is stated"


def _label(name: str, evidence: Evidence) -> str:
    return str((evidence.results.get(name, {}).get("method") or {}).get("label") or "")


def _interval(display: Display, evidence: Evidence) -> tuple[bool, str]:
    if not _statistics(display, evidence) & LIMITS:
        return True, ""
    pieces = [*display.everything.pieces, *(p for c in display.drawing for p in c.pieces)]
    levels = [
        piece
        for piece in pieces
        if piece.address and evidence.addresses.get(piece.address, {}).get("kind") == "level"
    ]
    return bool(levels), "limits are printed without their confidence level"


def _missing(display: Display, evidence: Evidence) -> tuple[bool, str]:
    lacking = [
        name
        for name in evidence.analyses(display.id)
        if not evidence.results.get(name, {}).get("missing")
    ]
    if lacking:
        return False, f"the plan has no rule for missing data of {', '.join(lacking)}"
    found = any(note.kind == "missing" for note in display.notes)
    return found, "no rule for missing data is stated"


def _cut(display: Display, evidence: Evidence) -> tuple[bool, str]:
    cut = str(evidence.plan["study"]["data_cut"])
    return display.cut == cut, f"the data cut is {show(display.cut)}, the plan says {cut}"


def _source(display: Display, evidence: Evidence) -> tuple[bool, str]:
    if "Source:" not in display.source or not display.sources:
        return False, "no source is stated"
    wanted = evidence.analyses(display.id)
    lacking = [name for name in wanted if name not in display.sources]
    return not lacking, f"the source does not name {', '.join(lacking)}"


STATED = {
    "population": _population,
    "size": _size,
    "method": _method,
    "interval": _interval,
    "missing": _missing,
    "cut": _cut,
    "source": _source,
}


def check_populations(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The population above a display is the one of its analyses, or the one that it declares."""
    for display in document.displays:
        planned = evidence.displays.get(display.id, {})
        if display.layout == "synopsis":
            continue
        names = evidence.analyses(display.id)
        flags = {evidence.planned(name).get("population") for name in names} - {None}
        if "population" in planned:
            flags = {planned["population"]}
        if not flags and not display.population:
            continue
        words = display.population.partition(":")[2]
        rest = words
        wanted = [evidence.populations.get(str(flag), str(flag)) for flag in flags]
        if "population" not in planned:
            subsets = [evidence.planned(name).get("subset_label") for name in names]
            wanted += [str(subset) for subset in subsets if subset]
        for label in sorted(dict.fromkeys(wanted), key=len, reverse=True):
            known = squeeze(label) in squeeze(rest)
            message = f"the population says {show(words)}, not {show(label)}"
            ledger.must("population of the analyses", known, message, display=display.name)
            rest = rest.replace(label, "")
        others = [label for label in evidence.populations.values() if label in rest]
        for label in others:
            message = f"the population names {show(label)}, which none of its analyses has"
            ledger.find("population of the analyses", message, display=display.name)


def check_marks(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Each mark has its note, each note its mark, and they are printed as they are declared."""
    rule = "marks and notes"
    for display in document.displays:
        ledger.look(rule, len(display.notes) or 1)
        printed = [mark for row in [*display.rows, *display.blocks] for mark in row.marks]
        printed += [mark for cell in display.drawing for mark in cell.marks]
        declared = [note.mark for note in display.notes if note.mark]
        for note in display.notes:
            if note.sup != note.mark:
                message = f"the note declares the mark {note.mark!r} and prints {note.sup!r}"
                ledger.find(rule, message, display=display.name)
        for mark in dict.fromkeys(printed):
            if mark not in declared:
                ledger.find(rule, f"the mark {mark!r} has no note", display=display.name)
        for mark in dict.fromkeys(declared):
            if mark not in printed:
                ledger.find(rule, f"the note {mark!r} has no mark", display=display.name)
            if declared.count(mark) > 1:
                ledger.find(rule, f"two notes have the mark {mark!r}", display=display.name)


def check_notes(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The notes of a row are those of the analysis that it prints, and of no other."""
    rule = "notes of the analysis"
    for display in document.displays:
        for name, marks, place in _analyses_with_marks(display, evidence):
            held = [n for n in display.notes if not n.mark or marks is None or n.mark in marks]
            for kind, wanted in _wanted(name, evidence).items():
                own = [note for note in held if note.kind == kind]
                if not own and kind not in stated_by(display.layout):
                    continue
                if kind == "method" and (display.blocks or _has(own, "options", display)):
                    continue
                known = any(all(squeeze(w) in squeeze(n.text) for w in wanted) for n in own)
                message = f"no note gives the {kind} of {name}: {show('; '.join(wanted))}"
                ledger.must(rule, known, message, display=display.name, row=place)
                if marks is not None and len(own) > 1:
                    message = f"several notes give a {kind} to {name}"
                    ledger.find(rule, message, display=display.name, row=place)
        _check_origin(display, evidence, ledger)


def _has(own: Iterable[Note], kind: str, display: Display) -> bool:
    return not list(own) and any(note.kind == kind for note in display.notes)


def _wanted(name: str, evidence: Evidence) -> dict[str, list[str]]:
    result = evidence.results.get(name, {})
    method = result.get("method") or {}
    wanted = {"method": [str(method[k]) for k in ("label", "test_label") if method.get(k)]}
    if result.get("missing"):
        wanted["missing"] = [str(result["missing"])]
    return wanted


def _analyses_with_marks(
    display: Display, evidence: Evidence
) -> list[tuple[str, list[str] | None, str]]:
    """(analysis, marks that hold for it, row) once for each analysis; None: marks are not used."""
    if not display.rows and not display.blocks:
        return [(name, None, "") for name in evidence.analyses(display.id)]
    found: dict[str, tuple[list[str], str]] = {}
    above: list[str] = []
    for row in [*display.rows, *display.blocks]:
        above = row.marks if row.kind == "heading" else above
        for piece in (p for cell in row.cells for p in cell.pieces if p.address):
            key = evidence.source(piece.address)
            if key and key[0] not in found:
                found[key[0]] = ([*row.marks, *above], row.label.text)
    return [(name, marks, place) for name, (marks, place) in found.items()]


def _check_origin(display: Display, evidence: Evidence, ledger: Ledger) -> None:
    """Each note comes from an analysis of its display; footnotes are those of the plan."""
    rule = "notes come from where they stand"
    names = set(evidence.analyses(display.id))
    for note in display.notes:
        for piece in note.cell.pieces:
            file = str(evidence.addresses.get(piece.address, {}).get("source", {}).get("file", ""))
            stem = file.removeprefix("results/analyse/").removesuffix(".json")
            if names and file.startswith("results/analyse/") and stem in evidence.results:
                message = f"the note {show(note.text)} comes from {stem}"
                ledger.must(rule, stem in names, message, display=display.name)
    wanted = [str(text) for text in evidence.displays.get(display.id, {}).get("footnotes", [])]
    printed = [note.text for note in display.notes if note.kind == "footnote"]
    same = list(map(squeeze, wanted)) == list(map(squeeze, printed))
    ledger.must(rule, same, "the footnotes are not those of the plan", display=display.name)
    _check_left_out(display, evidence, ledger)


def _check_left_out(display: Display, evidence: Evidence, ledger: Ledger) -> None:
    rule = "subjects left out"
    printed = {squeeze(note.text) for note in display.notes if note.kind == "left_out"}
    if not printed:
        return
    wanted = {
        squeeze(f"Left out: {entry['reason']} (n = {len(entry['USUBJID'])}).")
        for name in evidence.analyses(display.id)
        for entry in evidence.results.get(name, {}).get("subjects", {}).get("excluded", [])
    }
    ledger.must(
        rule, printed == wanted, "the subjects left out are not those of the results",
        display=display.name,
    )  # fmt: skip
