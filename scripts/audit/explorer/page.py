"""The one file of the explorer: style, words, packs and program; it may ask no network."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from scripts.report.mark import add_mark

PAGE = "explorer.html.j2"
# The parts of the program in the order in which they stand; each may use those before it.
PROGRAM = (
    "data.js",
    "graph.js",
    "walk.js",
    "elements.js",
    "grid.js",
    "words.js",
    "displays.js",
    "number.js",
    "picture.js",
    "subject.js",
    "record.js",
    "people.js",
    "explorer.js",
)
STYLE = "explorer.css"


def _digest(text: str) -> str:
    """What a browser compares a script or a style with before it uses it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def join_program(templates: Mapping[str, str]) -> str:
    """The parts of the program as one function that shares nothing with the page but one name."""
    parts = "\n".join(templates[name] for name in PROGRAM)
    return f"'use strict';\n(() => {{\n{parts}}})();\n"


def policy_of(style: str, program: str) -> str:
    """Nothing but this style and this program, from nowhere else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(program)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def make_page(
    packs: Mapping[str, list[str]], front: Mapping[str, Any], templates: Mapping[str, str]
) -> str:
    """The file as text. `front` is the title page of the report, for what is seen first."""
    environment = Environment(
        loader=DictLoader({PAGE: templates[PAGE]}),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = add_mark(templates[STYLE], front.get("mark"))
    program = join_program(templates)
    return environment.get_template(PAGE).render(
        packs={name: {"sizes": list(map(len, pieces)), "text": "".join(pieces)}
               for name, pieces in packs.items()},
        front=front,
        style=style,
        program=program,
        policy=policy_of(style, program),
    )  # fmt: skip
