"""Hand-made subjects with the verdict that a person gives by the definitions of the trial.

Each sentence says what is special about the subject. Counts are held against: at least 30, at
least twice the baseline (10 unless given), no bleeding, not within 35 days after rescue, not after
a rescue from day 36 on, twice in a row at least 7 days apart. A key such as OR:day is the day of
onset, or of the loss.
"""

from tests.derive.build import Case
from tests.derive.build import Visit as V

LATE = [24, 28, 32, 36, 40, 44, 48, 52]


def held(count: float, weeks: list[int] | None = None) -> list[V]:
    """Counts that stay the same to the end of the year."""
    return [V(week, count) for week in (weeks or LATE)]


NO = {"OR": "N", "CR": "N", "SR": "N", "REL": "N", "REM": "N"}
YES = {"OR": "Y", "CR": "N", "SR": "Y", "REL": "N", "REM": "Y"}

COUNTS = [
    Case("two counts of 29 are no response", [V(4, 29), V(6, 29)], NO | {"RSC": "N"}),
    Case(
        "two counts of exactly 30 are a response that the next count of 31 keeps",
        [V(4, 30), V(6, 30), V(8, 31)],
        {"OR": "Y", "OR:day": 28, "REL": "N"},
    ),
    Case("two counts of 31 are a response", [V(4, 31), V(6, 31)], {"OR": "Y", "CR": "N"}),
    Case("a single count of 50 is no response", [V(4, 50), V(6, 20)], {"OR": "N"}),
    Case(
        "two counts 6 days apart are not confirmed",
        [V(3, 50), V(4, 50, shift=-1), V(6, 20)],
        {"OR": "N"},
    ),
    Case(
        "two counts 7 days apart are confirmed", [V(3, 50), V(4, 50), V(6, 20)], {"OR": "Y"}
    ),
    Case(
        "two counts 8 days apart are confirmed",
        [V(3, 50), V(4, 50, shift=1), V(6, 20)],
        {"OR": "Y"},
    ),
    Case(
        "a third count confirms the first when the second came too early",
        [V(2, 50), V(3, 50, shift=-1), V(4, 50, shift=-1), V(6, 20)],
        {"OR": "Y", "OR:day": 14, "REL:day": 42},
    ),
    Case(
        "exactly double the baseline is enough",
        [V(4, 40), V(6, 40)],
        {"OR": "Y"},
        baseline=20,
    ),
    Case(
        "just not double the baseline is not enough",
        [V(4, 39), V(6, 39)],
        {"OR": "N"},
        baseline=20,
    ),
    Case(
        "a little more than double the baseline is enough",
        [V(4, 41), V(6, 41)],
        {"OR": "Y"},
        baseline=20,
    ),
    Case(
        "a low count between two high ones breaks the series",
        [V(4, 50), V(6, 20), V(8, 50), V(10, 20)],
        {"OR": "N"},
    ),
    Case(
        "a missed visit between two high counts does not break the series",
        [V(4, 50), V(8, 50)],
        {"OR": "Y", "OR:day": 28},
    ),
    Case(
        "a count not done between two high counts does not break the series",
        [V(4, 50), V(6, None), V(8, 50)],
        {"OR": "Y", "OR:day": 28, "REL": "N"},
    ),
    Case(
        "the count at baseline cannot be the first of the two",
        [V(1, 90), V(2, 20)],
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
        [V(4, 50), V(6, 50, 1), V(8, 20)],
        {"OR": "N"},
    ),
    Case(
        "bleeding at the first visit moves the onset to the next",
        [V(4, 50, 1), V(6, 50), V(8, 50)],
        {"OR": "Y", "OR:day": 42},
    ),
    Case(
        "an unknown bleeding grade at the confirming visit is no proof of no bleeding",
        [V(4, 50), V(6, 50, None), V(8, 20)],
        {"OR": "N"},
    ),
    Case(
        "bleeding before treatment does not matter",
        [V(4, 50), V(6, 50)],
        {"OR": "Y"},
        grade=2,
    ),
    Case(
        "bleeding of grade 1 after the response is a relapse",
        [V(4, 50), V(6, 50), V(8, 50, 1), V(10, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56, "SR": "N", "REM": "N", "REL:clause": "bleeding"},
    ),
    Case(
        "bleeding at a visit without a count is a relapse",
        [V(4, 50), V(6, 50), V(8, None, 1), V(10, 50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56},
    ),
]

RESCUE = [
    Case(
        "a rescue on the day of the first count disqualifies it",
        [V(3, 50), V(4, 50), V(6, 20)],
        {"OR": "N"},
        rescue=[21],
    ),
    Case(
        "a count 35 days after a rescue does not qualify",
        [V(6, 50), V(8, 50), V(10, 20)],
        {"OR": "N"},
        rescue=[7],
    ),
    Case(
        "a count 36 days after a rescue qualifies",
        [V(6, 50), V(8, 50), V(10, 20)],
        {"OR": "Y", "OR:day": 42},
        rescue=[6],
    ),
    Case(
        "a rescue on day 35 is early: counts long after it make a response",
        [V(6, 20), V(12, 50), V(14, 50)],
        {"OR": "Y", "OR:day": 84, "RSC": "N"},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 means that no later count makes a response",
        [V(6, 20), V(12, 50), V(14, 50)],
        NO | {"RSC": "Y"},
        rescue=[36],
    ),
    Case(
        "a rescue between the two counts leaves the first unconfirmed",
        [V(6, 50), V(8, 50), V(10, 20)],
        {"OR": "N", "RSC": "Y"},
        rescue=[50],
    ),
    Case(
        "a rescue on day 35 after a response is no relapse",
        [V(1, 50), V(2, 50), V(6, 50), *held(50)],
        YES | {"RSC": "N"},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 after a response is a relapse at the next visit",
        [V(1, 50), V(2, 50), V(6, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 42, "SR": "N", "REM": "N", "RSC": "Y"},
        rescue=[36],
    ),
    Case(
        "a rescue after the last visit is a relapse on its own day",
        [V(4, 50), V(6, 50)],
        {"OR": "Y", "REL": "Y", "REL:day": 100, "RSC": "Y"},
        rescue=[100],
    ),
    Case(
        "the rescue of another subject does not matter",
        [V(4, 50), V(6, 50), *held(50)],
        YES | {"RSC": "N"},
    ),
]

LOSS = [
    Case(
        "withdrawal after a response is nonresponse",
        [V(2, 50), V(3, 50), V(4, 50), V(6, 50)],
        NO | {"OR:reason": "discontinued treatment"},
        completed=False,
    ),
    Case(
        "a count of exactly 30 after the response is no relapse, but ends a sustained response",
        [V(4, 50), V(6, 50), V(8, 30), V(10, 50), *held(50)],
        {"OR": "Y", "REL": "N", "REM": "Y", "SR": "N"},
    ),
    Case(
        "a count of 29 after the response is a relapse",
        [V(4, 50), V(6, 50), V(8, 29), V(10, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56, "REM": "N", "SR": "N", "REL:clause": "count"},
    ),
    Case(
        "a count of 31 after the response is neither",
        [V(4, 50), V(6, 50), V(8, 31), V(10, 50), *held(50)],
        YES,
    ),
    Case(
        "a relapse 26 planned weeks after the response leaves it sustained",
        [V(2, 50), V(3, 50), V(24, 50), V(28, 20)],
        {"OR": "Y", "REL": "Y", "REL:day": 196, "SR": "Y", "REM": "N"},
    ),
    Case(
        "a relapse 25 planned weeks after the response does not",
        [V(3, 50), V(4, 50), V(24, 50), V(28, 20)],
        {"OR": "Y", "REL": "Y", "SR": "N"},
    ),
    Case(
        "planned weeks count, although the visit came 5 days early",
        [V(2, 50), V(3, 50), V(24, 50), V(28, 20, shift=-5)],
        {"OR": "Y", "SR": "Y"},
    ),
    Case(
        "a response followed for less than 26 weeks is not sustained",
        [V(4, 50), V(6, 50), V(28, 50)],
        {"OR": "Y", "REL": "N", "SR": "N", "SR:clause": "duration"},
    ),
    Case(
        "bleeding 27 weeks after the response leaves it sustained",
        [V(1, 50), V(2, 50), V(28, 50, 1), V(52, 50)],
        {"OR": "Y", "REL": "Y", "SR": "Y", "REM": "N"},
    ),
    Case(
        "a response held to the end without the last visit is no remission",
        [V(4, 50), V(6, 50), *held(50, LATE[:-1])],
        {"OR": "Y", "SR": "Y", "REL": "N", "REM": "N", "REM:clause": "visit"},
    ),
    Case(
        "a response held to the last visit is a remission",
        [V(4, 50), V(6, 50), *held(50)],
        YES,
    ),
    Case(
        "the last visit without a count was attended all the same",
        [V(4, 50), V(6, 50), *held(50, LATE[:-1]), V(52, None)],
        YES,
    ),
    Case("without a response the last visit is no remission", held(20), NO),
]

COMPLETE = [
    Case("two counts of 99 are no complete response", [V(4, 99), V(6, 99)], {"OR": "Y", "CR": "N"}),
    Case(
        "two counts of exactly 100 are a complete response",
        [V(4, 100), V(6, 100)],
        {"OR": "Y", "CR": "Y", "CR:day": 28},
    ),
    Case("two counts of 101 are a complete response", [V(4, 101), V(6, 101)], {"CR": "Y"}),
    Case(
        "a single count of 120 is no complete response",
        [V(4, 120), V(6, 60), V(8, 60)],
        {"OR": "Y", "CR": "N", "CR:clause": "confirmed"},
    ),
    Case(
        "counts of 120 with a lower one between them are a complete response",
        [V(4, 120), V(6, 60), V(8, 120)],
        {"OR": "Y", "CR": "Y", "CR:day": 28},
    ),
    Case(
        "counts of 120 only 6 days apart are no complete response",
        [V(2, 60), V(3, 120), V(4, 120, shift=-1), V(6, 60)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "counts of 120 exactly 7 days apart are a complete response",
        [V(2, 60), V(3, 120), V(4, 120), V(6, 60)],
        {"OR": "Y", "CR": "Y", "CR:day": 21},
    ),
    Case(
        "bleeding at one of two counts of 120 is no complete response",
        [V(4, 60), V(6, 60), V(8, 120), V(10, 120, 1)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "an unknown bleeding grade at one of two counts of 120 is no complete response",
        [V(4, 60), V(6, 60), V(8, 120), V(10, 120, None)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "counts of 120 without overall response, for want of doubling, are no complete response",
        [V(4, 120), V(6, 120)],
        {"OR": "N", "CR": "N", "CR:clause": "response"},
        baseline=61,
    ),
    Case(
        "a count of 120 just 35 days after a rescue does not qualify",
        [V(8, 120), V(10, 120), V(12, 60)],
        {"OR": "Y", "OR:day": 70, "CR": "N"},
        rescue=[21],
    ),
    Case(
        "a count of 120 just 36 days after a rescue qualifies",
        [V(8, 120), V(10, 120), V(12, 60)],
        {"OR": "Y", "CR": "Y", "CR:day": 56},
        rescue=[20],
    ),
    Case(
        "a rescue on day 35 does not stop a later complete response",
        [V(1, 60), V(2, 60), V(12, 120), V(14, 120)],
        {"OR": "Y", "REL": "N", "CR": "Y", "CR:day": 84},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 stops a later complete response",
        [V(1, 60), V(2, 60), V(12, 120), V(14, 120)],
        {"OR": "Y", "REL": "Y", "CR": "N"},
        rescue=[36],
    ),
]

CASES = [*COUNTS, *BLEEDING, *RESCUE, *LOSS, *COMPLETE]
