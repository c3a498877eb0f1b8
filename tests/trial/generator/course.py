"""All that happened to one subject, put together once: visits, rescues, treatment, last contact."""

from __future__ import annotations

from dataclasses import dataclass

from tests.trial.generator.counts import DEATH, Reading, readings_of
from tests.trial.generator.exposure import ATRA, Period, exposure_of
from tests.trial.generator.frozen import Event, Subject
from tests.trial.generator.rescues import Rescue, rescues_of
from tests.trial.generator.schedule import attended_weeks, visit_days

NEVER = 10_000
DAY_OF_DEATH = 27


@dataclass(frozen=True)
class Course:
    """One subject's year, in days since the start of treatment."""

    subject: Subject
    days: dict[int, int]
    readings: dict[int, Reading]
    rescues: list[Rescue]
    exposure: list[Period]
    events: list[Event]
    end_of_treatment: int
    last_contact: int


def withdrawal_day(subject: Subject, days: dict[int, int]) -> int | None:
    """The day on which the subject left: of that week's visit, or of the call that replaced it."""
    if subject.withdrawal is None:
        return None
    if subject.reason == DEATH:
        return DAY_OF_DEATH
    return days.get(subject.withdrawal, 7 * subject.withdrawal)


def course_of(subject: Subject, events: list[Event]) -> Course:
    """The whole course of one subject."""
    attended = attended_weeks(subject)
    days = visit_days(subject, attended)
    readings = readings_of(subject, attended)
    rescues = rescues_of(subject, attended, days, readings)
    left = withdrawal_day(subject, days)
    exposure = exposure_of(subject, days, NEVER if left is None else left, events)
    drug_end = max(p.end for p in exposure if p.drug == ATRA or subject.arm == "MONO")
    end = drug_end if left is None else left
    last = max([end, *days.values(), *(rescue.day for rescue in rescues)])
    return Course(subject, days, readings, rescues, exposure, events, end, last)


def courses_of(subjects: list[Subject], events: list[Event]) -> list[Course]:
    """The courses of all subjects, in the order of the randomisation list."""
    return [course_of(s, [e for e in events if e.subjid == s.subjid]) for s in subjects]
