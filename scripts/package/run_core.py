"""CDISC CORE over the SDTM data sets as they are sent; where it cannot run, that it did not."""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.job import Job, StepError
from scripts.package.answers import Answer, answers_of, check_answers, explanation_of
from scripts.package.core_engine import core_cache, core_python, without_terms
from scripts.seals import PROJECT

RUNNER = PROJECT / "scripts" / "package" / "core_runner.py"
STATUSES = ("success", "skipped", "issue reported", "execution error")
FAILED = "execution error"


def run_engine(
    datasets: Mapping[str, bytes], define: bytes | None, terminology: str, jobs: int
) -> dict[str, Any]:
    """What every rule says of the data sets, by file name. Raises StepError where the engine fails.

    The files are copied, so that the engine sees the bytes that the seal names and no others.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        for name, content in datasets.items():
            (data / name).write_bytes(content)
        out = Path(folder, "out.json")
        command = [str(core_python()), str(RUNNER), str(core_cache()), str(data), str(out)]
        command += ["--terminology", terminology, "--jobs", str(jobs)]
        if define is not None:
            (data / "define.xml").write_bytes(define)
            command += ["--define", str(data / "define.xml")]
        # Its own packages only: nothing of ours, and sets in the same order every time.
        kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
        ran = subprocess.run(
            command,
            env={**kept, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode or not out.exists():
            said = ran.stderr.strip().splitlines()[-3:]
            raise StepError("\n  ".join(["the engine of CDISC CORE ended with an error", *said]))
        return json.loads(out.read_text(encoding="utf-8"))


def explained(
    rules: Sequence[Mapping[str, Any]], answers: Sequence[Answer]
) -> list[dict[str, Any]]:
    """The rules with the plan's explanation of each finding, None where there is none."""
    return [
        {
            **rule,
            "findings": [
                {**f, "explanation": explanation_of(rule["core_id"], f["dataset"], answers)}
                for f in rule["findings"]
            ],
        }
        for rule in rules
    ]


def check_core(rules: Sequence[Mapping[str, Any]], answers: Sequence[Answer]) -> list[str]:
    """Every finding without an answer, every answer to nothing.

    A rule that the engine could not run is one too: where the engine itself is wrong the plan says
    so, and the report still counts it as what it is, apart from passed.
    """
    findings, found = [], []
    for rule in rules:
        for finding in rule["findings"]:
            found.append((rule["core_id"], finding["dataset"]))
            if finding["explanation"] is None:
                what = f"{finding['count']} x {rule['message']}"
                if rule["status"] == FAILED:
                    what = f"could not be run: {finding.get('message')} ({rule['message']})"
                findings.append(f"{rule['core_id']} in {finding['dataset']}: {what}")
    return findings + check_answers(found, answers)


def describe_core(
    state: Mapping[str, Any], standard: str, terminology: str, rules: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The record of a run, or of that there was none; what was skipped is counted apart."""
    counted = Counter(rule["status"] for rule in rules)
    return {
        "status": "not executed" if state["reason"] else "executed",
        "reason": state["reason"],
        "engine": state["engine"],
        "standard": standard,
        "terminology": terminology,
        "rules": list(rules),
        "counts": {status: counted.get(status, 0) for status in STATUSES},
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        specification, state = job.json("specification"), job.plan["core"]
        terminology = f"sdtmct-{specification['terminology']['date']}"
        if state["reason"] is None:
            lacking = without_terms(core_cache(), terminology)
            state = {**state, "reason": lacking, "engine": None if lacking else state["engine"]}
        rules: list[dict[str, Any]] = []
        if state["reason"] is None:
            files = {Path(path).name: job.content(path) for path in job.named("datasets")}
            define = job.binary("define")
            answers = answers_of(job.plan, core=True)
            said = run_engine(files, define, terminology, job.threads)["rules"]
            rules = explained(said, answers)
            wrong = check_core(rules, answers)
            if wrong:
                hint = "mend what sends it, or answer it in submission.conformance.answers"
                raise StepError(
                    "\n  ".join([f"CDISC CORE: {len(wrong)} without an answer; {hint}", *wrong])
                )
        else:
            job.tell(f"CDISC CORE is not executed: {state['reason']}")
        standard = f"{specification['standard']} {specification['version']}"
        job.write("core", describe_core(state, standard, terminology, rules))
