"""HTML as a tree of tags and texts; tags that are not closed in order are remembered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "col", "link", "hr", "input", "wbr"}


@dataclass
class Node:
    """One tag with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def get(self, key: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(key, "")

    @property
    def classes(self) -> list[str]:
        """The classes of the tag."""
        return self.get("class").split()

    def walk(self) -> Iterator["Node"]:
        """The tag and all tags in it, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def all(self, tag: str = "", kind: str = "") -> list["Node"]:
        """The tags of a name or class within this one."""
        return [
            node
            for node in self.walk()
            if node is not self
            and (not tag or node.tag == tag)
            and (not kind or kind in node.classes)
        ]

    def first(self, tag: str = "", kind: str = "") -> "Node | None":
        """The first tag of a name or class within this one."""
        return next(iter(self.all(tag, kind)), None)

    def text(self) -> str:
        """The characters in it; a line break is a blank."""
        if self.tag == "br":
            return "\n"
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)


class TreeReader(HTMLParser):
    """Reads HTML into a tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document", {})
        self.open = [self.root]
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself, as in SVG."""
        self.open[-1].children.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """A tag closes; one that was not the last to open is broken."""
        if tag in VOID:
            return
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.broken.append(f"</{tag}> closes <{self.open[-1].tag}>")

    def handle_data(self, data: str) -> None:
        """Characters."""
        self.open[-1].children.append(data)


def read_tree(html: str) -> tuple[Node, list[str]]:
    """The tree, and what is broken in it."""
    reader = TreeReader()
    reader.feed(html)
    reader.close()
    left = [f"<{node.tag}> is not closed" for node in reader.open[1:]]
    return reader.root, reader.broken + left
