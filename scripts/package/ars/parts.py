"""Populations, data subsets, groupings and methods of a reporting event."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.package.oids import where_oid

SUBJECTS, ARM = "ADSL", "ARMCD"
ROW, CONTRAST, ADDRESS = "GF.ROW", "GF.CONTRAST", "GF.ADDRESS"
Entry = dict[str, Any]
# What is grouped by what a result says of itself: rows, contrasts, and where a number is printed.
OPEN_GROUPINGS = {
    ROW: ("Row", "The row of a result: a visit, a level, a term, a model's term or a measure."),
    CONTRAST: ("Contrast", "Two groups, A-B for a difference and A/B for a ratio."),
    ADDRESS: (
        "Address",
        "Where the number is printed: display/row/column/statistic, the same in the report, in its "
        "pages and in the trace.",
    ),
}


def condition_of(clause: Mapping[str, Any]) -> Entry:
    """One range check."""
    return {
        "dataset": clause["dataset"],
        "variable": clause["variable"],
        "comparator": clause["comparator"],
        "value": list(clause["values"]),
    }


def set_id(flag: str) -> str:
    """A population."""
    return f"AS.{flag}"


def analysis_sets(analyses: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """The populations that analyses use, each by its flag."""
    labels = {a["population"]["flag"]: a["population"]["label"] for a in analyses.values()
              if a["population"]}  # fmt: skip
    return [
        {
            "id": set_id(flag),
            "name": label,
            "level": 1,
            "order": order,
            "condition": {
                "dataset": SUBJECTS, "variable": flag, "comparator": "EQ", "value": ["Y"],
            },
        }
        for order, (flag, label) in enumerate(sorted(labels.items()), start=1)
    ]  # fmt: skip


def main_dataset(analysis: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data set that an analysis is about: with its parameter, else records, else subjects."""
    datasets = analysis["datasets"]

    def rank(dataset: Mapping[str, Any]) -> tuple[bool, bool]:
        values = [v for clause in dataset["where"] for v in clause["values"]]
        return analysis["parameter"] not in values, dataset["name"] == SUBJECTS

    return min(datasets, key=rank)


def subset_clauses(analysis: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What chooses the records of the main data set beside the population."""
    flag = analysis["population"] and analysis["population"]["flag"]
    return [clause for clause in main_dataset(analysis)["where"] if clause["variable"] != flag]


def subset_id(analysis: Mapping[str, Any]) -> str | None:
    """The data subset of an analysis; None where the population is all there is."""
    clauses = subset_clauses(analysis)
    return where_oid(main_dataset(analysis)["name"], clauses) if clauses else None


def data_subsets(analyses: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """Each data subset once."""
    found: dict[str, Entry] = {}
    for analysis in analyses.values():
        id_ = subset_id(analysis)
        if id_ is None or id_ in found:
            continue
        clauses = subset_clauses(analysis)
        found[id_] = {"id": id_, "name": _said(clauses), "level": 1, "order": len(found) + 1}
        found[id_] |= _chosen(clauses)
    return list(found.values())


def _said(clauses: Sequence[Mapping[str, Any]]) -> str:
    return " and ".join(
        f"{c['dataset']}.{c['variable']} {c['comparator']} {', '.join(c['values']) or 'missing'}"
        for c in clauses
    )


def _chosen(clauses: Sequence[Mapping[str, Any]]) -> Entry:
    if len(clauses) == 1:
        return {"condition": condition_of(clauses[0])}
    parts = [
        {"level": 2, "order": order, "condition": condition_of(clause)}
        for order, clause in enumerate(clauses, start=1)
    ]
    return {"compoundExpression": {"logicalOperator": "AND", "whereClauses": parts}}


def grouping_variable(planned: Mapping[str, Any]) -> str:
    """The variable whose values are the groups of an analysis: the arm, or what the plan says."""
    return str(planned["groups"]["variable"]) if "groups" in planned else ARM


def grouping_id(variable: str) -> str:
    """The groups by a variable."""
    return f"GF.{variable}"


def group_id(variable: str, group: str) -> str:
    """One group."""
    return f"GF.{variable}.{group}"


def groupings(
    documents: Mapping[str, Mapping[str, Any]],
    planned: Mapping[str, Mapping[str, Any]],
    arms: Iterable[Mapping[str, Any]],
) -> list[Entry]:
    """The groups of all analyses by their variable, then what results group by themselves."""
    values = {ARM: {str(arm["code"]) for arm in arms}}
    labels: dict[str, dict[str, str]] = {}
    for name, document in documents.items():
        variable = grouping_variable(planned[name])
        if "groups" in planned[name]:
            levels = planned[name]["groups"]["levels"]
            named = {str(one["value"] if isinstance(one, Mapping) else one) for one in levels}
            values[variable] = values.get(variable, set()) | named
        for group in document["groups"]:
            labels.setdefault(variable, {}).setdefault(group["id"], group["label"])
    made = [
        _grouping(variable, groups, values.get(variable, set()))
        for variable, groups in sorted(labels.items())
    ]
    made += [
        {"id": id_, "name": name, "description": words, "dataDriven": True}
        for id_, (name, words) in OPEN_GROUPINGS.items()
    ]
    return made


def _grouping(variable: str, groups: Mapping[str, str], values: set[str]) -> Entry:
    """Groups by a variable; one that is no value of it (all together) has no condition."""
    listed = []
    for order, (id_, label) in enumerate(groups.items(), start=1):
        group: Entry = {"id": group_id(variable, id_), "name": id_, "label": label, "level": 1}
        group["order"] = order
        if id_ in values:
            group["condition"] = {
                "dataset": SUBJECTS, "variable": variable, "comparator": "EQ", "value": [id_],
            }  # fmt: skip
        listed.append(group)
    return {
        "id": grouping_id(variable),
        "name": f"Groups by {variable}",
        "groupingDataset": SUBJECTS,
        "groupingVariable": variable,
        "dataDriven": False,
        "groups": listed,
    }


def method_ids(analyses: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The method of each analysis: the same id where the same words say how it ran."""
    texts: dict[str, str] = {}
    counts: dict[str, int] = {}
    found = {}
    for name, analysis in analyses.items():
        text = analysis["method"]
        if text not in texts:
            rule = analysis["rule"]
            counts[rule] = counts.get(rule, 0) + 1
            texts[text] = f"M.{rule}.{counts[rule]}"
        found[name] = texts[text]
    return found


def operation_id(method: str, statistic: str) -> str:
    """One operation of a method: the statistic that it gives."""
    return f"{method}.{statistic}"


def methods(
    analyses: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
    statistics: Mapping[str, Iterable[str]],
) -> list[Entry]:
    """Each method once, with an operation for each statistic that is printed of it."""
    ids = method_ids(analyses)
    found: dict[str, Entry] = {}
    for name, analysis in analyses.items():
        id_ = ids[name]
        method = documents[name]["method"]
        entry = found.setdefault(id_, {
            "id": id_,
            "name": method["name"],
            "label": method["label"],
            "description": analysis["method"],
            "operations": [],
            "codeTemplate": {
                "context": analysis["method"].rpartition("Software: ")[2].rstrip("."),
                "documentRef": {"referenceDocumentId": program_document(analysis["program"])},
            },
        })  # fmt: skip
        known = {one["name"] for one in entry["operations"]}
        for statistic in statistics.get(name, []):
            if statistic not in known:
                known.add(statistic)
                entry["operations"].append(
                    {
                        "id": operation_id(id_, statistic),
                        "name": statistic,
                        "label": statistic.replace("_", " "),
                        "order": len(entry["operations"]) + 1,
                    }
                )
    return list(found.values())


def program_document(program: str) -> str:
    """A program among the documents that are referred to."""
    return f"RD.PROG.{program.removesuffix('.txt')}"
