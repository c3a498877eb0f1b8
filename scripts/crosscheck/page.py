"""The page of the second opinion by R: what was compared, by family and analysis."""

from collections.abc import Mapping
from typing import Any

import jinja2
import pandas as pd


def _shown(value: Any) -> str:
    return "NE" if pd.isna(value) else f"{float(value):.12g}"


def _entries(part: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "row": row["ROW"],
            "group": row["GROUP"],
            "statistic": row["STATISTIC"],
            "point": "" if pd.isna(row["POINT"]) else int(row["POINT"]),
            "ours": _shown(row["OURS"]),
            "theirs": "" if row["VERDICT"] == "not computed by R" else _shown(row["RVALUE"]),
            "call": row["RCALL"] if isinstance(row["RCALL"], str) else "",
            "tolerance": "" if pd.isna(row["TOLERANCE"]) else f"{row['TOLERANCE']:.2g}",
            "verdict": row["VERDICT"],
            "reason": row["REASON"] if isinstance(row["REASON"], str) else "",
        }
        for row in part.to_dict("records")
    ]


def page_of(template: str, table: pd.DataFrame, summary: Mapping[str, Any], title: str) -> str:
    """The page as HTML; `template` is its text, `table` the comparison."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    families = [
        {
            "name": family,
            "counts": summary["families"][family],
            "analyses": [
                {
                    "id": name,
                    "differs": int((one["VERDICT"] == "differs").sum()),
                    "rows": _entries(one),
                }
                for name, one in part.groupby("ANALYSIS")
            ],
        }
        for family, part in table.groupby("FAMILY")
    ]
    return environment.from_string(template).render(title=title, families=families, summary=summary)
