"""The plan of a blinded trial as every step sees it: dummy arms, nothing that was left out."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from scripts.ingest.blinding.arm_columns import arm_columns, withheld_names
from scripts.ingest.blinding.words import MARK, dummy_arms, rename_all, renamer_of, words_of
from scripts.report.registry import analyses_of

Plan = Mapping[str, Any]
# Displays of comparisons with a publication: with dummy arms there is nothing to compare.
PUBLISHED = {"published", "verdicts", "inconsistencies"}
WITHHELD = "Withheld while the trial is blinded."
# Stands for every column of a source.
ALL = "*"


def dummy_plan(plan: Plan) -> dict[str, Any]:
    """The plan with dummy arms in every word, and without what is left out while blinded."""
    rename = renamer_of(words_of(plan))
    dummy = {
        section: rename_all(copy.deepcopy(value), rename)
        for section, value in plan.items()
        if section != "blinding"
    }
    dummy["trial"]["arms"] = dummy_arms(plan["trial"]["arms"])
    for name, source in plan["sources"]["sources"].items():
        dummy["sources"]["sources"][rename(name)]["file"] = source["file"]
    dummy["sources"]["folder"] = plan["sources"]["folder"]
    dummy["published"] = {"source": WITHHELD, "sections": [], "items": []}
    _leave_out(dummy, plan, rename)
    _say_so(dummy["study"], plan, rename)
    return dummy


def reading_plan(plan: Plan) -> dict[str, Any]:
    """What the reader of the raw files is told beside the true sources: whom and what to hide."""
    blinding = plan["blinding"]
    return {
        "study": plan["study"]["id"],
        "commitment": blinding["commitment"],
        "within": blinding.get("within", []),
        "withhold": sorted(blinding.get("withhold", {})),
        "accepted": sorted(blinding.get("accepted", {})),
        "arms": arm_columns(plan),
        # Pairs and no mappings: a seal names the keys of what a step was told.
        "words": sorted(map(list, words_of(plan).items())),
        "labels": sorted(map(list, _labels_of(plan).items())),
    }


def hidden_columns(spec: Plan) -> dict[str, set[str]]:
    """The columns of each source whose values no message may show."""
    hidden: dict[str, set[str]] = {}
    for item in spec["arms"]:
        hidden.setdefault(item["source"], set()).add(item["column"])
    for name in spec["withhold"]:
        source, _, column = name.partition(".")
        hidden.setdefault(source, set()).add(column or ALL)
    return hidden


def _labels_of(plan: Plan) -> dict[str, str]:
    """Labels by which raw files call the arms, in small letters, with their dummy ones."""
    rename = renamer_of(words_of(plan))
    arms = {arm["code"] for arm in plan["trial"]["arms"]}
    return {
        str(code["label"]).casefold(): rename(str(code["label"]))
        for codelist in plan["sdtm"]["codelists"].values()
        for code in codelist["codes"]
        if code["to"] in arms and "label" in code
    }


def _leave_out(dummy: dict[str, Any], plan: Plan, rename: Callable[[str], str]) -> None:
    left = {
        part: {rename(name) for name in names}
        for part, names in plan["blinding"].get("left_out", {}).items()
    }
    titles = {name: one["title"] for name, one in dummy["analyses"]["analyses"].items()}
    for part, holder in (
        ("analyses", dummy["analyses"]["analyses"]),
        ("checks", dummy["checks"]["checks"]),
        ("variables", dummy["subjects"]["variables"]),
    ):
        for name in left.get(part, ()):
            holder.pop(name, None)
    waivers = dummy["checks"].get("waivers", [])
    dummy["checks"]["waivers"] = [
        waiver for waiver in waivers if waiver["check"] not in left.get("checks", ())
    ]
    listings = dummy["listings"].get("listings", [])
    gone = left.get("listings", ())
    dummy["listings"]["listings"] = [item for item in listings if item["id"] not in gone]
    withheld = withheld_names(plan)
    if "EX" in withheld:
        dummy["profiles"].pop("exposure", None)
    for spec in dummy["sdtm"]["domains"].values():
        for block in spec["records"]:
            # What is withheld was not left undone.
            block["variables"] = {
                name: value
                for name, value in block["variables"].items()
                if not (name in withheld and "not_done" in value)
            }
    for section in dummy["outputs"]["sections"]:
        section["displays"] = [
            _without(display, left.get("analyses", set()), titles)
            for display in section["displays"]
        ]


def _without(display: dict[str, Any], left: set[str], titles: Mapping[str, str]) -> dict[str, Any]:
    """A display without the analyses that are left out; one of them alone says that it is."""
    kept = copy.deepcopy(display)
    if "entries" in kept:
        kept["entries"] = [_entry_without(entry, left) for entry in kept["entries"]]
        return kept
    if "rows" in kept:
        kept["rows"] = [row for row in kept["rows"] if row.get("analysis") not in left]
        empty = not any("analysis" in row for row in kept["rows"])
    else:
        kept["analyses"] = [name for name in kept.get("analyses", []) if name not in left]
        empty = bool(display.get("analyses")) and not kept["analyses"]
        if not kept["analyses"]:
            del kept["analyses"]
    if empty or display["layout"] in PUBLISHED:
        head = {key: display[key] for key in ("id", "number", "title")}
        named = [titles[name] for name in analyses_of(display) if name in titles]
        return {**head, "layout": "withheld", "titles": named}
    return kept


def _entry_without(entry: dict[str, Any], left: set[str]) -> dict[str, Any]:
    single = {entry.get(key) for key in ("planned", "flow", "method", "conclusion")}
    kept = dict(entry)
    if "analyses" in entry:
        kept["analyses"] = [name for name in entry["analyses"] if name not in left]
    if single & left or kept.get("analyses") == []:
        return {"label": entry["label"], "words": WITHHELD}
    return kept


def _say_so(study: dict[str, Any], plan: Plan, rename: Callable[[str], str]) -> None:
    """The mark on every page, and on the title page what is dummy and what is withheld."""
    blinding = plan["blinding"]
    words = (
        f"Blinded. Arms are dummy labels, dealt to the subjects by a keyed permutation"
        f"{' within strata' if blinding.get('within') else ''}; no comparison of arms in this "
        f"report says anything of the treatments. Commitment of the key (SHA-256): "
        f"{blinding['commitment']}."
    )
    if blinding.get("withhold"):
        why = [f"{name} ({reason})" for name, reason in sorted(blinding["withhold"].items())]
        words += f" Withheld from the data: {'; '.join(why)}."
    left = [name for names in blinding.get("left_out", {}).values() for name in names]
    if left:
        words += f" Not made while blinded: {', '.join(left)}."
    study["mark"] = MARK
    study["blinding"] = rename(words)
    study["notice"] = f"{MARK}. {study['notice']}" if study.get("notice") else f"{MARK}."
    kept = study.get("abbreviations", {})
    original = plan["study"].get("abbreviations", {})
    # An abbreviation of a treatment no longer stands in the text that it would explain.
    study["abbreviations"] = {short: kept[short] for short in kept if short in original}
