"""Cox models and checks of proportional hazards against R's coxph and cox.zph."""

from typing import Any

import numpy as np
import pytest

from scripts.stats.survival import cox, proportional_hazards_test
from tests.against_r.bridge import ask_r, needs_r
from tests.against_r.time_cases import EACH, Case, cases, columns, same

pytestmark = needs_r

# Both sides iterate: R to a relative change of 1e-13 of the likelihood, ours to steps of 1e-9. A
# coefficient near zero is compared by its absolute difference.
FITTED = 1e-6
KINDS = [(ties, strata) for ties in ("efron", "breslow") for strata in (False, True)]
COX = (
    EACH
    + """
one <- function(case, ties, strata) {
  formula <- if (strata) Surv(time, event) ~ group + x + strata(stratum) else
    Surv(time, event) ~ group + x
  warned <- character()
  tryCatch(withCallingHandlers({
    control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60, timefix = FALSE)
    fit <- coxph(formula, data = case, ties = ties, control = control)
    zph <- list()
    for (scale in c("km", "identity", "log", "rank")) zph[[scale]] <- tryCatch(
      list(chisq = unname(cox.zph(fit, scale)$table[, "chisq"])),
      error = function(e) list(error = conditionMessage(e)))
    list(coef = unname(coef(fit)), var = c(fit$var), loglik = fit$loglik, zph = zph,
         warned = I(warned))
  }, warning = function(w) {
    warned <<- c(warned, conditionMessage(w))
    invokeRestart("muffleWarning")
  }),
  error = function(e) list(error = conditionMessage(e)))
}
output <- each(function(case) {
  found <- list()
  for (ties in c("efron", "breslow")) for (strata in c(FALSE, TRUE))
    found[[paste(ties, strata)]] <- one(case, ties, strata)
  found
})
"""
)


@pytest.fixture(scope="module")
def models() -> list[tuple[Case, dict[str, Any]]]:
    """Each data set in which the model has columns, with R's four models of it."""
    wanted = [case for case in cases() if len(set(case["group"])) > 1 and len(case["time"]) > 3]
    return list(zip(wanted, ask_r(COX, cases=columns(wanted)), strict=True))


def _data(case: Case) -> tuple[Any, ...]:
    return case["time"], case["event"], np.column_stack([case["group"], case["x"]])


def _finite(theirs: dict[str, Any]) -> bool:
    """Whether R found a maximum that is one: no warning and no NA."""
    if "error" in theirs or theirs["warned"]:
        return False
    return all(isinstance(value, (int, float)) for value in theirs["coef"])


@pytest.mark.parametrize(("ties", "strata"), KINDS)
def test_models_with_both_kinds_of_ties_and_strata_are_those_of_coxph(
    models: list[tuple[Case, dict[str, Any]]], ties: str, strata: bool
) -> None:
    compared = 0
    for case, answers in models:
        theirs = answers[f"{ties} {str(strata).upper()}"]
        fit = cox(*_data(case), ties=ties, strata=case["stratum"] if strata else None)
        # Where the likelihood has no maximum R prints where it stopped, with a warning or an NA;
        # ours gives no estimate. Neither happens where the other side has an estimate.
        assert fit.converged == _finite(theirs), (case, fit.problem, theirs)
        if not fit.converged:
            continue
        compared += 1
        assert fit.coefficient == pytest.approx(theirs["coef"], rel=FITTED, abs=1e-8)
        assert np.ravel(fit.covariance) == pytest.approx(theirs["var"], rel=FITTED, abs=1e-8)
        assert (fit.loglik_null, fit.loglik) == pytest.approx(theirs["loglik"], rel=1e-9, abs=1e-9)
    assert compared > 150


@pytest.mark.parametrize(("ties", "strata"), KINDS)
def test_checks_of_proportional_hazards_are_those_of_cox_zph(
    models: list[tuple[Case, dict[str, Any]]], ties: str, strata: bool
) -> None:
    compared = 0
    for case, answers in models:
        theirs = answers[f"{ties} {str(strata).upper()}"]
        if not _finite(theirs):
            continue
        for transform, table in theirs["zph"].items():
            events = [t for t, e in zip(case["time"], case["event"], strict=True) if e]
            if transform == "log" and 0 in events:
                continue  # the logarithm of zero: R stops or gives NaN, ours refuses in words
            ours = proportional_hazards_test(
                *_data(case), transform, ties=ties, strata=case["stratum"] if strata else None
            )
            found = [*ours.statistic, ours.global_statistic]
            if np.isnan(found).any() or "error" in table:
                continue
            compared += 1
            same(found, table["chisq"], FITTED)
    assert compared > 600


def test_r_runs_away_where_the_likelihood_is_monotone_and_ours_says_so() -> None:
    program = """library(survival)
    fit <- suppressWarnings(coxph(Surv(1:6, c(1, 1, 1, 0, 0, 0)) ~ c(1, 1, 1, 0, 0, 0)))
    output <- unname(coef(fit))"""
    assert ask_r(program) > 15
    ours = cox(range(1, 7), [1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0])
    assert ours.problem == "infinite_estimate"
