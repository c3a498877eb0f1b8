"""The results metadata: a reporting event of CDISC's Analysis Results Standard with every analysis
and every number that the report prints of one, as a value and as it is printed."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.job import Job, StepError
from scripts.package import places
from scripts.package.ars.checks import OFFICIAL, OURS, check_ids, check_shape
from scripts.package.ars.parts import (
    Entry,
    analysis_sets,
    data_subsets,
    groupings,
    method_ids,
    methods,
    program_document,
)
from scripts.package.ars.results import (
    PLAN,
    PURPOSES,
    REPORT,
    SPONSOR,
    analysis_entry,
    contents,
    output_entry,
    statistic_of,
)
from scripts.package.describe_analyses import numbers_of

# Where the published model lies, for whoever has it: the package carries a schema of its own.
PUBLISHED = "TRIALTRACE_ARS_SCHEMA"
Documents = Mapping[str, Mapping[str, Any]]


def reference_documents(
    analyses: Mapping[str, Mapping[str, Any]], plan: Mapping[str, Any]
) -> list[Entry]:
    """The report, the plan and every program, seen from the folder of the reporting event."""
    reports, programs = places.study_reports(plan), places.programs(plan)
    named = [
        (REPORT, "Statistical report", f"{reports}/statistical-report.pdf"),
        (PLAN, "Statistical analysis plan", f"{reports}/sap.pdf"),
    ]
    used = sorted({analysis["program"] for analysis in analyses.values()})
    named += [(program_document(one), f"Program {one}", f"{programs}/{one}") for one in used]
    return [
        {"id": id_, "name": name, "location": places.relative(path, places.RESULTS_METADATA)}
        for id_, name, path in named
    ]


def terminology_extensions(analyses: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """The purposes that the model has no words for."""
    own = sorted({analysis["purpose"] for analysis in analyses.values()} - set(PURPOSES))
    terms = [{"id": f"{SPONSOR}.{word}", "submissionValue": word} for word in own]
    if not terms:
        return []
    return [{"id": "TE.PURPOSE", "enumeration": "AnalysisPurposeEnum", "sponsorTerms": terms}]


def printed_statistics(numbers: Mapping[str, Documents]) -> dict[str, list[str]]:
    """The statistics that are printed of each analysis."""
    return {
        name: sorted({statistic_of(number) for number in found.values()})
        for name, found in numbers.items()
    }


def reporting_event(
    described: Mapping[str, Any],
    documents: Documents,
    tables: Mapping[str, Any],
    figures: Documents,
    plan: Mapping[str, Any],
) -> Entry:
    """The whole reporting event, from the description of the analyses and the printed numbers."""
    analyses = described["analyses"]
    planned, arms = plan["analyses"]["analyses"], plan["trial.arms"]
    numbers = numbers_of(tables, figures)
    ids = method_ids(analyses)
    shown = {**tables["displays"], **figures}
    study, references = plan["study"], reference_documents(analyses, plan)
    location = references[0]["location"]
    return {
        "id": f"RE.{study['id']}",
        "name": f"Statistical report of {study['id']}",
        "description": f"{study['title']}. Data cut {study['data_cut']}.",
        "version": 1,
        "mainListOfContents": {
            "name": "Displays in the order of the report",
            "contentsList": {"listItems": list(contents(described))},
        },
        "referenceDocuments": references,
        "terminologyExtensions": terminology_extensions(analyses),
        "analysisSets": analysis_sets(analyses),
        "dataSubsets": data_subsets(analyses),
        "analysisGroupings": groupings(documents, planned, arms),
        "methods": methods(analyses, documents, printed_statistics(numbers)),
        "analyses": [
            analysis_entry(name, analysis, documents[name], planned[name], numbers[name], ids[name])
            for name, analysis in analyses.items()
        ],
        "outputs": [
            output_entry(name, described["displays"][name], shown[name], location)
            for name in described["order"]
        ],
    }


def printed_at(event: Mapping[str, Any]) -> list[str]:
    """The address of each result of a reporting event."""
    return [
        group["groupValue"]
        for analysis in event["analyses"]
        for result in analysis["results"]
        for group in result["resultGroups"]
        if group["groupingId"] == "GF.ADDRESS"
    ]


def check_complete(event: Mapping[str, Any], numbers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Every printed number of an analysis that has no result, and every result printed nowhere."""
    printed = {address for found in numbers.values() for address in found}
    given = printed_at(event)
    findings = [f"{address}: no result" for address in sorted(printed - set(given))]
    findings += [f"{address}: printed nowhere" for address in sorted(set(given) - printed)]
    if len(given) != len(set(given)):
        findings.append(f"{len(given)} results at {len(set(given))} addresses")
    return findings


def published_schema() -> dict[str, Any] | None:
    """The published model, where the environment says that it is at hand."""
    path = os.environ.get(PUBLISHED)
    if not path:
        return None
    if not Path(path).is_file():
        raise StepError(f"{PUBLISHED}: there is no file {path}; take it away, or mend it")
    return json.loads(Path(path).read_text(encoding="utf-8"))


def check_event(
    event: Mapping[str, Any],
    numbers: Mapping[str, Mapping[str, Any]],
    schema: Mapping[str, Any],
    published: Mapping[str, Any] | None,
) -> list[str]:
    """Every finding on a reporting event: shape, identifiers, completeness."""
    findings = check_shape(event, schema, OURS)
    if findings:
        return findings
    findings = check_ids(event) + check_complete(event, numbers)
    return findings + (check_shape(event, published, OFFICIAL) if published else [])


def format_event(event: Mapping[str, Any]) -> str:
    """The event as text: a line for each result, so that two can be compared."""
    lines = ["{"]
    parts = [f"{json.dumps(key)}: {_listed(key, value)}" for key, value in event.items()]
    lines.append(",\n".join(parts))
    return "\n".join([*lines, "}"]) + "\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _listed(key: str, value: Any) -> str:
    if not isinstance(value, list):
        return _compact(value)
    entries = [_analysis(one) if key == "analyses" else _compact(one) for one in value]
    return "[\n" + ",\n".join(entries) + "\n]"


def _analysis(entry: Mapping[str, Any]) -> str:
    head = {key: value for key, value in entry.items() if key != "results"}
    results = ",\n".join(map(_compact, entry["results"]))
    return _compact(head)[:-1] + ',"results":[\n' + results + "\n]}"


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        tables, figures = job.json("tables"), job.jsons("figures")
        event = reporting_event(
            job.json("analyses"), job.json("results"), tables, figures, job.plan
        )
        schema = yaml.safe_load(job.text("schema"))
        findings = check_event(event, numbers_of(tables, figures), schema, published_schema())
        if findings:
            raise StepError("\n  ".join(["the reporting event is not valid", *findings]))
        job.write("event", format_event(event))
