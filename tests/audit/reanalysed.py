"""Analyses run again in memory, from tables that a test has changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.collect_results import collect_results
from scripts.analyse.compare_imputed import compare_imputed
from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.compare_times import compare_times
from scripts.analyse.compute_design import compute_design
from scripts.analyse.describe_courses import describe_courses
from scripts.analyse.describe_events import describe_events
from scripts.analyse.describe_imputations import describe_imputations
from scripts.analyse.describe_measurements import describe_measurements
from scripts.analyse.describe_subjects import describe_subjects
from scripts.analyse.families import FAMILIES, models_made_by, plan_of, references_of
from scripts.analyse.find_tipping_points import find_tipping_points
from scripts.analyse.fit_models import fit_models
from scripts.audit.lineage.analyses import Analyses, declare_analyses
from scripts.audit.lineage.completed import declare_completed
from scripts.audit.lineage.declarations import Declarations
from scripts.audit.lineage.graph import Graph, deciding
from scripts.audit.lineage.reads import KEPT, Lineage, Read
from scripts.audit.lineage.run import Run, start_lineage
from scripts.impute.impute_responses import impute_responses
from scripts.impute.impute_shifted import impute_shifted
from scripts.impute.impute_visits import impute_visits
from scripts.tables import plain
from tests.audit.rerun import contract, trial_of

Key = tuple[str, str, str, int | None]
# What says which record a row is and of whom is never changed.
# Whether a record is the baseline, or which imputation, is unique within a subject.
FIXED = ("USUBJID", "PARAMCD", "STUDYID", "ABLFL", "IMPUTATION")
ONE_A_SUBJECT = ("adsl", "adresp", "adtte")
# Few data sets are enough to see what they read.
IMPUTATIONS = 4


def impute(run: Run) -> tuple[Run, list[pd.DataFrame], dict[str, Any]]:
    """The run with completed data sets made from its tables, traces of chains, and notes."""
    plan, made = run.plan, run.derived
    models = (plan.get("imputation") or {}).get("models") or {}
    seed, count = plan["settings"]["seed"], plan["settings"]["imputations"]

    def named(step: str) -> dict[str, Any]:
        return {name: models[name] for name in models_made_by(plan, step)}

    done: dict[str, Any] = dict(
        impute_responses(made["adsl"], made["adresp"], named("impute_responses"), seed, count)
    )
    if named("impute_visits"):
        sets = {name.lower(): made[name.lower()] for name in plan["measurements"]["sets"]}
        sources = {**made, "measurements": sets, "domains": run.domains}
        known = {"trial": plan["trial"], "endpoints": plan["endpoints"]}
        settings = {"settings.seed": seed, "settings.imputations": count}
        done |= impute_visits(sources, named("impute_visits"), {**known, **settings})
    shifted = impute_shifted(
        made["adsl"], made["adresp"], {**named("impute_shifted"), **named("grids")},
        (references_of(plan), seed, count),
    )  # fmt: skip
    imputed = {name: one.table for name, one in done.items()} | shifted["imputed"]
    run = replace(run, imputed=imputed, grids=shifted["grids"])
    traces = [one.traces for one in done.values()]
    return run, traces, {name: one.description for name, one in done.items()}


@dataclass(frozen=True)
class Analysed:
    """A trial with its analyses, and what the index says that their numbers read."""

    run: Run
    desk: Declarations
    analyses: Analyses
    graph: Graph
    results: Mapping[str, Any]
    numbers: Mapping[str, Mapping[Key, Any]]

    @property
    def lineage(self) -> Lineage:
        """The index, with a number for each record of the results: analysis|row|group|statistic."""
        return self.desk.lineage

    def affected(self, table: str, row: int, *columns: str) -> set[str]:
        """The records of results that a change of a cell of analysis data may reach."""
        return self.graph.affected([(table, row, column) for column in columns])

    def kind(self, name: str) -> str:
        """The kind of an analysis."""
        return str(self.run.plan["analyses"]["analyses"][name]["kind"])


@cache
def analysed(folder: Path) -> Analysed:
    """The trial in a folder: analysis data from its raw files, a few imputations, all analyses."""
    made = trial_of(folder).run
    settings = {**made.plan["settings"], "imputations": IMPUTATIONS}
    settings |= {"imputations_least": 2} if "imputations_least" in settings else {}
    run, traces, notes = impute(replace(made, plan={**made.plan, "settings": settings}))
    planned = run.plan["analyses"]["analyses"]
    described = plan_of(run.plan, "describe_imputations")
    results = describe_imputations(run.imputed, traces, {"all": notes}, described)
    results |= analyse(run, [name for name in planned if name not in results])
    store, told = collect_results({name: results[name] for name in planned}, contract("results"))
    run = replace(run, results=store, described=told)
    lineage = start_lineage(run)
    desk = Declarations(lineage, run)
    declare_completed(desk)
    analyses = declare_analyses(desk)
    for name, key, reads in analyses.records():
        lineage.add_number("|".join(map(str, (name, *key))).removesuffix("|None"), reads)
    assert lineage.check() == []
    numbers = {name: numbers_of(results[name]) for name in planned}
    return Analysed(run, desk, analyses, Graph(lineage), results, numbers)


def _tables(run: Run) -> dict[str, pd.DataFrame]:
    return {**run.derived, **run.domains}


FAMILY: dict[str, Callable[[Run, Any], dict[str, Any]]] = {
    "compare_proportions": lambda run, plan: compare_proportions(
        run.derived["adsl"], run.derived["adresp"], plan
    ),
    "compare_imputed": lambda run, plan: compare_imputed(
        run.derived["adsl"], run.derived["adresp"], run.imputed, plan
    ),
    "find_tipping_points": lambda run, plan: find_tipping_points(
        run.derived["adsl"], {**run.imputed, **run.grids}, plan
    ),
    "compare_times": lambda run, plan: compare_times(
        run.derived["adsl"], run.derived["adresp"], run.derived["adtte"], plan
    ),
    "fit_models": lambda run, plan: fit_models(run.derived["adsl"], run.derived["adresp"], plan),
    "describe_subjects": lambda run, plan: describe_subjects(
        run.derived["adsl"], run.derived["adresp"], _tables(run), plan
    ),
    "describe_courses": lambda run, plan: describe_courses(
        run.derived["adsl"], run.derived["adresp"], _tables(run), plan
    ),
    "describe_measurements": lambda run, plan: describe_measurements(
        run.derived["adsl"], run.derived["adresp"], _tables(run), plan
    ),
    "describe_events": lambda run, plan: describe_events(
        run.derived["adsl"], run.derived["adresp"], _tables(run), plan
    ),
    "compute_design": lambda run, plan: compute_design(run.derived["adsl"], plan),
}


def analyse(run: Run, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The results of some analyses from the tables of a run."""
    planned = run.plan["analyses"]["analyses"]
    made = {}
    for name in names:
        family = FAMILIES[planned[name]["kind"]]
        plan = {**plan_of(run.plan, family), "analyses": {name: planned[name]}}
        made |= FAMILY[family](run, plan)
    return made


def numbers_of(document: Mapping[str, Any]) -> dict[Key, Any]:
    """Every number of a result by its key, at the precision at which it is stored."""
    store, _ = collect_results({"x": document}, contract("results"))
    points = [None if pd.isna(point) else int(point) for point in store["POINT"]]
    keys = zip(store["ROW"], store["GROUP"].fillna(""), store["STATISTIC"], points, strict=True)
    return dict(zip(keys, map(plain, store["VALUE"]), strict=True))


def with_tables(run: Run, changed: Mapping[str, pd.DataFrame]) -> Run:
    """The run with some of its tables changed: by the names of the index, parts of files too."""
    tables = {"derive": dict(run.derived), "ingest/sdtm": dict(run.domains)}
    tables |= {"impute": dict(run.imputed), "impute/grids": dict(run.grids)}
    for name, table in changed.items():
        folder, _, stem = name.rpartition("/")
        stem, _, code = stem.partition(":")
        whole = tables[folder][stem]
        if code:
            others = whole[whole["PARAMCD"] != code]
            table = pd.concat([others, table])
        elif folder.startswith("impute"):
            # The index knows one row a subject; draws after the first stay as they are.
            table = pd.concat([table, whole[whole["IMPUTATION"] > 1]], ignore_index=True)
        tables[folder][stem] = table
    return replace(
        run, derived=tables["derive"], domains=tables["ingest/sdtm"],
        imputed=tables["impute"], grids=tables["impute/grids"],
    )  # fmt: skip


class Freedom:
    """Which cells of each table do not matter, as reads say: those may be anything."""

    def __init__(self, graph: Graph, reads: Iterable[Read]) -> None:
        self.graph = graph
        self.bound: dict[str, dict[str, np.ndarray]] = {}
        self.needed: dict[str, np.ndarray] = {}
        for read in reads:
            self._bind(read)

    def _bind(self, read: Read) -> None:
        """Fixed: values of rows that are kept, and of others what leaves them out."""
        none = np.zeros(self.graph.lineage.tables[read.table].rows, dtype=bool)
        state = self.graph.state(read, np.arange(len(none)))
        bound = self.bound.setdefault(read.table, {})
        for name in (*read.columns, *deciding(read)):
            bound[name] = bound.get(name, none) | (state == KEPT)
        for number, part in enumerate(read.filters):
            for name in part.columns:
                bound[name] = bound[name] | (state == number)
        self.needed[read.table] = self.needed.get(read.table, none) | (state == KEPT)

    def free(self, table: str, column: str) -> np.ndarray:
        """One boolean a row: whether its value may be anything."""
        none = np.zeros(self.graph.lineage.tables[table].rows, dtype=bool)
        return ~self.bound.get(table, {}).get(column, none)

    def removable(self, table: str) -> np.ndarray:
        """One boolean a row: whether it need not be there."""
        none = np.zeros(self.graph.lineage.tables[table].rows, dtype=bool)
        return ~self.needed.get(table, none)


def shake(
    freedom: Freedom,
    frame: pd.DataFrame,
    table: str,
    generator: np.random.Generator,
    fixed: Iterable[str] = (),
) -> pd.DataFrame:
    """The table with other values of the column in every free cell, and some free rows gone.

    Values are taken from the column, so that the table stays one that a step takes; columns named
    `fixed` stay.
    """
    made = frame.copy()
    for column in frame.columns:
        rows = np.flatnonzero(freedom.free(table, column))
        if column not in {*FIXED, *fixed} and len(rows):
            picks = generator.integers(len(frame), size=len(rows))
            made.iloc[rows, made.columns.get_loc(column)] = frame[column].iloc[picks].array
    if table.rpartition("/")[2].partition(":")[0] in ONE_A_SUBJECT or table.startswith("impute"):
        return made
    gone = freedom.removable(table) & (generator.random(len(frame)) < 0.3)
    return made[~gone]


def blank(values: pd.Series) -> pd.Series:
    """The column with nothing in it; whole numbers, which cannot be missing, as zeros."""
    if values.dtype == "int64":
        return values * 0
    return values.reindex([-1] * len(values)).set_axis(values.index)


def columns_of(reads: Iterable[Read]) -> dict[str, frozenset[str]]:
    """The columns that reads name, by table."""
    found: dict[str, frozenset[str]] = {}
    for read in reads:
        named = {*read.columns, *deciding(read)}
        found[read.table] = found.get(read.table, frozenset()) | named
    return found


def narrowed(
    desk: Declarations, named: Mapping[str, frozenset[str]], keep: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """Every table with only the named columns, the others blank; columns to keep stay in all."""
    made = {}
    for table in desk.lineage.tables:
        if not table.startswith("ingest/raw") and not table.startswith("derive/decisions"):
            frame = desk.frame(table)
            lost = set(frame.columns) - named.get(table, frozenset()) - set(keep)
            made[table] = frame.assign(**{name: blank(frame[name]) for name in sorted(lost)})
    return made
