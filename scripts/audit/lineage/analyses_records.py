"""What counts of records read: events and medications by level, grade and condition, courses."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.audit.lineage.analysed import Analysed, Key, with_sizes
from scripts.audit.lineage.chosen import Chosen, Selection, place_of
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import DERIVED, SDTM
from scripts.conditions import evaluate, variables_of

Analysis = Mapping[str, Any]
ANY = "any"


def record_table(name: str) -> str:
    """The table of the index in which records lie that an analysis names."""
    return f"{DERIVED if name.startswith('ad') else SDTM}/{name}"


def by_record(
    selection: Selection, table: str, filters_of: Callable[[str], Sequence[Filter]],
    columns_of: Callable[[str], Sequence[str]] = lambda row: (),
) -> Callable[[Key], Reads]:  # fmt: skip
    """Rows that count records of a table: of the group's subjects, by the filters of the row."""

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        if statistic == "total":
            return chosen.reads
        return unite(chosen.reads, [chosen.values(table, columns_of(row), *filters_of(row))])

    return of


def records_by_level(desk: Declarations, analysis: Analysis) -> Analysed:
    """Any record at all, then the records of each level: which levels there are is their shape."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own, by = desk.where(table, analysis.get("where")), analysis["by"]

    def filters_of(row: str) -> list[Filter]:
        return own if row == ANY else [*own, desk.equals(table, by, row, as_text=True)]

    of = by_record(selection, table, filters_of)
    labels = [analysis["label_by"]] if "label_by" in analysis else []
    shape = [selection.everybody.values(table, [by], *own)]
    return Analysed(
        with_sizes(selection, of, lambda group: [selection.of(group).values(table, [], *own)]),
        left_out=selection.left_out(),
        shape=unite(selection.everybody.reads, shape),
        labels=[selection.everybody.values(table, [by, *labels], *own)],
    )


def event_overview(desk: Declarations, analysis: Analysis) -> Analysed:
    """Each declared row: the events of its condition, or subjects of a condition."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own = desk.where(table, analysis.get("where"))
    rows = {row["id"]: row for row in analysis["rows"]}

    def filters_of(row: str) -> list[Filter]:
        return [*own, *desk.where(table, rows[row].get("records"))]

    of_events = by_record(selection, table, filters_of)

    def of(key: Key) -> Reads:
        condition = rows.get(key[0], {}).get("subjects")
        if condition is None or key[2] == "total":
            return of_events(key)
        chosen = selection.of(key[1])
        return unite(chosen.reads, chosen.variables(sorted(variables_of(condition))))

    return Analysed(with_sizes(selection, of), left_out=selection.left_out())


def event_grades(desk: Declarations, analysis: Analysis) -> Analysed:
    """A term's events, and below it each grade: the highest of a subject within the term."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own, by = desk.where(table, analysis.get("where")), analysis["by"]
    grade = analysis["grades"]["variable"]
    terms = {str(term) for term in desk.frame(table)[by].astype(str)}

    def term_of(row: str) -> tuple[str, bool]:
        """The term of a row, and whether the row is of one grade."""
        head, joint, _ = row.rpartition("=")
        return (head, True) if joint and row not in terms and row != ANY else (row, False)

    def filters_of(row: str) -> list[Filter]:
        term, _ = term_of(row)
        return own if term == ANY else [*own, desk.equals(table, by, term, as_text=True)]

    def columns_of(row: str) -> list[str]:
        return [grade] if term_of(row)[1] else []

    of = by_record(selection, table, filters_of, columns_of)
    everything = [selection.everybody.values(table, [by, grade], *own)]
    labels = [analysis["label_by"]] if "label_by" in analysis else []
    return Analysed(
        with_sizes(selection, of, lambda group: [selection.of(group).values(table, [], *own)]),
        left_out=selection.left_out(),
        shape=unite(selection.everybody.reads, everything),
        labels=[selection.everybody.values(table, [by, grade, *labels], *own)],
    )


def deaths(desk: Declarations, analysis: Analysis) -> Analysed:
    """Who died, and of whom a fatal event is recorded, by term where a row is one."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own = [
        *desk.where(table, analysis.get("where")),
        *desk.where(table, analysis["fatal"]),
    ]
    by, died = analysis["by"], sorted(variables_of(analysis["died"]))
    labels = [analysis["label_by"]] if "label_by" in analysis else []

    def events(chosen: Chosen, *more: Filter) -> Read:
        return chosen.values(table, [], *own, *more)

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        if statistic == "total":
            return chosen.reads
        reads = unite(chosen.reads, chosen.variables(died))
        if row == "death":
            return reads
        terms = set(desk.frame(table)[by].astype(str))
        term = row.removeprefix("death=")
        more = [desk.equals(table, by, term, as_text=True)] if term in terms else []
        return unite(reads, [events(chosen, *more)])

    everybody = selection.everybody
    everything = unite(
        everybody.reads, everybody.variables(died), [everybody.values(table, [by, *labels], *own)]
    )
    return Analysed(
        with_sizes(selection, of, lambda group: selection.of(group).variables(died)),
        words=everything,
        left_out=selection.left_out(),
        shape=everything,
        labels=everything,
    )


class _Courses:
    """What the sources of a course read: dates of subjects, of verdicts, of records."""

    def __init__(self, desk: Declarations, course: Mapping[str, Any]) -> None:
        self.desk = desk
        self.course = course
        self.ends = [*course["end"]]

    def source(self, chosen: Chosen, one: Mapping[str, Any]) -> Reads:
        """The dates of one source and what says which of them count."""
        desk = self.desk
        if "endpoint" in one:
            table, column = place_of(desk, one["endpoint"])
            return [chosen.values(table, ["ADT"], desk.equals(table, column, "Y"))]
        date = one.get("date", one.get("variable"))
        names = sorted(variables_of(one.get("where")))
        if "records" not in one:
            return chosen.variables([*([] if date is None else [date]), *names])
        reads = []
        for table in desk.parts(one["records"], record_table(one["records"]).rpartition("/")[0]):
            condition = one.get("where")
            keeps = evaluate(condition, desk.frame(table)).to_numpy(bool)
            part = [desk.filter(names, keeps, self._words(one))] if condition else []
            reads.append(chosen.values(table, [date], *part))
        return reads

    @staticmethod
    def _words(one: Mapping[str, Any]) -> str:
        return f"the records that {one.get('label', 'end the observation').lower()} names"

    def followed(self, chosen: Chosen) -> Reads:
        """Who was followed, from when and to when."""
        ends = [read for one in self.ends for read in self.source(chosen, one)]
        return unite(chosen.reads, chosen.variables([self.course["start"]]), ends)


def courses(desk: Declarations, analysis: Analysis) -> Analysed:
    """How long each was followed decides who is in; a mark and an interval read their sources."""
    selection = Selection(desk, analysis)
    course = _Courses(desk, analysis["course"])
    marks = {one["id"]: one for one in analysis["course"]["marks"]}
    lasting = {one["id"]: one for one in analysis["course"].get("intervals", [])}

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        reads = course.followed(chosen)
        if statistic == "total" or row == "observed":
            return reads
        named = [row] if row in marks else [lasting[row]["from"], lasting[row]["to"]]
        return unite(reads, *(course.source(chosen, marks[name]) for name in named))

    def sizes(key: Key) -> Reads:
        return course.followed(selection.of(key[1])) if key[0] == "groups" else of(key)

    everybody = selection.everybody
    everything = unite(
        course.followed(everybody), *(course.source(everybody, one) for one in marks.values())
    )
    return Analysed(
        sizes,
        words=everything,
        left_out=unite(selection.left_out(), course.followed(everybody)),
        shape=course.followed(everybody),
    )
