"""Diagnostics of imputation models from hand-made traces, notes and completed data sets."""

import numpy as np
import pandas as pd
import pytest

from scripts.analyse.describe_imputations import describe_imputations
from scripts.seals import PROJECT
from scripts.stats.convergence import split_rhat
from scripts.tables import check_table, read_contract
from tests.analyse.trial import HEAD, PLAN, values

ANALYSIS = {**HEAD, "kind": "imputation_diagnostics", "models": ["m"]}
MODEL = {"label": "A model", "endpoint": "RESP", "method": "logistic", "predictors": ["ARMCD"]}
NOTES = {
    "m": {
        "imputations": 4,
        "order": ["LAB", "RESP"],
        "monotone": False,
        "sweeps": 6,
        "notes": ["RESP: a predictor leaves an outcome without subjects in 2 of 4 chains"],
        "variables": [
            {"variable": "LAB", "label": "LAB", "method": "normal", "missing": 3, "observed": 7,
             "separated": None, "convergence": 1.01},
            {"variable": "RESP", "label": "RESP", "method": "logistic", "missing": 2, "observed": 8,
             "separated": 2, "convergence": 1.02},
        ],
    }
}  # fmt: skip


def traces(chains=4, sweeps=6):
    random = np.random.default_rng(1)
    rows = [
        ("m", name, chain, sweep, *random.normal(size=2))
        for name in ("LAB", "RESP")
        for chain in range(1, chains + 1)
        for sweep in range(1, sweeps + 1)
    ]
    return pd.DataFrame(rows, columns=["MODEL", "VARIABLE", "CHAIN", "SWEEP", "MEAN", "SD"])


def imputed(drawn=(1.0, 0.0)):
    """Two subjects an arm, of whom the second has no value; two data sets."""
    rows = [("S1", "A", 0, 1.0, "N"), ("S3", "B", 0, 0.0, "N")]
    for number, value in enumerate(drawn, start=1):
        rows += [("S2", "A", number, value, "Y"), ("S4", "B", number, 1.0, "Y")]
    return pd.DataFrame(rows, columns=["USUBJID", "ARMCD", "IMPUTATION", "AVAL", "IMPUTED"])


def diagnose(drawn=(1.0, 0.0), moved=None, notes=None, model=MODEL):
    plan = {**PLAN, "analyses": {"one": ANALYSIS}, "models": {"m": model}}
    given = [] if moved is None else [moved]
    documents = {} if notes is None else {"models": notes}
    return describe_imputations({"m": imputed(drawn)}, given, documents, plan)["one"]


def test_traces_have_the_contract_of_the_impute_stage():
    assert check_table(traces(), read_contract(PROJECT / "config/schemas/tables/traces.yaml")) == []


def test_each_variable_has_its_convergence_by_its_trace():
    moved = traces()
    found = values(diagnose(moved=moved, notes=NOTES), "m: LAB")
    wide = moved[moved["VARIABLE"] == "LAB"]["MEAN"].to_numpy().reshape(4, 6)
    assert found["convergence"] == pytest.approx(split_rhat(wide))
    assert (found["missing"], found["chains"], found["sweeps"]) == (3, 4, 6)
    assert (found["convergence_all"], found["separated"]) == (1.01, None)


def test_notes_and_separation_of_the_stage_are_in_the_result():
    result = diagnose(moved=traces(), notes=NOTES)
    [model] = result["diagnostics"]["models"]
    assert model["iterates"]
    assert model["notes"] == [
        "RESP: a predictor leaves an outcome without subjects in 2 of 4 chains."
    ]
    assert values(result, "m: RESP")["separated"] == 2
    assert [one["variable"] for one in result["diagnostics"]["traces"]] == ["LAB", "RESP"]


def test_a_model_of_one_incomplete_variable_says_that_nothing_iterates():
    result = diagnose()
    [model] = result["diagnostics"]["models"]
    assert not model["iterates"]
    assert model["notes"] == [
        "One variable is incomplete: one pass is exact, and nothing iterates."
    ]
    assert values(result, "m: RESP")["convergence"] is None
    assert (values(result, "m: RESP")["missing"], values(result, "m: RESP")["observed"]) == (2, 2)
    assert result["diagnostics"]["traces"] == []


def test_a_monotone_pattern_does_not_iterate_whatever_was_traced():
    notes = {"m": {**NOTES["m"], "monotone": True, "sweeps": 1, "notes": []}}
    [model] = diagnose(moved=traces(sweeps=1), notes=notes)["diagnostics"]["models"]
    assert not model["iterates"]
    assert "monotone" in model["notes"][0]


def test_one_sweep_of_a_pattern_that_is_not_monotone_is_called_too_few():
    notes = {"m": {**NOTES["m"], "sweeps": 1, "notes": []}}
    [model] = diagnose(moved=traces(sweeps=1), notes=notes)["diagnostics"]["models"]
    assert model["notes"] == [
        "One sweep of a pattern that is not monotone: the chains had no time to converge."
    ]


def test_what_the_stage_says_of_one_pass_is_not_said_twice():
    notes = {"m": {**NOTES["m"], "variables": NOTES["m"]["variables"][1:], "monotone": True,
                   "notes": ["only RESP is incomplete: one pass is exact"]}}  # fmt: skip
    [model] = diagnose(notes=notes)["diagnostics"]["models"]
    assert model["notes"] == ["Only RESP is incomplete: one pass is exact.", "Nothing iterates."]


def test_one_variable_that_is_drawn_in_several_sweeps_iterates():
    notes = {"m": {**NOTES["m"], "variables": NOTES["m"]["variables"][:1]}}
    result = diagnose(moved=traces(), notes=notes)
    assert result["diagnostics"]["models"][0]["iterates"]
    assert values(result, "m: LAB")["convergence"] is not None


def test_a_variable_that_is_drawn_by_group_has_a_row_for_each_group_and_one_trace():
    variables = [
        {**NOTES["m"]["variables"][1], "label": f"RESP where ARM is {arm}"} for arm in (0, 1)
    ]
    notes = {"m": {**NOTES["m"], "variables": variables}}
    result = diagnose(moved=traces(), notes=notes)
    assert values(result, "m: RESP where ARM is 0")["missing"] == 2
    assert values(result, "m: RESP where ARM is 1")["missing"] == 2
    assert len(result["diagnostics"]["traces"]) == 1


def test_observed_and_imputed_means_are_by_arm():
    result = diagnose()
    assert values(result, "observed: m", "A") == {"total": 1, "proportion": 1.0}
    assert values(result, "imputed: m", "A") == {"total": 1, "proportion": 0.5}
    assert values(result, "imputed: m", "B") == {"total": 1, "proportion": 1.0}


def test_yes_and_no_have_two_classes_and_numbers_have_many():
    [first, _] = diagnose()["diagnostics"]["densities"]
    assert (first["limits"], first["binary"]) == ([-0.5, 0.5, 1.5], True)
    assert (first["observed"], first["imputed"]) == ([0.0, 1.0], [0.5, 0.5])
    [first, second] = diagnose(drawn=(0.5, 1.25))["diagnostics"]["densities"]
    assert first["binary"] is False
    assert first["limits"] == second["limits"]
    assert (first["limits"][0], first["limits"][-1]) == (0.0, 1.25)
    assert sum(first["imputed"]) == pytest.approx(1)
