"""Tipping points against R: grids of counts by prop.test, shifted imputation in expectation."""

import numpy as np
import pandas as pd

from scripts.impute.impute_shifted import impute_shifted
from scripts.stats.difference_grids import difference_grid
from scripts.stats.rubin_grids import rubin_grid
from scripts.stats.tipping import tipping_point
from tests.against_r.bridge import ask_r, needs_r

pytestmark = needs_r

# R's own functions, one cell after the other; where a cell stands and what tips is found again.
COUNTS = """
one <- function(x1, n1, x2, n2, correct) {
  # Warnings are about small expected counts. NaN P: nobody or everybody has the outcome.
  suppressWarnings(prop.test(c(x1, x2), c(n1, n2), correct = correct))
}
output <- lapply(seq_len(nrow(input$cases)), function(k) {
  case <- input$cases[k, ]
  cells <- expand.grid(j = 0:case$m2, i = 0:case$m1)
  rows <- lapply(seq_len(nrow(cells)), function(r) {
    x1 <- case$s1 + cells$i[r]; x2 <- case$s2 + cells$j[r]
    plain <- one(x1, case$n1, x2, case$n2, FALSE)
    yates <- one(x1, case$n1, x2, case$n2, TRUE)
    fisher <- fisher.test(matrix(c(x1, case$n1 - x1, x2, case$n2 - x2), 2))
    c(plain$conf.int, plain$p.value, yates$conf.int, yates$p.value, fisher$p.value)
  })
  table <- do.call(rbind, rows)
  verdict <- (table[, 1] > 0) - (table[, 2] < 0)
  # Wald limits that are equal are both the difference, which rounding may leave beside zero.
  at <- which(cells$i == case$r1 & cells$j == case$r2)
  tipped <- verdict != verdict[at]
  away <- abs(cells$i - case$r1) + abs(cells$j - case$r2)
  list(table = table, tipped = tipped, least = if (any(tipped)) min(away[tipped]) else -1)
})
"""


def cases(count=150, seed=5):
    """Trials with observed responders and missing of both groups, the edges among them."""
    random = np.random.default_rng(seed)
    found = [
        # n1, n2, observed responders, missing, reference
        (1, 1, 0, 0, 0, 0), (1, 1, 0, 0, 1, 1), (5, 3, 0, 0, 5, 3), (5, 3, 5, 3, 0, 0),
        (5, 3, 0, 0, 0, 0), (112, 56, 90, 33, 14, 8), (20, 20, 20, 0, 0, 0), (9, 1, 3, 0, 2, 1),
    ]  # fmt: skip
    while len(found) < count:
        n1, n2 = random.integers(2, 60, 2)
        m1, m2 = random.integers(0, min(n1, 7) + 1), random.integers(0, min(n2, 7) + 1)
        s1, s2 = random.integers(0, n1 - m1 + 1), random.integers(0, n2 - m2 + 1)
        found.append(tuple(map(int, (n1, n2, s1, s2, m1, m2))))
    return [
        {"n1": n1, "n2": n2, "s1": s1, "s2": s2, "m1": m1, "m2": m2,
         "r1": int(random.integers(0, m1 + 1)), "r2": int(random.integers(0, m2 + 1))}
        for n1, n2, s1, s2, m1, m2 in found
    ]  # fmt: skip


def grid_of(case, method, test):
    first = case["s1"] + np.arange(case["m1"] + 1)
    second = case["s2"] + np.arange(case["m2"] + 1)
    return difference_grid(first, case["n1"], second, case["n2"], 0.95, method, test)


def test_every_cell_of_a_grid_of_counts_is_that_of_prop_test_and_fisher_test():
    planned = cases()
    answers = ask_r(COUNTS, cases=planned)
    compared = 0
    for case, answer in zip(planned, answers, strict=True):
        theirs = np.array(
            [[np.nan if x in (None, "NaN", "NA") else x for x in r] for r in answer["table"]], float
        )
        plain = grid_of(case, "wald", "pearson_chi_square")
        yates = grid_of(case, "wald_corrected", "pearson_chi_square_corrected")
        fisher = grid_of(case, "wald", "fisher_exact")
        ours = [plain.lower, plain.upper, plain.p_value, yates.lower, yates.upper, yates.p_value,
                fisher.p_value]  # fmt: skip
        table = np.column_stack([array.ravel() for array in ours])
        # R finds Fisher's P by the same sum; both are closed forms: 1e-9, and 1e-12 beside zero.
        np.testing.assert_allclose(table, theirs, rtol=1e-9, atol=1e-12)
        found = tipping_point(
            plain.lower, plain.upper, range(case["m1"] + 1), range(case["m2"] + 1),
            (case["r1"], case["r2"]),
        )  # fmt: skip
        # A limit that is zero but for rounding falls on either side: such grids are not compared.
        if not (np.abs(theirs[:, :2]) < 1e-12).any():
            assert found.tipped.ravel().tolist() == list(np.atleast_1d(answer["tipped"]))
            least = found.departure[found.nearest[0]] if found.nearest else -1
            assert least == answer["least"]
            compared += 1
    assert compared > 100


POOLED = """
library(mice)
output <- lapply(seq_len(nrow(input$x1)), function(k) {
  q <- input$x1[k, ] / input$n1 - input$x2[k, ] / input$n2
  u <- sapply(seq_along(q), function(i) {
    a <- input$x1[k, i]; b <- input$x2[k, i]
    y <- c(rep(1, a), rep(0, input$n1 - a), rep(1, b), rep(0, input$n2 - b))
    g <- rep(c(1, 0), c(input$n1, input$n2))
    vcov(lm(y ~ g))[2, 2]
  })
  r <- pool.scalar(q, u, n = input$n1 + input$n2, k = 2)
  old <- (r$m - 1) / (((1 + 1 / r$m) * r$b) / r$t)^2
  c(r$qbar, r$ubar, r$b, r$t, r$df, old)
})
output <- do.call(rbind, output)
"""


def test_cells_are_pooled_as_by_lm_and_mice():
    random, n1, n2, m, cells = np.random.default_rng(8), 30, 17, 12, 40
    x1, x2 = random.integers(5, 30, (m, cells)), random.integers(2, 15, (m, cells))
    theirs = np.array(ask_r(POOLED, x1=x1.T.tolist(), x2=x2.T.tolist(), n1=n1, n2=n2), float)
    old = rubin_grid(x1, n1, x2, n2, 0.95, "least_squares")
    new = rubin_grid(x1, n1, x2, n2, 0.95, "least_squares", barnard_rubin=True)
    at = np.arange(cells)
    ours = [old.estimate, old.within, old.between, old.standard_error**2, new.df, old.df]
    found = np.column_stack([array[at, at] for array in ours])
    # 1e-9: lm goes by a QR decomposition
    np.testing.assert_allclose(found, theirs, rtol=1e-9)


EXPECTED = """
# White, Daniel, Royston (2010): for each predictor rows at its mean +- half its standard deviation,
# with both outcomes, weighing as much in all as there are coefficients.
share <- function(mean, sd, delta) {
  integrate(function(z) plogis(mean + sd * z + delta) * dnorm(z), -8, 8, rel.tol = 1e-10)$value
}
output <- lapply(seq_len(nrow(input$y)), function(k) {
  y <- input$y[k, ]; g <- input$g[k, ]
  # Over all subjects, as mice does, whether their outcome is missing or not.
  at <- mean(input$all[k, ]) + c(-0.5, -0.5, 0.5, 0.5) * sd(input$all[k, ])
  data <- data.frame(y = c(y, 0, 1, 0, 1), g = c(g, at), w = c(rep(1, length(y)), rep(0.5, 4)))
  fit <- suppressWarnings(glm(y ~ g, binomial, data, weights = w))
  sapply(0:1, function(arm) {
    x <- c(1, arm)
    mean <- sum(x * coef(fit)); sd <- sqrt(drop(t(x) %*% vcov(fit) %*% x))
    sapply(input$deltas, function(delta) share(mean, sd, delta))
  })
})
"""
DELTAS = [-3.0, -1.0, 0.0, 0.5, 2.0]
DRAWS = 4000


def trial(seed):
    """Observed and missing outcomes of two arms; in the last ones an arm has one outcome only."""
    random = np.random.default_rng(seed)
    chances = [(0.8, 0.5), (0.3, 0.6), (0.5, 0.5), (0.9, 0.95), (1.0, 0.4), (0.6, 0.0)]
    rows = []
    for arm, chance in zip("BA", chances[seed], strict=True):
        for at in range(30):
            rows.append({"USUBJID": f"{arm}{at}", "ARMCD": arm, "ITTFL": "Y",
                         "STOPFL": "Y" if at < 6 else "N",
                         "AVAL": float(random.random() < chance)})  # fmt: skip
    return pd.DataFrame(rows)


def test_shifted_imputation_has_the_expectation_that_glm_gives():
    model = {
        "endpoint": "RESP",
        "population": "ITTFL",
        "missing_when": {"variable": "STOPFL", "is": "Y"},
        "method": "logistic",
        "predictors": ["ARMCD"],
        "assumption": {"kind": "delta_grid", "grid": {"A": DELTAS, "B": DELTAS}},
    }
    trials = [trial(seed) for seed in range(6)]
    seen = [one[one["STOPFL"] == "N"] for one in trials]
    answers = ask_r(
        EXPECTED,
        y=[one["AVAL"].tolist() for one in seen],
        g=[(one["ARMCD"] == "B").astype(float).tolist() for one in seen],
        all=[(one["ARMCD"] == "B").astype(float).tolist() for one in trials],
        deltas=DELTAS,
    )
    for number, (one, answer) in enumerate(zip(trials, answers, strict=True)):
        tables = one.drop(columns="AVAL"), one[["USUBJID", "AVAL"]].assign(PARAMCD="RESP")
        made = impute_shifted(*tables, {f"m{number}": model}, (["B"], 3, DRAWS))
        grid = made["grids"][f"m{number}"]
        expected = np.array(answer, float)
        for column, arm in enumerate("AB"):
            for row, delta in enumerate(DELTAS):
                cell = grid[(grid["ARMCD"] == arm) & (grid["DELTA"] == delta)]
                cell = cell[cell["IMPUTATION"] > 0]
                shares = cell["RESPONDERS"] / cell["SUBJECTS"]
                error = shares.std() / np.sqrt(DRAWS)
                # 60 cells within 4.5 Monte Carlo errors: by chance fails once in 2000 runs
                assert abs(shares.mean() - expected[row, column]) < 4.5 * error + 1e-4
