"""The picture of one profile: the curve, then rows of marks under it on the same axis of days.

Marks differ in shape, not in colour: a full dot is met, a ring is not met, a point was not
reached.
"""

from collections.abc import Mapping
from typing import Any

from scripts.report.figures.canvas import FONT, GREY, INK, PALE, WIDTH
from scripts.report.numbers import typeset_powers
from scripts.report.profiles.frame import CURVE, CURVE_TOP, Frame
from scripts.report.profiles.ink import END, LINE, ROW, START, Drawing, short
from scripts.report.profiles.rows import (
    draw_bars,
    draw_clause,
    draw_numbers,
    draw_triangles,
    draw_visits,
)
from scripts.report.profiles.subjects import Profile

Plan = Mapping[str, Any]


def _curve(drawing: Drawing, profile: Profile, frame: Frame, plan: Plan) -> None:
    shown = plan["profiles"]["measurement"]
    x = frame.x
    drawing.add('<g font-size="6.6">')
    for tick in frame.y_ticks:
        y = short(frame.y(tick))
        drawing.add(
            f'<path d="M{short(START)} {y}H{short(END)}" stroke="{PALE}" stroke-width=".5"/>'
        )
        drawing.words(START - 3, frame.y(tick) + 2.1, f"{tick:g}", ' text-anchor="end"')
    lines = [(f"{line:g}", float(line), "4 2") for line in shown.get("lines_at", [])]
    if profile.baseline is not None and "baseline_fold" in shown:
        lines.append(("", shown["baseline_fold"] * profile.baseline, "1 1.6"))
    for label, value, dash in lines:
        y = short(frame.y(value))
        drawing.add(f'<path d="M{short(START)} {y}H{short(END)}" stroke="{GREY}" stroke-width=".8" '
                    f'stroke-dasharray="{dash}"/>')  # fmt: skip
        if label:
            drawing.words(END + 3, frame.y(value) + 2.1, label)
    drawing.add("</g>")
    places = [(x(value.day), frame.y(value.number)) for value in profile.values]
    if places:
        path = "M" + "L".join(f"{short(a)} {short(b)}" for a, b in places)
        drawing.add(f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1"/>')
    if drawing.traced:
        for one, (a, b) in zip(profile.values, places, strict=True):
            where = f"{one.visit}, " if one.visit else ""
            title = drawing.title(f"{where}day {one.day:g}: {one.text}")
            drawing.add(f'<circle cx="{short(a)}" cy="{short(b)}" r="1.8"'
                        f"{drawing.source(one.source)}>{title}</circle>")  # fmt: skip
    else:
        drawing.dots(places, 3.6, INK)


def _curve_label(drawing: Drawing, plan: Plan) -> None:
    shown = plan["profiles"]["measurement"]
    drawing.y = CURVE_TOP - 6
    drawing.y += LINE * drawing.label(shown["label"]) + 2
    if shown.get("lines_at"):
        drawing.y += LINE * drawing.label(
            f"dashed: {', '.join(f'{line:g}' for line in shown['lines_at'])}"
        )
    if "baseline_fold" in shown:
        drawing.label(f"dotted: {shown['baseline_fold']:g} × own baseline")


def _ends(drawing: Drawing, profile: Profile, frame: Frame, bottom: float) -> None:
    for index, (day, words) in enumerate(profile.ends[:2]):
        at = min(max(frame.x(day), START), END)
        right = at < (START + END) / 2
        side = "start" if right else "end"
        drawing.add(f'<path d="M{short(at)} {short(CURVE_TOP)}V{short(bottom)}" '
                    f'stroke="{INK}" stroke-width=".7" stroke-dasharray="5 1.5"/>')  # fmt: skip
        drawing.words(at + (2 if right else -2), CURVE_TOP - 3 + 7 * index, words,
                      f' font-weight="bold" text-anchor="{side}"')  # fmt: skip


def _rows(drawing: Drawing, profile: Profile, frame: Frame, plan: Plan) -> None:
    """The rows between the curve and the clauses, in the order of the plan."""
    drawing.label("Values")
    draw_numbers(drawing, profile.values, frame, turned=True)
    for name, values in profile.grades.items():
        drawing.label(name)
        draw_numbers(drawing, values, frame, turned=any(len(v.text) > 1 for v in values))
    for name, spans in profile.medications.items():
        drawing.label(name)
        draw_triangles(drawing, spans, frame)
    for name, spans in profile.exposure.items():
        drawing.label(name)
        draw_bars(drawing, spans, frame)
    if "visits" in plan["profiles"]:
        drawing.label(plan["profiles"]["visits"]["label"])
        draw_visits(drawing, profile, frame)


def _clauses(drawing: Drawing, profile: Profile, frame: Frame) -> None:
    for told in profile.verdicts:
        if told.lanes:
            drawing.y += 1
            state = "met" if told.met else "not met"
            drawing.words(0.0, drawing.y + 7.2, f"{told.label}: {state}, because",
                          ' font-weight="bold" font-size="7.2"')  # fmt: skip
            drawing.y += ROW
            for lane in told.lanes:
                draw_clause(drawing, lane, frame)


def _axis(drawing: Drawing, frame: Frame) -> None:
    bottom = drawing.y + 1
    path = f"M{short(START)} {short(bottom)}H{short(END)}"
    for day, label in frame.x_ticks:
        path += f"M{short(frame.x(day))} {short(bottom)}v2.5"
        drawing.words(frame.x(day), bottom + 9, label, ' text-anchor="middle"')
    drawing.add(f'<path d="{path}" stroke="{GREY}" stroke-width=".7"/>')
    drawing.words((START + END) / 2, bottom + 15.5, frame.axis, ' text-anchor="middle"')
    _key(drawing, bottom + 12)
    drawing.y = bottom + 17


def _key(drawing: Drawing, y: float) -> None:
    """What the marks of the clauses mean, small under the words beside the rows."""
    drawing.dots([(3, y)], 4.5, INK)
    drawing.rings([(26, y)])
    drawing.dots([(60, y)], 1.5, GREY)
    for x, text in (
        (7.5, "met"),
        (30.5, "not met"),
        (63.5, "not reached"),
        (106, "bold: failed first"),
    ):
        drawing.words(x, y + 2.2, text, ' font-size="6.4"')


def draw_profile(profile: Profile, frame: Frame, plan: Plan, *, traced: bool) -> str:
    """The picture of one subject as SVG; `traced` for a screen, where values carry their source."""
    drawing = Drawing(traced)
    _curve(drawing, profile, frame, plan)
    _curve_label(drawing, plan)
    drawing.y = CURVE_TOP + CURVE + 3
    _rows(drawing, profile, frame, plan)
    _clauses(drawing, profile, frame)
    bottom = drawing.y + 1
    _axis(drawing, frame)
    grid = "".join(f"M{short(frame.x(day))} {short(CURVE_TOP)}V{short(bottom)}"
                   for day, _ in frame.x_ticks)  # fmt: skip
    drawing.parts.insert(0, f'<path d="{grid}" stroke="{PALE}" stroke-width=".4"/>')
    _ends(drawing, profile, frame, bottom)
    height = short(drawing.y)
    size = "" if traced else f' width="{short(WIDTH)}pt" height="{height}pt"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(WIDTH)} {height}"{size} '
        f'font-family="{FONT}" font-size="6.9" fill="{INK}">'
    )
    return typeset_powers("".join([head, *drawing.parts, "</svg>"]))
