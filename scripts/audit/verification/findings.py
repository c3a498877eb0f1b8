"""What a verification says: findings, each with what to do, and notes that are no fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

KINDS = ("changed", "added", "removed", "moved", "reordered", "roots", "ledger", "signature")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the run left it.

    `where` is an address or the name of a proof, `words` says what is wrong in one line, `details`
    lists rows, columns and hashes, and `remedy` what a person can do.
    """

    kind: str
    where: str
    words: str
    details: list[str] = field(default_factory=list)
    remedy: str = ""

    def lines(self) -> Iterator[str]:
        """The finding for a terminal."""
        yield f"{self.kind.upper():<10} {self.where}: {self.words}"
        yield from (f"{'':<10} {line}" for line in self.details)
        if self.remedy:
            yield f"{'':<10} To do: {self.remedy}"


@dataclass
class Report:
    """Everything that one verification looked at, found, and wants to have said."""

    folder: str
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for a program."""
        return {
            "folder": self.folder,
            **self.facts,
            "findings": [vars(finding) for finding in self.findings],
            "notes": self.notes,
            "intact": not self.findings,
        }

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        yield f"Folder     {self.folder}"
        for name, value in self.facts.items():
            if isinstance(value, list):
                continue  # said by the notes and findings
            yield f"{name.capitalize().replace('_', ' '):<10} {value}"
        for finding in self.findings:
            yield ""
            yield from finding.lines()
        if self.notes:
            yield ""
        yield from (f"Note       {note}" for note in self.notes)
        yield ""
        if self.findings:
            counts = {kind: sum(f.kind == kind for f in self.findings) for kind in KINDS}
            told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
            yield f"NOT INTACT: {len(self.findings)} finding(s) ({told})."
        else:
            yield "INTACT: nothing was changed, added, removed or reordered since the run."
