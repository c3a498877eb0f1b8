"""Every statistic of every result by its address: analysis, row, group, statistic."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.conditions import nearest
from scripts.report.results import OutputsError, Result


def words_of(address: Sequence[str]) -> str:
    """An address as it is printed."""
    return " / ".join(part if part else "-" for part in address)


class StatisticsIndex:
    """The statistics of all results, for look-up by address."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._results = {name: Result(document) for name, document in documents.items()}

    def result(self, analysis: str) -> Result:
        """One result by the id of its analysis."""
        if analysis not in self._results:
            raise OutputsError(f"no result {analysis!r}; {nearest(analysis, self._results)}")
        return self._results[analysis]

    def value(self, *address: str) -> float | None:
        """The statistic at an address of four words; None where it could not be estimated."""
        analysis, row, group, statistic = address
        return self.result(analysis).value(row, group, statistic)

    def number(self, *address: str) -> float:
        """The statistic at an address of four words, which must have been estimable."""
        value = self.value(*address)
        if value is None:
            raise OutputsError(f"{words_of(address)}: could not be estimated")
        return value

    def check(self, addresses: Iterable[Sequence[str]]) -> list[str]:
        """One finding for each word that leads nowhere, with the nearest right one."""
        findings: dict[tuple[str, ...], str] = {}
        for address in addresses:
            analysis, row, group, statistic = address
            try:
                result = self.result(analysis)
                result.value(row, group, statistic)
            except OutputsError as error:
                # A wrong analysis, row or group is said once, not for each number below it.
                findings.setdefault(self._prefix(address), str(error))
        return list(findings.values())

    def _prefix(self, address: Sequence[str]) -> tuple[str, ...]:
        """The address up to its first word that leads nowhere."""
        analysis, row, group, statistic = address
        if analysis not in self._results:
            return (analysis,)
        result = self._results[analysis]
        if row not in result.rows:
            return (analysis, row)
        return (analysis, row, group, statistic if group in result.groups_of(row) else "")

    def method_label(self, analysis: str) -> str:
        """The method of one analysis as it ran, in words."""
        return str((self.result(analysis).document.get("method") or {}).get("label") or "")
