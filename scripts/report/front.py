"""The first page: what this report is about, what it was made from, and what its data are."""

from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.layouts.frame import Context
from scripts.report.layouts.provenance import METADATA, versions

FACTS = {
    "id": "Study",
    "registration": "Registration",
    "sponsor": "Sponsor",
    "phase": "Design",
    "plan_version": "Version of the plan",
    "data_cut": "Data cut",
}


def make_front(sheet: Sheet, context: Context) -> dict[str, Any]:
    """Title, facts, notice and what is arbitrary in the data, all from the plan."""
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
    facts.append({"label": "Treatments", "parts": arms})
    shown = ", ".join(f"{package} {version}" for package, version in versions().items())
    facts.append(
        {"label": "Software", "parts": [_words(sheet, shown, {"environment": "all"}, "v")]}
    )
    arbitrary = [
        [_words(sheet, text, {"plan": "study.arbitrary"}, f"arbitrary{index + 1}")]
        for index, text in enumerate(study.get("arbitrary", []))
    ]
    return {
        "files": _files(sheet, context),
        "digest": "SHA-256",
        "title": study["title"],
        "short_title": study["short_title"],
        "running": f"{study['short_title']}, plan {study['plan_version']}, "
        f"data cut {study['data_cut']}",
        "facts": facts,
        "notice": [_words(sheet, study["notice"], {"plan": "study.notice"}, "notice")]
        if study.get("notice")
        else [],
        "arbitrary": arbitrary,
    }


def _files(sheet: Sheet, context: Context) -> list[dict[str, Any]]:
    """Every raw file with its digest."""
    return [
        {
            "label": source["file"],
            "parts": [_words(sheet, source["sha256"], {"file": METADATA, "source": key}, key)],
        }
        for key, source in context.documents["metadata"].items()
    ]


def _words(sheet: Sheet, text: Any, source: dict[str, Any], at: str) -> Part:
    return sheet.words(str(text), source, at, "front")
