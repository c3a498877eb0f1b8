"""Intervals and tests of one and two proportions against R.

Where R has the estimator it is asked for it; where it has none a short R program finds the limits
from the definition: score intervals as roots of the score statistic at the maximum of the
constrained likelihood, which is itself the root of its derivative (ours solve a cubic or a
quadratic in closed form).

Tolerances: 1e-10 relative where both are closed forms; 1e-6 where one of them is found as a root.
"""

import math

import pytest

from scripts.stats.number_needed import number_needed
from scripts.stats.odds_ratios import ODDS_RATIOS
from scripts.stats.proportions import (
    DIFFERENCES,
    TESTS,
    clopper_pearson_interval,
    wilson_interval,
)
from scripts.stats.ratios import RATIOS
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.tables import columns, tables

pytestmark = needs_r
CASES = tables()

SINGLE = """
output <- mapply(function(x, n) {
  wilson <- prop.test(x, n, correct = FALSE)$conf.int
  exact <- binom.test(x, n)$conf.int
  list(c(wilson, exact))
}, input$x, input$n)
"""

CLOSED = """
z <- qnorm(0.975)
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
corrected <- function(x, n) {  # score limits with continuity correction, as roots
  p <- x / n
  lower <- if (x == 0) 0 else
    root(function(q) p - q - 0.5 / n - z * sqrt(q * (1 - q) / n), 0, p - 0.5 / n)
  upper <- if (x == n) 1 else
    root(function(q) q - p - 0.5 / n - z * sqrt(q * (1 - q) / n), p + 0.5 / n, 1)
  c(lower, upper)
}
hybrid <- function(d, p1, p2, one, two) c(
  max(-1, d - sqrt((p1 - one[1])^2 + (two[2] - p2)^2)),
  min(1, d + sqrt((one[2] - p1)^2 + (p2 - two[1])^2)))
number <- function(v) if (is.finite(v)) v else NA
output <- mapply(function(x1, n1, x2, n2) {
  suppressWarnings({
    x <- c(x1, x2); n <- c(n1, n2); p <- x / n; d <- p[1] - p[2]
    plain <- prop.test(x, n, correct = FALSE); yates <- prop.test(x, n, correct = TRUE)
    fisher <- fisher.test(rbind(x, n - x))
    one <- prop.test(x1, n1, correct = FALSE)$conf.int
    two <- prop.test(x2, n2, correct = FALSE)$conf.int
    a <- (x + 1) / (n + 2)
    half <- z * sqrt(sum(a * (1 - a) / (n + 2)))
  })
  list(list(
    wald = plain$conf.int, wald_corrected = yates$conf.int,
    newcombe = hybrid(d, p[1], p[2], one, two),
    newcombe_corrected = hybrid(d, p[1], p[2], corrected(x1, n1), corrected(x2, n2)),
    agresti_caffo = c(max(-1, a[1] - a[2] - half), min(1, a[1] - a[2] + half)),
    pearson_chi_square = c(number(plain$statistic), number(plain$p.value)),
    pearson_chi_square_corrected = c(number(yates$statistic), number(yates$p.value)),
    fisher_exact = c(NA, fisher$p.value)))
}, input$x1, input$n1, input$x2, input$n2)
"""

SCORE = """
z <- qnorm(0.975)
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-14, maxiter = 10000)$root
# p2 at the maximum of the likelihood of two binomials of which p1 = given(p2), slope(p2) = dp1/dp2.
fitted <- function(x1, n1, x2, n2, given, slope, low, high) {
  part <- function(x, n, p) (if (x > 0) x / p else 0) - (if (x < n) (n - x) / (1 - p) else 0)
  score <- function(p) part(x1, n1, given(p)) * slope(p) + part(x2, n2, p)
  if (high - low < 1e-15) return(low)
  e <- (high - low) * 1e-13
  if (score(low + e) <= 0) return(low)
  if (score(high - e) >= 0) return(high)
  root(score, low + e, high - e)
}
statistic <- function(distance, variance)
  if (variance <= 1e-300) (if (abs(distance) < 1e-13) 0 else sign(distance) * 1e9) else
    distance / sqrt(variance)
difference <- function(x1, n1, x2, n2, delta, factor) {
  low <- max(0, -delta); high <- min(1, 1 - delta)
  p2 <- fitted(x1, n1, x2, n2, function(p) p + delta, function(p) 1, low, high); p1 <- p2 + delta
  statistic(x1 / n1 - x2 / n2 - delta, factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2))
}
ratio <- function(x1, n1, x2, n2, r, factor) {
  p2 <- fitted(x1, n1, x2, n2, function(p) r * p, function(p) r, 0, min(1, 1 / r)); p1 <- r * p2
  statistic(x1 / n1 - r * x2 / n2, factor * (p1 * (1 - p1) / n1 + r^2 * p2 * (1 - p2) / n2))
}
odds <- function(x1, n1, x2, n2, r, factor) {
  given <- function(p) r * p / (1 - p + r * p)
  p2 <- fitted(x1, n1, x2, n2, given, function(p) r / (1 - p + r * p)^2, 0, 1); p1 <- given(p2)
  v <- 1 / (n1 * p1 * (1 - p1)) + 1 / (n2 * p2 * (1 - p2))
  if (!is.finite(v)) return(sign(x1 - n1 * p1) * 1e9)
  (x1 - n1 * p1) * sqrt(v / factor)
}
limits <- function(f, estimate, low, high) {
  lower <- if (is.na(f(low)) || f(low) <= z) low else root(function(d) f(d) - z, low, estimate)
  upper <- if (is.na(f(high)) || f(high) >= -z) high else root(function(d) f(d) + z, estimate, high)
  c(lower, upper)
}
# On the scale of r / (1 + r), whose ends are 0 and 1.
on_ratio <- function(f, estimate, low_open, high_open) {
  g <- function(u) f(u / (1 - u)); e <- 1e-6
  at <- if (is.infinite(estimate)) 1 - e else max(e, estimate / (1 + estimate))
  lower <- if (low_open) 0 else root(function(u) g(u) - z, e, at)
  upper <- if (high_open) 1 else root(function(u) g(u) + z, at, 1 - e)
  c(lower, upper)
}
output <- mapply(function(x1, n1, x2, n2) {
  n <- n1 + n2; factor <- n / (n - 1)
  d <- function(f) limits(function(delta) difference(x1, n1, x2, n2, delta, f),
                          x1 / n1 - x2 / n2, -1, 1)
  r <- function(f) on_ratio(function(q) ratio(x1, n1, x2, n2, q, f),
                            (x1 / n1) / (x2 / n2), x1 == 0, x2 == 0)
  o <- on_ratio(function(q) odds(x1, n1, x2, n2, q, factor), (x1 / (n1 - x1)) / (x2 / (n2 - x2)),
                x1 == 0 || x2 == n2, x2 == 0 || x1 == n1)
  list(list(mee = d(1), miettinen_nurminen = d(factor), koopman = r(1), ratio = r(factor),
            odds = o))
}, input$x1, input$n1, input$x2, input$n2)
"""

RATIOS_IN_R = """
suppressPackageStartupMessages(library(metafor))
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
z <- qnorm(0.975)
output <- mapply(function(x1, n1, x2, n2) {
  of <- function(measure) {
    e <- suppressWarnings(escalc(measure, ai = x1, n1i = n1, ci = x2, n2i = n2, add = 0,
                                 to = "none"))
    exp(e$yi + c(0, -1, 1) * z * sqrt(e$vi))
  }
  f <- fisher.test(rbind(c(x1, n1 - x1), c(x2, n2 - x2)))
  # fisher.test stops its own search early; the same equations again to the last digits.
  m <- x1 + x2; k <- max(0, m - n2):min(n1, m)
  density <- function(u) { w <- dhyper(k, n1, n2, m, log = TRUE) + k * log(u / (1 - u))
    w <- exp(w - max(w)); w / sum(w) }
  solve <- function(g, w) root(function(u) g(density(u)) - w, 1e-12, 1 - 1e-12)
  mid <- if (x1 == min(k) || x1 == max(k)) NA else solve(function(p) sum(k * p), x1)
  low <- if (x1 == min(k)) 0 else solve(function(p) sum(p[k >= x1]), 0.025)
  high <- if (x1 == max(k)) 1 else solve(function(p) sum(p[k <= x1]), 0.025)
  share <- function(v) ifelse(is.infinite(v), 1, v / (1 + v))
  list(list(katz = of("RR"), woolf = of("OR"), fisher = share(unname(c(f$estimate, f$conf.int))),
            conditional = c(mid, low, high)))
}, input$x1, input$n1, input$x2, input$n2)
"""


def number(value):
    """A number of R's answer; its words for what is none."""
    words = {"NaN": math.nan, "NA": math.nan, "Inf": math.inf, "-Inf": -math.inf, None: math.nan}
    return words[value] if value is None or isinstance(value, str) else float(value)


def share(ratio):
    """A ratio as r / (1 + r), so that infinity is a number."""
    return 1.0 if math.isinf(ratio) else ratio / (1 + ratio)


@pytest.fixture(scope="module")
def closed():
    return ask_r(CLOSED, **columns(CASES))


@pytest.fixture(scope="module")
def score():
    return ask_r(SCORE, **columns(CASES))


@pytest.fixture(scope="module")
def ratios():
    return ask_r(RATIOS_IN_R, **columns(CASES))


def test_intervals_of_one_proportion_are_those_of_prop_test_and_binom_test() -> None:
    cases = sorted({(x, n) for x1, n1, x2, n2 in CASES for x, n in ((x1, n1), (x2, n2))})
    answers = ask_r(SINGLE, x=[x for x, _ in cases], n=[n for _, n in cases])
    for (x, n), answer in zip(cases, answers, strict=True):
        wilson, exact = wilson_interval(x, n), clopper_pearson_interval(x, n)
        ours = [wilson.lower, wilson.upper, exact.lower, exact.upper]
        assert ours == pytest.approx([number(v) for v in answer], rel=1e-10, abs=1e-14), (x, n)


@pytest.mark.parametrize(
    "method", ["wald", "wald_corrected", "newcombe", "newcombe_corrected", "agresti_caffo"]
)
def test_an_interval_in_closed_form_is_that_of_r(closed, method) -> None:
    for case, answer in zip(CASES, closed, strict=True):
        ours = DIFFERENCES[method](*case)
        # R's corrected score limits are roots: uniroot stops within some units of 1e-15.
        close = pytest.approx([number(v) for v in answer[method]], rel=1e-10, abs=1e-13)
        assert [ours.lower, ours.upper] == close, case


@pytest.mark.parametrize(
    "word", ["pearson_chi_square", "pearson_chi_square_corrected", "fisher_exact"]
)
def test_a_test_of_two_proportions_is_that_of_r(closed, word) -> None:
    for case, answer in zip(CASES, closed, strict=True):
        ours = TESTS[word](*case)
        statistic, p_value = (number(v) for v in answer[word])
        if word != "fisher_exact":
            # The corrected statistic of equal proportions is zero but for rounding.
            assert ours.statistic == pytest.approx(statistic, rel=1e-10, abs=1e-20, nan_ok=True)
        assert ours.p_value == pytest.approx(p_value, rel=1e-9, abs=1e-300, nan_ok=True), case


@pytest.mark.parametrize("method", ["mee", "miettinen_nurminen"])
def test_a_score_interval_of_a_difference_is_the_root_that_r_finds(score, method) -> None:
    for case, answer in zip(CASES, score, strict=True):
        ours = DIFFERENCES[method](*case)
        assert [ours.lower, ours.upper] == pytest.approx(answer[method], rel=1e-6, abs=1e-8), case


@pytest.mark.parametrize(
    ("method", "name"), [("koopman", "koopman"), ("miettinen_nurminen", "ratio")]
)
def test_a_score_interval_of_a_ratio_is_the_root_that_r_finds(score, method, name) -> None:
    for case, answer in zip(CASES, score, strict=True):
        ours = RATIOS[method](*case)
        found = [share(ours.lower), share(ours.upper)]
        assert found == pytest.approx(answer[name], rel=1e-6, abs=1e-9), case


def test_the_score_interval_of_the_odds_ratio_is_the_root_that_r_finds(score) -> None:
    for case, answer in zip(CASES, score, strict=True):
        ours = ODDS_RATIOS["miettinen_nurminen"](*case)
        found = [share(ours.lower), share(ours.upper)]
        assert found == pytest.approx(answer["odds"], rel=1e-6, abs=1e-9), case


@pytest.mark.parametrize(("family", "method"), [(RATIOS, "katz"), (ODDS_RATIOS, "woolf")])
def test_a_log_interval_is_that_of_metafor_and_absent_where_a_cell_is_zero(
    ratios, family, method
) -> None:
    for case, answer in zip(CASES, ratios, strict=True):
        ours = family[method](*case)
        theirs = [number(v) for v in answer[method]]
        cells = (case[0], case[2]) if method == "katz" else (
            case[0], case[1] - case[0], case[2], case[3] - case[2]
        )  # fmt: skip
        if min(cells) == 0:
            # metafor lets the standard error be infinite; ours has no interval there.
            assert math.isnan(ours.lower) and math.isnan(ours.upper), case
            assert not all(map(math.isfinite, theirs)), case
            continue
        found = [ours.estimate, ours.lower, ours.upper]
        assert found == pytest.approx(theirs, rel=1e-10), case


def test_the_conditional_odds_ratio_solves_the_equations_of_fisher_test(ratios) -> None:
    for case, answer in zip(CASES, ratios, strict=True):
        ours = ODDS_RATIOS["exact_conditional"](*case)
        middle, lower, upper = (number(v) for v in answer["conditional"])
        found = [share(ours.lower), share(ours.upper)]
        assert found == pytest.approx([lower, upper], rel=1e-6, abs=1e-10), case
        if not math.isnan(middle):
            assert share(ours.estimate) == pytest.approx(middle, rel=1e-6, abs=1e-10), case


def test_the_conditional_odds_ratio_is_that_of_fisher_test_as_far_as_that_goes(ratios) -> None:
    for case, answer in zip(CASES, ratios, strict=True):
        ours = ODDS_RATIOS["exact_conditional"](*case)
        theirs = [number(v) for v in answer["fisher"]]
        if case[0] + case[2] in (0, case[1] + case[3]):
            # With one possible table R's estimate is the 0 of its smallest count; ours is nan.
            assert theirs[0] == 0 and math.isnan(ours.estimate), case
            theirs[0], found = 0.0, [0.0, share(ours.lower), share(ours.upper)]
        else:
            found = [share(ours.estimate), share(ours.lower), share(ours.upper)]
        # fisher.test searches with a tolerance of 1.2e-4 (uniroot's default).
        assert found == pytest.approx(theirs, abs=3e-4), case


def test_numbers_needed_are_the_limits_of_the_difference_turned_round(closed) -> None:
    for case, answer in zip(CASES, closed, strict=True):
        lower, upper = (number(v) for v in answer["newcombe"])
        ours = number_needed(DIFFERENCES["newcombe"](*case))
        wanted = [1 / upper if upper > 0 else None, 1 / lower if lower > 0 else None,
                  -1 / lower if lower < 0 else None, -1 / upper if upper < 0 else None]  # fmt: skip
        found = [ours.benefit_from, ours.benefit_to, ours.harm_from, ours.harm_to]
        for one, other in zip(found, wanted, strict=True):
            assert one == (None if other is None else pytest.approx(other, rel=1e-9)), case
