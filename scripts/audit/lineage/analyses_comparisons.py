"""What proportions, their differences and logistic models read."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from scripts.audit.lineage.analysed import Analysed, Key, with_sizes
from scripts.audit.lineage.chosen import (
    Chosen,
    Selection,
    Step,
    step_among,
    step_known,
    wide_of,
)
from scripts.audit.lineage.declarations import Declarations, Reads, unite

Analysis = Mapping[str, Any]
# Numbers of subjects alone, whatever became of them.
OF_SUBJECTS = ("total", "weight", "n")


def _word(level: Any) -> str:
    """A level as it stands in the id of a row: a whole number without a decimal point."""
    whole = isinstance(level, float) and level.is_integer()
    return str(int(level)) if whole else str(level)


def counted(chosen: Chosen, endpoint: str, statistic: str) -> Reads:
    """A number about an endpoint among subjects; their number alone where it says no more."""
    if statistic in OF_SUBJECTS:
        return chosen.reads
    return unite(chosen.reads, chosen.variables([endpoint]))


def _with_verdict(desk: Declarations, analysis: Analysis) -> Selection:
    selection = Selection(desk, analysis)
    selection.leave_out(step_known(desk, analysis["endpoint"]))
    return selection


def _comparison(
    selection: Selection,
    among: Callable[[Key], Chosen],
    shape: Reads,
    labels: Reads | None = None,
) -> Analysed:
    """A result about an endpoint whose every number is about the subjects that `among` gives."""
    endpoint = selection.analysis["endpoint"]

    def of(key: Key) -> Reads:
        return counted(among(key), endpoint, key[2])

    everything = unite(
        selection.everybody.reads, selection.everybody.variables([endpoint]), labels or []
    )
    return Analysed(
        with_sizes(selection, of, lambda group: selection.of(group).variables([endpoint])),
        words=everything,
        left_out=selection.left_out(),
        shape=shape,
        labels=labels or [],
    )


def difference_in_proportions(desk: Declarations, analysis: Analysis) -> Analysed:
    """Counts by group, and everything about both groups of a contrast."""
    selection = _with_verdict(desk, analysis)
    return _comparison(selection, lambda key: selection.of(key[1]), [])


def effect_measures(desk: Declarations, analysis: Analysis) -> Analysed:
    """Counts by group, and everything about both groups of a contrast.

    In which words a number needed to treat is printed depends on its limits.
    """
    selection = _with_verdict(desk, analysis)
    both = unite(selection.everybody.reads, selection.everybody.variables([analysis["endpoint"]]))
    return _comparison(selection, lambda key: selection.of(key[1]), both)


def _parted(
    selection: Selection, levels: Mapping[str, list[Step]]
) -> Callable[[Key], Chosen]:  # fmt: skip
    """The subjects of a group within the level that a row stands for."""
    made: dict[tuple[str, str], Chosen] = {}

    def among(key: Key) -> Chosen:
        row, group = key[:2]
        if (row, group) not in made:
            made[row, group] = selection.of(group).where(*levels.get(row, []))
        return made[row, group]

    return among


def subgroups(desk: Declarations, analysis: Analysis) -> Analysed:
    """Within each level only those who have it."""
    selection = _with_verdict(desk, analysis)
    levels = {
        f"{one['variable']}={_word(level)}": [step_among(desk, one["variable"], [level])]
        for one in analysis["subgroups"]
        for level in one["levels"]
    }
    variables = [one["variable"] for one in analysis["subgroups"]]
    labels = selection.everybody.variables(variables)
    return _comparison(selection, _parted(selection, levels), [], labels)


def proportions_by(desk: Declarations, analysis: Analysis) -> Analysed:
    """Within each level only those who have it; which levels occur decides which rows there are."""
    selection = _with_verdict(desk, analysis)
    name = analysis["by"]
    selection.leave_out(step_known(desk, name))
    values = wide_of(desk, [name])[name].dropna().unique()
    levels = {str(level): [step_among(desk, name, [level])] for level in values}
    labels = selection.everybody.variables([name])
    shape = unite(selection.everybody.reads, labels)
    return _comparison(selection, _parted(selection, levels), shape, labels)


def stratified_difference(desk: Declarations, analysis: Analysis) -> Analysed:
    """A stratum has the subjects of its levels; weights and what is common read all strata."""
    selection = _with_verdict(desk, analysis)
    strata = analysis["strata"]
    levels: list[list[tuple[str, Any]]] = []
    for one in strata:
        name = one["variable"]
        known = wide_of(desk, [name])[name].dropna().unique()
        wanted = list(one.get("levels", sorted(known)))
        selection.leave_out(step_known(desk, name))
        if "levels" in one:
            selection.leave_out(step_among(desk, name, wanted, f"{name} is one of the levels"))
        levels.append([(name, level) for level in wanted])
    rows = {
        ", ".join(f"{name}={_word(level)}" for name, level in chosen): [
            step_among(desk, name, [level]) for name, level in chosen
        ]
        for chosen in product(*levels)
    }
    names = [one["variable"] for one in strata]
    within, endpoint = _parted(selection, rows), analysis["endpoint"]

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        inside = selection.of(group)
        if row in rows and statistic != "weight":
            return counted(within(key), endpoint, statistic)
        if row == "proportion":
            return counted(inside, endpoint, statistic)
        shared = unite(inside.reads, inside.variables(names))
        return shared if statistic == "weight" else unite(shared, inside.variables([endpoint]))

    everybody = selection.everybody
    labels = everybody.variables(names)
    everything = unite(everybody.reads, labels, everybody.variables([endpoint]))
    return Analysed(
        with_sizes(selection, of, lambda group: selection.of(group).variables([endpoint])),
        words=everything,
        left_out=selection.left_out(),
        shape=everything,
        labels=labels,
    )


def logistic(desk: Declarations, analysis: Analysis) -> Analysed:
    """Every term of a model reads all its terms; counts by level read that term alone."""
    selection = _with_verdict(desk, analysis)
    terms, endpoint = list(analysis["terms"]), analysis["endpoint"]
    selection.leave_out(*(step_known(desk, name) for name in terms))
    everybody = selection.everybody
    everything = unite(everybody.reads, everybody.variables([endpoint, *terms]))
    levels = {f"{name}={level}": (name, level) for name in terms for level in ("Y", "N")}

    def of(key: Key) -> Reads:
        row, _, statistic, _ = key
        if row == "model":
            return counted(everybody, endpoint, statistic)
        if row in levels:
            name, level = levels[row]
            return counted(everybody.where(step_among(desk, name, [level])), endpoint, statistic)
        return everything

    return Analysed(
        with_sizes(selection, of, lambda group: selection.of(group).variables([endpoint])),
        words=everything,
        left_out=selection.left_out(),
    )


def adjusted_difference(desk: Declarations, analysis: Analysis) -> Analysed:
    """Observed counts read a group; whatever is adjusted reads the covariates of all."""
    selection = _with_verdict(desk, analysis)
    covariates, endpoint = list(analysis["covariates"]), analysis["endpoint"]
    selection.leave_out(*(step_known(desk, name) for name in covariates))
    everybody = selection.everybody
    everything = unite(everybody.reads, everybody.variables([endpoint, *covariates]))

    def of(key: Key) -> Reads:
        row, group, statistic, _ = key
        if row == "observed":
            return counted(selection.of(group), endpoint, statistic)
        return everything

    return Analysed(
        with_sizes(selection, of, lambda group: selection.of(group).variables([endpoint])),
        words=everything,
        left_out=selection.left_out(),
    )
