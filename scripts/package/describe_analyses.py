"""Every analysis of the report in terms of what is sent: data sets and where clauses, method as it
ran, programs and displays. Results metadata of every kind are made from this one description."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scripts.conditions import variables_of
from scripts.job import Job, StepError
from scripts.package.adam.analysed import sent_condition, sent_index
from scripts.package.analysis_data import (
    COMPLETED,
    DERIVED,
    SDTM,
    SUBJECTS,
    by_dataset,
    completed_from,
    describe_dataset,
    read_columns,
)
from scripts.package.method_words import TAKEN, model_words, software_words, taken_words
from scripts.package.places import hyphenated
from scripts.report.layouts.notes import labels_of_words, options_words
from scripts.report.results import Result

RESULTS = "results/analyse/"
SPECIFIED, DATA_DRIVEN = "SPECIFIED IN SAP", "DATA DRIVEN"
# By the level of the objective; of these the plan's role goes first.
OF_ROLE = ("primary", "secondary", "exploratory", "safety")
PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
    "safety": "SAFETY",
    "descriptive": "DESCRIPTION",
    "design": "DESIGN",
}
NOTHING_READ = (
    "Reads no data: a calculation from the assumptions of the plan. {name} stands here because "
    "the standard asks for a data set."
)
LIMITS = "limits"
NOT_IMPUTED = "What was observed; nothing is imputed."
# Options of a method that its own words repeat, or that are said as the model.
SAID = (*TAKEN, "terms", "covariates", "within_strata")


def numbers_of(
    tables: Mapping[str, Any], figures: Mapping[str, Any]
) -> dict[str, dict[str, dict[str, Any]]]:
    """The printed numbers that come from a row of a result: by analysis, then by address."""
    addresses = dict(tables["addresses"])
    for name in sorted(figures):
        addresses |= figures[name]["addresses"]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for address, number in addresses.items():
        source = number["source"]
        if source.get("file", "").startswith(RESULTS) and "row" in source:
            analysis = source["file"].removeprefix(RESULTS).removesuffix(".json")
            found.setdefault(analysis, {})[address] = number
    return found


def objective_of(plan: Mapping[str, Any], estimand: str) -> dict[str, Any]:
    """The objective that an estimand belongs to, or the one that is named itself."""
    declared = plan["estimands"]
    named = declared["estimands"].get(estimand, {}).get("objective", estimand)
    return declared["objectives"][named]


def reason_of(name: str, plan: Mapping[str, Any], objective: Mapping[str, Any]) -> str:
    """Why an analysis was made: data driven where it, or its objective, came after the data."""
    later = plan["submission"].get("analyses", {}).get("data_driven", [])
    return DATA_DRIVEN if name in later or "added" in objective else SPECIFIED


def method_text(result: Result, analysis: Mapping[str, Any], level: float) -> str:
    """The method that ran with its options, test, quantiles, model and software, in words."""
    document = result.document
    method = document["method"]
    outcome = document["endpoint_label"] or document["title"]
    without = [key for key in SAID if key in method["options"]]
    options = options_words(method["options"], without=without, known=labels_of_words(result))
    taken = taken_words(document["kind"], method, analysis.get("method", {}))
    parts = [
        method["label"],
        method.get("test_label"),
        f"Confidence level {level:.0%}" if any(text.startswith(LIMITS) for text in taken) else "",
        *taken,
        *model_words(document["kind"], method, analysis, outcome, document.get("labels", {})),
        f"Options: {options}" if options else "",
        software_words(method),
    ]
    return ". ".join(dict.fromkeys(text[:1].upper() + text[1:] for text in parts if text)) + "."


def sources_of(
    index: Mapping[str, Any],
    addresses: Iterable[str],
    analysis: Mapping[str, Any],
    known: Mapping[str, set[str]],
    choosing_subjects: Collection[str] = (),
) -> tuple[list[dict[str, Any]], list[str]]:
    """The ADaM data sets of an analysis, and in words what it reads beside them."""
    columns = read_columns(index, addresses)
    completed = sorted(name for name in columns if name.startswith(COMPLETED))
    words = []
    for name, parts in by_dataset(columns, SDTM).items():
        read = sorted({c for pair in parts.values() for group in pair for c in group})
        words.append(f"Reads the SDTM data set {name} ({', '.join(read)}) directly")
    if completed:
        made = completed_from(index, completed)
        names = sorted({t.removeprefix(COMPLETED) for t in completed})
        origin = ", ".join(by_dataset(made, DERIVED))
        words.append(
            f"Reads completed data sets ({', '.join(names)}), which are not sent: the programs "
            f"make them from {origin}"
        )
        for table, (used, choosing) in made.items():
            before = columns.setdefault(table, (set(), set()))
            before[0].update(used)
            before[1].update(choosing)
    datasets = []
    for name, parts in by_dataset(columns, DERIVED).items():
        described, more = describe_dataset(name, parts, analysis, known, choosing_subjects)
        datasets.append(described)
        words += more
    if not datasets:
        words.append(NOTHING_READ.format(name=SUBJECTS))
        datasets = [{"name": SUBJECTS, "where": [], "variables": []}]
    return datasets, words


def describe_analysis(
    document: Mapping[str, Any],
    numbers: Mapping[str, Mapping[str, Any]],
    index: Mapping[str, Any],
    known: Mapping[str, set[str]],
    plan: Mapping[str, Any],
) -> dict[str, Any]:
    """One analysis in terms of what is sent."""
    name = document["id"]
    analysis = plan["analyses"]["analyses"][name]
    objective = objective_of(plan, document["estimand"])
    result = Result(dict(document), {})
    only = variables_of(analysis.get("subset")) - {analysis.get("endpoint")}
    datasets, words = sources_of(index, numbers, sent_condition(analysis, plan), known, only)
    population = document["population"]
    rule = index["analyses"][name]["rule"]
    role = document["role"]
    return {
        "title": document["title"],
        "role": role,
        "reason": reason_of(name, plan, objective),
        "purpose": PURPOSES[role if role in OF_ROLE else objective["level"]],
        "population": population and {"flag": population["id"], "label": population["label"]},
        "subset": document["subset"],
        "parameter": document["endpoint"] or analysis.get("parameter"),
        "datasets": datasets,
        "reads": words,
        "method": method_text(result, analysis, plan["settings"]["confidence_level"]),
        "missing": document["missing"] or NOT_IMPUTED,
        "note": document["note"],
        "rule": rule,
        "program": f"{hyphenated(rule)}.txt",
        "displays": sorted({address.split("/")[0] for address in numbers}),
    }


def describe_displays(
    shown: Mapping[str, Mapping[str, Any]], analyses: Mapping[str, Any], order: Iterable[str]
) -> dict[str, Any]:
    """Number, title and analyses of each display that prints a number of some analysis."""
    found = {}
    for name in order:
        held = [one for one, described in analyses.items() if name in described["displays"]]
        if held:
            display = shown[name]
            number = f"{display['word']} {display['number']}"
            found[name] = {"number": number, "title": display["title"], "analyses": held}
    return found


def check_analyses(analyses: Mapping[str, Any], known: Mapping[str, set[str]]) -> list[str]:
    """Every data set or variable of an analysis that is not sent."""
    findings = []
    for name, described in analyses.items():
        named = [(d["name"], v) for d in described["datasets"] for v in d["variables"]]
        named += [
            (c["dataset"], c["variable"]) for d in described["datasets"] for c in d["where"]
        ]  # fmt: skip
        for dataset, variable in dict.fromkeys(named):
            if dataset not in known:
                findings.append(f"{name}: reads {dataset}, which is not sent")
            elif variable not in known[dataset]:
                findings.append(f"{name}: reads {dataset}.{variable}, which is not sent")
    return findings


def describe_analyses(
    documents: Mapping[str, Any],
    tables: Mapping[str, Any],
    figures: Mapping[str, Any],
    index: Mapping[str, Any],
    specification: Mapping[str, Any],
    plan: Mapping[str, Any],
) -> dict[str, Any]:
    """Analyses and displays by id, and the displays in the order of the report.

    Raises StepError listing every variable that an analysis reads and that is not sent, and every
    analysis that no display prints.
    """
    known = {d["name"]: {v["name"] for v in d["variables"]} for d in specification["datasets"]}
    numbers, index = numbers_of(tables, figures), sent_index(index, plan)
    unread = [
        f"{name}: no display prints a number of it" for name in documents if name not in numbers
    ]
    if unread:
        raise StepError("\n  ".join(["analyses without a display", *unread]))
    analyses = {
        name: describe_analysis(documents[name], numbers[name], index, known, plan)
        for name in plan["analyses"]["analyses"]
    }
    findings = check_analyses(analyses, known)
    if findings:
        raise StepError("\n  ".join(["the analyses read what is not sent", *findings]))
    shown = {**tables["displays"], **figures}
    displays = describe_displays(shown, analyses, tables["order"])
    return {"analyses": analyses, "displays": displays, "order": list(displays)}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        described = describe_analyses(
            job.json("results"),
            job.json("tables"),
            job.jsons("figures"),
            job.json("index"),
            job.json("specification"),
            job.plan,
        )
        job.write("analyses", described)
