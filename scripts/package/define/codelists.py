"""Code lists, methods and comments of define.xml."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.package.define.elements import (
    Element,
    description,
    document_ref,
    element,
    text_element,
)
from scripts.package.oids import codelist_oid, program_leaf

NCI = "nci:ExtCodeID"


def codelist_element(id_: str, codelist: Mapping[str, Any], standard: str) -> Element:
    """One code list: terms of the standard with their codes, the sponsor's own marked as such."""
    external = codelist["external"]
    code = codelist["code"]
    content: list[Element | None]
    if external:
        content = [
            element(
                "ExternalCodeList",
                Dictionary=external["dictionary"],
                Version=external["version"],
                href=external.get("href"),
            )
        ]
    else:
        content = [_term(codelist, number) for number in range(1, len(codelist["terms"]) + 1)]
    own = not code and not external
    return element(
        "CodeList",
        *content,
        element("Alias", Context=NCI, Name=code) if code else None,
        OID=codelist_oid(id_),
        Name=codelist["name"],
        DataType=codelist["type"],
        def_StandardOID=standard if code else None,
        def_IsNonStandard="Yes" if own else None,
    )


def _term(codelist: Mapping[str, Any], number: int) -> Element:
    """A term; in one code list either all have a decode or none has."""
    term = codelist["terms"][number - 1]
    decoded = all(one.get("decode") for one in codelist["terms"])
    code = term.get("code")
    alias = element("Alias", Context=NCI, Name=code) if code else None
    attributes = {
        "CodedValue": term["value"],
        "OrderNumber": number,
        "def_ExtendedValue": "Yes" if term.get("extended") and codelist["code"] else None,
    }
    if not decoded:
        return element("EnumeratedItem", alias, **attributes)
    decode = element("Decode", text_element("TranslatedText", term["decode"], xml_lang="en"))
    return element("CodeListItem", decode, alias, **attributes)


def method_elements(methods: Mapping[str, Mapping[str, Any]]) -> Iterator[Element]:
    """How derived and imputed values were made: in words, and in which program."""
    for oid, method in methods.items():
        program = method["program"]
        yield element(
            "MethodDef",
            description(method["text"]),
            document_ref(program_leaf(program)) if program else None,
            OID=oid,
            Name=method["name"],
            Type=method["type"],
        )


def comment_elements(comments: Mapping[str, str]) -> Iterator[Element]:
    """Comments by id."""
    for oid, text in comments.items():
        yield element("def:CommentDef", description(text), OID=oid)
