"""What an expression of the mapping reads: columns of raw tables, and where they matter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scripts.audit.lineage.filters import filters_of
from scripts.audit.lineage.reads import Filter, Lineage, Link, Read
from scripts.audit.lineage.run import RAW, SDTM
from scripts.conditions import variables_of
from scripts.ingest.expressions import Block, evaluate_expression, parts_of

Filters = tuple[Filter, ...]
REASON = "_MISSING"


@dataclass(frozen=True)
class Joined:
    """How the rows of another source come beside those of a block.

    `link` leads from a record to the row that was looked up; `own` and `other` are the key columns
    here and there. `movable` says that a changed key there could find another row here; `where`
    narrows the other source.
    """

    source: str
    link: Link
    own: tuple[str, ...]
    other: tuple[str, ...]
    movable: bool
    where: Filters = ()


@dataclass
class BlockReads:
    """One block of a domain as the index sees it; `block` holds every raw row, joined."""

    lineage: Lineage
    block: Block
    joins: Mapping[str, Joined] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """The table of the domain."""
        return f"{SDTM}/{self.block.domain.lower()}"

    @property
    def source(self) -> str:
        """The table of the block's own source."""
        return f"{RAW}/{self.block.source}"

    def known(self, table: str, names: Iterable[str]) -> tuple[str, ...]:
        """Raw columns as the index has them."""
        return known_columns(self.lineage, table, names)

    def columns(self, names: Iterable[str], filters: Filters = ()) -> list[Read]:
        """Reads of columns of the block, joined ones too; filters are on the block's own rows."""
        own: list[str] = []
        other: dict[str, list[str]] = {}
        for name in names:
            source, _, column = name.rpartition(".")
            (other.setdefault(source, []) if source else own).append(column)
        reads = []
        for source, found in other.items():
            join, table = self.joins[source], f"{RAW}/{source}"
            own += join.own
            reads.append(Read(table, self.known(table, found), join.where, join.link))
            if join.movable:
                reads.append(Read(table, self.known(table, join.other), (), "all"))
        if own or any(part.columns for part in filters):
            reads.insert(0, Read(self.source, self.known(self.source, own), filters, "record"))
        return reads

    def conditions(self, condition: Any) -> tuple[Filters, list[Read]]:
        """A condition as filters on the block's rows, and what it reads of joined sources."""
        names = variables_of(condition)
        joined = sorted(name for name in names if "." in name)
        read_as = {name: () if "." in name else self.known(self.source, [name]) for name in names}
        return filters_of(condition, self.block.rows, read_as), self.columns(joined)

    def reads(self, expression: Mapping[str, Any], filters: Filters = ()) -> list[Read]:
        """What an expression reads for the rows that the filters keep."""
        reads: list[Read] = []
        if "when" in expression:
            more, reads = self.conditions(expression["when"])
            filters += more
        names = []
        for key in ("column", "visit", "not_done"):
            names += [expression[key]] if key in expression else []
        if "reason_missing" in expression:
            names.append(expression["reason_missing"] + REASON)
        reads += self.columns(names, filters)
        for key in ("variable", "study_day"):
            if key in expression:
                reads.append(Read(self.domain, (expression[key],), (), "record"))
        if "study_day" in expression:
            same = self.block.domain == "DM"
            reads.append(Read(f"{SDTM}/dm", ("RFSTDTC",), (), "record" if same else "subject"))
        for part in expression.get("concat", []):
            reads += self.reads(part, filters)
        return reads + self._first(expression.get("first", []), filters)

    def _first(self, parts: list[Mapping[str, Any]], filters: Filters) -> list[Read]:
        """The parts in order; each matters only where those before it gave nothing."""
        reads: list[Read] = []
        missing = np.ones(len(self.block.rows), dtype=bool)
        for part in parts:
            unknown = Filter((), missing.copy(), "what comes before it is missing")
            reads += self.reads(part, (*filters, *([] if missing.all() else [unknown])))
            if not any({"variable", "study_day"} & set(inner) for inner in parts_of(part)):
                missing &= evaluate_expression(part, self.block).isna().to_numpy(bool)
        return reads


def known_columns(lineage: Lineage, table: str, names: Iterable[str]) -> tuple[str, ...]:
    """Raw columns as the index has them; a reason for a missing value belongs to the value."""
    columns = lineage.tables[table].columns
    found: dict[str, None] = {}
    for name in names:
        if name.endswith(REASON):
            found[name.removesuffix(REASON)] = None
        if name in columns:
            found[name] = None
    return tuple(found)
