"""Subjects chosen by conditions in order, and what decides that they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.declarations import SUBJECTS, Declarations, Reads, unite
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import DERIVED
from scripts.conditions import Condition, describe, evaluate, variables_of

VERDICT = "AVALC"


@dataclass(frozen=True, eq=False)
class Step:
    """One condition on subjects: the tables and columns that decide it, and for whom it holds."""

    parts: Mapping[str, tuple[str, ...]]
    keeps: np.ndarray
    words: str


class Chosen:
    """The subjects for whom every step holds. Steps apply in order, as filters of a read do."""

    def __init__(self, desk: Declarations, steps: tuple[Step, ...] = ()) -> None:
        self.desk = desk
        self.steps = steps

    def where(self, *steps: Step) -> "Chosen":
        """Those of them for whom more holds."""
        return Chosen(self.desk, (*self.steps, *steps))

    @cached_property
    def inside(self) -> np.ndarray:
        """One boolean a subject of the lineage."""
        keeps = np.ones(len(self.desk.lineage.subjects), dtype=bool)
        for step in self.steps:
            keeps = keeps & step.keeps
        return keeps

    @property
    def words(self) -> str:
        """Every condition, for a reader."""
        return " and ".join(step.words for step in self.steps)

    @cached_property
    def reads(self) -> Reads:
        """What decides who is among them: every table that a step looks at."""
        tables = dict.fromkeys(table for step in self.steps for table in step.parts)
        return [self.desk.read(table, (), self.filters(table)) for table in tables]

    def filters(self, table: str) -> list[Filter]:
        """The steps as filters of a table: its own by row, those decided elsewhere by subject."""
        made: list[Filter] = []
        elsewhere: list[Step] = []
        for step in self.steps:
            if table not in step.parts:
                elsewhere.append(step)
                continue
            made += self._by_subject(elsewhere)
            alone = len(step.parts) == 1
            keeps = step.keeps if alone else np.ones_like(step.keeps)
            rows = self.desk.to_rows(table, keeps)
            made.append(self.desk.filter(step.parts[table], rows, step.words))
            elsewhere = [] if alone else [step]
        return made + self._by_subject(elsewhere)

    def _by_subject(self, steps: list[Step]) -> list[Filter]:
        if not steps:
            return []
        keeps = np.logical_and.reduce([step.keeps for step in steps])
        words = " and ".join(step.words for step in steps)
        return [self.desk.filter((), keeps, words, by_subject=True)]

    def values(self, table: str, columns: Iterable[str], *more: Filter) -> Read:
        """Columns of the rows that these subjects have in a table, narrowed by more filters."""
        return self.desk.read(table, columns, [*self.filters(table), *more])

    def variables(self, names: Iterable[str]) -> Reads:
        """Columns of the subjects by name: variables of ADSL, and verdicts by endpoint."""
        wanted: dict[str, list[str]] = {}
        for name in names:
            table, column = place_of(self.desk, name)
            wanted.setdefault(table, []).append(column)
        return [self.values(table, columns) for table, columns in wanted.items()]


def place_of(desk: Declarations, name: str) -> tuple[str, str]:
    """Where a subject-level variable lies: in ADSL, or as a verdict on an endpoint."""
    if name in desk.columns(SUBJECTS):
        return SUBJECTS, name
    return f"{DERIVED}/adresp:{name}", VERDICT


def wide_of(desk: Declarations, names: Iterable[str]) -> pd.DataFrame:
    """One row a subject of the lineage with variables and verdicts by name; index is its number."""
    table = pd.DataFrame(index=range(len(desk.lineage.subjects)))
    for name in names:
        source, column = place_of(desk, name)
        if not desk.has(source):
            table[name] = pd.Series(None, index=table.index, dtype="str")
            continue
        values = desk.frame(source)[column].set_axis(desk.subject_of(source))
        table[name] = values.reindex(table.index)
    return table


def step_where(desk: Declarations, condition: Condition) -> Step:
    """A condition of the plan on variables and verdicts of subjects."""
    names = sorted(variables_of(condition))
    keeps = evaluate(condition, wide_of(desk, names)).to_numpy(bool)
    return Step(_parts(desk, names), keeps, describe(condition))


def step_known(desk: Declarations, name: str) -> Step:
    """A variable or verdict is known; a verdict always is where there is a record of it."""
    table, column = place_of(desk, name)
    if table != SUBJECTS:
        return step_recorded(desk, table, f"there is a verdict on {name}")
    known = wide_of(desk, [name])[name].notna().to_numpy(bool)
    return Step({table: (column,)}, known, f"{name} is known")


def step_recorded(desk: Declarations, table: str, words: str) -> Step:
    """The subject has a record in a table of at most one record a subject."""
    if not desk.has(table):
        return Step({}, np.zeros(len(desk.lineage.subjects), dtype=bool), words)
    rows = np.ones(desk.lineage.tables[table].rows, dtype=bool)
    return Step({table: ()}, desk.of_subjects(table, rows), words)


def step_among(desk: Declarations, name: str, values: Iterable[Any], words: str = "") -> Step:
    """A variable has one of some values; more than one is said as a list."""
    wanted = list(values)
    told = words or f"{name} is " + (" or ".join(map(str, wanted)))
    keeps = wide_of(desk, [name])[name].isin(wanted).fillna(False).to_numpy(bool)
    return Step(_parts(desk, [name]), keeps, told)


def _parts(desk: Declarations, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for name in names:
        table, column = place_of(desk, name)
        if desk.has(table):
            parts[table] = (*parts.get(table, ()), column)
    return parts


class Selection:
    """The subjects of an analysis: population, subset, groups, and what else leaves some out."""

    def __init__(self, desk: Declarations, analysis: Mapping[str, Any]) -> None:
        self.desk = desk
        self.analysis = analysis
        self.more: tuple[Step, ...] = ()
        flag = analysis["population"]
        steps = [step_among(desk, "RANDFL", ["Y"]), step_among(desk, flag, ["Y"])]
        if "subset" in analysis:
            steps.append(step_where(desk, analysis["subset"]))
        self.base = Chosen(desk, tuple(steps))
        self.variable, self.groups = groups_of(analysis, desk.plan)
        self._made: dict[tuple[str, ...], Chosen] = {}

    def leave_out(self, *steps: Step) -> None:
        """Keep only those for whom more holds; to be said before groups are asked for."""
        self.more = (*self.more, *steps)
        self._made = {}

    def of(self, group: str) -> Chosen:
        """The subjects of a group, of both groups of a contrast, or of all."""
        named = tuple(members_of(group, self.groups))
        if named not in self._made:
            values = [self.groups[name] for name in named]
            grouped = step_among(self.desk, self.variable, values)
            self._made[named] = self.base.where(grouped, *self.more)
        return self._made[named]

    @property
    def everybody(self) -> Chosen:
        """The subjects of all groups."""
        return self.of("")

    def left_out(self) -> Reads:
        """What decides who is left out, and the reasons that the population's flag gives."""
        desk, flag = self.desk, self.analysis["population"]
        reason = flag.removesuffix("FL") + "RS"
        outside = [step for step in self.base.steps if step.parts.get(SUBJECTS) != (flag,)][:1]
        columns = [reason] if reason in desk.columns(SUBJECTS) else []
        told = Chosen(desk, tuple(outside)).values(SUBJECTS, [flag, *columns])
        return unite([told], self.everybody.reads)


def groups_of(analysis: Mapping[str, Any], plan: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The grouping variable, and the value of each group by its id."""
    declared = analysis.get("groups")
    if declared is None:
        return "ARMCD", {str(arm["code"]): arm["code"] for arm in plan["trial"]["arms"]}
    levels = [one["value"] if isinstance(one, Mapping) else one for one in declared["levels"]]
    return declared["variable"], {str(value): value for value in levels}


def members_of(group: str, groups: Iterable[str]) -> list[str]:
    """The groups that a group of a result stands for: itself, both of a contrast, or all."""
    known = list(groups)
    if group in known:
        return [group]
    for sign in ("-", "/"):
        for one in known:
            for other in known:
                if group == f"{one}{sign}{other}":
                    return [name for name in known if name in (one, other)]
    return known
