"""What measurements over the visits read: visit by visit where a row is one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from scripts.audit.lineage.analysed import CURVE, Analysed, Key, with_sizes
from scripts.audit.lineage.chosen import Chosen, Selection
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import DERIVED
from scripts.conditions import variables_of

Analysis = Mapping[str, Any]
VALUE, VISIT, DAY, UNIT = "AVAL", "VISITNUM", "ADAYS", "AVALU"
ORDER = "SRCSEQ"


def _table(analysis: Analysis) -> str:
    return f"{DERIVED}/{analysis['records']}:{analysis['parameter']}"


def visit_filters(desk: Declarations, table: str) -> dict[str, Filter]:
    """The records of each planned visit by the visit's name."""
    visits = desk.plan["trial"]["visits"]
    return {one["VISIT"]: desk.equals(table, VISIT, one["VISITNUM"]) for one in visits}


def measurements_over_time(desk: Declarations, analysis: Analysis) -> Analysed:
    """A row is a visit: the values of a group at it. Points of a curve are visits in order."""
    selection, table = Selection(desk, analysis), _table(analysis)
    at = visit_filters(desk, table)
    names = list(at)

    def of(key: Key) -> Reads:
        row, group, statistic, point = key
        if row == CURVE and statistic == "time":
            return []
        visit = names[point] if row == CURVE and point is not None else row
        chosen = selection.of(group)
        # How many are measured depends on records being there, which have a value by contract.
        columns = [] if statistic == "n" else [VALUE]
        return unite(chosen.reads, [chosen.values(table, columns, at[visit])])

    everybody = selection.everybody
    return Analysed(
        with_sizes(selection, of, lambda group: [selection.of(group).values(table, [])]),
        left_out=selection.left_out(),
        # A summary of nothing is printed as one number, not as several.
        shape=unite(everybody.reads, [everybody.values(table, [VISIT])]),
        labels=[desk.read(table, [UNIT]), everybody.values(table, [VALUE])],
    )


def missing_patterns(desk: Declarations, analysis: Analysis) -> Analysed:
    """Whether there is a record at a visit; classes and patterns read all visits."""
    selection, table = Selection(desk, analysis), _table(analysis)
    at = visit_filters(desk, table)
    own = desk.where(table, analysis.get("where"))

    def seen(chosen: Chosen, *more: Filter) -> Read:
        return chosen.values(table, [] if more else [VISIT], *own, *more)

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        if statistic == "total":
            return chosen.reads
        visit = row.removeprefix("measured=")
        return unite(chosen.reads, [seen(chosen, at[visit]) if visit in at else seen(chosen)])

    everything = unite(selection.everybody.reads, [seen(selection.everybody)])
    return Analysed(
        with_sizes(selection, of, lambda group: [seen(selection.of(group))]),
        left_out=selection.left_out(),
        shape=everything,
        labels=[
            selection.everybody.values(table, [VALUE, *sorted(variables_of(analysis.get("where")))])
        ],
    )


def shift(desk: Declarations, analysis: Analysis) -> Analysed:
    """The baseline record sets the row, a record of the period the column; totals read one."""
    selection, table = Selection(desk, analysis), _table(analysis)
    spec = analysis["shift"]
    first = desk.equals(table, "ABLFL", "Y")
    days = desk.frame(table)[DAY]
    inside = days >= spec["from_day"]
    words = f"{DAY} from {spec['from_day']}"
    if "to_day" in spec:
        inside &= days <= spec["to_day"]
        words += f" to {spec['to_day']}"
    period = desk.filter((DAY,), inside.fillna(False).to_numpy(bool), words)
    # Only which is last depends on the day and on the order of records of a day.
    order = [DAY, ORDER] if spec["pick"] == "last" else []

    def read(chosen: Chosen, baseline: bool, later: bool) -> Reads:
        found = [chosen.values(table, [VALUE], first)] if baseline else []
        return found + ([chosen.values(table, [VALUE, *order], period)] if later else [])

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        if statistic == "total":
            return chosen.reads
        one, _, other = row.partition(" to ")
        return unite(chosen.reads, read(chosen, one != "total", other != "total"))

    both = partial(read, baseline=True, later=True)
    return Analysed(
        with_sizes(selection, of, lambda group: both(selection.of(group))),
        left_out=selection.left_out(),
        labels=[desk.read(table, [UNIT, DAY, ORDER])],
    )
