"""Deaths: by the term of the fatal event, and where subjects and events disagree."""

import pandas as pd

from scripts.analyse.describe_events import describe_events
from tests.analyse.trial import plan_with, rows, subjects, values

ANALYSIS = {
    "kind": "deaths",
    "records": "adae",
    "by": "AEDECOD",
    "died": {"variable": "DTHDT", "missing": False},
    "fatal": {"variable": "AEOUT", "is": "FATAL"},
}


def found(died, events):
    adsl = subjects("AAABB")
    adsl = adsl.assign(DTHDT=["2020-01-01" if who in died else None for who in adsl["USUBJID"]])
    table = pd.DataFrame(events, columns=["USUBJID", "AEDECOD", "AEOUT"])
    return describe_events(adsl, None, {"adae": table}, plan_with(ANALYSIS))["one"]


def test_a_death_stands_under_the_term_of_its_fatal_event():
    result = found(["S00"], [("S00", "Bleeding", "FATAL"), ("S00", "Fever", "RECOVERED")])
    assert rows(result) == ["death", "death=Bleeding", "death=no fatal event", "fatal"]
    assert values(result, "death", "A") == {"count": 1, "total": 3, "proportion": 1 / 3}
    assert values(result, "death=Bleeding", "TOTAL")["count"] == 1
    assert values(result, "death=no fatal event", "TOTAL")["count"] == 0
    assert result["warnings"] == []
    assert [(group["id"], group["n"]) for group in result["groups"]] == [
        ("A", 1), ("B", 0), ("TOTAL", 1),
    ]  # fmt: skip


def test_a_death_without_a_fatal_event_is_counted_and_said():
    result = found(["S03"], [("S03", "Fever", "RECOVERED")])
    assert values(result, "death=no fatal event", "B")["count"] == 1
    assert result["warnings"] == ["1 subject(s): no fatal event recorded."]


def test_a_fatal_event_of_somebody_alive_is_counted_and_said():
    result = found([], [("S04", "Bleeding", "FATAL")])
    assert values(result, "fatal", "B")["count"] == 1
    assert values(result, "death=Bleeding", "B")["count"] == 0
    assert result["warnings"] == ["1 subject(s): fatal event recorded, no death."]


def test_where_nobody_died_there_are_rows_of_zeros():
    result = found([], [])
    assert rows(result) == ["death", "death=no fatal event", "fatal"]
    assert values(result, "death", "TOTAL") == {"count": 0, "total": 5, "proportion": 0.0}
