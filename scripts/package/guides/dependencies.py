"""What each data set is made from: out of the index of the audit, which declares every read."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.package.adam.domain_records import domain_dataset

RAW, SDTM, DERIVED, COMPLETED = "ingest/raw/", "ingest/sdtm/", "derive/", "impute/"
Reads = dict[str, set[str]]


def table_of(name: str) -> str:
    """A table of the index without the part of it that is meant."""
    return name.partition(":")[0]


def reads_of(index: Mapping[str, Any]) -> dict[str, Reads]:
    """By table, the tables that its records are made from, each with the columns that are read."""
    found: dict[str, Reads] = {}
    for derivation in index["derivations"]:
        reads = found.setdefault(table_of(derivation["table"]), {})
        for number in derivation["reads"]:
            entry = index["reads"][number]
            source = table_of(entry["table"])
            if source != table_of(derivation["table"]):
                reads.setdefault(source, set()).update(entry["columns"])
    return found


def rules_of(index: Mapping[str, Any]) -> dict[str, list[str]]:
    """By rule, the tables that it makes."""
    found: dict[str, list[str]] = {}
    for derivation in index["derivations"]:
        made = found.setdefault(derivation["rule"], [])
        table = table_of(derivation["table"])
        if table not in made:
            made.append(table)
    return {rule: sorted(made) for rule, made in sorted(found.items())}


def sent_name(table: str) -> str:
    """A table of the index as the data set of the package is called: the stem in capitals."""
    return table.rpartition("/")[2].upper()


def dataset_reads(index: Mapping[str, Any], rule: str) -> Reads:
    """The tables that a rule reads and does not make itself, with the columns that it reads."""
    reads = reads_of(index)
    made = rules_of(index)[rule]
    found: Reads = {}
    for table in made:
        for source, columns in reads[table].items():
            if source not in made:
                found.setdefault(source, set()).update(columns)
    return {source: found[source] for source in sorted(found)}


def execution_order(seals: Iterable[Mapping[str, Any]]) -> list[str]:
    """The rules in an order in which they can run: each after those whose files it reads.

    Where several could be next, the one whose name comes first goes first.
    """
    seals = sorted(seals, key=lambda seal: seal["rule"])
    maker = {path: seal["rule"] for seal in seals for path in seal["outputs"]}
    waits = {
        seal["rule"]: {maker[path] for path in seal["inputs"] if path in maker} - {seal["rule"]}
        for seal in seals
    }
    order: list[str] = []
    while len(order) < len(waits):
        ready = sorted(rule for rule in waits if rule not in order and waits[rule] <= set(order))
        if not ready:
            raise ValueError(f"the rules wait for one another: {sorted(set(waits) - set(order))}")
        order.append(ready[0])
    return order


def dependency_graph(
    index: Mapping[str, Any],
    sources: Mapping[str, Mapping[str, Any]],
    analyses: Mapping[str, Any],
    sections: Iterable[Mapping[str, Any]],
    sent: Iterable[str] = (),
) -> tuple[list[tuple[str, list[str]]], set[tuple[str, str]]]:
    """The columns of the graph, raw files to sections of the report, and its edges by label."""
    reads = reads_of(index)
    files = {f"{RAW}{name}": str(source["file"]) for name, source in sources.items()}
    label = {**files, **{table: sent_name(table) for table in reads if table not in files}}
    kept = (SDTM, DERIVED)
    edges = {
        (label[source], label[made])
        for made, from_ in reads.items()
        if made.startswith(kept)
        for source in from_
        if source in label and source.startswith((RAW, *kept))
        and not (made.startswith(SDTM) and source.startswith(SDTM))
    }  # fmt: skip
    shown = {}
    for section in sections:
        for display in section.get("displays", []):
            shown[display["id"]] = section["title"]
    derived = {label[table] for table in reads if table.startswith(DERIVED)}
    # Domains that are sent as analysis data sets of their own.
    for domain in [label[table] for table in reads if table.startswith(SDTM)]:
        name = domain_dataset(domain).upper()
        if name in set(sent) - derived:
            derived.add(name)
            edges.add((domain, name))
    for entry in analyses.values():
        for dataset in entry["datasets"]:
            for display in entry["displays"]:
                if dataset["name"] in derived and display in shown:
                    edges.add((dataset["name"], shown[display]))
    layers = [
        ("Raw files", sorted(set(files.values()))),
        ("SDTM", sorted(label[table] for table in reads if table.startswith(SDTM))),
        *_derived_layers(derived, edges),
        ("Sections of the report", [t for t in dict.fromkeys(shown.values()) if _used(t, edges)]),
    ]
    return layers, edges


def _used(label: str, edges: set[tuple[str, str]]) -> bool:
    return any(label in edge for edge in edges)


def _derived_layers(
    derived: set[str], edges: set[tuple[str, str]]
) -> list[tuple[str, list[str]]]:  # fmt: skip
    """The ADaM data sets, each to the right of those that it is made from."""
    depth = dict.fromkeys(derived, 0)
    for _ in derived:
        for source, made in edges:
            if source in derived and made in derived:
                depth[made] = max(depth[made], depth[source] + 1)
    return [
        ("ADaM" if level == 0 else "", sorted(n for n in derived if depth[n] == level))
        for level in range(max(depth.values(), default=0) + 1)
    ]
