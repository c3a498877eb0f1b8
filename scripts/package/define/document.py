"""The whole of a define.xml: its head, its parts in the order of the schema, its documents."""

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from scripts.package import places
from scripts.package.define.codelists import codelist_element, comment_elements, method_elements
from scripts.package.define.datasets import (
    EMPTY,
    EMPTY_WORDS,
    FORMS,
    dataset_element,
    note_of,
    variable_elements,
)
from scripts.package.define.elements import (
    ARM,
    DEF,
    ODM,
    XLINK,
    Element,
    document_ref,
    element,
    leaf,
    text_element,
)
from scripts.package.define.results import PLAN, REPORT, comments_of, displays_element
from scripts.package.define.values import (
    JOIN,
    JOIN_WORDS,
    clauses_of_analyses,
    clauses_of_values,
    value_lists,
    where_clauses,
)
from scripts.package.oids import document_leaf, program_leaf, study_oid, version_oid

DEFINE_VERSION = "2.1.10"
STYLESHEET = "define2-1.xsl"
IMPLEMENTATION, TERMINOLOGY = "STD.IG", "STD.CT"
GUIDES = {"SDTMIG": "csdrg", "ADaMIG": "adrg"}
NAMESPACES = {None: ODM, "def": DEF, "arm": ARM, "xlink": XLINK}
Documents = dict[str, tuple[str, str]]


def documents_of(
    specification: Mapping[str, Any], analyses: Mapping[str, Any], plan: Mapping[str, Any]
) -> Documents:
    """(path from the folder's root, title) of every document and program by its leaf."""
    standard = specification["standard"]
    tabulation = standard == "SDTMIG"
    here = places.tabulations(plan) if tabulation else places.analysis_datasets(plan)
    guide = GUIDES[standard]
    found: Documents = {document_leaf(guide): (f"{here}/{guide}.pdf", "Reviewer's Guide")}
    if tabulation:
        found[document_leaf(FORMS)] = (f"{here}/{FORMS}.pdf", "Annotated Case Report Form")
    else:
        reports = places.study_reports(plan)
        found[document_leaf(REPORT)] = (f"{reports}/{REPORT}.pdf", "Statistical Report")
        found[document_leaf(PLAN)] = (f"{reports}/{PLAN}.pdf", "Statistical Analysis Plan")
    programs = {method["program"] for method in specification["methods"].values()}
    programs |= {analysis["program"] for analysis in analyses.values()}
    for program in sorted(filter(None, programs)):
        found[program_leaf(program)] = (f"{places.programs(plan)}/{program}", program)
    return found


def define_document(
    specification: Mapping[str, Any],
    described: Mapping[str, Any] | None,
    plan: Mapping[str, Any],
    types: Mapping[str, Mapping[str, str]],
    software: str,
) -> Element:
    """A define.xml.

    Parameters
    ----------
    specification : what describes the data sets of one standard.
    described : analyses and displays; None where the standard has none (SDTM).
    plan : study, data cut and submission.
    types : data types that the values show, by data set and variable (dates as text).
    software : what ran, for the programs' context.
    """
    study = plan["study"]
    version = metadata_version(specification, described, plan, types, software)
    root = etree.Element(f"{{{ODM}}}ODM", nsmap=NAMESPACES)
    attributes = {
        "ODMVersion": "1.3.2",
        "FileType": "Snapshot",
        "FileOID": f"{study['id']}.{specification['standard']}.define",
        "CreationDateTime": f"{study['data_cut']}T00:00:00+00:00",
        "SourceSystem": "trialtrace",
        f"{{{DEF}}}Context": "Submission",
    }
    for name, value in attributes.items():
        root.set(name, value)
    names = element(
        "GlobalVariables",
        text_element("StudyName", study["id"]),
        text_element("StudyDescription", study["title"]),
        text_element("ProtocolName", study["id"]),
    )
    root.append(element("Study", names, version, OID=study_oid(study["id"])))
    return root


def metadata_version(
    specification: Mapping[str, Any],
    described: Mapping[str, Any] | None,
    plan: Mapping[str, Any],
    types: Mapping[str, Mapping[str, str]],
    software: str,
) -> Element:
    """The metadata in the order that the schema asks for."""
    standard, datasets = specification["standard"], specification["datasets"]
    analyses = described["analyses"] if described else {}
    clauses = [*clauses_of_values(datasets), *clauses_of_analyses(analyses)]
    documents = documents_of(specification, analyses, plan)
    codelists = specification["codelists"].items()
    folder = places.tabulations(plan) if standard == "SDTMIG" else places.analysis_datasets(plan)
    parts: list[Element | None] = [
        standards_element(specification),
        _forms(documents),
        element("def:SupplementalDoc", *_supplemental(documents)),
        *(made for dataset in datasets for made in value_lists(dataset)),
        *where_clauses(clauses),
        *(dataset_element(dataset, IMPLEMENTATION) for dataset in datasets),
        *_variables(datasets, types),
        *(
            codelist_element(id_, one, terminology_oid(specification, one))
            for id_, one in codelists
        ),
        *method_elements(specification["methods"]),
        *comment_elements(comments(specification, analyses, clauses)),
        *(leaf(id_, places.relative(p, folder), title) for id_, (p, title) in documents.items()),
        displays_element(described, software) if described else None,
    ]
    oid = version_oid(plan["study"]["id"], standard)
    name = f"{plan['study']['id']} {standard} {specification['version']} data definitions"
    return element("MetaDataVersion", *parts, OID=oid, Name=name, def_DefineVersion=DEFINE_VERSION)


def _variables(
    datasets: Iterable[Mapping[str, Any]], types: Mapping[str, Mapping[str, str]]
) -> list[Element]:
    return [
        made
        for dataset in datasets
        for made in variable_elements(dataset, types.get(dataset["name"]))
    ]


def terminology_oid(specification: Mapping[str, Any], codelist: Mapping[str, Any]) -> str:
    """The release that a code list of the standard is from: the plan's, or that of its own."""
    package = codelist.get("package") or specification["terminology"]["package"]
    own = package == specification["terminology"]["package"]
    return TERMINOLOGY if own else f"{TERMINOLOGY}.{package}"


def standards_element(specification: Mapping[str, Any]) -> Element:
    """The implementation guide, and the releases of the controlled terms that are used."""
    terminology = specification["terminology"]
    packages = {TERMINOLOGY: terminology["package"]}
    for codelist in specification["codelists"].values():
        if codelist["code"] and codelist.get("package"):
            packages.setdefault(terminology_oid(specification, codelist), codelist["package"])
    guide = element(
        "def:Standard",
        OID=IMPLEMENTATION,
        Name=specification["standard"],
        Type="IG",
        Version=specification["version"],
        Status="Final",
    )
    terms = [
        element(
            "def:Standard",
            OID=oid,
            Name="CDISC/NCI",
            Type="CT",
            PublishingSet=package,
            Version=terminology["date"],
            Status="Final",
        )
        for oid, package in packages.items()
    ]
    return element("def:Standards", guide, *terms)


def _forms(documents: Documents) -> Element | None:
    forms = document_leaf(FORMS)
    return element("def:AnnotatedCRF", document_ref(forms)) if forms in documents else None


def _supplemental(documents: Documents) -> list[Element]:
    """Documents of their own: neither the forms nor a program."""
    named = [id_ for id_ in documents if id_.startswith("LF.DOC.") and id_ != document_leaf(FORMS)]
    return [document_ref(id_) for id_ in named]


def comments(
    specification: Mapping[str, Any], analyses: Mapping[str, Any], clauses: Iterable[Any]
) -> dict[str, str]:
    """The comments of the specification, and those that its other parts bring along."""
    found = dict(specification["comments"])
    for dataset in specification["datasets"]:
        if note_of(dataset) == EMPTY.format(name=dataset["name"]):
            found[EMPTY.format(name=dataset["name"])] = EMPTY_WORDS
    if any(one["dataset"] != dataset for dataset, where in clauses for one in where):
        found[JOIN] = JOIN_WORDS
    return found | dict(comments_of(analyses))


def format_document(root: Element) -> bytes:
    """The bytes of a define.xml, with the stylesheet that shows it."""
    etree.indent(root, " ")
    link = etree.ProcessingInstruction("xml-stylesheet", f'type="text/xsl" href="{STYLESHEET}"')
    root.addprevious(link)
    whole = root.getroottree()
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8") + b"\n"
