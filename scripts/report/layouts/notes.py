"""The notes under a display: methods as they ran, missing data, warnings, who is left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase
from typing import Any

from scripts.report.cells import Sheet
from scripts.report.results import Result

Row = dict[str, Any]


def method_words(result: Result) -> str:
    """The method of a result and its test as the result names them."""
    method = result.document.get("method") or {}
    words = [str(method[key]) for key in ("label", "test_label") if method.get(key)]
    return "; ".join(dict.fromkeys(words))


def options_words(
    options: Mapping[str, Any], without: Iterable[str] = (), known: Mapping[str, str] | None = None
) -> str:
    """The options of a method as they ran, in words; `known` has the labels of closed words."""
    texts = []
    for key, value in options.items():
        shown = _option(value, known or {})
        if shown and key not in without:
            texts.append(f"{key.replace('_', ' ')}: {shown}")
    return "; ".join(texts)


def _option(value: Any, known: Mapping[str, str]) -> str:
    def word(item: Any) -> str:
        return known.get(str(item), str(item))

    if isinstance(value, Mapping):
        return ", ".join(f"{word(key)} {word(item)}" for key, item in value.items())
    if not isinstance(value, (list, tuple)):
        return word(value)
    words = [word(item) for item in value]
    # Labels may hold commas of their own.
    return ("; " if any("," in item for item in words) else ", ").join(words)


def labels_of_words(result: Result) -> dict[str, str]:
    """What the closed words of a result are called: its groups and its rows."""
    return {**result.labels, **{group["id"]: group["label"] for group in result.groups}}


def words_of(result: Result, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """What a result says of itself, by kind of note."""
    warned = result.document.get("warnings") or []
    options = (result.document.get("method") or {}).get("options") or {}
    texts: dict[str, list[str | None]] = {
        "method": [method_words(result)],
        "missing": [result.document.get("missing")],
        "note": [result.document.get("note")],
        "options": [options_words(options, known=labels_of_words(result))],
        "warnings": [_readable(text, result) for text in warned],
    }
    titles = {"method": "Method: ", "missing": "Missing data: ", "note": "", "warnings": ""}
    titles["options"] = "As it ran: "
    return [(kind, titles[kind] + str(text)) for kind in kinds for text in texts[kind] if text]


def contrast_label(result: Result, contrast: str, joint: str) -> str:
    """Both labels of a contrast such as A-B or A/B, with a word or sign between them."""
    labels = {group["id"]: group["label"] for group in result.groups}
    for left in labels:
        for right in labels:
            if contrast in (f"{left}-{right}", f"{left}/{right}"):
                return f"{labels[left]} {joint} {labels[right]}"
    return labels.get(contrast, contrast)


def _readable(warning: str, result: Result) -> str:
    """A warning with labels for ids, and without the contrast where the result has only one."""
    head, joint, rest = warning.partition(": ")
    group, _, more = head.partition(", ")
    pairs = {g for row in result.rows for g in result.groups_of(row)} - set(result.arms)
    if not joint or group not in {*pairs, *result.arms}:
        return warning
    if not more and group in pairs and len({pair for pair in pairs if "-" in pair}) == 1:
        return rest[:1].upper() + rest[1:]
    label = contrast_label(result, group, "/" if "/" in group else "minus")
    shown = [label, *([str(result.labels.get(more, more))] if more else [])]
    return f"{', '.join(shown)}: {rest}"


def letters() -> Iterator[str]:
    """Marks of notes: a to z, then aa to zz."""
    yield from ascii_lowercase
    yield from (first + second for first, second in product(ascii_lowercase, repeat=2))


class Notes:
    """The notes under a table; a note that does not hold for all rows gets a mark."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.notes: list[dict[str, Any]] = []

    def add(self, text: str, source: Mapping[str, Any], mark: str = "", kind: str = "note") -> None:
        """One note; its words have an address of their own, its kind is what it is about."""
        part = self.sheet.words(text, source, "notes", str(len(self.notes) + 1))
        self.notes.append({"mark": mark, "kind": kind, "parts": [part]})

    def add_methods(
        self,
        pairs: Sequence[tuple[Row, Result]],
        kinds: Sequence[str] = ("method", "missing", "note", "warnings"),
    ) -> None:
        """Method and missing-data rule of each row's result, said once where they are the same."""
        texts: dict[tuple[str, str], list[tuple[Row, Result]]] = {}
        for item, result in pairs:
            for kind, text in words_of(result, kinds):
                texts.setdefault((kind, text), []).append((item, result))
        rows = {id(item) for item, _ in pairs}
        marks = letters()
        for (kind, text), holders in texts.items():
            mark = ""
            if {id(item) for item, _ in holders} != rows:
                mark = next(marks)
                for item, _ in holders:
                    item["marks"] = ",".join(filter(None, [item["marks"], mark]))
            self.add(text, {"file": holders[0][1].file, "key": "method"}, mark, kind)

    def add_left_out(self, results: Iterable[Result]) -> None:
        """Who of the population is not in a result, and why."""
        said = []
        for result in results:
            for entry in (result.document.get("subjects") or {}).get("excluded", []):
                text = f"Left out: {entry['reason']} (n = {len(entry['USUBJID'])})."
                if text not in said:
                    said.append(text)
                    source = {"file": result.file, "key": "subjects.excluded"}
                    self.add(text, source, kind="left_out")
