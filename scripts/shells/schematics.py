"""Figures without data: frame, axes, legend and boxes as they will be, and no curve in them."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.report.draw_figures import FIGURE_LAYOUTS
from scripts.report.figures.canvas import GREY
from scripts.report.layouts.frame import Body, Context, Display
from scripts.report.precision import decimals_of
from scripts.report.registry import analyses_of
from scripts.report.results import Result
from scripts.shells.placeholders import ShellSheet

MARK = "Schematic, no data"
EMPTY_PATH = re.compile(r'<path d="M"[^>]*/>\n?')
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# Labels of an axis whose scale comes from the data, by how the layout places them.
SCALES = {
    "median_curves": re.compile(r'(<text [^>]*text-anchor="end"[^>]*>)[^<]*\d[^<]*(</text>)'),
    "forest": re.compile(
        r'(<text [^>]*fill="' + GREY + r'" text-anchor="middle"[^>]*>)[^<]*\d[^<]*(</text>)'
    ),
}
# Boxes, and patterns that only data have, are a drawing of words and need no mark. Where lines of
# words fill the frame, the mark stands in the corner below them.
UNMARKED = {"flow", "missing_grid", "tipping_map"}
IN_CORNER = {"forest"}


def draw_schematic(display: Display, sheet: ShellSheet, context: Context) -> tuple[str, Body]:
    """The figure of a display, with its notes; what would be read off a scale is not there."""
    svg, body = FIGURE_LAYOUTS[display["layout"]](display, sheet, _scaled(display, context))
    return mark(EMPTY_PATH.sub("", svg), display["layout"]), body


def _scaled(display: Display, context: Context) -> Context:
    """Curves over visits need a highest value: the lines across must lie inside the frame."""
    highest = 1.25 * max([*display.get("lines_at", []), 1])
    results = dict(context.results)
    for name in analyses_of(display):
        document: Mapping[str, Any] = results[name].document
        if "curve" in document:
            curves = {
                group: {**curve, "q3": [highest for _ in curve["time"]]} if "q3" in curve else curve
                for group, curve in document["curve"].items()
            }
            results[name] = Result({**document, "curve": curves}, decimals_of(context.plan, name))
    return Context(context.plan, results, context.documents, context.tables)


def mark(svg: str, layout: str) -> str:
    """The drawing without the numbers of its scale, and with words that nobody overlooks."""
    if layout in SCALES:
        svg = SCALES[layout].sub(r"\1x\2", svg)
    if layout in UNMARKED:
        return svg
    found = SIZE.search(svg)
    if found is None:
        raise ValueError("the drawing has no size")
    width, height = (float(number) for number in found.groups())
    place = f'x="{width / 2:g}" y="{height / 2:g}" font-size="17" text-anchor="middle"'
    if layout in IN_CORNER:
        place = f'x="0" y="{height - 6:g}" font-size="12"'
    words = f'<text {place} fill="{GREY}" fill-opacity="0.7">{MARK}</text>'
    return svg.replace("</svg>", f"{words}\n</svg>")
