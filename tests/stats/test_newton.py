"""Newton-Raphson maximisation."""

import numpy as np
import pytest

from scripts.stats.newton import maximise


def hyperbola(beta):
    """Return -sqrt(1 + (b - 5)^2), score and information: a full Newton step from 0 goes to 130."""
    distance = beta[0] - 5
    root = np.sqrt(1 + distance**2)
    return -root, np.array([-distance / root]), np.array([[1 / root**3]])


def test_a_step_that_lowers_the_likelihood_is_halved_until_it_does_not():
    ours = maximise(hyperbola, 1)
    assert ours.problem == ""
    assert ours.coefficient[0] == pytest.approx(5, abs=1e-9)
    assert ours.loglik == pytest.approx(-1, rel=1e-12)


def test_a_likelihood_that_rises_for_ever_has_no_maximum():
    def rising(beta):
        value = np.exp(-beta[0])
        return -value, np.array([value]), np.array([[value]])

    ours = maximise(rising, 1)
    assert ours.problem == "infinite_estimate"
    assert np.isnan(ours.coefficient).all()


def test_a_singular_information_is_no_maximum():
    ours = maximise(lambda beta: (0.0, np.zeros(2), np.zeros((2, 2))), 2)
    assert ours.problem == "infinite_estimate"
