"""Every comparative number computed a second time, by other code from the same tables.

Where the two implementations differ the step fails, so that no report is made from numbers on
which they disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pandas as pd

from scripts.analyse.second.adjusted import judge_adjusted
from scripts.analyse.second.comparison import (
    REASON,
    TOLERANCE,
    compare,
    disagreements,
    not_comparable,
    not_compared,
)
from scripts.analyse.second.imputed import judge_imputed
from scripts.analyse.second.models import judge_model
from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.proportions import KINDS as PROPORTIONS
from scripts.analyse.second.proportions import judge_proportions
from scripts.analyse.second.times import KINDS as TIMES
from scripts.analyse.second.times import judge_times
from scripts.analyse.second.tipping import judge_tipping
from scripts.job import Job, StepError

SOFTWARE = ("numpy", "pandas", "scipy", "statsmodels")


@dataclass(frozen=True)
class Tables:
    """What the analyses are made from; `adtte` is None in a trial without times.

    `grids` are responders at every shift, by model.
    """

    adsl: pd.DataFrame
    adresp: pd.DataFrame
    adtte: pd.DataFrame | None
    imputed: Mapping[str, pd.DataFrame]
    grids: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def judge(analysis: Mapping[str, Any], plan: Mapping[str, Any], tables: Tables) -> Opinion | None:
    """What the second implementation says about one analysis; None for a kind it does not know."""
    base = (analysis, plan, tables.adsl, tables.adresp)
    kind = analysis["kind"]
    if kind in PROPORTIONS:
        return judge_proportions(*base)
    if kind == "difference_imputed":
        return judge_imputed(*base, tables.imputed[analysis["imputation"]])
    if kind == "tipping_point":
        return judge_tipping(*base, {**tables.imputed, **tables.grids}[analysis["imputation"]])
    if kind == "logistic":
        return judge_model(*base)
    if kind == "adjusted_difference":
        return judge_adjusted(*base)
    if kind in TIMES and tables.adtte is not None:
        return judge_times(*base, tables.adtte)
    return None


def _summary(
    analyses: Mapping[str, Mapping[str, Any]], unjudged: list[dict[str, Any]]
) -> dict[str, Any]:
    statuses = [analysis["status"] for analysis in analyses.values()]
    largest = [analysis["largest_relative_difference"] for analysis in analyses.values()]
    return {
        "analyses": len(analyses),
        "agree": statuses.count("agrees"),
        "differ": statuses.count("differs"),
        "not_comparable": statuses.count("not comparable"),
        "compared": sum(analysis["compared"] for analysis in analyses.values()),
        "not_compared": len(unjudged),
        "largest_relative_difference": max((x for x in largest if x is not None), default=None),
    }


def second_opinion(
    tables: Tables, results: Mapping[str, Mapping[str, Any]], plan: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Both implementations side by side, whether they agree or not; `plan` is by family."""
    analyses, unjudged = {}, []
    for family in plan.values():
        for name, analysis in family["analyses"].items():
            opinion = judge(analysis, family, tables)
            result = results[name]
            analyses[name] = compare(result, opinion) if opinion else not_comparable(result)
            unjudged += not_compared(result, opinion)
    return {
        "software": {name: version(name) for name in SOFTWARE},
        "tolerance": {"relative": TOLERANCE, "reason": REASON},
        "analyses": analyses,
        "not_compared": unjudged,
        "summary": _summary(analyses, unjudged),
    }


def check_agreement(opinion: Mapping[str, Any]) -> None:
    """Raise StepError naming every number on which the two implementations differ."""
    found = disagreements(opinion["analyses"])
    if found:
        raise StepError(
            f"{len(found)} number(s) on which two implementations differ by more than "
            f"{TOLERANCE:g} (relative); one of them is wrong, mend it before anything is reported"
            "\n  " + "\n  ".join(found)
        )


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        tables = Tables(
            adsl=job.table("adsl"),
            adresp=job.table("adresp"),
            adtte=job.tables("adtte").get("adtte"),
            imputed=job.tables("imputed"),
            grids=job.tables("grids"),
        )
        opinion = second_opinion(tables, job.jsons("results"), job.plan)
        check_agreement(opinion)
        job.write("opinion", opinion)
