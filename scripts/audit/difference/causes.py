"""Why a file of one run is not that of another: followed upstream along the seals.

A step is asked what it read and was told. Where an input is the same in both runs, nothing behind
it can have changed what was made from it, so that the way ends there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.audit.difference.naming import Names
from scripts.audit.difference.plans import Changed, Path_, compare_plans, holding
from scripts.audit.difference.raw_values import describe_raw
from scripts.audit.difference.runs import Run

KINDS = ("data", "plan", "code", "environment", "unknown")
RAW, DOMAINS = "results/ingest/raw", "results/ingest/sdtm"
LOCK = "code:envs/lock.txt"
# What a step is told beside the plan: the lock's digest, that of the whole plan to be printed, and
# those of the raw files, which stand among its inputs too.
ENVIRONMENT, DIGEST, HASHES = "environment", "digest", "raw"
# The plan's own files, read where everything is hashed; differences in them go by their keys.
PLAN_FILES = "config/"


def _stem(file: str, folder: str) -> str:
    """The name of a table in a folder of results; nothing for any other file."""
    place, _, name = file.rpartition("/")
    return name.removesuffix(".parquet") if place == folder and name.endswith(".parquet") else ""


@dataclass(frozen=True)
class Cause:
    """One thing that differs between two runs, by its kind and name."""

    kind: str
    name: str
    path: Path_ = field(default=(), compare=False)
    words: str = field(default="", compare=False)


Causes = frozenset[Cause]
NONE: Causes = frozenset()


class Seals:
    """The seals of two runs, and what they say of a file that differs."""

    def __init__(self, before: Run, after: Run) -> None:
        self.before, self.after = before, after
        self.names = Names(before.plan, after.plan)
        self._upstream: dict[str, Causes] = {}
        self._own: dict[str, Causes] = {}

    @cached_property
    def changes(self) -> list[Changed]:
        """Every difference of the plan files, but of those changed after the run."""
        if self.before.plan is None or self.after.plan is None:
            return []
        stale = self.before.stale | self.after.stale
        plans = [
            {key: value for key, value in plan.items() if key not in stale}
            for plan in (self.before.plan, self.after.plan)
        ]
        return list(compare_plans(plans[0], plans[1]))

    def differs(self, file: str) -> bool:
        """Whether a file is not the same in both runs."""
        return self.before.digest(file) != self.after.digest(file)

    def own(self, rule: str) -> Causes:
        """What a step itself was given otherwise: code, raw files, its part of the plan, lock."""
        if rule not in self._own:
            self._own[rule] = frozenset(self._of_rule(rule))
        return self._own[rule]

    def upstream(self, file: str) -> Causes:
        """Every cause that lies behind a difference of a file; none where it is the same."""
        if file not in self._upstream:
            self._upstream[file] = NONE  # a seal that leads back to itself ends here
            self._upstream[file] = self._behind(file) if self.differs(file) else NONE
        return self._upstream[file]

    def _behind(self, file: str) -> Causes:
        rules = {run.maker[file]["rule"] for run in (self.before, self.after) if file in run.maker}
        found = set()
        for rule in rules:
            found |= {cause for cause in self.own(rule) if self._of_source(file, cause)}
            for path in self._inputs(rule):
                made = path in self.before.maker or path in self.after.maker
                if made and self._can_be_made_from(file, path):
                    found |= self.upstream(path)
        if not found and not any(map(self._prints_another_digest, rules)):
            words = f"nothing differs that {' or '.join(sorted(rules)) or 'anybody'} read"
            found = {Cause("unknown", file, words=words)}
        return frozenset(found)

    def _prints_another_digest(self, rule: str) -> bool:
        """Whether a step was told another digest of the whole plan, which it prints as it is."""
        parts = [run.seals.get(rule, {}).get("parts") for run in self.runs]
        told = [part.get(DIGEST) for part in parts if isinstance(part, Mapping)]
        return len(set(told)) > 1

    def _of_source(self, file: str, cause: Cause) -> bool:
        """Whether a cause can lie behind a file: a copy of one raw file knows only of that."""
        source = _stem(file, RAW)
        if not source:
            return True
        if cause.kind == "data":
            files = self.before.files.get(source), self.after.files.get(source)
            return not any(files) or Path(cause.name).name in files
        return cause.path[:2] != ("sources", "sources") or source in cause.path

    def _can_be_made_from(self, file: str, path: str) -> bool:
        """Whether a domain can be made from a copy of a raw file: where the plan names its source.

        One step makes all domains from all raw files, and its seal does not say which from which.
        """
        domain, source = _stem(file, DOMAINS).upper(), _stem(path, RAW)
        reached = self.names.reached_from(domain) if domain and source else set()
        return source in reached or len(reached) < 2

    def _inputs(self, rule: str) -> dict[str, tuple[str | None, str | None]]:
        """Inputs of a step that differ, with their hashes; None where it did not read them."""
        seals = [run.seals.get(rule, {"inputs": {}}) for run in self.runs]
        # What neither of them opened has no effect, whatever it is.
        unread = set.intersection(*(set(seal.get("unread", [])) for seal in seals))
        left, right = (
            {p: str(entry["sha256"]) for p, entry in seal["inputs"].items() if p not in unread}
            for seal in seals
        )
        paths = dict.fromkeys([*left, *right])
        return {p: (left.get(p), right.get(p)) for p in paths if left.get(p) != right.get(p)}

    def _of_rule(self, rule: str) -> Iterator[Cause]:
        if rule not in self.before.seals or rule not in self.after.seals:
            yield from self._of_lonely(rule)
            return
        made = set(self.before.maker) | set(self.after.maker)
        for path, (left, right) in self._inputs(rule).items():
            words = "added" if left is None else "taken out" if right is None else "changed"
            if path == LOCK:
                yield Cause("environment", LOCK, words=words)
            elif path.startswith("code:"):
                yield Cause("code", path.removeprefix("code:"), words=words)
            elif path.startswith(PLAN_FILES):
                changes = [Cause("plan", c.name, c.path, c.words) for c in self.changes]
                yield from changes or [Cause("plan", path, (path,), words)]
            elif path not in made:
                yield Cause("data", path, words=self._of_data(path, words))
        yield from self._told(rule)

    def _of_lonely(self, rule: str) -> Iterator[Cause]:
        """Why a step is in one run only: the plan decides which there are, or the rules do."""
        run = self.before if rule in self.before.seals else self.after
        if self.changes:
            yield from (Cause("plan", c.name, c.path, c.words) for c in self.changes)
        else:
            yield Cause("code", f"rule {rule}", words=f"its seal is only in {run.label}")

    def _of_data(self, path: str, words: str) -> str:
        """What a raw file has otherwise, where both runs kept a copy of it."""
        name = Path(path).name
        for source, file in self.after.files.items():
            if words == "changed" and file == name == self.before.files.get(source):
                copies = [run.results / f"ingest/raw/{source}.parquet" for run in self.runs]
                return describe_raw(*copies)
        return words

    @property
    def runs(self) -> tuple[Run, Run]:
        """Both runs, the earlier one first."""
        return self.before, self.after

    def _told(self, rule: str) -> Iterator[Cause]:
        """What a step was told otherwise: the lock, and differences of the plan."""
        seals = [run.seals[rule] for run in (self.before, self.after)]
        if seals[0]["params"] == seals[1]["params"]:
            return
        parts = [seal.get("parts") for seal in seals]
        if not all(isinstance(part, Mapping) for part in parts):
            yield Cause("plan", f"what {rule} was told", words="its seal does not say which part")
            return
        for part in _different(parts[0], parts[1]):
            if part == (ENVIRONMENT,):
                yield Cause("environment", LOCK, words="changed")
            elif part != (DIGEST,) and part[0] != HASHES:
                # A section of one part of a section is told under its dotted name.
                path = (*part[0].split("."), *part[1:])
                found = holding(path, self.changes)
                yield from (Cause("plan", c.name, c.path, c.words) for c in found)
                if not found:
                    yield Cause("plan", f"{'.'.join(part)} of {rule}", path, "values not known")


def _different(before: Any, after: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The parts whose digests differ; one that is only on one side is a whole."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            if key in before and key in after:
                yield from _different(before[key], after[key], (*path, key))
            else:
                yield (*path, key)
    else:
        yield path
