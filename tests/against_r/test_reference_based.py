"""Reference-based conditional distributions against R's own matrices."""

import numpy as np
import pytest

from scripts.impute.reference_based import STRATEGIES
from tests.against_r.bridge import ask_r, needs_r
from tests.impute.carpenter import random_normal
from tests.impute.test_reference_based import conditional_of_draws

pytestmark = needs_r

# The paper's joint mean and covariance, then the textbook's conditional distribution.
PROGRAM = """
given <- function(case) {
  t <- case$last; n <- length(case$own)
  d <- matrix(unlist(case$cov_own), n); r <- matrix(unlist(case$cov_other), n)
  a <- seq_len(t); b <- if (t < n) (t + 1):n else integer(0)
  mean <- case$own; sigma <- d
  if (case$strategy == "copy_reference") { mean <- case$other; sigma <- r }
  if (case$strategy %in% c("jump_to_reference", "copy_increments")) {
    mean[b] <- case$other[b]
    if (case$strategy == "copy_increments" && t > 0)
      mean[b] <- case$own[t] + (case$other[b] - case$other[t])
    sigma <- matrix(0, n, n)
    if (t > 0) {
      w <- r[b, a, drop = FALSE] %*% solve(r[a, a, drop = FALSE])
      sigma[a, a] <- d[a, a]; sigma[b, a] <- w %*% d[a, a]; sigma[a, b] <- t(sigma[b, a])
      sigma[b, b] <- r[b, b] - w %*% (r[a, a] - d[a, a]) %*% t(w)
    } else sigma <- r
  }
  if (t == 0) return(list(mean = mean[b], cov = as.vector(sigma[b, b])))
  w <- sigma[b, a, drop = FALSE] %*% solve(sigma[a, a, drop = FALSE])
  list(mean = as.vector(mean[b] + w %*% (case$seen - mean[a])),
       cov = as.vector(sigma[b, b] - w %*% sigma[a, b, drop = FALSE]))
}
output <- lapply(input$cases, given)
"""


def cases():
    rng = np.random.default_rng(2013)
    for number in range(400):
        visits = 2 + number % 7
        own, other = random_normal(rng, visits), random_normal(rng, visits)
        # From nobody seen to all but one visit; every tenth pair of arms is one and the same.
        last = int(rng.integers(0, visits))
        yield own, own if number % 10 == 0 else other, rng.normal(size=last), STRATEGIES[number % 4]


def test_conditional_means_and_covariances_equal_those_of_r():
    made = list(cases())
    asked = [
        {
            "own": list(own[0]),
            "cov_own": own[1].T.ravel().tolist(),
            "other": list(other[0]),
            "cov_other": other[1].T.ravel().tolist(),
            "last": len(seen),
            "seen": list(seen),
            "strategy": strategy,
        }
        for own, other, seen, strategy in made
    ]
    program = PROGRAM.replace(
        "output <- lapply(input$cases, given)",
        'cases <- fromJSON("input.json", simplifyDataFrame = FALSE)$cases\n'
        "output <- lapply(cases, given)",
    )
    answers = ask_r(program, cases=asked)
    for case, answer in zip(made, answers, strict=True):
        mean, covariance = conditional_of_draws(*case)
        # Closed forms on both sides, through different inverses of matrices of condition < 1e4.
        assert np.atleast_1d(answer["mean"]) == pytest.approx(mean, rel=1e-8, abs=1e-8)
        found = np.atleast_1d(answer["cov"]).reshape(covariance.shape)
        assert found == pytest.approx(covariance, rel=1e-8, abs=1e-8)
