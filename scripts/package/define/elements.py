"""Elements of define.xml: namespaces, and how an element with text or attributes is made."""

from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEF = "http://www.cdisc.org/ns/def/v2.1"
ARM = "http://www.cdisc.org/ns/arm/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
PREFIXES = {"def": DEF, "arm": ARM, "xlink": XLINK, "xml": XML}
LANGUAGE = "en"
YES, NO = "Yes", "No"


def named(name: str) -> str:
    """A name as lxml takes it; without a prefix it is ODM's."""
    prefix, _, local = name.rpartition(":")
    return f"{{{PREFIXES[prefix]}}}{local}" if prefix else local


def element(name: str, *children: Element | None, **attributes: Any) -> Element:
    """An element; attributes that are None are left out, `def_X` stands for def:X.

    Attributes and text are written as text; numbers are whole.
    """
    tag = named(name)
    made = etree.Element(tag if tag.startswith("{") else f"{{{ODM}}}{tag}")
    for key, value in attributes.items():
        prefix, _, local = key.rpartition("_")
        if value is not None:
            made.set(named(f"{prefix}:{local}" if prefix else local), str(value))
    made.extend([child for child in children if child is not None])
    return made


def text_element(name: str, text: str, **attributes: Any) -> Element:
    """An element that holds text."""
    made = element(name, **attributes)
    made.text = text
    return made


def description(text: str) -> Element:
    """A description in words."""
    return element("Description", text_element("TranslatedText", text, xml_lang=LANGUAGE))


def document_ref(leaf: str) -> Element:
    """A reference to a document."""
    return element("def:DocumentRef", leafID=leaf)


def leaf(id_: str, href: str, title: str) -> Element:
    """Where a file lies, seen from the folder of define.xml."""
    return element("def:leaf", text_element("def:title", title), ID=id_, xlink_href=href)


def yes_no(value: Any) -> str:
    """Yes or No."""
    return YES if value else NO
