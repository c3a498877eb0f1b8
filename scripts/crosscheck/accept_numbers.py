"""The verdict of the second opinion: given only where R disagrees with no number."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.job import Job, StepError


def disagreements(table: pd.DataFrame) -> Iterator[str]:
    """Each number that differs, by its address, with both values and what R was asked."""
    for row in table[table["VERDICT"] == "differs"].to_dict("records"):
        parts = [row["ANALYSIS"], row["ROW"], row["GROUP"], row["STATISTIC"]]
        point = "" if pd.isna(row["POINT"]) else f" (point {int(row['POINT'])})"
        ours, theirs = (
            "none" if pd.isna(row[name]) else f"{row[name]:.12g}" for name in ("OURS", "RVALUE")
        )
        why = f"; {row['REASON']}" if isinstance(row["REASON"], str) else ""
        address = " / ".join(part for part in parts if part)
        yield f"{address}{point}: ours {ours}, R {theirs}{why} [{row['RCALL']}]"


def accept_numbers(table: pd.DataFrame, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict. Raises StepError naming every number on which R disagrees."""
    found = list(disagreements(table))
    if found:
        raise StepError(
            f"R disagrees with {len(found)} number(s); one of the two is wrong: mend it "
            "(results/crosscheck/crosscheck.html shows them beside each other)\n  "
            + "\n  ".join(found)
        )
    return {"accepted": True, "numbers": summary["numbers"], "verdicts": summary["verdicts"]}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        job.write("verdict", accept_numbers(job.table("comparison"), job.json("summary")))
