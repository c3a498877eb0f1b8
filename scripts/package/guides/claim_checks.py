"""The claims of the guides held against the package itself: transport files, file list, lock."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scripts.conditions import nearest
from scripts.package.transport import Transported

ARM = "TRT01P"
FEW = 12
SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Evidence:
    """What the package holds, read from its files and not from their descriptions."""

    held: Mapping[str, Transported]
    files: frozenset[str]
    programs: frozenset[str]
    locked: Mapping[str, str]
    results: Mapping[str, Any]
    displays: Mapping[str, str]
    conformance: Mapping[str, Mapping[str, Any]]
    second: Mapping[str, Any]
    counts: Mapping[str, int]


EITHER = " or "


def locked_versions(lock: str) -> dict[str, str]:
    """Every package of a lock with its version; with each of them where it depends on Python."""
    found: dict[str, list[str]] = {}
    for line in lock.splitlines():
        name, equal, rest = line.partition("==")
        if equal and not line.startswith((" ", "#")):
            found.setdefault(name.strip().lower(), []).append(rest.split()[0])
    return {name: EITHER.join(versions) for name, versions in found.items()}


def findings_of(document: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """The number of findings by rule and data set, of either kind of conformance report."""
    found: dict[tuple[str, str], int] = {}
    for rule in document["rules"]:
        parts = rule["findings"] if "core_id" in rule else rule["by_dataset"]
        for part in parts:
            at = (rule.get("core_id") or rule["id"], str(part["dataset"] or ""))
            found[at] = found.get(at, 0) + part["count"]
    return found


class _Truth:
    """What is true of a claim; a text that begins with `no ` says that its subject is not there."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def _held(self, name: str) -> Transported | str:
        held = self.evidence.held
        return held[name] if name in held else f"no transport file of {name}; {_like(name, held)}"

    def dataset(self, about: str) -> str:
        held = self._held(about)
        return held if isinstance(held, str) else held.name

    def label(self, about: str) -> str:
        held = self._held(about)
        return held if isinstance(held, str) else held.label

    def records(self, about: str) -> str:
        held = self._held(about)
        return held if isinstance(held, str) else str(len(held.table))

    def columns(self, about: str) -> str:
        held = self._held(about)
        return held if isinstance(held, str) else str(len(held.table.columns))

    def _column(self, about: str, found: Callable[[Transported, str], str]) -> str:
        dataset, _, name = about.partition("/")
        held = self._held(dataset)
        if isinstance(held, str):
            return held
        if name not in held.table:
            return f"no variable {name} in {dataset}; {_like(name, held.table.columns)}"
        return found(held, name)

    def variable(self, about: str) -> str:
        return self._column(about, lambda held, name: name)

    def variable_label(self, about: str) -> str:
        return self._column(about, lambda held, name: held.labels[name])

    def shared_variable(self, about: str) -> str:
        dataset, name, *others = about.split("/")
        held = self.evidence.held
        for other in others:
            found = self.variable(f"{other}/{name}")
            if found != name:
                return found
            differ = differing_records(held[other].table, held[dataset].table, name)
            if differ:
                return f"another value in {differ} record(s) of {other}"
        return self.variable(f"{dataset}/{name}")

    def value(self, about: str) -> str:
        dataset, name, value = about.split("/", 2)

        def found(held: Transported, column: str) -> str:
            return value if (held.table[column].astype("str") == value).any() else "in no record"

        return self._column(f"{dataset}/{name}", found)

    def agreement(self, about: str) -> str:
        left, right = (part.split(".") for part in about.split("/"))
        for dataset, name in (left, right):
            found = self.variable(f"{dataset}/{name}")
            if found != name:
                return found
        held = self.evidence.held
        return agreement_of(held[left[0]].table, left[1], held[right[0]].table, right[1])

    def subjects(self, about: str) -> str:
        flag, _, group = about.partition("/")
        held = self._held("ADSL")
        if isinstance(held, str):
            return held
        if flag not in held.table:
            return f"no variable {flag} in ADSL"
        return str(members_of(held.table, flag)[group])

    def analysis(self, about: str) -> str:
        known = self.evidence.results
        return about if about in known else f"no result of {about}; {_like(about, known)}"

    def display(self, about: str) -> str:
        known = self.evidence.displays
        return known.get(about, f"no display {about}; {_like(about, known)}")

    def second(self, about: str) -> str:
        return str(self.evidence.second[about])

    def program(self, about: str) -> str:
        known = self.evidence.programs
        return about if about in known else f"no program {about}; {_like(about, known)}"

    def path(self, about: str) -> str:
        known = self.evidence.files
        folder = about.rstrip("/") + "/"
        if about in known or any(path.startswith(folder) for path in known):
            return about
        return f"no file {about}; {_like(about, known)}"

    def version(self, about: str) -> str:
        locked = self.evidence.locked
        return locked.get(about.lower(), f"no package {about} in the lock")

    def status(self, about: str) -> str:
        kind, _, status = about.partition("/")
        rules = self.evidence.conformance[kind]["rules"]
        return str(sum(rule["status"] == status for rule in rules))

    def rules(self, about: str) -> str:
        return str(len(self.evidence.conformance[about]["rules"]))

    def findings(self, about: str) -> str:
        kind, rule, dataset = about.split("/")
        return str(findings_of(self.evidence.conformance[kind]).get((rule, dataset), 0))

    def count(self, about: str) -> str:
        return str(self.evidence.counts[about])


def members_of(subjects: pd.DataFrame, flag: str) -> dict[str, int]:
    """How many subjects have a flag, in each arm and, under an empty name, in all."""
    kept = subjects[subjects[flag] == "Y"]
    return {"": len(kept), **kept[ARM].dropna().value_counts().to_dict()}


def agreement_of(
    left: pd.DataFrame, name: str, right: pd.DataFrame, other: str
) -> str:  # fmt: skip
    """In how many subjects a variable of one table equals one of another, of those with both."""
    both = left[[SUBJECT, name]].rename(columns={name: "left"})
    both = both.merge(right[[SUBJECT, other]].rename(columns={other: "right"}), on=SUBJECT).dropna()
    return f"{int((both['left'] == both['right']).sum())} of {len(both)}"


def differing_records(table: pd.DataFrame, subjects: pd.DataFrame, name: str) -> int:
    """How many records have another value than their subject; missing in both is the same."""
    own = table[SUBJECT].map(subjects.set_index(SUBJECT)[name]) if name != SUBJECT else None
    if own is None:
        return int((~table[SUBJECT].isin(subjects[SUBJECT])).sum())
    values = table[name]
    return int((~((values == own) | (values.isna() & own.isna()))).sum())


def _like(word: str, known: Iterable[str]) -> str:
    """The nearest of what is there; all of it where that is little."""
    names = [str(item) for item in known]
    hint = nearest(word, names)
    return hint if hint.startswith("did you mean") or len(names) <= FEW else "nothing is like it"


def check_claims(claims: Sequence[Mapping[str, str]], evidence: Evidence) -> list[str]:
    """Every claim that the package contradicts, with what is there instead."""
    truth = _Truth(evidence)
    findings = []
    for claim in claims:
        found = getattr(truth, claim["kind"].replace(" ", "_"))(claim["about"])
        if claim["said"] not in (found, *found.split(EITHER)):
            findings.append(
                f"{claim['document']}: {claim['kind']} of {claim['about']} is said to be "
                f"{claim['said']!r} ({claim['source']}); in the package: {found}"
            )
    return findings
