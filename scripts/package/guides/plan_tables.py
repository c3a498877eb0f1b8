"""Rules of the plan in words, by the layouts of the report: a guide says what the report says."""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.package.adam.names import sent_words
from scripts.report.cells import FIGURE_SPACE, Sheet, text_of
from scripts.report.layouts.definitions import condition_words, definitions
from scripts.report.layouts.frame import Body, Context, Display
from scripts.report.layouts.plan_rules import RULES, data_rules, schedule
from scripts.report.layouts.planned import imputation_models, missing_data_rules
from scripts.report.numbers import formats_of
from scripts.report.results import Result

Plan = Mapping[str, Any]
LAYOUTS: dict[str, Callable[[Display, Sheet, Context], Body]] = {
    "schedule": schedule,
    "data_rules": data_rules,
    "missing_data": missing_data_rules,
    "imputation_models": imputation_models,
    "definitions": definitions,
}
ROUNDING = RULES
# What the report's own tables are called, in the words of the guides.
BLANK = "–"


def shown_rows(body: Body, plan: Plan) -> dict[str, Any]:
    """A table of the report as head, widths, rows and notes of plain words, with sent names."""
    rows: list[dict[str, Any]] = []
    for item in body["rows"]:
        label = sent_words(item["label"], plan)
        if item["kind"] == "heading":
            rows.append({"heading": label, "cells": []})
        else:
            cells = [
                [
                    sent_words(line.strip(FIGURE_SPACE + " "), plan)
                    for line in text_of(part["parts"]).split("\n")
                ]
                for part in item["cells"]
            ]
            rows.append({"heading": "", "cells": [[label], *cells]})
    return {
        "head": [text_of(column["label"]) for column in body["columns"]],
        "widths": [column["width"] for column in body["columns"]],
        "rows": rows,
        "notes": [text_of(note["parts"]) for note in body["notes"]],
    }


def plan_tables(plan: Plan, results: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every rule table of the guides by its name; results say which analyses stand behind it."""
    made = {name: Result(dict(document), {}) for name, document in results.items()}
    context = Context(plan, made)
    return {
        name: shown_rows(layout({}, Sheet(name, formats_of(plan)), context), plan)
        for name, layout in LAYOUTS.items()
    }


def population_rows(plan: Plan) -> list[dict[str, str]]:
    """Every analysis population with whom it keeps and why the others are left out."""
    rows = []
    for flag, entry in plan["subjects"]["populations"].items():
        steps = entry.get("keep", [])
        keeps = [condition_words(step["condition"], plan) for step in steps]
        reasons = [step["otherwise"] for step in steps if "otherwise" in step]
        rows.append(
            {
                "flag": flag,
                "label": entry["label"],
                "keeps": sent_words("; ".join(keeps), plan) or BLANK,
                "otherwise": "; ".join(reasons) or BLANK,
            }
        )
    return rows
