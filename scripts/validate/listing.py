"""The findings as a text that a person reads: counts of every check first, then each in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.validate.waivers import describe_waiver

HEADER = "findings    waived   records  severity category   check"


def format_origin(found: pd.DataFrame) -> pd.Series:
    """Where each finding lies: file, row, subject, variable and value, as far as there is one."""
    text = found["SRCFILE"].fillna("").astype("str")
    rows = " row " + found["SRCROW"].astype("str")
    text = text.where(found["SRCROW"].isna(), text + rows)
    seen = found["VARIABLE"] + (" = " + found["OBSERVED"]).fillna("")
    # Several variables are shown with their names already.
    seen = seen.mask(found["VARIABLE"].str.contains(", ", na=False), found["OBSERVED"])
    for part in ("subject " + found["USUBJID"], seen):
        value = part.fillna("").astype("str")
        joint = pd.Series(", ", index=found.index).where((text != "") & (value != ""), "")
        text = text + joint + value
    return text.where(text != "", "the whole study")


def format_findings(found: pd.DataFrame) -> list[str]:
    """One line for each finding: where it lies, and what it says."""
    return (format_origin(found) + ": " + found["MESSAGE"]).tolist()


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _count_line(check: Mapping[str, Any]) -> str:
    cells = (check["findings"], check["waived"], check["records"])
    numbers = "".join(f"{cell:>8}  " for cell in cells)
    words = f"{check['severity']:<9}{check['category']:<11}"
    return f"{numbers}{words}{check['check']}: {check['title']}"


def _section(check: Mapping[str, Any], found: pd.DataFrame) -> list[str]:
    lines = ["", f"{check['check']} ({check['severity']}): {check['title']}"]
    marks = found["WAIVED"].map({"Y": " [waived: ", "N": ""}).astype("str")
    reasons = found["REASON"].fillna("").astype("str") + "]"
    marks = (marks + reasons).where(found["WAIVED"] == "Y", "")
    own = found["SEVERITY"].where(found["SEVERITY"] != check["severity"]).fillna("")
    own = (own + ": ").where(own != "", "")
    texts = own + pd.Series(format_findings(found), index=found.index, dtype="str") + marks
    lines += [f"  {number}. {text}" for number, text in enumerate(texts, start=1)]
    actions = found["ACTION"].dropna().unique().tolist()
    return lines + [f"  What to do: {action}" for action in actions]


def format_listing(
    found: pd.DataFrame, summary: Mapping[str, Any], waivers: Sequence[Mapping[str, Any]]
) -> str:
    """The whole listing: totals, a line for every declared check, every finding, the waivers."""
    totals = summary["totals"]
    lines = [
        f"Findings of the checks on study {summary['study']}",
        "",
        f"{_number(len(summary['checks']), 'check')}, "
        f"{_number(totals['findings'], 'finding')}: {_number(totals['error'], 'error')}, "
        f"{_number(totals['warning'], 'warning')}, {_number(totals['note'], 'note')}; "
        f"{totals['waived']} waived.",
        "Rows count the data records of a raw file from 1; a line of column names is not counted.",
        "",
        HEADER,
    ]
    lines += [_count_line(check) for check in summary["checks"]]
    for check in summary["checks"]:
        chosen = found[found["CHECK"] == check["check"]]
        if len(chosen):
            lines += _section(check, chosen)
    lines += ["", "Waivers of the plan: " + ("" if waivers else "none")]
    lines += [f"  {describe_waiver(waiver)}: {waiver['reason']}" for waiver in waivers]
    return "\n".join(lines).rstrip() + "\n"
