"""What the parts of one result read: its numbers, sizes, words, and which rows it has."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.audit.lineage.chosen import Selection
from scripts.audit.lineage.declarations import Reads

# Row, group, statistic, and the point of a curve.
Key = tuple[str, str, str, int | None]
CURVE = "curve"
# Numbers that the plan alone decides.
PLANNED = ("level",)
SIZES = "groups"


@dataclass(frozen=True)
class Analysed:
    """What a result reads, part by part.

    `of` gives the reads of a number by its key, sizes of groups under the row `groups` too.
    `words` decides the warnings, `method` how the method is said, `left_out` who is left out and
    why, `shape` which rows and groups there are, `labels` what is no number and has no address.
    """

    of: Callable[[Key], Reads]
    words: Reads = field(default_factory=list)
    method: Reads = field(default_factory=list)
    left_out: Reads = field(default_factory=list)
    shape: Reads = field(default_factory=list)
    labels: Reads = field(default_factory=list)

    def number(self, key: Key) -> Reads:
        """The reads of one number; none where the plan alone decides it."""
        return [] if key[2] in PLANNED else self.of(key)


def with_sizes(
    selection: Selection, of: Callable[[Key], Reads], having: Callable[[str], Reads] | None = None
) -> Callable[[Key], Reads]:
    """The numbers of a result with the sizes of its groups: N are those in them.

    `having` gives what n of a group reads beside that; nothing where n is N.
    """

    def find(key: Key) -> Reads:
        row, group, statistic, _ = key
        if row != SIZES:
            return of(key)
        inside = selection.of(group).reads
        return inside if statistic == "N" or having is None else [*inside, *having(group)]

    return find
