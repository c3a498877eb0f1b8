"""Checks of a finished define.xml: the official schema, references, and files that it names."""

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import PurePosixPath

from lxml import etree
from odmlib.schema_manager import get_schema_path

from scripts.package.define.elements import ARM, DEF, ODM, XLINK, Element

# Attributes that refer, with the elements that they may lead to.
REFERENCES = {
    "ItemOID": ("ItemDef",),
    f"{{{DEF}}}ItemOID": ("ItemDef",),
    "ParameterOID": ("ItemDef",),
    "ItemGroupOID": ("ItemGroupDef",),
    "CodeListOID": ("CodeList",),
    "MethodOID": ("MethodDef",),
    "ValueListOID": ("ValueListDef",),
    "WhereClauseOID": ("WhereClauseDef",),
    f"{{{DEF}}}CommentOID": ("CommentDef",),
    f"{{{DEF}}}StandardOID": ("Standard",),
    f"{{{DEF}}}ArchiveLocationID": ("leaf",),
    "leafID": ("leaf",),
}
# What must be referred to; the rest is the top of its own.
USED = ("ItemDef", "CodeList", "MethodDef", "ValueListDef", "WhereClauseDef", "CommentDef", "leaf")
NAMESPACE = re.compile(r"\{.*?\}")


@cache
def schema() -> etree.XMLSchema:
    """The official schema of Define-XML 2.1 with Analysis Results Metadata, as odmlib ships it."""
    return etree.XMLSchema(etree.parse(str(get_schema_path("arm", "1.0-define2.1"))))


def check_schema(content: bytes) -> list[str]:
    """Every finding of the official schema."""
    official = schema()
    if official.validate(etree.fromstring(content).getroottree()):
        return []
    return [f"line {one.line}: {_short(one.message)}" for one in official.error_log]


def _short(message: str) -> str:
    for uri, prefix in ((ODM, ""), (DEF, "def:"), (ARM, "arm:")):
        message = message.replace(f"{{{uri}}}", prefix)
    return message


def check_references(root: Element) -> list[str]:
    """Every identifier that stands twice, leads nowhere, or is never used."""
    found: Counter[tuple[str, str]] = Counter()
    for one in root.iter(etree.Element):
        identifier = one.get("OID") or one.get("ID")
        if identifier:
            found[_local(one), identifier] += 1
    findings = [f"{kind} {name}: stands {n} times" for (kind, name), n in found.items() if n > 1]
    used = set()
    for one in root.iter(etree.Element):
        for attribute, kinds in REFERENCES.items():
            target = one.get(attribute)
            if target is not None:
                used |= {(kind, target) for kind in kinds}
                if not any((kind, target) in found for kind in kinds):
                    findings.append(f"{_local(one)}: no {' or '.join(kinds)} {target}")
    findings += [
        f"{kind} {name}: nothing refers to it"
        for kind, name in found
        if kind in USED and (kind, name) not in used
    ]
    return findings


def _local(one: Element) -> str:
    return NAMESPACE.sub("", str(one.tag))


def leaves(root: Element, folder: str) -> dict[str, str]:
    """Where each file lies that a define.xml in a folder names, by its leaf: seen from the root."""
    found = {}
    for one in root.iter(f"{{{DEF}}}leaf"):
        parts: list[str] = []
        for part in PurePosixPath(folder, str(one.get(f"{{{XLINK}}}href"))).parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        found[str(one.get("ID"))] = "/".join(parts)
    return found


def check_leaves(root: Element, folder: str, files: Collection[str]) -> list[str]:
    """Every file that is named and that the package does not make."""
    return [
        f"leaf {id_}: the package makes no {path}"
        for id_, path in leaves(root, folder).items()
        if path not in files
    ]
