"""Raw tables side by side: padding off, and other sources looked up by key columns."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

ORIGIN = ["SRCFILE", "SRCROW"]
SHOWN = 5


def prepare_source(table: pd.DataFrame, source: Mapping[str, Any]) -> pd.DataFrame:
    """The declared columns without padding, blank as missing, each with its reason column."""
    parts = {}
    for name, declared in source["columns"].items():
        values = table[name]
        if declared["type"] == "text":
            values = values.astype("str").str.strip()
            values = values.mask(values == "")
        parts[name] = values
        reason = f"{name}_MISSING"
        empty = pd.Series(None, index=table.index, dtype="str")
        parts[reason] = table[reason] if reason in table.columns else empty
    return pd.DataFrame({**parts, **{name: table[name] for name in ORIGIN}})


def reduce_rows(table: pd.DataFrame, keys: list[str], reduce: Mapping[str, str]) -> pd.DataFrame:
    """One row for each key, with the least or greatest known value of the named columns."""
    words = {"minimum": "min", "maximum": "max"}
    grouped = table.groupby(keys, sort=True, as_index=False)
    return grouped.agg({name: words[how] for name, how in reduce.items()})


def _shown(table: pd.DataFrame, keys: list[str]) -> str:
    first = table.head(SHOWN)
    texts = [
        f"row {row} ({', '.join(str(value) for value in values)})"
        for row, values in zip(
            first["SRCROW"], first[keys].itertuples(index=False, name=None), strict=True
        )
    ]
    more = f" and {len(table) - SHOWN} more" if len(table) > SHOWN else ""
    return "; ".join(texts) + more


def join_source(
    rows: pd.DataFrame, other: pd.DataFrame, name: str, join: Mapping[str, Any], main: str
) -> tuple[pd.DataFrame, list[str]]:
    """Rows with the matching row of one other source beside them, its columns as name.COLUMN.

    `main` is the name of the rows' own file, for the findings: keys of the other source that stand
    twice, and rows of it that match nothing and would be lost.
    """
    here, there = list(join["keys"]), list(join["keys"].values())
    findings = []
    file = other["SRCFILE"].iloc[0] if len(other) else name
    known = other[there].notna().all(axis=1)
    keyed = other[known]
    if join.get("unmatched", "error") == "error":
        own = pd.MultiIndex.from_frame(rows[here].dropna())
        lost = other[~(known & pd.MultiIndex.from_frame(other[there]).isin(own))]
        if len(lost):
            findings.append(
                f"{file}: {len(lost)} row(s) match no row of {main} by {', '.join(there)} and "
                f"would be lost, first: {_shown(lost, there)}; mend the key or "
                "say `unmatched: allow`"
            )
    if "reduce" in join:
        keyed = reduce_rows(keyed, there, join["reduce"])
    twice = keyed.duplicated(there, keep=False)
    if twice.any():
        findings.append(
            f"{file}: {', '.join(there)} stands in more than one row, first: "
            f"{_shown(keyed[twice].sort_values(there, kind='stable'), there)}; "
            f"{main} needs one row each: remove the duplicates"
        )
    unique = keyed.drop_duplicates(there).add_prefix(f"{name}.")
    joined = rows.merge(unique, how="left", left_on=here, right_on=[f"{name}.{k}" for k in there])
    return joined.set_axis(rows.index), findings
