"""Reads the frozen literals: what each subject is, in integers and words that were found once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Subject:
    """One line of subjects.csv. Weeks are nominal; codes are those of the raw forms."""

    number: int
    subjid: str
    site: int
    arm: str
    enrolled: date
    screened: date
    age: int
    sex: str
    months: int
    base: int
    grade: int
    prior: tuple[int, ...]
    maintenance: tuple[int, ...]
    fate: str
    onset: int | None
    relapse: int | None
    complete: bool
    rescue: int | None
    withdrawal: int | None
    reason: int | None
    last_visit: int | None
    notes: frozenset[str]

    @property
    def responder(self) -> bool:
        return self.onset is not None

    @property
    def threshold(self) -> int:
        """Counts above it are certain to be a response: at least 31, and more than doubled."""
        return max(31, 2 * self.base + 1)

    def day(self, offset: int) -> date:
        return self.enrolled + timedelta(days=offset)


@dataclass(frozen=True)
class Event:
    """One line of adverse_events.csv."""

    subjid: str
    term: str
    grade: int
    day: int
    action: int


@dataclass(frozen=True)
class NotRandomised:
    """One line of not_randomised.csv."""

    screened: date
    site: int
    reason: int
    count: int


def lines_of(name: str) -> list[dict[str, str]]:
    """The rows of a frozen file; lines that start with # are its head."""
    text = (HERE / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def whole(text: str) -> int | None:
    return int(text) if text else None


def codes(text: str) -> tuple[int, ...]:
    return tuple(int(code) for code in text.split())


def subject_of(row: dict[str, str]) -> Subject:
    enrolled = date.fromisoformat(row["ENROLLED"])
    return Subject(
        number=int(row["RANDNO"]),
        subjid=row["SUBJID"],
        site=int(row["SITE"]),
        arm=row["ARM"],
        enrolled=enrolled,
        screened=enrolled - timedelta(days=int(row["SCREENED"])),
        age=int(row["AGE"]),
        sex=row["SEX"],
        months=int(row["ITPDUR"]),
        base=int(row["BASE"]),
        grade=int(row["GRADE"]),
        prior=codes(row["PRIOR"]),
        maintenance=codes(row["MAINTENANCE"]),
        fate=row["FATE"],
        onset=whole(row["ONSET"]),
        relapse=whole(row["RELAPSE"]),
        complete=row["CR"] == "Y",
        rescue=whole(row["RESCUEWK"]),
        withdrawal=whole(row["WDWEEK"]),
        reason=whole(row["WDREASON"]),
        last_visit=whole(row["LASTVISIT"]),
        notes=frozenset(row["NOTES"].split()),
    )


def read_subjects() -> list[Subject]:
    """The 168 randomised subjects in the order of the randomisation list."""
    return [subject_of(row) for row in lines_of("subjects.csv")]


def read_events() -> list[Event]:
    """The adverse events, by subject and day."""
    return [
        Event(r["SUBJID"], r["TERM"], int(r["GRADE"]), int(r["DAY"]), int(r["ACTION"]))
        for r in lines_of("adverse_events.csv")
    ]


def read_not_randomised() -> list[NotRandomised]:
    """The 13 who were screened and not randomised."""
    return [
        NotRandomised(
            date.fromisoformat(r["SCREENED"]), int(r["SITE"]), int(r["REASON"]), int(r["COUNT"])
        )
        for r in lines_of("not_randomised.csv")
    ]
