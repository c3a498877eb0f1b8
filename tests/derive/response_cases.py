"""Hand-made subjects with the verdict that a person gives by the definitions of the trial.

Each sentence says what is special about the subject. Counts are held against: at least 30, at
least twice the baseline (10 unless given), no bleeding, not within 35 days after rescue, not after
a rescue from day 36 on, twice in a row at least 7 days apart. A key such as OR:day is the day of
onset, or of the loss.
"""

from tests.derive.build import Case, Visit, at

LATE = [24, 28, 32, 36, 40, 44, 48, 52]


def held(count: float, weeks: list[int] | None = None) -> list[Visit]:
    """Counts that stay the same to the end of the year."""
    return [at(week, count) for week in (weeks or LATE)]


NO = {"OR": "N", "CR": "N", "SR": "N", "REL": "N", "REM": "N"}
YES = {"OR": "Y", "CR": "N", "SR": "Y", "REL": "N", "REM": "Y"}

COUNTS = [
    Case("two counts of 29 are no response", [at(4, 29), at(6, 29)], NO | {"RSC": "N"}),
    Case(
        "two counts of exactly 30 are a response that the next count of 31 keeps",
        [at(4, 30), at(6, 30), at(8, 31)],
        {"OR": "Y", "OR:day": 28, "REL": "N"},
    ),
    Case("two counts of 31 are a response", [at(4, 31), at(6, 31)], {"OR": "Y", "CR": "N"}),
    Case("a single count of 50 is no response", [at(4, 50), at(6, 20)], {"OR": "N"}),
    Case(
        "two counts 6 days apart are not confirmed",
        [at(3, 50), at(4, 50, shift=-1), at(6, 20)],
        {"OR": "N"},
    ),
    Case(
        "two counts 7 days apart are confirmed",
        [at(3, 50), at(4, 50), at(6, 20)],
        {"OR": "Y"},
    ),
    Case(
        "two counts 8 days apart are confirmed",
        [at(3, 50), at(4, 50, shift=1), at(6, 20)],
        {"OR": "Y"},
    ),
    Case(
        "a third count confirms the first when the second came too early",
        [at(2, 50), at(3, 50, shift=-1), at(4, 50, shift=-1), at(6, 20)],
        {"OR": "Y", "OR:day": 14, "REL:day": 42},
    ),
    Case(
        "exactly double the baseline is enough",
        [at(4, 40), at(6, 40)],
        {"OR": "Y"},
        baseline=20,
    ),
    Case(
        "just not double the baseline is not enough",
        [at(4, 39), at(6, 39)],
        {"OR": "N"},
        baseline=20,
    ),
    Case(
        "a little more than double the baseline is enough",
        [at(4, 41), at(6, 41)],
        {"OR": "Y"},
        baseline=20,
    ),
    Case(
        "a low count between two high ones breaks the series",
        [at(4, 50), at(6, 20), at(8, 50), at(10, 20)],
        {"OR": "N"},
    ),
    Case(
        "a missed visit between two high counts does not break the series",
        [at(4, 50), at(8, 50)],
        {"OR": "Y", "OR:day": 28},
    ),
    Case(
        "a count not done between two high counts does not break the series",
        [at(4, 50), at(6, None), at(8, 50)],
        {"OR": "Y", "OR:day": 28, "REL": "N"},
    ),
    Case(
        "the count at baseline cannot be the first of the two",
        [at(1, 90), at(2, 20)],
        {"OR": "N"},
        baseline=40,
    ),
    Case(
        "a response that was never assessed is none",
        [],
        NO | {"OR:reason": "not assessed after the start of treatment"},
    ),
]

BLEEDING = [
    Case(
        "bleeding at the confirming visit is no response",
        [at(4, 50), at(6, 50, 1), at(8, 20)],
        {"OR": "N"},
    ),
    Case(
        "bleeding at the first visit moves the onset to the next",
        [at(4, 50, 1), at(6, 50), at(8, 50)],
        {"OR": "Y", "OR:day": 42},
    ),
    Case(
        "an unknown bleeding grade at the confirming visit is no proof of no bleeding",
        [at(4, 50), at(6, 50, None), at(8, 20)],
        {"OR": "N"},
    ),
    Case(
        "bleeding before treatment does not matter",
        [at(4, 50), at(6, 50)],
        {"OR": "Y"},
        grade=2,
    ),
    Case(
        "bleeding of grade 1 after the response is a relapse",
        [at(4, 50), at(6, 50), at(8, 50, 1), at(10, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56, "SR": "N", "REM": "N", "REL:clause": "bleeding"},
    ),
    Case(
        "bleeding at a visit without a count is a relapse",
        [at(4, 50), at(6, 50), at(8, None, 1), at(10, 50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56},
    ),
]

RESCUE = [
    Case(
        "a rescue on the day of the first count disqualifies it",
        [at(3, 50), at(4, 50), at(6, 20)],
        {"OR": "N"},
        rescue=[21],
    ),
    Case(
        "a count 35 days after a rescue does not qualify",
        [at(6, 50), at(8, 50), at(10, 20)],
        {"OR": "N"},
        rescue=[7],
    ),
    Case(
        "a count 36 days after a rescue qualifies",
        [at(6, 50), at(8, 50), at(10, 20)],
        {"OR": "Y", "OR:day": 42},
        rescue=[6],
    ),
    Case(
        "a rescue on day 35 is early: counts long after it make a response",
        [at(6, 20), at(12, 50), at(14, 50)],
        {"OR": "Y", "OR:day": 84, "RSC": "N"},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 means that no later count makes a response",
        [at(6, 20), at(12, 50), at(14, 50)],
        NO | {"RSC": "Y"},
        rescue=[36],
    ),
    Case(
        "a rescue between the two counts leaves the first unconfirmed",
        [at(6, 50), at(8, 50), at(10, 20)],
        {"OR": "N", "RSC": "Y"},
        rescue=[50],
    ),
    Case(
        "a rescue on day 35 after a response is no relapse",
        [at(1, 50), at(2, 50), at(6, 50), *held(50)],
        YES | {"RSC": "N"},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 after a response is a relapse at the next visit",
        [at(1, 50), at(2, 50), at(6, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 42, "SR": "N", "REM": "N", "RSC": "Y"},
        rescue=[36],
    ),
    Case(
        "a rescue after the last visit is a relapse on its own day",
        [at(4, 50), at(6, 50)],
        {"OR": "Y", "REL": "Y", "REL:day": 100, "RSC": "Y"},
        rescue=[100],
    ),
    Case(
        "the rescue of another subject does not matter",
        [at(4, 50), at(6, 50), *held(50)],
        YES | {"RSC": "N"},
    ),
]
