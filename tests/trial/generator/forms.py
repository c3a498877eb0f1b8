"""The raw forms as lists of rows, in the order in which a hospital would export them."""

from __future__ import annotations

from typing import Any

from tests.trial.generator.background import (
    demography_row,
    maintenance_rows,
    prior_rows,
    screening_rows,
)
from tests.trial.generator.comments import recorded
from tests.trial.generator.course import Course, courses_of
from tests.trial.generator.events import disposition_row, event_rows
from tests.trial.generator.exposure import RITUXIMAB
from tests.trial.generator.frozen import read_events, read_not_randomised, read_subjects

Row = dict[str, Any]


def visit_rows(course: Course) -> list[Row]:
    """One line for each attended visit."""
    subject, attended = course.subject, sorted(course.days)
    rows = []
    for week in attended:
        count, grade, comment = recorded(subject, attended, week, course.readings[week])
        row = {"SUBJID": subject.subjid, "VISWK": week, "VISDAT": subject.day(course.days[week])}
        row |= {"PLT": count, "PLTUNIT": "10^9/L", "WHOBL": grade, "VISCOM": comment}
        rows.append(row)
    return rows


def exposure_rows(course: Course) -> list[Row]:
    """Infusions, then the stretches of capsules."""
    subject = course.subject
    return [
        {
            "SUBJID": subject.subjid,
            "DRUG": period.drug,
            "DOSENO": period.number,
            "EXSTDAT": subject.day(period.start),
            "EXENDAT": subject.day(period.end),
            "DOSE": period.dose,
            "DOSEU": "mg" if period.drug == RITUXIMAB else "mg/day",
            "INTRUPT": 0 if period.stopped is None else 1,
            "INTRSN": period.stopped,
        }
        for period in course.exposure
    ]


def rescue_rows(course: Course) -> list[Row]:
    """One line for each rescue treatment."""
    return [
        {
            "SUBJID": course.subject.subjid,
            "RSNO": number,
            "RSDAT": course.subject.day(rescue.day),
            "RSTYPE": rescue.kind,
            "RSREAS": rescue.reason,
        }
        for number, rescue in enumerate(course.rescues, start=1)
    ]


def allocation_row(course: Course) -> Row:
    """One line of the central list: blocks of six, four to one arm and two to the other."""
    subject = course.subject
    return {
        "RANDNO": f"R{subject.number:03d}",
        "BLOCK": (subject.number - 1) // 6 + 1,
        "SITE": subject.site,
        "ARMCODE": "A" if subject.arm == "COMBO" else "B",
        "RANDDAT": subject.enrolled.isoformat(),
        "SUBJID": subject.subjid,
    }


def make_forms() -> dict[str, list[Row]]:
    """Every raw form by the name of its file."""
    subjects = read_subjects()
    courses = courses_of(subjects, read_events())
    by_centre = sorted(courses, key=lambda course: course.subject.subjid)
    each = [course.subject for course in by_centre]
    return {
        "screening.sav": screening_rows(subjects, read_not_randomised()),
        "demography.sav": [demography_row(subject) for subject in each],
        "prior_therapy.sav": [row for subject in each for row in prior_rows(subject)],
        "maintenance.sav": [row for subject in each for row in maintenance_rows(subject)],
        "visits.sav": [row for course in by_centre for row in visit_rows(course)],
        "exposure.sav": [row for course in by_centre for row in exposure_rows(course)],
        "rescue.sav": [row for course in by_centre for row in rescue_rows(course)],
        "adverse_events.sav": [row for course in by_centre for row in event_rows(course)],
        "disposition.sav": [disposition_row(course) for course in by_centre],
        "randomisation.csv": [allocation_row(course) for course in courses],
    }
