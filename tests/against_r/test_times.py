"""Survival curves, landmarks and restricted means against R's survfit."""

from typing import Any

import numpy as np
import pytest

from scripts.stats.survival import (
    kaplan_meier,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
    survival_at,
    survival_difference,
    survival_quantile,
)
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.time_cases import EACH, Case, cases, columns, same

pytestmark = needs_r

CURVES = (
    EACH
    + """
output <- each(function(case) {
  one <- function(type) {
    fit <- survfit(Surv(time, event) ~ 1, data = case, conf.type = type)
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    list(surv = I(fit$surv), se = I(fit$surv * fit$std.err), lower = I(fit$lower),
         upper = I(fit$upper), quantiles = unname(q$quantile), ql = unname(q$lower),
         qu = unname(q$upper),
         median = unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")]))
  }
  fit <- survfit(Surv(time, event) ~ 1, data = case)
  tau <- max(case$time) * 0.8 + 1e-9
  mean <- survival:::survmean(fit, rmean = tau)$matrix
  s <- summary(fit, times = tau * c(0.25, 0.5, 1))
  list(time = I(fit$time), risk = I(fit$n.risk), events = I(fit$n.event),
       types = lapply(list(plain = "plain", log = "log", `log-log` = "log-log"), one),
       tau = tau, rmean = mean[["rmean"]], rse = mean[["se(rmean)"]],
       at = I(s$surv), at_risk = I(s$n.risk))
})
"""
)


def _same_quantile(mine: float, other: Any, curve: Any, line: Any, p: float) -> None:
    """As R's `quantile`, save where the line ends level at exactly 1 - p.

    There `quantile` takes the middle of the last stretch, up to the last observed time, though the
    line may go on at that height; R's `print`, SAS and ours take its beginning. A limit that rises
    again (on the scale log it can) is crossed more than once: `quantile` takes a later crossing,
    `print` and ours the first. The medians of `print` are compared without any exception.
    """
    if (np.diff(line[~np.isnan(line)]) > 1e-12).any():
        return
    known = np.flatnonzero(~np.isnan(line))
    ends_level = known.size and abs(line[known[-1]] - (1 - p)) < 1e-8
    if ends_level and known[-1] == curve.time.size - 1:
        same((mine + curve.time[-1]) / 2, other)
    elif not ends_level:
        same(mine, other)


def test_curves_limits_quantiles_and_restricted_means_are_those_of_survfit() -> None:
    wanted = cases()
    for case, theirs in zip(wanted, ask_r(CURVES, cases=columns(wanted)), strict=True):
        assert "error" not in theirs, theirs
        for transform, found in theirs["types"].items():
            ours = kaplan_meier(case["time"], case["event"], transform=transform)
            same(ours.time, theirs["time"])
            same(ours.at_risk, theirs["risk"])
            same(ours.events, theirs["events"])
            same(ours.survival, found["surv"])
            alive = ours.survival > 0  # at zero R's standard error is 0 times infinity
            same(ours.standard_error[alive], np.array(found["se"], dtype=object)[alive].tolist())
            same(ours.lower, found["lower"])
            same(ours.upper, found["upper"])
            same([ours.median, ours.median_lower, ours.median_upper], found["median"])
            for line, word, asked in (
                (ours.survival, "estimate", "quantiles"), (ours.lower, "lower", "ql"),
                (ours.upper, "upper", "qu"),
            ):  # fmt: skip
                for p, other in zip((0.25, 0.5, 0.75), found[asked], strict=True):
                    _same_quantile(getattr(survival_quantile(ours, p), word), other, ours, line, p)
        mean = restricted_mean(case["time"], case["event"], theirs["tau"])
        same(mean.mean, theirs["rmean"])
        same(mean.standard_error, theirs["rse"])
        same(survival_at(ours, theirs["tau"] * np.array([0.25, 0.5, 1])).survival, theirs["at"])
        same(survival_at(ours, theirs["tau"] * np.array([0.25, 0.5, 1])).at_risk, theirs["at_risk"])


def test_beyond_the_follow_up_r_carries_the_curve_on_and_ours_says_not_estimable() -> None:
    program = """library(survival)
    fit <- survfit(Surv(c(1, 2, 3, 4), c(1, 1, 0, 0)) ~ 1)
    output <- survival:::survmean(fit, rmean = 10)$matrix[["rmean"]]"""
    # 1 + 3/4 + 1/2 on from time 2: R goes on at one half until 10
    assert ask_r(program) == pytest.approx(1 + 0.75 + 0.5 * 8)
    assert np.isnan(restricted_mean([1, 2, 3, 4], [1, 1, 0, 0], 10).mean)


CONTRASTS = (
    EACH
    + """
output <- each(function(case) {
  tau <- min(tapply(case$time, case$group, max)) * 0.9
  parts <- lapply(c(1, 0), function(g) {
    fit <- survfit(Surv(time, event) ~ 1, data = case, subset = case$group == g,
                   conf.type = "log-log")
    mean <- survival:::survmean(fit, rmean = tau)$matrix
    s <- summary(fit, times = tau)
    list(m = mean[["rmean"]], e = mean[["se(rmean)"]], s = s$surv, g = s$std.err, l = s$lower,
         u = s$upper)
  })
  a <- parts[[1]]; b <- parts[[2]]; z <- qnorm(0.975)
  d <- a$m - b$m; e <- sqrt(a$e^2 + b$e^2)
  r <- sqrt((a$e / a$m)^2 + (b$e / b$m)^2)
  k <- function(x) x$g^2 / (x$s * log(x$s))^2
  test <- (log(-log(b$s)) - log(-log(a$s))) / sqrt(k(a) + k(b))
  ok <- all(c(a$s, b$s) > 0 & c(a$s, b$s) < 1)
  list(tau = tau, difference = c(d, e, d - z * e, d + z * e, 2 * pnorm(-abs(d / e))),
       ratio = a$m / b$m * exp(c(0, -z, z) * r), s = a$s - b$s, g = sqrt(a$g^2 + b$g^2),
       test = if (ok) test else NA,
       lower = if (ok) a$s - b$s - sqrt((a$s - a$l)^2 + (b$u - b$s)^2) else NA,
       upper = if (ok) a$s - b$s + sqrt((a$u - a$s)^2 + (b$s - b$l)^2) else NA)
})
"""
)


def _arms(case: Case) -> list[tuple[list[float], list[int]]]:
    rows = list(zip(case["time"], case["event"], case["group"], strict=True))
    return [([t for t, _, g in rows if g == arm], [e for _, e, g in rows if g == arm])
            for arm in (1, 0)]  # fmt: skip


def test_differences_at_a_landmark_and_of_restricted_means_follow_from_survfit() -> None:
    wanted = [case for case in cases() if len(set(case["group"])) == 2]
    wanted = [c for c in wanted if min(max(t) for t, _ in _arms(c)) > 0]
    for case, theirs in zip(wanted, ask_r(CONTRASTS, cases=columns(wanted)), strict=True):
        assert "error" not in theirs, theirs
        arms, tau = _arms(case), theirs["tau"]
        means = [restricted_mean(*arm, tau) for arm in arms]
        found = restricted_mean_difference(*means)
        words = ["estimate"]
        if found.standard_error > 0:  # without an event R divides the rest of a subtraction by it
            words += ["standard_error", "lower", "upper", "p_value"]
        same([getattr(found, word) for word in words], theirs["difference"][: len(words)])
        ratio = restricted_mean_ratio(*means)
        same([ratio.estimate, ratio.lower, ratio.upper], theirs["ratio"])
        curves = [kaplan_meier(*arm) for arm in arms]
        plain = survival_difference(*curves, tau)
        same(plain.estimate, theirs["s"])
        if all(survival_at(curve, [tau]).survival[0] > 0 for curve in curves):
            same(plain.standard_error, theirs["g"])
        other = survival_difference(*curves, tau, "log-log")
        same([other.statistic, other.lower, other.upper],
             [theirs["test"], theirs["lower"], theirs["upper"]])  # fmt: skip
