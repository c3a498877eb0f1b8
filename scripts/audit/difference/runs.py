"""One finished run as it lies in a folder: its printed numbers, its seals, its plan."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.audit.difference.plans import read_plan
from scripts.audit.printed_numbers import AddressError, read_numbers
from scripts.seals import parts_of, read_seals, sha256_of

PRINTED = ("results/report/tables.json", "results/report/figures/")


class RunError(Exception):
    """A folder holds no finished run; the message lists what is missing."""


@dataclass
class Run:
    """A run: `maker` gives the seal of the job that made a file, `plan` is None where unknown."""

    label: str
    results: Path
    numbers: dict[str, dict[str, Any]]
    seals: dict[str, dict[str, Any]]
    plan: dict[str, Any] | None
    # The name of the raw file of each source, as the run read it.
    files: dict[str, str] = field(default_factory=dict)
    maker: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Sections whose files are no longer what the run was told: their values prove nothing.
    stale: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def digest(self, file: str) -> str | None:
        """The hash of a file as the job that made it, or else one that read it, noted it."""
        if file in self.maker:
            return str(self.maker[file]["outputs"][file]["sha256"])
        for seal in self.seals.values():
            if file in seal["inputs"]:
                return str(seal["inputs"][file]["sha256"])
        return None


def read_run(folder: str | Path) -> Run:
    """The run of a trial's folder, or of a folder of results. Raises RunError."""
    place = Path(folder)
    results = place / "results" if (place / "results").is_dir() else place
    config = results.parent / "config"
    findings: list[str] = []
    numbers: dict[str, dict[str, Any]] = {}
    try:
        numbers = read_numbers(results)
    except AddressError as error:
        findings += str(error).split("\n  ")
    seals = _read_seals(results, findings)
    if not seals:
        findings.append(f"{results} holds no seals of jobs (*/seals/*.json)")
    run = Run(str(folder), results, numbers, seals, read_plan(config))
    run.files = _read_files(results)
    run.maker = {path: seal for seal in seals.values() for path in seal["outputs"]}
    findings += [
        f"no seal says how {file} was made; to make it again: snakemake --cores 4 report"
        for file in sorted(_printed_from(run))
        if file not in run.maker and (results.parent / file).exists()
    ]
    if findings:
        raise RunError("\n  ".join(findings))
    run.notes += _changed_afterwards(run)
    _hold_against_seals(run)
    return run


def _read_files(results: Path) -> dict[str, str]:
    """The raw file of each source; nothing where the run does not say."""
    try:
        metadata = json.loads((results / "ingest/metadata.json").read_text(encoding="utf-8"))
        return {source: str(content["file"]) for source, content in metadata.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _read_seals(results: Path, findings: list[str]) -> dict[str, dict[str, Any]]:
    seals = {}
    for seal in read_seals(results):
        if seal.get("damaged"):
            path = seal["seal"]
            findings.append(f"{path} is not what a step wrote; to make it again: rm {path}")
        else:
            seals[str(seal["rule"])] = seal
    return seals


def _printed_from(run: Run) -> set[str]:
    """The files that the printed numbers name as their source."""
    files = {str(entry["source"].get("file", "")) for entry in run.numbers.values()}
    return {file for file in files if file.startswith("results/") and "." in file} | {PRINTED[0]}


def _changed_afterwards(run: Run) -> list[str]:
    """Files that hold printed numbers and are not what their seals say."""
    changed = []
    for file, seal in sorted(run.maker.items()):
        path = run.results / file.removeprefix("results/")
        if not (file.startswith(PRINTED) and file.endswith(".json") and path.exists()):
            continue
        if sha256_of(path) != seal["outputs"][file]["sha256"]:
            changed.append(f"{path} was changed after {seal['rule']} made it")
    return changed


def _rules_behind_print(run: Run) -> set[str]:
    """The steps behind the printed numbers; others may have been left from an earlier run."""
    rules: set[str] = set()
    waiting = [file for file in run.maker if file.startswith(PRINTED)]
    while waiting:
        seal = run.maker.get(waiting.pop())
        if seal is not None and seal["rule"] not in rules:
            rules.add(str(seal["rule"]))
            waiting += list(seal["inputs"])
    return rules


def _hold_against_seals(run: Run) -> None:
    """Note sections of the plan that are no longer those that the run was told."""
    if run.plan is None:
        run.notes.append(f"{run.results.parent / 'config'} holds no plan; values are not shown")
        return
    for rule in sorted(_rules_behind_print(run)):
        parts = run.seals[rule].get("parts")
        if not isinstance(parts, dict):
            continue  # of a version that did not say
        for section, told in parts.items():
            value = run.plan.get(section)
            if _is_whole(value, told) and parts_of({section: value})[section] != told:
                run.stale.add(section)
    for section in sorted(run.stale):
        run.notes.append(
            f"the plan in {run.results.parent / 'config'} was changed after the run ({section})"
        )


def _is_whole(value: Any, told: Any) -> bool:
    """Whether a step was told the whole section, and not a slice of it under the same name."""
    return isinstance(told, dict) and isinstance(value, dict) and set(told) == set(value)
