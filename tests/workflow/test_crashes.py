"""A job that failed or was killed never leaves a stale report that the next run calls current."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

STEP = "scripts/derive/derive_events.py"
DOOR = "    with Job(snakemake) as job:"


def test_after_a_failed_job_the_next_run_makes_all_of_it_again(bench):
    before = bench.results()
    with bench.changed(STEP, DOOR, f"    raise SystemExit(3)\n{DOOR}", ran=True):
        assert bench.run().returncode != 0
    assert not (bench.trial / "results/derive/adae.parquet").exists()
    assert {"derive_events", "describe_events"} <= bench.would_run()
    bench.build()
    assert bench.results() == before


def test_a_repaired_parameter_after_a_failed_run_gives_no_stale_report(bench):
    with bench.changed("config/analyses.yaml", "interval: newcombe", "interval: wald"):
        with bench.changed(STEP, DOOR, f"    raise SystemExit(3)\n{DOOR}", ran=True):
            bench.run()
        again = bench.would_run()
        assert {"derive_events", "render_report"} <= again
        bench.build()
        assert "Nothing to be done" in bench.build()


def wait_for(path: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text(encoding="utf-8")


def test_a_killed_run_leaves_no_orphan_and_the_next_run_ends_with_the_same_bytes(bench):
    before = bench.results()
    mark = bench.trial / "started"
    pause = (
        f"{DOOR}\n        import os, pathlib, time\n"
        f"        pathlib.Path({str(mark)!r} + '.part').write_text(str(os.getpid()))\n"
        f"        os.rename({str(mark)!r} + '.part', {str(mark)!r})\n"
        "        time.sleep(120)"
    )
    with bench.changed(STEP, DOOR, pause, ran=True):
        running = subprocess.Popen(
            bench.command(), cwd=bench.trial, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(mark)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        job = int(mark.read_text(encoding="utf-8"))
        end = time.monotonic() + 10
        while is_alive(job) and time.monotonic() < end:
            time.sleep(0.1)
        assert not is_alive(job)
    bench.build("--unlock")
    bench.build("--rerun-incomplete")
    assert bench.results() == before
    assert "Nothing to be done" in bench.build()


def test_a_killed_job_leaves_no_half_written_file(bench):
    kill = f"{DOOR}\n        import os, signal\n        os.kill(os.getpid(), signal.SIGKILL)"
    with bench.changed(STEP, DOOR, kill, ran=True):
        assert bench.run().returncode != 0
    assert list((bench.trial / "results").rglob("*.part")) == []
    assert "derive_events" in bench.would_run()


@pytest.mark.parametrize("name", ["results/derive/adsl.parquet", "results/report/report.pdf"])
def test_a_result_edited_under_its_old_time_stamp_is_refused_and_can_be_made_again(bench, name):
    target = bench.trial / name
    before, stamp = target.read_bytes(), target.stat().st_mtime_ns
    target.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    os.utime(target, ns=(stamp, stamp))
    refused = bench.run("--dry-run")
    assert refused.returncode != 0
    assert f"{name} was changed after" in refused.stdout
    assert f"rm {name}" in refused.stdout
    target.unlink()
    bench.build()
    assert target.read_bytes() == before


def test_a_raw_file_edited_under_its_old_time_stamp_is_refused(bench):
    target = bench.trial / "raw/scores.csv"
    stamp = target.stat().st_mtime_ns
    target.write_text(target.read_text(encoding="utf-8").replace(",7\n", ",6\n", 1))
    os.utime(target, ns=(stamp, stamp))
    refused = bench.run()
    assert refused.returncode != 0
    assert "raw/scores.csv is not what read_raw read" in refused.stdout


def test_parameters_changed_after_snakemakes_records_were_lost_are_seen(bench):
    shutil.rmtree(bench.trial / ".snakemake")
    with bench.changed("config/endpoints.yaml", "factor: 0.5", "factor: 0.4"):
        refused = bench.run("--dry-run")
    assert refused.returncode != 0
    assert "derive_responses ran with other parameters" in refused.stdout
