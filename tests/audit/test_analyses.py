"""What analyses read: declared columns suffice, and what is not read may be anything."""

import importlib
from collections import defaultdict

import numpy as np
import pytest

from scripts.analyse.families import FAMILIES, plan_of
from scripts.audit.lineage.analyses import KINDS, describe_analyses, function_of
from scripts.audit.lineage.chosen import members_of
from scripts.audit.lineage.completed import source_reads
from scripts.audit.lineage.declarations import NEVER_MISSING
from tests.audit.reanalysed import (
    Freedom,
    analyse,
    analysed,
    columns_of,
    impute,
    narrowed,
    numbers_of,
    shake,
    with_tables,
)
from tests.audit.rerun import PROJECT, SECOND, contract

TRIALS = {"embedded": PROJECT, "second": SECOND}
# What a result says beside its numbers and is made from data.
TOLD = ("warnings", "groups", "subjects", "labels", "listed", "unit", "units", "patterns", "grids")
READ_AGAIN = sorted(set(FAMILIES.values()) - {"describe_imputations"})
# What names a record or a set of them, and is no value.
NAMES = ("USUBJID", "PARAMCD", "IMPUTATION", "SRCDOM")


def of_family(trial, family: str) -> list[str]:
    """The analyses of a trial that a family makes."""
    return [name for name in trial.numbers if FAMILIES[trial.kind(name)] == family]


@pytest.mark.parametrize("family", READ_AGAIN)
@pytest.mark.parametrize("folder", TRIALS.values(), ids=TRIALS)
def test_an_analysis_gives_the_same_from_the_columns_that_it_declares(folder, family):
    trial = analysed(folder)
    same: dict = defaultdict(list)
    for name in of_family(trial, family):
        named = columns_of(trial.analyses.whole(name))
        same[tuple(sorted(named.items()))].append(name)
    for named, members in same.items():
        changed = narrowed(trial.desk, dict(named), NAMES)
        made = analyse(with_tables(trial.run, changed), members)
        for name in members:
            assert numbers_of(made[name]) == trial.numbers[name], name
            for part in TOLD:
                assert made[name].get(part) == trial.results[name].get(part), (name, part)
            assert made[name]["method"]["label"] == trial.results[name]["method"]["label"]


def some_of_each_kind(trial, generator, most: int) -> list[tuple[str, list, list]]:
    """(analysis, keys, reads) of numbers that read the same, a few for each kind of analysis."""
    kinds = defaultdict(list)
    for name in trial.numbers:
        alike = defaultdict(list)
        for key in trial.analyses.keys[name]:
            reads = trial.analyses.parts[name].number(key)
            alike[frozenset(map(id, reads))].append((key, reads))
        for members in alike.values():
            keys = [key for key, _ in members]
            kinds[trial.kind(name)].append((name, keys, members[0][1]))
    kinds.pop("imputation_diagnostics", None)
    chosen = []
    for members in kinds.values():
        places = generator.permutation(len(members))[:most]
        chosen += [members[place] for place in places]
    return chosen


@pytest.mark.parametrize("folder", TRIALS.values(), ids=TRIALS)
def test_what_a_number_does_not_read_may_be_anything(folder):
    trial, generator = analysed(folder), np.random.default_rng(2022)
    looked_at = others = moved = 0
    for name, keys, reads in some_of_each_kind(trial, generator, 2):
        spec = trial.run.plan["analyses"]["analyses"][name]
        freedom = Freedom(trial.graph, reads)
        # A completed data set must hold everybody whom the analysis takes, and no others.
        sizes = ["RANDFL", "ARMCD", "SUBJECTS", "DELTA", "IMPUTED"]
        fixed = [spec["population"], *sizes] if "imputation" in spec else []
        changed = {
            table: shake(freedom, trial.desk.frame(table), table, generator, fixed)
            for table in columns_of(trial.analyses.whole(name))
        }
        made = numbers_of(analyse(with_tables(trial.run, changed), [name])[name])
        before = trial.numbers[name]
        # A row may go with what others read: which rows there are is declared apart.
        for key in set(keys) & set(made):
            assert made[key] == before[key], (name, key)
            looked_at += 1
        others += len(set(before) - set(keys))
        moved += sum(made.get(key) != before[key] for key in set(before) - set(keys))
    assert looked_at > 100
    # The tables were really shaken: most of what the others read has moved.
    assert moved > others / 3


@pytest.mark.parametrize("folder", TRIALS.values(), ids=TRIALS)
def test_a_completed_data_set_is_the_same_from_the_columns_that_its_model_declares(folder):
    trial = analysed(folder)
    models = trial.run.plan["imputation"]["models"]
    for name, before in {**trial.run.imputed, **trial.run.grids}.items():
        named = columns_of(source_reads(trial.desk, models[name], "all"))
        changed = narrowed(trial.desk, named, (*NAMES, "ARMCD", "TRT01P", "STUDYID"))
        run = with_tables(trial.run, changed)
        analyses = run.plan["analyses"]["analyses"]
        own = {key: one for key, one in analyses.items() if one.get("imputation") == name}
        made, _, _ = impute(only(run, own))
        after = {**made.imputed, **made.grids}[name]
        assert after.equals(before), name


def only(run, analyses):
    """The run whose plan has only these analyses, so that only their models are completed."""
    plan = {**run.plan, "analyses": {**run.plan["analyses"], "analyses": analyses}}
    return type(run)(**{**vars(run), "plan": plan})


# By hand, in the embedded trial


def of_analysis(found: set[str], name: str) -> set[str]:
    """The records of one analysis among those that a change may reach."""
    return {one.removeprefix(f"{name}|") for one in found if one.startswith(f"{name}|")}


def test_a_count_at_a_visit_is_read_by_that_visit_of_its_arm_and_of_all():
    trial = analysed(PROJECT)
    table = trial.desk.frame("derive/adplt:PLAT")
    row = int(np.flatnonzero((table["ARMCD"] == "COMBO") & (table["AVISIT"] == "Week 4"))[0])
    words = ("missing", "median", "q1", "q3", "mean", "sd", "minimum", "maximum")
    names = [visit["VISIT"] for visit in trial.run.plan["trial"]["visits"]]
    at = names.index("Week 4")
    found = of_analysis(trial.affected("derive/adplt:PLAT", row, "AVAL"), "platelets")
    # How many were measured does not change with the value.
    both = ("COMBO", "TOTAL")
    drawn = {f"curve|{group}|{word}|{at}" for group in both for word in ("median", "q1", "q3")}
    assert found == {f"Week 4|{group}|{word}" for group in both for word in words} | drawn


def test_an_age_is_read_by_the_row_of_age_in_its_arm_and_by_models_with_age():
    trial = analysed(PROJECT)
    row = int(np.flatnonzero(trial.desk.frame("derive/adsl")["ARMCD"] == "MONO")[0])
    found = trial.affected("derive/adsl", row, "AGE")
    baseline = {tuple(one.split("|")[:2]) for one in of_analysis(found, "baseline")}
    assert baseline == {("AGE", "MONO"), ("AGE", "TOTAL")}
    assert {one.partition("|")[0] for one in found} == {
        "baseline",
        "or_age",
        "sr_cr",
        "or_adjusted",
        "or_adjusted_firth",
        # Its model draws from all ages.
        "or_mi_covariates",
        "mi_diagnostics",
    }


def test_a_verdict_is_read_in_its_own_subgroups_only():
    trial = analysed(PROJECT)
    table = trial.desk.frame("derive/adresp:OR")
    adsl = trial.desk.frame("derive/adsl").set_index("USUBJID")
    who = adsl.index[(adsl["ARMCD"] == "COMBO") & (adsl["SEX"] == "F") & (adsl["CONFL"] == "N")][0]
    row = int(np.flatnonzero(table["USUBJID"] == who)[0])
    found = of_analysis(trial.affected("derive/adresp:OR", row, "AVALC"), "or_subgroups")
    rows = {one.split("|")[0] for one in found}
    assert {"overall", "SEX=F", "CONFL=N"} <= rows
    assert not rows & {"SEX=M", "CONFL=Y"}
    # Sizes do not change with a verdict, nor do the numbers of the other arm.
    assert {one.split("|")[1] for one in found} == {"COMBO", "COMBO-MONO"}
    assert not any(one.endswith("|total") for one in found)


def test_an_event_is_read_by_its_term_and_by_the_conditions_that_it_meets():
    trial = analysed(PROJECT)
    table = trial.desk.frame("derive/adae")
    row = int(np.flatnonzero((table["ARMCD"] == "COMBO") & (table["AESER"] == "N"))[0])
    term = table["AEDECOD"].iloc[row]
    found = of_analysis(trial.affected("derive/adae", row, "AEDECOD"), "ae_terms")
    # A new word for the event could be any other term of its arm; the number of all events stays.
    assert f"{term}|COMBO|count" in found
    assert not any(one.startswith("any|") or "|MONO|" in one for one in found)
    serious = of_analysis(trial.affected("derive/adae", row, "AESER"), "ae_overview")
    assert {one.split("|")[0] for one in serious} == {"serious"}


def test_whoever_is_censored_later_does_not_move_a_curve_before():
    trial = analysed(PROJECT)
    times = trial.desk.frame("derive/adtte:RFS")
    late = (times["ARMCD"] == "COMBO") & times["AVAL"].between(24, 40, inclusive="left")
    found = trial.affected("derive/adtte:RFS", int(np.flatnonzero(late)[0]), "CNSR")
    rows = {one.split("|")[0] for one in of_analysis(found, "rfs")}
    assert "t=8" not in rows
    assert {"t=40", "logrank", "cox"} <= rows


def test_a_contrast_names_its_two_groups_and_everything_else_all():
    groups = ["HIGH", "LOW", "VEHICLE"]
    assert members_of("HIGH-VEHICLE", groups) == ["HIGH", "VEHICLE"]
    assert members_of("VEHICLE/LOW", groups) == ["LOW", "VEHICLE"]
    assert members_of("LOW", groups) == ["LOW"]
    assert members_of("TOTAL", groups) == members_of("", groups) == groups


# What is said of the code


@pytest.mark.parametrize("kind", KINDS)
def test_the_function_that_is_named_for_a_kind_is_there(kind):
    module, _, name = function_of(kind).partition(":")
    made = getattr(importlib.import_module(module), name)
    family = importlib.import_module(f"scripts.analyse.{FAMILIES[kind]}")
    assert getattr(family, "KINDS", {kind: made}).get(kind, made) is made


def test_every_kind_of_analysis_is_declared():
    assert set(KINDS) == set(FAMILIES)


def test_an_analysis_is_described_by_rule_function_and_seal():
    plan = analysed(SECOND).run.plan
    assert describe_analyses(plan, ["flare"]) == {
        "flare": {
            "rule": "compare_times",
            "function": "scripts.analyse.compare_times:time_to_event",
            "seal": "results/analyse/seals/compare_times.json",
        }
    }
    assert plan_of(plan, "compare_times")["analyses"].keys() >= {"flare"}


@pytest.mark.parametrize("table", NEVER_MISSING)
def test_what_is_taken_to_be_known_wherever_there_is_a_record_must_be(table):
    for column in NEVER_MISSING[table]:
        assert contract(table).columns[column]["nulls"] is False
