"""The jobs of the workflow as plain data: what each rule reads, makes and is told.

Taken once from the rules themselves, so that whoever runs steps without the workflow runs the same
steps on the same files with the same part of the plan.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Described = dict[str, Any]
# Runs are made again hundreds of times: few completed data sets show as well what depends on what.
DEFAULTS = {"cells": 300, "values": 3, "imputations": 20, "imputations_least": 10}


def _files(items: Any) -> dict[str, Any]:
    """Files of a rule by name: a path, or a list of paths."""
    named = {}
    for name, item in items.items():
        value = item(None) if callable(item) else item
        named[name] = str(value) if isinstance(value, str) else [str(path) for path in value]
    return named


def describe_job(rule: Any) -> Described:
    """One rule without wildcards as a job: script, inputs, outputs, log, parameters."""
    script = Path(rule.basedir.get_path_or_uri(secret_free=True)) / str(rule.script)
    return {
        "rule": rule.name,
        "script": str(script.resolve()),
        "input": _files(rule.input),
        "output": _files(rule.output),
        "log": [str(path) for path in rule.log],
        "params": dict(rule.params.items()),
    }


def paths_of(files: Mapping[str, Any]) -> list[str]:
    """Every path of the inputs or outputs of a job, in their order."""
    return [
        path for value in files.values() for path in ([value] if isinstance(value, str) else value)
    ]


def jobs_for(
    rules: Iterable[Any], targets: Sequence[str], given: Collection[str] = ()
) -> list[Described]:
    """The jobs that the targets need, each after those that it needs itself.

    Only their rules are looked into; `given` files are there already, and nothing makes them.
    Raises KeyError for a target that no rule makes.
    """
    makers = {str(path): rule for rule in rules for path in rule.output if str(path) not in given}
    ordered: dict[str, Described] = {}
    seen: set[str] = set()

    def add(rule: Any) -> None:
        if rule.name in seen:
            return
        seen.add(rule.name)
        job = describe_job(rule)
        for path in paths_of(job["input"]):
            if path in makers:
                add(makers[path])
        ordered[rule.name] = job

    for target in targets:
        add(makers[target])
    return list(ordered.values())


def files_of_steps(rules: Iterable[Any], targets: Sequence[str], wildcards: Any) -> list[str]:
    """What the jobs of the targets read that no job makes: code, contracts, raw files."""
    jobs = jobs_for(rules, targets)
    made = {path for job in jobs for path in paths_of(job["output"])}
    return sorted({path for job in jobs for path in paths_of(job["input"])} - made)


def jobs_of_targets(
    rules: Iterable[Any], targets: Sequence[str], wildcards: Any
) -> list[Described]:
    """The jobs of the targets, for a step that runs them itself; looked for when its job is."""
    return jobs_for(rules, targets)


def perturbations_of(asked: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """How many cells and values are tried, and the settings under which runs are made again."""
    wanted = {**DEFAULTS, **asked}
    fewer = {
        name: min(wanted[name], settings[name])
        for name in ("imputations", "imputations_least")
        if name in settings
    }
    return {"cells": wanted["cells"], "values": wanted["values"], "settings": fewer}


def with_settings(jobs: Iterable[Described], settings: Mapping[str, Any]) -> list[Described]:
    """The jobs as other settings of the plan would tell them, wherever they are told a setting."""

    def told(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        changed = {key: told(item) for key, item in value.items()}
        for name, setting in settings.items():
            if f"settings.{name}" in changed:
                changed[f"settings.{name}"] = setting
            if name in changed.get("settings", ()):
                changed["settings"] = {**changed["settings"], name: setting}
        return changed

    return [{**job, "params": told(job["params"])} for job in jobs]


def told_of(job: Described, hashes: Mapping[str, str]) -> Described:
    """The job as it is told of other files: where it was told the hash of one, by old hash."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: told(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [told(item) for item in value]
        return hashes.get(value, value) if isinstance(value, str) else value

    return {**job, "params": told(job["params"])} if hashes else job
