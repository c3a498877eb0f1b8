"""The second trial before R: every number again, a wrong one named, names without effect."""

import functools
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from scripts.analyse.families import imputations_of
from scripts.crosscheck.ask_r import answers_of, ask_r, declined_of
from scripts.crosscheck.compare_numbers import compare_numbers
from scripts.crosscheck.export_tables import export_table
from scripts.plan import load_plan
from scripts.tables import read_contract, read_table
from tests.against_r.bridge import needs_r
from tests.workflow.conftest import PROJECT, Workshop

pytestmark = needs_r
CONTRACTS = PROJECT / "config/schemas/tables"


def tables_of(shop: Workshop) -> dict[str, pd.DataFrame]:
    results = shop.trial / "results"
    paths = [*(results / "derive").glob("ad*.parquet"), results / "ingest/sdtm/sv.parquet"]
    paths += (results / "impute").rglob("*.parquet")
    return {path.stem: read_table(path) for path in sorted(paths)}


@functools.cache
def plan_of(trial: Path) -> dict[str, Any]:
    config = yaml.safe_load((trial / "config/config.yaml").read_text(encoding="utf-8"))
    return load_plan(config, str(trial / "config"))


def answers(shop: Workshop, tables: dict[str, pd.DataFrame], folder: Path) -> Any:
    folder.mkdir()
    for name, table in tables.items():
        (folder / f"{name}.xpt").write_bytes(export_table(table, name, {}))
    answer = ask_r(
        str(PROJECT / "scripts/crosscheck/crosscheck.R"), str(folder), plan_of(shop.trial)
    )
    return answers_of(answer, read_contract(CONTRACTS / "answers.yaml")), declined_of(answer)


@pytest.fixture(scope="module")
def asked(workshop, tmp_path_factory) -> Any:
    return answers(workshop, tables_of(workshop), tmp_path_factory.mktemp("asked") / "tables")


def compared(shop: Workshop, asked: Any, results: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: one["kind"] for name, one in plan_of(shop.trial)["analyses"]["analyses"].items()}
    return compare_numbers(results, *asked, kinds, read_contract(CONTRACTS / "comparison.yaml"))


def test_the_second_trial_goes_through_the_stage_and_says_so_at_the_end(bench):
    told = bench.build("crosscheck")
    summary = json.loads((bench.trial / "results/crosscheck/summary.json").read_text())
    assert summary["verdicts"]["differs"] == 0
    assert summary["verdicts"]["agrees"] > 2000
    assert summary["verdicts"]["within Monte Carlo error"] > 0
    assert summary["not_computed"] == {}
    assert f"Second opinion by R of {summary['numbers']} numbers" in told
    verdict = json.loads((bench.trial / "results/crosscheck/verdict.json").read_text())
    assert verdict["accepted"] is True
    assert bench.would_run("crosscheck") == set()
    # A second run of everything in the stage gives the same bytes.
    before = bench.results()
    shutil.rmtree(bench.trial / "results/crosscheck")
    bench.build("crosscheck")
    assert bench.results() == before


@pytest.mark.parametrize(
    "analysis",
    [
        *("by_score", "flare", "flare_hazards", "halved", "halved_adjusted", "halved_effects"),
        *("halved_imputed", "halved_strata", "imputing", "start"),
    ],
)
def test_a_planted_wrong_number_is_found_by_name(workshop, asked, analysis):
    results = read_table(workshop.trial / "results/analyse/results.parquet")
    rows = results.index[(results["ANALYSIS"] == analysis) & results["VALUE"].notna()]
    for row in rows[:: max(1, len(rows) // 7)]:
        wrong = results.copy()
        wrong.loc[row, "VALUE"] = wrong.loc[row, "VALUE"] * (1 + 1e-6) + 1e-6
        table = compared(workshop, asked, wrong)
        found = table[(table["VERDICT"] == "differs") & (table["TOLERANCE"] < 1e-3)]
        at = ["ANALYSIS", "ROW", "GROUP", "STATISTIC"]
        assert found[at].to_numpy().tolist() == [results.loc[row, at].tolist()]


def test_a_row_that_the_results_lost_is_found_by_name(workshop, asked):
    results = read_table(workshop.trial / "results/analyse/results.parquet")
    lost = results["ANALYSIS"].eq("severity") & results["ROW"].eq("any=SEVERE")
    table = compared(workshop, asked, results[~lost])
    found = table[table["VERDICT"] == "differs"]
    assert set(found["ROW"]) == {"any=SEVERE"}
    assert len(found) == lost.sum()


def test_neither_the_order_nor_the_names_of_subjects_change_a_number(workshop, asked, tmp_path):
    tables = tables_of(workshop)
    names = sorted(tables["adsl"]["USUBJID"])
    other = {name: f"S{1000 - 7 * number}" for number, name in enumerate(names)}
    changed = {
        stem: table.assign(USUBJID=table["USUBJID"].map(other)) if "USUBJID" in table else table
        for stem, table in tables.items()
    }
    changed = {stem: table.sample(frac=1, random_state=1) for stem, table in changed.items()}
    table, _ = answers(workshop, changed, tmp_path / "tables")
    at = ["ANALYSIS", "ROW", "GROUP", "STATISTIC", "POINT"]
    both = asked[0].merge(table, on=at, how="outer")
    assert len(both) == len(table) == len(asked[0])
    assert imputations_of(plan_of(workshop.trial))
    difference = (both["VALUE_x"] - both["VALUE_y"]).abs().fillna(0)
    # Sums of another order differ in the last digits.
    assert difference.max() < 1e-9
    assert (both["VALUE_x"].isna() == both["VALUE_y"].isna()).all()
