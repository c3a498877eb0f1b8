"""What was before the trial: screening, prior therapies, maintenance medication."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.trial.generator.counts import DEATH
from tests.trial.generator.exposure import body
from tests.trial.generator.frozen import NotRandomised, Subject
from tests.trial.generator.integers import Integers

Row = dict[str, Any]
CORTICOSTEROIDS, SPLENECTOMY, UNKNOWN = 1, 9, 9
DOSES = {1: (5, 10, 15), 2: (100, 150, 200), 3: (200, 400), 4: (50, 100), 5: (500, 1000), 6: (2, 3)}
DOSE_UNKNOWN = 999
REMARKS = ("高血压病史", "2型糖尿病", "HBsAg (-)", "Lives far away 外地患者")


def screening_count(subject: Subject) -> int:
    """Near the baseline and on the same side of 30 as the baseline."""
    count = subject.base + Integers("screening", subject.subjid).hill(3)
    return max(31, count) if subject.base >= 30 else max(3, min(29, count))


def screening_rows(subjects: list[Subject], others: list[NotRandomised]) -> list[Row]:
    """The screening log in order of date, with reasons for those who were not randomised."""
    found: list[tuple[date, int, Row]] = []
    for s in subjects:
        consent = s.screened if Integers("consent", s.subjid).chance(2, 3) else s.enrolled
        row = {"SITE": s.site, "SCRDAT": s.screened, "CONSDAT": consent, "ELIG": 1}
        row |= {"EXCLRSN": None, "SUBJID": s.subjid, "PLTSCR": screening_count(s)}
        found.append((s.screened, s.number, row))
    for place, o in enumerate(others, start=1000):
        row = {"SITE": o.site, "SCRDAT": o.screened, "CONSDAT": None, "ELIG": 0}
        row |= {"EXCLRSN": o.reason, "SUBJID": "", "PLTSCR": o.count}
        found.append((o.screened, place, row))
    ordered = [row for _, _, row in sorted(found, key=lambda item: item[:2])]
    return [{"SCRNO": f"S{n:03d}"} | row for n, row in enumerate(ordered, start=1)]


def demography_row(subject: Subject) -> Row:
    """One line of the demography form, by the centre's own record of the group."""
    draw = Integers("demography", subject.subjid)
    height, weight = body(subject)
    comment = draw.pick(REMARKS) if draw.chance(2, 5) else ""
    if subject.reason == DEATH:
        comment = "高血压病史 (history of hypertension)"
    return {
        "SUBJID": subject.subjid,
        "SITE": subject.site,
        "GRP": 1 if subject.arm == "COMBO" else 2,
        "ENRDAT": subject.enrolled,
        "SEX": 1 if subject.sex == "M" else 2,
        "AGE": subject.age,
        "ITPDUR": subject.months,
        "HEIGHT": height,
        "WEIGHT": weight,
        "COMMENT": comment,
    }


def prior_rows(subject: Subject) -> list[Row]:
    """Prior therapies; a second course of corticosteroids is another line, not another therapy."""
    draw = Integers("prior", subject.subjid)
    courses = list(subject.prior)
    if "two-courses" in subject.notes:
        courses.insert(1, CORTICOSTEROIDS)
    rows = []
    for number, code in enumerate(courses, start=1):
        response = 2 if draw.chance(3, 5) else 1
        if "response-unknown" in subject.notes and number == len(courses):
            response = UNKNOWN
        rows.append({"SUBJID": subject.subjid, "PTNO": number, "PTCODE": code, "PTRESP": response})
    return rows


def maintenance_rows(subject: Subject) -> list[Row]:
    """Medication at enrolment, stable for four weeks as the protocol asks."""
    draw = Integers("maintenance", subject.subjid)
    rows = []
    for number, code in enumerate(subject.maintenance, start=1):
        dose = DOSE_UNKNOWN if "dose-unknown" in subject.notes else draw.pick(DOSES[code])
        unit = "doses/day" if code == 6 else "mg/day"
        row = {"SUBJID": subject.subjid, "MMNO": number, "MMCODE": code}
        rows.append(row | {"MMDOSE": dose, "MMUNIT": unit, "MMSTAB": 1})
    return rows
