"""What a reader with a pencil would check: shares, sums, limits, words that follow numbers."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from scripts.report.lint.artefact import Cell, Display, Document, show
from scripts.report.lint.evidence import TOTAL, Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import decimals_in, is_number, plain

ADDING = ("count", "total", "events", "n", "N", "censored", "at_risk")
ESTIMATES = (
    *("estimate", "survival", "hazard_ratio", "odds_ratio", "risk_ratio", "risk", "ratio"),
    *("median", "restricted_mean", "time_difference"),
)
LOWER = ("lower", "median_lower", "restricted_mean_lower", "time_difference_lower")
UPPER = ("upper", "median_upper", "restricted_mean_upper", "time_difference_upper")
Place = tuple[str, str, str]


def _number(text: str) -> Decimal | None:
    return Decimal(plain(text)) if is_number(text) else None


def _places(cells: Iterable[Cell], evidence: Evidence) -> dict[Place, dict[str, str]]:
    """Printed texts by statistic, under the analysis, row and group that they come from."""
    found: dict[Place, dict[str, str]] = {}
    for piece in (piece for cell in cells for piece in cell.pieces if piece.address):
        key = evidence.source(piece.address)
        if key:
            found.setdefault(key[:3], {})[key[3]] = piece.text
    return found


def _lines(display: Display) -> Iterator[tuple[str, list[Cell]]]:
    """The rows, paragraphs and drawn lines of a display, with what a reader calls each."""
    for row in [*display.rows, *display.blocks]:
        yield row.label.text, row.cells
    for cell in display.drawing:
        yield cell.text, [cell]


def check_shares(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A percentage is its count over its total; no count is larger than its total."""
    for display in document.displays:
        for label, cells in _lines(display):
            for place, texts in _places(cells, evidence).items():
                where = {"display": display.name, "row": label}
                _check_share(place, texts, evidence, ledger, where)


def _check_share(
    place: Place, texts: Mapping[str, str], evidence: Evidence, ledger: Ledger,
    where: dict[str, str],
) -> None:  # fmt: skip
    count = _number(texts.get("count", ""))
    total = _number(texts.get("total", str(evidence.values.get((*place, "total")))))
    share = _number(texts.get("proportion", ""))
    if count is None or total is None:
        return
    column = place[2]
    words = f"{count} of {total}"
    ledger.must("counts within totals", count <= total, words, **where, column=column)
    if share is None or not total:
        return
    half = Decimal("0.5").scaleb(-decimals_in(texts["proportion"]))
    holds = abs(share - 100 * count / total) <= half
    message = f"{share}% is printed for {words}"
    ledger.must("shares", holds, message, **where, column=column)


def check_denominators(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A share whose total is not printed beside it is of the N in the head of its column."""
    rule = "denominators"
    for display in document.displays:
        sizes = {head.group: _size(head.size) for head in [*display.heads, *display.spanners]}
        for row in display.rows:
            for place, texts in _places(row.cells, evidence).items():
                if "proportion" not in texts or "total" in texts or not sizes.get(place[2]):
                    continue
                total = evidence.values.get((*place, "total"))
                message = f"shares are of {total}, the head says N = {sizes[place[2]]}"
                if total is not None:
                    ledger.must(rule, total == sizes[place[2]], message, display=display.name,
                                row=row.label.text, column=place[2])  # fmt: skip


def _size(text: str) -> int | None:
    digits = "".join(letter for letter in text if letter.isdigit())
    return int(digits) if digits else None


def check_sums(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The arms add up to the column of all subjects, and levels to what they are levels of."""
    for display in document.displays:
        for label, cells in _lines(display):
            _check_arms_add(display, label, _places(cells, evidence), evidence, ledger)
        everything = _places((c for _, cells in _lines(display) for c in cells), evidence)
        _check_levels_add(display, everything, evidence, ledger)


def _check_arms_add(
    display: Display, label: str, places: Mapping[Place, Mapping[str, str]], evidence: Evidence,
    ledger: Ledger,
) -> None:  # fmt: skip
    for (name, row, group), texts in places.items():
        if group != TOTAL:
            continue
        for word in ADDING:
            groups = [group["id"] for group in evidence.results[name]["groups"]]
            arms = [arm for arm in groups if arm != TOTAL]
            parts = [places.get((name, row, arm), {}).get(word, "") for arm in arms]
            numbers = [_number(part) for part in parts]
            whole = _number(texts.get(word, ""))
            if whole is None or None in numbers:
                continue
            total = sum(number for number in numbers if number is not None)
            message = f"{' + '.join(map(str, numbers))} is not {whole} ({word})"
            ledger.must("arms add up", total == whole, message, display=display.name, row=label)


def _check_levels_add(
    display: Display, places: Mapping[Place, Mapping[str, str]], evidence: Evidence, ledger: Ledger
) -> None:
    """Where the levels of a result add up to something, those that are printed must as well."""
    wanted: dict[tuple[str, str, str], list[str]] = {}
    for name in evidence.analyses(display.id):
        for row in evidence.rows.get(name, []):
            variable, _, level = row.partition("=")
            if level and ", " not in level:
                for group in (*evidence.arms, TOTAL):
                    if (name, row, group, "count") in evidence.values:
                        wanted.setdefault((name, variable, group), []).append(row)
    for (name, variable, group), rows in wanted.items():
        if not any((name, row, group) in places for row in rows):
            continue
        counts = [evidence.values[name, row, group, "count"] for row in rows]
        whole = evidence.values.get((name, variable, group, "count"))
        if whole is None:
            whole = evidence.values.get((name, rows[0], group, "total"))
        if sum(counts) != whole:
            continue
        printed = [places.get((name, row, group), {}).get("count", "0") for row in rows]
        total = sum(_number(text) or 0 for text in printed)
        message = f"the levels of {variable} add up to {total}, not to {whole}"
        ledger.must("levels add up", total == whole, message, display=display.name, column=group)


def check_limits(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The lower limit is not above the estimate, nor the upper one below it; levels agree."""
    for display in document.displays:
        for label, cells in _lines(display):
            for place, texts in _places(cells, evidence).items():
                if place[1].startswith("monte_carlo:"):
                    continue  # errors of limits are no limits
                estimate, lower, upper = (
                    next((n for n in (_number(texts.get(w, "")) for w in words) if n is not None),
                         None)
                    for words in (ESTIMATES, LOWER, UPPER)
                )  # fmt: skip
                known = [n for n in (lower, estimate, upper) if n is not None]
                if len(known) < 2:
                    continue
                message = f"limits and estimate are out of order: {', '.join(map(str, known))}"
                ledger.must("limits", known == sorted(known), message, display=display.name,
                            row=label)  # fmt: skip
                _check_level(display, label, place, evidence, ledger)


def _check_level(
    display: Display, label: str, place: Place, evidence: Evidence, ledger: Ledger
) -> None:
    level = evidence.values.get((*place, "level"))
    level = evidence.plan["settings"]["confidence_level"] if level is None else level
    pieces = [*display.everything.pieces, *(p for c in display.drawing for p in c.pieces)]
    for piece in pieces:
        entry = evidence.addresses.get(piece.address, {})
        if entry.get("kind") == "level" and "significance" not in str(entry["source"]):
            printed = _number(piece.text)
            holds = printed == Decimal(repr(float(level))) * 100
            message = f"limits of {100 * level:g}% are printed under {show(piece.text)}%"
            ledger.must("levels of intervals", holds, message, display=display.name, row=label)


# What a sentence says, and what must then hold: limits leave out zero; the test rejects.
SAYINGS: dict[str, tuple[bool, bool | None]] = {
    "The interval leaves out zero, yet the test does not reject": (True, False),
    "The interval holds zero, yet the test rejects": (False, True),
    "The interval leaves out zero.": (True, None),
    "No difference is shown": (False, None),
}


def check_sentences(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """What a sentence says of a difference follows from the limits and the p printed in it."""
    rule = "sentences follow numbers"
    for display in document.displays:
        for block in display.blocks:
            for words, numbers in _sentences(block.cells, evidence):
                said = next((saying for saying in SAYINGS if saying in words), None)
                where = {"display": display.name, "row": block.label.text}
                if said is None:
                    ledger.must(rule, "No interval" in words, "the words draw no conclusion",
                                **where)  # fmt: skip
                    continue
                outside, rejects = SAYINGS[said]
                holds = (numbers["lower"] > 0 or numbers["upper"] < 0) == outside
                p, alpha = numbers.get("p_value"), evidence.plan["settings"]["significance_level"]
                if p is not None:
                    holds = holds and (p < Decimal(str(alpha))) == (
                        outside if rejects is None else rejects
                    )
                ledger.must(rule, holds, f"{said!r} is said of {numbers}", **where)


def _sentences(
    cells: Iterable[Cell], evidence: Evidence
) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """The words after each pair of limits, up to the next estimate, with limits and p."""
    numbers: dict[str, Decimal] = {}
    words = ""
    for piece in (piece for cell in cells for piece in cell.pieces):
        key = evidence.source(piece.address) if piece.address else None
        if key and key[3] == "estimate" and "upper" in numbers:
            yield words, numbers
            numbers, words = {}, ""
        if key and key[3] in ("lower", "upper", "p_value"):
            value = _number(plain(piece.text).lstrip("<>"))
            if value is not None:
                tiny = Decimal("1e-9") if plain(piece.text).startswith("<") else Decimal(0)
                numbers[key[3]] = value - tiny
        elif not piece.address:
            words += piece.text
    if "upper" in numbers:
        yield words, numbers
