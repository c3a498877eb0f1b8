"""What an analysis names in the plan, and what is named by that: all that it can depend on.

A step makes many analyses and is told all of their definitions. The number of one of them is not
blamed on an endpoint, time, model or analysis that it does not name, not even through others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.audit.difference.plans import Path_

WORD = re.compile(r"\w[\w-]*")
# Sentences for readers: a word in one of them names nothing.
PROSE = {"title", "label", "labels", "short_label", "note", "missing", "reason", "otherwise"}
PROSE |= {"subset_label", "description", "words"}
# Sections from which nothing is computed: their words name nothing either.
WORDS_ONLY = {"study", "estimands", "formats", "outputs", "profiles", "listings", "published"}
# How something looks on the page; no number knows of it.
LOOKS = {"color", "colors", "shapes", "width", "wide"}
# Where the entries stand that others name: section, group, name.
NAMED = (
    ("analyses", "analyses"),
    ("endpoints", "endpoints"),
    ("times", "times"),
    ("imputation", "models"),
)


def _entries(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, section in plan.items():
        if isinstance(section, Mapping) and name not in WORDS_ONLY:
            for group in section.values():
                if isinstance(group, Mapping):
                    yield from ((str(name), entry) for name, entry in group.items())


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield str(key)
            if key not in PROSE or not isinstance(part, str | Mapping):
                yield from _words(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _words(part)
    else:
        text = str(value)
        yield text
        yield from WORD.findall(text)


class Names:
    """What is named from where, in the plans of both runs together."""

    def __init__(self, *plans: Mapping[str, Any] | None) -> None:
        self._known: dict[str, set[str]] = {}
        self._reached: dict[str, set[str]] = {}
        for plan in plans:
            for name, entry in _entries(plan or {}):
                self._known.setdefault(name, set()).update(_words(entry))

    def reached_from(self, name: str) -> set[str]:
        """An entry with all that it names, directly or through what it names."""
        if name not in self._reached:
            reached, waiting = set(), [name]
            while waiting:
                one = waiting.pop()
                if one not in reached:
                    reached.add(one)
                    waiting += [word for word in self._known.get(one, ()) if word in self._known]
            self._reached[name] = reached
        return self._reached[name]

    def can_matter(self, path: Path_, analysis: str) -> bool:
        """Whether a difference of the plan can matter to an analysis."""
        if path and path[-1] in LOOKS:
            return False
        if analysis not in self._known or path[:2] not in NAMED or len(path) < 3:
            return True
        return path[2] in self.reached_from(analysis)
