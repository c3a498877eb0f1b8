"""What stands between Snakemake and the cached files: asked while the Snakefile is read.

That happens in every command, and before Snakemake decides what must run.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.audit.remake import describe, describe_inputs, make_again
from scripts.audit.run_entry import raw_addresses
from scripts.audit.seal_checks import Finding, check_seals
from scripts.seals import digest_of

LOCKS = Path(".snakemake/locks")


def check_writable(folder: str | Path) -> list[str]:
    """Why nothing can be made in a trial's folder: Snakemake's own words would name no remedy."""
    places = [Path(folder), Path(folder, "results"), Path(folder, ".snakemake")]
    return [
        f"{place.resolve()} is read-only here; make it writable, or work on a copy "
        "(`trialtrace verify` needs neither)"
        for place in places
        if place.exists() and not os.access(place, os.W_OK)
    ]


def parameters_of(rules: Iterable[Any]) -> dict[str, str]:
    """The digest of the parameters of every rule with a step, by the rule's name."""
    return {
        rule.name: digest_of(rule.params.plan) for rule in rules if hasattr(rule.params, "plan")
    }


def planned_steps(jobs: Iterable[Any], told: Mapping[str, str]) -> set[str]:
    """The rules with a step among the jobs that are to run."""
    return {job.rule.name for job in jobs} & set(told)


def _make_dry(findings: Iterable[Finding], rules: Iterable[Any]) -> None:
    """Let a dry run show what would run, without a change on the disk.

    It records nothing, so that a parameter may be added for it to notice. Where Snakemake's records
    are gone it notices none; the words stand alone then.
    """
    wanted = {finding.rule for finding in findings}
    for rule in rules:
        if rule.name in wanted:
            rule.params.plan["made again"] = True


def review_results(
    workflow: Any, told: Mapping[str, str], sources: Mapping[str, Any], reason: str | None
) -> list[str]:
    """What is not as its seal says, in words; and see to it that it is made again.

    A dry run only says so. So does a command while another one is running, and a job that reads the
    Snakefile again on another machine says nothing.
    """
    if not workflow.is_main_process:
        return []
    findings = check_seals("results", told)
    raw = set(raw_addresses(sources).values())
    busy = LOCKS.is_dir() and any(LOCKS.iterdir())
    dry = workflow.output_settings.dryrun
    lines = [line for finding in findings if (line := describe(finding, not dry and not busy))]
    lines += describe_inputs(findings, raw)
    if dry:
        _make_dry(findings, workflow.rules)
    elif not busy:
        make_again(findings, raw, reason)
    return lines
