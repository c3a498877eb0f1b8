"""Each hand-made subject gets the verdict that a person gave it."""

import pytest

from tests.derive.build import Case, name_of, prepare, read_plan, responses
from tests.derive.cases import CASES
from tests.derive.verdicts import found


@pytest.fixture(scope="module")
def made():
    plan = read_plan()
    return responses(prepare(CASES, plan), plan["endpoints"]["endpoints"])


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].sentence)
def test_verdict(made, number: int):
    case: Case = CASES[number]
    got = {key: found(made, name_of(number), key) for key in case.expect}
    assert got == case.expect


def test_the_sentences_of_the_cases_are_different():
    assert len({case.sentence for case in CASES}) == len(CASES)
