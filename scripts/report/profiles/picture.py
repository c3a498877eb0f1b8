"""The picture of one profile: the curve, then rows of marks under it on the same axis of days.

Marks differ in shape, not in colour: a full dot is met, a ring is not met, a point was not
reached. On paper the marks of a row are one path; on a screen each carries its words and source.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from scripts.report.figures.canvas import FONT, GREY, INK, PALE, WIDTH, Scale, ticks_up_to
from scripts.report.listings.text import wrap
from scripts.report.numbers import typeset_powers
from scripts.report.profiles.subjects import ATTENDED, MISSED, Profile, Span, Value, visit_days
from scripts.report.profiles.verdicts import MET, NOT_MET, NOT_REACHED, Lane, Mark

Plan = Mapping[str, Any]
START, END = 180.0, WIDTH - 20
CURVE_TOP, CURVE = 10.0, 74.0
LABEL_LETTERS = 54
LINE, ROW = 6.5, 9.2
# The least room between the middles of two marks of a row.
ROOM = 5.4
LADDER = (1.0, 3.0)


def short(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def spread(places: Sequence[float], room: float, high: float) -> list[float]:
    """The places in order, moved apart where they are closer than `room`, none beyond `high`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + room) if moved else place)
    limit = high
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - room
    return moved


@dataclass(frozen=True)
class Frame:
    """What all profiles share: the axis of days, the axis of values, the ticks on both."""

    x: Scale
    low: float
    high: float
    log: bool
    x_ticks: list[tuple[float, str]]
    y_ticks: list[float]
    axis: str

    def y(self, value: float) -> float:
        """The height of a value; a value outside the axis stands at its end."""
        inside = min(max(value, self.low), self.high)
        low, high = self.low, self.high
        if self.log:
            low, high, inside = math.log(low), math.log(high), math.log(inside)
        return CURVE_TOP + CURVE * (high - inside) / (high - low)


def _rungs(low: float, high: float) -> list[float]:
    """Values 1, 3, 10, 30 and so on from the last not above `low` to the first not below `high`."""
    power = math.floor(math.log10(low))
    rungs = [step * 10.0 ** exponent for exponent in range(power - 1, power + 12)
             for step in LADDER]  # fmt: skip
    first = max(index for index, rung in enumerate(rungs) if rung <= low)
    last = min(index for index, rung in enumerate(rungs) if rung >= high)
    return rungs[first : max(last, first + 1) + 1]


def frame_of(plan: Plan, profiles: Sequence[Profile]) -> Frame:
    """One frame for all, so that pictures can be compared."""
    shown = plan["profiles"]["measurement"]
    days = [day for _, day in visit_days(plan).values()]
    days += [value.day for profile in profiles for value in profile.values]
    numbers = [value.number for profile in profiles for value in profile.values]
    numbers += [float(line) for line in shown.get("lines_at", [])]
    log = shown.get("scale", "linear") == "log"
    if log:
        above = [number for number in numbers if number > 0] or [1.0]
        y_ticks = _rungs(min(above), max(above))
    else:
        y_ticks = [float(tick) for tick in ticks_up_to(max([1.0, *numbers]), 5)]
        y_ticks = [min([0.0, *numbers]), *y_ticks[1:]] if min([0.0, *numbers]) < 0 else y_ticks
    unit = plan["trial"]["visit_unit"]
    size = {"day": 1.0, "week": 7.0}[unit]
    ticks = [t for t in ticks_up_to(max(days) / size, 13) if t * size <= max(days)]
    x = Scale(min(days), max(days), START + 3, END - 3)
    axis = f"{unit.capitalize()}s since the start of treatment"
    labelled = [(tick * size, f"{tick:g}") for tick in ticks]
    return Frame(x, y_ticks[0], y_ticks[-1], log, labelled, y_ticks, axis)


@dataclass
class Drawing:
    """The elements of one picture; `y` is where the next row begins."""

    traced: bool
    parts: list[str] = field(default_factory=list)
    y: float = 0.0

    def add(self, text: str) -> None:
        """One element as it is."""
        self.parts.append(text)

    def words(self, x: float, y: float, text: str, more: str = "") -> None:
        """A text without anything special."""
        self.add(f'<text x="{short(x)}" y="{short(y)}"{more}>{escape(text)}</text>')

    def label(self, text: str, *, strong: bool = False) -> int:
        """The words beside a row; gives how many lines they take."""
        lines = wrap(text, LABEL_LETTERS if not strong else LABEL_LETTERS - 6)
        weight = ' font-weight="bold"' if strong else ""
        for index, line in enumerate(lines):
            self.words(0.0 if not strong else 4.0, self.y + 7.2 + LINE * index, line, weight)
        return len(lines)

    def dots(self, places: Sequence[tuple[float, float]], size: float, color: str) -> None:
        """Round dots as one path: strokes without length and with round ends."""
        if places:
            path = "".join(f"M{short(x)} {short(y)}h.01" for x, y in places)
            self.add(f'<path d="{path}" stroke="{color}" stroke-width="{size}" stroke-linecap="round"/>')

    def source(self, source: str) -> str:
        """The attribute that says where a value lies, on a screen only."""
        return f" data-source={quoteattr(source)}" if self.traced else ""

    def title(self, text: str) -> str:
        """Words that a pointer brings up, on a screen only."""
        return f"<title>{escape(text)}</title>" if self.traced else ""


def _curve(drawing: Drawing, profile: Profile, frame: Frame, plan: Plan) -> None:
    shown = plan["profiles"]["measurement"]
    x = frame.x
    drawing.add('<g font-size="6">')
    for tick in frame.y_ticks:
        y = short(frame.y(tick))
        drawing.add(f'<path d="M{short(START)} {y}H{short(END)}" stroke="{PALE}" stroke-width=".5"/>')
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
        for value, (a, b) in zip(profile.values, places, strict=True):
            where = f"{value.visit}, " if value.visit else ""
            title = drawing.title(f"{where}day {value.day:g}: {value.text}")
            drawing.add(f'<circle cx="{short(a)}" cy="{short(b)}" r="1.8"'
                        f"{drawing.source(value.source)}>{title}</circle>")  # fmt: skip
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


def _numbers(drawing: Drawing, values: Sequence[Value], frame: Frame, *, turned: bool) -> None:
    """A row of printed values, turned where they are wide."""
    height = 4.0 + 3.9 * max([len(value.text) for value in values], default=1) if turned else ROW
    places = spread([frame.x(value.day) for value in values], ROOM, END)
    base = drawing.y + (height - 1.2 if turned else 7.2)
    drawing.add('<g font-size="5.8">' if turned else '<g font-size="6.2" text-anchor="middle">')
    for value, at in zip(values, places, strict=True):
        weight = ' font-weight="bold"' if not turned and value.number > 0 else ""
        more = f"{weight}{drawing.source(value.source)}"
        if turned:
            more = f' transform="rotate(-90 {short(at + 2)} {short(base)})"' + more
        drawing.words(at + (2 if turned else 0), base, value.text, more)
    drawing.add("</g>")
    drawing.y += height


def _triangles(drawing: Drawing, spans: Sequence[Span], frame: Frame) -> None:
    places = spread([frame.x(span.start) for span in spans], ROOM, END)
    y = drawing.y
    shapes = [f"M{short(at - 2.6)} {short(y + 2.2)}h5.2l-2.6 5z" for at in places]
    if drawing.traced:
        for span, shape in zip(spans, shapes, strict=True):
            title = drawing.title(f"day {span.start:g}: {span.words}")
            drawing.add(f'<path d="{shape}"{drawing.source(span.source)}>{title}</path>')
    elif shapes:
        drawing.add(f'<path d="{"".join(shapes)}"/>')
    drawing.y += ROW


def _bars(drawing: Drawing, spans: Sequence[Span], frame: Frame) -> None:
    y = drawing.y + 4.8
    shapes = []
    for span in spans:
        start, end = frame.x(span.start), min(frame.x(span.end + 1), END)
        shapes.append(f"M{short(start - 0.8)} {short(y)}H{short(max(end, start + 0.8))}")
    style = f'stroke="{INK}" stroke-width="4"'
    if drawing.traced:
        for span, shape in zip(spans, shapes, strict=True):
            until = f" to {span.end:g}" if span.end > span.start else ""
            title = drawing.title(f"day {span.start:g}{until}: {span.words}")
            drawing.add(f'<path d="{shape}" {style}{drawing.source(span.source)}>{title}</path>')
    elif shapes:
        drawing.add(f'<path d="{"".join(shapes)}" {style}/>')
    drawing.y += ROW


def _visits(drawing: Drawing, profile: Profile, frame: Frame) -> None:
    y = drawing.y + 4.8
    ordered = sorted(profile.visits, key=lambda visit: visit.day)
    places = spread([frame.x(visit.day) for visit in ordered], ROOM, END)
    strokes, rings = [], []
    for visit, at in zip(ordered, places, strict=True):
        if visit.state == ATTENDED:
            strokes.append(f"M{short(at)} {short(y - 2.6)}v5.2")
        elif visit.state == MISSED:
            strokes.append(f"M{short(at - 2.2)} {short(y - 2.2)}l4.4 4.4m0 -4.4l-4.4 4.4")
        else:
            strokes.append(f"M{short(at)} {short(y - 2.6)}v5.2")
            rings.append((at, y))
    if strokes:
        drawing.add(f'<path d="{"".join(strokes)}" stroke="{INK}" stroke-width=".9"/>')
    _rings(drawing, rings)
    drawing.y += ROW


def _rings(drawing: Drawing, places: Sequence[tuple[float, float]]) -> None:
    drawing.dots(places, 4.5, INK)
    drawing.dots(places, 2.9, "#fff")


def draw_marks(drawing: Drawing, marks: Sequence[Mark], y: float, frame: Frame) -> None:
    """The marks of one clause: met a full dot, not met a ring, not reached a point."""
    dated = sorted((mark for mark in marks if mark.day is not None), key=lambda m: m.day or 0.0)
    places = spread([frame.x(m.day or 0.0) for m in dated], ROOM, END)
    by_state: dict[str, list[tuple[float, float]]] = {MET: [], NOT_MET: [], NOT_REACHED: []}
    for mark, at in zip(dated, places, strict=True):
        by_state[mark.state].append((at, y))
    for mark in marks:
        if mark.day is None:
            by_state[mark.state].append((START + 4, y))
    drawing.dots(by_state[MET], 4.5, INK)
    _rings(drawing, by_state[NOT_MET])
    drawing.dots(by_state[NOT_REACHED], 1.5, GREY)


def _clause(drawing: Drawing, lane: Lane, frame: Frame) -> None:
    lines = drawing.label(lane.words, strong=lane.failed)
    height = max(ROW, LINE * lines + 2.4)
    if lane.failed:
        drawing.add(f'<path d="M1 {short(drawing.y + 1)}v{short(height - 1.5)}" stroke="{INK}" '
                    'stroke-width="2"/>')  # fmt: skip
    draw_marks(drawing, lane.marks, drawing.y + 4.8, frame)
    drawing.y += height


def _rows(drawing: Drawing, profile: Profile, frame: Frame, plan: Plan) -> None:
    """The rows between the curve and the clauses, in the order of the plan."""
    drawing.label("Values")
    _numbers(drawing, profile.values, frame, turned=True)
    for name, values in profile.grades.items():
        drawing.label(name)
        _numbers(drawing, values, frame, turned=any(len(v.text) > 1 for v in values))
    for name, spans in profile.medications.items():
        drawing.label(name)
        _triangles(drawing, spans, frame)
    for name, spans in profile.exposure.items():
        drawing.label(name)
        _bars(drawing, spans, frame)
    if "visits" in plan["profiles"]:
        drawing.label(plan["profiles"]["visits"]["label"])
        _visits(drawing, profile, frame)


def _clauses(drawing: Drawing, profile: Profile, frame: Frame) -> None:
    for told in profile.verdicts:
        if told.lanes:
            drawing.y += 1
            state = "met" if told.met else "not met"
            drawing.words(0.0, drawing.y + 7.2, f"{told.label}: {state}, because",
                          ' font-weight="bold" font-size="6.6"')  # fmt: skip
            drawing.y += ROW
            for lane in told.lanes:
                _clause(drawing, lane, frame)


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
    _rings(drawing, [(26, y)])
    drawing.dots([(60, y)], 1.5, GREY)
    for x, text in ((7.5, "met"), (30.5, "not met"), (63.5, "not reached"), (106, "bold: failed first")):
        drawing.words(x, y + 2.2, text, ' font-size="5.8"')


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
        f'font-family="{FONT}" font-size="6" fill="{INK}">'
    )
    return typeset_powers("".join([head, *drawing.parts, "</svg>"]))
