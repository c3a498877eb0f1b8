"""Rescue treatments: their day, kind and reason, from what the visits found."""

from __future__ import annotations

from dataclasses import dataclass

from tests.trial.generator.counts import DEATH, Reading, second_rescue_week
from tests.trial.generator.frozen import Subject
from tests.trial.generator.integers import Integers

IMMUNOGLOBULIN, STEROIDS, TPO_AGONIST, RHTPO, TRANSFUSION = 1, 2, 3, 4, 5
BLEEDING, BELOW_TEN, JUDGEMENT = 1, 2, 3
AVOIDED = range(36, 42)  # between 'within 5 weeks' and 'from week 6': nobody is rescued there


@dataclass(frozen=True)
class Rescue:
    """One rescue treatment."""

    day: int
    kind: int
    reason: int


def reason_for(reading: Reading) -> int:
    """Why the rescue was given, as the centre would code it."""
    if reading.grade > 0:
        return BLEEDING
    return BELOW_TEN if reading.count < 10 else JUDGEMENT


def early_rescues(subject: Subject, draw: Integers) -> list[Rescue]:
    """Bleeding of grade 3 or 4 at entry: rescued in the first three days."""
    if subject.grade < 3:
        return []
    kind = draw.between(IMMUNOGLOBULIN, TRANSFUSION)
    found = [Rescue(draw.between(0, 2), kind, BLEEDING)]
    if subject.reason == DEATH:
        found.append(Rescue(26, TRANSFUSION, BLEEDING))
    return found


def rescue_at(
    subject: Subject, draw: Integers, week: int, day: int, readings: dict[int, Reading]
) -> Rescue:
    """The rescue that belongs to a visit: that day or within the next two."""
    if "rescue-only" in subject.notes and week == subject.relapse:
        # Sampled after the transfusion: the count alone would not show the relapse.
        return Rescue(day, TRANSFUSION, BELOW_TEN)
    delay = draw.between(0, 2)
    if "bleeding-only" in subject.notes:
        delay = draw.between(1, 2)
    if subject.fate == "withdrawn":
        delay = 0
    return Rescue(day + delay, draw.between(IMMUNOGLOBULIN, RHTPO), reason_for(readings[week]))


def rescues_of(
    subject: Subject, attended: list[int], days: dict[int, int], readings: dict[int, Reading]
) -> list[Rescue]:
    """All rescues of a subject, in order."""
    draw = Integers("rescues", subject.subjid)
    found = early_rescues(subject, draw)
    for week in (subject.rescue, second_rescue_week(subject, attended)):
        if week is not None:
            found.append(rescue_at(subject, draw, week, days[week], readings))
    if any(rescue.day in AVOIDED for rescue in found):
        raise ValueError(f"{subject.subjid} has a rescue between days 36 and 41")
    return sorted(found, key=lambda rescue: rescue.day)
