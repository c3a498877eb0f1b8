"""One step of derive as the index sees it: its tables, rows by subject, and how to declare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from scripts.audit.lineage.filters import keys_of, rows_by_key, subjects_with
from scripts.audit.lineage.reads import Derivation, Filter, Lineage, Read, Table
from scripts.audit.lineage.run import DERIVED, SDTM, Run, frame_of
from scripts.derive.dates import days_since
from scripts.derive.subject_variables import date_of, date_variable_of

ADSL = f"{DERIVED}/adsl"


@dataclass
class Step:
    """A rule of derive: `rule` and `plan` (dotted) are told with every derivation."""

    lineage: Lineage
    run: Run
    rule: str
    plan: str = ""
    _dated: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _rows: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """The number of subjects."""
        return len(self.lineage.subjects)

    def subject(self, table: str) -> np.ndarray:
        """The subject of every row of a table of the index."""
        return self.lineage.tables[table].subject

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a table of the index, in its order."""
        if table in self._rows:
            return self._rows[table]
        found = frame_of(self.run, self.lineage.tables[table])
        # The trace of decisions is long, and read once an endpoint.
        kept = {} if table.startswith(f"{DERIVED}/decisions") else self._rows
        return kept.setdefault(table, found)

    def of_plan(self, plan: str) -> "Step":
        """The same step for another part of the plan."""
        return replace(self, plan=plan)

    def part(self, name: str, code: str) -> str:
        """The table of one parameter of a data set; one without a record becomes an empty table."""
        table, whole = f"{DERIVED}/{name}:{code}", self.run.derived[name]
        if table not in self.lineage.tables:
            none = np.zeros(0, dtype=np.int64)
            columns = tuple(map(str, whole.columns))
            file = f"results/{DERIVED}/{name}.parquet"
            self.lineage.tables[table] = Table(table, file, none, columns, none)
        return table

    def measure(self, code: str) -> str:
        """The table of a measured parameter."""
        sets = self.run.plan["measurements"]["sets"]
        name = [name for name, content in sets.items() if code in content["parameters"]][-1]
        return self.part(name.lower(), code)

    def dated(self, domain: str) -> pd.DataFrame:
        """A domain with ADT and ADAYS beside its variables, where its records have a date."""
        name = domain.lower()
        if name not in self._dated:
            table = self.rows(f"{SDTM}/{name}")
            dates = date_of(name, table)
            if dates is not None:
                starts = self.run.derived["adsl"].set_index("USUBJID")["TRTSDT"]
                days = days_since(dates, table["USUBJID"].map(starts))
                table = table.assign(ADT=dates, ADAYS=days)
            self._dated[name] = table
        return self._dated[name]

    def date_variable(self, domain: str) -> str | None:
        """The variable that dates the records of a domain."""
        return date_variable_of(domain, self.dated(domain))

    def link(self, made: str, source: str) -> None:
        """Link the records of a data set to those of the domain that they name."""
        domain = source.rpartition("/")[2].upper()
        mine, theirs = self.rows(made), self.rows(source)
        wanted = keys_of(self.subject(made), mine["SRCSEQ"])
        keys = keys_of(self.subject(source), theirs[f"{domain}SEQ"])
        self.lineage.links[(made, source)] = rows_by_key(wanted, keys)

    def of_subjects(self, holds: np.ndarray, words: str) -> tuple[Filter, ...]:
        """A filter on subjects; nothing where it leaves out nobody."""
        return () if holds.all() else (Filter((), holds, words, by_subject=True),)

    def having(self, rows: np.ndarray, table: str) -> np.ndarray:
        """The subjects with a chosen row of a table."""
        return subjects_with(rows, self.subject(table), self.size)

    def flagged(self, name: str, value: str) -> np.ndarray:
        """The subjects of whom a variable of ADSL has a value."""
        holds = (self.run.derived["adsl"][name] == value).to_numpy(bool)
        return self.having(holds, ADSL)

    def values(self, table: str, values: pd.Series, missing: float | int) -> np.ndarray:
        """One value a subject from a table with one row a subject; `missing` for the others."""
        found = np.full(self.size + 1, missing)
        known = values.notna().to_numpy(bool)
        found[self.subject(table)[known]] = values[known].to_numpy(found.dtype)
        return found[:-1]

    def randomised(self) -> tuple[tuple[Filter, ...], Read]:
        """Who is in the data sets of randomised subjects, and what decides it."""
        inside = self.flagged("RANDFL", "Y")
        rows = (self.run.derived["adsl"]["RANDFL"] == "Y").to_numpy(bool)
        among = Filter(("RANDFL",), rows, "RANDFL is Y")
        return self.of_subjects(inside, "randomised"), Read(ADSL, (), (among,), "subject")

    def make(
        self,
        table: str,
        columns: str | Sequence[str],
        reads: Iterable[Read],
        function: str,
        words: str,
        plan: str | None = None,
        rows: np.ndarray | None = None,
    ) -> None:
        """Declare columns of a table; columns that the table does not have are left out."""
        known = {"*", *self.lineage.tables[table].columns}
        names = (columns,) if isinstance(columns, str) else columns
        kept = tuple(name for name in names if name in known)
        where = self.plan if plan is None else plan
        module, _, rest = function.partition(":")
        self.lineage.derivations.append(
            Derivation(
                table,
                kept,
                tuple(reads),
                self.rule,
                f"scripts.derive.{module}:{rest}",
                where,
                words,
                rows,
            )
        )
