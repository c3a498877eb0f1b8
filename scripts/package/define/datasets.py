"""Data sets and variables of define.xml."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.package.define.elements import Element, description, element, leaf, yes_no
from scripts.package.oids import (
    codelist_oid,
    dataset_leaf,
    dataset_oid,
    document_leaf,
    value_list_oid,
    value_oid,
    variable_oid,
)

# The records that speak of those of another domain have its name after this.
SUPPLEMENTAL = "SUPP"
ANALYSIS = "Analysis"
EMPTY = "COM.EMPTY.{name}"
EMPTY_WORDS = "No record of this kind was collected."
SUBCLASSES = {"ADTTE": "TIME-TO-EVENT", "ADAE": "ADVERSE EVENT"}
NUMERIC = ("integer", "float")
# The blank forms with what their fields become.
FORMS = "acrf"


def dataset_element(dataset: Mapping[str, Any], standard: str) -> Element:
    """One data set with references to its variables."""
    name = dataset["name"]
    file = f"{name.lower()}.xpt"
    tabulation = dataset["purpose"] != ANALYSIS
    return element(
        "ItemGroupDef",
        description(dataset["label"]),
        *(_reference(dataset, number) for number in range(1, len(dataset["variables"]) + 1)),
        class_element(dataset),
        leaf(dataset_leaf(name), file, file),
        OID=dataset_oid(name),
        Domain=domain_of(name) if tabulation else None,
        Name=name,
        Repeating=yes_no(dataset["repeating"]),
        IsReferenceData=yes_no(dataset["reference"]),
        SASDatasetName=name,
        Purpose=dataset["purpose"],
        def_Structure=dataset["structure"],
        def_ArchiveLocationID=dataset_leaf(name),
        def_StandardOID=standard,
        def_HasNoData=None if dataset["records"] else "Yes",
        def_CommentOID=note_of(dataset),
    )


def domain_of(dataset: str) -> str:
    """The domain that an SDTM data set belongs to; a supplement belongs to that of its records."""
    return dataset.removeprefix(SUPPLEMENTAL) if len(dataset) > len(SUPPLEMENTAL) else dataset


def note_of(dataset: Mapping[str, Any]) -> str | None:
    """The comment on a data set; one without records always has one."""
    if dataset.get("note") or dataset["records"]:
        return dataset.get("note")
    return EMPTY.format(name=dataset["name"])


def class_element(dataset: Mapping[str, Any]) -> Element:
    """The class of a data set, with the subclass that its name stands for in the standard."""
    subclass = SUBCLASSES.get(dataset["name"]) if dataset["purpose"] == ANALYSIS else None
    inner = element("def:SubClass", Name=subclass) if subclass else None
    return element("def:Class", inner, Name=dataset["class"])


def _reference(dataset: Mapping[str, Any], number: int) -> Element:
    entry = dataset["variables"][number - 1]
    name, keys = entry["name"], list(dataset["keys"])
    return element(
        "ItemRef",
        ItemOID=variable_oid(dataset["name"], name),
        OrderNumber=number,
        Mandatory=yes_no(entry["mandatory"]),
        KeySequence=keys.index(name) + 1 if name in keys else None,
        MethodOID=entry["method"],
        Role=entry["role"],
    )


def variable_elements(
    dataset: Mapping[str, Any], types: Mapping[str, str] | None = None
) -> Iterator[Element]:
    """The definition of each variable of a data set, then of its values.

    `types` are data types that the values show beyond those of the specification (dates).
    """
    name = dataset["name"]
    for entry in dataset["variables"]:
        kind = (types or {}).get(entry["name"], entry["type"])
        oid = variable_oid(name, entry["name"])
        listed = value_list_oid(name, entry["name"]) if entry["values"] else None
        yield item(oid, entry["name"], entry, kind, listed)
        for one in entry["values"]:
            yield item(
                value_oid(name, entry["name"], one["where"]), entry["name"], one, one["type"]
            )


def item(
    oid: str, name: str, entry: Mapping[str, Any], kind: str, values: str | None = None
) -> Element:
    """One definition: of a variable, or of a variable where a clause holds."""
    typed = kind in ("text", *NUMERIC)
    return element(
        "ItemDef",
        description(entry["label"]) if entry["label"] else None,
        element("CodeListRef", CodeListOID=codelist_oid(entry["codelist"]))
        if entry["codelist"]
        else None,
        origin_element(entry["origin"]),
        element("def:ValueListRef", ValueListOID=values) if values else None,
        OID=oid,
        Name=name,
        DataType=kind,
        Length=entry["length"] if typed else None,
        SignificantDigits=entry["digits"] if kind == "float" else None,
        SASFieldName=name,
        def_DisplayFormat=entry.get("format") if kind in NUMERIC else None,
        def_CommentOID=entry["comment"],
    )


def origin_element(origin: Mapping[str, Any] | None) -> Element | None:
    """Where a variable comes from: its predecessor by name, what was collected by its forms."""
    if not origin:
        return None
    named = description(origin["predecessor"]) if origin.get("predecessor") else None
    pages = forms_ref(origin["pages"]) if origin.get("pages") else None
    return element("def:Origin", named, pages, Type=origin["type"], Source=origin.get("source"))


def forms_ref(pages: Sequence[str]) -> Element:
    """A reference to places of the annotated forms."""
    places = element("def:PDFPageRef", Type="NamedDestination", PageRefs=" ".join(pages))
    return element("def:DocumentRef", places, leafID=document_leaf(FORMS))
