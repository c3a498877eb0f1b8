"""A guide as one HTML document: the template filled in, headings numbered, contents made."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.package.guides.claims import Claims
from scripts.package.guides.guide_facts import refuse_numbers
from scripts.report.compose_report import make_environment
from scripts.report.letters import replace_unknown
from scripts.report.templates_check import check_template

HEADING = re.compile(r"<h([123])>(.*?)</h\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
CONTENTS = "<!--contents-->"
DEEPEST = 2


def check_words(templates: Mapping[str, str]) -> list[str]:
    """Every digit and every computation in the templates: numbers come by claims alone."""
    return [
        f"{name}: {finding}"
        for name, text in sorted(templates.items())
        if name.endswith(".j2")
        for finding in check_template(text)
    ]


def numbered(html: str) -> str:
    """The document with a number and an anchor for each heading behind the title page, and the
    contents in their place."""
    before, _, after = html.partition(CONTENTS)
    counts = [0, 0, 0]
    entries = []

    def number(match: re.Match[str]) -> str:
        level, words = int(match.group(1)), match.group(2).strip()
        counts[level - 1] += 1
        counts[level:] = [0] * (len(counts) - level)
        shown = ".".join(map(str, counts[:level]))
        anchor = "s-" + shown.replace(".", "-")
        if level <= DEEPEST:
            entries.append(
                f'<li class="level{level}"><span class="number">{shown}</span> '
                f'<a href="#{anchor}">{TAG.sub("", words)}</a></li>'
            )
        mark = f'<span class="number">{shown}</span>'
        return f'<h{level} id="{anchor}">{mark} {words}</h{level}>'

    body = HEADING.sub(number, after)
    listed = "\n".join(entries)
    contents = f'<section class="contents">\n<h1>Contents</h1>\n<ol>\n{listed}\n</ol>\n</section>'
    return before + contents + body


def compose_guide(
    name: str, facts: Mapping[str, Any], claims: Claims, templates: Mapping[str, str]
) -> str:
    """One guide from its facts; what it claims is in `claims` afterwards.

    Raises ValueError where a template holds a number, BareNumberError where the facts do.
    """
    findings = check_words(templates)
    if findings:
        raise ValueError("templates hold words and layout only\n  " + "\n  ".join(findings))
    refuse_numbers(facts, name)
    page = make_environment(templates).get_template(f"{name}.html.j2")
    html = page.render(**facts, claim=claims, style=templates["guides.css"])
    return replace_unknown(numbered(html))
