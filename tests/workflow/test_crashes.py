"""A job that failed or was killed never leaves a stale report that the next run calls current."""

import os
import signal
import subprocess
import time
from pathlib import Path

STEP = "scripts/derive/derive_events.py"
DOOR = "    with Job(snakemake) as job:"


def test_after_a_failed_job_the_next_run_makes_all_of_it_again(bench):
    before = bench.results()
    with bench.changed(STEP, DOOR, f"    raise SystemExit(3)\n{DOOR}", ran=True):
        assert bench.run().returncode != 0
    failed = bench.ledger()[-1]
    assert failed["event"] == "failed"
    assert "derive_events" in failed["details"]["unfinished"]
    assert set(failed["details"]["changed"]["code"]) == {f"code:{STEP}"}
    assert not (bench.trial / "results/derive/adae.parquet").exists()
    assert {"derive_events", "describe_events"} <= bench.would_run()
    bench.build()
    assert bench.results() == before
    assert bench.ledger()[-1]["event"] == "run"
    assert "derive_events" in bench.ledger()[-1]["details"]["ran"]


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
