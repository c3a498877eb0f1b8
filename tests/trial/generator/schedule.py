"""The visit schedule, read from the plan, and the day on which each attended visit took place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tests.trial.generator.frozen import Subject
from tests.trial.generator.integers import Integers

PLAN = Path(__file__).resolve().parents[3] / "config" / "trial.yaml"
OTHER_INTERVENTION, ADVERSE_EVENT = 2, 1


@dataclass(frozen=True)
class Visit:
    """A planned visit: its week and the days allowed before and after."""

    week: int
    early: int
    late: int


@cache
def read_schedule() -> tuple[Visit, ...]:
    """The planned visits of `config/trial.yaml`, in order."""
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    visits = [Visit(v["nominal"], v["early"], v["late"]) for v in plan["visits"]]
    return tuple(sorted(visits, key=lambda visit: visit.week))


def weeks() -> list[int]:
    """The planned weeks, 0 to 52."""
    return [visit.week for visit in read_schedule()]


def later(week: int, steps: int) -> int:
    """The planned week `steps` visits after `week` (before it when negative)."""
    planned = weeks()
    return planned[max(0, min(planned.index(week) + steps, len(planned) - 1))]


def never_missed(subject: Subject) -> set[int]:
    """Weeks that decide a verdict or a published attendance: a chance gap must not fall there."""
    keep = {0, 1, 2, 3, 4, 44, 48, 52}
    if subject.onset is not None:
        keep |= {later(subject.onset, steps) for steps in (-1, 0, 1, 2)}
    if subject.relapse is not None:
        keep |= {later(subject.relapse, steps) for steps in (-1, 0, 1, 2)}
    if subject.rescue is not None:
        keep |= {later(subject.rescue, steps) for steps in range(5)}
    return keep


def attended_weeks(subject: Subject) -> list[int]:
    """The weeks at which the subject was seen."""
    if subject.withdrawal is not None:
        seen = subject.reason in (OTHER_INTERVENTION, ADVERSE_EVENT)
        last = subject.withdrawal if seen else subject.withdrawal - 1
        return [week for week in weeks() if week <= last]
    draw, keep = Integers("attendance", subject.subjid), never_missed(subject)
    last = subject.last_visit or 52
    kept = [week for week in weeks() if week in keep or not draw.chance(1, 40)]
    return [week for week in kept if week <= last]


def visit_days(subject: Subject, attended: list[int]) -> dict[int, int]:
    """Days since the start of treatment at which the attended visits took place."""
    draw, windows = Integers("days", subject.subjid), {v.week: v for v in read_schedule()}
    shifts = {w: draw.between(-windows[w].early, windows[w].late) for w in weeks()}
    if "six-days" in subject.notes:  # two qualifying counts in weeks 2 and 3 less than 7 days apart
        shifts[2], shifts[3] = 1, 0
    if "above-300" in subject.notes:  # two counts above 300 at least two weeks apart
        shifts[4] = min(shifts[4], 0)
    if {"bleeding-both", "bleeding-confirm"} & subject.notes:  # only the bleeding may decide
        shifts[4] = max(shifts[4], shifts[3])
    if subject.onset is not None and subject.onset < 4:  # the pair must be 7 days apart for certain
        after = later(subject.onset, 1)
        shifts[after] = max(shifts[after], shifts[subject.onset])
    return {week: 7 * week + shifts[week] for week in attended}
