"""Let the workflow go on when no error is left, or stop it with a message that says what to do."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.validate.listing import format_findings

# So many errors of each check are shown, and so many in all.
SHOWN_EACH, SHOWN = 3, 12
LISTING = "results/validate/findings.txt"


def format_refusal(errors: pd.DataFrame, summary: Mapping[str, Any]) -> str:
    """The message for unwaived errors: how many of which check, the first, what to do."""
    titles = {check["check"]: check["title"] for check in summary["checks"]}
    counts = errors["CHECK"].value_counts(sort=False)
    are = "error that is" if len(errors) == 1 else "errors that are"
    lines = [f"the data have {len(errors)} {are} not waived, so the workflow stops here"]
    lines += [f"  {count} of {check}: {titles.get(check, '')}" for check, count in counts.items()]
    first = errors.groupby("CHECK", sort=False).head(SHOWN_EACH).head(SHOWN)
    lines.append("the first of them:" if len(first) < len(errors) else "these are:")
    shown = zip(first["CHECK"], format_findings(first), strict=True)
    lines += [f"  {check}: {text}" for check, text in shown]
    lines += [
        f"the full list: {LISTING}",
        "what to do: correct the raw file or the plan. A finding that is to stand is waived in the",
        "plan: config/checks.yaml, under `waivers`, by its check, subject, file and row, with a",
        f"reason, for example: {_example(errors)}",
    ]
    return "\n".join(lines)


def _example(errors: pd.DataFrame) -> str:
    waivable = errors[errors["CATEGORY"] != "plan"]
    if waivable.empty:
        return "none here: what is wrong with the plan cannot be waived"
    one = waivable.iloc[0]
    named = {"subject": one["USUBJID"], "file": one["SRCFILE"], "row": one["SRCROW"]}
    fields = [f"check: {one['CHECK']}"]
    fields += [f"{key}: {value}" for key, value in named.items() if not pd.isna(value)]
    return "- {" + ", ".join(fields) + ", reason: why it is to stand}"


def give_verdict(found: pd.DataFrame, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict to go on. Raises StepError when an error is left that the plan does not waive."""
    errors = found[(found["SEVERITY"] == "error") & (found["WAIVED"] != "Y")]
    if len(errors):
        raise StepError(format_refusal(errors, summary))
    waived = found[found["WAIVED"] == "Y"]
    names = ["CHECK", "SEVERITY", "USUBJID", "SRCFILE", "SRCROW", "VARIABLE", "OBSERVED"]
    listed = waived[[*names, "MESSAGE", "REASON"]]
    return {
        "verdict": "go",
        "errors": 0,
        "warnings": summary["totals"]["warning"],
        "notes": summary["totals"]["note"],
        "waived": listed.astype("object").where(listed.notna(), None).to_dict("records"),
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        job.write("verdict", give_verdict(job.table("findings"), job.json("summary")))
