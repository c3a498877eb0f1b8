"""The jobs of the workflow run again in one process, and only those that a change reaches.

A step runs as it does under the workflow: its own script, its own files, its own parameters, in a
folder of its own whose files are hard links to those of the baseline. A step replaces its outputs
and never writes into them (`scripts/job.py`), so the baseline stays as it is. A job whose inputs
are the bytes of the baseline would make the bytes of the baseline, and is left out.
"""

import contextlib
import io
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from scripts.audit.jobs import Described, paths_of, told_of
from scripts.seals import digest_of, sha256_of

# How a step begins what it says when it breaks down instead of saying what is wrong.
BROKEN = "Traceback"


class StoppedError(Exception):
    """A step ended the run, as it would have under the workflow: which, and in which words."""

    def __init__(self, rule: str, words: str) -> None:
        super().__init__(f"{rule}: {words}")
        self.rule = rule
        self.words = words


class Files(list[str]):
    """The files of a job: a list of paths, some of which have a name."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        super().__init__(paths_of(named))
        self._named = dict(named)

    def keys(self) -> list[str]:
        """The names."""
        return list(self._named)

    def items(self) -> list[tuple[str, Any]]:
        """The names with a path or a list of paths."""
        return list(self._named.items())

    def get(self, name: str, default: Any = None) -> Any:
        """The path or paths under a name."""
        return self._named.get(name, default)

    def __getitem__(self, key: Any) -> Any:
        return self._named[key] if isinstance(key, str) else super().__getitem__(key)


@dataclass(frozen=True)
class Standin:
    """What a step sees of the workflow."""

    rule: str
    input: Files
    output: Files
    log: list[str]
    params: dict[str, Any]


@dataclass(frozen=True)
class Baseline:
    """A finished run: its jobs in order, its folder, and the hash of every file of it."""

    jobs: list[Described]
    folder: Path
    hashes: dict[str, str]


@dataclass
class Rebuilt:
    """What a change did: jobs that ran, files that differ, and the step that stopped it."""

    ran: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    stopped: StoppedError | None = None


@cache
def _code(script: str) -> CodeType:
    return compile(Path(script).read_bytes(), script, "exec")


def _words(said: str) -> str:
    """What a step said; of a breakdown the last line, which holds no path of this machine."""
    return f"{BROKEN}: {said.splitlines()[-1]}" if BROKEN in said else said


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[io.StringIO]:
    """Work in a folder, and hear what is said instead of the user."""
    before = Path.cwd()
    os.chdir(folder)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            yield said
    finally:
        os.chdir(before)


def run_job(job: Described, folder: Path) -> None:
    """Run one job in a folder. Raises StoppedError where the step ends with an error."""
    standin = Standin(
        job["rule"], Files(job["input"]), Files(job["output"]), job["log"], job["params"]
    )
    room = {"__name__": "__main__", "__file__": job["script"], "snakemake": standin}
    with _inside(folder) as said:
        try:
            # The step's own script, as the workflow would run it.
            exec(_code(job["script"]), room)  # noqa: S102
        except SystemExit:
            raise StoppedError(job["rule"], _words(said.getvalue().strip())) from None
        except Exception as error:
            raise StoppedError(job["rule"], f"{BROKEN}: {error!r}") from error


def _relative(paths: Sequence[str]) -> list[str]:
    """Paths inside the trial's folder; code and contracts are absolute and stay where they are."""
    return [path for path in paths if not Path(path).is_absolute()]


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(source, target)


def build_baseline(jobs: Sequence[Described], trial: Path, folder: Path) -> Baseline:
    """Run every job from the raw files of the trial in an empty folder.

    Raises StoppedError where a step stops, and FileNotFoundError for a file that is not there.
    """
    made = {path for job in jobs for path in paths_of(job["output"])}
    for path in sorted({p for job in jobs for p in _relative(paths_of(job["input"]))} - made):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(trial / path, folder / path)
    for job in jobs:
        run_job(job, folder)
    files = {p for job in jobs for p in _relative(paths_of(job["input"])) + paths_of(job["output"])}
    return Baseline(list(jobs), folder, {path: sha256_of(folder / path) for path in sorted(files)})


class Memory:
    """Outputs of jobs by the bytes of their inputs, so that no job runs twice on the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Path] = {}

    def key(self, job: Described, hashes: Mapping[str, str]) -> str:
        """What a job is asked to do: its name and the hashes of its inputs within the trial."""
        read = {path: hashes[path] for path in _relative(paths_of(job["input"]))}
        return digest_of([job["rule"], read])

    def recall(self, key: str, job: Described, folder: Path) -> bool:
        """Put the outputs made then into the folder; whether there are any."""
        if key not in self._known:
            return False
        for path in _data_of(job):
            (folder / path).unlink()
            _link(self._known[key] / path, folder / path)
        return True

    def keep(self, key: str, job: Described, folder: Path) -> None:
        """Remember the outputs of a job that ran."""
        self._known[key] = self._folder / key
        for path in _data_of(job):
            _link(folder / path, self._known[key] / path)


def _data_of(job: Described) -> list[str]:
    """The outputs of a job without its seal."""
    return [path for path in paths_of(job["output"]) if path != job["output"].get("seal")]


def rebuild(
    baseline: Baseline, folder: Path, changes: Mapping[str, bytes], memory: Memory
) -> Rebuilt:
    """Run what the changed files reach, in an empty folder. Paths are those of the baseline.

    The folder then holds every file of the run; where a step stopped, only what came before it.
    Seals stay those of the baseline.
    """
    hashes = dict(baseline.hashes)
    for path in hashes:
        _link(baseline.folder / path, folder / path)
    for path, content in changes.items():
        (folder / path).unlink()
        (folder / path).write_bytes(content)
        hashes[path] = sha256_of(folder / path)
    # A run with these files would be told their hashes when it began, and be locked to them.
    told = {baseline.hashes[path]: hashes[path] for path in changes}
    result = Rebuilt()
    for job in baseline.jobs:
        if all(hashes[path] == baseline.hashes[path] for path in _relative(paths_of(job["input"]))):
            continue
        key = memory.key(job, hashes)
        if not memory.recall(key, job, folder):
            result.ran.append(job["rule"])
            try:
                run_job(told_of(job, told), folder)
            except StoppedError as error:
                result.stopped = error
                return result
            memory.keep(key, job, folder)
        hashes |= {path: sha256_of(folder / path) for path in _data_of(job)}
    result.changed = {path for path in hashes if hashes[path] != baseline.hashes[path]}
    return result
