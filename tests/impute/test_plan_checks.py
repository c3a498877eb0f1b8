"""Models by visit that name what does not exist, or what does not go together."""

import pytest

from scripts.impute.plan_checks import check_visit_model
from tests.impute.visit_trial import DEFINITIONS, JUMP, TRIAL, model

PLAN = {
    "trial": TRIAL,
    "endpoints": {"endpoints": DEFINITIONS},
    "subjects": {"populations": {"ITTFL": {}}},
    "measurements": {"sets": {"one": {"parameters": {"COUNT": {}, "STATE": {}}}}},
}
VARIABLES = {"STOPFL", "AGE", "ENDDT"}
COUNT, STATE = model()["measures"].values()
RESCUE = {"method": "transition", "medication": "RESCUE"}


def findings(**more):
    return check_visit_model(model(**more), PLAN, VARIABLES)


def measures(count=None, state=None):
    return {"measures": {"COUNT": count or COUNT, "STATE": state or STATE}}


def test_a_model_that_is_right_has_no_finding():
    assert findings() == []
    assert findings(assumption=JUMP, end="ENDDT", visits=[1, 2]) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"derive": "RESPHYPO"}, "unknown endpoint 'RESPHYPO'; did you mean 'RESPHYP'"),
        ({"endpoint": "RSP"}, "unknown endpoint 'RSP'"),
        ({"population": "ITT"}, "unknown population 'ITT'"),
        ({"predictors": ["AGES"]}, "unknown variable 'AGES'; did you mean 'AGE'"),
        ({"end": "ENDT"}, "unknown variable 'ENDT'"),
        (
            {"missing_when": {"variable": "STOP", "is": "Y"}},
            "missing_when: unknown variable 'STOP'",
        ),
        ({"visits": [1, 3]}, "unknown visit 3"),
        ({"measures": {"CONT": COUNT}}, "unknown measure 'CONT'"),
        ({"assumption": {**JUMP, "reference": "C"}}, "unknown arm 'C'"),
        ({"assumption": {"kind": "copy_reference"}}, "copy_reference: 'reference' is missing"),
        (
            {"assumption": {"kind": "missing_at_random", "reference": "B"}},
            "missing_at_random: 'reference' means nothing",
        ),
        ({"assumption": JUMP, "next": 1}, "'next' means nothing beside an assumption"),
        (
            {"assumption": JUMP, **measures(count={"method": "matching"})},
            "COUNT: matching cannot follow an assumption",
        ),
        (measures(state={"method": "logistic"}), "STATE: logistic needs 'above'"),
        (measures(count={**COUNT, "above": 1}), "COUNT: normal: 'above' means nothing here"),
        (measures(state={**STATE, "scale": "log"}), "STATE: transition: 'scale' means nothing"),
        (measures(state={**STATE, "given": ["STATE"]}), "unknown measure before it 'STATE'"),
        (
            {"measures": {"RESC": {**RESCUE, "method": "normal"}}},
            "normal: 'medication' means",
        ),
        ({"measures": {"RESC": RESCUE}}, "no measure is of records"),
        (
            {"measures": {"COUNT": COUNT, "RESC": {**RESCUE, "given_before": ["CONT"]}}},
            "RESC: unknown measure before it 'CONT'",
        ),
        (measures(count={**COUNT, "bounds": [9, 2]}), "COUNT: bounds: 9 is not below 2"),
        (measures(count={**COUNT, "bounds": [0, 2]}), "COUNT: bounds: 0 has no logarithm"),
        (measures(count={**COUNT, "delta": {"by_arm": {"Z": 1}}}), "COUNT: unknown arm 'Z'"),
    ],
)
def test_each_mistake_is_found_and_named(more, words):
    assert any(words in finding for finding in findings(**more)), findings(**more)
