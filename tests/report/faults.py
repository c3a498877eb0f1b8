"""Planted faults: what a fault is, and the tools with which it is planted."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from scripts.report.registry import displays_of
from tests.report import chain
from tests.report.chain import Report

Change = Callable[[Report], Report]


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, what was done, where in the chain, and the change itself."""

    kind: str
    words: str
    stage: str
    shown: tuple[str, ...]
    change: Change

    def planted(self) -> Report:
        """The report with the fault in it."""
        if self.stage == "paper":
            return self.change(chain.paper())
        return self.change(chain.report(*self.shown))


def number(name: str) -> str:
    """The number of a display in the plan."""
    displays = displays_of(chain.whole_plan())
    return next(str(item["number"]) for item in displays if item["id"] == name)


def swapped(text: str, first: str, second: str) -> str:
    """The text with two different parts exchanged, wherever each first stands."""
    assert first != second
    assert first in text, first
    assert second in text, second
    parts = re.split(f"({re.escape(max(first, second, key=len))}|"
                     f"{re.escape(min(first, second, key=len))})", text)  # fmt: skip
    done: set[str] = set()
    for index, part in enumerate(parts):
        if part in (first, second) and part not in done:
            done.add(part)
            parts[index] = second if part == first else first
    return "".join(parts)


def replaced(text: str, old: str, new: str, count: int = 1) -> str:
    """The text with a part replaced, which must be there."""
    assert old in text, old
    return text.replace(old, new, count)


def section(html: str, name: str) -> str:
    """The section of one display."""
    start = html.index(f'id="{name}" data-number')
    start = html.rindex("<section", 0, start)
    return html[start : html.index("</section>", start) + len("</section>")]


def in_section(name: str, change: Callable[[str], str]) -> Change:
    """Change the HTML of one display."""

    def plant(report: Report) -> Report:
        part = section(report.html, name)
        changed = change(part)
        assert changed != part
        return replace(report, html=report.html.replace(part, changed, 1))

    return plant


def in_html(change: Callable[[str], str]) -> Change:
    """Change the whole HTML."""

    def plant(report: Report) -> Report:
        changed = change(report.html)
        assert changed != report.html
        return replace(report, html=changed)

    return plant


def span(html: str, address: str) -> str:
    """The tag of one address."""
    found = re.search(f'<a data-address="{re.escape(address)}" [^>]*>[^<]*</a>', html)
    assert found, address
    return found.group()


def reads(address: str, text: str) -> Change:
    """Let one address read something else on the page."""

    def change(html: str) -> str:
        tag = span(html, address)
        return replaced(html, tag, replaced(tag, inside(tag), text))

    return in_html(change)


def row(html: str, label: str) -> str:
    """One row of a table by the beginning of its label."""
    start = html.index(f'">{label}')
    start = html.rindex("<tr", 0, start)
    return html[start : html.index("</tr>", start) + len("</tr>")]


def cells(html: str) -> list[str]:
    """The cells of a row."""
    return re.findall(r"<td.*?</td>", html, re.DOTALL)


def inside(cell: str) -> str:
    """What stands in a cell or head."""
    return cell[cell.index(">") + 1 : cell.rindex("</")]


def heads(html: str) -> list[str]:
    """The column heads of a table, spanners included."""
    return re.findall(r"<th scope=\"col.*?</th>", html[: html.index("</thead>")], re.DOTALL)


def head_of(html: str, group: str) -> str:
    """The first head of a group."""
    return next(head for head in heads(html) if f'data-group="{group}"' in head)


def in_drawing(name: str, change: Callable[[str], str]) -> Change:
    """Change the drawing of a figure as it stands in the HTML, and its file."""

    def plant(report: Report) -> Report:
        svg = report.drawings[name]
        changed = change(svg)
        assert changed != svg
        old, new = (base64.b64encode(text.encode()).decode() for text in (svg, changed))
        drawings = {**report.drawings, name: changed}
        return replace(report, drawings=drawings, html=replaced(report.html, old, new))

    return plant


def upstream(change: Callable[[Report], None]) -> Change:
    """Change plan or results, and make the report again from there."""

    def plant(report: Report) -> Report:
        copy = report.copy()
        change(copy)
        return copy.tabulated()

    return plant


def afterwards(change: Callable[[Report], None]) -> Change:
    """Change plan or results when the report is made already."""

    def plant(report: Report) -> Report:
        copy = report.copy()
        change(copy)
        return copy

    return plant


def in_tables(change: Callable[[Report], None]) -> Change:
    """Change the file of tables, and compose the HTML again from it."""

    def plant(report: Report) -> Report:
        copy = report.copy()
        change(copy)
        return copy.composed()

    return plant


def set_value(
    report: Report, name: str, place: tuple[str, str, str], change: Callable[[float], float | None]
) -> None:
    """Change one statistic of a result."""
    found = [
        item
        for item in report.results[name]["statistics"]
        if (item["row"], item["group"], item["statistic"]) == place
    ]
    assert len(found) == 1, (name, place)
    found[0]["value"] = change(found[0]["value"])


def swap_groups(report: Report, name: str, first: str, second: str, rows: str = "") -> None:
    """Exchange the numbers of two groups in a result, in rows that begin so."""
    names = {first: second, second: first}
    statistics = report.results[name]["statistics"]
    order = [(item["row"], item["group"], item["statistic"]) for item in statistics]
    values = dict(zip(order, (item["value"] for item in statistics), strict=True))
    for item in statistics:
        other = (item["row"], names.get(item["group"], item["group"]), item["statistic"])
        if item["row"].startswith(rows) and other in values:
            item["value"] = values[other]


def print_as(report: Report, address: str, text: str) -> None:
    """Let a value be printed otherwise, in the file of tables as on the page."""
    report.tables["addresses"][address]["text"] = text
    display = report.tables["displays"][address.split("/")[0]]
    found = [part for part in parts_of(display) if part.get("address") == address]
    assert len(found) == 1, address
    found[0]["text"] = text


def parts_of(value: object) -> list[dict[str, str]]:
    """All printed values of a display."""
    if isinstance(value, dict):
        own = [value] if "address" in value and "text" in value else []
        return own + [part for item in value.values() for part in parts_of(item)]
    if isinstance(value, list):
        return [part for item in value for part in parts_of(item)]
    return []


def row_of(report: Report, display: str, identifier: str) -> dict:
    """One row of a table in the file of tables."""
    rows = report.tables["displays"][display]["rows"]
    [found] = [item for item in rows if item["id"] == identifier]
    return found
