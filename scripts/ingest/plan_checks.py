"""Names in the plan's sources and mapping that must exist, and contradictions between them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.conditions import nearest
from scripts.ingest.codelists import code_key
from scripts.ingest.expression_checks import (
    Scope,
    check_expression,
    check_join,
    check_values,
    targets_of,
    unknown,
)
from scripts.ingest.expressions import order_of, parts_of
from scripts.raw_files import ENDINGS

Plan = Mapping[str, Any]
Used = set[tuple[str, str]]
CONTRACTS = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
MADE = {"STUDYID", "DOMAIN", "USUBJID", "SRCFILE", "SRCROW"}
VISIT_VARIABLES = ("VISITNUM", "VISIT", "VISITDY")


def read_columns(domain: str) -> dict[str, Any]:
    """The variables of a domain by its contract; empty where there is no such contract."""
    path = CONTRACTS / f"{domain.lower()}.yaml"
    if not path.exists():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8"))["columns"]


def _check_source(name: str, source: Plan) -> Iterator[str]:
    at = f"sources, {name}"
    both = sorted(set(source["columns"]) & set(source.get("ignore", [])))
    for column in both:
        yield f"{at}: column {column!r} is both declared and ignored; keep one"
    for column, declared in source["columns"].items():
        if not isinstance(column, str):
            yield f"{at}: column {column!r} is not text; put its name in quotes"
        if "format" in declared and declared["type"] != "date":
            yield f"{at}, column {column}: a format is for dates, the type is {declared['type']}"
    subject = source.get("subject")
    if subject is not None and subject not in source["columns"]:
        yield unknown(f"{at}, subject", "column", subject, source["columns"])
    ending = Path(source["file"]).suffix.lower()
    if ending not in ENDINGS:
        yield unknown(f"{at}, file {source['file']}", "file type", ending, ENDINGS)
    for key in ("delimiter", "decimal"):
        if key in source and ending != ".csv":
            yield f"{at}: {key} is for CSV files, not for {source['file']}"


def _made(domain: str) -> set[str]:
    return MADE | {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())


def _check_variable(
    at: str, name: str, block: Plan, domain: str, columns: Plan, codelists: Plan
) -> Iterator[str]:
    expression = block["variables"][name]
    if name in _made(domain):
        yield f"{at}: is made for every record; take it out"
    elif name not in columns:
        yield unknown(at, "variable", name, set(columns) - _made(domain))
    else:
        yield from check_values(at, expression, columns[name], codelists)
    for part in parts_of(expression):
        if "visit" in part and "give" not in part and name not in VISIT_VARIABLES:
            yield f"{at}: say what to `give` of the visit: {', '.join(VISIT_VARIABLES)}"


def _check_subject(at: str, block: Plan, scope: Scope, plan: Plan) -> list[str]:
    if "subject" in block:
        codelists = plan["sdtm"]["codelists"]
        return check_expression(f"{at}, subject", block["subject"], scope, codelists, set())
    default = plan["sources"]["sources"][block["source"]].get("subject")
    if default is None:
        return [f"{at}: source {block['source']} names no subject column; give `subject`"]
    scope.used.add((block["source"], default))
    return []


def _check_block(
    at: str, domain: str, block: Plan, columns: Plan, plan: Plan, used: Used
) -> list[str]:
    sources, codelists = plan["sources"]["sources"], plan["sdtm"]["codelists"]
    if block["source"] not in sources:
        return [unknown(at, "source", block["source"], sources)]
    scope = Scope(plan, block, at)
    findings = check_join(at, block, scope, plan)
    findings += scope.check_condition(f"{at}, where", block.get("where"))
    findings += _check_subject(at, block, scope, plan)
    variables = set(block["variables"])
    for name, expression in block["variables"].items():
        place = f"{at}, {name}"
        findings += _check_variable(place, name, block, domain, columns, codelists)
        findings += check_expression(place, expression, scope, codelists, variables)
    for name, rule in columns.items():
        if rule.get("nulls") is False and name not in variables | _made(domain):
            findings.append(f"{at}: {name} is not mapped; every record must have it")
    try:
        order_of(block["variables"], domain)
    except ValueError as error:
        findings.append(f"{at}: {error}")
    used |= scope.used
    return findings


def _check_domain(domain: str, spec: Plan, plan: Plan, used: Used) -> list[str]:
    columns = read_columns(domain)
    if not columns:
        known = [path.stem.upper() for path in CONTRACTS.glob("??.yaml")]
        return [unknown("sdtm", "domain", domain, known)]
    findings = [
        unknown(f"sdtm, {domain}, order", "variable", name, columns)
        for name in spec.get("order", [])
        if name not in columns
    ]
    for number, block in enumerate(spec["records"], start=1):
        at = f"sdtm, {domain} record {number} ({block['source']})"
        findings += _check_block(at, domain, block, columns, plan, used)
    mapped = {name for block in spec["records"] for name in block["variables"]}
    findings += [
        f"sdtm, {domain}: {name} ({rule['label']}) is not mapped; later stages read it"
        for name, rule in columns.items()
        if rule.get("required") and rule.get("nulls") is not False
        if name not in mapped | _made(domain)
    ]
    return findings


def _check_codelists(codelists: Plan, domains: Plan) -> Iterator[str]:
    used = {
        part["codelist"]
        for spec in domains.values()
        for block in spec["records"]
        for expression in [*block["variables"].values(), block.get("subject", {})]
        for part in parts_of(expression)
        if "codelist" in part
    }
    for name, codelist in codelists.items():
        if name not in used:
            yield f"sdtm, code list {name}: nothing uses it; take it out or name it in a variable"
        counted = Counter(code_key(code["raw"], numeric=False) for code in codelist["codes"])
        for raw, count in counted.items():
            if count > 1:
                yield f"sdtm, code list {name}: raw value {raw!r} stands {count} times; keep one"


def _check_design(plan: Plan) -> Iterator[str]:
    """Arms and centres that the mapping can give, against those of the trial's design."""
    trial, codelists = plan["trial"], plan["sdtm"]["codelists"]
    known = {
        "ARMCD": [arm["code"] for arm in trial["arms"]],
        "ARM": [arm["label"] for arm in trial["arms"]],
        "SITEID": [site["id"] for site in trial["sites"]],
    }
    known |= {"ACTARMCD": known["ARMCD"], "ACTARM": known["ARM"]}
    for number, block in enumerate(plan["sdtm"]["domains"]["DM"]["records"], start=1):
        for name, values in known.items():
            given = targets_of(block["variables"].get(name, {}), codelists)
            at = f"sdtm, DM record {number} ({block['source']}), {name}"
            for value in given:
                if value not in values:
                    yield f"{at}: {value!r} is not in the trial's design; {nearest(value, values)}"
            for value in values if given and name in ("ARMCD", "ARM") else []:
                if value not in given:
                    yield f"{at}: no raw value becomes {value!r} of the trial's design"


def check_sdtm_plan(plan: Plan) -> list[str]:
    """Every name in the sources and the mapping that does not exist, and what contradicts itself.

    A declared column that nothing uses is a finding too: data must not be lost unseen.
    """
    sources, sdtm = plan["sources"]["sources"], plan["sdtm"]
    findings = [text for name, source in sources.items() for text in _check_source(name, source)]
    used: Used = set()
    for domain, spec in sdtm["domains"].items():
        findings += _check_domain(domain, spec, plan, used)
    findings += _check_codelists(sdtm["codelists"], sdtm["domains"])
    findings += _check_design(plan)
    for name, source in sources.items():
        for column in source["columns"]:
            if (name, column) not in used:
                findings.append(
                    f"sources, {name}: column {column!r} is read but no record uses it; map it, or "
                    "list it under `ignore`"
                )
    return findings
