"""A name in the derivation's plan that does not exist is found, with the nearest right word."""

import pytest

from scripts.derive.plan_checks import check_derivation_plan
from tests.derive.build import read_plan


def change(path, value):
    plan = read_plan()
    *steps, last = path.split("/")
    here = plan
    for step in steps:
        here = here[int(step) if step.isdigit() else step]
    here[last] = value
    return check_derivation_plan(plan)


def test_the_plan_of_the_embedded_trial_has_no_findings():
    assert check_derivation_plan(read_plan()) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("endpoints/endpoints/OR/measure", "PLATS", "unknown measure 'PLATS'; did you mean 'PLAT'"),
        ("endpoints/endpoints/SR/of", "ORR", "unknown endpoint before this one 'ORR'"),
        ("endpoints/endpoints/SR/of", "REM", "unknown endpoint before this one 'REM'"),
        ("endpoints/endpoints/REM/visit", 53, "unknown visit 53; did you mean 52?"),
        (
            "endpoints/endpoints/OR/clauses/completed/condition",
            {"variable": "DISCFLG", "is": "Y"},
            "unknown variable 'DISCFLG'; did you mean 'DISCFL'?",
        ),
        (
            "endpoints/endpoints/RSCF/counts_too",
            {"variable": "DISC", "is": "Y"},
            "unknown variable 'DISC'",
        ),
        ("times/times/TTR/among", {"endpoint": "ORX"}, "unknown endpoint 'ORX'"),
        ("times/times/TTR/start", {"variable": "TRTSD"}, "did you mean 'TRTSDT'?"),
        ("times/times/TTR/start", {"variable": "DISCFL"}, "DISCFL is not a date"),
        ("times/times/DOR/censor", [{"last_assessment": "PLT"}], "unknown measure 'PLT'"),
        ("times/times/DOR/event", [{"record": {"domain": "CE"}}], "unknown domain 'CE'"),
        ("subjects/variables/PLTBL/measure", "PLT", "unknown measure 'PLT'"),
        ("subjects/variables/NPRIOR/domain", "CN", "unknown domain 'CN'"),
        (
            "subjects/variables/MALEFL/condition",
            {"variable": "GR34FL", "is": "Y"},
            "unknown variable 'GR34FL'",
        ),
        (
            "subjects/populations/NOCONFL/keep",
            [{"condition": {"variable": "CONFLA", "is": "N"}, "otherwise": "x"}],
            "did you mean 'CONFL'?",
        ),
        ("measurements/sets/adplt/parameters/PLAT/domain", "LP", "unknown domain 'LP'"),
    ],
)
def test_an_unknown_name_is_found(path, value, words):
    findings = change(path, value)
    assert any(words in finding for finding in findings), findings


def test_a_measure_in_two_sets_is_found():
    plan = read_plan()
    sets = plan["measurements"]["sets"]
    sets["adbleed"]["parameters"]["PLAT"] = sets["adplt"]["parameters"]["PLAT"]
    assert any("stands in set adplt too" in finding for finding in check_derivation_plan(plan))


def test_what_follows_a_response_must_follow_one():
    plan = read_plan()
    definitions = plan["endpoints"]["endpoints"]
    definitions["LATE"] = {**definitions["SR"], "of": "RSC"}
    assert any("RSC is not a response" in finding for finding in check_derivation_plan(plan))


def test_two_populations_cannot_share_a_column():
    plan = read_plan()
    plan["subjects"]["variables"]["ITTRS"] = plan["subjects"]["variables"]["MALEFL"]
    assert any("column ITTRS is taken" in finding for finding in check_derivation_plan(plan))
