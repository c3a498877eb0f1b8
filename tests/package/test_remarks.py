"""What FDA's reviewers wrote of the public pilot submissions in R, each as a test of our package.

Two remarks have their tests elsewhere: a guide that names the wrong data set (test_write_guides.py)
and the sponsor's data overwritten by the replay (test_replay.py).
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

PROJECT = Path(__file__).resolve().parents[2]
ANALYSE = "results/analyse/"
LEVEL = 0.95
# What an interval on the scale of its estimate is made of; Monte Carlo errors carry no level.
NEEDED = {"estimate", "standard_error", "df", "lower", "upper", "level"}


@pytest.fixture(scope="module")
def report(package: Path) -> dict[str, Any]:
    return json.loads((package.parent / "report/tables.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results(package: Path) -> dict[str, Any]:
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((package.parent / "analyse").glob("*.json"))
        if path.stem not in ("results", "second_opinion")
    }


def words(parts: list[Any]) -> str:
    return "".join(part if isinstance(part, str) else part["text"] for part in parts)


def printed_in(report: dict[str, Any], results: dict[str, Any]) -> dict[str, set[str]]:
    """The analyses of whose results each table prints cells."""
    printed = defaultdict(set)
    for address, entry in report["addresses"].items():
        file = (entry.get("source") or {}).get("file", "")
        name = file.removeprefix(ANALYSE).removesuffix(".json")
        display = report["displays"].get(address.split("/")[0], {"kind": "front"})
        if file.startswith(ANALYSE) and name in results and display["kind"] == "table":
            printed[display["id"]].add(name)
    assert len(printed) > 40
    return printed


# A list of what was planned for the whole report; it prints no result of its own.
LISTS = {"t_methods"}


def test_a_column_prints_only_results_of_the_group_that_its_head_names(report, results):
    checked = 0
    for name in printed_in(report, results):
        display = report["displays"][name]
        groups = {column["id"]: column["group"] for column in display["columns"]}
        for cell in (cell for row in display["rows"] for cell in row["cells"]):
            if cell["span"] > 1:
                continue
            for part in (part for part in cell["parts"] if "address" in part):
                source = report["addresses"][part["address"]].get("source") or {}
                if source.get("group") and groups[cell["column"]]:
                    # Ratios stand in the column of the same two arms.
                    group = source["group"].replace("/", "-")
                    assert group == groups[cell["column"]], part["address"]
                    checked += 1
    assert checked > 1000


def test_no_head_of_a_column_names_another_arm_than_its_numbers_are_of(report, results):
    arms = {group["id"]: group["label"] for group in results["or_itt"]["groups"]}
    checked = 0
    for name in printed_in(report, results):
        for column in report["displays"][name]["columns"]:
            named = {arm for arm, label in arms.items() if words(column["label"]) == label}
            if named:
                assert named == {column["group"]}, (name, column["id"])
                checked += 1
    assert checked > 40


def test_every_table_says_its_population_and_how_missing_outcomes_were_treated(report, results):
    for name, analyses in printed_in(report, results).items():
        if name in LISTS:
            continue
        display = report["displays"][name]
        kinds = [note["kind"] for note in display["notes"]]
        if any("imputation_diagnostics" not in results[each]["kind"] for each in analyses):
            assert words(display["population"]), name
        if any(results[each]["endpoint"] and results[each]["missing"] for each in analyses):
            assert "missing" in kinds, name


def test_every_table_with_a_test_or_an_interval_says_which_method_ran(report, results):
    for name, analyses in printed_in(report, results).items():
        if name in LISTS:
            continue
        said = " ".join(words(note["parts"]) for note in report["displays"][name]["notes"])
        cells = json.dumps(report["displays"][name]["rows"], ensure_ascii=False)
        for analysis in analyses:
            label = results[analysis]["method"]["label"]
            assert label in said or label in cells or results[analysis]["kind"] in DESIGN, (
                name,
                label,
            )


DESIGN = {"power", "sample_size", "hazard_sensitivity"}


def test_a_table_of_a_model_states_terms_link_and_variance(report, results):
    models = [name for name, result in results.items() if result["kind"] == "logistic"]
    assert models
    display = next(
        name
        for name, used in printed_in(report, results).items()
        if models[0] in used and name not in LISTS
    )
    said = " ".join(words(note["parts"]) for note in report["displays"][display]["notes"])
    assert "logit" in said or "Logistic" in said or "logistic" in said


def rows_of(result: dict[str, Any]) -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for entry in result["statistics"]:
        found[entry["row"], entry["group"]][entry["statistic"]] = entry["value"]
    return found


def test_an_interval_with_degrees_of_freedom_is_made_with_the_t_quantile(results):
    """Half the width over the standard error is the quantile, on the scale of the estimate."""
    checked = 0
    for result in results.values():
        for row in rows_of(result).values():
            if not {name for name in row if row[name] is not None} >= NEEDED:
                continue
            if row["level"] != LEVEL or row["standard_error"] == 0:
                continue
            half = (row["upper"] - row["lower"]) / 2 / row["standard_error"]
            assert half == pytest.approx(stats.t.ppf((1 + LEVEL) / 2, row["df"]), rel=1e-8)
            checked += 1
    assert checked >= 10


def test_no_program_carries_a_quantile_as_a_number_of_two_decimals():
    for path in sorted((PROJECT / "scripts").rglob("*.py")):
        assert not re.search(r"\b1\.96\b|\b1\.64\b|\b2\.58\b", path.read_text(encoding="utf-8"))
