"""Two plans held against each other, key by key, each difference under its dotted path."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str, ...]
# By what the entries of a list are known, where all of them have it and no two the same.
IDENTITIES = ("id", "code", "name", "analysis", "variable", "VISIT", "label")
WIDEST = 60


@dataclass(frozen=True)
class Changed:
    """One difference of two plans: where, and both values (None where there is nothing)."""

    path: Path_
    before: Any
    after: Any
    gone: bool = False
    new: bool = False

    @property
    def name(self) -> str:
        """The dotted path."""
        return ".".join(self.path)

    @property
    def words(self) -> str:
        """Both values, shortened."""
        if self.new:
            return f"added: {shown(self.after)}"
        if self.gone:
            return f"taken out: {shown(self.before)}"
        return f"{shown(self.before)} -> {shown(self.after)}"


def shown(value: Any) -> str:
    """A value in one short line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def read_plan(folder: Path) -> dict[str, Any] | None:
    """The plan in a folder as it is written, unchecked; None where there is none to be read."""
    try:
        top = _read_yaml(folder / "config.yaml")
        plan = {key: top[key] for key in top if key != "files"}
        plan |= {section: _read_yaml(folder / file) for section, file in top["files"].items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return None
    return plan


def _read_yaml(path: Path) -> Any:
    # The loader is a SafeLoader, the fast one where it is built in: plain values only.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


def compare_plans(before: Any, after: Any, path: Path_ = ()) -> Iterator[Changed]:
    """Every difference, as deep in the plan as both sides have the same form."""
    if before == after:
        return
    left, right = _keyed(before, after)
    if left is None or right is None:
        yield Changed(path, before, after)
        return
    for key in dict.fromkeys([*left, *right]):
        if key not in right:
            yield Changed((*path, key), left[key], None, gone=True)
        elif key not in left:
            yield Changed((*path, key), None, right[key], new=True)
        else:
            yield from compare_plans(left[key], right[key], (*path, key))
    if isinstance(before, list) and list(left) != list(right) and set(left) == set(right):
        yield Changed(path, list(left), list(right))


def _keyed(before: Any, after: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Both sides as entries by name, where both have names of the same kind."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return {str(k): v for k, v in before.items()}, {str(k): v for k, v in after.items()}
    if isinstance(before, list) and isinstance(after, list):
        for key in IDENTITIES:
            left, right = _by(before, key), _by(after, key)
            if left is not None and right is not None:
                return left, right
    return None, None


def _by(entries: Sequence[Any], key: str) -> dict[str, Any] | None:
    if not all(isinstance(entry, Mapping) and key in entry for entry in entries):
        return None
    named = {str(entry[key]): entry for entry in entries}
    return named if len(named) == len(entries) else None


def within(part: Sequence[str], path: Sequence[str]) -> bool:
    """Whether the words of a part stand in a path in their order: the part holds the path."""
    rest = iter(path)
    return all(word in rest for word in part)


def holding(part: Path_, changes: Sequence[Changed]) -> list[Changed]:
    """The differences that a part of what a step was told holds.

    A step is told slices of the plan under names of its own, so that a part begins with words
    that are not in the plan, or ends below where the plans differ: the longest run of its words
    decides that some difference has. One word alone decides only where it names an entry.
    """
    runs = [
        part[start:end]
        for start in range(len(part))
        for end in range(len(part), start, -1)
        if len(part) == 1 or end - start > 1 or (start > 0 and end < len(part))
    ]
    for run in sorted(runs, key=len, reverse=True):
        found = [change for change in changes if within(run, change.path)]
        if found:
            return found
    return []
