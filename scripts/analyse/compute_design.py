"""Design: the sample size that was planned for, and the power of the trial as it was enrolled."""

from typing import Any

import pandas as pd

from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    group_entries,
    groups_of,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.job import Job
from scripts.stats.design import power_two_proportions, sample_size_two_proportions


def sample_size(name: str, analysis: Analysis, adsl: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    """Subjects needed in each arm under the planned assumptions, by each variant of the formula."""
    design = analysis["design"]
    alpha = plan["settings"]["significance_level"]
    ratios = {arm["code"]: float(arm["ratio"]) for arm in plan["arms"]}
    _, groups = groups_of(analysis, plan)
    contrasts = contrasts_of(analysis, plan, groups)
    statistics: Rows = []
    labels = {}
    for variant in design["variants"]:
        # ASSUME: With several comparisons an arm has the size of the one that asks for most of it.
        needed: dict[str, tuple[int, int]] = {}
        for a, b in contrasts:
            p1, p2 = design["proportions"][a], design["proportions"][b]
            found = sample_size_two_proportions(
                p1, p2, ratios[a] / ratios[b], alpha, design["power"], variant, design["dropout"]
            )
            labels[variant] = found.label
            for arm, size in (
                (a, (found.n1, found.n1_enrolled)),
                (b, (found.n2, found.n2_enrolled)),
            ):
                needed[arm] = max(needed.get(arm, (0, 0)), size)
            total = found.n1_enrolled + found.n2_enrolled
            statistics += numbers(variant, f"{a}-{b}", n=total)
        for arm, (evaluable, enrolled) in needed.items():
            statistics += numbers(variant, arm, evaluable=evaluable, n=enrolled)
    options = {**design, "alpha": alpha}
    label = f"Sample size for two proportions, two-sided, {labels[design['variants'][0]]}"
    empty = [{"id": group.id, "label": group.label, "N": None, "n": None} for group in groups]
    return build_result(
        name,
        analysis,
        plan,
        None,
        groups=empty,
        method=method_of("sample_size", label, options),
        statistics=statistics,
        labels=labels,
    )


def power(name: str, analysis: Analysis, adsl: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    """Power at the numbers enrolled, under the planned assumptions."""
    design = analysis["design"]
    alpha = plan["settings"]["significance_level"]
    subjects: AnalysisSet = select(analysis, plan, adsl)
    sizes = {group.id: len(subjects.of(group)) for group in subjects.groups}
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    statistics: Rows = []
    labels = {}
    for a, b in contrasts:
        for variant in design["variants"]:
            found = power_two_proportions(
                design["proportions"][a],
                sizes[a],
                design["proportions"][b],
                sizes[b],
                alpha,
                variant,
            )
            labels[variant] = found.label
            group = f"{a}-{b}" if len(contrasts) > 1 else ""
            statistics += numbers(variant, group, power=found.power)
    for group_id, size in sizes.items():
        statistics += numbers("enrolled", group_id, n=size)
    options = {**design, "alpha": alpha}
    label = f"Power of two proportions, two-sided, {labels[design['variants'][0]]}"
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects),
        method=method_of("power", label, options),
        statistics=statistics,
        labels=labels,
    )


KINDS = {"sample_size": sample_size, "power": power}


def compute_design(adsl: pd.DataFrame, plan: Plan) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    randomised = with_responses(adsl, None)
    return {
        name: KINDS[analysis["kind"]](name, analysis, randomised, plan)
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        job.write_all("results", compute_design(job.table("adsl"), job.plan))
