"""Sums over risk sets, against sums that are written out subject by subject."""

import numpy as np
import pytest

from scripts.stats.risk_sets import contributions, risk_sets


def written_out(beta, time, event, x, ties, strata):
    """Log likelihood, score and information, one event after another."""
    p = x.shape[1]
    loglik, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    weight = np.exp(x @ beta)
    for stratum in set(strata):
        for moment in sorted(set(time[(event == 1) & (strata == stratum)])):
            at_risk = (time >= moment) & (strata == stratum)
            dying = np.flatnonzero((time == moment) & (event == 1) & (strata == stratum))
            for rank, subject in enumerate(dying):
                left = weight * at_risk
                if ties == "efron":
                    left = left.copy()
                    left[dying] *= 1 - rank / len(dying)
                mean = left @ x / left.sum()
                loglik += x[subject] @ beta - np.log(left.sum())
                score += x[subject] - mean
                information += (x * left[:, None]).T @ x / left.sum() - np.outer(mean, mean)
    return loglik, score, information


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", range(4))
def test_sums_over_time_are_those_of_the_likelihood_written_out(seed, ties):
    generator = np.random.default_rng(seed)
    time, event = generator.integers(0, 8, 40).astype(float), generator.integers(0, 2, 40)
    x, strata = generator.normal(size=(40, 3)), generator.integers(0, 3, 40)
    beta = np.array([0.3, -1.0, 2.0])
    found = contributions(risk_sets(time, event == 1, x, ties, strata), beta)
    loglik, score, information = written_out(beta, time, event, x, ties, strata)
    assert found.loglik == pytest.approx(loglik, rel=1e-12)
    assert found.score.sum(axis=0) == pytest.approx(score, rel=1e-10)
    assert found.information.sum(axis=0) == pytest.approx(information, rel=1e-10)


def test_many_event_times_are_sorted_as_well_as_few():
    # above 32 767 event times the keys do not fit into 16 bits
    n = 40_000
    generator = np.random.default_rng(1)
    time, x = generator.permutation(n).astype(float), generator.normal(size=(n, 1))
    found = contributions(risk_sets(time, np.ones(n, bool), x, "efron"), np.zeros(1))
    # at beta = 0 the mean of the risk set is that of everybody with a time as long
    order = np.argsort(-time)
    means = (np.cumsum(x[order, 0]) / np.arange(1, n + 1))[::-1]
    assert found.score[:, 0] == pytest.approx(x[order, 0][::-1] - means, abs=1e-10)


def test_a_linear_predictor_of_any_size_gives_finite_sums():
    sets = risk_sets(np.array([1.0, 2.0, 3.0]), np.ones(3, bool), np.array([[0.0], [1.0], [2.0]]),
                     "efron")  # fmt: skip
    found = contributions(sets, np.array([400.0]))
    assert np.isfinite(found.loglik)
    assert np.isfinite(found.information).all()
