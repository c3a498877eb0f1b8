"""Treatment taken: six weekly infusions, twelve weeks of capsules in the combination arm."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

from tests.trial.generator.frozen import Event, Subject
from tests.trial.generator.integers import Integers
from tests.trial.generator.schedule import later

RITUXIMAB, ATRA = 1, 2
ABOVE_300, ADVERSE_EVENT, MISSED = 1, 2, 3
LAST_CAPSULE = 83
NOT_DONE = 999


@dataclass(frozen=True)
class Period:
    """One infusion, or one uninterrupted stretch of capsules; `stopped` says why it paused."""

    drug: int
    number: int
    start: int
    end: int
    dose: int
    stopped: int | None = None


@dataclass(frozen=True)
class Pause:
    """Capsules not taken from `start` to `end`, both included."""

    start: int
    end: int
    reason: int


def body(subject: Subject) -> tuple[int, int]:
    """Height in cm and weight in kg; 999 is the form's code for 'not done'."""
    draw = Integers("body", subject.subjid)
    height = (169 if subject.sex == "M" else 158) + draw.hill(11)
    weight = (68 if subject.sex == "M" else 57) + draw.hill(14)
    if "height-not-done" in subject.notes:
        height = NOT_DONE
    if "weight-not-done" in subject.notes:
        weight = NOT_DONE
    return height, weight


def daily_dose(subject: Subject) -> int:
    """20 mg per square metre a day (Mosteller), to the nearest 5 mg; 35 mg where not measured."""
    height, weight = body(subject)
    if NOT_DONE in (height, weight):
        return 35
    hundredths = isqrt(height * weight * 10000 // 3600)  # body surface in 0.01 square metres
    return (20 * hundredths + 250) // 500 * 5


def infusions(subject: Subject, days: dict[int, int], stop: int) -> list[Period]:
    """100 mg a week at the visits of weeks 0 to 4 and at week 5, until the day of withdrawal."""
    draw = Integers("infusions", subject.subjid)
    planned = [days.get(week, 7 * week) for week in range(5)] + [35 + draw.between(-1, 1)]
    given = [day for day in planned if day < stop]
    return [Period(RITUXIMAB, n, day, day, 100) for n, day in enumerate(given, start=1)]


def pauses(subject: Subject, days: dict[int, int], stop: int, events: list[Event]) -> list[Pause]:
    """The interruptions of the capsules, in order; none overlaps another."""
    draw = Integers("pauses", subject.subjid)
    found = []
    if "above-300" in subject.notes:
        found.append(Pause(days[6], days[later(6, 1)] - 1, ABOVE_300))
    for event in events:
        if event.action == 1:
            found.append(Pause(event.day, event.day + draw.between(5, 9), ADVERSE_EVENT))
    if "missed-doses" in subject.notes:
        first = draw.between(20, 70)
        found.append(Pause(first, first + draw.between(1, 4), MISSED))
    return [pause for pause in sorted(found, key=lambda p: p.start) if pause.end < stop]


def capsules(
    subject: Subject, days: dict[int, int], stop: int, events: list[Event]
) -> list[Period]:
    """The stretches of capsules between interruptions; the last one ends with the treatment."""
    if subject.arm != "COMBO":
        return []
    dose, start = daily_dose(subject), 0
    found: list[Period] = []
    for pause in pauses(subject, days, stop, events):
        found.append(Period(ATRA, len(found) + 1, start, pause.start - 1, dose, pause.reason))
        start = pause.end + 1
    last = min(LAST_CAPSULE, stop)
    return [*found, Period(ATRA, len(found) + 1, start, last, dose)]


def exposure_of(
    subject: Subject, days: dict[int, int], stop: int, events: list[Event]
) -> list[Period]:
    """All treatment taken, infusions first. `stop` is the day of withdrawal, or past the end."""
    return infusions(subject, days, stop) + capsules(subject, days, stop, events)
