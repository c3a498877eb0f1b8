"""A result file as the report reads it: values by row, group and statistic."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest

Key = tuple[str, str, str]


class OutputsError(ValueError):
    """The plan of the outputs asks for something that the results do not hold."""


class Result:
    """One analysis result; asking for a value that is not there names the nearest right word."""

    def __init__(
        self, document: Mapping[str, Any], collected: Mapping[str, int] | None = None
    ) -> None:
        self.document = document
        self._collected = dict(collected or {})
        self.id: str = document["id"]
        self.kind: str = document.get("kind", "")
        self.title: str = document.get("title", self.id)
        self.groups: list[dict[str, Any]] = list(document.get("groups") or [])
        self._values: dict[Key, Any] = {}
        for item in document.get("statistics") or []:
            key = (item["row"], item.get("group") or "", item["statistic"])
            if key in self._values:
                raise OutputsError(f"{self.id}: {'/'.join(key)} stands twice in the result")
            self._values[key] = item["value"]
        self.rows = list(dict.fromkeys(row for row, _, _ in self._values))

    @property
    def arms(self) -> list[str]:
        """The ids of the groups in the order of the result."""
        return [group["id"] for group in self.groups]

    @property
    def file(self) -> str:
        """Where the result lies."""
        return f"results/analyse/{self.id}.json"

    @property
    def before_data(self) -> bool:
        """Whether it is that of a shell: rows and words are there, and values are not yet."""
        return bool(self.document.get("shell"))

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of rows that the result brings along."""
        return self.document.get("labels") or {}

    def collected(self, row: str) -> int | None:
        """The decimals with which what a row summarises was collected; "" holds for all rows."""
        return self._collected.get(row, self._collected.get(""))

    def has(self, row: str, group: str, statistic: str) -> bool:
        """Whether the result holds this value, be it null or not."""
        return (row, group, statistic) in self._values

    def value(self, row: str, group: str, statistic: str) -> Any:
        """One value at full precision. Raises OutputsError naming what is there instead."""
        key = (row, group, statistic)
        if key not in self._values:
            raise OutputsError(f"{self.id}: no {'/'.join(key)} in the result; {self._hint(*key)}")
        return self._values[key]

    def _hint(self, row: str, group: str, statistic: str) -> str:
        if row not in self.rows:
            return nearest(row, self.rows)
        if group not in self.groups_of(row):
            return nearest(group, self.groups_of(row))
        return nearest(statistic, self.statistics_of(row, group))

    def groups_of(self, row: str) -> list[str]:
        """The groups that stand in a row, in order."""
        return list(dict.fromkeys(group for at, group, _ in self._values if at == row))

    def statistics_of(self, row: str, group: str) -> list[str]:
        """The statistics of a row and group, in order."""
        return [word for at, of, word in self._values if (at, of) == (row, group)]

    def group(self, identifier: str) -> dict[str, Any]:
        """One group with its label and N."""
        for group in self.groups:
            if group["id"] == identifier:
                return group
        raise OutputsError(f"{self.id}: no group {identifier!r}; {nearest(identifier, self.arms)}")
