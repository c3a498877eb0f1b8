"""Value-level metadata and where clauses of define.xml."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scripts.package.define.elements import Element, element, text_element
from scripts.package.oids import value_list_oid, value_oid, variable_oid, where_oid

Where = Sequence[Mapping[str, Any]]
# What a where clause that names two data sets rests on.
JOIN = "COM.JOIN"
JOIN_WORDS = "Records of both data sets are joined by STUDYID and USUBJID."


def value_lists(dataset: Mapping[str, Any]) -> Iterator[Element]:
    """The value lists of a data set's variables."""
    for entry in dataset["variables"]:
        if entry["values"]:
            name = entry["name"]
            references = [
                element(
                    "ItemRef",
                    element(
                        "def:WhereClauseRef",
                        WhereClauseOID=where_oid(dataset["name"], one["where"]),
                    ),
                    ItemOID=value_oid(dataset["name"], name, one["where"]),
                    OrderNumber=number,
                    Mandatory="No",
                    MethodOID=one["method"],
                )
                for number, one in enumerate(entry["values"], start=1)
            ]
            oid = value_list_oid(dataset["name"], name)
            yield element("def:ValueListDef", *references, OID=oid)


def clauses_of_values(datasets: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Where]]:
    """(data set, where clause) of all value-level metadata."""
    for dataset in datasets:
        for entry in dataset["variables"]:
            for one in entry["values"]:
                yield dataset["name"], one["where"]


def clauses_of_analyses(analyses: Mapping[str, Any]) -> Iterator[tuple[str, Where]]:
    """(data set, where clause) of all analyses."""
    for described in analyses.values():
        for dataset in described["datasets"]:
            if dataset["where"]:
                yield dataset["name"], dataset["where"]


def where_clauses(named: Iterable[tuple[str, Where]]) -> list[Element]:
    """Each where clause once, in the order in which they are met."""
    made: dict[str, Element] = {}
    for dataset, where in named:
        oid = where_oid(dataset, where)
        if oid not in made:
            made[oid] = where_clause(oid, dataset, where)
    return list(made.values())


def where_clause(oid: str, dataset: str, where: Where) -> Element:
    """One where clause: range checks that must all hold."""
    joined = any(one["dataset"] != dataset for one in where)
    checks = [
        element(
            "RangeCheck",
            *(text_element("CheckValue", str(value)) for value in one["values"]),
            Comparator=one["comparator"],
            SoftHard="Soft",
            def_ItemOID=variable_oid(one["dataset"], one["variable"]),
        )
        for one in where
    ]
    return element("def:WhereClauseDef", *checks, OID=oid, def_CommentOID=JOIN if joined else None)
