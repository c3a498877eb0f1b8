"""The synopsis: the study on one page, in words of the plan and sentences made from results."""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.layouts.definitions import endpoint_words
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    results_of,
    sources,
)
from scripts.report.layouts.notes import (
    Notes,
    contrast_label,
)
from scripts.report.layouts.proportions import contrasts_of
from scripts.report.layouts.statements import sentences_of, verdict_of
from scripts.report.results import Result

Entry = Mapping[str, Any]
Maker = Callable[[Entry, str, Sheet, Context], list[Part]]


def synopsis(display: Display, sheet: Sheet, context: Context) -> Body:
    """One block for each entry of the plan; the first key that makes words decides which."""
    blocks = []
    for number, entry in enumerate(display["entries"], start=1):
        key = next(word for word in MAKERS if word in entry)
        parts = MAKERS[key](entry, f"entry{number}", sheet, context)
        blocks.append({"title": entry["label"], "marks": "", "parts": parts})
    notes = Notes(sheet)
    body: dict[str, Any] = {"kind": "text", "blocks": blocks, "notes": notes.notes}
    return {**body, "sources": sources(results_of(display, context))}


def _words(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    return [sheet.words(entry["words"], {"plan": "outputs"}, at, "words")]


def _study(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    key = entry["study"]
    return [sheet.words(str(context.plan["study"][key]), {"plan": f"study.{key}"}, at, key)]


def _objectives(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    parts: list[Part] = []
    for name, objective in context.plan["estimands"]["objectives"].items():
        if objective["level"] in entry["objectives"]:
            text = f"{objective['level'].capitalize()}: {objective['text']} "
            parts.append(sheet.words(text, {"plan": f"estimands.objectives.{name}"}, at, name))
    return parts


def _arms(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    parts: list[Part] = []
    for arm in context.plan["trial"]["arms"]:
        described = arm.get("description", "")
        text = f"{arm['label']}: {described}" if described else f"{arm['label']}. "
        source = {"plan": f"trial.arms.{arm['code']}"}
        parts.append(sheet.words(text.rstrip() + " ", source, at, arm["code"]))
    return parts


def _endpoint(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    code = entry["endpoint"]
    definition = context.plan["endpoints"]["endpoints"][code]
    text = f"{definition['label']}. " + " ".join(endpoint_words(definition, context.plan))
    return [sheet.words(text, {"plan": f"endpoints.{code}"}, at, code)]


def _flow(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    """How many were randomised and completed treatment, and in which arm."""
    result = context.result(entry["flow"])
    parts: list[Part] = []
    for word, row in (("randomised", "randomised"), ("completed treatment", "completed")):
        parts += ["; " if parts else ""]
        parts += [sheet.number(result, (row, "TOTAL", "count"), f"{at}:{row}", "TOTAL")]
        parts += [f" {word} ("]
        for index, group in enumerate(g for g in result.groups if g["id"] != "TOTAL"):
            count = sheet.number(result, (row, group["id"], "count"), f"{at}:{row}", group["id"])
            parts += [", " if index else "", count, f" {group['label']}"]
        parts += [")"]
    return [*(part for part in parts if part != ""), "."]


def _planned(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    """The planned size of each arm under the first variant of the calculation."""
    result = context.result(entry["planned"])
    row = result.rows[0]
    parts: list[Part] = []
    for group in result.groups:
        parts += [", "] if parts else []
        parts += [sheet.number(result, (row, group["id"], "n"), at, group["id"])]
        parts += [f" {group['label']}"]
    return [*parts, f" ({result.labels.get(row, row)})."]


def _method(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    """The method of an analysis as it ran, its population, level and missing-data rule."""
    result = context.result(entry["method"])
    method = result.document["method"]
    words = [f"{result.document['population']['label']} population", method["label"]]
    words += [method["test_label"]] if method.get("test_label") else []
    text = "; ".join(words) + ". "
    source = {"file": result.file, "key": "method"}
    parts = [sheet.words(text, source, at, "method")]
    if result.document.get("missing"):
        parts.append(sheet.words(result.document["missing"], source, at, "missing"))
    alpha = context.plan["settings"]["significance_level"]
    level = sheet.value(alpha, "level", {"plan": "settings.significance_level"}, at, "all", "level")
    return [*parts, " Two-sided tests at the ", level, "% level."]


def _results(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    parts: list[Part] = []
    for name in entry["analyses"]:
        result = context.result(name)
        if result.document.get("endpoint_label"):
            parts += ["\n"] if parts else []
            parts += [f"{result.document['endpoint_label']}. "]
        parts += sentences_of(sheet, result, context)
    return parts


def _conclusion(entry: Entry, at: str, sheet: Sheet, context: Context) -> list[Part]:
    """What the primary result says, in words that follow it, and what the data are."""
    result = context.result(entry["conclusion"])
    text = " ".join(conclusion_of(result, name, context) for name in contrasts_of([result]))
    parts = [sheet.words(text, {"file": result.file, "key": "difference"}, at, "conclusion")]
    notice = context.plan["study"].get("notice")
    if notice:
        parts += [" ", sheet.words(notice, {"plan": "study.notice"}, at, "notice")]
    return parts


def conclusion_of(result: Result, contrast: str, context: Context) -> str:
    """One sentence about a contrast; only a difference that is shown is called one."""
    pair = contrast_label(result, contrast, "and")
    endpoint = str(result.document.get("endpoint_label") or result.title).lower()
    verdict = verdict_of(result, contrast, context)
    if verdict == "shown":
        more = (result.value("difference", contrast, "estimate") or 0) > 0
        sides = contrast_label(result, contrast, "than with")
        return f"The proportion with {endpoint} was {'higher' if more else 'lower'} with {sides}."
    if verdict == "none":
        return f"No difference in {endpoint} was shown between {pair}."
    if verdict == "planned":
        return f"<What was shown of {endpoint} between {pair}>."
    if verdict == "unknown":
        return f"The difference in {endpoint} between {pair} cannot be estimated."
    return (
        f"Interval and test do not agree on {endpoint} between {pair}: no conclusion is drawn "
        "from one of them alone."
    )


MAKERS: dict[str, Maker] = {
    "words": _words,
    "study": _study,
    "objectives": _objectives,
    "arms": _arms,
    "endpoint": _endpoint,
    "planned": _planned,
    "flow": _flow,
    "method": _method,
    "analyses": _results,
    "conclusion": _conclusion,
}
