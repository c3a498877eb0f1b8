"""What is read of a domain's records of each subject: all, the first, the last, the baseline."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.filters import (
    all_hold,
    filters_of,
    not_beyond_pick,
    only_witness,
    parts_in_order,
    sharing,
)
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import SDTM
from scripts.audit.lineage.steps import ADSL, Step
from scripts.conditions import Condition, variables_of
from scripts.derive.dates import parse_dates
from scripts.derive.measurements import numbers, parameter_of

# A domain's own names of what is compared in `where` but made on the way.
ON_THE_WAY = ("ADT", "ADAYS")
# A day so early that every record stands long after it.
NO_START = -(1 << 40)


def _asks_day(part: Condition) -> bool:
    return "ADAYS" in variables_of(part)


class DomainReads:
    """The records of a domain that a definition speaks of, by `domain` and `where`."""

    def __init__(self, step: Step, spec: Mapping[str, Any]) -> None:
        self.step = step
        self.domain = spec["domain"].upper()
        self.table = f"{SDTM}/{self.domain.lower()}"
        self.rows = step.dated(self.domain)
        self.subject = step.subject(self.table)
        date = step.date_variable(self.domain)
        self.dates = () if date is None else (date,)
        # All must hold, in whatever order: those on days last, so that the start of treatment
        # matters only to whoever has a record that meets the others.
        parts = sorted(parts_in_order(spec.get("where")), key=_asks_day)
        names = dict.fromkeys(ON_THE_WAY, self.dates)
        self.where = filters_of({"all": parts}, self.rows, names)
        self.holds = all_hold(self.where, self.subject)
        self.start: list[Read] = []
        if any(map(_asks_day, parts)):
            others = self.where[: sum(not _asks_day(part) for part in parts)]
            having = step.having(all_hold(others, self.subject), self.table)
            who = step.of_subjects(having, "with a record that meets the other conditions")
            self.start = [Read(ADSL, ("TRTSDT",), who, "subject")]

    def all(self, columns: tuple[str, ...], *more: Filter) -> list[Read]:
        """Columns of every record that is meant."""
        return [Read(self.table, columns, (*self.where, *more), "subject"), *self.start]

    def any(self, *more: Filter) -> list[Read]:
        """Whether there is a record: the first one of each subject, or all where none is meant."""
        holds = self.holds & all_hold(more, self.subject)
        first = only_witness(holds, self.subject, "the first such record, where there is one")
        return [Read(self.table, (), (first, *self.where, *more), "subject"), *self.start]

    def picked(
        self,
        columns: tuple[str, ...],
        pick: str,
        before: tuple[Filter, ...] = (),
        after: tuple[Filter, ...] = (),
        dates: pd.Series | None = None,
        date_columns: tuple[str, ...] | None = None,
        undated: str = "first",
    ) -> list[Read]:
        """Columns of the first or the last record of each subject, by day.

        `before` are conditions that are asked before the place in time, `after` those after it: of
        a record that stands before the chosen last one only its day matters. `undated` says where
        records without a day stand.
        """
        dates = dates if dates is not None else self.rows.get("ADT")
        columns_of_day = self.dates if date_columns is None else date_columns
        place = places(dates, len(self.rows), undated)
        holds = self.holds & all_hold((*before, *after), self.subject)
        near = not_beyond_pick(place, holds, self.subject, self.step.size, pick)
        words = f"not {'before' if pick == 'last' else 'after'} the {pick} one"
        ties, more = self.ties(dates, self.holds & all_hold(before, self.subject))
        chosen = Filter((*columns_of_day, *ties), near, words)
        filters = (*self.where, *before, chosen, *after)
        return [Read(self.table, columns, filters, "subject"), *self.start, *more]

    def ties(
        self, dates: pd.Series | None, among: np.ndarray
    ) -> tuple[tuple[str, ...], list[Read]]:
        """What puts records in order whose day is the same, or that have no day: the columns that
        the domain is sorted by. Records with a day of their own do not need it."""
        if dates is None:
            return self.order(), []
        tied = sharing(self.subject, dates.where(among)) | (dates.isna().to_numpy(bool) & among)
        if not tied.any():
            return (), []
        same = Filter((), tied, "on the same day as another record")
        return (), [Read(self.table, self.order(), (same,), "subject")]

    def order(self) -> tuple[str, ...]:
        """The columns that records of a subject are numbered by."""
        spec = self.step.run.plan["sdtm"]["domains"][self.domain]
        known = self.step.lineage.tables[self.table].columns
        if f"{self.domain}SEQ" in known:
            return tuple(name for name in spec.get("order", []) if name in known)
        # Without a number they stand in the order of their keys, whichever these are.
        return tuple(name for name in known if name not in ("SRCFILE", "SRCROW"))


def places(dates: pd.Series | None, size: int, undated: str = "first") -> np.ndarray:
    """The place in time of each record; those on one day, or without one, keep their order."""
    if dates is None:
        return np.arange(size)
    order = np.argsort(dates.to_numpy("datetime64[D]").astype("int64"), kind="stable")
    if undated == "last":
        missing = dates.isna().to_numpy(bool)[order]
        order = np.append(order[~missing], order[missing])
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    return place


def baseline_reads(code: str, columns: bool, step: Step) -> list[Read]:
    """What decides the baseline of a measure: its value (with `columns`), or which record it is."""
    spec = parameter_of(code, step.run.plan["measurements"])
    found, prefix = DomainReads(step, spec), spec["domain"].upper()
    value, date = spec.get("value", f"{prefix}STRESN"), spec.get("date", f"{prefix}DTC")
    rule = spec.get("baseline", {})
    dates = parse_dates(found.rows[date])
    starts = step.values(ADSL, _start_days(step), NO_START)
    days = dates.to_numpy("datetime64[D]").astype("int64")
    early = days - np.append(starts, 0)[found.subject] <= rule.get("to_day", 0)
    early &= dates.notna().to_numpy(bool) & (found.subject >= 0)
    by_day = Filter((date,), early, f"at most on day {rule.get('to_day', 0)}")
    known = Filter((value,), numbers(found.rows[value]).notna().to_numpy(bool), f"{value} is known")
    inside, randomised = step.randomised()
    reads = found.picked(
        (value,) if columns else (),
        rule.get("pick", "last"),
        before=(*inside, by_day),
        after=(known,),
        dates=dates,
        date_columns=(date,),
    )
    return [*reads, Read(ADSL, ("TRTSDT",), (), "subject"), randomised]


def _start_days(step: Step) -> pd.Series:
    starts = step.run.derived["adsl"]["TRTSDT"]
    days = pd.Series(starts.to_numpy("datetime64[D]").astype("int64"), index=starts.index)
    return days.where(starts.notna())
