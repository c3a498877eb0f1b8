"""Each clause and each parameter of the primary definitions matters to a hand-made subject.

A definition that loses a clause, or has one parameter changed, must give at least one of the
hand-made subjects another verdict than the person did. Otherwise nothing holds that clause.
"""

from functools import cache

import pytest

from tests.derive.build import Derived, prepare, read_plan, responses
from tests.derive.cases import CASES
from tests.derive.mutants import mutants
from tests.derive.verdicts import differences

PRIMARY = ["OR", "CR", "REL", "SR", "REM", "RSC"]


def primary_definitions():
    endpoints = read_plan()["endpoints"]["endpoints"]
    return {code: spec for code, spec in endpoints.items() if code in PRIMARY}


MUTANTS = [mutant for code in PRIMARY for mutant in mutants(primary_definitions(), code)]


@cache
def derived() -> Derived:
    return prepare(CASES, read_plan())


def test_the_definitions_of_the_plan_give_every_expected_verdict():
    assert differences(responses(derived(), primary_definitions()), CASES) == []


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=lambda number: MUTANTS[number][0])
def test_a_case_notices(number: int):
    assert differences(responses(derived(), MUTANTS[number][1]), CASES) != []


def test_every_clause_and_parameter_is_among_the_mutants():
    # 6 + 5 clauses of the two responses and 3 + 3 losses are left out one by one.
    left_out = [words for words, _ in MUTANTS if words.endswith("left out")]
    assert len(left_out) == 6 + 5 + 3 + 3
