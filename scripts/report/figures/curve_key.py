"""What stands above and below curves of times: the key with its numbers, and numbers at risk."""

from collections.abc import Mapping, Sequence

from scripts.report.cells import Part, Sheet, interval, p_parts
from scripts.report.figures.canvas import GREY, LARGE, NORMAL, SMALL, Canvas, Scale, width_of
from scripts.report.figures.metrics import text_width
from scripts.report.figures.styles import SAMPLE, Style
from scripts.report.results import Result

LINE = 12.0
# A longer label of a group is replaced by its short name: in the key, and beside numbers at risk.
LONGEST_LABEL = 150.0
LONGEST_NAME = 84.0
Parts = list[Part]


class KeyTable:
    """A line for each group: a sample of its curve, events of subjects, median with limits."""

    def __init__(
        self, sheet: Sheet, result: Result, styles: Mapping[str, Style], level: Part, unit: str
    ) -> None:
        self.styles = styles
        self.heads: list[Parts] = [[""], ["Events / subjects"]]
        self.heads.append(["Median (", level, f"% CI), {unit}" if unit else "% CI)"])
        self.lines: dict[str, list[Parts]] = {}
        for group, style in styles.items():
            place = ("arm", group)
            counts = [
                sheet.number(result, (*place, "events"), "key", group),
                " / ",
                sheet.number(result, (*place, "n"), "key", group),
            ]
            words = ("median", "median_lower", "median_upper")
            median = interval(sheet, result, place, "key", group, words=words)
            self.lines[group] = [[style.name_within(LONGEST_LABEL, LARGE)], counts, median]
        self.test: Parts = []
        if result.has("logrank", "", "p_value"):
            p = sheet.number(result, ("logrank", "", "p_value"), "logrank", "all")
            method = result.document.get("method") or {}
            self.test = [f"{method.get('test_label') or 'Log-rank test'}: ", *p_parts(p)]

    @property
    def widths(self) -> list[float]:
        """The width of each column, by its widest text."""
        rows = [self.heads, *self.lines.values()]
        sizes = [SMALL] + [LARGE] * len(self.lines)
        return [
            max(width_of(row[column], size) for row, size in zip(rows, sizes, strict=True))
            for column in range(len(self.heads))
        ]

    def _beside(self, left: float, right: float) -> bool:
        # The test stands to the right of the key where there is room for it.
        end = left + SAMPLE + 6 + sum(self.widths) + 2 * 16
        return end + 20 + width_of(self.test, LARGE) <= right

    @property
    def height(self) -> float:
        """The height that the key needs, with a line of its own for the test."""
        return 10.0 + LINE * (len(self.lines) + bool(self.test))

    def draw(self, canvas: Canvas, left: float) -> None:
        """The key from its left edge; the test ends where the curves end."""
        starts = [left + SAMPLE + 6]
        for width in self.widths[:-1]:
            starts.append(starts[-1] + width + 16)
        for at, words in zip(starts[1:], self.heads[1:], strict=True):
            canvas.text(at, 7.0, words, SMALL, fill=GREY)
        for index, (group, cells) in enumerate(self.lines.items()):
            y = 7.0 + LINE * (index + 1)
            self.styles[group].sample(canvas, left, y - 2.8, line=True, mark=False)
            for at, words in zip(starts, cells, strict=True):
                canvas.text(at, y, words, LARGE)
        if self.test:
            right = canvas.width - 10
            row = len(self.lines) + (0 if self._beside(left, right) else 1)
            canvas.text(right, 7.0 + LINE * row, self.test, LARGE, text_anchor="end")


def risk_texts(
    sheet: Sheet, result: Result, times: Sequence[float]
) -> dict[float, dict[str, Part]]:
    """The number at risk of each group at each time at which the result knows it."""
    texts: dict[float, dict[str, Part]] = {}
    for time in times:
        row = texts[time] = {}
        for group in result.arms:
            place = (f"t={time:g}", group, "at_risk")
            if time == 0 and not result.has(*place):
                place = ("arm", group, "n")
            if result.has(*place):
                row[group] = sheet.number(result, place, f"t={time:g}", group)
    return texts


def risk_room(styles: Mapping[str, Style], result: Result) -> float:
    """The room that the names of the groups need on the left of the numbers at risk."""
    names = max(
        text_width(style.name_within(LONGEST_NAME, NORMAL), NORMAL) for style in styles.values()
    )
    most = max((str(group["N"] or 0) for group in result.groups), key=len)
    return names + SAMPLE * 0.75 + 6 + 8 + text_width(most, NORMAL) / 2


def draw_risk_table(
    canvas: Canvas,
    texts: Mapping[float, Mapping[str, Part]],
    styles: Mapping[str, Style],
    x: Scale,
    times: Sequence[float],
    title: str = "Number at risk",
) -> None:
    """Numbers of subjects below the axis, a line for each group with a sample of its curve."""
    top = canvas.height - LINE * len(styles) - 2
    canvas.text(0.0, top - 4, title, NORMAL, font_weight="bold")
    for index, (group, style) in enumerate(styles.items()):
        at = top + 8 + LINE * index
        canvas.line(0.0, at - 2.6, SAMPLE * 0.75, at - 2.6, stroke=style.color, stroke_width=1.6,
                    stroke_dasharray=style.dash)  # fmt: skip
        canvas.text(
            SAMPLE * 0.75 + 6, at, style.name_within(LONGEST_NAME, NORMAL), NORMAL, fill=style.color
        )
        for time in times:
            if group in texts[time]:
                canvas.text(x(time), at, texts[time][group], NORMAL, text_anchor="middle")
