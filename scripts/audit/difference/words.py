"""The difference of two runs in short lines, and as a document for a program."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from scripts.audit.difference.causes import KINDS, Cause
from scripts.audit.difference.numbers import (
    APPEARED,
    PRINTED,
    UNSEEN,
    VANISHED,
    Comparison,
    Difference,
)
from scripts.audit.difference.plans import shown
from scripts.audit.printed_numbers import natural

PLACE = 40
# Texts that are longer stand in lines of their own, and begin shortly before they differ.
SHORT, AROUND = 48, 16
TITLES = {
    "data": "raw data",
    "plan": "plan",
    "code": "code",
    "environment": "environment",
    "unknown": "not explained",
}
WORDS = {
    PRINTED: "changed in print",
    UNSEEN: "same in print, changed at full precision",
    APPEARED: "appeared",
    VANISHED: "vanished",
}


def label_causes(comparison: Comparison) -> dict[Cause, str]:
    """A short name for each cause: D1, P1, C1, E1 or X1."""
    labels: dict[Cause, str] = {}
    for kind in KINDS:
        own = sorted(
            (cause for cause in comparison.causes if cause.kind == kind),
            key=lambda cause: natural(cause.name),
        )
        letter = "X" if kind == "unknown" else kind[0].upper()
        labels |= {cause: f"{letter}{number}" for number, cause in enumerate(own, start=1)}
    return labels


def _labelled(difference: Difference, labels: Mapping[Cause, str]) -> list[str]:
    return sorted((labels[cause] for cause in difference.causes), key=natural)


def _touched(comparison: Comparison) -> Counter[Cause]:
    return Counter(cause for one in comparison.differences for cause in one.causes)


def describe(comparison: Comparison) -> str:
    """All that differs, for a reader: causes, numbers by display, causes of nothing, counts."""
    labels = label_causes(comparison)
    touched = _touched(comparison)
    lines = [f"before  {comparison.before.label}", f"after   {comparison.after.label}"]
    lines += [f"note    {note}" for run in (comparison.before, comparison.after)
              for note in run.notes]  # fmt: skip
    acting = [cause for cause in labels if touched[cause]]
    idle = [cause for cause in labels if not touched[cause]]
    if acting:
        lines += ["", "Why numbers differ"]
        lines += [_cause_line(labels[cause], cause) for cause in acting]
    for display, differences in _by_display(comparison.differences):
        lines += ["", f"{display['number']} {display['title']} ({display['id']})".strip()]
        for difference in differences:
            lines += _number_lines(difference, labels)
    if comparison.fingerprints:
        names = [one.address.split("/")[1] for one in comparison.fingerprints]
        lines += ["", f"Printed digests that differ: {', '.join(dict.fromkeys(names))}"]
    if idle:
        lines += ["", "Differs too, and changed no number"]
        for cause in idle:
            files = len(comparison.causes[cause])
            more = f" ({files} file{'s' if files != 1 else ''} of results)" if files else ""
            lines.append(_cause_line(labels[cause], cause) + more)
    return "\n".join([*lines, "", *_counts(comparison, labels, touched)])


def _cause_line(label: str, cause: Cause) -> str:
    return f"  {label:<4}{TITLES[cause.kind]}: {cause.name.removeprefix('code:')}: {cause.words}"


def _by_display(
    differences: Sequence[Difference],
) -> Iterator[tuple[dict[str, str], list[Difference]]]:
    groups: dict[str, list[Difference]] = {}
    for difference in differences:
        groups.setdefault(difference.display["id"], []).append(difference)
    yield from ((own[0].display, own) for own in groups.values())


def _number_lines(difference: Difference, labels: Mapping[Cause, str]) -> list[str]:
    place = difference.address.partition("/")[2]
    causes = "[" + " ".join(_labelled(difference, labels)) + "]"
    mark = {APPEARED: "+", VANISHED: "-", UNSEEN: "="}.get(difference.change, " ")
    before, after = _texts(difference)
    if len(before) + len(after) > SHORT:
        lines = [f"{mark} {place}  {causes}"]
        lines += [f"      was  {before}"] if difference.before else []
        return [*lines, f"      is   {after}"] if difference.after else lines
    texts = before if difference.change in (UNSEEN, VANISHED) else f"{before} -> {after}"
    texts = after if difference.change == APPEARED else texts
    tail = f"{texts}  {_values(difference)}".rstrip() + f"  {causes}"
    if len(place) <= PLACE:
        return [f"{mark} {place:<{PLACE}} {tail}"]
    return [f"{mark} {place}", f"  {'':<{PLACE}} {tail}"]


def _texts(difference: Difference) -> tuple[str, str]:
    """Both printed texts; of long ones the part where they begin to differ."""
    entries = (difference.before, difference.after)
    before, after = (" ".join(entry["text"].split()) if entry else "" for entry in entries)
    same = _alike(before, after) if all(entries) else 0
    if same > AROUND and len(before) + len(after) > SHORT:
        before, after = (f"...{text[same - AROUND :]}" for text in (before, after))
    return shown(before), shown(after)


def _alike(before: str, after: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(before), len(after)))


def _values(difference: Difference) -> str:
    """The full values, where they are numbers that the page does not show in full."""
    entries = [entry for entry in (difference.before, difference.after) if entry]
    values = [entry["value"] for entry in entries]
    if any(isinstance(value, str) for value in values) or all(map(_in_full, entries)):
        return ""
    return "(" + " -> ".join("none" if v is None else repr(v) for v in dict.fromkeys(values)) + ")"


def _in_full(entry: Mapping[str, Any]) -> bool:
    """Whether the page shows all of a value."""
    try:
        return Decimal(entry["text"].replace("\u2212", "-")) == Decimal(str(entry["value"]))
    except InvalidOperation:
        return entry["value"] is None


def _counts(
    comparison: Comparison, labels: Mapping[Cause, str], touched: Mapping[Cause, int]
) -> list[str]:
    """How many numbers differ, in which way, and because of what."""
    total = len(set(comparison.before.numbers) | set(comparison.after.numbers))
    if not comparison.differences:
        return [f"No number differs, of {total} that are printed."]
    changes = Counter(difference.change for difference in comparison.differences)
    lines = [f"{len(comparison.differences)} of {total} printed numbers differ"]
    lines += [f"  {changes[change]:>6}  {WORDS[change]}" for change in WORDS if changes[change]]
    sets = Counter(
        tuple(kind for kind in KINDS if any(cause.kind == kind for cause in one.causes))
        for one in comparison.differences
    )
    lines.append("because of")
    for kinds, count in sorted(sets.items(), key=lambda pair: (-pair[1], pair[0])):
        lines.append(f"  {count:>6}  {' and '.join(TITLES[kind] for kind in kinds)}")
    if len(touched) > 1:
        lines.append("and by cause, each number once for each that lies behind it")
        lines += [f"  {touched[cause]:>6}  {labels[cause]}" for cause in labels if touched[cause]]
    return lines


def as_document(comparison: Comparison) -> dict[str, Any]:
    """The same for a program; every value in full."""
    labels = label_causes(comparison)
    touched = _touched(comparison)
    changes = Counter(difference.change for difference in comparison.differences)
    return {
        "before": {"folder": comparison.before.label, "notes": comparison.before.notes},
        "after": {"folder": comparison.after.label, "notes": comparison.after.notes},
        "causes": {
            label: {
                "kind": cause.kind,
                "name": cause.name.removeprefix("code:"),
                "words": cause.words,
                "numbers": touched[cause],
                "files": sorted(comparison.causes[cause]),
            }
            for cause, label in labels.items()
        },
        "numbers": [
            {
                "address": one.address,
                "display": one.display,
                "change": one.change,
                "before": _entry(one.before),
                "after": _entry(one.after),
                "causes": _labelled(one, labels),
            }
            for one in comparison.differences
        ],
        "digests": [
            {"address": one.address, "before": _entry(one.before), "after": _entry(one.after)}
            for one in comparison.fingerprints
        ],
        "counts": {word: changes[word] for word in WORDS},
        "printed": len(set(comparison.before.numbers) | set(comparison.after.numbers)),
    }


def _entry(entry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if entry is None else {"text": entry["text"], "value": entry["value"]}
