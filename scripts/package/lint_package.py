"""The lint of the finished folder, and the report of all conformance checks to be read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.job import Job, StepError
from scripts.package.conformance_page import format_page
from scripts.package.lint.folder import Folder, Lint
from scripts.package.lint.rules import RULES
from scripts.package.places import in_package
from scripts.package.transport import day_of
from scripts.seals import PROJECT

SHOWN = 20
STATUSES = ("passed", "not applicable", "warning", "error")


def run_lint(folder: Folder, rules: Iterable[Lint] = RULES) -> dict[str, Any]:
    """Every rule with how much it looked at and what it found; nothing looked at is no pass."""
    judged = []
    for rule in rules:
        checked, findings = rule.check(folder)
        status = rule.severity if findings else ("passed" if checked else "not applicable")
        told = {key: getattr(rule, key) for key in ("id", "source", "severity", "message")}
        found = {"checked": checked, "findings": len(findings), "examples": findings[:SHOWN]}
        judged.append({**told, **found, "status": status})
    counted = Counter(rule["status"] for rule in judged)
    return {"rules": judged, "counts": {status: counted.get(status, 0) for status in STATUSES}}


def errors_of(lint: Mapping[str, Any]) -> list[str]:
    """Every finding of a rule that stops the package, as far as it is shown."""
    return [
        f"{rule['id']} {finding}"
        for rule in lint["rules"]
        if rule["status"] == "error"
        for finding in [
            *rule["examples"],
            *([f"and {rule['findings'] - SHOWN} more"] if rule["findings"] > SHOWN else []),
        ]
    ]


def machine_folders(folders: Sequence[Path]) -> list[str]:
    """Folders of this machine, but for those so short that any text may hold them."""
    return sorted({str(folder) for folder in folders if len(folder.parts) > 2})


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        folder = Folder(
            files={in_package(path): job.content(path) for path in job.named("files")},
            day=day_of({"data_cut": job.plan["study.data_cut"]}),
            claims=job.json("claims")["claims"],
            analyses=job.json("analyses"),
            machine=machine_folders([PROJECT, Path.cwd()]),
        )
        lint = run_lint(folder)
        wrong = errors_of(lint)
        if wrong:
            raise StepError("\n  ".join(["the package cannot be sent as it is", *wrong]))
        reports = {"core": job.json("core"), "gate": job.json("gate"), "lint": lint}
        job.write("lint", lint)
        job.write("page", format_page(job.text("template"), reports, job.plan["study.id"]))
