"""The second trial: its run made again in one process, one raw value changed by hand, the check."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import seals
from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.store import unpack
from scripts.audit.perturb_values import trace_of
from scripts.audit.perturbations import Cell, Perturbation, read_trial
from scripts.audit.proof import Predicted, Trace, prove_cell
from scripts.audit.rebuild import Memory, build_baseline
from scripts.audit.trials import Bench, read_printed
from scripts.tables import read_table
from tests.workflow.conftest import PROJECT, Workshop

# Appended to the Snakefile: the jobs and the printed files as the rule of the check has them.
TELL = """
import json

with open("jobs.json", "w") as file:
    json.dump([jobs_of_targets(workflow.rules, NUMBERED, None), NUMBERED], file)
"""
# P01 had 7 at the start and 4 at the end: not halved. With 3, which is at most 7 / 2, it is.
LAST_SCORE = Cell("scores", 4, "itch")
HALVED = Perturbation(LAST_SCORE, "4", "3", "of another row")


@pytest.fixture(scope="module")
def made(workshop, tmp_path_factory) -> tuple[Workshop, Bench]:
    """A copy of the second trial and its run made again, both in their folder."""
    room = tmp_path_factory.mktemp("again")
    shop = workshop.copy(room / "trial")
    telling = shop.project / "Snakefile.telling"
    telling.write_text((shop.project / "Snakefile").read_text(encoding="utf-8") + TELL)
    told = Workshop(shop.project, shop.trial).command("--dry-run")
    told[told.index("--snakefile") + 1] = str(telling)
    subprocess.run(told, check=True, capture_output=True, cwd=shop.trial)
    jobs, printed = json.loads((shop.trial / "jobs.json").read_text(encoding="utf-8"))
    sources = yaml.safe_load((shop.trial / "config/sources.yaml").read_text(encoding="utf-8"))
    (room / "baseline").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # Addresses of code are those of the project that the workflow ran from.
        patch.setattr(seals, "PROJECT", shop.project)
        patch.chdir(shop.trial)
        raw = read_trial(sources, Path())
        return shop, Bench.of(raw, build_baseline(jobs, shop.trial, room / "baseline"), printed)


@pytest.fixture
def bench_of_trial(made, monkeypatch) -> Bench:
    """The run made again, seen from the trial's folder."""
    monkeypatch.chdir(made[0].trial)
    return made[1]


def trace_in(shop: Workshop) -> Trace:
    """What the trace index of the trial says."""
    folder = shop.trial / "results/audit"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return trace_of(Graph(unpack(index, read_table(folder / "arrays.parquet"))))


def blinded(trace: Trace, cell: Cell) -> Trace:
    """The same trace, blind to the column of a cell."""

    def predict(asked: Cell) -> Predicted:
        same = (asked.source, asked.column) == (cell.source, cell.column)
        return Predicted(set()) if same else trace.predict(asked)

    return Trace(trace.known, predict)


def test_the_run_made_again_has_every_file_of_the_workflow_byte_for_byte(made):
    shop, bench = made
    files = [path for path in bench.baseline.hashes if path.startswith("results/")]
    assert len(files) > 60
    different = [
        path
        for path in files
        if "/seals/" not in path
        and (bench.baseline.folder / path).read_bytes() != (shop.trial / path).read_bytes()
    ]
    assert different == []


def test_one_more_responder_adds_one_to_the_count_of_the_arm_and_the_trace_said_so(
    made, bench_of_trial, tmp_path
):
    folder, entries = tmp_path / "changed", bench_of_trial.addresses
    outcome = bench_of_trial.try_value(HALVED, folder, Memory(tmp_path / "memory"))
    assert outcome.stopped is None
    count, elsewhere = "x_primary/halved/LOW/count", "x_primary/halved/HIGH/count"
    assert entries[count][0] == "4"
    assert read_printed(folder, bench_of_trial.printed)[count][0] == str(4 + 1)
    assert count in outcome.changed
    assert elsewhere not in outcome.changed
    trace = trace_in(made[0])
    assert prove_cell(LAST_SCORE, [outcome], trace, entries).missed == []
    # A trace that does not know of this column is found out, at this number among others.
    blind = prove_cell(LAST_SCORE, [outcome], blinded(trace, LAST_SCORE), entries).missed
    assert count in {miss["address"] for miss in blind}


def test_the_target_gives_its_verdict_and_is_no_part_of_all(bench):
    assert bench.would_run() == set()
    few = bench.trial / "few.yaml"
    few.write_text("perturbations: {cells: 6, values: 2}", encoding="utf-8")
    told = bench.build("perturbation", "--configfile", str(few))
    report = json.loads((bench.trial / "results/audit/perturbation.json").read_text())
    assert report["summary"]["cells"] == 6
    assert report["summary"]["missed"] == 0
    assert report["summary"]["values"] <= 6 * 2
    assert "other values of 6 raw cells" in told
    verdict = json.loads((bench.trial / "results/audit/trace_verdict.json").read_text())
    assert verdict["sound"] is True
    trials = read_table(bench.trial / "results/audit/perturbation.parquet")
    assert len(trials) == report["summary"]["values"]
    assert PROJECT.as_posix() not in json.dumps(report)
