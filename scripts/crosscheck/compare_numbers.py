"""Every number of the results beside R's: tolerance, verdict, reason; counts and a page to read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.families import FAMILIES
from scripts.crosscheck.page import page_of
from scripts.job import Job
from scripts.tables import Contract

AGREES, DIFFERS, RANDOM, NOT_COMPUTED = VERDICTS = (
    "agrees",
    "differs",
    "within Monte Carlo error",
    "not computed by R",
)
ADDRESS = ["ANALYSIS", "ROW", "GROUP", "STATISTIC", "POINT"]
# Counts are counts: they are equal, or one of the two is wrong.
EXACT = frozenset(
    {"at_risk", "censored", "count", "evaluable", "events", "imputations", "missing", "n"}
    | {"observed", "total"}
)
CLOSED, ITERATED = 1e-9, 1e-7
# Where both sides search for a root or a maximum, each stops at its own last step.
ITERATIVE = frozenset({"compare_proportions", "compare_times", "fit_models"})
TOLERANCES = {
    "counts": "none: equal, or wrong",
    "closed forms": f"{CLOSED:g} of R's value; results are stored with 12 significant digits",
    "models and limits found by iteration": f"{ITERATED:g} of R's value",
    "imputed again by R": (
        "3 Monte Carlo errors of the difference: a number with another seed lies outside by chance "
        "once in 370"
    ),
}
# Differences are seen against R's value, or against this one where that is nearly nothing.
FLOOR = 1e-6
# R puts what it imputed itself beside the row that holds ours.
AGAIN = ", imputed by R"
NO_NUMBER = "R's programs give no number at this address"
NOT_OURS = "R gives a number that the results do not have"


def family_of(kind: str) -> str:
    """The family of a kind of analysis."""
    return FAMILIES.get(kind, kind)


def _reason(address: Mapping[str, Any], declined: Iterable[Mapping[str, str]]) -> str:
    for entry in declined:
        if entry["analysis"] == address["ANALYSIS"] and all(
            entry[name.lower()] in ("*", address[name]) for name in ("ROW", "GROUP", "STATISTIC")
        ):
            return entry["reason"]
    return NO_NUMBER


def _allowed(family: str, statistic: str, value: float, error: float) -> float:
    if np.isfinite(error):
        return error
    if statistic in EXACT:
        return 0.0
    relative = ITERATED if family in ITERATIVE else CLOSED
    return relative * max(abs(value), FLOOR) if np.isfinite(value) else 0.0


def _judge(row: Mapping[str, Any]) -> tuple[str, str | None]:
    ours, theirs, random = row["OURS"], row["RVALUE"], np.isfinite(row["ERROR"])
    if row["HAS_R"] and not row["HAS_OURS"]:
        return DIFFERS, NOT_OURS
    if not row["HAS_R"]:
        return NOT_COMPUTED, row["DECLINED"]
    if np.isnan(ours) and np.isnan(theirs):
        return AGREES, "neither can be estimated"
    if np.isnan(ours) or np.isnan(theirs):
        return DIFFERS, "estimated on one side only"
    if abs(ours - theirs) <= row["TOLERANCE"]:
        return (RANDOM if random else AGREES), None
    return DIFFERS, "beyond 3 Monte Carlo errors" if random else None


def _joined(results: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    ours = results.rename(columns={"VALUE": "OURS", "RSEQ": "SEQ"}).assign(HAS_OURS=True)
    theirs = answers.rename(columns={"VALUE": "RVALUE"}).assign(HAS_R=True)
    # What R imputed itself is held against our number of the same statistic.
    again = theirs[theirs["ROW"].str.endswith(AGAIN)].assign(
        OF=lambda table: table["ROW"].str.removesuffix(AGAIN)
    )
    extra = ours.merge(
        again[["ANALYSIS", "OF", "GROUP", "STATISTIC", "POINT", "ROW"]].rename(
            columns={"ROW": "NEW", "OF": "ROW"}
        ),
        on=ADDRESS,
    )
    extra = extra.assign(ROW=extra["NEW"]).drop(columns="NEW")
    joined = pd.concat([ours, extra]).merge(theirs, on=ADDRESS, how="outer")
    return joined.sort_values(["ANALYSIS", "SEQ", "ASEQ"], kind="stable").reset_index(drop=True)


def compare_numbers(
    results: pd.DataFrame,
    answers: pd.DataFrame,
    declined: list[dict[str, str]],
    kinds: Mapping[str, str],
    contract: Contract,
) -> pd.DataFrame:
    """One record for each number of the results and each that R alone has.

    `results` as config/schemas/tables/results.yaml, `answers` as answers.yaml beside it describe
    them; `declined` are addresses with the reason why R has no number; `kinds` by analysis.
    """
    table = _joined(results, answers)
    table["HAS_OURS"] = table["HAS_OURS"].notna()
    table["HAS_R"] = table["HAS_R"].notna()
    for name in ("OURS", "RVALUE", "ERROR"):
        table[name] = table[name].astype("float64")
    table["FAMILY"] = [family_of(kinds.get(name, "unknown")) for name in table["ANALYSIS"]]
    table["CSEQ"] = table.groupby("ANALYSIS").cumcount() + 1
    rows = table.to_dict("records")
    table["TOLERANCE"] = [
        _allowed(row["FAMILY"], row["STATISTIC"], row["RVALUE"], row["ERROR"])
        if row["HAS_R"]
        else None
        for row in rows
    ]
    table["DECLINED"] = [None if row["HAS_R"] else _reason(row, declined) for row in rows]
    verdicts = [_judge(row) for row in table.to_dict("records")]
    table["VERDICT"] = [verdict for verdict, _ in verdicts]
    table["REASON"] = [reason for _, reason in verdicts]
    return table[list(contract.columns)]


def _largest(table: pd.DataFrame) -> float | None:
    known = table[(table["VERDICT"] == AGREES) & table["OURS"].notna()]
    if known.empty:
        return None
    scale = known["RVALUE"].abs().clip(lower=FLOOR)
    return float(f"{((known['OURS'] - known['RVALUE']).abs() / scale).max():.1e}")


def summarise(table: pd.DataFrame, session: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by verdict, by family and verdict, and by reason; what R it was; the tolerances."""

    def counts(part: pd.DataFrame) -> dict[str, int]:
        found = Counter(part["VERDICT"])
        return {verdict: found[verdict] for verdict in VERDICTS}

    parts = {str(family): part for family, part in table.groupby("FAMILY")}
    absent = table[table["VERDICT"] == NOT_COMPUTED]
    return {
        "numbers": len(table),
        "analyses": int(table["ANALYSIS"].nunique()),
        "verdicts": counts(table),
        "families": {
            family: {**counts(part), "largest_relative_difference": _largest(part)}
            for family, part in parts.items()
        },
        "not_computed": dict(Counter(absent["REASON"])),
        "tolerances": TOLERANCES,
        "software": session["software"],
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        kinds = {name: one["kind"] for name, one in job.json("described").items()}
        session = job.json("session")
        table = compare_numbers(
            job.table("results"),
            job.table("answers"),
            session["declined"],
            kinds,
            job.contract("comparison"),
        )
        summary = summarise(table, session)
        job.say(f"{summary['numbers']} numbers: {summary['verdicts']}")
        job.write("comparison", table)
        job.write("csv", table.to_csv(index=False, float_format="%.12g", lineterminator="\n"))
        job.write("summary", summary)
        template = job.text("template")
        job.write("page", page_of(template, table, summary, job.plan["study.title"]))
