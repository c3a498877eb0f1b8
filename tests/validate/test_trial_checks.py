"""The checks of the embedded trial: its data pass, and each check finds what it is there for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from scripts.conditions import evaluate
from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import standardise
from scripts.tables import read_contract
from scripts.validate.check_data import check_data
from scripts.validate.library import run_check
from scripts.validate.plan_checks import check_checks_plan
from scripts.validate.study import Study

# One worker reads the raw files once for all of these tests.

ROOT = Path(__file__).resolve().parents[2]
PLAN = {
    name: yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("config", "trial", "sources", "sdtm", "checks")
}
CHECKS = PLAN["checks"]["checks"]
Tables = dict[str, pd.DataFrame]
Damage = Callable[[Tables], None]


@pytest.fixture(scope="module")
def tables() -> tuple[Tables, Tables]:
    """The domains and the raw tables of the embedded trial."""
    raw, metadata = read_sources(PLAN["sources"], ROOT)
    folder = ROOT / "config" / "schemas" / "tables"
    contracts = {
        name.lower(): read_contract(folder / f"{name.lower()}.yaml")
        for name in PLAN["sdtm"]["domains"]
    }
    plan = PLAN | {"study.id": PLAN["config"]["study"]["id"]}
    made = standardise(raw, metadata, plan, contracts).domains
    return {name.upper(): table for name, table in made.items()}, raw


def study_of(tables: tuple[Tables, Tables], damage: Damage | None = None) -> Study:
    """The study, with some of its records damaged."""
    domains, sources = dict(tables[0]), dict(tables[1])
    everything = domains | sources
    if damage is not None:
        damage(everything)
    return Study(
        {name: everything[name] for name in domains},
        {name: everything[name] for name in sources},
        PLAN["trial"],
        PLAN["config"]["study"]["data_cut"],
    )


def change(name: str, where: dict[str, Any] | None = None, **values: Any) -> Damage:
    """Give the first record that the condition holds for other values."""

    def damage(everything: Tables) -> None:
        table = everything[name].copy()
        place = table.index[evaluate(where, table)][0]
        for variable, value in values.items():
            table.loc[place, variable] = value
        everything[name] = table

    return damage


def repeat(name: str, **values: Any) -> Damage:
    """Add the last record once more, with other values."""

    def damage(everything: Tables) -> None:
        table = everything[name]
        again = table.tail(1).assign(**values)
        everything[name] = pd.concat([table, again], ignore_index=True)

    return damage


def remove(name: str, where: dict[str, Any], first: bool = False) -> Damage:
    """Take away the records that the condition holds for, or the first of them."""

    def damage(everything: Tables) -> None:
        table = everything[name]
        chosen = table.index[evaluate(where, table)]
        everything[name] = table.drop(index=chosen[:1] if first else chosen)

    return damage


def is_(variable: str, value: Any) -> dict[str, Any]:
    return {"variable": variable, "is": value}


ALLOCATED = {"variable": "ARMCD", "missing": False}
COUNTED = {"variable": "LBSTRESN", "missing": False}
LATE = {"all": [is_("VISITNUM", 20), COUNTED]}
RITUXIMAB, ATRA = is_("EXTRT", "RITUXIMAB"), is_("EXTRT", "TRETINOIN")
GRADE = is_("FATESTCD", "WHOGRADE")
UNKNOWN = "ITP-ATRA-RTX-09-999"
RESCUE = is_("CMCAT", "RESCUE")

# For every check, damage that it must find.
DAMAGES: dict[str, Damage] = {
    "subject_once": repeat("DM"),
    "allocation_once": repeat("randomisation", RANDNO="R999"),
    "allocation_number_once": change("randomisation", is_("RANDNO", "R002"), RANDNO="R001"),
    "visit_once": repeat("SV"),
    "result_once": repeat("LB"),
    "subject_known": change("EX", USUBJID=UNKNOWN),
    "subject_allocated": change("DM", ALLOCATED, ARMCD=None),
    "allocation_known": repeat("randomisation", RANDNO="R999", SUBJID="09-999"),
    "identifier_form": change("DM", ALLOCATED, SITEID="07"),
    "demography_given": change("DM", ALLOCATED, SEX=None),
    "body_size_given": change("VS", VSSTRESN=None),
    "result_given": change("LB", COUNTED, LBSTRESN=None),
    "grade_given": change("FA", GRADE, FASTRESN=None),
    "maintenance_dose_given": change("CM", {"variable": "CMDOSE", "missing": False}, CMDOSE=None),
    "age_possible": change("DM", ALLOCATED, AGE=111),
    "height_possible": change("VS", is_("VSTESTCD", "HEIGHT"), VSSTRESN=1.7),
    "weight_possible": change("VS", is_("VSTESTCD", "WEIGHT"), VSSTRESN=29.0),
    "count_possible": change("LB", COUNTED, LBSTRESN=1501.0),
    "count_unit": change("LB", COUNTED, LBORRESU="/uL"),
    "grade_possible": change("FA", GRADE, FASTRESN=5.0),
    "duration_possible": change("SC", SCSTRESN=-1.0),
    "dose_unit": change("EX", EXDOSU="g"),
    "dates_possible": change("LB", LBDTC="2021-02-01"),
    "consent_before_allocation": change("DM", ALLOCATED, RFICDTC="2020-12-31"),
    "allocation_before_treatment": change("DM", ALLOCATED, RFSTDTC="2020-12-31"),
    "start_is_first_dose": change("DM", ALLOCATED, RFSTDTC="2017-10-16"),
    "event_dates": change("AE", AEENDTC="2017-10-02"),
    "event_after_consent": change("AE", AESTDTC="2017-10-02"),
    "dose_dates": change("EX", EXENDTC="2017-10-02"),
    "dose_overlap": change("EX", RITUXIMAB, EXENDTC="2020-12-31"),
    "nothing_after_death": change("DM", ALLOCATED, DTHDTC="2017-10-20"),
    "visit_known": change("SV", VISITNUM=5),
    "visit_order": change("SV", is_("VISITNUM", 20), SVSTDTC="2017-10-18"),
    "visit_window": change("SV", is_("VISITNUM", 20), SVSTDTC="2018-01-02"),
    "visit_missed": remove("SV", is_("VISITNUM", 0), first=True),
    "eligible_age": change("DM", ALLOCATED, AGE=17),
    "eligible_count": change("LB", {"all": [is_("VISITNUM", 0), COUNTED]}, LBSTRESN=30.0),
    "eligible_corticosteroids": remove("CM", is_("CMDECOD", "CORTICOSTEROIDS")),
    "eligible_rituximab": change("CM", is_("CMCAT", "PRIOR"), CMDECOD="RITUXIMAB"),
    "eligible_maintenance": change("maintenance", MMSTAB=0),
    "eligible_screening": change("screening", is_("ELIG", 1), ELIG=0),
    "arm_as_allocated": change("DM", is_("ACTARMCD", "COMBO"), ACTARMCD="MONO"),
    "allocation_ratio": change("randomisation", is_("ARMCODE", "A"), ARMCODE="B"),
    "infusion_dose": change("EX", RITUXIMAB, EXDOSE=10.0),
    "infusion_number": remove("EX", {"all": [RITUXIMAB, is_("USUBJID", "ITP-ATRA-RTX-01-001")]}),
    "infusion_interval": change(
        "EX", {"all": [RITUXIMAB, is_("EXSPID", "3")]}, EXSTDTC="2017-10-25"
    ),
    "capsule_arm": change("DM", is_("ARMCD", "COMBO"), ARMCD="MONO"),
    "capsule_dose": change("EX", ATRA, EXDOSE=80.0),
    "capsule_duration": change("EX", ATRA, EXENDTC="2020-12-31"),
    "rescue_at_bleeding": change("FA", {"all": [GRADE, is_("VISITNUM", 20)]}, FASTRESN=1.0),
    "rescue_at_low_count": change("LB", LATE, LBSTRESN=9.0),
    "rescue_at_entry": change("FA", {"all": [GRADE, is_("VISITNUM", 0)]}, FASTRESN=3.0),
    "early_bleeding": change("FA", {"all": [GRADE, is_("VISITNUM", 4)]}, FASTRESN=1.0),
    "early_low_count": change("LB", {"all": [is_("VISITNUM", 4), COUNTED]}, LBSTRESN=9.0),
    "disposition_once": remove("DS", is_("DSSCAT", "STUDY TREATMENT"), first=True),
    "death_told_alike": change("AE", is_("AEOUT", "FATAL"), AEOUT="UNKNOWN"),
    "fatal_event_grade": change("AE", is_("AEOUT", "FATAL"), AETOXGR="4"),
    "withdrawal_for_event": remove("AE", is_("AEACN", "DRUG WITHDRAWN")),
}


def test_every_declared_check_has_damage_that_it_must_find():
    assert set(DAMAGES) == set(CHECKS)


def test_the_names_in_the_checks_exist():
    assert check_checks_plan(PLAN) == []


def test_the_embedded_trial_has_no_errors(tables):
    found, _ = check_data(study_of(tables), PLAN["checks"])
    errors = found[found["SEVERITY"] == "error"]
    assert errors["MESSAGE"].tolist() == []


def test_the_twenty_who_completed_treatment_and_were_not_seen_at_a_year_are_listed(tables):
    found, _ = run_check("visit_missed", CHECKS["visit_missed"], study_of(tables))
    # 168 less 22 who were withdrawn, less 126 who were seen at a year.
    assert (found["OBSERVED"] == "52").sum() == 168 - 22 - 126


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_damage_is_found_by_the_check_that_is_there_for_it(tables, check):
    before, _ = run_check(check, CHECKS[check], study_of(tables))
    after, _ = run_check(check, CHECKS[check], study_of(tables, DAMAGES[check]))
    assert not (after["CATEGORY"] == "plan").any(), after["MESSAGE"].tolist()
    assert len(after) > len(before)
