"""Pooling against R: mice 3.15 (pool.scalar, pool, D3, pool.compare) and the formulas in R.

mice::D1 and mice::D2 hand their work to the package mitml, which is not among those that we need;
their formulas are programmed in R from the papers here, and mice::pool.compare, which still
computes itself, judges D1 for one parameter.
"""

from math import inf, isinf, isnan

import numpy as np
import pytest

from scripts.stats.many_outcomes import linear_many, logistic_many
from scripts.stats.monte_carlo import STATISTICS, monte_carlo_errors
from scripts.stats.pooled_estimates import pooled_odds_ratio, pooled_survival
from scripts.stats.pooled_tests import d1_wald, d2_chi_square, d3_likelihood_ratio
from scripts.stats.rubin import rubin_rules
from tests.against_r.bridge import ask_r, needs_r

pytestmark = needs_r

# Closed forms on both sides: numbers travel with 15 digits, and tails of t and F are good to 1e-10.
CLOSE = 1e-9
# mice takes a share of missing information below this one as this one.
FLOOR = 1e-4


def number(value):
    """What R said: words stand for what is not finite."""
    words = {"Inf": inf, "-Inf": -inf, "NaN": float("nan"), "NA": float("nan"), None: float("nan")}
    return words[value] if value in words else float(value)


def scalar_cases():
    """Estimates and variances: m from 2 to 300, spread from nothing to all, few and many df."""
    random = np.random.default_rng(1)
    cases = []
    for m in (2, 3, 5, 20, 300):
        for spread in (0.0, 1e-6, 1e-2, 0.3, 1.0, 30.0, 1e4):
            for complete in (inf, 3.0, 41.0, 1e5):
                for mean in (0.0, 0.4, -3.0):
                    q = mean + spread * random.normal(size=m) if spread else np.full(m, mean)
                    u = random.uniform(0.5, 1.5, m) * 0.1
                    cases.append({"q": q.tolist(), "u": u.tolist(), "df": complete})
    cases.append({"q": [0.2, 0.3, 0.1], "u": [0.0, 0.0, 0.2], "df": inf})
    return cases


SCALAR = """
suppressPackageStartupMessages(library(mice))
input <- fromJSON("input.json", simplifyVector = FALSE)
one <- function(case) {
  q <- unlist(case$q); u <- unlist(case$u); df <- as.numeric(case$df)
  r <- pool.scalar(q, u, n = df + 2, k = 2)
  s <- sqrt(r$t)
  x <- c(r$qbar, s, r$qbar - qt(.975, r$df) * s, r$qbar + qt(.975, r$df) * s, r$qbar / s, r$df,
         2 * pt(-abs(r$qbar / s), r$df), r$fmi, r$ubar, r$b)
  ifelse(is.finite(x), x, as.character(x))
}
output <- lapply(input$cases, function(case) as.list(one(case)))
"""


def test_rubin_and_barnard_rubin_agree_with_pool_scalar_over_every_edge():
    cases = scalar_cases()
    sent = [{**case, "df": "Inf" if isinf(case["df"]) else case["df"]} for case in cases]
    answers = ask_r(SCALAR, cases=sent)
    floored = 0
    for case, answer in zip(cases, answers, strict=True):
        r = dict(zip([*STATISTICS, "within", "between"], map(number, answer), strict=True))
        complete = None if isinf(case["df"]) else case["df"]
        ours = rubin_rules(case["q"], case["u"], df_complete=complete)
        scale = abs(r["standard_error"])
        for name in ("estimate", "standard_error", "statistic", "within"):
            assert getattr(ours, name) == pytest.approx(r[name], rel=CLOSE, abs=1e-12), name
        # Equal estimates: R's var() may leave rounding of their size, ours is exactly 0.
        assert ours.between == pytest.approx(r["between"], rel=CLOSE, abs=1e-24)
        if ours.missing_share < FLOOR:
            # By definition: mice puts lambda to 0.0001 where it is less; ours is as it is.
            floored += 1
            old = (len(case["q"]) - 1) / FLOOR**2
            seen = (case["df"] + 1) / (case["df"] + 3) * case["df"] * (1 - FLOOR)
            theirs = old if complete is None else 1 / (1 / old + 1 / seen)
            assert r["df"] == pytest.approx(theirs, rel=CLOSE)
            exact = (len(case["q"]) - 1) / ours.missing_share**2 if ours.missing_share else inf
            if complete is None:
                assert ours.df == pytest.approx(exact, rel=CLOSE)
            # Three complete-data degrees of freedom feel it most: limits by 0.0002 of the error.
            assert ours.lower == pytest.approx(r["lower"], abs=1e-3 * scale)
            continue
        # Both take 1 - lambda, which keeps few digits where nearly all information is missing.
        few = max(CLOSE, 4e-16 / (1 - ours.missing_share))
        for name in ("df", "fraction_missing_information"):
            assert getattr(ours, name) == pytest.approx(r[name], rel=few), name
        if ours.df > 0.05:
            for name in ("lower", "upper"):
                assert getattr(ours, name) == pytest.approx(r[name], rel=1e-8, abs=1e-8 * scale)
            assert ours.p_value == pytest.approx(r["p_value"], rel=1e-8, abs=1e-300)
    assert floored > 20


JACKKNIFE = """
suppressPackageStartupMessages(library(mice))
input <- fromJSON("input.json", simplifyVector = FALSE)
all_of <- function(q, u, df) {
  r <- pool.scalar(q, u, n = df + 2, k = 2)
  s <- sqrt(r$t)
  c(r$qbar, s, r$qbar - qt(.975, r$df) * s, r$qbar + qt(.975, r$df) * s, r$qbar / s, r$df,
    2 * pt(-abs(r$qbar / s), r$df), r$fmi)
}
one <- function(case) {
  q <- unlist(case$q); u <- unlist(case$u); m <- length(q)
  left <- sapply(seq_len(m), function(j) all_of(q[-j], u[-j], as.numeric(case$df)))
  sqrt((m - 1) / m * rowSums((left - rowMeans(left))^2))
}
output <- lapply(input$cases, one)
"""


def test_monte_carlo_errors_are_the_jackknife_over_mice_s_own_pooling():
    random = np.random.default_rng(2)
    cases = []
    for at in range(200):
        m = [3, 4, 10, 40][at % 4]
        q = random.normal(random.normal(), random.uniform(0.1, 2), m)
        u = random.uniform(0.1, 1, m)
        cases.append({"q": q.tolist(), "u": u.tolist(), "df": [inf, 30.0][at % 2]})
    floored = 0
    sent = [{**case, "df": "Inf" if isinf(case["df"]) else case["df"]} for case in cases]
    for case, answer in zip(cases, ask_r(JACKKNIFE, cases=sent), strict=True):
        complete = None if isinf(case["df"]) else case["df"]
        ours = monte_carlo_errors(case["q"], case["u"], df_complete=complete)
        left = [
            rubin_rules(np.delete(case["q"], j), np.delete(case["u"], j)).missing_share
            for j in range(len(case["q"]))
        ]
        floored += min(left) < FLOOR
        for name, theirs in zip(STATISTICS, answer, strict=True):
            if name in ("df", "fraction_missing_information") and min(left) < FLOOR:
                continue  # by definition, as above: mice bounds the degrees of freedom
            # 1e-6: with three draws lambda may come near mice's floor, or a difference be small
            assert ours.of(name) == pytest.approx(number(theirs), rel=1e-6, abs=1e-9), name
    assert floored < 20


TESTS = """
input <- fromJSON("input.json", simplifyVector = FALSE)
vector <- function(x) as.numeric(unlist(x))
tail_f <- function(F, k, v) if (is.infinite(v)) pchisq(k * F, k, lower.tail = FALSE) else
  pf(F, k, v, lower.tail = FALSE)
large <- function(r, k, m) {
  t <- k * (m - 1)
  if (t > 4) 4 + (t - 4) * (1 + (1 - 2 / t) / r)^2 else t * (1 + 1 / k) * (1 + 1 / r)^2 / 2
}
reiter <- function(r, k, m, complete) {                        # Reiter 2007, equations 1 and 2
  t <- k * (m - 1); a <- r * t / (t - 2); star <- (complete + 1) / (complete + 3) * complete
  x <- star - 2 * (1 + a); y <- star - 4 * (1 + a)
  4 + 1 / (1 / y + (a^2 * x / ((1 + a)^2 * y) + 8 * a^2 * x / ((1 + a) * y^2) +
    4 * a^2 / ((1 + a) * y) + 4 * a^2 / (y * x) + 16 * a^2 * x / y^3 + 8 * a^2 / y^2) / (t - 4))
}
d1 <- function(case) {
  k <- case$k; m <- case$m
  q <- matrix(vector(case$q), m, k, byrow = TRUE)
  u <- array(vector(case$u), c(k, k, m))  # symmetric in k
  W <- apply(u, 1:2, mean); B <- cov(q)
  r <- (1 + 1 / m) * sum(diag(B %*% solve(W))) / k
  F <- drop(colMeans(q) %*% solve((1 + r) * W) %*% colMeans(q)) / k
  v <- if (is.null(case$complete)) large(r, k, m) else reiter(r, k, m, case$complete)
  c(F, v, tail_f(F, k, v), r)
}
d2 <- function(case) {
  d <- vector(case$d); k <- case$k; m <- length(d)
  r <- (1 + 1 / m) * var(sqrt(d))
  F <- (mean(d) / k - (m + 1) / (m - 1) * r) / (1 + r)
  v <- k^(-3 / m) * (m - 1) * (1 + 1 / r)^2
  c(F, v, tail_f(F, k, v), r)
}
d3 <- function(case) {
  s <- vector(case$s); c0 <- vector(case$c); k <- case$k; m <- length(s)
  r <- (m + 1) / (k * (m - 1)) * (mean(s) - mean(c0))
  F <- mean(c0) / (k * (1 + r)); v <- large(r, k, m)
  c(F, v, tail_f(F, k, v), r)
}
said <- function(x) as.list(ifelse(is.finite(x), x, as.character(x)))
tests <- list(d1 = d1, d2 = d2, d3 = d3)
output <- lapply(input$cases, function(case) said(tests[[case$test]](case)))
"""


def cases_of_tests():
    """Cases of the tests: one to five parameters, two to a hundred data sets, every spread."""
    random = np.random.default_rng(3)
    cases = []
    for m in (2, 3, 6, 20, 100):
        for k in (1, 2, 3, 5):
            for spread in (0.0, 1e-3, 0.1, 1.0, 50.0):
                q = random.normal(0.3, 0.3, k) + spread * random.normal(size=(m, k))
                q = np.repeat(q[:1], m, axis=0) if spread == 0 else q
                root = random.normal(size=(m, k, k + 3))
                u = root @ root.transpose(0, 2, 1) / 10
                part = {"m": m, "k": k, "q": q.tolist(), "u": u.tolist()}
                cases.append({"test": "d1", **part})
                if k * (m - 1) > 4:
                    cases.append({"test": "d1", **part, "complete": float(60 + 20 * spread)})
                d = (random.normal(1.5, 1, m) * (spread + 0.01)) ** 2
                cases.append({"test": "d2", "k": k, "d": d.tolist()})
                s = 2.0 + random.chisquare(k, m)
                c = s - random.uniform(0, 1, m) * min(spread, 1.5)
                cases.append({"test": "d3", "k": k, "s": s.tolist(), "c": c.tolist()})
    cases += [{"test": "d2", "k": 2, "d": [0.0, 0.0, 0.0]}, {"test": "d2", "k": 1, "d": [0.0, 9.0]}]
    return cases


def pooled_of(case):
    """Our test of a case."""
    if case["test"] == "d1":
        return d1_wald(case["q"], case["u"], df_complete=case.get("complete"))
    if case["test"] == "d2":
        return d2_chi_square(case["d"], case["k"])
    return d3_likelihood_ratio(case["s"], case["c"], case["k"])


def test_d1_d2_and_d3_agree_with_their_papers_programmed_in_r():
    cases = cases_of_tests()
    assert len(cases) > 300
    without_value = 0
    for case, answer in zip(cases, ask_r(TESTS, cases=cases), strict=True):
        f, v, p, r = map(number, answer)
        ours = pooled_of(case)
        assert ours.statistic == pytest.approx(f, rel=1e-8), case["test"]
        if isnan(ours.df_denominator):
            # Reiter's formula leaves its range where complete-data degrees of freedom do not
            # exceed 4 (1 + a): R computes on, to a number below 4 or of no meaning; ours has none.
            without_value += 1
            t = case["k"] * (case["m"] - 1)
            star = case["complete"] * (case["complete"] + 1) / (case["complete"] + 3)
            assert star <= 4 * (1 + r * t / (t - 2))
            continue
        if r < 1e-25 and "complete" not in case:
            # Nothing differs, so r is 0 but for rounding: infinite, and in R anything huge.
            assert isinf(ours.df_denominator) or ours.df_denominator > 1e20
        else:
            assert ours.relative_increase == pytest.approx(r, rel=1e-8, abs=1e-20)
            assert ours.df_denominator == pytest.approx(v, rel=1e-7)
        assert ours.p_value == pytest.approx(p, rel=1e-7, abs=1e-300)
    assert 0 < without_value < 20


MODELS = """
suppressPackageStartupMessages({library(mice); library(dplyr)})
input <- fromJSON("input.json", simplifyVector = FALSE)
vector <- function(x) as.numeric(unlist(x))
one <- function(case) {
  x <- vector(case$x); z <- vector(case$z); m <- length(case$y)
  fit <- function(formula) as.mira(lapply(case$y, function(y) {
    d <- data.frame(y = vector(y), x = x, z = z)
    do.call(case$fit, c(list(formula, data = d), if (case$fit == "glm") list(family = binomial,
      control = list(epsilon = 1e-14, maxit = 100))))
  }))
  full <- fit(y ~ x + z); less <- fit(y ~ z)
  p <- pool(full)$pooled
  at <- which(p$term == "x")
  wald <- suppressWarnings(pool.compare(full, less, method = "wald"))
  ratio <- D3(full, less)
  d <- ratio$deviances
  list(pool = c(p$estimate[at], p$ubar[at], p$b[at], p$t[at], p$df[at], p$fmi[at], p$dfcom[at]),
       d1 = c(wald$Dm, wald$df2, wald$pvalue), d3 = ratio$result,
       separate = d$dev0.M - d$dev1.M, common = d$dev0.L - d$dev1.L)
}
output <- lapply(input$cases, one)
"""


@pytest.fixture(scope="module")
def fitted():
    """Linear and logistic models of completed data sets, and what mice says of them."""
    random = np.random.default_rng(4)
    cases = []
    for at in range(40):
        n, m = [24, 90][at % 2], [2, 3, 8, 15][at % 4]
        x, z = np.arange(n) % 2 * 1.0, random.normal(size=n)
        latent = 0.6 * x + 0.3 * z + random.normal(size=n)
        lost = random.random(n) < 0.3
        y = np.where(lost, latent + random.normal(0, 1.5, (m, n)), latent)
        kind = "glm" if at % 3 else "lm"
        y = (y > 0) * 1.0 if kind == "glm" else y
        data = {"x": x.tolist(), "z": z.tolist(), "y": y.tolist()}
        cases.append({"fit": kind, **data})
    return list(zip(cases, ask_r(MODELS, cases=cases), strict=True))


def test_models_fitted_to_all_data_sets_at_once_pool_as_mice_pools_lm_and_glm(fitted):
    for case, answer in fitted:
        x = np.column_stack([case["x"], case["z"]])
        fits = (linear_many if case["fit"] == "lm" else logistic_many)(x, case["y"])
        q, u = fits.coefficient[:, 1], fits.variance[:, 1]
        qbar, ubar, b, total, df, fmi, complete = answer["pool"]
        assert fits.df == complete
        ours = rubin_rules(q, u, df_complete=complete)
        # 1e-6: Newton's steps stop at 1e-9 here; glm() is told to go on until nothing changes
        close = 1e-9 if case["fit"] == "lm" else 1e-6
        found = (ours.estimate, ours.within, ours.between, ours.standard_error**2)
        assert found == pytest.approx((qbar, ubar, b, total), rel=close, abs=close * abs(total))
        if ours.missing_share > FLOOR:
            assert ours.df == pytest.approx(df, rel=100 * close)
            assert ours.fraction_missing_information == pytest.approx(fmi, rel=100 * close)
        if case["fit"] == "glm":
            ratio = pooled_odds_ratio(q, np.sqrt(u), df_complete=complete)
            assert ratio.estimate == pytest.approx(np.exp(qbar), rel=1e-6)


def test_d1_of_one_parameter_agrees_with_pool_compare_of_mice(fitted):
    for case, answer in fitted:
        x = np.column_stack([case["x"], case["z"]])
        fits = (linear_many if case["fit"] == "lm" else logistic_many)(x, case["y"])
        ours = d1_wald(fits.coefficient[:, 1:2], fits.variance[:, 1:2, None])
        found = (ours.statistic, ours.df_denominator, ours.p_value)
        f, v, p = map(number, answer["d1"])
        if ours.relative_increase == 0:
            # No imputed value reached the estimate: mice has an infinite number, sent as nothing.
            assert (ours.statistic, ours.df_denominator) == (pytest.approx(f, rel=1e-6), inf)
            continue
        assert found == pytest.approx((f, v, p), rel=1e-5)


def test_d3_agrees_with_d3_of_mice_save_that_no_increase_is_negative(fitted):
    negative = 0
    for _, answer in fitted:
        f, k, v, p, r = map(number, answer["d3"])
        ours = d3_likelihood_ratio(answer["separate"], answer["common"], k)
        if r < 0:
            # mice goes on with a negative increase of the variance; ours takes it as none.
            negative += 1
            mean = sum(answer["common"]) / len(answer["common"])
            assert f == pytest.approx(mean / (1 + r), rel=CLOSE)
            assert (ours.statistic, ours.relative_increase) == (pytest.approx(mean), 0)
            continue
        # Both means travel with 15 digits, and r is their difference: 1e-12 of them, absolutely.
        assert ours.relative_increase == pytest.approx(r, abs=1e-11)
        assert (ours.statistic, ours.p_value) == pytest.approx((f, p), rel=1e-7)
        if r > 1e-4:
            assert ours.df_denominator == pytest.approx(v, rel=1e-5)
    assert negative < len(fitted) / 2


SURVIVAL = """
suppressPackageStartupMessages({library(mice); library(survival)})
input <- fromJSON("input.json", simplifyVector = FALSE)
one <- function(case) {
  parts <- sapply(seq_along(case$time), function(j) {
    t <- as.numeric(unlist(case$time[[j]])); e <- as.numeric(unlist(case$event[[j]]))
    s <- summary(survfit(Surv(t, e) ~ 1), times = case$at)
    h <- coxph(Surv(t, e) ~ as.numeric(unlist(case$arm)))
    c(s$surv, s$std.err, coef(h), sqrt(vcov(h)))
  })
  y <- log(-log(parts[1, ])); u <- (parts[2, ] / (parts[1, ] * log(parts[1, ])))^2
  r <- pool.scalar(y, u, n = Inf)
  limits <- exp(-exp(r$qbar + c(0, 1, -1) * qt(.975, r$df) * sqrt(r$t)))
  list(pooled = limits, survival = parts[1, ], error = parts[2, ])
}
output <- lapply(input$cases, one)
"""


def test_survival_of_survfit_is_pooled_on_the_complementary_log_log_scale_by_mice():
    random = np.random.default_rng(5)
    cases = []
    for _ in range(100):
        n, m = 40, int(random.integers(2, 12))
        time = random.exponential(2.0, (m, n)).round(1) + 0.1
        event = (random.random((m, n)) < 0.8) * 1
        arm = np.arange(n) % 2
        cases.append(
            {"time": time.tolist(), "event": event.tolist(), "arm": arm.tolist(), "at": 1.5}
        )
    for answer in ask_r(SURVIVAL, cases=cases):
        ours = pooled_survival(answer["survival"], answer["error"])
        assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(answer["pooled"], rel=1e-7)
