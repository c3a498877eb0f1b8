"""Tables, figures and words become one HTML document; every printed number keeps its address."""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from scripts.job import Job, StepError
from scripts.report.evidence_links import EXPLORER, evidence_link
from scripts.report.letters import replace_unknown
from scripts.report.mark import add_mark
from scripts.report.numbers import typeset_powers
from scripts.report.templates_check import check_template

TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def _paragraphs(parts: list[Any]) -> list[list[Any]]:
    """Parts split where a new line begins."""
    lines: list[list[Any]] = [[]]
    for part in parts:
        if part == "\n":
            lines.append([])
        else:
            lines[-1].append(part)
    return lines


def _to_data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _lists(sections: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lists of the contents: displays by what they are called, tables first."""
    shown = [display for section in sections for display in section["displays"]]
    lists = [
        {"title": f"{word}s", "displays": [item for item in shown if item["word"] == word]}
        for word in ("Table", "Figure", "Listing")
    ]
    return [entry for entry in lists if entry["displays"]]


def _sections(plan: Mapping[str, Any], displays: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sections of the plan with what is printed in them."""
    return [
        {
            "id": section["id"],
            "title": section["title"],
            "before_contents": section.get("before_contents", False),
            "displays": [displays[item["id"]] for item in section.get("displays", [])],
        }
        for section in plan["outputs"]["sections"]
    ]


def make_environment(templates: Mapping[str, str]) -> Environment:
    """The template engine; an unknown name in a template is an error."""
    environment = Environment(
        loader=DictLoader(dict(templates)),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["paragraphs"] = _paragraphs
    environment.filters["evidence"] = evidence_link
    return environment


def compose_report(
    tables: Mapping[str, Any],
    figures: Mapping[str, Mapping[str, Any]],
    drawings: Mapping[str, str],
    plan: Mapping[str, Any],
    templates: Mapping[str, str],
    explorer: str = EXPLORER,
) -> str:
    """The report as one HTML document, in the order of the plan's sections and displays.

    Each number leads to its evidence in the explorer; to nothing where there is no `explorer`.

    Raises ValueError listing every template that holds a number or does arithmetic, or every
    abbreviation that is explained and not used.
    """
    _refuse_numbers(templates)
    sections = _sections(plan, {**tables["displays"], **figures})
    page = make_environment(templates).get_template("report.html.j2")
    html = page.render(
        front=tables["front"],
        explorer=explorer,
        sections=sections,
        lists=_lists(sections),
        drawings={name: _to_data_uri(svg) for name, svg in drawings.items()},
        style=add_mark(templates["report.css"], tables["front"].get("mark")),
        screen=templates["screen.css"],
        script=templates["screen.js"],
    )
    findings = _unused_abbreviations(tables["front"]["abbreviations"], html)
    if "mark" in tables["front"]:
        findings = []  # the displays that use them may be withheld
    if findings:
        raise ValueError("abbreviations of the plan\n  " + "\n  ".join(findings))
    return replace_unknown(typeset_powers(html))


def _refuse_numbers(templates: Mapping[str, str]) -> None:
    findings = [
        f"{name}: {finding}"
        for name, text in sorted(templates.items())
        if name.endswith(".j2")
        for finding in check_template(text)
    ]
    if findings:
        raise ValueError("templates hold words and layout only\n  " + "\n  ".join(findings))


def _unused_abbreviations(entries: Sequence[Mapping[str, str]], html: str) -> list[str]:
    """The abbreviations that the list explains and the rest of the report does not use."""
    words = TAG.sub(" ", html)
    return [
        f"{entry['short']!r} is explained and not used; to mend: take it out of study.abbreviations"
        for entry in entries
        if len(re.findall(rf"(?<!\w){re.escape(entry['short'])}(?!\w)", words)) < 2
    ]


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        drawings = {name.removesuffix(".svg"): svg for name, svg in job.texts("figures").items()}
        try:
            html = compose_report(
                job.json("tables"), job.jsons("data"), drawings, job.plan, job.texts("templates")
            )
        except ValueError as error:
            raise StepError(str(error)) from None
        job.write("report", html)
