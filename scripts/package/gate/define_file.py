"""What a define.xml says, as plain data, for who compares it with what it describes."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
HREF = "{http://www.w3.org/1999/xlink}href"


def parse_define(content: bytes) -> Any:
    """The root of a define.xml; nothing outside of the file is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def _words(element: Any) -> str:
    """The description of an element."""
    found = element.find(f"{ODM}Description/{ODM}TranslatedText")
    return "" if found is None else (found.text or "")


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _variables(group: Any, items: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place, reference in enumerate(group.findall(f"{ODM}ItemRef"), start=1):
        item = items.get(reference.get("ItemOID"))
        if item is None:
            # The schema of the file is another check's; here it is a variable that nothing tells.
            yield {"name": reference.get("ItemOID"), "order": place, "label": "", "key": None}
            continue
        listed = item.find(f"{ODM}CodeListRef")
        yield {
            "name": item.get("Name"),
            "order": _number(reference.get("OrderNumber")) or place,
            "label": _words(item),
            "type": item.get("DataType"),
            "length": _number(item.get("Length")),
            "format": item.get(f"{DEF}DisplayFormat"),
            "mandatory": reference.get("Mandatory") == "Yes",
            "key": _number(reference.get("KeySequence")),
            "codelist": None if listed is None else listed.get("CodeListOID"),
        }


def read_define(content: bytes) -> dict[str, Any]:
    """The data sets with their variables in order, the code lists, and every leaf.

    datasets: by name {label, file, variables [{name, order, label, type, length, format,
    mandatory, key, codelist}]}; codelists: by OID {name, values, external}; leaves: [(id, href)].
    """
    root = parse_define(content)
    items = {item.get("OID"): item for item in root.iter(f"{ODM}ItemDef")}
    datasets = {}
    for group in root.iter(f"{ODM}ItemGroupDef"):
        leaf = group.find(f"{DEF}leaf")
        datasets[group.get("Name")] = {
            "label": _words(group),
            "file": None if leaf is None else leaf.get(HREF),
            "variables": sorted(_variables(group, items), key=lambda variable: variable["order"]),
        }
    codelists = {}
    for listed in root.iter(f"{ODM}CodeList"):
        terms = [*listed.iter(f"{ODM}CodeListItem"), *listed.iter(f"{ODM}EnumeratedItem")]
        codelists[listed.get("OID")] = {
            "name": listed.get("Name"),
            "values": [term.get("CodedValue") for term in terms],
            "external": listed.find(f"{ODM}ExternalCodeList") is not None,
        }
    leaves = [(leaf.get("ID"), leaf.get(HREF)) for leaf in root.iter(f"{DEF}leaf")]
    return {"datasets": datasets, "codelists": codelists, "leaves": leaves}
