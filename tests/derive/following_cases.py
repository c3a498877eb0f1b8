"""Hand-made subjects with the verdict that a person gives on what follows a response.

Relapse: a count below 30, bleeding, or a rescue from day 36 on. Sustained: 26 planned weeks without
a count of at most 30, bleeding or rescue. Remission: no relapse, and the visit of week 52 attended.
Complete response: twice at least 100, at least 7 days apart, with an overall response.
"""

from tests.derive.build import Case, at
from tests.derive.response_cases import LATE, NO, YES, held

LOSS = [
    Case(
        "withdrawal after a response is nonresponse",
        [at(2, 50), at(3, 50), at(4, 50), at(6, 50)],
        NO | {"OR:reason": "discontinued treatment"},
        completed=False,
    ),
    Case(
        "a count of exactly 30 after the response is no relapse, but ends a sustained response",
        [at(4, 50), at(6, 50), at(8, 30), at(10, 50), *held(50)],
        {"OR": "Y", "REL": "N", "REM": "Y", "SR": "N"},
    ),
    Case(
        "a count of 29 after the response is a relapse",
        [at(4, 50), at(6, 50), at(8, 29), at(10, 50), *held(50)],
        {"OR": "Y", "REL": "Y", "REL:day": 56, "REM": "N", "SR": "N", "REL:clause": "count"},
    ),
    Case(
        "a count of 31 after the response is neither",
        [at(4, 50), at(6, 50), at(8, 31), at(10, 50), *held(50)],
        YES,
    ),
    Case(
        "a relapse 26 planned weeks after the response leaves it sustained",
        [at(2, 50), at(3, 50), at(24, 50), at(28, 20)],
        {"OR": "Y", "REL": "Y", "REL:day": 196, "SR": "Y", "REM": "N"},
    ),
    Case(
        "a relapse 25 planned weeks after the response does not",
        [at(3, 50), at(4, 50), at(24, 50), at(28, 20)],
        {"OR": "Y", "REL": "Y", "SR": "N"},
    ),
    Case(
        "planned weeks count, although the visit came 5 days early",
        [at(2, 50), at(3, 50), at(24, 50), at(28, 20, shift=-5)],
        {"OR": "Y", "SR": "Y"},
    ),
    Case(
        "a response followed for less than 26 weeks is not sustained",
        [at(4, 50), at(6, 50), at(28, 50)],
        {"OR": "Y", "REL": "N", "SR": "N", "SR:clause": "duration"},
    ),
    Case(
        "bleeding 27 weeks after the response leaves it sustained",
        [at(1, 50), at(2, 50), at(28, 50, 1), at(52, 50)],
        {"OR": "Y", "REL": "Y", "SR": "Y", "REM": "N"},
    ),
    Case(
        "a response held to the end without the last visit is no remission",
        [at(4, 50), at(6, 50), *held(50, LATE[:-1])],
        {"OR": "Y", "SR": "Y", "REL": "N", "REM": "N", "REM:clause": "visit"},
    ),
    Case(
        "a response held to the last visit is a remission",
        [at(4, 50), at(6, 50), *held(50)],
        YES,
    ),
    Case(
        "the last visit without a count was attended all the same",
        [at(4, 50), at(6, 50), *held(50, LATE[:-1]), at(52, None)],
        YES,
    ),
    Case("without a response the last visit is no remission", held(20), NO),
]

COMPLETE = [
    Case(
        "two counts of 99 are no complete response",
        [at(4, 99), at(6, 99)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "two counts of exactly 100 are a complete response",
        [at(4, 100), at(6, 100)],
        {"OR": "Y", "CR": "Y", "CR:day": 28},
    ),
    Case("two counts of 101 are a complete response", [at(4, 101), at(6, 101)], {"CR": "Y"}),
    Case(
        "a single count of 120 is no complete response",
        [at(4, 120), at(6, 60), at(8, 60)],
        {"OR": "Y", "CR": "N", "CR:clause": "confirmed"},
    ),
    Case(
        "counts of 120 with a lower one between them are a complete response",
        [at(4, 120), at(6, 60), at(8, 120)],
        {"OR": "Y", "CR": "Y", "CR:day": 28},
    ),
    Case(
        "counts of 120 only 6 days apart are no complete response",
        [at(2, 60), at(3, 120), at(4, 120, shift=-1), at(6, 60)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "counts of 120 exactly 7 days apart are a complete response",
        [at(2, 60), at(3, 120), at(4, 120), at(6, 60)],
        {"OR": "Y", "CR": "Y", "CR:day": 21},
    ),
    Case(
        "bleeding at one of two counts of 120 is no complete response",
        [at(4, 60), at(6, 60), at(8, 120), at(10, 120, 1)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "an unknown bleeding grade at one of two counts of 120 is no complete response",
        [at(4, 60), at(6, 60), at(8, 120), at(10, 120, None)],
        {"OR": "Y", "CR": "N"},
    ),
    Case(
        "counts of 120 without overall response, for want of doubling, are no complete response",
        [at(4, 120), at(6, 120)],
        {"OR": "N", "CR": "N", "CR:clause": "response"},
        baseline=61,
    ),
    Case(
        "a count of 120 just 35 days after a rescue does not qualify",
        [at(8, 120), at(10, 120), at(12, 60)],
        {"OR": "Y", "OR:day": 70, "CR": "N"},
        rescue=[21],
    ),
    Case(
        "a count of 120 just 36 days after a rescue qualifies",
        [at(8, 120), at(10, 120), at(12, 60)],
        {"OR": "Y", "CR": "Y", "CR:day": 56},
        rescue=[20],
    ),
    Case(
        "a rescue on day 35 does not stop a later complete response",
        [at(1, 60), at(2, 60), at(12, 120), at(14, 120)],
        {"OR": "Y", "REL": "N", "CR": "Y", "CR:day": 84},
        rescue=[35],
    ),
    Case(
        "a rescue on day 36 stops a later complete response",
        [at(1, 60), at(2, 60), at(12, 120), at(14, 120)],
        {"OR": "Y", "REL": "Y", "CR": "N"},
        rescue=[36],
    ),
]
