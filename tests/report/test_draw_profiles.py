"""Profiles: every subject on the screen, the chosen ones on paper, and why each verdict fell."""

import re
from pathlib import Path

import pytest

from scripts.report.draw_profiles import draw_profiles
from scripts.report.profiles.frame import frame_of
from scripts.report.profiles.ink import spread
from scripts.report.profiles.pages import alternative, notes_of
from scripts.report.profiles.picture import draw_profile
from scripts.report.profiles.subjects import Profile, gather_profiles
from scripts.report.profiles.verdicts import MET, NOT_MET, NOT_REACHED, lanes_of, sentence_of
from tests.report import people

FOLDER = Path(__file__).parents[2] / "scripts" / "report"
TEMPLATES = {
    path.name: path.read_text(encoding="utf-8")
    for path in [*(FOLDER / "profiles" / "templates").glob("*"), FOLDER / "templates/report.css"]
}


@pytest.fixture(scope="module")
def profiles() -> dict[str, Profile]:
    return {one.subject: one for one in gather_profiles(people.plan(), people.tables())}


@pytest.fixture(scope="module")
def made() -> tuple:
    return draw_profiles(people.plan(), people.tables(), TEMPLATES)


def sentence(profiles: dict[str, Profile], subject: str) -> str:
    return profiles[subject].verdicts[0].sentence


def test_a_verdict_that_is_met_says_where_and_when_it_was_confirmed(profiles) -> None:
    assert sentence(profiles, "ann") == (
        "Met at Visit 1 (day 10, 2020-01-11), confirmed on 2020-01-21."
    )


def test_a_verdict_that_is_not_met_names_the_clause_that_failed_first(profiles) -> None:
    assert sentence(profiles, "ben") == (
        "Not met. The first clause that failed is 'Sugar at least 30': never high."
    )


def test_a_verdict_that_failed_late_names_the_visits_that_met_what_came_before(profiles) -> None:
    assert sentence(profiles, "cat") == (
        "Not met. The first clause that failed is 'every clause above on 2 consecutive occasions "
        "at least 7 days apart': not confirmed. Every clause before it was met at Visit 1."
    )


def test_a_clause_about_the_subject_fails_before_any_about_records(profiles) -> None:
    assert sentence(profiles, "dan") == (
        "Not met. The first clause that failed is 'not left (LEFTFL)': left."
    )


def test_an_endpoint_without_any_assessment_reached_no_clause() -> None:
    record = {"AVALC": "N", "CLAUSE": "assessed", "REASON": "not assessed after the start"}
    assert sentence_of(people.RESPONSE, record, people.plan()) == (
        "Not met: not assessed after the start; no clause about an assessment was reached."
    )


def test_a_loss_says_which_clause_came_first_and_where() -> None:
    record = {"AVALC": "Y", "ADT": "2020-02-10", "ADAYS": "40", "AVISIT": "Visit 4", "CFDT": None,
              "CLAUSE": "low", "REASON": None, "EVNTDESC": "below 30"}  # fmt: skip
    assert sentence_of(people.LOSS, record, people.plan()) == (
        "Met at Visit 4 (day 40, 2020-02-10), by the clause 'Sugar below 30': below 30."
    )


def test_a_record_that_failed_one_clause_did_not_reach_the_next() -> None:
    trace = [
        {"CLAUSE": clause, "ADAYS": 10.0, "MET": met, "source": "LB:2"}
        for clause, met in (("high", False), ("free", True), ("confirmed", False))
    ]
    lanes = lanes_of(people.RESPONSE, trace, people.plan(), "high")
    assert [(lane.clause, lane.marks[0].state, lane.failed) for lane in lanes] == [
        ("high", NOT_MET, True),
        ("free", NOT_REACHED, False),
        ("confirmed", NOT_REACHED, False),
    ]


def test_the_clauses_of_a_responder_are_met_where_the_trace_says_so(profiles) -> None:
    lanes = {lane.clause: [mark.state for mark in lane.marks] for lane in
             profiles["ann"].verdicts[0].lanes}  # fmt: skip
    assert lanes == {
        "stayed": [MET],
        "high": [MET, MET, MET],
        "free": [MET, MET, MET],
        "confirmed": [MET, MET, NOT_MET],
    }


def test_only_a_visit_that_was_due_is_missed(profiles) -> None:
    missed = {name: dict(notes_of(one, people.plan()))["Missed visits"]
              for name, one in profiles.items()}  # fmt: skip
    # Dan left on day 5, before the visit of day 10.
    assert missed == {"ann": "none", "ben": "Visit 2, Visit 3", "cat": "Visit 2, Visit 3",
                      "dan": "none"}  # fmt: skip


def test_what_is_known_stands_in_words_beside_the_picture(profiles) -> None:
    assert notes_of(profiles["ben"], people.plan())[0] == ("Help", "day 7 Syrup (low)")
    assert notes_of(profiles["dan"], people.plan())[0] == ("Left", "day 5")


def test_the_page_for_the_screen_has_every_subject_and_needs_no_network(made) -> None:
    screen, _, index = made
    assert re.findall(r'<article id="(\w+)"', screen) == people.PEOPLE == index["subjects"]
    assert set(re.findall(r'<li><a href="#(\w+)"', screen)) == set(people.PEOPLE)
    assert not re.search(r"https?://(?!www\.w3\.org)|<link|@import", screen)


def test_the_document_for_print_has_those_that_the_plan_selects(made) -> None:
    _, printed, index = made
    # Dan left, Ben was helped.
    assert re.findall(r'<section class="profile" id="(\w+)"', printed) == ["ben", "dan"]
    assert index["printed"] == ["ben", "dan"]


def test_a_value_on_the_screen_carries_the_record_that_it_came_from(profiles) -> None:
    frame = frame_of(people.plan(), list(profiles.values()))
    screen = draw_profile(profiles["ben"], frame, people.plan(), traced=True)
    # A curve's point and the printed value, for both of Ben's values; his medication, his dose.
    assert sorted(re.findall(r'data-source="(\S+)"', screen)) == (
        ["CM:1", "EX:1", "LB:1", "LB:1", "LB:2", "LB:2"]
    )
    assert ">12.5</text>" in screen
    paper = draw_profile(profiles["ben"], frame, people.plan(), traced=False)
    assert "data-source" not in paper
    assert ">12.5</text>" in paper


def test_the_picture_in_words_is_made_from_the_verdicts(profiles) -> None:
    words = alternative(profiles["ben"], people.plan())
    assert words.startswith("Sugar of ben over days, 2 values from day 0 to day 10.")
    assert words.endswith(
        "Good response: Not met. The first clause that failed is 'Sugar at least 30': never high. "
        "Helped: Met on day 7 (2020-01-08)."
    )


def test_marks_that_would_touch_are_moved_apart_and_stay_on_the_paper() -> None:
    assert spread([1, 2, 30], 5, 100) == [1, 6, 30]
    assert spread([97, 98, 99], 5, 100) == [90, 95, 100]


def test_two_runs_give_the_same_bytes(made) -> None:
    assert draw_profiles(people.plan(), people.tables(), TEMPLATES) == made
