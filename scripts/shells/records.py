"""Made-up records of one analysis: enough of them to bring about every row that it declares."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.conditions import variables_of
from scripts.derive.dates import DAYS_OF_UNIT
from scripts.shells.conditions import DATE, values_for
from scripts.shells.subjects import letters

Plan = Mapping[str, Any]
Analysis = Mapping[str, Any]
DRAWS = 3
# Kinds of analysis whose records are the visits themselves.
OF_VISITS = {"attendance", "visit_adherence"}
# Of so many subjects one has no time where the plan says that not everybody has it.
WITHOUT_TIME = 6


def columns_of(analysis: Analysis) -> set[str]:
    """Every variable of the records that the analysis reads."""
    names = {"USUBJID"}
    for key in ("where", "interrupted", "fatal"):
        names |= variables_of(analysis.get(key))
    for row in analysis.get("rows", []):
        names |= variables_of(row.get("records"))
    return names | {analysis[key] for key in ("by", "label_by") if key in analysis}


def _visits(analysis: Analysis, plan: Plan) -> list[dict[str, Any]]:
    """One record for each planned visit, of a measurement where the analysis names one."""
    trial = plan["trial"]
    days = DAYS_OF_UNIT[trial["visit_unit"]]
    rows = []
    for place, visit in enumerate(trial["visits"]):
        row = {"VISITNUM": visit["VISITNUM"], "SVSTDTC": DATE}
        if "parameter" in analysis:
            unit = _parameters(plan)[analysis["parameter"]].get("unit")
            row |= {"PARAMCD": analysis["parameter"], "AVAL": 1.5, "AVALU": unit}
            row |= {"ABLFL": "N" if place else "Y", "ADAYS": visit["nominal"] * days}
        rows.append({**row, "SRCSEQ": place})
    return rows


def _contents(analysis: Analysis, plan: Plan) -> list[dict[str, Any]]:
    """What the records of each subject hold, by what the analysis asks of them."""
    if "parameter" in analysis or analysis.get("kind") in OF_VISITS:
        return _visits(analysis, plan)
    if "treatments" in analysis:
        return [
            {"EXTRT": treatment["value"], "EXDOSE": 1.5, "ADURN": 1.0}
            for treatment in analysis["treatments"]
        ]
    if "by" in analysis:
        levels = analysis.get("levels") or letters("term")
        more = [analysis["label_by"]] if "label_by" in analysis else []
        grades = analysis.get("grades")
        grade = {grades["variable"]: str(grades["levels"][0])} if grades else {}
        return [{**dict.fromkeys([analysis["by"], *more], str(level)), **grade} for level in levels]
    return [{}]


def _parameters(plan: Plan) -> dict[str, Any]:
    sets = plan["measurements"]["sets"].values()
    return {code: entry for part in sets for code, entry in part["parameters"].items()}


def make_records(analysis: Analysis, plan: Plan, subjects: pd.DataFrame) -> pd.DataFrame:
    """The records that an analysis reads, for every randomised subject."""
    empty = dict.fromkeys(sorted(columns_of(analysis)))
    wanted = {**values_for(analysis.get("where")), **values_for(analysis.get("fatal"))}
    names = subjects.loc[subjects["RANDFL"] == "Y", "USUBJID"]
    rows = [
        {**empty, **wanted, **content, "USUBJID": name}
        for content in _contents(analysis, plan)
        for name in names
    ]
    return pd.DataFrame(rows)


def make_times(analysis: Analysis, plan: Plan, subjects: pd.DataFrame) -> pd.DataFrame:
    """A time for each randomised subject, or for most where the plan limits who has it."""
    code = analysis["endpoint"]
    spec = plan["times"]["times"][code]
    asked = [*analysis.get("times", []), *analysis.get("landmarks", [])]
    last = max([*asked, analysis.get("restricted_mean", 0), 10])
    names = subjects.loc[subjects["RANDFL"] == "Y", "USUBJID"]
    rows = []
    for place, name in enumerate(names):
        if "among" in spec and place % WITHOUT_TIME == 0:
            continue
        time = last * (1 + (place * 7) % 20) / 16 + 0.1
        censored = int("censor" in spec and place % 4 == 1)
        rows.append({"USUBJID": name, "PARAMCD": code, "AVAL": time, "CNSR": censored})
    return pd.DataFrame(rows).assign(AVALU=spec["unit"].upper() + "S")


def make_imputed(subjects: pd.DataFrame, draws: int = DRAWS) -> pd.DataFrame:
    """Completed data sets: one subject in four was imputed."""
    inside = subjects["RANDFL"] == "Y"
    arms = dict(zip(subjects.loc[inside, "USUBJID"], subjects.loc[inside, "ARMCD"], strict=True))
    rows = []
    for place, (name, arm) in enumerate(arms.items()):
        drawn = place % 4 == 0
        for number in range(1, draws + 1) if drawn else [0]:
            value = float((place // 4 + number + place) % 2)
            rows.append({"USUBJID": name, "ARMCD": arm, "IMPUTATION": number, "AVAL": value})
            rows[-1]["IMPUTED"] = "Y" if drawn else "N"
    return pd.DataFrame(rows)


def make_grid(subjects: pd.DataFrame, shifts: Mapping[str, list[float]]) -> pd.DataFrame:
    """Counts at every shift: a quarter of an arm was imputed."""
    randomised = subjects[subjects["RANDFL"] == "Y"]
    rows = []
    for arm, values in shifts.items():
        size = int((randomised["ARMCD"] == arm).sum())
        lost = size // 4
        for shift in values:
            for number in range(DRAWS + 1):
                count = (size - lost) // 2 if number == 0 else number % (lost + 1)
                told = {"SUBJECTS": lost if number else size - lost, "RESPONDERS": count}
                rows.append({"ARMCD": arm, "DELTA": float(shift), "IMPUTATION": number, **told})
    return pd.DataFrame(rows)
