"""The library of checks: the function behind each kind, and how one declared check is run."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from scripts.conditions import ConditionError
from scripts.validate import dates, records, values
from scripts.validate.findings import join_findings
from scripts.validate.kinds import KINDS
from scripts.validate.study import Study, default_date, rows_of, table_of

Check = Callable[[pd.DataFrame, Mapping[str, Any], Study], pd.DataFrame]

LIBRARY: dict[str, Check] = {
    name: getattr(module, f"check_{name}")
    for name in KINDS
    for module in (values, dates, records)
    if hasattr(module, f"check_{name}")
}


def tables_checked(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The check once for each table that it names under `domain`, `domains` or `source`."""
    if "domains" in spec:
        return [{**spec, "domain": name} for name in spec["domains"]]
    return [dict(spec)]


def _run_on_table(spec: dict[str, Any], study: Study) -> tuple[pd.DataFrame, int]:
    """The findings of a check in one table, and how many records it looked at."""
    name, table = table_of(study, spec)
    rows = rows_of(study, spec)
    own_dates = [column for column in table.columns if column.endswith("DTC")]
    found = LIBRARY[spec["kind"]](rows, {**spec, "own_dates": own_dates}, study)
    date = spec.get("date") or default_date(name, table) or "DTC"
    found = found.assign(VARIABLE=found["VARIABLE"].replace("DTC", date), DOMAIN=name)
    return found, len(rows)


def run_check(check: str, spec: Mapping[str, Any], study: Study) -> tuple[pd.DataFrame, int]:
    """The findings of one declared check, and how many records it looked at. Never raises."""
    parts, looked_at = [], 0
    for one in tables_checked(spec):
        try:
            found, count = _run_on_table(one, study)
        # A check that cannot be made must be heard of, and must not hide what the others find.
        except Exception as error:
            found, count = _not_made(one, error), 0
        looked_at += count
        parts.append(found)
    found = join_findings(parts)
    # A check may lower the weight of one finding, and what is wrong with the plan keeps its own.
    given = found.reindex(columns=["SEVERITY", "CATEGORY"]).astype("object")
    found = found.assign(
        CHECK=check,
        SEVERITY=given["SEVERITY"].fillna(spec["severity"]),
        CATEGORY=given["CATEGORY"].fillna(spec["category"]),
        GRADE=spec.get("grade", "minor") if spec["category"] == "deviation" else None,
        ACTION=spec.get("action"),
    )
    return found, looked_at


def _not_made(spec: Mapping[str, Any], error: Exception) -> pd.DataFrame:
    kind = "" if isinstance(error, ConditionError) else f"{type(error).__name__}: "
    table = spec.get("domain") or spec.get("source")
    return pd.DataFrame(
        {
            "DOMAIN": [table],
            "SEVERITY": ["error"],
            "CATEGORY": ["plan"],
            "MESSAGE": [f"the check could not be made in {table}: {kind}{error}"],
        }
    )
