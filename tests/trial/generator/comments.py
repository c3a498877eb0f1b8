"""What the form leaves open at a visit: counts not done, grades unknown, and free text."""

from __future__ import annotations

from tests.trial.generator.counts import Reading, response_weeks
from tests.trial.generator.frozen import Subject
from tests.trial.generator.integers import Integers

NOT_DONE, UNKNOWN, GRADE_UNKNOWN = -9, -8, 9

PASSING = (
    "随访顺利",
    "患者诉乏力，未予处理",
    "Sampled fasting",
    "外院血常规结果",
    "Visit moved because of a public holiday 国庆假期",
    "皮肤干燥，嘱润肤",
)
BLED = ("鼻出血", "牙龈出血 gum bleeding")
YOUNG_WOMEN_BLED = (*BLED, "月经量多")


def safe_response_week(subject: Subject, attended: list[int]) -> int:
    """A week deep inside a response, whose count decides no verdict."""
    during = response_weeks(subject, attended)
    inner = [week for week in during[3:-2] if week not in (44, 48, 52)]
    return inner[2 * len(inner) // 3]


def unread(subject: Subject, attended: list[int]) -> tuple[int, str] | None:
    """The week whose count (or grade) is missing, and which of them it is."""
    for note in ("count-not-done", "count-unknown"):
        if note in subject.notes:
            return safe_response_week(subject, attended), note
    if "grade-unknown" in subject.notes:
        return next(week for week in attended if week >= 8), "grade-unknown"
    return None


def remark(subject: Subject, week: int, reading: Reading) -> str:
    """The comment of a visit; most have none."""
    draw = Integers("remark", subject.subjid, str(week))
    if "rescue-only" in subject.notes and week == subject.relapse:
        return "当地医院计数8，输注血小板后采血 (8 at local hospital, transfused before sampling)"
    if week > 0 and reading.grade >= 2:
        menstruates = subject.sex == "F" and subject.age < 50
        return draw.pick(YOUNG_WOMEN_BLED if menstruates else BLED)
    if week > 0 and reading.grade == 1:
        return draw.pick(("皮肤瘀点", "双下肢瘀点瘀斑 petechiae, both legs"))
    return draw.pick(PASSING) if draw.chance(1, 60) else ""


def recorded(
    subject: Subject, attended: list[int], week: int, reading: Reading
) -> tuple[int, int, str]:
    """Count, grade and comment as the form has them."""
    gap = unread(subject, attended)
    if gap is None or gap[0] != week:
        return reading.count, reading.grade, remark(subject, week, reading)
    if gap[1] == "count-not-done":
        return NOT_DONE, reading.grade, "标本凝固，未复查 (sample clotted, not repeated)"
    if gap[1] == "count-unknown":
        return UNKNOWN, reading.grade, "结果遗失 (result lost)"
    return reading.count, GRADE_UNKNOWN, "出血评分漏填"
