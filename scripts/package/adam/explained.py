"""What is known of a sent variable: its origin, how it is made, and what else a reader needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.package.places import hyphenated
from scripts.package.specification import origin

SENDING = "write_adam"


@dataclass(frozen=True)
class Explained:
    """Origin of a variable, the text of its method with the program, a comment, and the same for
    the values of each parameter where they differ.
    """

    origin: dict[str, Any]
    method: str | None = None
    rule: str = SENDING
    comment: str | None = None
    values: Mapping[str, "Explained"] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The file of the program, as it lies in the package."""
        return program_of(self.rule)


def program_of(rule: str) -> str:
    """The file name of a step's program in the package."""
    return f"{hyphenated(rule)}.txt"


def taken(*places: str, comment: str | None = None) -> Explained:
    """A value taken over as it is from a variable, named with its data set."""
    return Explained(origin("Predecessor", None, "; ".join(places)), comment=comment)


def derived(method: str, rule: str = SENDING, **more: Any) -> Explained:
    """A value that is derived; `method` says how."""
    return Explained(origin("Derived", "Sponsor"), method, rule, **more)


def assigned(comment: str | None = None) -> Explained:
    """A value that is given and not measured."""
    return Explained(origin("Assigned", "Sponsor"), comment=comment)


def unavailable() -> Explained:
    """A variable without any value, since nothing of it was collected."""
    words = "Not collected in this trial: the variable is empty."
    return Explained(origin("Not Available"), comment=words)
