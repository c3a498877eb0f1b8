"""Counts and bleeding grades at the attended visits, right by construction for each fate.

Every number is drawn from a range in which the planned verdict cannot change: below 30 or above
both 30 and twice the baseline, at or above 100 only where it is meant. Nothing is derived here
and nothing is drawn again until it fits.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.trial.generator.frozen import Subject
from tests.trial.generator.integers import Integers
from tests.trial.generator.schedule import OTHER_INTERVENTION

DEATH = 4


@dataclass(frozen=True)
class Reading:
    """What one visit found: the count in 10^9/L and the WHO bleeding grade."""

    count: int
    grade: int = 0


def low(subject: Subject, draw: Integers) -> int:
    """A count between 11 and 29 near the baseline: neither a response nor a call for rescue."""
    count = subject.base + draw.hill(5) + 2
    return min(29, count) if count >= 11 else draw.between(11, 16)


def high(subject: Subject, draw: Integers, above: int = 25) -> int:
    """A count that is certain to qualify: above 30 and more than doubled."""
    return subject.threshold + draw.between(1, above)


def early_grade(subject: Subject, draw: Integers, week: int) -> int:
    """Baseline bleeding that lingers in the first two weeks, grade 1 or 2."""
    lingers = draw.chance(2, 5)
    return min(subject.grade, 2) if week <= 2 and lingers else 0


def response_weeks(subject: Subject, attended: list[int]) -> list[int]:
    """The attended weeks from onset to the last one before relapse."""
    if subject.onset is None:
        return []
    end = 53 if subject.relapse is None else subject.relapse
    return [week for week in attended if subject.onset <= week < end]


def before_onset(subject: Subject, draw: Integers, week: int) -> Reading:
    """Low counts; after an early rescue a rise that must not qualify; 30 but not doubled."""
    if "rescue-rise" in subject.notes and 2 <= week <= 4:
        return Reading(high(subject, draw, 50))
    if 2 * subject.base > 44 and draw.chance(1, 10):
        return Reading(draw.between(31, 2 * subject.base - 1))
    grade = early_grade(subject, draw, week)
    if "rescue-rise" in subject.notes and week == 2:
        grade = 0
    return Reading(low(subject, draw), grade)


def plateau(subject: Subject, draw: Integers, attended: list[int]) -> dict[int, int]:
    """Counts while the response lasts: a level of the subject's own with some noise."""
    combination = subject.arm == "COMBO"
    floor = max(subject.threshold, 60 if combination else 36) + 2
    ceiling = max(floor + 4, 96 if combination else 78)
    level = draw.between(floor, ceiling)
    during = response_weeks(subject, attended)
    counts = {w: max(floor - 1, min(99, level + draw.hill(9))) for w in during}
    counts[during[0]] = draw.between(subject.threshold, max(subject.threshold, counts[during[0]]))
    if "exactly-doubled" in subject.notes:
        counts[during[0]] = 2 * subject.base
    if "later-not-doubled" in subject.notes:
        counts[during[len(during) // 2]] = draw.between(31, 2 * subject.base - 1)
    if "single-100" in subject.notes:
        counts[during[1]] = draw.between(101, 140)
    if subject.complete:
        counts.update(complete_response(subject, draw, during))
    return counts


def complete_response(subject: Subject, draw: Integers, during: list[int]) -> dict[int, int]:
    """At least two consecutive counts of 100 or more, a week or more apart."""
    if "above-300" in subject.notes:
        peak = {4: draw.between(305, 340), 6: draw.between(305, 340), 8: draw.between(120, 145)}
        return {week: count for week, count in peak.items() if week in during}
    late_enough = [week for week in during if week >= 4]  # weekly visits may be 6 days apart
    start = draw.between(0, max(0, min(3, len(late_enough) - 2)))
    if "exactly-100" in subject.notes:
        first, second = late_enough[start : start + 2]
        return {first: 100, second: draw.between(104, 130)}
    length = draw.between(2, max(2, len(late_enough) - start))
    run = late_enough[start : start + length]
    level = draw.between(120, 220)
    return {week: max(101, level + draw.hill(30)) for week in run}


def at_relapse(subject: Subject, draw: Integers) -> Reading:
    """The visit that shows the relapse: a low count, bleeding, or a rescue earlier that day."""
    if "rescue-only" in subject.notes:
        return Reading(draw.between(38, 55))
    if "bleeding-only" in subject.notes:
        return Reading(draw.between(34, 58), draw.between(1, 2))
    if subject.rescue is None:
        return Reading(draw.between(12, 28))
    urgent = draw.between(1, 10)
    if urgent <= 3:
        return Reading(draw.between(12, 28), draw.between(1, 2))
    return Reading(draw.between(4, 9) if urgent <= 5 else draw.between(12, 28))


def second_rescue_week(subject: Subject, attended: list[int]) -> int | None:
    """Some of those rescued at relapse need a second rescue three months later or more."""
    draw = Integers("second rescue", subject.subjid)
    if subject.relapse is None or subject.rescue is None or not draw.chance(1, 3):
        return None
    after = [week for week in attended if week >= subject.relapse + 14]
    return draw.pick(after) if after else None


def after_relapse(subject: Subject, draw: Integers, week: int, place: int) -> Reading:
    """Low at the next visit, so that no relapse rests on one unusual count; later it varies."""
    if subject.relapse is None:
        raise ValueError(f"{subject.subjid} does not relapse")
    since = week - subject.relapse
    if "hundred-after-rescue" in subject.notes and since <= 12:
        return Reading(draw.between(105, 180))
    if subject.rescue is not None and since <= 6:
        return Reading(draw.between(45, 97))
    recovers = place > 1 and draw.chance(2, 5)
    # An early relapse must not be followed by six months above 30: that would be open to debate.
    if recovers and (subject.fate == "late" or week not in (20, 24, 36, 44)):
        return Reading(draw.between(31, 60))
    return Reading(draw.between(12, 29))


def responder(subject: Subject, draw: Integers, attended: list[int]) -> dict[int, Reading]:
    """Low, then a response from the planned week, then the relapse if there is one."""
    onset, relapse = subject.onset or 0, subject.relapse or 99
    readings = {w: before_onset(subject, draw, w) for w in attended if 0 < w < onset}
    readings |= {w: Reading(c) for w, c in plateau(subject, draw, attended).items()}
    after = [week for week in attended if week > relapse]
    if relapse in attended:
        readings[relapse] = at_relapse(subject, draw)
    for place, week in enumerate(after, start=1):
        readings[week] = after_relapse(subject, draw, week, place)
    again = second_rescue_week(subject, attended)
    if again is not None:
        readings[again] = Reading(draw.between(5, 9))
    return readings


def without_response(subject: Subject, draw: Integers, attended: list[int]) -> dict[int, Reading]:
    """Low throughout; after a rescue from week 6 high for half a year, which must not count."""
    readings = {}
    for week in attended[1:]:
        if subject.rescue is not None and week == subject.rescue:
            readings[week] = needs_rescue(subject, draw)
        elif subject.rescue is not None and subject.rescue < week <= subject.rescue + 24:
            readings[week] = Reading(subject.threshold + draw.between(9, 110))
        else:
            readings[week] = Reading(low(subject, draw), early_grade(subject, draw, week))
    return readings | almost_responses(subject, draw, attended)


def almost_responses(subject: Subject, draw: Integers, attended: list[int]) -> dict[int, Reading]:
    """Counts that come close to a response, each failing on exactly one clause."""
    notes, later = subject.notes, [week for week in attended if week >= 12]
    if "rescue-rise" in notes:
        return {week: Reading(high(subject, draw, 50)) for week in (2, 3, 4)}
    if "six-days" in notes:
        return {week: Reading(high(subject, draw)) for week in (2, 3)}
    if "bleeding-both" in notes:
        return {week: Reading(high(subject, draw), 1) for week in (3, 4)}
    if "bleeding-confirm" in notes:
        return {3: Reading(high(subject, draw)), 4: Reading(high(subject, draw), 1)}
    if "not-doubled" in notes:
        return {w: Reading(draw.between(31, 2 * subject.base - 1)) for w in later[1:4]}
    if "single" in notes:
        return {draw.pick(later[:8]): Reading(high(subject, draw))}
    return {}


def needs_rescue(subject: Subject, draw: Integers) -> Reading:
    """Below 10, or bleeding, or low and left to the physician's judgement."""
    kind = draw.between(1, 10)
    if kind <= 4:
        return Reading(draw.between(4, 9))
    return Reading(low(subject, draw), draw.between(1, 2) if kind <= 8 else 0)


def withdrawn(subject: Subject, draw: Integers, attended: list[int]) -> dict[int, Reading]:
    """Low until the subject leaves; one withdrawn subject has a response that must not count."""
    readings = {}
    for week in attended[1:]:
        if "withdrawn-response" in subject.notes and week >= 4:
            readings[week] = Reading(high(subject, draw, 40))
        elif subject.reason == DEATH:
            readings[week] = Reading(draw.between(3, 9), 2 if week <= 2 else 1)
        elif subject.reason == OTHER_INTERVENTION and week == subject.withdrawal:
            readings[week] = needs_rescue(subject, draw)
        else:
            readings[week] = Reading(low(subject, draw), early_grade(subject, draw, week))
    return readings


def readings_of(subject: Subject, attended: list[int]) -> dict[int, Reading]:
    """Count and grade for each attended week, baseline included."""
    draw = Integers("counts", subject.subjid)
    if subject.responder:
        course = responder(subject, draw, attended)
    elif subject.fate == "withdrawn":
        course = withdrawn(subject, draw, attended)
    else:
        course = without_response(subject, draw, attended)
    return {0: Reading(subject.base, subject.grade)} | course
