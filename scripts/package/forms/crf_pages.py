"""The pages of the annotated CRF: a form each, with its fields, their codes and their targets."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.package.forms.annotations import NOT_SUBMITTED, Form, form_id, grouped
from scripts.report.letters import FALLBACK, SANS, known_letters

Plan = Mapping[str, Any]
OMITTED = "[…]"
OMITTED_WORDS = (
    f"{OMITTED} stands for letters of another script that the fonts of this document do not have."
)
LONG_LIST = 14
# The colours of the domains of a page, in their order on it: dark ink on light paper each.
TONES = ("a", "b", "c", "d", "e", "f")


def printable(text: str) -> str:
    """The text, with one mark for each run of letters that the fonts do not have."""
    letters = known_letters(SANS, FALLBACK)
    kept = "".join(c if c.isascii() or ord(c) in letters else "\0" for c in text)
    return re.sub("\0[\0\\s]*\0|\0", OMITTED, kept).strip()


def plain(value: Any) -> str:
    """A raw code as it is written on the form."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def codes_of(column: Plan) -> tuple[list[str], list[str]]:
    """The codes of a field with their labels, and those that say why nothing is known."""
    known: list[str] = []
    absent: list[str] = []
    for item in column["values"]:
        gone = any(_within(item["value"], limits) for limits in column["missing"])
        text = f"{plain(item['value'])} = {printable(item['label'])}"
        (absent if gone else known).append(text)
    return known, absent


def _within(value: Any, limits: Plan) -> bool:
    if isinstance(value, str) or isinstance(limits["lo"], str):
        return value == limits["lo"]
    return bool(limits["lo"] <= value <= limits["hi"])


def blank_of(column: Plan) -> str:
    """What is to be filled in where a field has no codes."""
    return {"date": "day, month, year", "text": "text", "integer": "whole number"}.get(
        column["type"], "number"
    )


def field_row(column: Plan, form: Form, tones: Mapping[str, str]) -> dict[str, Any]:
    """One field: its label, what is filled in, and what it becomes."""
    name = column["name"]
    targets = [
        {"tone": tones[domain], "text": text} for domain, text in grouped(form.fields.get(name, []))
    ]
    if not targets:
        chosen = form.choosers.get(name)
        why = f" chooses records of {', '.join(chosen)}" if chosen else ""
        targets = [{"tone": "none", "text": NOT_SUBMITTED + why}]
    known, absent = codes_of(column)
    codes = [*known[:LONG_LIST], *absent]
    return {
        "name": name,
        "label": printable(column["label"] or name),
        "codes": codes,
        "more": "and others" if len(known) > LONG_LIST else "",
        "blank": "" if known else blank_of(column),
        "targets": targets,
    }


def form_page(name: str, source: Plan, form: Form) -> dict[str, Any]:
    """One form as a page."""
    domains: list[str] = []
    for column in source["columns"]:
        for annotation in form.fields.get(column["name"], []):
            if annotation.domain not in domains:
                domains.append(annotation.domain)
    tones = {domain: TONES[index % len(TONES)] for index, domain in enumerate(domains)}
    return {
        "id": form_id(name),
        "title": printable(source["label"]),
        "file": source["file"],
        "records": [printable(words) for words in form.records],
        "domains": [{"name": domain, "tone": tones[domain]} for domain in domains],
        "fields": [field_row(column, form, tones) for column in source["columns"]],
    }


def visit_index(forms: Mapping[str, Form], pages: Mapping[str, Plan], plan: Plan) -> list[Any]:
    """The forms of each visit in the order of the schedule; what belongs to no visit comes last."""
    planned = [visit["VISIT"] for visit in plan["trial"]["visits"]]
    others = [visit for form in forms.values() for visit in form.visits if visit not in planned]
    found = []
    for number, visit in enumerate([*dict.fromkeys(others), *planned]):
        names = [
            name
            for name, form in forms.items()
            if visit in form.visits or (form.every_visit and visit in planned)
        ]
        found.append({"id": f"visit-{number}", "title": visit, "forms": names})
    once = [name for name, form in forms.items() if form.one_visit and not form.every_visit]
    found.append(
        {"id": "visit-one", "title": "Once, at the visit at which it happens", "forms": once}
    )
    tied = [name for name, form in forms.items() if form.every_visit or form.visits]
    rest = [name for name in forms if name not in [*once, *tied]]
    found.append({"id": "visit-none", "title": "Not tied to a visit", "forms": rest})
    return [
        {**entry, "forms": [{"id": pages[n]["id"], "title": pages[n]["title"]} for n in names]}
        for entry in found
        if (names := entry["forms"])
    ]
