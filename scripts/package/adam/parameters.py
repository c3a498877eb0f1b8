"""Parameters and visits as numbers, and which records an analysis takes."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Plan = Mapping[str, Any]


def parameters_of(name: str, plan: Plan) -> list[str]:
    """The parameter codes of a data set in the order of the plan; none where it has none."""
    sets = {key.lower(): part["parameters"] for key, part in plan["measurements"]["sets"].items()}
    if name == "adresp":
        return list(plan["endpoints"]["endpoints"])
    if name == "adtte":
        return list((plan.get("times") or {}).get("times") or {})
    return list(sets.get(name, {}))


def parameter_numbers(table: pd.DataFrame, codes: list[str]) -> pd.Series:
    """PARAMN: the place of each parameter in the plan, from 1 on."""
    places = {code: place for place, code in enumerate(codes, start=1)}
    return table["PARAMCD"].map(places).astype("Int64")


def visit_numbers(table: pd.DataFrame, trial: Mapping[str, Any]) -> pd.Series:
    """AVISITN by AVISIT: the planned time of the visit, in the trial's unit of visits."""
    planned = {visit["VISIT"]: visit["nominal"] for visit in trial["visits"]}
    return table["AVISIT"].map(planned).astype("float64")


def picks_of(name: str, plan: Plan) -> list[tuple[str, dict[str, Any], list[str]]]:
    """The rules by which analyses take one record a subject of a data set, each once.

    A rule is the parameter and what is picked within which days; the analyses that use it follow.
    """
    found: list[tuple[str, dict[str, Any], list[str]]] = []
    for analysis_id, analysis in plan["analyses"]["analyses"].items():
        if "shift" not in analysis or analysis["records"] != name:
            continue
        rule = {key: analysis["shift"].get(key) for key in ("pick", "from_day", "to_day")}
        for parameter, known, analyses in found:
            if (parameter, known) == (analysis["parameter"], rule):
                analyses.append(analysis_id)
                break
        else:
            found.append((analysis["parameter"], rule, [analysis_id]))
    return found


def flag_picked(table: pd.DataFrame, parameter: str, rule: Mapping[str, Any]) -> pd.Series:
    """Y on the record of each subject that a rule takes, the earliest where several are as low."""
    inside = (table["PARAMCD"] == parameter) & (table["ADAYS"] >= rule["from_day"])
    if rule["to_day"] is not None:
        inside &= table["ADAYS"] <= rule["to_day"]
    days = table[inside.fillna(False).astype(bool)]
    order = ["USUBJID", "ADAYS", "SRCSEQ"]
    if rule["pick"] != "last":
        days = days.assign(AVAL=days["AVAL"] * (1 if rule["pick"] == "lowest" else -1))
        order.insert(1, "AVAL")
    keep = "last" if rule["pick"] == "last" else "first"
    chosen = days.sort_values(order, kind="stable").drop_duplicates("USUBJID", keep=keep).index
    return pd.Series("Y", index=table.index, dtype="str").where(table.index.isin(chosen))


def analysis_flags(name: str, table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """ANL01FL and those that follow: the records that an analysis takes, one a subject."""
    made = {
        f"ANL{place:02d}FL": flag_picked(table, parameter, rule)
        for place, (parameter, rule, _) in enumerate(picks_of(name, plan), start=1)
    }
    return pd.DataFrame(made, index=table.index)
