"""What counts of checks, deviations and listings read: the tables and columns that they name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.chosen import Chosen, step_among
from scripts.audit.lineage.completed import words_in
from scripts.audit.lineage.declarations import SUBJECTS, Declarations, Reads, unite
from scripts.audit.lineage.reads import Filter
from scripts.audit.lineage.run import RAW, SDTM
from scripts.conditions import evaluate, variables_of
from scripts.report.companions import CHECKED, sources_of

Spec = Mapping[str, Any]
PEOPLE, START = f"{SDTM}/dm", "RFSTDTC"
# What a check is given beside the columns of a table, and what it is made from.
DATE, DAY, KNOWN, TEST = "DTC", "ADAYS", "USUBJID", "TEST"
# Kinds of check that judge by the date of a record, whether they name it or not.
BY_DATE = frozenset(
    {"visit_window", "visit_order", "gap_between", "record_required", "record_forbidden"}
)
BY_VISIT = frozenset({"visit_known", "visit_window", "visit_order", "visit_missing"})
# Parts of a check's declaration that select records of another table.
SELECTIONS = ("record", "reference", "against", "subjects")


class Checks:
    """What the declared checks of the data read, and what is made from their findings."""

    def __init__(self, desk: Declarations) -> None:
        self.desk = desk
        self.declared: Mapping[str, Spec] = desk.plan["checks"]["checks"]
        self._found: dict[tuple[str, bool], Reads] = {}

    def records(self, check: str) -> Reads:
        """How many records a check looks at: those of its condition."""
        return self._reads(check, judged=False)

    def findings(self, check: str) -> Reads:
        """How much a check finds: every column that it names."""
        return self._reads(check, judged=True)

    def all_findings(self) -> Reads:
        """What every check finds."""
        return unite(*(self.findings(check) for check in self.declared))

    def everything(self) -> Reads:
        """Every value of every table that the checks look at: what a listing of findings shows."""
        desk = self.desk
        tables = [t for t in desk.lineage.tables if t.startswith((f"{SDTM}/", f"{RAW}/"))]
        return [desk.read(table, desk.columns(table)) for table in tables]

    def of_title(self, title: str) -> Reads:
        """What the checks of a title find."""
        named = [check for check, spec in self.declared.items() if spec["title"] == title]
        return unite(*(self.findings(check) for check in named))

    def deviations(self) -> Reads:
        """Whether and where there are deviations at all."""
        named = [c for c, spec in self.declared.items() if spec["category"] == "deviation"]
        return unite(*(self.findings(check) for check in named))

    def _reads(self, check: str, judged: bool) -> Reads:
        if (check, judged) not in self._found:
            spec = self.declared[check]
            tables = [{**spec, "domain": name} for name in spec.get("domains", [])] or [dict(spec)]
            made = [self.selection(one, self._judging(one) if judged else {}) for one in tables]
            self._found[check, judged] = unite(*made)
        return self._found[check, judged]

    def _judging(self, spec: Spec) -> dict[str, Any]:
        """What a check judges: its declaration without what only selects or tells."""
        kept = {k: v for k, v in spec.items() if k not in ("where", "lookups", "title", "action")}
        if spec["kind"] in BY_DATE:
            kept["by_date"] = DATE
        if spec["kind"] in BY_VISIT:
            kept["by_visit"] = "VISITNUM"
        if spec["kind"] == "visit_window":
            kept["by_day"] = DAY
        if spec["kind"] == "visit_missing":
            kept["by_start"] = START
        if "pattern" in spec:
            kept["by_pattern"] = list(re.compile(spec["pattern"]).groupindex)
        return kept

    def selection(self, spec: Spec, judged: Mapping[str, Any]) -> Reads:
        """The records that a declaration selects, and the columns that are judged of them."""
        table = self._table(spec)
        chosen = variables_of(spec.get("where"))
        named = words_in(judged) | chosen
        looked_up = {n: s for n, s in spec.get("lookups", {}).items() if n in named}
        reads = [read for one in looked_up.values() for read in self._looked_up(one)]
        for key in SELECTIONS if judged else ():
            if key in spec:
                own = {"domain": "DM"} if key == "subjects" else {}
                shared = {word: judged[word] for word in ("by_date", "match") if word in judged}
                reads += self.selection({**own, **spec[key]}, {**spec[key], **shared})
        for statement in spec.get("statements", []) if judged else ():
            reads += self.selection(statement, {})
        if judged and spec.get("kind") in ("subject_known", "record_count", "visit_missing"):
            reads.append(self.desk.read(PEOPLE, self._of(PEOPLE, named)))
        if judged and spec.get("kind") == "date_in_period" and "variables" not in spec:
            named |= {name for name in self.desk.columns(table) if name.endswith(DATE)}
        people = self._of_people(table, named, spec)
        reads += [self.desk.read(PEOPLE, people)] if people and table != PEOPLE else []
        filters = self._filters(table, spec, chosen)
        return [*reads, self.desk.read(table, self._of(table, named, spec), filters)]

    def _looked_up(self, lookup: Spec) -> Reads:
        """Values of a subject from another table; which is first depends on dates and rows."""
        wanted = {"variable": lookup.get("variable")}
        by_date = {"by_date": DATE} if lookup["take"] in ("first", "last") else {}
        return self.selection(lookup, {**wanted, **by_date, "kind": ""})

    def _table(self, spec: Spec) -> str:
        if "source" in spec:
            return f"{RAW}/{spec['source']}"
        return f"{SDTM}/{spec['domain'].lower()}"

    def _date(self, table: str, spec: Spec) -> str | None:
        """The date of a table's records."""
        name = table.rpartition("/")[2].upper()
        named = [spec.get("date"), f"{name}STDTC", f"{name}DTC", START if name == "DM" else None]
        return next((d for d in named if d and d in self.desk.columns(table)), None)

    def _of(self, table: str, named: set[str], spec: Spec | None = None) -> list[str]:
        """The columns of a table among words, with what days and dates are made from."""
        found = [name for name in self.desk.columns(table) if name in named]
        date = self._date(table, spec or {})
        if date and named & {DATE, DAY}:
            found.append(date)
        subject = (spec or {}).get("subject")
        if subject and subject in self.desk.columns(table):
            found.append(subject)
        # Who a domain's record is of decides how it is counted and matched.
        return [*found, *([KNOWN] if KNOWN in self.desk.columns(table) else [])]

    def _of_people(self, table: str, named: set[str], spec: Spec) -> list[str]:
        """The variables of DM among words that the table does not have itself."""
        own = set(self.desk.columns(table))
        found = [n for n in self.desk.columns(PEOPLE) if n in named and n not in own]
        if DAY in named and START not in own:
            found.append(START)
        return found + (["SUBJID"] if spec.get("subject") else [])

    def _filters(self, table: str, spec: Spec, chosen: set[str]) -> list[Filter]:
        """A condition on a table's own columns as a filter; others are read in whole."""
        own = set(self.desk.columns(table))
        frame = self.desk.frame(table)
        condition = spec.get("where")
        if not condition or not chosen <= own | set(self.desk.columns(PEOPLE)):
            return []
        people = self.desk.frame(PEOPLE).drop_duplicates(KNOWN).set_index(KNOWN)
        if not chosen <= own and KNOWN not in own:
            return []
        wide = frame.assign(
            **{name: people[name].reindex(frame[KNOWN]).to_numpy() for name in chosen - own}
        )
        keeps = evaluate(condition, wide).to_numpy(bool)
        return [self.desk.filter(sorted(chosen & own), keeps, "the records that the check names")]


def deviation_reads(desk: Declarations, checks: Checks, title: str) -> Reads:
    """Counts of a deviation by arm."""
    return unite(checks.of_title(title), [desk.read(SUBJECTS, ["ARMCD"])])


def listing_reads(desk: Declarations, checks: Checks, listing: Spec) -> Reads:
    """How many records and subjects a listing has: those of its condition."""
    source = listing["source"]
    if source in CHECKED:
        found = checks.deviations() if source == "deviations" else checks.all_findings()
        return unite(found, [desk.read(SUBJECTS, _known(desk, listing))])
    folder = sources_of(desk.plan)[source].removeprefix("results/").rpartition("/")[0]
    names = variables_of(listing.get("where"))
    reads: Reads = []
    for table in desk.parts(source, folder):
        own = set(desk.columns(table))
        frame = desk.frame(table)
        adsl = desk.frame(SUBJECTS).set_index(KNOWN)
        others = {n: adsl[n].reindex(frame[KNOWN]).to_numpy() for n in names - own if n in adsl}
        keeps = evaluate(listing.get("where"), frame.assign(**others)).to_numpy(bool)
        filters = [desk.filter(sorted(names & own), keeps, "the records listed")] if names else []
        reads.append(desk.read(table, [], filters))
    more = _known(desk, listing) if any(names - set(desk.columns(r.table)) for r in reads) else []
    return reads + ([desk.read(SUBJECTS, more)] if more else [])


def _known(desk: Declarations, listing: Spec) -> list[str]:
    return [n for n in desk.columns(SUBJECTS) if n in variables_of(listing.get("where"))]


def profile_reads(desk: Declarations, key: str) -> Reads:
    """Who has a profile, and whose is printed."""
    everybody = Chosen(desk, (step_among(desk, "RANDFL", ["Y"]),))
    if key == "subjects":
        return everybody.reads
    condition = desk.plan["profiles"]["printed"]["condition"]
    return unite(everybody.reads, everybody.variables(sorted(variables_of(condition))))


def head_reads(desk: Declarations, group: str, others: str) -> Reads:
    """How many subjects are of an arm, or of none."""
    arm = desk.frame(SUBJECTS)["ARMCD"]
    keeps = arm.isna() if group == others else arm == group
    words = "ARMCD is missing" if group == others else f"ARMCD is {group}"
    return [desk.read(SUBJECTS, [], [desk.filter(("ARMCD",), np.asarray(keeps), words)])]


def raw_reads(desk: Declarations, sources: Iterable[str], existence: bool = False) -> Reads:
    """Every value of raw files, or only how many rows they have."""
    tables = [f"{RAW}/{name}" for name in sources]
    return [desk.read(t, [] if existence else desk.columns(t)) for t in tables]
