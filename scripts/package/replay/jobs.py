"""The jobs that the replay runs, as data that mean the same on every machine.

They are those of the workflow from the SDTM domains to the printed numbers and the transport files.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.audit.jobs import Described, jobs_for, paths_of
from scripts.seals import address_of, path_of

CODE = "code:"


def _address(path: str) -> str:
    return address_of(path) if Path(path).is_absolute() else Path(path).as_posix()


def _addresses(files: Mapping[str, Any]) -> dict[str, Any]:
    """Paths by name as addresses: inside the trial's folder, or `code:` inside the project's."""
    return {
        name: _address(item) if isinstance(item, str) else [_address(path) for path in item]
        for name, item in files.items()
    }


def portable_jobs(
    rules: Iterable[Any], targets: Sequence[str], given: Collection[str], wildcards: Any
) -> list[Described]:
    """The jobs of the targets without a path of this machine; `given` files are not made again."""
    return [
        {
            **job,
            "script": address_of(job["script"]),
            "input": _addresses(job["input"]),
            "output": _addresses(job["output"]),
        }
        for job in jobs_for(rules, targets, given)
    ]


def seals_of(
    rules: Iterable[Any], targets: Sequence[str], given: Collection[str], wildcards: Any
) -> list[str]:
    """The seals of these jobs, which say what code ran."""
    return [job["output"]["seal"] for job in jobs_for(rules, targets, given)]


def settled(job: Described) -> Described:
    """A portable job with the paths that its code has here."""

    def here(address: str) -> str:
        return str(path_of(address)) if address.startswith(CODE) else address

    def paths(files: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: here(item) if isinstance(item, str) else [here(path) for path in item]
            for name, item in files.items()
        }

    return {**job, "script": here(job["script"]), "input": paths(job["input"])}


def needed(jobs: Iterable[Described]) -> set[str]:
    """The files of the trial that the jobs read and none of them makes."""
    jobs = list(jobs)
    made = {path for job in jobs for path in paths_of(job["output"])}
    read = {path for job in jobs for path in paths_of(job["input"])}
    return {path for path in read - made if not path.startswith(CODE)}


def programs_of(rules: Iterable[Any]) -> dict[str, str]:
    """The address of the script of every step by the rule's name with hyphens."""
    found = {}
    for rule in rules:
        if rule.script:
            folder = Path(rule.basedir.get_path_or_uri(secret_free=True))
            found[rule.name.replace("_", "-")] = address_of((folder / rule.script).resolve())
    return dict(sorted(found.items()))
