"""Subject-level variables and populations, on tables small enough to check by eye."""

import pandas as pd
import pytest
import yaml

from scripts.derive.derive_subjects import derive_core, derive_subjects
from scripts.derive.populations import derive_populations, flag_population
from scripts.derive.subject_variables import KINDS, Sources, derive_variable
from scripts.derive.visits import schedule_of
from scripts.job import StepError
from tests.derive.build import PROJECT, Case, at, domains_of, prepare, read_plan

SUBJECTS = pd.DataFrame(
    {
        "USUBJID": ["A", "B", "C"],
        "RANDFL": ["Y", "Y", "N"],
        "SEX": ["F", "M", None],
        "AGE": pd.array([49, 50, 30], dtype="Int64"),
        "TRTSDT": pd.to_datetime(["2020-01-01", "2020-01-01", None]).astype("datetime64[s]"),
    }
)
MEDICATIONS = pd.DataFrame(
    {
        "USUBJID": ["A", "A", "A", "B"],
        "CMSEQ": pd.array([1, 2, 3, 1], dtype="Int64"),
        "CMDECOD": ["X", "X", "Z", "X"],
        "CMSTDTC": ["2020-02-05", "2020-01-01", "2019", "2020-02-06"],
    }
)


def made(**spec):
    sources = Sources({"cm": MEDICATIONS}, {"sets": {}}, schedule_of(read_plan()["trial"]))
    found = derive_variable("NEW", {"label": "New", **spec}, SUBJECTS, sources)
    return [None if pd.isna(value) else value for value in found]


def test_a_count_of_records_and_of_distinct_values():
    assert made(kind="count", domain="CM") == [3, 1, 0]
    assert made(kind="count", domain="CM", distinct="CMDECOD") == [2, 1, 0]


def test_whether_there_is_a_record_in_35_days():
    # 5 February is 31 + 4 = 35 days after 1 January, 6 February 36.
    where = {"variable": "ADAYS", "operator": ">=", "value": 35}
    assert made(kind="any", domain="CM", where=where) == ["Y", "Y", "N"]
    until = {"all": [where, {"variable": "ADAYS", "operator": "<=", "value": 35}]}
    assert made(kind="any", domain="CM", where=until) == ["Y", "N", "N"]


def test_the_first_and_the_last_value_by_date():
    spec = {"kind": "value", "domain": "CM", "variable": "CMSTDTC", "type": "text"}
    dated = {"variable": "CMDECOD", "is": "X"}
    assert made(**spec, where=dated, pick="first") == ["2020-01-01", "2020-02-06", None]
    assert made(**spec, where=dated, pick="last") == ["2020-02-05", "2020-02-06", None]


def test_two_values_where_there_must_be_one_are_an_error_that_names_the_subject():
    with pytest.raises(StepError, match=r"NEW: 1 subject.*CM\.CMDECOD: A; give pick"):
        made(kind="value", domain="CM", variable="CMDECOD", type="text")


def test_a_value_without_a_code_is_an_error_unless_there_is_an_otherwise():
    spec = {"kind": "recode", "variable": "SEX", "type": "text", "codes": {"F": "Woman"}}
    with pytest.raises(StepError, match="no code for SEX = M"):
        made(**spec)
    assert made(**spec, otherwise="Not a woman") == ["Woman", "Not a woman", None]


def test_a_flag_is_missing_where_what_it_reads_is_missing():
    assert made(kind="condition", condition={"variable": "SEX", "is": "F"}) == ["Y", "N", None]
    asked = {"any": [{"variable": "SEX", "missing": True}, {"variable": "AGE", "is": 50}]}
    assert made(kind="condition", condition=asked) == ["N", "Y", "Y"]


def test_the_category_is_that_of_the_first_condition_that_holds():
    categories = [
        {"label": "below 50", "condition": {"variable": "AGE", "operator": "<", "value": 50}},
        {"label": "any age", "condition": {"variable": "AGE", "missing": False}},
    ]
    assert made(kind="category", categories=categories) == ["below 50", "any age", "below 50"]


def test_a_time_between_dates_in_weeks():
    table = SUBJECTS.assign(END=pd.Timestamp("2020-01-15"))
    sources = Sources({}, {"sets": {}}, schedule_of(read_plan()["trial"]))
    spec = {"label": "t", "kind": "days_between", "from": "TRTSDT", "to": "END", "unit": "week"}
    assert derive_variable("T", spec, table, sources).tolist()[:2] == [14 / 7, 14 / 7]


def test_the_first_condition_that_fails_is_the_reason_for_exclusion():
    keep = [
        {"condition": {"variable": "RANDFL", "is": "Y"}, "otherwise": "not randomised"},
        {"condition": {"variable": "SEX", "is": "F"}, "otherwise": "not a woman"},
    ]
    flags, reasons = flag_population(keep, SUBJECTS)
    assert flags.tolist() == ["Y", "N", "N"]
    assert reasons.fillna("").tolist() == ["", "not a woman", "not randomised"]


def test_a_population_may_build_on_the_one_before_it():
    populations = {
        "ALLFL": {"keep": [{"condition": {"variable": "RANDFL", "is": "Y"}, "otherwise": "no"}]},
        "SUBFL": {"keep": [{"condition": {"variable": "ALLFL", "is": "Y"}, "otherwise": "out"}]},
    }
    table = derive_populations(populations, SUBJECTS)
    assert table["SUBFL"].tolist() == ["Y", "Y", "N"]
    assert table["SUBRS"].fillna("").tolist() == ["", "", "out"]


def test_the_baseline_is_the_last_value_up_to_the_start_of_treatment():
    case = Case("later counts do not matter", [at(1, 99)], {}, baseline=17, grade=3)
    adsl = prepare([case], read_plan()).adsl
    assert adsl.loc[0, ["PLTBL", "BLEEDBL", "GR34FL"]].tolist() == [17, 3, "Y"]


def test_a_discontinued_subject_has_a_reason_and_a_week():
    adsl = prepare([Case("stopped", [], {}, completed=False), Case("went on", [], {})], read_plan())
    found = adsl.adsl[["EOTSTT", "DISCFL", "DISCWK"]].astype(object).where(lambda t: t.notna())
    assert found.loc[0].tolist() == ["DISCONTINUED", "Y", 12]
    assert found.loc[1].tolist()[:2] == ["COMPLETED", "N"]
    assert pd.isna(found.loc[1, "DISCWK"])


def test_an_arm_that_is_not_in_the_plan_is_an_error():
    dm = domains_of([Case("x", [], {})])["dm"].assign(ARMCD="OTHER")
    with pytest.raises(StepError, match="arm OTHER is not among the arms"):
        derive_core(dm, "RFSTDTC", read_plan()["trial"])


def test_a_randomised_subject_without_a_start_of_treatment_is_an_error():
    dm = domains_of([Case("x", [], {})])["dm"].assign(RFSTDTC="2018-01")
    with pytest.raises(StepError, match=r"1 randomised subject.*RFSTDTC: S-000"):
        derive_core(dm, "RFSTDTC", read_plan()["trial"])


def test_a_population_without_anybody_is_an_error():
    plan = read_plan()
    nobody = [{"condition": {"variable": "AGE", "operator": ">", "value": 200}, "otherwise": "x"}]
    plan["subjects"]["populations"] = {"OLDFL": {"label": "Old", "keep": nobody}}
    with pytest.raises(StepError, match="no subject is in OLDFL"):
        derive_subjects(domains_of([Case("x", [], {})]), plan)


def test_every_kind_of_variable_in_the_schema_is_derived_and_the_reverse():
    schema = yaml.safe_load((PROJECT / "config/schemas/subjects.yaml").read_text("utf-8"))
    known = schema["$defs"]["variable"]["properties"]["kind"]["enum"]
    assert sorted(known) == sorted(KINDS)
