"""What the rules looked at and what they found, listed all at once."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where a reader sees it."""

    rule: str
    words: str
    display: str = ""
    row: str = ""
    column: str = ""
    page: int | None = None

    def __str__(self) -> str:
        place = [
            self.display,
            f"row {self.row!r}" if self.row else "",
            f"column {self.column!r}" if self.column else "",
            f"page {self.page}" if self.page else "",
        ]
        where = ", ".join(filter(None, place))
        return f"[{self.rule}] {where + ': ' if where else ''}{self.words}"


@dataclass
class Ledger:
    """Counts and findings by rule."""

    looked: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def look(self, rule: str, count: int = 1) -> None:
        """A rule looked at so many more things."""
        self.looked[rule] = self.looked.get(rule, 0) + count

    def find(self, rule: str, words: str, **place: Any) -> None:
        """A rule found something; the same thing is listed once."""
        finding = Finding(rule, words, **place)
        if finding not in self.findings:
            self.findings.append(finding)

    def must(self, rule: str, holds: bool, words: str, **place: Any) -> bool:
        """A rule looked at one thing, which is a finding unless it holds."""
        self.look(rule)
        if not holds:
            self.find(rule, words, **place)
        return holds

    def report(self) -> dict[str, Any]:
        """Every rule with what it looked at and found, in the order of the rules."""
        rules = [
            {
                "rule": rule,
                "looked_at": count,
                "findings": [asdict(item) for item in self.findings if item.rule == rule],
            }
            for rule, count in self.looked.items()
        ]
        return {"rules": rules, "findings": len(self.findings)}

    def text(self) -> str:
        """All findings as lines."""
        return "\n  ".join(map(str, self.findings))
