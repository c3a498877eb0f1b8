"""Every printed value: its address, its text, its rounding, and the value that it came from."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from scripts.report.lint.artefact import Document, level, show, squeeze
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import decimals_in, expected_text, is_number, plain


def check_addresses(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Each address stands once, is known, and is read as it was printed; none is lost."""
    rule = "addresses"
    printed = [piece for piece in document.pieces if piece.address]
    times = Counter(piece.address for piece in printed)
    for piece in printed:
        ledger.look(rule)
        display = piece.address.partition("/")[0]
        if times[piece.address] > 1:
            ledger.find(rule, f"{piece.address} stands {times[piece.address]} times",
                        display=display)  # fmt: skip
        entry = evidence.addresses.get(piece.address)
        if entry is None:
            ledger.find(rule, f"{piece.address} is in no file of values", display=display)
        elif level(entry["text"]) != level(piece.text):
            message = f"{piece.address} is {show(entry['text'])} and reads {show(piece.text)}"
            ledger.find(rule, message, display=display)
    _check_lost(document, evidence, ledger, set(times))


def _check_lost(document: Document, evidence: Evidence, ledger: Ledger, printed: set[str]) -> None:
    """A value that was made and is not read; those of an alternative text stand in its words."""
    for address, entry in evidence.addresses.items():
        if address in printed:
            continue
        name = address.partition("/")[0]
        display = document.display(name)
        # The values of an alternative text stand under `alt`, and have no tag of their own.
        spoken = address.split("/")[1].split()[:1] == ["alt"]
        words = squeeze(display.alt or "") if display and spoken else ""
        if squeeze(entry["text"]) not in words or not words:
            message = f"{address} ({show(entry['text'])}) was made and is nowhere read"
            ledger.find("addresses", message, display=display.name if display else name)


def check_bare_numbers(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """No digit of the words stands outside an address, a name, a title or a head."""
    rule = "numbers without address"
    ledger.look(rule, len(document.pieces))
    names = _names(evidence)
    for text in document.bare:
        rest = text
        for name in names:
            rest = rest.replace(name, " ")
        if any(letter.isdigit() for letter in rest):
            ledger.find(rule, f"a number has no address: {show(text)}")


def _names(evidence: Evidence) -> list[str]:
    """What is called by words that hold digits: groups, methods, analyses; the longest first."""
    names = {*evidence.arms.values(), *evidence.populations.values()}
    for result in evidence.results.values():
        method = result.get("method") or {}
        names |= {str(label) for label in (result.get("labels") or {}).values()}
        names |= {str(group["label"]) for group in result.get("groups", [])}
        names |= {str(method.get(key) or "") for key in ("label", "test_label")}
        names |= {str(result.get(key) or "") for key in ("title", "endpoint_label")}
    worded = {name for name in names if any(letter.isalpha() for letter in name)}
    return sorted(worded, key=len, reverse=True)


def check_rounding(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The printed text of each number is its full value rounded half-up, once."""
    rule = "rounding"
    decimals = _usual_decimals(evidence)
    formats = evidence.plan.get("formats", {})
    absent = {str(formats.get(word)) for word in ("not_estimable", "not_reached")}
    # An alternative text is read aloud.
    absent |= {"not estimable", "not reached"}
    for address, entry in evidence.addresses.items():
        kind, value, text = entry["kind"], entry["value"], plain(entry["text"])
        display = address.partition("/")[0]
        if kind == "words":
            same = squeeze(str(value)) == squeeze(text)
            same = same or _typed(str(value)) == _typed(entry["text"])
            ledger.must(rule, same, f"{address}: the words were changed", display=display)
            continue
        if value is None:
            message = f"{address}: no value, yet {show(text)} is printed"
            ledger.must(rule, text in absent, message, display=display)
            continue
        wanted = expected_text(kind, value, decimals(address, entry))
        message = f"{address}: {value!r} is printed as {show(entry['text'])}, not {wanted!r}"
        ledger.must(rule, text == wanted, message, display=display)


def _typed(text: str) -> str:
    return level(plain(text))


def _usual_decimals(evidence: Evidence) -> Any:
    """How many decimals a value has: by the plan, else as most of its kind in the same row."""
    formats = evidence.plan.get("formats", {})
    usual: dict[tuple[str, str, str], Counter[int]] = {}
    for address, entry in evidence.addresses.items():
        text = plain(entry["text"]).lstrip("<>")
        if is_number(text):
            usual.setdefault(_row_and_kind(address, entry), Counter())[decimals_in(text)] += 1

    def decimals(address: str, entry: Mapping[str, Any]) -> int:
        kind = entry["kind"]
        if kind == "count":
            return 0
        display = evidence.displays.get(address.partition("/")[0], {})
        fixed = {**formats.get("decimals", {}), **display.get("decimals", {})}
        if kind == "df" and float(entry["value"]).is_integer():
            return 0
        if kind in fixed:
            return int(fixed[kind])
        found = usual.get(_row_and_kind(address, entry))
        return found.most_common(1)[0][0] if found else 0

    return decimals


def _row_and_kind(address: str, entry: Mapping[str, Any]) -> tuple[str, str, str]:
    display, row, *_ = address.split("/")
    return display, row, entry["kind"]


def check_sources(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Each value is the one that now stands in the file that its address names."""
    rule = "values of the results"
    for address, entry in evidence.addresses.items():
        display = address.partition("/")[0]
        key = evidence.source(address)
        if key is not None:
            if key not in evidence.values:
                ledger.find(rule, f"{address}: {' / '.join(key)} is in no result", display=display)
                continue
            now = evidence.values[key]
            message = f"{address}: printed from {entry['value']!r}, {key[0]} now says {now!r}"
            ledger.must(rule, now == entry["value"], message, display=display)
            if evidence.analyses(display) and key[0] not in evidence.analyses(display):
                message = f"{address} comes from {key[0]}, which the display does not name"
                ledger.find(rule, message, display=display)
        else:
            _check_document(address, entry, evidence, ledger, display)


def _check_document(
    address: str, entry: Mapping[str, Any], evidence: Evidence, ledger: Ledger, display: str
) -> None:
    known, now = _look_up(entry["source"], evidence)
    if known:
        message = f"{address}: printed from {entry['value']!r}, its source now says {now!r}"
        ledger.must("values of other files", now == entry["value"], message, display=display)


def _look_up(source: Mapping[str, Any], evidence: Evidence) -> tuple[bool, Any]:
    """(whether it can be looked up, the value now) of what lies in the plan or another file."""
    if "plan" in source:
        return _walk(evidence.plan, str(source["plan"]).split("."))
    document = evidence.documents.get(str(source.get("file", "")).split("/")[-1])
    key = str(source.get("key", ""))
    if document is None or not key:
        return False, None
    if "check" in source:
        document = {entry["check"]: entry for entry in document["checks"]}.get(source["check"], {})
    elif "analysis" in source:
        document = document["analyses"].get(source["analysis"], {})
    elif "source" in source:
        document = document.get(source["source"], {})
    elif "item" in source:
        document = {item["id"]: item for item in document["items"]}.get(source["item"], {})
    else:
        document = document.get("totals", {})
    value = document.get(key) if isinstance(document, Mapping) else None
    plainly = isinstance(value, (int, str)) and not isinstance(value, bool)
    return plainly and key != "variant", value


def _walk(value: Any, steps: list[str]) -> tuple[bool, Any]:
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            return False, None
        value = value[step]
    return isinstance(value, (str, int, float)), value
