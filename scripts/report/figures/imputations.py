"""Figures of imputation models: traces of chains, and observed against imputed values."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.figures.axes import labelled
from scripts.report.figures.canvas import GREY, INK, LARGE, NORMAL, PALE, SMALL, WIDTH, Canvas
from scripts.report.figures.metrics import shorten, text_width
from scripts.report.figures.panels import (
    BELOW,
    Panel,
    draw_frame,
    draw_head,
    height_of,
    panel_at,
    room_of,
    round_ticks,
)
from scripts.report.figures.styles import DASHES, SAMPLE, styles_of
from scripts.report.figures.words import figure_body, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

TALL = 92.0
COLUMNS = 3
# The line above the panels of a row.
LEAD = 12.0
# What rows of panels may take together, so that a figure stays on its page.
TALLEST = 560.0
LOWEST = 20.0
# More variables than this do not fit on a page; those that agree least are drawn.
MOST = 12
CHAINS = ("#7a8591", "#a8552b", "#2f6f8f", "#5f7d3a", "#83578f")
NOTHING = "Nothing iterates in these models: there are no chains to trace."
LATER = "A panel for each variable that iterates; nothing where none does."
WORSE = "Of the variables that iterate, those whose chains agree least are drawn."
Drawn = Mapping[str, Any]


def traces(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """A panel for each variable that iterates: the mean of its imputed values in each chain."""
    result = results_of(display, context)[0]
    every: Sequence[Drawn] = result.document["diagnostics"]["traces"]
    if not every:
        reason = LATER if result.before_data else NOTHING
        return words_instead(display, sheet, [result], reason)
    shown = sorted(every, key=lambda one: -_disagreement(result, one))[:MOST]
    shown = [one for one in every if one in shown]
    rows = -(-len(shown) // COLUMNS)
    canvas = Canvas(WIDTH, height_of(rows, TALL, 4.0))
    for index, one in enumerate(shown):
        agreed = sheet.number(result, (one["row"], "", "convergence"), one["row"], "R")
        _draw_trace(canvas, one, divmod(index, COLUMNS), ["R ", agreed])
    middle = WIDTH / 2
    canvas.text(middle, canvas.height - 3, "Sweep", LARGE, text_anchor="middle")
    alt: list[Part] = [f"Traces: {display['title']}."]
    for one in shown:
        at = one["row"]
        alt += [f" {result.labels.get(at, at)}: R "]
        alt += [sheet.number(result, (at, "", "convergence"), f"alt {at}", "R"), "."]
    data = {"traces": list(shown)}
    more = [WORSE] if len(shown) < len(every) else []
    more.append(
        "Each line is one chain: the mean of the imputed values after each sweep. R: split "
        "potential scale reduction of these means."
    )
    body = figure_body(sheet, [result], alt, data, ("method", "note", "warnings"), more)
    return canvas.to_svg(), body


def _disagreement(result: Result, one: Drawn) -> float:
    value = result.value(one["row"], "", "convergence")
    return 0.0 if value is None else float(value)


def _draw_trace(
    canvas: Canvas, one: Drawn, place: tuple[int, int], numbers: Sequence[Part]
) -> None:
    chains: Sequence[Sequence[float | None]] = one["means"]
    known = [value for chain in chains for value in chain if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    pad = 0.06 * (high - low or 1.0)
    limits = (low - pad, high + pad)
    ticks = round_ticks(*limits)
    sweeps = max(len(chain) for chain in chains)
    panel = panel_at(place, COLUMNS, TALL, 4.0, room_of(ticks), (1, max(sweeps, 2)), limits)
    x_ticks = labelled(sorted({1, *(int(t) for t in round_ticks(1, sweeps, 4)), sweeps}))
    draw_frame(canvas, panel, x_ticks, ticks)
    names = [f"{one['variable']} ({one['model']})", str(one["variable"])]
    draw_head(canvas, panel, names, numbers)
    for index, chain in enumerate(chains):
        corners = [
            (panel.x(sweep), panel.y(value))
            for sweep, value in enumerate(chain, start=1)
            if value is not None
        ]
        if corners:
            color, dash = CHAINS[index % len(CHAINS)], DASHES[index // len(CHAINS) % len(DASHES)]
            canvas.path(corners, stroke=color, stroke_width=0.7, stroke_dasharray=dash)


def densities(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """A row for each model, a panel for each arm: shares of observed and of imputed values."""
    result = results_of(display, context)[0]
    document = result.document["diagnostics"]
    labels = {model["id"]: str(model["label"]) for model in document["models"]}
    styles = styles_of(context.plan, result.groups)
    shapes: Sequence[Drawn] = document["densities"]
    top = 18.0
    # Panels of many models are lower.
    free = TALLEST / max(len(labels), 1) - height_of(1, LEAD, 0.0) + BELOW
    tall = min(TALL, max(free, LOWEST))
    canvas = Canvas(WIDTH, height_of(len(labels), tall + LEAD, top))
    _draw_key(canvas)
    for index, label in enumerate(labels.values()):
        base = height_of(index, tall + LEAD, top) - BELOW + 10
        canvas.text(0.0, base, shorten(label, WIDTH, NORMAL, "bold"), font_weight="bold")
    high = {m: max((*_shares(shapes, m), 0.05)) for m in labels}
    for index, one in enumerate(shapes):
        place = divmod(index, len(styles))
        ticks = round_ticks(0.0, 100 * high[one["model"]])
        limits = (one["limits"][0], one["limits"][-1])
        panel = panel_at(place, len(styles), tall, top, room_of(ticks, "%"), limits,
                         (0.0, 105 * high[one["model"]]), LEAD)  # fmt: skip
        x_ticks = [(0.0, "No"), (1.0, "Yes")] if one["binary"] else labelled(round_ticks(*limits))
        style = styles[one["group"]]
        draw_frame(canvas, panel, x_ticks, ticks, "%")
        means = _means(sheet, result, one)
        draw_head(canvas, panel, [style.label, style.short], means, style.color)
        _draw_steps(canvas, panel, one, "observed", fill=PALE, stroke=GREY, stroke_width=0.8)
        _draw_steps(canvas, panel, one, "imputed", fill="none", stroke=style.color,
                    stroke_width=1.5, stroke_dasharray="5 2.5")  # fmt: skip
    canvas.text(WIDTH / 2, canvas.height - 3, "Value of the endpoint", LARGE, text_anchor="middle")
    more = [
        "Shares of the values of an arm: of the observed ones, and of those imputed in all data "
        "sets together. Above each panel: the mean of both."
    ]
    alt, data = _alt(sheet, display, result, labels), {"densities": list(shapes)}
    body = figure_body(sheet, [result], alt, data, ("note", "warnings"), more)
    return canvas.to_svg(), body


def _means(sheet: Sheet, result: Result, one: Drawn) -> list[Part]:
    """Mean of the observed and of the imputed values of an arm."""
    parts: list[Part] = []
    for word in ("observed", "imputed"):
        place = (f"{word}: {one['model']}", one["group"], "proportion")
        parts += [" / "] if parts else []
        parts += [sheet.number(result, place, place[0], one["group"]), "%"]
    return parts


def _shares(shapes: Sequence[Drawn], model: str) -> list[float]:
    own = [one for one in shapes if one["model"] == model]
    return [share for one in own for share in (*one["observed"], *one["imputed"])]


def _draw_steps(canvas: Canvas, panel: Panel, one: Drawn, word: str, **style: Any) -> None:
    """The outline of a histogram."""
    limits, shares = one["limits"], one[word]
    if not shares:
        return
    corners = [(panel.x(limits[0]), panel.y(0.0))]
    for index, share in enumerate(shares):
        height = panel.y(100 * share)
        corners += [(panel.x(limits[index]), height), (panel.x(limits[index + 1]), height)]
    canvas.path([*corners, (panel.x(limits[-1]), panel.y(0.0))], **style)


def _draw_key(canvas: Canvas) -> None:
    """What is observed and what is imputed, told apart by fill and dash."""
    canvas.add("rect", x=0.4, y=3.0, width=SAMPLE, height=7.0, fill=PALE, stroke=GREY,
               stroke_width=0.8)  # fmt: skip
    canvas.text(SAMPLE + 5, 9.6, "Observed", SMALL)
    left = SAMPLE + 5 + text_width("Observed", SMALL) + 16
    canvas.line(left, 6.8, left + SAMPLE, 6.8, stroke=INK, stroke_width=1.5,
                stroke_dasharray="5 2.5")  # fmt: skip
    canvas.text(left + SAMPLE + 5, 9.6, "Imputed (in the colour of the arm)", SMALL)


def _alt(sheet: Sheet, display: Display, result: Result, labels: Mapping[str, str]) -> list[Part]:
    parts: list[Part] = [f"Distributions: {display['title']}."]
    for model, label in labels.items():
        for group in result.groups:
            column = f"{model} {group['id']}"
            parts += [f" {label}, {group['label']}: mean observed "]
            for word in ("observed", "imputed"):
                place = (f"{word}: {model}", group["id"], "proportion")
                parts += [", imputed "] if word == "imputed" else []
                parts += [sheet.number(result, place, f"alt {word}", column), "%"]
            parts.append(".")
    return parts
