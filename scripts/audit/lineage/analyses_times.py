"""What times to an event read: values and censoring of a group, of two, or of all."""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.audit.lineage.analysed import CURVE, Analysed, Key, with_sizes
from scripts.audit.lineage.chosen import Chosen, Selection, Step, step_known, step_recorded
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.audit.lineage.run import DERIVED

Analysis = Mapping[str, Any]
TIME, CENSORED, UNIT = "AVAL", "CNSR", "AVALU"


class _Times:
    """The subjects of an analysis who have its time, and what is read of their times."""

    def __init__(self, desk: Declarations, analysis: Analysis) -> None:
        self.desk = desk
        self.table = f"{DERIVED}/adtte:{analysis['endpoint']}"
        self.selection = Selection(desk, analysis)
        self.selection.leave_out(step_recorded(desk, self.table, "there is such a time"))

    def values(self, chosen: Chosen, *columns: str) -> Reads:
        """Columns of the times of some subjects, with what decides who they are."""
        return unite(chosen.reads, [chosen.values(self.table, columns)])

    def curve(self, chosen: Chosen, time: float) -> Reads:
        """A curve at a time: who is censored later does not matter before."""
        early = self.desk.frame(self.table)[TIME].to_numpy(float) <= time
        until = self.desk.filter((TIME,), early, f"{TIME} is at most {time:g}")
        censored = chosen.values(self.table, [CENSORED], until)
        return unite(self.values(chosen, TIME), [censored])

    def analysed(
        self, of: Callable[[Key], Reads], method: Reads | None = None, more: Reads | None = None
    ) -> Analysed:
        """The result: its warnings read all, its method what it says in words of its own."""
        everybody = self.selection.everybody
        everything = unite(self.values(everybody, TIME, CENSORED), more or [])
        return Analysed(
            with_sizes(
                self.selection,
                of,
                lambda group: [self.selection.of(group).values(self.table, [CENSORED])],
            ),
            words=everything,
            method=method or [],
            left_out=self.selection.left_out(),
            shape=everything,
            labels=[everybody.values(self.table, [UNIT])],
        )


def quantiles_of_time(desk: Declarations, analysis: Analysis) -> Analysed:
    """Times as they are; where those without an event are left out, censoring decides who is in."""
    times = _Times(desk, analysis)
    if analysis["method"]["censored"] == "excluded":
        values = desk.frame(times.table)[CENSORED] == 0
        keeps = desk.of_subjects(times.table, values)
        step = Step({times.table: (CENSORED,)}, keeps, f"{CENSORED} is 0")
        times.selection.leave_out(step)

    def of(key: Key) -> Reads:
        chosen = times.selection.of(key[1])
        return chosen.reads if key[2] == "n" else times.values(chosen, TIME)

    return times.analysed(of)


def time_to_event(desk: Declarations, analysis: Analysis) -> Analysed:
    """Curves by group and time; the test over all groups, ratios of two."""
    times = _Times(desk, analysis)

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        # What was expected in a group comes from all of them.
        chosen = times.selection.of("" if row == "logrank" and "/" not in group else group)
        if row.startswith("t="):
            return times.curve(chosen, float(row.removeprefix("t=")))
        if row == "arm" and statistic == "n":
            return chosen.reads
        if row == "arm" and statistic in ("events", "censored"):
            return times.values(chosen, CENSORED)
        if row == CURVE:
            return times.values(times.selection.of(group), TIME, CENSORED)
        return times.values(chosen, TIME, CENSORED)

    # A curve has a name where there is somebody to draw it of.
    return times.analysed(of, method=times.selection.everybody.reads)


def survival_contrasts(desk: Declarations, analysis: Analysis) -> Analysed:
    """Survival of a group or a contrast at a time, and restricted means."""
    times = _Times(desk, analysis)

    def of(key: Key) -> Reads:
        row, group = key[:2]
        chosen = times.selection.of(group)
        if row.startswith("t="):
            return times.curve(chosen, float(row.removeprefix("t=")))
        if row == "follow_up":
            return times.values(chosen, TIME)
        return times.values(chosen, TIME, CENSORED)

    return times.analysed(of, method=times.selection.everybody.reads)


def hazard_sensitivity(desk: Declarations, analysis: Analysis) -> Analysed:
    """Tests over all groups and of two; strata where the row is about them."""
    times = _Times(desk, analysis)
    strata = list(analysis.get("stratify_by", []))
    times.selection.leave_out(*(step_known(desk, name) for name in strata))
    everybody = times.selection.everybody

    def of(key: Key) -> Reads:
        row, group = key[:2]
        chosen = times.selection.of(group)
        own = chosen.variables(strata) if row.startswith("strat") else []
        if row == "strata":
            return unite(chosen.reads, own)
        return unite(times.values(chosen, TIME, CENSORED), own)

    strata_of = everybody.variables(strata)
    method = unite(times.values(everybody, TIME, CENSORED), strata_of)
    return times.analysed(of, method, strata_of)
