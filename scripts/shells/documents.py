"""What a run would know beside its results, as far as the plan knows it, the rest as <words>."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

import pandas as pd

from scripts.analyse.families import analyses_of
from scripts.analyse.second.comparison import REASON, TOLERANCE
from scripts.report.companions import PROFILE_FILES, listings_of
from scripts.report.publication.published import VERDICTS
from scripts.shells.subjects import letters
from scripts.validate.check_data import summarise_checks

Plan = Mapping[str, Any]
ONE = 1
# The families whose numbers are computed a second time, and by what.
TWICE = ("compare_proportions", "compare_imputed", "compare_times", "fit_models")
AGAIN = ("statsmodels", "scipy")


def findings_summary(plan: Plan) -> dict[str, Any]:
    """Every check of the plan, with counts still to come."""
    found = pd.DataFrame(columns=["CHECK", "SEVERITY", "WAIVED"])
    return summarise_checks(found, {}, plan["checks"], plan["study"]["id"])


def raw_files(plan: Plan) -> dict[str, Any]:
    """Every raw file of the plan, with size and hash still to come."""
    return {
        name: {
            "file": source["file"],
            "form": PurePath(source["file"]).suffix.removeprefix("."),
            "rows": ONE,
            "bytes": ONE,
            "sha256": "<SHA of the file>",
        }
        for name, source in sorted(plan["sources"]["sources"].items())
    }


def published(plan: Plan) -> dict[str, Any]:
    """The sections of the comparison with the publication, with one open line in each."""
    counts = {"items": ONE, "verdicts": dict.fromkeys(VERDICTS, ONE)}
    counts["percentages"] = {"total": ONE, "match": ONE}
    sections = [{**section, **counts} for section in plan["published"]["sections"]]
    line = {
        "description": "<what was published>",
        "published": "<as printed>",
        "computed_text": "<computed>",
        "variant": "<how it is made>",
        "verdict": "<verdict>",
    }
    names = letters("item", len(sections))
    items = [
        {**line, "id": item, "section": section["id"]}
        for item, section in zip(names, sections, strict=True)
    ]
    open_point = {
        "id": "<no.>",
        "title": "<what does not fit together>",
        "evidence": "<what the data show>",
        "shown": True,
    }
    matches = {"total": ONE, "match": ONE}
    summary = {**counts, "sections": sections, "numbers": matches}
    summary["checks"] = {**matches, "rows": []}
    return {
        "source": plan["published"]["source"],
        "items": items,
        "summary": summary,
        "inconsistencies": [open_point] if sections else [],
    }


def second_opinion(plan: Plan) -> dict[str, Any]:
    """Every analysis that will be computed twice."""
    names = [name for family in TWICE for name in analyses_of(plan, family)]
    open_line = {"compared": ONE, "largest_relative_difference": TOLERANCE, "library": "<library>"}
    return {
        "analyses": dict.fromkeys(names, open_line),
        "tolerance": {"relative": TOLERANCE, "reason": REASON},
        "software": {package: version(package) for package in AGAIN},
        "not_compared": [],
    }


def companions(plan: Plan) -> dict[str, Any]:
    """The files beside the report by name, with the number of their records still to come."""
    made: dict[str, Any] = {}
    listings = [
        {
            "id": entry["id"],
            "number": entry["number"],
            "title": entry["title"],
            "records": ONE,
            "subjects": ONE,
            "printed": f"results/report/listings/{entry['id']}.pdf",
        }
        for entry in listings_of(plan)
    ]
    if listings:
        made["listings"] = {"listings": listings}
    profiles = plan["profiles"]
    if profiles:
        made["profiles"] = {
            "title": profiles["title"],
            "words": profiles["printed"]["words"],
            "subjects": ["<subject>"],
            "printed": ["<subject>"],
            "files": PROFILE_FILES,
        }
    return made


def make_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Tables of what is found in data: each deviation that the plan looks for, once."""
    rows = [
        {"DVDECOD": check["title"], "DVCAT": check["grade"].upper(), "USUBJID": "<subject>"}
        for check in plan["checks"]["checks"].values()
        if check["category"] == "deviation"
    ]
    deviations = pd.DataFrame(rows, columns=["DVDECOD", "DVCAT", "USUBJID"])
    return {
        "deviations": deviations,
        "adsl": pd.DataFrame({"USUBJID": ["<subject>"], "ARMCD": [None]}),
    }


def listed_records(display: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The one open line of a listing: each column says what will stand in it."""
    line = {item["variable"]: f"<{item['label'].lower()}>" for item in display["columns"]}
    return {display["source"]: pd.DataFrame([line])}


def make_documents(plan: Plan, code: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the displays print from beside results and tables.

    `code` holds what is known of the code before it runs: assumptions, formulas, contracts.
    """
    return {
        **code,
        "summary": findings_summary(plan),
        "metadata": raw_files(plan),
        "published": published(plan),
        "opinion": second_opinion(plan),
        "companions": companions(plan),
    }
