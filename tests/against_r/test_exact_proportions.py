"""Exact unconditional tests and intervals against direct enumeration in R with dbinom.

Debian's R has no function for them. R adds the binomial probabilities of every outcome on 2001
values of the open proportion and then seeks the maximum near the best ones with `optimize`; its
score statistic is a root of the derivative of the constrained likelihood. For intervals R is asked
for its own P values a little outside and a little inside our limits, and further out, where it
must reject everywhere. Small groups, because R takes a second for each interval.
"""

from itertools import product

import numpy as np
import pytest

from scripts.stats.exact_tests import barnard_exact, boschloo_exact
from scripts.stats.proportions import DIFFERENCES
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.tables import CONSTRAINED, columns

pytestmark = needs_r
NEAR = 1e-6

SUPREMUM = """
supremum <- function(tail, delta, points = 2001) {
  n1 <- nrow(tail) - 1; n2 <- ncol(tail) - 1
  low <- max(0, -delta); high <- min(1, 1 - delta)
  f <- function(p)
    sum(outer(dbinom(0:n1, n1, min(1, max(0, p + delta))), dbinom(0:n2, n2, p)) * tail)
  grid <- seq(low, high, length.out = points)
  a <- outer(grid, 0:n1, function(p, k) dbinom(k, n1, pmin(1, pmax(0, p + delta))))
  b <- outer(grid, 0:n2, function(p, k) dbinom(k, n2, p))
  values <- rowSums((a %*% tail) * b)
  step <- (high - low) / (points - 1)
  best <- max(values)
  for (at in grid[order(-values)[1:3]]) if (step > 0)
    best <- max(best, optimize(f, c(max(low, at - step), min(high, at + step)),
                               maximum = TRUE, tol = 1e-12)$objective)
  min(1, best)
}
"""

TESTS = (
    SUPREMUM
    + """
output <- mapply(function(x1, n1, x2, n2) {
  k <- expand.grid(a = 0:n1, b = 0:n2)
  m <- (k$a + k$b) / (n1 + n2)
  score <- ifelse(m %in% c(0, 1), 0,
                  (k$a / n1 - k$b / n2) / sqrt(m * (1 - m) * (1 / n1 + 1 / n2)))
  wald <- (k$a / n1 - k$b / n2) /
    sqrt(k$a * (n1 - k$a) / n1^3 + k$b * (n2 - k$b) / n2^3)
  wald[is.nan(wald)] <- 0
  fisher <- mapply(function(a, b) fisher.test(matrix(c(a, b, n1 - a, n2 - b), 2),
                                              conf.int = FALSE)$p.value, k$a, k$b)
  at <- which(k$a == x1 & k$b == x2)
  p <- function(values) supremum(matrix(1 * (values >= values[at] - 1e-9), n1 + 1), 0)
  list(c(p(abs(score)), p(abs(wald)), p(-fisher)))
}, input$x1, input$n1, input$x2, input$n2)
"""
)

LIMITS = (
    SUPREMUM
    + CONSTRAINED
    + """
z <- function(x1, n1, x2, n2, delta) {
  p2 <- fitted(x1, n1, x2, n2, delta); p1 <- p2 + delta
  v <- p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2; d <- x1 / n1 - x2 / n2 - delta
  if (v <= 1e-300) (if (abs(d) < 1e-13) 0 else sign(d) * 1e9) else d / sqrt(v)
}
p_value <- function(x1, n1, x2, n2, delta, side, statistic) {
  s <- outer(0:n1, 0:n2, Vectorize(function(a, b)
    if (statistic == "score") z(a, n1, b, n2, delta) else a / n1 - b / n2))
  supremum(1 * (side * s >= side * s[x1 + 1, x2 + 1] - 1e-7), delta, 301)
}
output <- mapply(function(x1, n1, x2, n2, lower, upper, statistic) {
  near <- input$near
  p <- function(delta, side) if (abs(delta) > 1) NA else
    p_value(x1, n1, x2, n2, delta, side, statistic)
  beyond <- function(limit, end, side) {
    at <- seq(end, limit - side * near, length.out = 12)
    if (side * (limit - end) < 1e-3) 0 else max(sapply(at, p, side = side))
  }
  list(c(p(lower - near, 1), p(lower + near, 1), beyond(lower, -1, 1),
         p(upper + near, -1), p(upper - near, -1), beyond(upper, 1, -1)))
}, input$x1, input$n1, input$x2, input$n2, input$lower, input$upper, input$statistic)
"""
)


def small_tables(sizes, per_size, seed):
    """The corners of each size and some random tables of it."""
    random = np.random.default_rng(seed)
    found = []
    for n1, n2 in sizes:
        found += [(x1, n1, x2, n2) for x1, x2 in product((0, n1), (0, n2))]
        for _ in range(per_size):
            found.append((int(random.integers(n1 + 1)), n1, int(random.integers(n2 + 1)), n2))
    return list(dict.fromkeys(found))


def test_exact_tests_are_the_suprema_that_r_finds_by_enumeration() -> None:
    sizes = [(1, 1), (1, 2), (2, 1), (3, 3), (4, 7), (9, 5), (8, 8), (12, 6), (10, 15), (3, 20)]
    cases = small_tables(sizes, 26, seed=3)
    answers = ask_r(TESTS, **columns(cases))
    for case, answer in zip(cases, answers, strict=True):
        ours = [
            barnard_exact(*case).p_value,
            barnard_exact(*case, statistic="wald").p_value,
            boschloo_exact(*case).p_value,
        ]
        assert ours == pytest.approx(answer, rel=1e-7), case
    assert len(cases) > 150


@pytest.mark.parametrize(("method", "statistic"), [
    ("chan_zhang", "score"), ("santner_snell", "difference"),
])  # fmt: skip
def test_r_rejects_outside_our_exact_limits_and_not_inside(method, statistic) -> None:
    sizes = [(1, 1), (1, 3), (2, 2), (3, 5), (6, 4), (7, 7), (9, 4)]
    cases = small_tables(sizes, 12, seed=8)
    limits = [DIFFERENCES[method](*case) for case in cases]
    answers = ask_r(
        LIMITS,
        **columns(cases),
        lower=[one.lower for one in limits],
        upper=[one.upper for one in limits],
        statistic=statistic,
        near=NEAR,
    )
    for case, ours, answer in zip(cases, limits, answers, strict=True):
        below, above_lower, further_down, above, below_upper, further_up = answer
        # R's own supremum is good to 1e-7, which moves no verdict at a distance of 1e-6.
        if ours.lower > -1:
            assert below <= 0.025 + 1e-7 and further_down <= 0.025 + 1e-7, case
        if ours.upper < 1:
            assert above <= 0.025 + 1e-7 and further_up <= 0.025 + 1e-7, case
        assert above_lower > 0.025 - 1e-7 and below_upper > 0.025 - 1e-7, case
