"""Log-rank tests, weighted and stratified, and their hazard ratios against R's survdiff."""

import numpy as np
import pytest

from scripts.stats.survival import (
    logrank,
    logrank_hazard_ratio,
    mantel_haenszel_hazard_ratio,
    stratified_logrank,
    weighted_logrank,
)
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.time_cases import EACH, cases, columns, same

pytestmark = needs_r

LOGRANK = (
    EACH
    + """
one <- function(case, rho, strata) {
  formula <- Surv(time, event) ~ group
  if (strata) formula <- Surv(time, event) ~ group + strata(stratum)
  tryCatch({
    fit <- survdiff(formula, data = case, rho = rho)
    sums <- function(x) if (is.matrix(x)) rowSums(x) else x
    e <- sums(fit$exp)
    list(chisq = fit$chisq, df = max(sum(e > 0) - 1, 0), obs = I(sums(fit$obs)), exp = I(e),
         var = I(fit$var[1, 1]))
  }, error = function(e) list(error = conditionMessage(e)))
}
output <- each(function(case) {
  found <- list()
  for (rho in c(0, 0.5, 1)) for (strata in c(FALSE, TRUE))
    found[[paste(rho, strata)]] <- one(case, rho, strata)
  found
})
"""
)


@pytest.mark.parametrize("groups", [2, 3])
def test_log_rank_tests_with_rho_and_strata_are_those_of_survdiff(groups: int) -> None:
    wanted = [case for case in cases(250, groups) if len(set(case["group"])) > 1]
    compared = 0
    for case, theirs in zip(wanted, ask_r(LOGRANK, cases=columns(wanted)), strict=True):
        for rho in (0, 0.5, 1):
            for strata in (False, True):
                found = theirs[f"{rho} {str(strata).upper()}"]
                ours = weighted_logrank(
                    case["time"], case["event"], case["group"], "fleming_harrington",
                    rho=rho, gamma=0, strata=case["stratum"] if strata else None,
                )  # fmt: skip
                if "error" in found or found["chisq"] is None or found["df"] == 0:
                    # without an event that tells groups apart R stops or divides by zero
                    assert np.isnan(ours.statistic), (case, found)
                    continue
                same(ours.observed, found["obs"])
                same(ours.expected, found["exp"])
                same(ours.variance[0, 0], found["var"])
                assert ours.df == found["df"]
                if not np.isnan(ours.statistic):
                    compared += 1
                    same(ours.statistic, found["chisq"], 1e-7)
    assert compared > 1000


def test_the_log_rank_test_is_the_weighted_one_with_weights_of_one() -> None:
    for case in cases(50, 3):
        if len(set(case["group"])) == 1:
            continue
        data = (case["time"], case["event"], case["group"])
        one, other = logrank(*data), weighted_logrank(*data)
        same([one.statistic, *one.expected], [other.statistic, *other.expected])
        same(stratified_logrank(*data, [0] * len(data[0])).statistic, one.statistic)


# Written for this test, one event time after another; R has no function with gamma in Debian.
WEIGHTED = (
    EACH
    + """
weighted <- function(case, scheme, rho, gamma, strata) {
  arms <- sort(unique(case$group)); k <- length(arms)
  u <- numeric(k); v <- matrix(0, k, k); seen <- logical(k)
  for (s in unique(strata)) {
    rows <- which(strata == s)
    t <- case$time[rows]; e <- case$event[rows]; g <- case$group[rows]
    km <- 1; peto <- 1
    for (m in sort(unique(t[e == 1]))) {
      n <- sapply(arms, function(a) sum(t >= m & g == a)); total <- sum(n)
      d <- sapply(arms, function(a) sum(t == m & e == 1 & g == a)); deaths <- sum(d)
      peto <- peto * (1 - deaths / (total + 1))
      w <- switch(scheme, fh = km^rho * (1 - km)^gamma, gehan = total, tarone = sqrt(total),
                  peto = peto)
      u <- u + w * (d - n * deaths / total)
      seen <- seen | (n > 0 & w > 0)
      if (total > 1) {
        f <- w^2 * deaths * (total - deaths) / (total - 1)
        v <- v + f * (diag(n / total, k) - outer(n, n) / total^2)
      }
      km <- km * (1 - deaths / total)
    }
  }
  keep <- which(seen); keep <- keep[-length(keep)]
  q <- if (length(keep) == 0) NA else tryCatch(
    drop(u[keep] %*% solve(v[keep, keep, drop = FALSE]) %*% u[keep]), error = function(e) NA)
  list(u = I(u), v = I(diag(v)), chisq = q)
}
output <- each(function(case) {
  one <- rep(1, length(case$time))
  list(fh01 = weighted(case, "fh", 0, 1, one), fh11 = weighted(case, "fh", 1, 1, one),
       fh05 = weighted(case, "fh", 0.5, 2, case$stratum),
       gehan = weighted(case, "gehan", 0, 0, one), peto = weighted(case, "peto", 0, 0, one),
       tarone = weighted(case, "tarone", 0, 0, case$stratum))
})
"""
)
SCHEMES: dict[str, tuple[str, dict[str, float], bool]] = {
    "fh01": ("fleming_harrington", {"rho": 0, "gamma": 1}, False),
    "fh11": ("fleming_harrington", {"rho": 1, "gamma": 1}, False),
    "fh05": ("fleming_harrington", {"rho": 0.5, "gamma": 2}, True),
    "gehan": ("gehan_breslow", {}, False),
    "tarone": ("tarone_ware", {}, True),
    "peto": ("peto_peto", {}, False),
}


@pytest.mark.parametrize("groups", [2, 3])
def test_weights_that_survdiff_lacks_agree_with_a_program_that_goes_time_by_time(
    groups: int,
) -> None:
    wanted = [case for case in cases(150, groups) if len(set(case["group"])) > 1]
    compared = 0
    for case, theirs in zip(wanted, ask_r(WEIGHTED, cases=columns(wanted)), strict=True):
        for scheme, (weight, exponents, stratified) in SCHEMES.items():
            ours = weighted_logrank(
                case["time"], case["event"], case["group"], weight, **exponents,
                strata=case["stratum"] if stratified else None,
            )  # fmt: skip
            found = theirs[scheme]
            same(ours.observed - ours.expected, found["u"])
            same(np.diag(ours.variance), found["v"])
            if not np.isnan(ours.statistic) and found["chisq"] is not None:
                compared += 1
                same(ours.statistic, found["chisq"], 1e-7)
    assert compared > 500


RATIOS = (
    EACH
    + """
output <- each(function(case) {
  fit <- survdiff(Surv(time, event) ~ I(1 - group), data = as.data.frame(case))
  z <- qnorm(0.975); o <- fit$obs; e <- fit$exp; v <- fit$var[1, 1]
  prism <- (o[1] / e[1]) / (o[2] / e[2]); s <- sqrt(sum(1 / e))
  one <- exp((o[1] - e[1]) / v)
  list(prism = prism * exp(c(0, -z, z) * s), one = if (v > 0) one * exp(c(0, -z, z) / sqrt(v)),
       o = o)
})
"""
)


def test_both_hazard_ratios_of_the_log_rank_test_follow_from_the_parts_of_survdiff() -> None:
    wanted = [c for c in cases() if len(set(c["group"])) == 2 and any(c["event"])]
    compared = 0
    for case, theirs in zip(wanted, ask_r(RATIOS, cases=columns(wanted)), strict=True):
        if "error" in theirs:
            continue
        data = (case["time"], case["event"], np.array(case["group"]) == 1)
        prism, one = logrank_hazard_ratio(*data), mantel_haenszel_hazard_ratio(*data)
        if min(theirs["o"]) > 0:
            compared += 1
            same([prism.hazard_ratio, prism.lower, prism.upper], theirs["prism"])
        if theirs["one"]:
            same([one.hazard_ratio, one.lower, one.upper], theirs["one"], 1e-7)
    assert compared > 100
