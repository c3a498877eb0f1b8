"""Small data sets with gaps, and completed columns from draws."""

import numpy as np


def mixed(n=60, seed=7):
    """An arm, a covariate, two measurements with gaps, and a binary outcome with gaps."""
    rng = np.random.default_rng(seed)
    arm = np.arange(n) % 2 * 1.0
    age = rng.normal(50, 10, n)
    first = 20 + 3 * arm + 0.1 * age + rng.normal(0, 3, n)
    second = 5 + 0.8 * first + 2 * arm + rng.normal(0, 3, n)
    chance = 1 / (1 + np.exp(-(-5 + 0.8 * arm + 0.2 * (second - 5))))
    response = (rng.random(n) < chance) * 1.0
    first[rng.random(n) < 0.2] = np.nan
    second[rng.random(n) < 0.25] = np.nan
    response[rng.random(n) < 0.2] = np.nan
    return {"arm": arm, "age": age, "first": first, "second": second, "response": response}


def graded(n=200, seed=3):
    """A covariate, an arm and a grade 0 to 3 with gaps, kept away from rare grades."""
    rng = np.random.default_rng(seed)
    arm, age = np.arange(n) % 2 * 1.0, rng.normal(0, 1, n)
    hidden = 0.8 * arm - 0.7 * age + rng.logistic(0, 1, n)
    grade = np.digitize(hidden, [-1, 0.3, 1.5]) * 1.0
    grade[rng.random(n) < 0.2] = np.nan
    return {"arm": arm, "age": age, "grade": grade}


def completed(column, drawn):
    """A column in every completed data set, shape (chains, n)."""
    found = np.repeat(np.asarray(column, float)[None], len(drawn), axis=0)
    found[:, np.isnan(column)] = drawn
    return found


def agree(ours, theirs, errors=4.0):
    """Whether two samples of a statistic have the same mean and spread, within so many errors."""
    a, b = np.asarray(ours), np.asarray(theirs)
    spread = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    assert abs(a.mean() - b.mean()) < errors * spread, (a.mean(), b.mean(), spread)
    # The logarithm of a standard deviation has about the variance (kurtosis - 1) / (4 m).
    tail = sum((_kurtosis(x) - 1) / (4 * len(x)) for x in (a, b))
    ratio = np.log(a.std(ddof=1) / b.std(ddof=1))
    assert abs(ratio) < errors * np.sqrt(tail), (a.std(ddof=1), b.std(ddof=1))


def _kurtosis(x):
    z = (x - x.mean()) / x.std()
    return float((z**4).mean())
