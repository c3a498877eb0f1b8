"""What the pictures of all subjects share: the axes, so that they can be compared."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.report.figures.canvas import Scale, ticks_up_to
from scripts.report.profiles.ink import END, START
from scripts.report.profiles.subjects import Profile, visit_days

CURVE_TOP, CURVE = 10.0, 74.0
LADDER = (1.0, 3.0)
Plan = Mapping[str, Any]


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
    days = [value.day for profile in profiles for value in profile.values]
    numbers = [value.number for profile in profiles for value in profile.values]
    return frame_around(plan, days, numbers)


def frame_around(plan: Plan, days: Sequence[float], numbers: Sequence[float]) -> Frame:
    """The frame that holds these days and numbers, every planned visit and every threshold."""
    shown = plan["profiles"]["measurement"]
    days = [*(day for _, day in visit_days(plan).values()), *days]
    numbers = [*numbers, *(float(line) for line in shown.get("lines_at", []))]
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
