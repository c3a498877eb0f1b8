"""The facts of both guides, from everything that the package was made from."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.package import places
from scripts.package.forms.annotations import forms_of
from scripts.package.guides import adrg_facts, csdrg_facts
from scripts.package.guides.claims import described_datasets
from scripts.package.guides.dependencies import dependency_graph, execution_order
from scripts.package.guides.dependency_picture import draw_dependencies
from scripts.package.guides.guide_facts import (
    conformance_facts,
    other_programs,
    program_of,
    standards_of,
    study_facts,
)
from scripts.package.guides.plan_tables import ROUNDING, plan_tables, population_rows
from scripts.package.guides.software import python_version, system_libraries
from scripts.package.replay_commands import folder_of, steps
from scripts.package.transport import Transported

Plan = Mapping[str, Any]
CSDRG, ADRG = "csdrg", "adrg"
KINDS = {CSDRG: "Clinical study data reviewer's guide", ADRG: "Analysis data reviewer's guide"}
FLAG_WIDTH, LABEL_WIDTH, COUNT_WIDTH = 11, 17, 10
# The programs that make results: everything before a page is laid out.
STAGES = ("ingest", "validate", "derive", "impute", "analyse")
PICTURE = "Lines from raw files over SDTM and analysis data sets to the sections of the report."


@dataclass(frozen=True)
class Made:
    """What the guides describe."""

    plan: Plan
    sdtm: Plan
    adam: Plan
    analyses: Plan
    core: Plan
    gate: Plan
    index: Plan
    metadata: Plan
    results: Plan
    second: Plan
    seals: Mapping[str, Plan]
    code: Mapping[str, str]
    held: Mapping[str, Transported]
    versions: Mapping[str, str]
    files: frozenset[str] = frozenset()


def paths_of(plan: Plan) -> dict[str, str]:
    """The files and folders that the guides name, from the root of the package."""
    tabulations, datasets = places.tabulations(plan), places.analysis_datasets(plan)
    programs, reports = places.programs(plan), places.study_reports(plan)
    found = {
        "tabulations": tabulations,
        "datasets": datasets,
        "programs": programs,
        "acrf": f"{tabulations}/acrf.pdf",
        "csdrg": f"{tabulations}/csdrg.pdf",
        "adrg": f"{datasets}/adrg.pdf",
        "sdtm_define": f"{tabulations}/define.xml",
        "sdtm_html": f"{tabulations}/define.html",
        "adam_define": f"{datasets}/define.xml",
        "adam_html": f"{datasets}/define.html",
        "pipeline": f"{programs}/pipeline.txt",
        "plan": f"{programs}/plan.txt",
        "lock": f"{programs}/requirements-lock.txt",
        "replay": f"{programs}/replay.txt",
        "inputs": f"{programs}/replay-inputs.txt",
        "report": f"{reports}/statistical-report.pdf",
        "sap": f"{reports}/sap.pdf",
        "checksums": places.CHECKSUMS,
        "dataset_json": places.DATASET_JSON,
        "ars": places.RESULTS_METADATA,
        "conformance": places.CONFORMANCE,
    }
    return {name: places.in_package(path) for name, path in found.items()}


FOLDERS = {
    "tabulations": "SDTM data sets as transport files",
    "sdtm_define": "What describes them",
    "sdtm_html": "The same for browsers",
    "acrf": "The annotated CRF",
    "csdrg": "The guide to the SDTM data sets",
    "datasets": "Analysis data sets as transport files",
    "adam_define": "What describes them, with the metadata of the analysis results",
    "adam_html": "The same for browsers",
    "adrg": "The guide to the analysis data sets",
    "programs": "Programs as text",
    "pipeline": "Everything that runs, in one file",
    "plan": "The plan that the programs read",
    "lock": "Every package with its version and hashes",
    "replay": "The program that repeats the analysis",
    "report": "The statistical report",
    "sap": "The statistical analysis plan with the shells of the report",
    "dataset_json": "The same data sets as Dataset-JSON, outside of the submission's tree",
    "ars": "Results and their metadata, outside of the submission's tree",
    "conformance": "What the conformance checks found, outside of the submission's tree",
    "checksums": "The checksum of every file",
}


def _shared(made: Made, name: str, standard: Plan) -> dict[str, Any]:
    facts = study_facts(made.plan, name)
    study, paths = facts["study"], paths_of(made.plan)
    names = [dataset["name"] for dataset in standard["datasets"]]
    # A finding in what is no data set stands in the guide that reads first.
    elsewhere = [d["name"] for d in made.adam["datasets"]] if standard is made.sdtm else None
    return {
        **facts,
        "kind": KINDS[name],
        "front": [
            ("Study", study["id"]),
            ("Registration", study["registration"]),
            ("Version of the plan", study["plan_version"]),
            ("Data cut", study["data_cut"]),
        ],
        "places": paths,
        "folders": [{"path": paths[name], "words": words} for name, words in FOLDERS.items()],
        "standards": standards_of([made.sdtm, made.adam]),
        "conformance": conformance_facts(made.core, made.gate, names, elsewhere),
    }


def csdrg_of(made: Made) -> dict[str, Any]:
    """The facts of the guide to the SDTM data sets."""
    shared = _shared(made, CSDRG, made.sdtm)
    datasets = described_datasets(made.sdtm)
    held = {name: made.held[name] for name in datasets if name in made.held}
    forms = forms_of(made.plan)
    rows = csdrg_facts.domain_rows(datasets)
    places_named = {
        **shared["places"],
        "define_xml": shared["places"]["sdtm_define"],
        "define_html": shared["places"]["sdtm_html"],
    }
    translations = made.plan["submission"].get("translations", {})
    return {
        **shared,
        "places": places_named,
        "design": [row for row in rows if row["reference"]],
        "rows": [row for row in rows if not row["reference"]],
        "forms": csdrg_facts.form_rows(forms, made.metadata),
        "supplements": csdrg_facts.supplements(held),
        "extended": csdrg_facts.extended_terms(made.sdtm),
        "translations": csdrg_facts.translation_rows(translations, held),
        "unsubmitted": csdrg_facts.unsubmitted_rows(forms, made.metadata),
        "ours": csdrg_facts.OURS,
    }


def _parameters(row: Plan, held: Mapping[str, Transported]) -> list[dict[str, str]]:
    table = held[row["name"]].table if row["name"] in held else None
    if table is None or not {"PARAMCD", "PARAM"} <= set(table.columns):
        return []
    pairs = table[["PARAMCD", "PARAM"]].drop_duplicates().astype("str")
    return [{"code": code, "label": label} for code, label in pairs.itertuples(index=False)]


def _population_columns(arms: list[Any]) -> dict[str, list[str]]:
    labels = [arm["label"] for arm in arms]
    heads = ["Flag", "Population", *labels, "All", "Keeps subjects with", "Reason for leaving out"]
    counts = [COUNT_WIDTH] * (len(arms) + 1)
    rest = 100 - FLAG_WIDTH - LABEL_WIDTH - sum(counts)
    widths = (FLAG_WIDTH, LABEL_WIDTH, *counts, rest // 2, rest - rest // 2)
    return {"population_heads": heads, "population_widths": [f"{n}%" for n in widths]}


def adrg_of(made: Made) -> dict[str, Any]:
    """The facts of the guide to the analysis data sets."""
    shared = _shared(made, ADRG, made.adam)
    datasets, analyses = described_datasets(made.adam), made.analyses["analyses"]
    both = described_datasets(made.sdtm, made.adam)
    rows = adrg_facts.dataset_rows(datasets, adrg_facts.uses_of(analyses))
    flags = adrg_facts.matching(datasets, adrg_facts.FLAGS)
    places_named = {
        **shared["places"],
        "define_xml": shared["places"]["adam_define"],
        "define_html": shared["places"]["adam_html"],
    }
    return {
        **shared,
        "places": places_named,
        "subjects": adrg_facts.SUBJECTS,
        "tabulated": [dataset["name"] for dataset in made.sdtm["datasets"]],
        "datasets": list(datasets),
        "core": adrg_facts.core_variables(datasets),
        "others": [name for name in datasets if name != adrg_facts.SUBJECTS],
        "pairs": adrg_facts.agreeing_pairs(both),
        "treatments": adrg_facts.matching(datasets, adrg_facts.TREATMENTS),
        "populations": population_rows(made.plan),
        **_population_columns(shared["arms"]),
        "rules": plan_tables(made.plan, made.results),
        "rounding": ROUNDING,
        "flags": flags,
        "derived_records": any("DTYPE" in entry["variables"] for entry in flags),
        "origins": adrg_facts.matching(datasets, adrg_facts.ORIGINS),
        "methods": adrg_facts.interval_rows(analyses),
        "picture": _picture(made),
        "completed": adrg_facts.completed_rows(made.index, made.plan),
        "rows": [{**row, "parameters": _parameters(row, made.held)} for row in rows],
        **_programs(made, both),
    }


def _programs(made: Made, sent: Mapping[str, Plan]) -> dict[str, Any]:
    """What ran, in which order, with which warnings, and how it is run again."""
    analyses = made.analyses
    of_data = adrg_facts.data_programs(made.index, made.plan, made.code, sent)
    of_analyses = adrg_facts.analysis_programs(
        analyses["analyses"], analyses["displays"], made.code
    )
    named = {program["file"] for program in [*of_data, *of_analyses]}
    return {
        "python": python_version(),
        "system": system_libraries(),
        "packages": list(made.versions),
        "data_programs": of_data,
        "analysis_programs": of_analyses,
        "other_programs": other_programs(made.files, made.code, named),
        "order": _order(made),
        "warnings": adrg_facts.expected_warnings(made.results),
        "steps": steps(folder_of(made.plan["study"]["id"])),
        "second": bool(made.second),
    }


def _picture(made: Made) -> dict[str, str]:
    layers, edges = dependency_graph(
        made.index,
        made.plan["sources"]["sources"],
        made.analyses["analyses"],
        made.plan["outputs"]["sections"],
        described_datasets(made.sdtm, made.adam),
    )
    drawing = draw_dependencies(layers, edges).encode()
    source = "data:image/svg+xml;base64," + base64.b64encode(drawing).decode()
    return {"words": PICTURE, "source": source}


def _order(made: Made) -> list[str]:
    kept = {
        seal["rule"]
        for seal in made.seals.values()
        if any(path.startswith(tuple(f"results/{s}/" for s in STAGES)) for path in seal["outputs"])
    }
    return [program_of(rule) for rule in execution_order(made.seals.values()) if rule in kept]
