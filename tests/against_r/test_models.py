"""Regression models, standardisation and design against R, on data sets made with every edge.

Tolerances. glm is asked to go on until nothing moves (epsilon 1e-14, then once more from there,
because its standard errors are those of the step before the last), so 1e-7 is left of both stopping
rules. R gets our profile limits and refits with the coefficient held there: the likelihood ratio
must be the critical value to 1e-6. confint of MASS, which interpolates its profile with a spline,
is compared to a fiftieth of a standard error. lm and standardised risks are closed forms.
"""

from typing import Any

import numpy as np
import pytest

from scripts.stats.design import power_two_proportions, sample_size_two_proportions
from scripts.stats.firth import firth_logistic_regression
from scripts.stats.linear import linear_regression
from scripts.stats.logistic import logistic_regression
from scripts.stats.logistic_result import likelihood_ratio_test
from scripts.stats.separation import find_separation
from scripts.stats.standardisation import standardised_difference
from tests.against_r.bridge import ask_r, needs_r

pytestmark = needs_r

CASES = 240
CRITICAL = 3.841458820694124  # qchisq(0.95, 1)
EDGES = (
    "plain", "flags", "few subjects", "far from zero", "rare", "nobody", "everybody",
    "complete", "quasi-complete", "tiny units",
)  # fmt: skip


def case(number: int) -> tuple[str, np.ndarray, np.ndarray]:
    """One data set: which edge it is of, covariates without constant or copied columns, outcome."""
    generator = np.random.default_rng(number)
    edge = EDGES[number % len(EDGES)]
    while True:
        p = int(generator.integers(1, 4))
        n = p + 3 if edge == "few subjects" else int(generator.integers(12, 60))
        x = generator.normal(size=(n, p))
        if edge in ("flags", "quasi-complete", "rare"):
            x = (x > 0.3).astype(float)
        share = 1 / (1 + np.exp(-(x.sum(axis=1) * generator.normal() - (edge == "rare") * 2)))
        y = (generator.random(n) < share).astype(float)
        if edge == "far from zero":
            x = x * 3 + 1000
        if edge == "tiny units":
            x = x * 1e-2
        if edge in ("nobody", "everybody"):
            y[:] = edge == "everybody"
        if edge == "complete":
            y = (x[:, 0] > np.median(x[:, 0])).astype(float)
        if edge == "quasi-complete":
            y[x[:, 0] == 1] = 1.0
        if np.linalg.matrix_rank(np.column_stack([np.ones(n), x])) == p + 1:
            return edge, x, y


def sent(numbers: range = range(CASES)) -> list[dict[str, Any]]:
    """The cases as R reads them."""
    return [{"x": x.tolist(), "y": y.tolist()} for _, x, y in map(case, numbers)]


def array(values: Any) -> np.ndarray:
    """What R answered as numbers; NA and NaN as nan, words for infinite ones as such."""
    known = {None: np.nan, "NA": np.nan, "NaN": np.nan, "Inf": np.inf, "-Inf": -np.inf}
    items = values if isinstance(values, list) else [values]
    return np.array([known[v] if v in known or v is None else float(v) for v in items])


READ = """
cases <- input$cases
given <- function(i) {
  x <- cases$x[[i]]
  if (is.null(dim(x))) x <- matrix(x, ncol = 1)
  y <- cases$y[[i]]
  list(x = x, y = y, X = cbind(1, x))
}
exactly <- function(y, X, offset = rep(0, length(y))) {
  control <- list(epsilon = 1e-14, maxit = 100)
  f <- suppressWarnings(glm.fit(X, y, family = binomial(), offset = offset, control = control))
  suppressWarnings(glm.fit(X, y, family = binomial(), offset = offset, start = f$coefficients,
                           control = list(epsilon = 1e-300, maxit = 8)))
}
"""

LOGISTIC = (
    READ
    + """
suppressPackageStartupMessages(library(MASS))
# The likelihood ratio at a value of one coefficient, approached in steps from the maximum: from
# far away glm ends where fitted probabilities are 0 and 1, short of the maximum.
drop_at <- function(y, X, f, j, value) {
  rest <- X[, -j, drop = FALSE]
  start <- f$coefficients[-j]
  control <- list(epsilon = 1e-14, maxit = 200)
  for (b in seq(f$coefficients[j], value, length.out = 40)) {
    g <- suppressWarnings(glm.fit(rest, y, family = binomial(), offset = X[, j] * b,
                                  start = start, control = control))
    start <- g$coefficients
  }
  g$deviance - f$deviance
}
output <- lapply(seq_along(cases$y), function(i) {
  d <- given(i)
  f <- exactly(d$y, d$X)
  p <- ncol(d$X)
  covariance <- chol2inv(f$qr$qr[seq_len(p), seq_len(p), drop = FALSE])
  found <- list(coefficient = f$coefficients, error = sqrt(diag(covariance)),
                deviance = f$deviance, null = f$null.deviance,
                largest = max(abs(d$X %*% f$coefficients)))
  if (i %in% input$overlapping) {
    frame <- data.frame(y = d$y, d$x)
    limits <- input$limits[[which(input$overlapping == i)]]
    centred <- cbind(1, scale(d$x, scale = FALSE))
    g <- exactly(d$y, centred)
    found$drops <- sapply(seq_len(p), function(j) sapply(limits[j, ], function(limit)
      if (j == 1) drop_at(d$y, d$X, f, j, limit) else drop_at(d$y, centred, g, j, limit)))
    fitted <- glm(y ~ ., binomial, frame, control = list(epsilon = 1e-14))
    if (i %% 4 == 0) found$confint <- suppressMessages(unname(confint(fitted)))
  }
  found
})
"""
)


def test_logistic_regression_is_glm_where_it_has_an_estimate_and_says_so_where_not() -> None:
    cases = [case(number) for number in range(CASES)]
    apart = [find_separation(x, y) for _, x, y in cases]
    overlapping = [i for i, found in enumerate(apart) if found.kind == "none"]
    fits = [logistic_regression(x, y, interval="profile_likelihood") for _, x, y in cases]
    with np.errstate(divide="ignore"):
        limits = [np.log(np.column_stack([fit.lower, fit.upper])) for fit in fits]
    # The odds ratio of an intercept far from the data can be too large or small for a number, and
    # glm does not find its way there: of these data the slopes are compared.
    known = [np.isfinite(pair) for pair in limits]
    for (edge, _, _), finite in zip(cases, known, strict=True):
        finite[0] &= edge != "far from zero"
    answers = ask_r(
        LOGISTIC,
        cases=sent(),
        overlapping=[i + 1 for i in overlapping],
        limits=[
            np.where(known[i], limits[i], fits[i].coefficient[:, None]).tolist()
            for i in overlapping
        ],
    )
    assert len(overlapping) > CASES / 3
    assert {found.kind for found in apart} == {"none", "quasi_complete", "complete"}
    for i, ((edge, _, _), answer) in enumerate(zip(cases, answers, strict=True)):
        ours, found = fits[i], apart[i]
        if found.kind != "none":
            assert ours.separation is not None
            assert (ours.problem, ours.separation.kind) == ("infinite_estimate", found.kind), edge
            # R has no word for it: its fitted probabilities of the separated reach 0 and 1.
            assert answer["largest"] > 15, edge
            continue
        assert ours.coefficient == pytest.approx(array(answer["coefficient"]), rel=1e-6, abs=1e-7)
        assert ours.standard_error == pytest.approx(array(answer["error"]), rel=1e-6)
        assert -2 * ours.loglik == pytest.approx(answer["deviance"], rel=1e-8)
        assert likelihood_ratio_test(ours).statistic == pytest.approx(
            answer["null"] - answer["deviance"], rel=1e-8, abs=1e-10
        )
        drops = np.array([array(row) for row in answer["drops"]]).T
        assert known[i][1:].all()
        assert drops[known[i]] == pytest.approx(np.full(known[i].sum(), CRITICAL), rel=1e-6), edge
        if "confint" in answer and ours.standard_error.max() < 5:
            rough = np.array([array(row) for row in answer["confint"]]).reshape(-1, 2)
            scale = ours.standard_error[:, None]
            both = np.isfinite(rough) & known[i]
            assert (np.abs((limits[i] - rough) / scale)[both] < 0.02).all(), (i, edge)


FIRTH = (
    READ
    + """
suppressPackageStartupMessages(library(brglm2))
penalised <- function(b, d) {
  eta <- drop(d$X %*% b)
  w <- dlogis(eta)
  sum(d$y * eta) - sum(pmax(eta, 0) + log1p(exp(-abs(eta)))) +
    as.numeric(determinant(crossprod(d$X, w * d$X))$modulus) / 2
}
score <- function(b, d) {
  eta <- drop(d$X %*% b)
  w <- dlogis(eta)
  root <- sqrt(w) * d$X
  h <- rowSums((root %*% solve(crossprod(root))) * root)
  drop(crossprod(d$X, d$y - plogis(eta) + h * (0.5 - plogis(eta))))
}
# The penalised likelihood is not concave: with one coefficient held it can have two maxima. One is
# followed from the estimate in steps, the other sought from elsewhere; the profile is the higher.
drop_at <- function(j, value, best, d) {
  highest <- function(start, held) {
    full <- function(b) append(b, held, j - 1)
    low <- function(b) -penalised(full(b), d)
    down <- function(b) -score(full(b), d)[-j]
    f <- nlminb(start, low, down, control = list(rel.tol = 1e-15, eval.max = 2000, iter.max = 999))
    optim(f$par, low, down, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))
  }
  start <- best[-j]
  for (held in seq(best[j], value, length.out = 20)) {
    f <- highest(start, held)
    start <- f$par
  }
  starts <- list(best[-j] * value / best[j], -start, 0 * start)
  others <- sapply(starts, function(b)
    tryCatch(highest(b, value)$value, error = function(e) Inf))
  found <- 2 * (penalised(best, d) + c(f$value, others))
  min(found)
}
output <- lapply(seq_along(cases$y), function(i) {
  d <- given(i)
  scale <- c(1, apply(d$x, 2, sd))
  d$X <- sweep(d$X, 2, c(0, colMeans(d$x)))
  d$X <- sweep(d$X, 2, scale, "/")
  f <- suppressWarnings(glm(d$y ~ d$X - 1, family = binomial, method = "brglmFit",
         type = "AS_mean", epsilon = 1e-12, maxit = 10000, slowit = 0.7))
  b <- unname(coef(f))
  found <- list(slopes = (b / scale)[-1], error = (unname(sqrt(diag(vcov(f)))) / scale)[-1],
                converged = f$converged, top = penalised(b, d), score = max(abs(score(b, d))))
  if (i %in% input$limited) {
    limits <- input$limits[which(input$limited == i), ] * scale[2]
    found$drops <- sapply(limits, function(v) drop_at(2, v, b, d))
    found$chi <- drop_at(2, 0, b, d)
  }
  found
})
"""
)


def test_firth_s_fit_is_that_of_brglm2_and_its_profile_that_of_optim() -> None:
    limited = list(range(0, CASES, 3))
    fits = [firth_logistic_regression(x, y) for _, x, y in map(case, range(CASES))]
    limits = [np.log([fits[i].lower[1], fits[i].upper[1]]).tolist() for i in limited]
    numbered = [i + 1 for i in limited]
    answers = ask_r(FIRTH, cases=sent(), limited=numbered, limits=limits)
    compared = equal = 0
    for i, answer in enumerate(answers):
        edge, ours = case(i)[0], fits[i]
        assert ours.converged, edge
        if answer["score"] > 1e-8:  # R's own fit is not at the maximum
            continue
        compared += 1
        error = ours.standard_error[1:]
        assert np.abs((ours.coefficient[1:] - array(answer["slopes"])) / error).max() < 1e-6, edge
        assert error == pytest.approx(array(answer["error"]), rel=1e-6), edge
        if i in limited:
            drops = array(answer["drops"])
            if drops == pytest.approx([CRITICAL] * 2, rel=1e-6):
                equal += 1
            else:
                # Far out in separated data there are several maxima with the coefficient held, and
                # R, started elsewhere, has found a higher one: our limit is short of the last
                # value that the highest of them all would not reject.
                assert find_separation(*case(i)[1:]).kind != "none", (i, edge)
                assert (drops < CRITICAL * (1 + 1e-6)).all(), (i, edge)
            assert ours.chi_square[1] == pytest.approx(answer["chi"], rel=1e-6, abs=1e-7), edge
    assert compared > 0.95 * CASES
    assert equal > 0.95 * len(limited)


LINEAR = (
    READ
    + """
output <- lapply(seq_along(cases$y), function(i) {
  d <- given(i)
  s <- summary(lm(cases$z[[i]] ~ d$x))$coefficients
  list(table = unname(s), limits = unname(confint(lm(cases$z[[i]] ~ d$x))))
})
"""
)


def test_linear_regression_is_lm() -> None:
    data = []
    for number in range(CASES):
        _, x, y = case(number)
        noise = np.random.default_rng(number).normal(size=len(y))
        data.append({"x": x.tolist(), "y": y.tolist(), "z": (y + noise).tolist()})
    answers = ask_r(LINEAR, cases=data)
    for given, answer in zip(data, answers, strict=True):
        ours = linear_regression(given["x"], given["z"])
        columns = [ours.coefficient, ours.standard_error, ours.t, ours.p_value]
        theirs = np.array(answer["table"], dtype=float)
        # Covariates a thousand spreads from zero cost the intercept six of its digits.
        assert np.column_stack(columns) == pytest.approx(theirs, rel=1e-7, abs=1e-9)
        limits = np.column_stack([ours.lower, ours.upper])
        assert limits == pytest.approx(np.array(answer["limits"], dtype=float), rel=1e-7, abs=1e-7)


STANDARDISED = """
suppressPackageStartupMessages(library(sandwich))
cases <- input$cases
output <- lapply(seq_along(cases$y), function(i) {
  frame <- data.frame(y = cases$y[[i]], g = factor(cases$g[[i]]))
  x <- cases$x[[i]]
  if (length(x)) frame <- cbind(frame, as.data.frame(x))
  f <- suppressWarnings(glm(y ~ ., binomial, frame, control = list(epsilon = 1e-14, maxit = 100)))
  f <- suppressWarnings(glm(y ~ ., binomial, frame, start = coef(f),
                            control = list(epsilon = 1e-300, maxit = 8)))
  n <- nrow(frame)
  arms <- levels(frame$g)
  as_if <- function(a) { new <- frame; new$g <- factor(a, levels = arms); new }
  risk <- sapply(arms, function(a) predict(f, as_if(a), type = "response"))
  phi <- sapply(seq_along(arms), function(k) {
    X <- model.matrix(delete.response(terms(f)), as_if(arms[k]))
    gradient <- colMeans(risk[, k] * (1 - risk[, k]) * X)
    risk[, k] - mean(risk[, k]) + drop(estfun(f) %*% bread(f) %*% gradient)
  })
  v <- crossprod(phi) / n^2
  m <- colMeans(risk)
  k <- length(arms)
  contrast <- function(e, g) c(e, sqrt(drop(t(g) %*% v[c(k, 1), c(k, 1)] %*% g)))
  odds <- m[c(k, 1)] / (1 - m[c(k, 1)])
  list(risk = unname(m), error = sqrt(diag(v)),
       difference = contrast(m[k] - m[1], c(1, -1)),
       ratio = contrast(log(m[k] / m[1]), c(1 / m[k], -1 / m[1])),
       odds = contrast(log(odds[1] / odds[2]), c(1, -1) / (m * (1 - m))[c(k, 1)]),
       conditional = unname(coef(f)[paste0("g", arms[k])]),
       crude = unname(tapply(frame$y, frame$g, mean)))
})
"""


def randomised(number: int) -> dict[str, Any]:
    """A trial of two or three arms with up to three covariates, from none to unequal allocation."""
    generator = np.random.default_rng(number)
    while True:
        n, p = int(generator.integers(30, 200)), int(generator.integers(0, 4))
        arms = 2 + number % 2
        group = generator.choice(arms, n, p=[0.5, 0.5] if arms == 2 else [0.25, 0.25, 0.5])
        x = generator.normal(size=(n, p)) * 10 + 50
        x[:, 1:2] = x[:, 1:2] > 55
        # The outcome depends on a square that the model does not have: it is wrong.
        score = 0.4 * group + (0.02 * (x[:, 0] - 50) ** 2 - 1 if p else 0)
        y = generator.random(n) < 1 / (1 + np.exp(-score))
        design = np.column_stack([*(group == a for a in range(1, arms)), x])
        if len(set(group.tolist())) < arms or np.ptp(design, axis=0).min() == 0:
            continue
        if find_separation(design, y).kind == "none":
            return {"y": y.astype(float).tolist(), "g": group.tolist(), "x": x.tolist()}


def test_standardised_effects_are_those_of_predict_and_sandwich() -> None:
    data = [randomised(number) for number in range(300)]
    shaped = [{**one, "x": one["x"] if np.size(one["x"]) else []} for one in data]
    answers = ask_r(STANDARDISED, cases=shaped)
    for one, answer in zip(data, answers, strict=True):
        ours = standardised_difference(one["g"], one["x"], one["y"], max(one["g"]), 0)
        assert ours.risk == pytest.approx(array(answer["risk"]), rel=1e-8)
        assert ours.standard_error == pytest.approx(array(answer["error"]), rel=1e-8)
        for effect, name in ((ours.ratio, "ratio"), (ours.odds_ratio, "odds")):
            logs = (np.log(effect.estimate), effect.standard_error)
            assert logs == pytest.approx(array(answer[name]), rel=1e-8, abs=1e-10)
        difference = (ours.difference.estimate, ours.difference.standard_error)
        assert difference == pytest.approx(array(answer["difference"]), rel=1e-8, abs=1e-10)
        conditional = np.log(ours.conditional.estimate)
        assert conditional == pytest.approx(answer["conditional"], rel=1e-8, abs=1e-9)
        if not np.size(one["x"]):
            assert ours.risk == pytest.approx(array(answer["crude"]), rel=1e-12)


DESIGN = """
cases <- input$cases
output <- lapply(seq_along(cases$p1), function(i) with(lapply(cases, `[[`, i), {
  h <- abs(2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2)))
  tables <- outer(0:n1, 0:n2, Vectorize(function(a, b)
    fisher.test(rbind(c(a, n1 - a), c(b, n2 - b)))$p.value))
  weights <- outer(dbinom(0:n1, n1, p1), dbinom(0:n2, n2, p2))
  list(power = power.prop.test(n = n1, p1 = p1, p2 = p2, sig.level = alpha)$power,
       n = power.prop.test(p1 = p1, p2 = p2, sig.level = alpha, power = power, tol = 1e-12)$n,
       arcsine = pnorm(h / sqrt(1 / n1 + 1 / n2) - qnorm(1 - alpha / 2)),
       fisher = sum(weights[tables <= alpha * (1 + 1e-7)]))
}))
"""


def test_power_and_size_are_those_of_power_prop_test_and_of_enumeration() -> None:
    generator = np.random.default_rng(1)
    names = ("p1", "p2", "n1", "n2", "alpha", "power")
    rows = []
    while len(rows) < 200:
        p1, p2 = generator.uniform(0.03, 0.97, 2).round(2)
        if abs(p1 - p2) >= 0.05:
            n1, n2 = (int(n) for n in generator.integers(1, 25, 2))
            rows.append((p1, p2, n1, n2, *generator.choice([[0.05, 0.9], [0.01, 0.8]])))
    cases = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    answers = ask_r(DESIGN, cases=cases)
    for (p1, p2, n1, n2, alpha, power), answer in zip(rows, answers, strict=True):
        equal = power_two_proportions(p1, n1, p2, n1, alpha, "pooled")
        assert equal.power == pytest.approx(answer["power"], rel=1e-9)
        size = sample_size_two_proportions(p1, p2, 1, alpha, power, "pooled")
        assert size.n1_exact == pytest.approx(answer["n"], rel=1e-7)
        arcsine = power_two_proportions(p1, n1, p2, n2, alpha, "arcsine")
        assert arcsine.power == pytest.approx(answer["arcsine"], rel=1e-9)
        exact = power_two_proportions(p1, n1, p2, n2, alpha, "fisher")
        assert exact.power == pytest.approx(answer["fisher"], rel=1e-9, abs=1e-14)
