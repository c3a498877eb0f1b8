"""Assumptions of imputation models that mean nothing, or lack something, are findings."""

import pytest

from scripts.impute.assumption_checks import check_assumption
from tests.analyse.names import PLAN

LOGISTIC = {**PLAN["imputation"]["models"]["m"], "method": "logistic"}


@pytest.mark.parametrize(
    "assumption",
    [
        {"kind": "delta", "delta": {"A": -1}},
        {"kind": "jump_to_reference"},
        {"kind": "copy_reference", "reference": "A"},
        {"kind": "copy_increments"},
        {"kind": "worst_case"},
        {"kind": "best_case"},
        {"kind": "by_arm", "responders": ["A"]},
    ],
)
def test_an_assumption_with_what_it_needs_has_no_findings(assumption):
    assert check_assumption({**LOGISTIC, "assumption": assumption}, PLAN) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"assumption": {"kind": "delta"}}, "assumption: 'delta' is missing"),
        (
            {"assumption": {"kind": "worst_case", "delta": {"A": 1}}},
            "assumption: 'delta' means nothing here",
        ),
        ({"assumption": {"kind": "delta", "delta": {"C": 1}}}, "assumption: unknown arm 'C'"),
        (
            {"assumption": {"kind": "delta", "delta": {"A": 1}}, "method": "normal"},
            "an assumption on the log odds needs the method 'logistic'",
        ),
        (
            {"assumption": {"kind": "jump_to_reference"}, "predictors": ["MEDFL"]},
            "ARMCD must be among the predictors",
        ),
        ({"draws_of": "nn"}, "unknown imputation model 'nn'"),
        ({"draws_of": "m"}, "draws_of: m has another 'method'"),
        (
            {"assumption": {"kind": "delta", "delta": {"A": 1}}, "predictor_methods": {}},
            "a shifted model needs complete predictors",
        ),
    ],
)
def test_what_an_assumption_lacks_is_said(changes, words):
    found = check_assumption({**LOGISTIC, **changes}, PLAN)
    assert len(found) == 1
    assert words in found[0]


def test_a_model_that_draws_needs_a_method_and_predictors():
    lacking = {key: LOGISTIC[key] for key in ("label", "endpoint", "population", "missing_when")}
    assert check_assumption(lacking, PLAN) == ["'method' is missing", "'predictors' is missing"]
    assert check_assumption({**lacking, "assumption": {"kind": "worst_case"}}, PLAN) == []
