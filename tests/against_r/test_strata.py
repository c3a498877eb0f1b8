"""Comparisons over strata against R: mantelhaen.test, metafor, and programs from the definitions.

Tolerances: 1e-9 relative where both are closed forms (metafor sums in another order, and its
Breslow-Day statistic comes from a quadratic); 1e-6 where the limits are roots.
"""

import math

import pytest

from scripts.stats.stratified_differences import STRATIFIED
from scripts.stats.stratified_odds import (
    HOMOGENEITY,
    STRATIFIED_TESTS,
    mantel_haenszel_odds_ratio,
)
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.tables import CONSTRAINED, stratified_tables
from tests.against_r.test_proportions import number

pytestmark = needs_r
CASES = stratified_tables()

PROGRAM = (
    CONSTRAINED
    + """
suppressPackageStartupMessages(library(metafor))
z <- qnorm(0.975)
miettinen <- function(t) {
  w <- t$n1 * t$n2 / (t$n1 + t$n2); w <- w / sum(w); n <- t$n1 + t$n2
  d <- sum(w * (t$x1 / t$n1 - t$x2 / t$n2))
  f <- function(delta) {
    p2 <- mapply(fitted, t$x1, t$n1, t$x2, t$n2, delta); p1 <- p2 + delta
    v <- sum(w^2 * (p1 * (1 - p1) / t$n1 + p2 * (1 - p2) / t$n2) * n / (n - 1))
    if (v <= 1e-300) (if (abs(d - delta) < 1e-13) 0 else sign(d - delta) * 1e9) else
      (d - delta) / sqrt(v)
  }
  c(d, if (f(-1) <= z) -1 else root(function(x) f(x) - z, -1, d),
    if (f(1) >= -z) 1 else root(function(x) f(x) + z, d, 1))
}
wilson <- function(x, n, w) {  # Yan and Su: one proportion over strata
  p <- x / n; s <- w^2 * p * (1 - p) / n
  q <- z * sqrt(sum(s)) / sum(sqrt(s))
  one <- function(x, n) if (is.nan(q)) c(NA, NA) else
    suppressWarnings(prop.test(x, n, correct = FALSE, conf.level = 2 * pnorm(q) - 1)$conf.int)
  colSums(w * t(mapply(one, x, n)))
}
newcombe <- function(t) {
  w <- t$n1 * t$n2 / (t$n1 + t$n2); w <- w / sum(w)
  d <- sum(w * (t$x1 / t$n1 - t$x2 / t$n2))
  a <- wilson(t$x1, t$n1, w); b <- wilson(t$x2, t$n2, w)
  k1 <- sum(w^2 / t$n1); k2 <- sum(w^2 / t$n2)
  c(d, d - z * sqrt(k1 * a[1] * (1 - a[1]) + k2 * b[2] * (1 - b[2])),
    d + z * sqrt(k1 * a[2] * (1 - a[2]) + k2 * b[1] * (1 - b[1])))
}
output <- lapply(input$cases, function(strata) {
  t <- as.data.frame(matrix(strata, ncol = 4)); names(t) <- c("x1", "n1", "x2", "n2")
  t <- t[t$n1 > 0 & t$n2 > 0, ]
  cube <- array(rbind(t$x1, t$x2, t$n1 - t$x1, t$n2 - t$x2), c(2, 2, nrow(t)))
  cube <- aperm(cube, c(1, 2, 3))
  cmh <- function(correct) {
    if (nrow(t) > 1) h <- suppressWarnings(mantelhaen.test(cube, correct = correct)) else {
      # mantelhaen.test wants two strata or more; a second one without events adds nothing.
      both <- array(c(cube, 0, 0, 5, 5), c(2, 2, 2))
      h <- suppressWarnings(mantelhaen.test(both, correct = correct))
    }
    c(h$statistic, h$p.value)
  }
  rma <- function(measure) suppressWarnings(rma.mh(ai = t$x1, n1i = t$n1, ci = t$x2, n2i = t$n2,
    measure = measure, add = 0, to = "none", drop00 = FALSE, correct = FALSE))
  rd <- tryCatch(rma("RD"), error = function(e) NULL)
  or <- tryCatch(rma("OR"), error = function(e) NULL)
  list(cmh = unname(cmh(FALSE)), cmh_corrected = unname(cmh(TRUE)),
       rd = if (is.null(rd)) NA else c(rd$beta, rd$se, rd$ci.lb, rd$ci.ub),
       or = if (is.null(or)) NA else c(exp(c(or$beta, or$ci.lb, or$ci.ub))),
       bd = if (is.null(or)) NA else unname(c(or$BD, or$BDp, or$TA, or$TAp, or$k.pos)),
       miettinen = miettinen(t), newcombe = newcombe(t))
})
"""
)


def vectors(strata):
    """The strata as four vectors."""
    return tuple([stratum[place] for stratum in strata] for place in range(4))


@pytest.fixture(scope="module")
def answers():
    made = {
        str(k): [number for one in vectors(strata) for number in one]
        for k, strata in enumerate(CASES)
    }
    found = ask_r(PROGRAM, cases=made)
    return [found[str(k)] for k in range(len(CASES))]


def estimable(strata):
    """The strata with both groups in which some but not all have the event."""
    return [s for s in strata if s[1] and s[3] and 0 < s[0] + s[2] < s[1] + s[3]]


@pytest.mark.parametrize(("word", "name"), [
    ("cochran_mantel_haenszel", "cmh"), ("cochran_mantel_haenszel_corrected", "cmh_corrected"),
])  # fmt: skip
def test_the_test_over_strata_is_mantelhaen_test(answers, word, name) -> None:
    for strata, answer in zip(CASES, answers, strict=True):
        ours = STRATIFIED_TESTS[word](*vectors(strata))
        theirs = [number(v) for v in answer[name]]
        found = [ours.statistic, ours.p_value]
        assert found == pytest.approx(theirs, rel=1e-9, abs=1e-20, nan_ok=True), strata


def test_the_mantel_haenszel_difference_and_satos_error_are_those_of_metafor(answers) -> None:
    for strata, answer in zip(CASES, answers, strict=True):
        ours = STRATIFIED["mantel_haenszel"](*vectors(strata))
        estimate, error, lower, upper = (number(v) for v in answer["rd"])
        assert ours.estimate == pytest.approx(estimate, rel=1e-9, abs=1e-14), strata
        # A variance that is zero is zero but for rounding, in R below zero now and then.
        if not math.isnan(error) and error > 1e-7:
            assert ours.standard_error == pytest.approx(error, rel=1e-9), strata
            limits = [max(-1.0, lower), min(1.0, upper)]
            assert [ours.lower, ours.upper] == pytest.approx(limits, rel=1e-9, abs=1e-12), strata
        else:
            assert ours.standard_error < 1e-7, strata


def test_the_common_odds_ratio_is_that_of_metafor(answers) -> None:
    compared = 0
    for strata, answer in zip(CASES, answers, strict=True):
        ours = mantel_haenszel_odds_ratio(*vectors(strata))
        if not math.isfinite(ours.lower):
            assert not 0 < ours.estimate < math.inf, strata
            continue
        found = [ours.estimate, ours.lower, ours.upper]
        assert found == pytest.approx([number(v) for v in answer["or"]], rel=1e-9), strata
        compared += 1
    assert compared > 100


def test_homogeneity_is_breslow_day_and_tarone_of_metafor(answers) -> None:
    compared = 0
    for strata, answer in zip(CASES, answers, strict=True):
        plain = HOMOGENEITY["breslow_day"](*vectors(strata))
        tarone = HOMOGENEITY["breslow_day_tarone"](*vectors(strata))
        common = mantel_haenszel_odds_ratio(*vectors(strata)).estimate
        if len(estimable(strata)) < 2 or not 0 < common < math.inf:
            assert math.isnan(plain.statistic) and math.isnan(tarone.p_value), strata
            continue
        bd, bd_p, ta, ta_p, _ = (number(v) for v in answer["bd"])
        assert plain.df == len(estimable(strata)) - 1, strata
        assert tarone.statistic == pytest.approx(ta, rel=1e-8, abs=1e-12), strata
        assert plain.statistic == pytest.approx(bd, rel=1e-8, abs=1e-12), strata
        found = [plain.p_value, tarone.p_value]
        assert found == pytest.approx([bd_p, ta_p], rel=1e-8, abs=1e-300), strata
        compared += 1
    assert compared > 100


def test_the_stratified_score_interval_is_the_root_that_r_finds(answers) -> None:
    for strata, answer in zip(CASES, answers, strict=True):
        ours = STRATIFIED["stratified_miettinen_nurminen"](*vectors(strata))
        found = [ours.estimate, ours.lower, ours.upper]
        assert found == pytest.approx(answer["miettinen"], rel=1e-6, abs=1e-8), strata


def test_the_stratified_newcombe_interval_follows_from_prop_tests_wilson_limits(answers) -> None:
    compared = 0
    for strata, answer in zip(CASES, answers, strict=True):
        ours = STRATIFIED["stratified_newcombe"](*vectors(strata))
        theirs = [number(v) for v in answer["newcombe"]]
        if any(map(math.isnan, theirs)):
            # Proportions of 0 or 1 in every stratum of a group: the published weights are 0/0, and
            # ours are then those of equal proportions.
            used = [s for s in strata if s[1] and s[3]]
            assert any(all(s[k] in (0, s[k + 1]) for s in used) for k in (0, 2)), strata
            assert -1 <= ours.lower <= ours.estimate <= ours.upper <= 1, strata
            continue
        limits = [theirs[0], max(-1.0, theirs[1]), min(1.0, theirs[2])]
        found = [ours.estimate, ours.lower, ours.upper]
        assert found == pytest.approx(limits, rel=1e-9, abs=1e-12), strata
        compared += 1
    assert compared > 100
