"""What descriptions of subjects read: baseline, flow, populations, visits, exposure, design."""

from collections.abc import Mapping
from typing import Any

from scripts.audit.lineage.analysed import SIZES, Analysed, Key, with_sizes
from scripts.audit.lineage.analyses_measurements import VISIT, visit_filters
from scripts.audit.lineage.analyses_records import by_record, record_table
from scripts.audit.lineage.chosen import Chosen, Selection, groups_of, step_among
from scripts.audit.lineage.declarations import SUBJECTS, Declarations, Reads, unite
from scripts.audit.lineage.reads import Filter
from scripts.conditions import variables_of

Analysis = Mapping[str, Any]
RANDOMISED, START = "RANDFL", "TRTSDT"
# The screening row of a flow, and the column of those in no arm.
SCREENED, EXCLUDED, NOBODY = "screened", "excluded", "NONE"


def baseline(desk: Declarations, analysis: Analysis) -> Analysed:
    """A row is about one variable, of the group's subjects."""
    selection = Selection(desk, analysis)
    names = [one["variable"] for one in analysis["variables"]]

    def of(key: Key) -> Reads:
        row, group = key[:2]
        name = row.removesuffix(" missing").partition("=")[0]
        chosen = selection.of(group)
        return unite(chosen.reads, chosen.variables([name]))

    everything = unite(selection.everybody.reads, selection.everybody.variables(names))
    return Analysed(with_sizes(selection, of), left_out=selection.left_out(), shape=everything)


def disposition(desk: Declarations, analysis: Analysis) -> Analysed:
    """Rows of the flow by their variables; what comes before randomisation reads all screened."""
    selection, flow = Selection(desk, analysis), analysis["flow"]
    columns = _flow_columns(flow, desk)
    everybody = Chosen(desk)
    reason = [flow["excluded_by"]] if "excluded_by" in flow else []

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        head = row.partition("=")[0]
        if head == SCREENED or (head == EXCLUDED and statistic == "total"):
            return everybody.variables([]) or [desk.read(SUBJECTS)]
        if head == EXCLUDED:
            more = reason if "=" in row else []
            return everybody.variables([RANDOMISED, *more])
        chosen = selection.of(group)
        # Of whom the time is not known it is not known either whether it is this one.
        if statistic == "total" and head != "time":
            return chosen.reads
        return unite(chosen.reads, chosen.variables(columns(row)))

    status = selection.everybody.variables([flow["status"]])
    named = [flow[key] for key in ("status", "reason", "time") if key in flow]
    shape = unite(
        everybody.variables([RANDOMISED, *reason]),
        selection.everybody.reads,
        selection.everybody.variables([*named, *columns("outside")]),
    )
    return Analysed(
        with_sizes(selection, of),
        words=unite(selection.everybody.reads, status),
        left_out=selection.left_out(),
        shape=shape,
        labels=shape,
    )


def _flow_columns(flow: Mapping[str, Any], desk: Declarations) -> Any:
    """The variables of each row of a flow."""
    status, reason, time = flow["status"], flow["reason"], flow.get("time")
    treated = sorted(variables_of(flow.get("treated")))
    reasons = [flag.removesuffix("FL") + "RS" for flag in flow["populations"]]
    known = [name for name in reasons if name in desk.columns(SUBJECTS)]

    def columns(row: str) -> list[str]:
        head, joint, tail = row.partition("=")
        if row == "outside":
            return [*flow["populations"], *known]
        if head in ("completed", "discontinued"):
            return [status, *([reason] if joint else [])]
        if head == "time":
            return [status, time, *([reason] if ", " in tail else [])]
        if head in ("treated", "untreated"):
            return treated
        if head == "randomised":
            return [RANDOMISED]
        flag = head.removeprefix("outside ")
        return [flag, *([flag.removesuffix("FL") + "RS"] if joint else [])]

    return columns


def population_membership(desk: Declarations, analysis: Analysis) -> Analysed:
    """Everybody screened, by arm: a flag, or the reason beside it."""
    variable, groups = groups_of(analysis, desk.plan)
    everybody = Chosen(desk)
    randomised = step_among(desk, RANDOMISED, ["Y"])
    outside = step_among(desk, RANDOMISED, ["Y"])
    columns = {
        name: everybody.where(randomised, step_among(desk, variable, [value]))
        for name, value in groups.items()
    }
    lost = everybody.where(type(outside)(outside.parts, ~outside.keeps, f"{RANDOMISED} is not Y"))
    columns[NOBODY] = lost
    flags = list(analysis.get("populations", desk.plan["subjects"]["populations"]))

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = columns.get(group, everybody)
        inside = chosen.reads or [desk.read(SUBJECTS)]
        if statistic == "total" or row == SIZES:
            return inside
        flag, joint, _ = row.partition("=")
        return unite(inside, chosen.variables([flag.removesuffix("FL") + "RS" if joint else flag]))

    reasons = [flag.removesuffix("FL") + "RS" for flag in flags]
    shape = unite(lost.reads, everybody.variables(reasons))
    return Analysed(of, shape=shape, labels=everybody.variables([*flags, *reasons]))


def attendance(desk: Declarations, analysis: Analysis) -> Analysed:
    """A row is a visit: the records of it that count."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own, at = desk.where(table, analysis.get("where")), visit_filters(desk, table)
    of = by_record(selection, table, lambda row: [*own, at[row]])
    return Analysed(with_sizes(selection, of), left_out=selection.left_out())


def visit_adherence(desk: Declarations, analysis: Analysis) -> Analysed:
    """Dates of a visit, or of all, since the start; whether one was expected, by who left when."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own, at = desk.where(table, analysis.get("where")), visit_filters(desk, table)
    date = "SVSTDTC"

    def of(key: Key) -> Reads:
        row, group, _, _ = key
        head, _, visit = row.partition("=")
        chosen = selection.of(group)
        left = [analysis["left"]] if head == "done" else []
        more = [at[visit]] if visit else []
        columns = [date] if visit else [date, VISIT]
        records = chosen.values(table, columns, *own, *more)
        return unite(chosen.reads, chosen.variables([START, *left]), [records])

    return Analysed(with_sizes(selection, of), left_out=selection.left_out())


def exposure(desk: Declarations, analysis: Analysis) -> Analysed:
    """Records of one treatment: whether there are any, their days, doses and interruptions."""
    selection, table = Selection(desk, analysis), record_table(analysis["records"])
    own = desk.where(table, analysis.get("where"))
    stopped = sorted(variables_of(analysis.get("interrupted")))
    spec = {one["value"]: one for one in analysis["treatments"]}

    def filters_of(row: str) -> list[Filter]:
        return [*own, desk.equals(table, "EXTRT", row.rpartition(" ")[0])]

    def columns_of(row: str) -> list[str]:
        name, _, measure = row.rpartition(" ")
        by_day = measure == "dose" and spec[name]["dose"] == "per_day"
        found = {"days": ["ADURN"], "dose": ["EXDOSE"], "interrupted": stopped}
        return [*found.get(measure, []), *(["ADURN"] if by_day else [])]

    counted = by_record(selection, table, filters_of, columns_of)

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        # Interruptions are of those who were treated.
        if statistic == "total" and row.endswith(" interrupted"):
            return counted((row.removesuffix("interrupted") + "treated", group, "count", None))
        return counted(key)

    everybody = selection.everybody
    measured = ["EXTRT", "ADURN", "EXDOSE", *stopped]
    # A summary of nothing is printed as one number, not as several.
    shape = unite(everybody.reads, [everybody.values(table, measured, *own)])
    return Analysed(with_sizes(selection, of), left_out=selection.left_out(), shape=shape)


def sample_size(desk: Declarations, analysis: Analysis) -> Analysed:
    """A size is planned: no subject is read."""
    return Analysed(lambda key: [])


def power(desk: Declarations, analysis: Analysis) -> Analysed:
    """Power reads how many were enrolled in both groups."""
    selection = Selection(desk, analysis)
    of = with_sizes(selection, lambda key: selection.of(key[1]).reads)
    return Analysed(of, left_out=selection.left_out())
