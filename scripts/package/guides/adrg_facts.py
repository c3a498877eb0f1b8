"""What the guide to the analysis data prints beside its claims: words and names, never numbers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.package.adam.domain_records import domain_dataset
from scripts.package.adam.names import renames
from scripts.package.guides.dependencies import (
    COMPLETED,
    DERIVED,
    RAW,
    SDTM,
    dataset_reads,
    rules_of,
    sent_name,
)
from scripts.package.guides.guide_facts import key_words, program_of, purpose_of

Plan = Mapping[str, Any]
SUBJECTS, EFFICACY, SAFETY, PRIMARY = "ADSL", "efficacy", "safety", "primary"
# Variables by which a record says that it was derived, chosen or taken as the baseline.
FLAGS = re.compile(r"DTYPE|ANL\d\dFL|ABLFL|AVALCAT\d|CRIT\d+(?:FL)?|.*IMPFL|PARCAT\d")
ORIGINS = re.compile(r"SRC(?:DOM|VAR|SEQ)|[A-Z]{2}SEQ")
TREATMENTS = re.compile(r"(?:TRT\d\d[PA]|TRT[PA]|ARM|ACTARM|ARMCD|ACTARMCD|TR\d\dPG\d)N?")
PAIRS = (
    ("ADSL.TRT01P", "DM.ARM"),
    ("ADSL.TRT01A", "DM.ACTARM"),
    ("ADSL.TRT01P", "ADSL.TRT01A"),
    ("DM.ARM", "DM.ACTARM"),
)
# From here on a method's words are of one analysis alone.
MODEL = re.compile(r"\s(?:Model|In each completed data set|Options|Software)\b.*", re.DOTALL)
COMPARATORS = {"EQ": "=", "NE": "not", "IN": "in", "NOTIN": "not in"}
COMPARATORS |= {"GE": "at least", "GT": "above", "LE": "at most", "LT": "below"}


def names_of(dataset: Plan) -> list[str]:
    """The variables of a data set by their names."""
    return [entry["name"] for entry in dataset["variables"]]


def core_variables(datasets: Mapping[str, Plan]) -> list[str]:
    """The variables of ADSL that every other analysis data set has too."""
    others = [set(names_of(entry)) for name, entry in datasets.items() if name != SUBJECTS]
    shared = set.intersection(*others) if others else set()
    return [name for name in names_of(datasets[SUBJECTS]) if name in shared]


def matching(datasets: Mapping[str, Plan], pattern: re.Pattern[str]) -> list[dict[str, Any]]:
    """By data set, the variables whose whole name matches; a data set without any is left out."""
    found = [
        {"dataset": name, "variables": [v for v in names_of(entry) if pattern.fullmatch(v)]}
        for name, entry in datasets.items()
    ]
    return [entry for entry in found if entry["variables"]]


def agreeing_pairs(datasets: Mapping[str, Plan]) -> list[tuple[str, str]]:
    """The pairs of treatment variables that are both there."""
    known = {f"{name}.{v}" for name, entry in datasets.items() for v in names_of(entry)}
    return [pair for pair in PAIRS if set(pair) <= known]


def uses_of(analyses: Mapping[str, Plan]) -> dict[str, list[str]]:
    """By data set, whether primary, efficacy or safety analyses read it."""
    found: dict[str, set[str]] = {}
    for entry in analyses.values():
        kind = SAFETY if entry["role"] == SAFETY else EFFICACY
        kinds = {PRIMARY, EFFICACY} if entry["role"] == PRIMARY else {kind}
        if entry["role"] in ("descriptive", "design"):
            kinds = {"description"}
        for dataset in entry["datasets"]:
            found.setdefault(dataset["name"], set()).update(kinds)
    order = (PRIMARY, EFFICACY, SAFETY, "description")
    return {name: [kind for kind in order if kind in kinds] for name, kinds in found.items()}


def dataset_rows(
    datasets: Mapping[str, Plan], uses: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """Each data set with its class, structure, keys, and the kinds of analysis that read it."""
    return [
        {
            "name": name,
            "class": str(entry["class"]),
            "structure": str(entry["structure"]),
            "keys": key_words(entry),
            "uses": ", ".join(uses.get(name, [])) or "none",
            "origins": [v for v in names_of(entry) if ORIGINS.fullmatch(v)],
            "parameters": [],
        }
        for name, entry in datasets.items()
    ]


def _source_name(table: str, sources: Plan) -> str:
    if table.startswith(RAW):
        return str(sources[table.removeprefix(RAW)]["file"])
    return sent_name(table)


def data_programs(
    index: Plan, plan: Plan, code: Mapping[str, str], datasets: Mapping[str, Plan]
) -> list[dict[str, Any]]:
    """The programs that make data sets: what each makes from which variables of what."""
    known, names = set(datasets), renames(plan)
    sources = plan["sources"]["sources"]
    found: list[dict[str, Any]] = []
    for rule, made in rules_of(index).items():
        if not all(table.startswith((SDTM, DERIVED, COMPLETED)) for table in made):
            continue
        own = [sent_name(t) for t in made if not t.startswith(COMPLETED)]
        reads = [
            {
                "name": _source_name(table, sources),
                "sent": not table.startswith((RAW, COMPLETED)) and sent_name(table) in known,
                "variables": _sent_columns(table, columns, names),
            }
            for table, columns in dataset_reads(index, rule).items()
        ]
        found.append(
            {
                "file": program_of(rule),
                "rule": rule,
                "purpose": purpose_of(code, rule),
                "makes": [name for name in own if name in known],
                "completes": [t.removeprefix(COMPLETED) for t in made if t.startswith(COMPLETED)],
                "reads": reads,
            }
        )
    made_so_far = {name for program in found for name in program["makes"]}
    return [*found, *_sending_programs(code, datasets, made_so_far)]


def _sent_columns(table: str, columns: Iterable[str], names: Mapping[str, str]) -> list[str]:
    if table.startswith(DERIVED):
        columns = {names.get(column, column) for column in columns}
    return sorted(columns)


def domain_of(name: str, datasets: Mapping[str, Plan]) -> str:
    """The domain whose records an analysis data set holds as they are, or nothing."""
    found = [domain for domain in datasets if domain_dataset(domain).upper() == name]
    return found[0] if found else ""


def _sending_programs(
    code: Mapping[str, str], datasets: Mapping[str, Plan], made: set[str]
) -> list[dict[str, Any]]:
    """The programs that write the transport files, with the data sets that only they make."""
    found = []
    for rule, standard in (("write_sdtm", "SDTMIG"), ("write_adam", "ADaMIG")):
        own = [n for n, d in datasets.items() if d["standard"] == standard and n not in made]
        reads = [
            {"name": domain, "sent": True, "variables": _shared(datasets[domain], datasets[name])}
            for name in own
            if (domain := domain_of(name, datasets))
        ]
        if own:
            found.append(
                {
                    "file": program_of(rule),
                    "rule": rule,
                    "purpose": purpose_of(code, rule),
                    "makes": own,
                    "completes": [],
                    "reads": reads,
                }
            )
    return found


def _shared(domain: Plan, made: Plan) -> list[str]:
    """The variables of a domain that an analysis data set takes over."""
    taken = set(names_of(made))
    return [name for name in names_of(domain) if name in taken]


def where_words(where: Iterable[Plan]) -> str:
    """The choice of records in words."""
    parts = []
    for condition in where:
        values = ", ".join(map(str, condition["values"]))
        sign = COMPARATORS.get(condition["comparator"], condition["comparator"])
        parts.append(f"{condition['dataset']}.{condition['variable']} {sign} {values}")
    return "; ".join(parts)


def analysis_programs(
    analyses: Mapping[str, Plan], displays: Iterable[str], code: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The programs of the analyses, each with its analyses in the order of the plan."""
    order = list(displays)
    groups: dict[str, dict[str, Any]] = {}
    for name, entry in analyses.items():
        group = groups.setdefault(
            entry["program"],
            {
                "file": entry["program"],
                "purpose": purpose_of(code, entry["rule"]),
                "analyses": [],
            },
        )
        reads = [
            {
                "dataset": part["name"],
                "variables": list(part["variables"]),
                "where": where_words(part["where"]),
            }
            for part in entry["datasets"]
        ]
        group["analyses"].append(
            {
                "id": name,
                "title": str(entry["title"]),
                "displays": [name for name in order if name in entry["displays"]],
                "reads": reads,
                "more": list(entry.get("reads", [])),
            }
        )
    return list(groups.values())


def interval_rows(analyses: Mapping[str, Plan]) -> list[dict[str, Any]]:
    """Every method with its interval and quantile, in words, and the analyses that it made."""
    groups: dict[str, list[str]] = {}
    for name, entry in analyses.items():
        groups.setdefault(without_model(str(entry["method"])), []).append(name)
    return [{"method": method, "analyses": names} for method, names in groups.items()]


def without_model(text: str) -> str:
    """A method without the model, choices and software of one analysis."""
    return MODEL.sub("", text).rstrip(".") + "."


def completed_rows(index: Plan, plan: Plan) -> list[dict[str, str]]:
    """The completed data sets, which are not sent, with what they complete."""
    models = (plan.get("imputation") or {}).get("models") or {}
    tables = sorted(
        {
            table.removeprefix(COMPLETED)
            for made in rules_of(index).values()
            for table in made
            if table.startswith(COMPLETED)
        }
    )
    return [
        {"name": name, "label": str(models.get(name.rpartition("/")[2], {}).get("label", ""))}
        for name in tables
    ]


def expected_warnings(results: Mapping[str, Plan]) -> list[dict[str, Any]]:
    """What the programs say while they run, as the results keep it: each text with who said it."""
    groups: dict[str, list[str]] = {}
    for name, document in results.items():
        for text in document.get("warnings") or []:
            groups.setdefault(str(text), []).append(name)
    return [{"text": text, "analyses": names} for text, names in groups.items()]
