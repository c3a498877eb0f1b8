"""Everything that it takes to run the analysis again, as ASCII text: programs, plan, lock, jobs."""

import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.job import Job, StepError
from scripts.package.packed_text import pack
from scripts.package.replay.carried import carry
from scripts.package.replay.copies import readable
from scripts.package.replay.front import mark_of
from scripts.package.replay.jobs import CODE, needed
from scripts.package.runtime_lock import runtime_lock
from scripts.seals import hash_of
from scripts.surroundings import surroundings
from scripts.tables import format_json

AS_RUN = "config/as-run.json"
SHOWN = 20


def fingerprint(content: bytes) -> dict[str, Any]:
    """What a file was: its hash, and a short mark of each line, so that a changed one is named."""
    lines = content.decode("utf-8", errors="replace").split("\n")
    return {"sha256": hash_of(content), "lines": "".join(map(mark_of, lines))}


def check_ran(files: Mapping[str, bytes], seals: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every file of the code that is packed in another form than a step read it."""
    findings = set()
    for seal in seals:
        for address, entry in seal["inputs"].items():
            path = address.removeprefix(CODE)
            if address.startswith(CODE) and path not in files:
                findings.add(f"{path}: read by {seal['rule']} and not packed")
            elif address.startswith(CODE) and hash_of(files[path]) != entry["sha256"]:
                findings.add(f"{path}: not what {seal['rule']} ran; run the target again")
    return sorted(findings)


def check_given(jobs: Iterable[Mapping[str, Any]], given: Iterable[str]) -> list[str]:
    """Every file that a job reads and the replay would not have."""
    return [
        f"{path}: read by the replay's jobs, and neither sent, carried nor made by them"
        for path in sorted(needed(jobs) - set(given))  # type: ignore[arg-type]
    ]


def printed_numbers(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Printed text and full value of every address, by the file that holds it."""
    return {
        path: {
            address: {key: entry.get(key) for key in ("text", "value")}
            for address, entry in document["addresses"].items()
        }
        for path, document in documents.items()
    }


def format_inputs(value: Mapping[str, Any]) -> str:
    """JSON in ASCII that keeps the order of keys: the plan's order is that of the report."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, indent=1)
    return text + "\n"


def as_run(config: Mapping[str, Any]) -> bytes:
    """The top file of the plan as it ran, whatever a command line put over it."""
    return format_json(config).encode()


def packed_here(job: Job) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The code and the plan by their paths. Raises StepError where the code is not what ran."""
    code = {
        path: job.content(file)
        for path, file in zip(job.sources("packed"), job.named("packed"), strict=True)
    }
    findings = check_ran(code, job.jsons("seals").values())
    if findings:
        shown = findings[:SHOWN]
        raise StepError("\n  ".join([f"{len(findings)} program(s) are not what ran", *shown]))
    plan = {Path(path).as_posix(): job.content(path) for path in job.named("files")}
    return code, {**plan, AS_RUN: as_run(job.plan["config"])}


def inputs_of(job: Job, jobs: list[Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the replay needs beside the data sets: what stands in replay-inputs.txt."""
    findings = check_given(jobs, [*job.plan["restored"], *job.named("carried")])
    if findings:
        raise StepError("\n  ".join(["the replay could not run its jobs", *findings]))
    numbers = {path: json.loads(job.content(path)) for path in job.named("numbers")}
    return {
        "study": job.plan["study"]["id"],
        "python": platform.python_version(),
        "variables": surroundings(job.plan["study"]),
        "plan": {key: job.plan[key] for key in ("submission", "sdtm", "digest")},
        "restored": job.plan["restored"],
        "datasets": {path: hash_of(job.content(path)) for path in job.named("datasets")},
        "ran": {path: fingerprint(content) for path, content in sorted(files.items())},
        "carried": carry({path: job.content(path) for path in job.named("carried")}),
        "jobs": jobs,
        "printed": printed_numbers(numbers),
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        told = snakemake.params  # type: ignore[name-defined]
        code, plan = packed_here(job)
        addresses = {name: path.removeprefix(CODE) for name, path in told["programs"].items()}
        texts = {name: readable(path, code[path]) for name, path in addresses.items()}
        texts["pipeline"], texts["plan"] = pack("programs", code), pack("plan", plan)
        texts["requirements-lock"] = runtime_lock(job.text("lock"))
        whole = inputs_of(job, told["jobs"], {**code, **plan})
        texts |= {"replay-inputs": format_inputs(whole), "replay": job.text("front")}
        job.write_all("programs", texts)
