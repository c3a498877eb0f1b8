"""Adverse events and disposition as the forms have them."""

from __future__ import annotations

from typing import Any

from tests.trial.generator.counts import DEATH
from tests.trial.generator.course import DAY_OF_DEATH, Course
from tests.trial.generator.frozen import Event
from tests.trial.generator.integers import Integers

Row = dict[str, Any]
UNRELATED, POSSIBLE, PROBABLE, UNKNOWN = 0, 1, 2, 9
RECOVERED, RECOVERING, NOT_RECOVERED, FATAL = 1, 2, 3, 5
RELATED_TO_TREATMENT = {"Dry skin", "Rash acneiform", "Insomnia", "Mood disorder"}


def relation(event: Event, draw: Integers) -> int:
    """The investigator's opinion."""
    if draw.chance(1, 25):
        return UNKNOWN
    if event.grade == 5:
        return UNRELATED
    if event.term in RELATED_TO_TREATMENT:
        return PROBABLE if draw.chance(2, 3) else POSSIBLE
    return POSSIBLE if draw.chance(1, 2) else UNRELATED


def event_row(course: Course, event: Event, number: int) -> Row:
    """One line of the adverse-event form."""
    subject = course.subject
    draw = Integers("event", subject.subjid, str(number))
    end: int | None = event.day + draw.between(2, 28)
    outcome = RECOVERED
    if event.grade == 5:
        end, outcome = DAY_OF_DEATH, FATAL
    elif end is not None and end > course.last_contact:
        end, outcome = None, draw.pick((RECOVERING, NOT_RECOVERED, UNKNOWN))
    elif draw.chance(1, 15):
        end, outcome = None, draw.pick((RECOVERING, NOT_RECOVERED))
    return {
        "SUBJID": subject.subjid,
        "AENO": number,
        "AETERM": event.term,
        "AEGRADE": event.grade,
        "AESTDAT": subject.day(event.day),
        "AEENDAT": None if end is None else subject.day(end),
        "AEREL": relation(event, draw),
        "AEACN": event.action,
        "AESER": 1 if event.grade == 5 or event.term == "Mood disorder" else 0,
        "AEOUT": outcome,
    }


def event_rows(course: Course) -> list[Row]:
    """The adverse events of one subject, numbered by day."""
    return [event_row(course, event, n) for n, event in enumerate(course.events, start=1)]


def disposition_row(course: Course) -> Row:
    """How treatment ended, and the last contact."""
    subject = course.subject
    died = subject.reason == DEATH
    return {
        "SUBJID": subject.subjid,
        "DSSTAT": 1 if subject.withdrawal is None else 2,
        "DSREAS": subject.reason,
        "DSDAT": subject.day(course.end_of_treatment),
        "DSWK": subject.withdrawal,
        "DTHDAT": subject.day(DAY_OF_DEATH) if died else None,
        "DTHCAUS": "颅内出血 Intracranial hemorrhage" if died else "",
        "LASTDAT": subject.day(course.last_contact),
    }
