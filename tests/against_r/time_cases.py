"""Generated data sets of times, and the edges that no generator may miss."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

Case = dict[str, Any]


# Both sides are closed forms; R's answer has 15 digits, and a difference of two close numbers
# (an expected minus an observed count) loses some of them.
CLOSED = 1e-9
EACH = """
library(survival)
each <- function(f) lapply(seq_along(input$cases$time), function(i) {
  case <- lapply(input$cases, function(column) column[[i]])
  tryCatch(f(case), error = function(e) list(error = conditionMessage(e)))
})
"""


def _case(time: Any, event: Any, group: Any, stratum: Any = None) -> Case:
    size = len(time)
    place = np.arange(size)
    return {
        "time": [float(t) for t in time],
        "event": [int(e) for e in event],
        "group": [int(g) for g in group],
        "stratum": [int(s) for s in (place % 2 if stratum is None else stratum)],
        "x": [float(v) for v in np.round(np.sin(3.7 * place + 1), 3)],
    }


def edges() -> Iterator[Case]:
    """Everything that happens at the border of what can be estimated."""
    half = [0, 1] * 4
    yield _case([5] * 8, [1] * 8, half)  # all tied, all with the event
    yield _case([5] * 8, [1, 0] * 4, [0, 0, 1, 1] * 2)  # all tied, half censored
    yield _case(range(1, 9), [0] * 8, half)  # all censored
    yield _case([5] * 8, [0] * 8, half)
    for place in (0, 3, 7):  # a single event: first, in the middle, last
        yield _case(range(1, 9), [int(i == place) for i in range(8)], half)
    yield _case(range(1, 9), [1] * 8, half)  # nobody censored
    yield _case([1, 2], [1, 1], [0, 1])  # one subject in each arm
    yield _case([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], [0, 1, 1, 1, 1])  # n = 1 in one arm
    yield _case([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], [1, 1, 1, 1, 0])
    yield _case([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], [1] * 5)  # one arm empty
    yield _case([7], [1], [0])
    yield _case([7], [0], [1])
    yield _case([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1])  # monotone likelihood
    yield _case([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1])
    yield _case([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], half[:6])  # no event in one arm
    yield _case([0, 0, 1, 1, 2, 2], [1, 0, 1, 0, 1, 0], half[:6])  # events at time zero
    yield _case([2, 2, 4, 4, 4, 6, 6, 6], [1, 0, 1, 1, 0, 0, 1, 1], half)  # ties with censorings
    yield _case([1, 1, 2, 2, 3, 3, 4, 4], [1] * 8, half, [0, 0, 0, 0, 1, 1, 1, 1])
    yield _case([1, 2, 3, 4], [0, 0, 0, 1], half[:4])  # the event comes when one arm is gone
    yield _case([3, 1, 2, 9, 8, 7], [1, 1, 1, 1, 1, 0], half[:6], range(6))  # a stratum each
    yield _case(np.arange(1, 9) * 1e-7, [1, 1, 0, 1, 1, 0, 1, 1], half)  # tiny times
    yield _case(np.arange(1, 9) * 1e7, [1, 1, 0, 1, 1, 0, 1, 1], half)  # large times


def generated(count: int, groups: int = 2) -> Iterator[Case]:
    """Samples of 3 to 60 subjects with few or many ties, and few or many censored."""
    for seed in range(count):
        generator = np.random.default_rng([seed, groups])
        size = int(generator.integers(3, 60))
        time = generator.exponential(10, size)
        style = seed % 4
        if style < 3:  # whole days from 1: some ties, many ties; days from 0
            time = np.ceil(time / (1, 4, 2)[style]) - (style == 2)
        share = (0.1, 0.4, 0.7, 0.95)[seed // 4 % 4]
        event = generator.random(size) < share
        group = generator.integers(0, groups, size)
        yield _case(time, event, group, generator.integers(0, 3, size))


def cases(count: int = 300, groups: int = 2) -> list[Case]:
    """The edges, then the generated ones."""
    return [*edges(), *generated(count, groups)]


def columns(of: list[Case]) -> dict[str, list[Any]]:
    """Cases as lists by name, whose lengths differ, so that R makes no matrix of them."""
    return {name: [case[name] for case in of] for name in of[0]}


def same(ours: Any, theirs: Any, rel: float = CLOSED) -> None:
    """Numbers, or arrays of them, agree; what is not estimable is so on both sides."""
    first = np.atleast_1d(np.asarray(ours, dtype=float))
    items = theirs if isinstance(theirs, list) else [theirs]
    second = np.array([np.nan if v in (None, "NA", "NaN") else float(v) for v in items])
    assert first == pytest.approx(second, rel=rel, abs=1e-12, nan_ok=True)
