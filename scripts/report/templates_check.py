"""Templates hold words and layout: a number typed into one, or arithmetic in one, is an error."""

import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

ARITHMETIC = (
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow,
)  # fmt: skip
NUMBER_FILTERS = {"round", "int", "float", "sum", "abs", "format", "filesizeformat", "max", "min"}
TAG = re.compile(r"<[^>]*>", re.DOTALL)
ENTITY = re.compile(r"&#?\w+;")
NUMBER = re.compile(r"\d[\d.,]*")


def check_template(text: str) -> list[str]:
    """Every digit in the words of a template, and every place where it computes."""
    tree = Environment(autoescape=True).parse(text)
    return [*_typed_numbers(tree), *_computed_numbers(tree)]


def _typed_numbers(tree: nodes.Template) -> Iterator[str]:
    # Tags may be cut in two by an expression, so the words are looked at as one text, in which
    # each expression is a blank.
    pieces: list[tuple[int, str]] = []
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                pieces.append((node.lineno, node.data))
            elif isinstance(node, nodes.Const):
                pieces.append((node.lineno, str(node.value)))
    joined = "".join(data for _, data in pieces)
    for match in NUMBER.finditer(_blank(joined)):
        before = joined[: match.start()]
        lines = joined.splitlines() or [""]
        line = lines[min(before.count("\n"), len(lines) - 1)].strip()
        yield f"a number is typed into the words: {line!r}"


def _blank(text: str) -> str:
    """The text with tags and entities as blanks of the same length."""
    for pattern in (TAG, ENTITY):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def _computed_numbers(tree: nodes.Template) -> Iterator[str]:
    for kind in ARITHMETIC:
        for node in tree.find_all(kind):
            yield f"line {node.lineno}: arithmetic ({kind.__name__.lower()}) in a template"
    for used in tree.find_all(nodes.Filter):
        if used.name in NUMBER_FILTERS:
            yield f"line {used.lineno}: the filter {used.name!r} computes"
