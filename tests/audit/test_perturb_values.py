"""The check of the trace on a workflow of three steps, from raw values to the report of it."""

import pytest

from scripts.audit.perturb_values import (
    check_baseline,
    report_proof,
    tabulate_trials,
    try_all,
)
from scripts.audit.perturbations import Cell, Perturbation, draw_perturbations, read_trial
from scripts.audit.proof import Predicted, Trace, prove
from scripts.audit.rebuild import build_baseline
from scripts.audit.trials import Bench
from scripts.tables import check_table, read_contract
from tests.audit.toy import PRINTED, SOURCES, make_trial
from tests.workflow.conftest import PROJECT

SCORE = Cell("visits", 1, "SCORE")
DEPENDS = {
    "WHO": {"t/all/n/n", "t/B/n/n", "t/C/n/n"},
    "SCORE": {"t/all/n/n", "t/B/n/n", "t/C/n/n"},
    "DAY": set(),
    "NOTE": {"t/notes/1/words"},
}


@pytest.fixture
def bench(tmp_path, monkeypatch):
    jobs = make_trial(tmp_path / "trial")
    monkeypatch.chdir(tmp_path / "trial")
    (tmp_path / "base").mkdir()
    raw = read_trial(SOURCES, (tmp_path / "trial").relative_to(tmp_path / "trial"))
    return Bench.of(raw, build_baseline(jobs, tmp_path / "trial", tmp_path / "base"), PRINTED)


def trace_of(bench, blind=()):
    """What depends on what, as it stands above; blind to some columns."""

    def predict(cell):
        if cell.column in blind:
            return Predicted(set())
        return Predicted(DEPENDS[cell.column], {"t"} if cell.column in ("WHO", "SCORE") else set())

    return Trace(bench.addresses.keys(), predict)


def test_a_score_made_low_takes_one_from_the_count(bench):
    (outcome,) = bench.try_cell([Perturbation(SCORE, "7", "6", "of another row")])
    assert outcome.changed == ["t/B/n/n"]


def test_a_score_made_missing_changes_the_number_of_subjects_too(bench):
    (outcome,) = bench.try_cell([Perturbation(SCORE, "7", "", "missing")])
    assert outcome.changed == ["t/B/n/n", "t/all/n/n"]


def test_a_number_that_comes_is_told_to_be_new(bench):
    first = Cell("visits", 0, "SCORE")
    (outcome,) = bench.try_cell([Perturbation(first, "5", "8", "of another row")])
    assert outcome.changed == outcome.new == ["t/A/n/n"]


def test_a_subject_that_nobody_knows_stops_the_run(bench):
    (outcome,) = bench.try_cell([Perturbation(Cell("visits", 0, "WHO"), "A", "X", "other text")])
    assert outcome.stopped == "read"
    assert not outcome.is_broken


def test_outcomes_are_the_same_with_one_process_and_with_three(bench):
    drawn = draw_perturbations(bench.raw, 12, 3, 2022)
    assert len(drawn) == 3 * 4
    assert try_all(bench, drawn, 1) == try_all(bench, drawn, 3)


def test_a_true_trace_misses_nothing_and_one_that_is_blind_to_a_column_is_found_out(bench):
    tried = try_all(bench, draw_perturbations(bench.raw, 12, 4, 2022), 2)
    sound = report_proof(prove(tried, trace_of(bench), bench.addresses), 4, bench.raw.sources)
    assert sound["summary"]["missed"] == 0
    blinded = prove(tried, trace_of(bench, blind=["SCORE"]), bench.addresses)
    missed = report_proof(blinded, 4, bench.raw.sources)["missed"]
    assert missed
    assert {miss["column"] for miss in missed} == {"SCORE"}


def test_every_value_that_was_tried_is_kept_under_its_contract(bench):
    tried = try_all(bench, draw_perturbations(bench.raw, 12, 3, 2022), 1)
    table = tabulate_trials(prove(tried, trace_of(bench), bench.addresses))
    contract = read_contract(PROJECT / "config/schemas/tables/trials.yaml")
    assert check_table(table, contract) == []
    assert len(table) == sum(map(len, tried.values()))


def test_the_run_made_again_is_held_against_the_workflows_byte_for_byte(bench, tmp_path):
    trial = tmp_path / "workflow"
    (trial / "results").mkdir(parents=True)
    (trial / PRINTED[0]).write_bytes((bench.baseline.folder / PRINTED[0]).read_bytes())
    assert check_baseline(trial, bench) == []
    (trial / PRINTED[0]).write_bytes(b"{}")
    assert check_baseline(trial, bench) == [f"{PRINTED[0]} is not what the workflow made"]
