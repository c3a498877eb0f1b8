"""`trialtrace diff` between real runs of the second trial, one and several things changed."""

import shutil
from pathlib import Path

import pytest

from scripts.audit.difference.numbers import Comparison, compare_runs
from scripts.audit.difference.runs import read_run
from tests.workflow.conftest import Workshop

SCORE = ("raw/scores.csv", "P02,14,2024-03-21,3", "P02,14,2024-03-21,6")
FACTOR = ("config/endpoints.yaml", "factor: 0.5", "factor: 0.4")
OPTION = ("config/analyses.yaml", "interval: newcombe,", "interval: wald,")
FORMAT = ("config/formats.yaml", "difference: 3", "difference: 2")
COLOUR = ("config/trial.yaml", "#4b2e83", "#4b2e84")
MODULE = ("scripts/analyse/summaries.py", "known.mean()", "known.mean() + 1")

BY_SCORE = ("data", "raw/scores.csv")
BY_FACTOR = ("plan", "endpoints.endpoints.HALVED.clauses.half.factor")
BY_OPTION = ("plan", "analyses.analyses.halved.method.interval")
BY_FORMAT = ("plan", "formats.decimals.difference")
BY_MODULE = ("code", "scripts/analyse/summaries.py")


def build(shop: Workshop) -> Path:
    """The numbers of a trial, without its pages."""
    shop.build("tabulate", "draw_figures")
    return shop.trial


def rebuilt(workshop: Workshop, source: Path, folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of a built trial with texts of its files changed, built again."""
    shutil.copytree(source, folder, copy_function=shutil.copy2)
    for path, old, new in changes:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    return build(Workshop(workshop.project, folder))


@pytest.fixture(scope="module")
def runs(workshop, tmp_path_factory) -> dict[str, Path]:
    """Runs that differ from one another in known ways."""
    base = tmp_path_factory.mktemp("runs")
    start = workshop.trial
    made = {"start": start, "score": rebuilt(workshop, start, base / "score", SCORE)}
    made["plan"] = rebuilt(workshop, made["score"], base / "plan", FACTOR, OPTION)
    made["print"] = rebuilt(workshop, start, base / "print", FORMAT, COLOUR)
    shutil.copytree(start, base / "code", copy_function=shutil.copy2)
    with workshop.changed(*MODULE):
        made["code"] = build(Workshop(workshop.project, base / "code"))
    return made


def compared(runs: dict[str, Path], before: str, after: str) -> Comparison:
    return compare_runs(read_run(runs[before]), read_run(runs[after]))


def why(comparison: Comparison) -> dict[str, set[tuple[str, str]]]:
    return {
        one.address: {(cause.kind, cause.name) for cause in one.causes}
        for one in comparison.differences
    }


def test_one_raw_value(runs):
    comparison = compared(runs, "start", "score")
    found = why(comparison)
    assert found["x_scores/Day 14/HIGH/median"] == {BY_SCORE}
    assert set(map(frozenset, found.values())) == {frozenset({BY_SCORE})}
    (cause,) = comparison.causes
    assert cause.words == "row 8 itch: 3 -> 6"


def test_a_definition_and_an_option_are_told_apart_by_analysis(runs):
    found = why(compared(runs, "score", "plan"))
    assert found["x_halved/halved/HIGH-VEHICLE/lower"] == {BY_FACTOR, BY_OPTION}
    assert found["x_halved/halved_finished/HIGH-VEHICLE/lower"] == {BY_FACTOR}
    assert found["x_definitions/HALVED/words1/words"] == {BY_FACTOR}
    assert not any(address.startswith("x_scores/") for address in found)
    assert {cause for causes in found.values() for cause in causes} == {BY_FACTOR, BY_OPTION}


def test_a_format_changes_the_print_alone_and_a_colour_nothing(runs):
    comparison = compared(runs, "start", "print")
    assert set(map(frozenset, why(comparison).values())) == {frozenset({BY_FORMAT})}
    assert len(comparison.differences) > 50
    assert all(one.before["value"] == one.after["value"] for one in comparison.differences)
    acting = {cause for one in comparison.differences for cause in one.causes}
    idle = {cause.name for cause in comparison.causes} - {cause.name for cause in acting}
    assert idle == {"trial.arms.HIGH.color"}


def test_several_changes_at_once_are_told_apart_by_number(runs):
    found = why(compared(runs, "print", "plan"))
    assert found["x_scores/Day 14/HIGH/median"] == {BY_SCORE}
    assert found["x_halved/halved/LOW-VEHICLE/estimate"] == {BY_FORMAT}
    assert found["x_halved/halved/LOW/count"] >= {BY_FACTOR}
    assert BY_FORMAT not in found["x_halved/halved/LOW/count"]
    assert found["x_halved/halved/HIGH-VEHICLE/lower"] == {
        BY_SCORE, BY_FACTOR, BY_OPTION, BY_FORMAT
    }  # fmt: skip


def test_a_module_is_named_for_the_numbers_of_the_steps_that_import_it(runs):
    found = why(compared(runs, "start", "code"))
    assert found["x_start/start:AGE/HIGH/mean"] == {BY_MODULE}
    assert set(map(frozenset, found.values())) == {frozenset({BY_MODULE})}
    assert all(address.endswith("/mean") for address in found)
