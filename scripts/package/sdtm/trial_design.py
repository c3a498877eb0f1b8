"""Trial design: elements (TE), arms (TA), visits (TV) and criteria (TI), all from the plan."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.ingest.timing import visit_codes
from scripts.package.sdtm.standard import records_of

Plan = Mapping[str, Any]


def derive_elements(plan: Plan) -> pd.DataFrame:
    """TE: one record for each element of the plan."""
    return records_of(
        "TE",
        plan["study.id"],
        [
            {
                "ETCD": element["code"],
                "ELEMENT": element["name"],
                "TESTRL": element["starts"],
                "TEENRL": element["ends"],
                "TEDUR": element.get("duration"),
            }
            for element in sorted(plan["submission"]["sdtm"]["elements"], key=lambda e: e["code"])
        ],
    )


def derive_arms(plan: Plan) -> pd.DataFrame:
    """TA: one record for each planned element of each arm, in the order in which they follow."""
    decided = plan["submission"]["sdtm"]
    elements = {element["code"]: element for element in decided["elements"]}
    labels = {arm["code"]: arm["label"] for arm in plan["trial"]["arms"]}
    records = []
    for arm, steps in sorted(decided["arms"].items()):
        for order, step in enumerate(steps, start=1):
            element = elements[step["element"]]
            records.append(
                {
                    "ARMCD": arm,
                    "ARM": labels[arm],
                    "TAETORD": float(order),
                    "ETCD": element["code"],
                    "ELEMENT": element["name"],
                    "TABRANCH": step.get("branch"),
                    "TATRANS": step.get("transition"),
                    "EPOCH": element["epoch"],
                }
            )
    return records_of("TA", plan["study.id"], records)


def _when(visit: Mapping[str, Any], day: int) -> str:
    if not (visit["early"] or visit["late"]):
        return f"Day {day}"
    return f"Day {day}, {visit['early']} days earlier to {visit['late']} days later"


def planned_visits(plan: Plan) -> pd.DataFrame:
    """Every planned visit: number, name, day, and what says when it starts."""
    days = {code["raw"]: code["to"] for code in visit_codes(plan["trial"], "VISITNUM", "VISITDY")}
    records = [
        (
            visit["VISITNUM"],
            visit["VISIT"],
            days[visit["VISITNUM"]],
            _when(visit, days[visit["VISITNUM"]]),
        )
        for visit in plan["trial"]["visits"]
    ]
    records += [
        (visit["VISITNUM"], visit["VISIT"], None, visit["starts"])
        for visit in plan["submission"]["sdtm"].get("visits", [])
    ]
    table = pd.DataFrame(records, columns=["VISITNUM", "VISIT", "VISITDY", "TVSTRL"])
    numbers = {"VISITNUM": "float64", "VISITDY": "float64"}
    return table.astype(numbers).sort_values("VISITNUM", ignore_index=True)


def derive_visits(plan: Plan) -> pd.DataFrame:
    """TV: one record for each planned visit; an arm without code means that all arms have it."""
    visits = planned_visits(plan)
    visits.insert(0, "STUDYID", plan["study.id"])
    visits.insert(1, "DOMAIN", "TV")
    return visits.astype({"STUDYID": "str", "DOMAIN": "str", "VISIT": "str", "TVSTRL": "str"})


def derive_criteria(plan: Plan) -> pd.DataFrame:
    """TI: one record for each criterion of inclusion and exclusion."""
    kinds = {"inclusion": ("IN", "INCLUSION"), "exclusion": ("EX", "EXCLUSION")}
    records = []
    for kind, (prefix, category) in kinds.items():
        for number, text in enumerate(plan["submission"]["sdtm"]["criteria"].get(kind, []), 1):
            records.append(
                {
                    "IETESTCD": f"{prefix}CL{number:02d}",
                    "IETEST": text,
                    "IECAT": category,
                    "TIVERS": plan["submission"]["sdtm"]["criteria"].get("version"),
                }
            )
    table = records_of("TI", plan["study.id"], records)
    return table.sort_values("IETESTCD", ignore_index=True)
