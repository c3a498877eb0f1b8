"""The condition grammar of the plan."""

import pandas as pd
import pytest

from scripts.conditions import ConditionError, describe, evaluate, nearest, variables_of


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.DataFrame(
        {"SEX": ["F", "M", None], "AGE": [49.0, 50.0, None], "LIMIT": [49.0, 51.0, 1.0]}
    )


def held(condition: dict, table: pd.DataFrame) -> list[bool]:
    return evaluate(condition, table).tolist()


def test_no_condition_holds_for_every_row(people):
    assert held({}, people) == [True, True, True]


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        (">=", [False, True, False]),
        (">", [False, False, False]),
        ("<=", [True, True, False]),
        ("<", [True, False, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, False]),
    ],
)
def test_a_comparison_is_exact_at_its_limit_and_false_for_missing(people, operator, expected):
    assert held({"variable": "AGE", "operator": operator, "value": 50}, people) == expected


def test_a_variable_is_compared_with_another_row_by_row(people):
    condition = {"variable": "AGE", "operator": "==", "other": "LIMIT"}
    assert held(condition, people) == [True, False, False]


def test_is_in_and_missing_say_what_they_say(people):
    assert held({"variable": "SEX", "is": "F"}, people) == [True, False, False]
    assert held({"variable": "SEX", "in": ["F", "M"]}, people) == [True, True, False]
    assert held({"variable": "SEX", "missing": True}, people) == [False, False, True]
    assert held({"variable": "SEX", "missing": False}, people) == [True, True, False]


def test_all_any_and_not_combine(people):
    young = {"variable": "AGE", "operator": "<", "value": 50}
    woman = {"variable": "SEX", "is": "F"}
    assert held({"all": [young, woman]}, people) == [True, False, False]
    assert held({"any": [young, {"variable": "SEX", "is": "M"}]}, people) == [True, True, False]
    assert held({"not": woman}, people) == [False, True, True]


def test_an_unknown_variable_is_named_with_the_nearest_right_word(people):
    with pytest.raises(ConditionError, match=r"unknown variable 'AEG'; did you mean 'AGE'"):
        evaluate({"variable": "AEG", "is": 1}, people)


def test_a_comparison_of_text_with_a_number_is_an_error_that_says_so(people):
    with pytest.raises(ConditionError, match="SEX cannot be compared with 5"):
        evaluate({"variable": "SEX", "operator": ">=", "value": 5}, people)


@pytest.mark.parametrize("condition", [{"variable": "AGE"}, {"some": []}])
def test_a_condition_that_compares_with_nothing_is_an_error(people, condition):
    with pytest.raises(ConditionError):
        evaluate(condition, people)


def test_the_variables_of_a_condition_are_found_at_every_depth():
    condition = {
        "all": [
            {"variable": "A", "is": 1},
            {"not": {"any": [{"variable": "B", "operator": "<", "other": "C"}]}},
        ]
    }
    assert variables_of(condition) == {"A", "B", "C"}


def test_a_condition_is_told_in_words():
    condition = {
        "all": [
            {"variable": "SEX", "is": "F"},
            {"any": [{"variable": "AGE", "operator": "<", "value": 50}]},
            {"not": {"variable": "X", "missing": True}},
        ]
    }
    assert describe(condition) == "(SEX is F and AGE is below 50 and not X is missing)"


def test_a_word_like_nothing_known_lists_what_is_known():
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
