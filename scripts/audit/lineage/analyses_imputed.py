"""What results from completed data sets read."""

from collections.abc import Mapping
from typing import Any

from scripts.audit.lineage.analysed import Analysed, Key, with_sizes
from scripts.audit.lineage.chosen import Chosen, Selection, step_known
from scripts.audit.lineage.completed import ARM, GRIDS, OF_GRID, completed_table, reads_of_model
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.impute.assumptions import is_grid

Analysis = Mapping[str, Any]
VALUE, LACKS = "AVAL", "IMPUTED"


def difference_imputed(desk: Declarations, analysis: Analysis) -> Analysed:
    """How many data sets are used depends on every contrast, and so do all numbers but sizes."""
    selection = Selection(desk, analysis)
    covariates = list(analysis.get("covariates", []))
    selection.leave_out(*(step_known(desk, name) for name in covariates))
    table = completed_table(analysis["imputation"])
    everybody = selection.everybody
    values = everybody.values(table, [VALUE, LACKS])
    everything = unite(everybody.reads, everybody.variables(covariates), [values])

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = selection.of(group)
        if (row, statistic) == ("mean", "total"):
            return chosen.reads
        if (row, statistic) == ("mean", "missing"):
            return unite(chosen.reads, [chosen.values(table, [LACKS])])
        return everything

    return Analysed(
        with_sizes(selection, of),
        words=everything,
        method=unite(everybody.reads, [everybody.values(table, [LACKS])]),
        left_out=selection.left_out(),
        shape=everything,
        labels=[everybody.values(table, [ARM])],
    )


def tipping_point(desk: Declarations, analysis: Analysis) -> Analysed:
    """A grid of counts reads who is missing and what was observed; one of shifts the draws."""
    model = (desk.plan["imputation"]["models"])[analysis["imputation"]]
    selection = Selection(desk, analysis)
    if is_grid(model):
        return _of_shifts(desk, selection, f"{GRIDS}/{analysis['imputation']}")
    table = completed_table(analysis["imputation"])
    observed = desk.equals(table, LACKS, "N")

    def of(key: Key) -> Reads:
        chosen = _sides(selection, key)
        if key[2] == "total" and key[0] == "missing":
            return chosen.reads
        lacking = chosen.values(table, [LACKS])
        if key[0] == "missing":
            return unite(chosen.reads, [lacking])
        return unite(chosen.reads, [lacking, chosen.values(table, [VALUE], observed)])

    everything = of(("", "", "", None))
    return Analysed(
        with_sizes(selection, of), everything, [], selection.left_out(), shape=everything
    )


def _sides(selection: Selection, key: Key) -> Chosen:
    """The groups that a number is about: its own in counts of a side, else those of all."""
    row, group, _, _ = key
    alone = row in ("missing", "observed") or group not in selection.groups
    return selection.of(group if alone else "")


def _of_shifts(desk: Declarations, selection: Selection, table: str) -> Analysed:
    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        chosen = _sides(selection, key)
        if (row, statistic) == ("missing", "total"):
            return chosen.reads
        inside = desk.frame(table)[ARM].isin(
            [name for name in selection.groups if name in group.replace("/", "-").split("-")]
            if row in ("missing", "observed")
            else list(selection.groups)
        )
        words = f"{ARM} is {group}" if row in ("missing", "observed") else f"any {ARM}"
        return unite(
            chosen.reads, [desk.read(table, OF_GRID, [desk.filter((ARM,), inside, words)])]
        )

    everything = of(("", "", "", None))
    return Analysed(
        with_sizes(selection, of), everything, everything, selection.left_out(), everything
    )


def imputation_diagnostics(desk: Declarations, analysis: Analysis) -> Analysed:
    """Rows of a model read what the model reads; means of an arm the values that it completes."""
    models = list(analysis["models"])
    everything = unite(*(reads_of_model(desk, name) for name in models))
    arms = [str(arm["code"]) for arm in desk.plan["trial"]["arms"]]

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        head, _, tail = row.partition(": ")
        if head in models:
            return reads_of_model(desk, head)
        if head in ("observed", "imputed") and tail in models and group in arms:
            table = completed_table(tail)
            filters = [
                desk.equals(table, ARM, group),
                desk.equals(table, LACKS, "Y" if head == "imputed" else "N"),
            ]
            return [desk.read(table, [] if statistic == "total" else [VALUE], filters)]
        return [] if row == "groups" else everything

    return Analysed(of, words=everything, method=everything, shape=everything)
