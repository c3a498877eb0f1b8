"""Analysis Results Metadata of define.xml: each analysis as each display shows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.package.define.elements import (
    Element,
    description,
    document_ref,
    element,
    text_element,
)
from scripts.package.oids import (
    dataset_oid,
    display_oid,
    document_leaf,
    program_leaf,
    result_oid,
    variable_oid,
    where_oid,
)

PARAMETER = "PARAMCD"
REPORT, PLAN = "statistical-report", "sap"
READS = "COM.READS.{name}"


def displays_element(described: Mapping[str, Any], software: str) -> Element:
    """All displays of the report that print numbers of an analysis, in its order."""
    analyses, displays = described["analyses"], described["displays"]
    return element(
        "arm:AnalysisResultDisplays",
        *(
            element(
                "arm:ResultDisplay",
                description(displays[name]["title"]),
                document_ref(document_leaf(REPORT)),
                *(
                    result_element(name, one, analyses[one], software)
                    for one in displays[name]["analyses"]
                ),
                OID=display_oid(name),
                Name=displays[name]["number"],
            )
            for name in described["order"]
        ),
    )


def result_element(display: str, name: str, analysis: Mapping[str, Any], software: str) -> Element:
    """One analysis in one display."""
    with_parameter = [
        dataset["name"]
        for dataset in analysis["datasets"]
        if any(clause["variable"] == PARAMETER for clause in dataset["where"])
    ]
    only = with_parameter[0] if len(with_parameter) == 1 else None
    return element(
        "arm:AnalysisResult",
        description(analysis["title"]),
        datasets_element(name, analysis),
        element(
            "arm:Documentation",
            description(documentation(analysis)),
            document_ref(document_leaf(PLAN)),
        ),
        element(
            "arm:ProgrammingCode",
            text_element("arm:Code", f"Analysis {name} of step {analysis['rule']}"),
            document_ref(program_leaf(analysis["program"])),
            Context=software,
        ),
        OID=result_oid(display, name),
        ParameterOID=variable_oid(only, PARAMETER) if only else None,
        AnalysisReason=analysis["reason"],
        AnalysisPurpose=analysis["purpose"],
    )


def datasets_element(name: str, analysis: Mapping[str, Any]) -> Element:
    """The data sets of an analysis, each with the clause that chooses its records."""
    made = []
    for dataset in analysis["datasets"]:
        here = dataset["name"]
        clause = None
        if dataset["where"]:
            clause = element("def:WhereClauseRef", WhereClauseOID=where_oid(here, dataset["where"]))
        variables = [
            element("arm:AnalysisVariable", ItemOID=variable_oid(here, variable))
            for variable in dataset["variables"]
        ]
        made.append(
            element("arm:AnalysisDataset", clause, *variables, ItemGroupOID=dataset_oid(here))
        )
    comment = READS.format(name=name) if analysis["reads"] else None
    return element("arm:AnalysisDatasets", *made, def_CommentOID=comment)


def documentation(analysis: Mapping[str, Any]) -> str:
    """What was done, in words: population, method, missing data, and what else is to be known."""
    population = analysis["population"]
    parts = [
        f"Population: {population['label']} ({population['flag']} = Y)." if population else "",
        f"Only: {analysis['subset']}." if analysis["subset"] else "",
        f"Method: {analysis['method']}",
        f"Missing data: {analysis['missing']}",
        f"Role in the plan: {analysis['role']}.",
        str(analysis["note"] or ""),
    ]
    return "\n".join(filter(None, parts))


def comments_of(analyses: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(id, text) of what each analysis reads beside the data sets that are sent."""
    for name, analysis in analyses.items():
        if analysis["reads"]:
            yield READS.format(name=name), "\n".join(analysis["reads"])
