"""Reference-based draws against the joint distributions of the paper and a slow rival."""

import numpy as np
import pytest

from scripts.impute.reference_based import (
    STRATEGIES,
    Courses,
    course_covariance,
    course_means,
    draw_after,
    draw_courses,
    draw_gaps,
    strategy_means,
)
from tests.impute.carpenter import conditional, courses_of, joint, random_normal

NOTHING = np.empty((1, 0))


def conditional_of_draws(own, other, seen, strategy):
    """Mean and covariance of the later visits that the draws imply, from noise of 0 and of 1.

    The draws are linear in the noise, so that both are exact and nothing is simulated.
    """
    last, visits = np.array([len(seen)]), len(own[0])
    left, right = courses_of(*own), courses_of(*other)
    path = strategy_means(course_means(left, NOTHING), course_means(right, NOTHING), last, strategy)
    values = np.concatenate([seen, np.full(visits - len(seen), np.nan)])[None, None]
    values = np.nan_to_num(values)
    through = left if strategy == "missing_at_random" else right

    def draw(noise):
        return draw_after(values, path, through, last, noise[None, None])[0, 0, len(seen) :]

    middle = draw(np.zeros(visits))
    root = np.column_stack([draw(row) - middle for row in np.eye(visits)])
    return middle, root @ root.T


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("last", [0, 1, 3, 5])
def test_draws_have_the_conditional_distribution_of_the_paper(strategy, last):
    rng = np.random.default_rng(last)
    own, other = random_normal(rng, 6), random_normal(rng, 6)
    seen = rng.normal(size=last)
    mean, covariance = conditional(*joint(own, other, last, strategy), seen)
    found, spread = conditional_of_draws(own, other, seen, strategy)
    # Closed forms on both sides: rounding only.
    assert found == pytest.approx(mean, abs=1e-10)
    assert spread == pytest.approx(covariance, abs=1e-10)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_in_the_reference_arm_every_strategy_is_missing_at_random(strategy):
    rng = np.random.default_rng(8)
    own = random_normal(rng, 5)
    seen = rng.normal(size=2)
    found = conditional_of_draws(own, own, seen, strategy)
    at_random = conditional_of_draws(own, own, seen, "missing_at_random")
    assert found[0] == pytest.approx(at_random[0], abs=1e-12)
    assert found[1] == pytest.approx(at_random[1], abs=1e-12)


def test_means_of_a_huge_sample_are_those_that_the_paper_gives():
    # Three visits, the last two missing; means 0, 4, 8 in the own arm and 0, 1, 2 in the reference.
    own, other = np.array([0.0, 4.0, 8.0]), np.array([0.0, 1.0, 2.0])
    covariance = 0.5 * np.eye(3) + 0.5
    n, rng = 400_000, np.random.default_rng(1)
    values = np.zeros((1, n, 3))
    values[0, :, :1] = rng.multivariate_normal(own, covariance, size=n)[:, :1]
    last = np.ones(n, dtype=int)
    left, right = courses_of(own, covariance), courses_of(other, covariance)
    empty = np.empty((n, 0))
    expected = {
        "missing_at_random": [4, 8],
        "jump_to_reference": [1, 2],
        "copy_reference": [1, 2],
        "copy_increments": [0 + 1 - 0, 0 + 2 - 0],
    }
    for strategy, means in expected.items():
        path = strategy_means(course_means(left, empty), course_means(right, empty), last, strategy)
        through = left if strategy == "missing_at_random" else right
        drawn = draw_after(values, path, through, last, rng.normal(size=(1, n, 3)))
        # Standard error 1 / sqrt(n) = 0.0016.
        assert drawn[0, :, 1:].mean(axis=0) == pytest.approx(means, abs=0.008)


def test_arms_that_part_at_once_tell_the_three_strategies_apart():
    # One visit seen, at which the arms differ by 2; correlation 0.5 with the next.
    own, other = np.array([3.0, 5.0]), np.array([1.0, 2.0])
    covariance = np.array([[1.0, 0.5], [0.5, 1.0]])
    seen = np.array([3.0])
    found = {
        strategy: conditional_of_draws((own, covariance), (other, covariance), seen, strategy)[0]
        for strategy in STRATEGIES
    }
    assert found["missing_at_random"] == pytest.approx([5 + 0.5 * (3 - 3)])
    assert found["jump_to_reference"] == pytest.approx([2 + 0.5 * (3 - 3)])
    assert found["copy_reference"] == pytest.approx([2 + 0.5 * (3 - 1)])
    assert found["copy_increments"] == pytest.approx([3 + (2 - 1) + 0.5 * (3 - 3)])


def test_the_covariance_of_courses_is_that_from_which_they_were_made():
    own = random_normal(np.random.default_rng(3), 5)
    assert course_covariance(courses_of(*own))[0] == pytest.approx(own[1], abs=1e-12)
    assert course_means(courses_of(*own), NOTHING)[0, 0] == pytest.approx(own[0], abs=1e-12)


def test_gaps_have_the_conditional_normal_distribution():
    rng = np.random.default_rng(4)
    mean, covariance = random_normal(rng, 6)
    gaps, last = np.array([1, 3]), 5
    others = np.array([0, 2, 4])
    values = rng.normal(size=(1, 1, 6))
    block = covariance[np.ix_(others, others)]
    pull = np.linalg.solve(block, covariance[np.ix_(others, gaps)]).T
    expected = mean[gaps] + pull @ (values[0, 0, others] - mean[others])
    spread = covariance[np.ix_(gaps, gaps)] - pull @ covariance[np.ix_(others, gaps)]

    def draw(noise):
        return draw_gaps(
            values, mean[None, None], courses_of(mean, covariance), gaps, last, noise[None, None]
        )[0, 0]

    middle = draw(np.zeros(2))
    root = np.column_stack([draw(row) - middle for row in np.eye(2)])
    assert middle == pytest.approx(expected, abs=1e-10)
    assert root @ root.T == pytest.approx(spread, abs=1e-10)


def monotone(rng, n, visits, chains=1):
    values = rng.normal(size=(chains, n, visits)).cumsum(axis=2)
    return values, rng.integers(visits // 2, visits + 1, size=n)


@pytest.mark.parametrize("previous", [None, 2])
def test_parameters_equal_a_slow_draw_from_the_same_random_numbers(previous):
    rng = np.random.default_rng(5)
    values, last = monotone(rng, 40, 4, chains=3)
    covariates = rng.normal(size=(40, 2))
    found = draw_courses(
        values, covariates, last, previous, [np.random.default_rng(c) for c in range(3)]
    )
    for chain in range(3):
        stream = np.random.default_rng(chain)
        for visit in range(4):
            begin = 0 if previous is None else max(visit - previous, 0)
            seen = last > visit
            x = np.column_stack(
                [np.ones(seen.sum()), covariates[seen], values[chain, seen, begin:visit]]
            )
            y = values[chain, seen, visit]
            beta, *_ = np.linalg.lstsq(x, y, rcond=None)
            sigma = np.sqrt(((y - x @ beta) ** 2).sum() / stream.chisquare(len(y) - x.shape[1]))
            noise = stream.standard_normal(x.shape[1])
            # With R from a QR decomposition of x, R^-1 z has the covariance (x'x)^-1; with a
            # positive diagonal R is the transposed Cholesky root, so that even the draws agree.
            upper = np.linalg.qr(x, mode="r")
            upper = upper * np.sign(np.diag(upper))[:, None]
            beta = beta + sigma * np.linalg.solve(upper, noise)
            assert found.deviation[chain, visit] == pytest.approx(sigma, rel=1e-9)
            mine = [found.intercept[chain, visit], *found.covariate[chain, visit]]
            mine += list(found.earlier[chain, visit, begin:visit])
            assert mine == pytest.approx(beta, rel=1e-7, abs=1e-9)
            assert not found.earlier[chain, visit, :begin].any()


def test_the_posterior_has_the_mean_and_the_spread_of_theory():
    rng = np.random.default_rng(6)
    chains, n = 20_000, 12
    sample = rng.normal(3, 2, size=n)
    values = np.broadcast_to(sample[None, :, None], (chains, n, 1))
    streams = [np.random.default_rng(c) for c in range(chains)]
    found = draw_courses(values, np.empty((n, 0)), np.ones(n, dtype=int), None, streams)
    # A mean under the flat prior: a t distribution of 11 degrees of freedom about the sample mean.
    scale = sample.std(ddof=1) / np.sqrt(n)
    assert found.intercept.mean() == pytest.approx(sample.mean(), abs=5 * scale / np.sqrt(chains))
    assert found.intercept.std() == pytest.approx(scale * np.sqrt(11 / 9), rel=0.03)


def test_each_chain_has_its_own_stream_so_that_others_do_not_change_it():
    rng = np.random.default_rng(7)
    values, last = monotone(rng, 30, 4, chains=5)
    covariates = rng.normal(size=(30, 1))

    def draw(chains):
        streams = [np.random.default_rng(c) for c in range(chains)]
        return draw_courses(values[:chains], covariates, last, None, streams)

    few, many = draw(2), draw(5)
    assert (few.earlier == many.earlier[:2]).all()
    assert (few.deviation == many.deviation[:2]).all()


def test_too_few_subjects_at_a_visit_are_an_error_that_names_it():
    values = np.random.default_rng(9).normal(size=(1, 5, 3))
    last = np.array([3, 3, 3, 3, 1])
    with pytest.raises(ValueError, match="visit 2: 4 subjects cannot fit 4 coefficients"):
        draw_courses(values, np.arange(5.0)[:, None], last, None, [np.random.default_rng()])


def test_predictors_that_determine_one_another_are_an_error():
    values = np.random.default_rng(9).normal(size=(1, 9, 1))
    twice = np.arange(9.0)[:, None] * [1.0, 2.0]
    with pytest.raises(ValueError, match="visit 0: predictors are collinear"):
        draw_courses(values, twice, np.ones(9, dtype=int), None, [np.random.default_rng()])


def test_an_unknown_strategy_is_an_error():
    means = np.zeros((1, 1, 2))
    with pytest.raises(ValueError, match="'last_observation' is none of"):
        strategy_means(means, means, np.array([1]), "last_observation")


def test_courses_hold_arrays_of_chains():
    found = courses_of(*random_normal(np.random.default_rng(1), 3))
    assert isinstance(found, Courses)
    assert found.earlier.shape == (1, 3, 3)
