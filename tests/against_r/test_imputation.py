"""The imputation engine against R's mice: pooled results of the same models on the same data.

Both draw at random: estimates are compared within three Monte Carlo errors, standard errors within
3 %. mice leaves the parameters of `polr` and `polyreg` at their fitted values, so that its standard
errors are those of our `parameters="fitted"`; proper imputation draws them first, and the test says
by how much that differs.
"""

import numpy as np
import pytest

from scripts.impute.engine import Conditional, impute_chains
from scripts.stats.rubin import rubin_rules
from tests.against_r.bridge import ask_r, needs_r
from tests.impute.samples import completed

pytestmark = needs_r
CHAINS = 400
OURS = 4000
SWEEPS = 5
PROGRAM = """
suppressPackageStartupMessages(library(mice))
run <- function(case) {
  d <- as.data.frame(lapply(case$data, function(x) as.numeric(unlist(x))))
  kinds <- case$methods
  for (name in names(kinds)) {
    if (kinds[[name]] == "logreg") d[[name]] <- factor(d[[name]])
    if (kinds[[name]] == "polr") d[[name]] <- factor(d[[name]], ordered = TRUE)
    if (kinds[[name]] == "polyreg") d[[name]] <- factor(d[[name]])
  }
  # Ordered factors as predictors: indicators, as ours.
  options(contrasts = c("contr.treatment", "contr.treatment"))
  method <- setNames(rep("", ncol(d)), names(d))
  method[names(kinds)] <- unlist(kinds)
  imp <- suppressWarnings(mice(d, m = input$m, maxit = case$sweeps, method = method, seed = 1,
    visitSequence = c(setdiff(names(d), names(kinds)), names(kinds)), printFlag = FALSE))
  found <- lapply(names(kinds), function(name) {
    x <- imp$imp[[name]]
    if (is.factor(d[[name]])) matrix(as.numeric(as.character(unlist(x))), nrow = nrow(x))
    else as.matrix(x)
  })
  setNames(lapply(found, function(x) unname(t(x))), names(kinds))
}
output <- lapply(input$cases, run)
"""
R_NAMES = {
    "normal": "norm",
    "logistic": "logreg",
    "ordinal": "polr",
    "multinomial": "polyreg",
    "matching": "pmm",
}


def visits(n=100, seed=8):
    """An arm, a covariate and three variables with gaps, two of them measured."""
    rng = np.random.default_rng(seed)
    arm, age = np.arange(n) % 2 * 1.0, rng.normal(0, 1, n)
    first = 1 + 0.5 * arm + 0.4 * age + rng.normal(0, 1, n)
    second = 0.6 * first + 0.4 * arm + rng.normal(0, 1, n)
    answer = (rng.random(n) < 1 / (1 + np.exp(-(second - 0.5 + 0.5 * arm)))) * 1.0
    first[rng.random(n) < 0.15] = np.nan
    second[rng.random(n) < 0.25] = np.nan
    answer[rng.random(n) < 0.15] = np.nan
    return {"arm": arm, "age": age, "first": first, "second": second, "answer": answer}


def grades(n=150, seed=5):
    """An arm, a covariate and a grade with gaps."""
    rng = np.random.default_rng(seed)
    arm, age = np.arange(n) % 2 * 1.0, rng.normal(0, 1, n)
    grade = np.digitize(0.8 * arm + 0.7 * age + rng.logistic(0, 1, n), [-0.5, 1.0]) * 1.0
    grade[rng.random(n) < 0.3] = np.nan
    return {"arm": arm, "age": age, "grade": grade}


def small_arm(n=40):
    """Everybody of one arm answers: a zero cell."""
    arm = np.repeat([0.0, 1.0], n // 2)
    answer = np.where(arm == 1, 1.0, np.arange(n) % 2)
    answer[::4] = np.nan
    return {"arm": arm, "answer": answer}


CASES = {
    **{
        one: (visits(), {"first": one, "second": one, "answer": "logistic"}, SWEEPS)
        for one in ("normal", "matching")
    },
    "ordinal": (grades(), {"grade": "ordinal"}, 1),
    "multinomial": (grades(), {"grade": "multinomial"}, 1),
    "zero cell": (small_arm(), {"answer": "logistic"}, 1),
}


@pytest.fixture(scope="module")
def mice():
    cases = {}
    for name, (data, methods, sweeps) in CASES.items():
        columns = {
            key: [None if np.isnan(value) else float(value) for value in values]
            for key, values in data.items()
        }
        chosen = {key: R_NAMES[method] for key, method in methods.items()}
        cases[name] = {"data": columns, "methods": chosen, "sweeps": sweeps}
    return ask_r(PROGRAM, cases=cases, m=CHAINS)


def pooled(data, name, drawn):
    """Difference in means between arms, pooled."""
    values = completed(data[name], np.array(drawn, float))
    one, other = values[:, data["arm"] == 1], values[:, data["arm"] == 0]
    variance = sum(v.var(axis=1, ddof=1) / v.shape[1] for v in (one, other))
    return rubin_rules(one.mean(axis=1) - other.mean(axis=1), variance)


def ours(name, parameters="drawn"):
    data, methods, sweeps = CASES[name]
    models = {key: Conditional(method, parameters=parameters) for key, method in methods.items()}
    return impute_chains(data, models, key="r", seed=1, chains=OURS, sweeps=sweeps).values


def compare(name, mine, theirs):
    data, methods, _ = CASES[name]
    for variable in methods:
        a, b = pooled(data, variable, mine[variable]), pooled(data, variable, theirs[variable])
        error = np.hypot(a.monte_carlo_error, b.monte_carlo_error)
        assert abs(a.estimate - b.estimate) < 3 * error, (variable, a.estimate, b.estimate)
        assert a.standard_error == pytest.approx(b.standard_error, rel=0.03), variable


@pytest.mark.parametrize("name", ["normal", "matching", "zero cell"])
def test_linear_logistic_and_matching_models_pool_as_in_mice(name, mice):
    compare(name, ours(name), mice[name])


@pytest.mark.parametrize("name", ["ordinal", "multinomial"])
def test_categorical_models_with_fitted_parameters_pool_as_in_mice(name, mice):
    compare(name, ours(name, "fitted"), mice[name])
    for level in (0, 1, 2):
        mine = (ours(name, "fitted")["grade"] == level).mean()
        theirs = (np.array(mice[name]["grade"]) == level).mean()
        # The share of a level over all draws; chains are independent.
        error = np.sqrt(0.25 / (CHAINS * np.isnan(CASES[name][0]["grade"]).sum()))
        assert abs(mine - theirs) < 4 * error, level


@pytest.mark.parametrize("name", ["ordinal", "multinomial"])
def test_drawing_the_parameters_first_adds_variance_that_mice_leaves_out(name, mice):
    data = CASES[name][0]
    proper = pooled(data, "grade", ours(name)["grade"])
    theirs = pooled(data, "grade", mice[name]["grade"])
    error = np.hypot(proper.monte_carlo_error, theirs.monte_carlo_error)
    assert abs(proper.estimate - theirs.estimate) < 4 * error
    # The variance between data sets is that of the draws given the parameters in mice, and that of
    # the parameters besides in ours.
    assert proper.between > 1.2 * theirs.between
    assert proper.within == pytest.approx(theirs.within, rel=0.01)
