"""One logistic model of all visits, and states drawn from it visit after visit."""

import numpy as np
import pytest
from scipy.optimize import minimize

from scripts.impute.transition import (
    Transitions,
    draw_coefficients,
    draw_states,
    fit_transitions,
    last_known,
)
from scripts.job import StepError

LOST = np.nan


def sample(n=80, visits=5, seed=1):
    rng = np.random.default_rng(seed)
    given = rng.normal(size=(n, visits))
    fixed = (np.arange(n)[:, None] % 2) * 1.0
    before, states = (rng.random(n) < 0.3) * 1.0, np.empty((n, visits))
    baseline = before
    for visit in range(visits):
        linear = -1.5 + 1.2 * before - 0.8 * given[:, visit] + 0.6 * fixed[:, 0]
        before = (rng.random(n) < 1 / (1 + np.exp(-linear))) * 1.0
        states[:, visit] = before
    states[rng.random((n, visits)) < 0.1] = LOST
    return states, baseline, given, fixed


def test_the_state_before_is_the_last_one_known():
    values = np.array([[1.0, LOST, 0.0, LOST], [LOST, LOST, 1.0, 0.0]])
    before = last_known(values, np.array([0.0, 1.0]))
    assert before.tolist() == [[0, 1, 1, 0], [1, 1, 1, 1]]


def test_the_mode_is_that_of_the_augmented_likelihood_by_another_optimiser():
    states, baseline, given, fixed = sample()
    found = fit_transitions(states, baseline, [given], fixed, "state")
    x, y = [], []
    for row in range(len(states)):
        before = baseline[row]
        for visit in range(states.shape[1]):
            if not np.isnan(states[row, visit]):
                x.append([1, before, given[row, visit], fixed[row, 0]])
                y.append(states[row, visit])
                before = states[row, visit]
    x, y = np.array(x), np.array(y)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    rows, answers = [], []
    for column in (1, 2, 3):
        for sign in (0.5, -0.5):
            for answer in (0.0, 1.0):
                row = middle.copy()
                row[column] += sign * spread[column]
                rows.append(row)
                answers.append(answer)
    weights = np.concatenate([np.ones(len(y)), np.full(12, 4 / 12)])
    x, y = np.vstack([x, rows]), np.concatenate([y, answers])

    def minus(beta):
        return -(weights * (y * (x @ beta) - np.logaddexp(0, x @ beta))).sum()

    best = minimize(minus, np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    # The optimiser knows the gradient by differences only.
    assert found.mode == pytest.approx(best.x, abs=1e-5)
    chance = 1 / (1 + np.exp(-x @ found.mode))
    information = (x * (weights * chance * (1 - chance))[:, None]).T @ x
    assert found.root @ found.root.T == pytest.approx(np.linalg.inv(information), rel=1e-6)
    assert (found.visits, found.events) == ((~np.isnan(states)).sum(), np.nansum(states))


def test_coefficients_are_drawn_around_the_mode_with_its_covariance():
    found = fit_transitions(*sample()[:2], [sample()[2]], sample()[3], "state")
    noise = np.random.default_rng(1).standard_normal((100_000, found.width))
    drawn = draw_coefficients(found, noise)
    covariance = found.root @ found.root.T
    error = np.sqrt(np.diag(covariance) / len(drawn))
    assert (np.abs(drawn.mean(axis=0) - found.mode) < 5 * error).all()
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.01 * covariance.max())


def test_a_state_that_nobody_left_in_one_arm_still_has_finite_estimates():
    states, baseline, given, fixed = sample()
    states[(fixed[:, 0] == 1)] = 0.0
    found = fit_transitions(states, baseline, [given], fixed, "state")
    assert np.abs(found.mode).max() < 10


def test_a_predictor_that_never_varies_has_no_coefficient():
    states, baseline, given, fixed = sample()
    found = fit_transitions(states, baseline, [given], fixed * 0 + 1, "state")
    drawn = draw_coefficients(found, np.ones((1, found.width)))
    assert drawn[0, 3] == 0 and found.kept.tolist() == [0, 1, 2]


def test_what_was_seen_is_never_changed_and_what_was_not_is_drawn():
    states, baseline, given, fixed = sample()
    fitted = Transitions(np.array([50.0]), np.zeros((1, 1)), np.array([0]), 4, 1, 1)
    coefficients = draw_coefficients(fitted, np.zeros((3, 4)))
    at = np.broadcast_to(fixed[:, None], (80, 5, 1))
    chance = np.random.default_rng(1).random((3, 80, 5))
    found = draw_states(states, baseline, [np.stack([given] * 3)], at, coefficients, chance)
    lost = np.isnan(states)
    assert (found[:, ~lost] == states[~lost]).all()
    # An intercept of 50 makes a state certain.
    assert lost.any() and (found[:, lost] == 1).all()


def test_a_drawn_state_is_the_state_before_of_the_next_visit():
    coefficients = np.array([[-50.0, 100.0]])
    states = np.array([[LOST, LOST, 0.0, LOST]])
    found = draw_states(
        states, np.ones(1), [], np.zeros((1, 4, 0)), coefficients, np.full((1, 1, 4), 0.5)
    )
    assert found.tolist() == [[[1, 1, 0, 0]]]


def test_the_share_drawn_is_the_chance_of_the_model():
    coefficients = np.tile([np.log(0.2 / 0.8), 0.0], (50_000, 1))
    chance = np.random.default_rng(3).random((50_000, 1, 1))
    states = np.full((1, 1), LOST)
    found = draw_states(states, np.zeros(1), [], np.zeros((1, 1, 0)), coefficients, chance)
    assert found.mean() == pytest.approx(0.2, abs=5 * np.sqrt(0.2 * 0.8 / 50_000))


def test_a_state_that_never_changes_is_an_error_that_names_it():
    with pytest.raises(StepError, match="m, STATE: absent at every visit"):
        fit_transitions(np.zeros((4, 2)), np.zeros(4), [], np.zeros((4, 0)), "m, STATE")
