"""Grids that mean nothing, or lack something, are findings before anything is computed."""

from copy import deepcopy

import pytest

from scripts.analyse.plan_checks import check_analysis_plan
from tests.analyse.names import PLAN

MODEL = PLAN["imputation"]["models"]["m"]
LOGISTIC = {**MODEL, "method": "logistic"}
GRID = {"kind": "delta_grid", "grid": {"A": [-1, 0], "B": [0, 1]}}
TIPPING = {
    **PLAN["analyses"]["analyses"]["imputed"],
    "kind": "tipping_point",
    "method": {"grid": "counts", "interval": "wald"},
}


def findings(models, **analyses):
    """Findings of the plan with these models and analyses beside the others."""
    plan = deepcopy(PLAN)
    plan["imputation"]["models"] |= deepcopy(models)
    plan["analyses"]["analyses"] |= deepcopy(analyses)
    return check_analysis_plan(plan)


def test_a_tipping_point_with_what_it_needs_has_no_findings():
    shifts = {**TIPPING, "imputation": "g", "method": {"grid": "delta", "variance": "wald"}}
    model = {**LOGISTIC, "assumption": GRID}
    assert findings({"g": model}, one=TIPPING, other=shifts) == []


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ({"grid": "counts"}, "a grid of counts needs 'interval'"),
        ({"grid": "counts", "interval": "wald", "df": "rubin"}, "'df' means nothing to a grid of"),
        ({"grid": "delta"}, "needs a model with an assumption of the kind 'delta_grid'"),
    ],
)
def test_a_method_that_does_not_fit_the_form_of_the_grid_is_said(method, words):
    found = findings({}, one={**TIPPING, "method": method})
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ({"A": [-1, 0]}, "the grid of g has no shifts of B"),
        ({"A": [-1, 1], "B": [0, 1]}, "A lacks the shift 0"),
        ({"A": [-1, 0, 0], "B": [0, 1]}, "a shift of A stands twice"),
        ({"A": [x / 10 for x in range(42)], "B": [0, 1]}, "more than 41 shifts of A"),
    ],
)
def test_what_a_grid_of_shifts_lacks_is_said(grid, words):
    shifts = {**TIPPING, "imputation": "g", "method": {"grid": "delta"}}
    model = {**LOGISTIC, "assumption": {"kind": "delta_grid", "grid": grid}}
    found = findings({"g": model}, other=shifts)
    assert len(found) == 1
    assert words in found[0]


def test_a_grid_and_completed_data_sets_are_not_taken_for_each_other():
    model = {**LOGISTIC, "assumption": GRID}
    found = findings({"g": model}, one={**TIPPING, "imputation": "g"})
    assert found == ["analyses: one: a grid of counts needs a model with no grid"]
    pooled = {**PLAN["analyses"]["analyses"]["imputed"], "imputation": "g"}
    found = findings({"g": model}, one=pooled)
    assert found == ["analyses: one: imputation 'g' is a grid; only a tipping point can read it"]
