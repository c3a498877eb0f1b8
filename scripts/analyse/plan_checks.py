"""What no schema can say of planned analyses: that every name they use exists in the plan."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.analyse.families import endpoints_of, imputations_of, models_of, times_of
from scripts.analyse.imputed_checks import check_imputations, check_imputed
from scripts.analyse.kinds import KINDS, Kind
from scripts.analyse.method_checks import check_words
from scripts.analyse.time_checks import check_times
from scripts.analyse.tipping_checks import check_tipping
from scripts.conditions import nearest, unknown_words, variables_of
from scripts.impute.plan_checks import check_imputation_model

Plan = Mapping[str, Any]
Analysis = Mapping[str, Any]
TABLES = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
WITH_TIMES = {"quantiles_of_time", "time_to_event", "survival_contrasts", "hazard_sensitivity"}
# Files beside the results whose names no analysis may take.
RESERVED = {"results", "second_opinion"}
# Rows and columns that every table of shifts has.
TAKEN = {"missing", "total"}
WITHOUT_ESTIMAND = {"descriptive", "design", "safety"}


@cache
def columns_of(table: str) -> frozenset[str] | None:
    """The columns of a table by its contract; None where there is no such contract."""
    path = TABLES / f"{table}.yaml"
    if not path.exists():
        path = TABLES / "bds.yaml"
    if not path.exists() or not table.isidentifier():
        return None
    return frozenset(yaml.safe_load(path.read_text(encoding="utf-8"))["columns"])


def tables_of_plan(plan: Plan) -> set[str]:
    """The tables of records that analyses may name: analysis data sets and domains."""
    sets = {str(name).lower() for name in plan["measurements"]["sets"]}
    domains = {str(name).lower() for name in plan["sdtm"]["domains"]}
    return sets | domains | {"adae", "adcm", "adex"}


def subject_variables(plan: Plan) -> set[str]:
    """Every subject-level variable: those of every trial, the plan's, and the populations."""
    populations = plan["subjects"]["populations"]
    reasons = {name.removesuffix("FL") + "RS" for name in populations}
    core = columns_of("adsl") or frozenset()
    return set(core) | set(plan["subjects"]["variables"]) | set(populations) | reasons


def check_keys(analysis: Analysis, kind: Kind) -> list[str]:
    """Keys that the kind lacks, and keys that mean nothing to it."""
    findings = [f"{key!r} is missing" for key in sorted(kind.needs - set(analysis))]
    for key in sorted(set(analysis) - kind.known):
        findings.append(f"{key!r} means nothing here; {nearest(key, kind.known)}")
    method = analysis.get("method", {})
    for key in sorted(kind.method_needs - set(method)):
        findings.append(f"method: {key!r} is missing")
    allowed = kind.method_needs | kind.method_may
    for key in sorted(set(method) - allowed):
        findings.append(f"method: {key!r} means nothing here; {nearest(key, allowed)}")
    return findings


def check_estimand(analysis: Analysis, plan: Plan) -> list[str]:
    """Whether the analysis belongs to an estimand, or to an objective that needs none."""
    objectives = plan["estimands"]["objectives"]
    free = {name for name, one in objectives.items() if one["level"] in WITHOUT_ESTIMAND}
    named = analysis["estimand"]
    if named in objectives and named not in free:
        return [f"objective {named!r} needs an estimand; name the estimand instead"]
    return unknown_words([named], set(plan["estimands"]["estimands"]) | free, "estimand")


def check_groups(analysis: Analysis, plan: Plan, variables: set[str]) -> list[str]:
    """Whether the grouping variable exists and the contrasts name groups."""
    arms = plan["trial"]["arms"]
    groups = [arm["code"] for arm in arms]
    findings = []
    if "groups" in analysis:
        groups = [str(level["value"]) for level in analysis["groups"]["levels"]]
        findings += unknown_words([analysis["groups"]["variable"]], variables, "variable")
    for pair in analysis.get("contrasts", []):
        findings += unknown_words(pair, groups, "group")
    if "design" in analysis:
        findings += unknown_words(analysis["design"]["proportions"], groups, "group")
        lacking = sorted(set(groups) - set(analysis["design"]["proportions"]))
        findings += [f"design: no proportion for group {name!r}" for name in lacking]
    return findings


def check_design(analysis: Analysis) -> list[str]:
    """What a sample size needs beyond proportions."""
    if analysis["kind"] != "sample_size" or "design" not in analysis:
        return []
    design = analysis["design"]
    findings = [f"design: {key!r} is missing" for key in ("power", "dropout") if key not in design]
    if "fisher" in design["variants"]:
        findings.append("design: variant 'fisher' gives a power, not a sample size")
    return findings


def check_variables(analysis: Analysis, plan: Plan, variables: set[str]) -> list[str]:
    """Every subject-level variable and population that the analysis names."""
    populations = plan["subjects"]["populations"]
    flow = analysis.get("flow", {})
    named = [*variables_of(analysis.get("subset")), *analysis.get("covariates", [])]
    named += analysis.get("terms", [])
    named += analysis.get("stratify_by", [])
    named += [one["variable"] for one in analysis.get("variables", [])]
    named += [one["variable"] for one in analysis.get("subgroups", [])]
    named += [one["variable"] for one in analysis.get("strata", [])]
    named += variables_of(analysis.get("died"))
    named += [analysis["left"]] if "left" in analysis else []
    named += [flow[key] for key in ("status", "reason", "time", "excluded_by") if key in flow]
    named += variables_of(flow.get("treated"))
    for row in analysis.get("rows", []):
        named += variables_of(row.get("subjects"))
    if analysis["kind"] == "proportions_by":
        named += [analysis["by"]] if "by" in analysis else []
    findings = unknown_words(sorted(map(str, named)), variables, "variable")
    flags = [analysis["population"]] if "population" in analysis else []
    flags += [*flow.get("populations", []), *analysis.get("populations", [])]
    return findings + unknown_words(flags, populations, "population")


def check_records(analysis: Analysis, plan: Plan) -> list[str]:
    """The table of records and the variables of it that the analysis names."""
    if "records" not in analysis:
        return []
    table = analysis["records"]
    findings = unknown_words([table], tables_of_plan(plan), "table of records")
    columns = columns_of(table)
    if findings or columns is None:
        return findings
    named = set(variables_of(analysis.get("where"))) | set(
        variables_of(analysis.get("interrupted"))
    )
    named |= set(variables_of(analysis.get("fatal")))
    named |= {analysis["grades"]["variable"]} if "grades" in analysis else set()
    for row in analysis.get("rows", []):
        named |= variables_of(row.get("records"))
        if "records" in row and "subjects" in row:
            findings.append(f"row {row['id']!r} has both records and subjects; give one")
    named |= {analysis[key] for key in ("by", "label_by") if key in analysis}
    return findings + unknown_words(sorted(named), columns, f"variable of {table}")


def check_shift(analysis: Analysis) -> list[str]:
    """Whether the categories of a shift divide the values: limits that rise, none for the last."""
    if "shift" not in analysis:
        return []
    categories = analysis["shift"]["categories"]
    limits = [one.get("below") for one in categories]
    names = [one["id"] for one in categories]
    findings = []
    known = [limit for limit in limits[:-1] if limit is not None]
    if limits[-1] is not None or len(known) < len(limits) - 1:
        findings.append("shift: every category but the last needs 'below', and the last has none")
    elif known != sorted(set(known)):
        findings.append("shift: the limits under 'below' do not rise")
    findings += [f"shift: two categories are {n!r}" for n in set(names) if names.count(n) > 1]
    return findings + [f"shift: {n!r} is a word of the table" for n in names if n in TAKEN]


def check_dates(source: Analysis, plan: Plan) -> list[str]:
    """Whether dates of a course come from exactly one place, and whether it exists."""
    places = [key for key in ("variable", "endpoint", "records", "at_end") if key in source]
    if len(places) != 1:
        return ["give one of 'variable', 'endpoint', 'records' and 'at_end'"]
    findings = []
    if ("date" in source) != (places[0] == "records"):
        findings.append("'date' belongs to 'records', and only there")
    if "where" in source and places[0] == "endpoint":
        findings.append("'where' means nothing beside 'endpoint'")
    if places[0] == "endpoint":
        return findings + unknown_words([source["endpoint"]], endpoints_of(plan), "endpoint")
    named = [*variables_of(source.get("where")), *(source[k] for k in ("date",) if k in source)]
    if places[0] != "records":
        subject_level = subject_variables(plan) | set(endpoints_of(plan))
        named += [source["variable"]] if "variable" in source else []
        return findings + unknown_words(sorted(named), subject_level, "variable")
    table = source["records"]
    columns = columns_of(table)
    findings += unknown_words([table], tables_of_plan(plan), "table of records")
    if findings or columns is None:
        return findings
    return findings + unknown_words(sorted(named), columns, f"variable of {table}")


def check_course(analysis: Analysis, plan: Plan) -> list[str]:
    """The names in a course: where its dates come from, its marks, what lasts between them."""
    course = analysis.get("course")
    if course is None:
        return []
    findings = unknown_words([course["start"]], subject_variables(plan), "variable")
    for index, source in enumerate(course["end"], start=1):
        findings += [f"course: end {index}: {words}" for words in check_dates(source, plan)]
    for mark in course["marks"]:
        findings += [f"course: {mark['id']}: {words}" for words in check_dates(mark, plan)]
    names = [mark["id"] for mark in course["marks"]]
    for interval in course.get("intervals", []):
        found = unknown_words([interval["from"], interval["to"]], names, "mark")
        findings += [f"course: {interval['id']}: {words}" for words in found]
    names += [interval["id"] for interval in course.get("intervals", [])]
    twice = sorted({name for name in names if names.count(name) > 1})
    return findings + [f"course: the id {name!r} is used twice" for name in twice]


def check_analysis(analysis: Analysis, plan: Plan, variables: set[str]) -> list[str]:
    """Every finding about one analysis."""
    kind = KINDS[analysis["kind"]]
    findings = check_keys(analysis, kind) + check_words(analysis) + check_estimand(analysis, plan)
    if "endpoint" in analysis:
        known = times_of(plan) if analysis["kind"] in WITH_TIMES else endpoints_of(plan)
        findings += unknown_words([analysis["endpoint"]], known, "endpoint")
    if "imputation" in analysis:
        models = models_of(plan)
        findings += unknown_words([analysis["imputation"]], models, "imputation model")
        completed = models.get(analysis["imputation"], {}).get("endpoint")
        if completed not in (None, analysis.get("endpoint")):
            findings.append(
                f"imputation {analysis['imputation']!r} completes {completed}, not "
                f"{analysis.get('endpoint')}"
            )
    findings += check_imputed(analysis, plan)
    findings += check_groups(analysis, plan, variables) + check_design(analysis)
    findings += check_shift(analysis) + check_tipping(analysis, plan) + check_times(analysis)
    findings += check_course(analysis, plan)
    return findings + check_variables(analysis, plan, variables) + check_records(analysis, plan)


def check_estimands(plan: Plan) -> list[str]:
    """Estimands whose objective or endpoint does not exist, or that no analysis serves."""
    section = plan["estimands"]
    served = {analysis["estimand"] for analysis in plan["analyses"]["analyses"].values()}
    known = set(endpoints_of(plan)) | set(times_of(plan))
    findings = []
    for name, estimand in section["estimands"].items():
        found = unknown_words([estimand["objective"]], section["objectives"], "objective")
        if "endpoint" in estimand:
            found += unknown_words([estimand["endpoint"]], known, "endpoint")
        if name not in served:
            found.append("no analysis belongs to it")
        findings += [f"estimands: {name}: {words}" for words in found]
    return findings


def check_models(plan: Plan) -> list[str]:
    """Imputation models that name what does not exist, or that no analysis uses."""
    variables = subject_variables(plan)
    used = imputations_of(plan)
    findings = []
    for name, model in models_of(plan).items():
        found = check_imputation_model(model, plan, variables)
        if name not in used:
            found.append("no analysis uses it")
        findings += [f"imputation: {name}: {text}" for text in found]
    return findings


def check_analysis_plan(plan: Plan) -> list[str]:
    """Every name in the analyses, estimands and imputation models that does not exist."""
    analyses = plan["analyses"]["analyses"]
    subject_level = subject_variables(plan)
    variables = subject_level | set(endpoints_of(plan))
    clash = sorted(set(endpoints_of(plan)) & subject_level)
    findings = [f"endpoints: {name} is also a subject-level variable" for name in clash]
    taken = sorted(RESERVED & set(analyses))
    findings += [f"analyses: {name}: the name of another file of results" for name in taken]
    for name, analysis in analyses.items():
        found = check_analysis(analysis, plan, variables)
        findings += [f"analyses: {name}: {words}" for words in found]
    if not any(analysis["role"] == "primary" for analysis in analyses.values()):
        findings.append("analyses: none has the role primary")
    return findings + check_estimands(plan) + check_models(plan) + check_imputations(plan)
