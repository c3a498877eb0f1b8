"""A slow reading of the published definitions, one subject at a time, for tests only.

Written from the paper's text and independent of both the generator and the workflow: plain loops
over raw rows. Each clause can be switched off or made stricter through `Rules`, so that a test
can show which subject stands or falls by it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyreadstat

RAW = Path(__file__).resolve().parent / "raw"
Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The clauses of the definitions as published; a test changes one at a time."""

    response: int = 30
    fold: int = 2
    more_than_fold: bool = False
    occasions: int = 2
    gap: int = 7
    bleeding_excludes: bool = True
    weeks_after_rescue: int = 5
    late_rescue_ends: bool = True
    discontinued_fails: bool = True
    complete: int = 100
    more_than_complete: bool = False
    sustained_weeks: int = 26
    doubling_to_keep: bool = False
    one_year_visit: bool = True
    user_missing: bool = True


@dataclass(frozen=True)
class Visit:
    """One attended visit with a count; the day counts from the start of treatment (0)."""

    week: int
    day: int
    count: int
    grade: int


@dataclass
class Person:
    """What the raw forms say about one subject."""

    subjid: str
    discontinued: bool = False
    base: int = 0
    visits: list[Visit] = field(default_factory=list)
    weeks: set[int] = field(default_factory=set)
    rescues: list[int] = field(default_factory=list)


def rows_of(name: str, folder: Path = RAW) -> list[Row]:
    """The rows of an SPSS file as they are, blanks around texts removed, codes kept."""
    table, _ = pyreadstat.read_sav(os.fspath(folder / name), user_missing=True)
    rows = table.astype("object").where(table.notna(), None).to_dict("records")
    return [
        {str(k): v.strip() if isinstance(v, str) else v for k, v in row.items()} for row in rows
    ]


def read_people(folder: Path = RAW, rules: Rules | None = None) -> dict[str, Person]:
    """All randomised subjects, by identifier."""
    rules = rules or Rules()
    people, start = {}, {}
    for row in rows_of("demography.sav", folder):
        people[row["SUBJID"]] = Person(row["SUBJID"])
        start[row["SUBJID"]] = row["ENRDAT"]
    for row in rows_of("disposition.sav", folder):
        people[row["SUBJID"]].discontinued = row["DSSTAT"] == 2
    for row in rows_of("rescue.sav", folder):
        people[row["SUBJID"]].rescues.append(days_between(start[row["SUBJID"]], row["RSDAT"]))
    for row in rows_of("visits.sav", folder):
        add_visit(people[row["SUBJID"]], row, start[row["SUBJID"]], rules)
    return people


def days_between(first: date, second: date) -> int:
    return (second - first).days


def add_visit(person: Person, row: Row, start: date, rules: Rules) -> None:
    """Record the attendance, and the count when there is one."""
    week, count, grade = int(row["VISWK"]), int(row["PLT"]), int(row["WHOBL"])
    person.weeks.add(week)
    if rules.user_missing and count in (-9, -8):
        return
    if rules.user_missing and grade == 9:
        grade = 0  # only at low counts of subjects without a response: it decides nothing
    if week == 0:
        person.base = count
    else:
        person.visits.append(Visit(week, days_between(start, row["VISDAT"]), count, grade))


def first_late_rescue(person: Person, rules: Rules) -> int | None:
    """The first rescue in week 6 or later."""
    late = [day for day in person.rescues if day >= 42]
    return min(late) if late and rules.late_rescue_ends else None


def is_free(person: Person, visit: Visit, rules: Rules) -> bool:
    """No rescue from week 6 so far, and none of any date in the five weeks before."""
    late = first_late_rescue(person, rules)
    if late is not None and visit.day >= late:
        return False
    return all(not 0 <= visit.day - day <= 7 * rules.weeks_after_rescue for day in person.rescues)


def is_bleeding(visit: Visit, rules: Rules) -> bool:
    return rules.bleeding_excludes and visit.grade > 0


def qualifies(person: Person, visit: Visit, rules: Rules) -> bool:
    """At least 30, at least doubled, no bleeding, no other treatment."""
    doubled = visit.count >= rules.fold * person.base
    if rules.more_than_fold:
        doubled = visit.count > rules.fold * person.base
    enough = visit.count >= rules.response and doubled
    return enough and not is_bleeding(visit, rules) and is_free(person, visit, rules)


def confirmed(good: list[bool], visits: list[Visit], rules: Rules) -> int | None:
    """The place of the first good visit of an unbroken run of them that spans the least gap."""
    for i in range(len(visits)):
        for k in range(i, len(visits)):
            if not good[k]:
                break
            if rules.occasions == 1 or (k > i and visits[k].day - visits[i].day >= rules.gap):
                return i
    return None


def has_complete_response(person: Person, visits: list[Visit], rules: Rules) -> bool:
    """100 or more on two consecutive visits a week apart, no bleeding, no other treatment."""
    lowest = rules.complete + (1 if rules.more_than_complete else 0)
    good = [
        v.count >= lowest and not is_bleeding(v, rules) and is_free(person, v, rules)
        for v in visits
    ]
    return confirmed(good, visits, rules) is not None


def loses_response(person: Person, visit: Visit, rules: Rules) -> bool:
    """Below 30, or bleeding, or a rescue from week 6."""
    late = first_late_rescue(person, rules)
    if late is not None and visit.day >= late:
        return True
    if rules.doubling_to_keep and visit.count < rules.fold * person.base:
        return True
    return visit.count < rules.response or is_bleeding(visit, rules)


def verdicts(person: Person, rules: Rules | None = None) -> Row:
    """All verdicts of one subject."""
    rules = rules or Rules()
    visits = sorted(person.visits, key=lambda visit: visit.day)
    late = any(day >= 42 for day in person.rescues)
    found: Row = dict.fromkeys(("OR", "CR", "SR", "REM", "REL"), "N")
    found |= {"RSC": "Y" if late else "N", "ONSETWK": None, "RELAPSEWK": None, "WEEKS": None}
    found["DAYS"] = None
    if person.discontinued and rules.discontinued_fails:
        return found
    place = confirmed([qualifies(person, visit, rules) for visit in visits], visits, rules)
    if place is None:
        return found
    onset, after = visits[place], visits[place + 1 :]
    lost = next((visit for visit in after if loses_response(person, visit, rules)), None)
    end = lost or visits[-1]
    weeks = end.week - onset.week
    at_end = 52 in person.weeks or not rules.one_year_visit
    found |= {"OR": "Y", "ONSETWK": onset.week, "WEEKS": weeks, "DAYS": end.day - onset.day}
    found["CR"] = "Y" if has_complete_response(person, visits, rules) else "N"
    found["SR"] = "Y" if weeks >= rules.sustained_weeks else "N"
    found["REM"] = "Y" if lost is None and at_end else "N"
    if lost is not None:
        found |= {"REL": "Y", "RELAPSEWK": lost.week}
    return found


def all_verdicts(rules: Rules | None = None, folder: Path = RAW) -> dict[str, Row]:
    """The verdicts of all randomised subjects."""
    people = read_people(folder, rules)
    return {subjid: verdicts(person, rules) for subjid, person in people.items()}
