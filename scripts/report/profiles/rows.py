"""The rows under a curve: values, triangles, bars, visits, and the marks of clauses.

On paper the marks of a row are one path; on a screen each carries its words and its source.
"""

from collections.abc import Sequence

from scripts.report.figures.canvas import GREY, INK
from scripts.report.profiles.frame import Frame
from scripts.report.profiles.ink import END, LINE, ROOM, ROW, START, Drawing, short, spread
from scripts.report.profiles.subjects import ATTENDED, MISSED, Profile, Span, Value
from scripts.report.profiles.verdicts import MET, NOT_MET, NOT_REACHED, Lane, Mark


def draw_numbers(drawing: Drawing, values: Sequence[Value], frame: Frame, *, turned: bool) -> None:
    """A row of printed values, turned where they are wide."""
    longest = max([len(value.text) for value in values], default=1)
    height = max(ROW, 3.6 + 3.5 * longest) if turned else ROW
    places = spread([frame.x(value.day) for value in values], ROOM, END)
    base = drawing.y + (height - 1.2 if turned else 7.2)
    drawing.add('<g font-size="6.4">' if turned else '<g font-size="6.8" text-anchor="middle">')
    for value, at in zip(values, places, strict=True):
        weight = ' font-weight="bold"' if not turned and value.number > 0 else ""
        more = f"{weight}{drawing.source(value.source)}"
        if turned:
            more = f' transform="rotate(-90 {short(at + 2)} {short(base)})"' + more
        drawing.words(at + (2 if turned else 0), base, value.text, more)
    drawing.add("</g>")
    drawing.y += height


def draw_triangles(drawing: Drawing, spans: Sequence[Span], frame: Frame) -> None:
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


def draw_bars(drawing: Drawing, spans: Sequence[Span], frame: Frame) -> None:
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


def draw_visits(drawing: Drawing, profile: Profile, frame: Frame) -> None:
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
    drawing.rings(rings)
    drawing.y += ROW


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
    drawing.rings(by_state[NOT_MET])
    drawing.dots(by_state[NOT_REACHED], 1.5, GREY)


def draw_clause(drawing: Drawing, lane: Lane, frame: Frame) -> None:
    lines = drawing.label(lane.words, strong=lane.failed)
    height = max(ROW, LINE * lines + 2.4)
    if lane.failed:
        drawing.add(f'<path d="M1 {short(drawing.y + 1)}v{short(height - 1.5)}" stroke="{INK}" '
                    'stroke-width="2"/>')  # fmt: skip
    draw_marks(drawing, lane.marks, drawing.y + 4.8, frame)
    drawing.y += height
