"""What an analysis reads, in terms of the data sets that are sent: from what the trace declares of
each of its numbers, and the conditions of the plan as where clauses."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from scripts.conditions import Condition, describe, variables_of

DERIVED, SDTM, COMPLETED = "derive/", "ingest/sdtm/", "impute/"
SUBJECTS, SUBJECT, PARAMETER = "ADSL", "USUBJID", "PARAMCD"
RANDOMISED = "RANDFL"
COMPARATORS = {"==": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
Clause = dict[str, Any]
# Columns by table of the index: those whose values are used, those that only choose records.
Columns = dict[str, tuple[set[str], set[str]]]


def read_columns(index: Mapping[str, Any], addresses: Iterable[str]) -> Columns:
    """The columns that the numbers at some addresses read, by table of the index."""
    found: Columns = {}
    places = {place for address in addresses for place in index["numbers"].get(address, [])}
    for place in sorted(places):
        _add(found, index["reads"][place], index)
    return found


def _add(found: Columns, read: Mapping[str, Any], index: Mapping[str, Any]) -> None:
    used, choosing = found.setdefault(read["table"], (set(), set()))
    used.update(read["columns"])
    for number in read["filters"]:
        choosing.update(index["filters"][number]["columns"])


def completed_from(index: Mapping[str, Any], tables: Iterable[str]) -> Columns:
    """What completed data sets were made from: data sets that are sent, however far back."""
    found: Columns = {}
    seen, open_ = set(), list(tables)
    while open_:
        table = open_.pop()
        seen.add(table)
        for made in index["derivations"]:
            if made["table"] == table:
                for place in made["reads"]:
                    _add(found, index["reads"][place], index)
        open_ += [name for name in found if name.startswith(COMPLETED) and name not in seen]
    return {name: columns for name, columns in found.items() if not name.startswith(COMPLETED)}


def dataset_of(table: str) -> tuple[str, str | None]:
    """The data set, and its parameter, that a table of the index is a part of."""
    stem, _, parameter = table.rpartition("/")[2].partition(":")
    return stem.upper(), parameter or None


def clauses_of(condition: Condition | None, dataset: str, known: Mapping[str, set[str]]) -> Any:
    """A condition of the plan as range checks that must all hold, or None where it is not such.

    `known` are the variables of each data set that is sent. A variable that the data set lacks is
    taken from the subjects.
    """
    if not condition:
        return []
    if "all" in condition:
        parts = [clauses_of(part, dataset, known) for part in condition["all"]]
        return None if None in parts else [clause for part in parts for clause in part]
    negated = "not" in condition
    leaf = condition["not"] if negated else condition
    if "variable" not in leaf or "other" in leaf or (negated and "operator" in leaf):
        return None
    home = next((n for n in (dataset, SUBJECTS) if leaf["variable"] in known.get(n, ())), None)
    return None if home is None else [clause(home, leaf["variable"], *_check(leaf, negated))]


def _check(leaf: Mapping[str, Any], negated: bool) -> tuple[str, list[Any]]:
    if "missing" in leaf:
        return ("EQ" if bool(leaf["missing"]) != negated else "NE"), [""]
    if "is" in leaf:
        return ("NE" if negated else "EQ"), [leaf["is"]]
    if "in" in leaf:
        return ("NOTIN" if negated else "IN"), list(leaf["in"])
    return COMPARATORS[leaf["operator"]], [leaf["value"]]


def clause(dataset: str, variable: str, comparator: str, values: Iterable[Any]) -> Clause:
    """One range check; values are text, an empty one stands for a missing value."""
    texts = [str(value) for value in values]
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "values": texts}


def record_conditions(analysis: Mapping[str, Any]) -> Iterator[tuple[str, Condition]]:
    """(data set, condition) of all records that an analysis names, where it has one such."""
    if "records" in analysis and analysis.get("where"):
        yield analysis["records"].upper(), analysis["where"]


def describe_dataset(
    name: str,
    parts: Mapping[str | None, tuple[set[str], set[str]]],
    analysis: Mapping[str, Any],
    known: Mapping[str, set[str]],
    choosing_subjects: Collection[str] = (),
) -> tuple[dict[str, Any], list[str]]:
    """One data set of an analysis as {name, where, variables}, and what no where clause can say.

    `choosing_subjects` are parameters that say who is analysed: where a flag on the data set says
    it too, their records are not those that are analysed.
    """
    where, words = [], []
    flag = analysis.get("population")
    if flag:
        home = name if flag in known.get(name, ()) else SUBJECTS
        where.append(clause(home, flag, "EQ", ["Y"]))
    parameters = sorted(part for part in parts if part)
    if clauses_of(analysis.get("subset"), name, known) is not None:
        parameters = [part for part in parameters if part not in choosing_subjects] or parameters
    if parameters:
        where.append(clause(name, PARAMETER, "IN" if parameters[1:] else "EQ", parameters))
    conditions = [analysis["subset"]] if analysis.get("subset") else []
    conditions += [c for dataset, c in record_conditions(analysis) if dataset == name]
    for condition in conditions:
        made = clauses_of(condition, name, known)
        if made is None:
            words.append(f"{name}: only where {describe(condition)}")
        else:
            where += made
    chosen = {one["variable"] for one in where if one["dataset"] == name}
    used = {column for columns, _ in parts.values() for column in columns}
    choosing = {column for _, columns in parts.values() for column in columns}
    named = sorted((used | choosing) - chosen - set(conditioned(analysis)) - _implied(flag))
    return {"name": name, "where": where, "variables": named or [SUBJECT]}, words


def _implied(flag: str | None) -> set[str]:
    """What the trace reads of every group of a population, which its flag says already."""
    return {RANDOMISED} if flag else set()


def conditioned(analysis: Mapping[str, Any]) -> set[str]:
    """The variables that only choose records or subjects of an analysis."""
    named = {variable for _, c in record_conditions(analysis) for variable in variables_of(c)}
    return named | variables_of(analysis.get("subset"))


def by_dataset(columns: Columns, prefix: str) -> dict[str, dict[Any, tuple[set[str], set[str]]]]:
    """The columns of a stage's tables by data set, then by parameter."""
    found: dict[str, dict[Any, tuple[set[str], set[str]]]] = {}
    for table in sorted(columns):
        if table.startswith(prefix):
            name, parameter = dataset_of(table)
            found.setdefault(name, {})[parameter] = columns[table]
    return found
