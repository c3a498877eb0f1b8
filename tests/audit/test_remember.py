"""Answers of pure functions kept, and what is given is a copy."""

import numpy as np

from scripts.audit.remember import SLOW, remember, remembered

ASKED = []


def doubled(values, times=2):
    ASKED.append(times)
    return values * times


def test_a_function_is_asked_once_for_the_same_arguments():
    ASKED.clear()
    ask = remembered(doubled)
    assert ask(np.array([1, 2])).tolist() == [2, 4]
    assert ask(np.array([1, 2])).tolist() == [2, 4]
    assert len(ASKED) == 1
    assert ask(np.array([1, 3])).tolist() == [2, 6]
    assert ask(np.array([1, 2]), times=3).tolist() == [3, 6]
    assert len(ASKED) == 3


def test_an_answer_that_is_changed_by_whoever_got_it_is_not_changed_for_others():
    ask = remembered(doubled)
    ask(np.array([1, 2]))[0] = 99
    assert ask(np.array([1, 2])).tolist() == [2, 4]


def test_every_module_that_has_the_function_gets_the_one_that_remembers(monkeypatch):
    from scripts.analyse.second import adjusted, models

    for module in (adjusted, models):
        monkeypatch.setattr(module, "find_fit", models.find_fit)
    before = models.find_fit
    remember(SLOW[:1])
    assert models.find_fit is adjusted.find_fit
    assert models.find_fit is not before
    remember(SLOW[:1])
    assert models.find_fit.__wrapped__ is before
