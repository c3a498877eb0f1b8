"""What stands before the displays: title page, signatures, abbreviations; all from the plan."""

from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.layouts.frame import Context
from scripts.report.layouts.provenance import METADATA, versions

FACTS = {
    "id": "Study",
    "registration": "Registration",
    "sponsor": "Sponsor",
    "phase": "Design",
    "masking": "Masking",
    "blinding": "Blinding",
    "plan_version": "Version of the plan",
    "data_cut": "Data cut",
}


def make_front(sheet: Sheet, context: Context) -> dict[str, Any]:
    """Title, facts, notice, what is arbitrary in the data, hashes, signatures, abbreviations."""
    study = context.plan["study"]
    notice = study.get("notice")
    return {
        "kind": "Statistical report",
        "title": study["title"],
        "short_title": study["short_title"],
        "running": f"{study['short_title']}, plan {study['plan_version']}, "
        f"data cut {study['data_cut']}",
        "facts": _facts(sheet, context),
        "notice": [_words(sheet, notice, {"plan": "study.notice"}, "notice")] if notice else [],
        "arbitrary": [
            [_words(sheet, text, {"plan": "study.arbitrary"}, f"arbitrary{index}")]
            for index, text in enumerate(study.get("arbitrary", []), start=1)
        ],
        "hashes": _hashes(sheet, context),
        "digest": "SHA-256",
        "signatures": [
            {"role": line["role"], "name": line.get("name", "")}
            for line in study.get("signatures", [])
        ],
        "abbreviations": _abbreviations(sheet, context),
        "not_estimable": sheet.formats.not_estimable,
        "not_reached": sheet.formats.not_reached,
        **({"mark": study["mark"]} if "mark" in study else {}),
    }


def _facts(sheet: Sheet, context: Context) -> list[dict[str, Any]]:
    study = context.plan["study"]
    facts = []
    for key, label in FACTS.items():
        if study.get(key):
            source = {"plan": f"study.{key}"}
            facts.append({"label": label, "parts": [_words(sheet, study[key], source, key)]})
    arms: list[Part] = []
    for arm in context.plan["trial"]["arms"]:
        arms += ["; "] if arms else []
        source = {"plan": f"trial.arms.{arm['code']}"}
        arms.append(_words(sheet, f"{arm['label']} (ratio {arm['ratio']})", source, arm["code"]))
    facts.insert(-2, {"label": "Treatments", "parts": arms})
    shown = ", ".join(f"{package} {version}" for package, version in versions().items())
    software = [_words(sheet, shown, {"environment": "all"}, "v")]
    return [*facts, {"label": "Software", "parts": software}]


def _hashes(sheet: Sheet, context: Context) -> list[dict[str, Any]]:
    """Digests of plan, code and environment, the root over all that precedes, every raw file."""
    made_from = context.documents.get("digests") or {}
    digests = [
        {"label": label, "parts": [_words(sheet, digest, {"run": label}, label)]}
        for label, digest in made_from.items()
    ]
    files = [
        {
            "label": source["file"],
            "parts": [_words(sheet, source["sha256"], {"file": METADATA, "source": key}, key)],
        }
        for key, source in context.documents["metadata"].items()
    ]
    return digests + files


def _abbreviations(sheet: Sheet, context: Context) -> list[dict[str, Any]]:
    """The abbreviations of the plan in the order of the alphabet."""
    entries = context.plan["study"].get("abbreviations") or {}
    order = sorted(entries, key=lambda short: (short.casefold(), short))
    source = {"plan": "study.abbreviations"}
    return [
        {"short": short, "parts": [_words(sheet, entries[short], source, f"abbreviation {short}")]}
        for short in order
    ]


def _words(sheet: Sheet, text: Any, source: dict[str, Any], at: str) -> Part:
    return sheet.words(str(text), source, at, "front")
