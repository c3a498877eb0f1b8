"""A trial of three people in two arms, small enough to see through, for tests of what is sent."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.derive.derive_events import derive_events
from scripts.derive.derive_exposure import derive_exposure
from scripts.derive.derive_measurements import derive_measurements
from scripts.derive.derive_medications import derive_medications
from scripts.derive.derive_responses import derive_verdicts, gather_evidence, response_table
from scripts.derive.derive_subjects import derive_subjects
from scripts.derive.derive_times import derive_times
from scripts.package.adam.send import Inputs
from scripts.tables import Contract, conform, read_contract

TABLES = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
AGED = {"variable": "AGE", "value": 50}
RANDOMISED = {"variable": "RANDFL", "is": "Y"}
LOWEST = {"pick": "lowest", "from_day": 1}
PLAN: dict[str, Any] = {
    "study.data_cut": "2021-01-31",
    "terminology": {"release": {"package": "SDTM", "date": "2025-03-28"}, "codelists": {}},
    "trial": {
        "arms": [{"code": "AA", "label": "Active"}, {"code": "BB", "label": "Control"}],
        "sites": [{"id": "1", "label": "Site 1"}],
        "visit_unit": "week",
        "visits": [
            {"VISITNUM": 0, "VISIT": "Start", "nominal": 0},
            {"VISITNUM": 1, "VISIT": "Week 1", "nominal": 1},
        ],
    },
    "subjects": {
        "start_of_treatment": "RFSTDTC",
        "variables": {
            "AGEGR": {
                "label": "Age Group",
                "kind": "category",
                "categories": [
                    {"label": "Young", "condition": {**AGED, "operator": "<"}},
                    {"label": "Old", "condition": {**AGED, "operator": ">="}},
                ],
            },
            "OLDFL": {
                "label": "Old Flag",
                "kind": "condition",
                "condition": {"variable": "AGEGR", "is": "Old"},
            },
        },
        "populations": {
            "ITTFL": {
                "label": "Everybody",
                "keep": [{"condition": RANDOMISED, "otherwise": "not randomised"}],
            }
        },
    },
    "measurements": {
        "sets": {
            "adxx": {
                "label": "Made Analysis Dataset",
                "parameters": {
                    "XX": {
                        "label": "Made value",
                        "domain": "LB",
                        "where": {"variable": "LBTESTCD", "is": "XX"},
                        "unit": "mg",
                        "baseline": {"pick": "last", "to_day": 0},
                    }
                },
            }
        }
    },
    "endpoints": {
        "endpoints": {
            "HIGH": {
                "label": "High value",
                "kind": "confirmed_response",
                "measure": "XX",
                "clauses": {
                    "count": {"kind": "threshold", "operator": ">=", "value": 30, "reason": "low"}
                },
                "confirmation": {
                    "occasions": 1, "gap_days": 0, "consecutive": False, "onset": "first",
                    "reason": "not seen",
                },
            },
            "USED": {
                "label": "Use", "kind": "medication_use", "category": "RESCUE", "reason": "none",
            },
        }
    },
    "times": {
        "times": {
            "TT": {
                "label": "Time to a high value",
                "unit": "day",
                "scale": "actual",
                "start": {"variable": "TRTSDT"},
                "event": [{"endpoint": "HIGH", "words": "high"}],
                "censor": [{"last_assessment": "XX", "words": "last value"}],
            }
        }
    },
    "events": {"adverse_events": {"emergent_from_day": 0}, "medications": {}, "exposure": {}},
    "sdtm": {"domains": {name: {} for name in ("DM", "LB", "AE", "CM", "EX", "SV")}},
    "analyses": {
        "analyses": {
            "high": {"population": "ITTFL", "endpoint": "HIGH", "by": "AGEGR"},
            "again": {"endpoint": "USED", "subset": {"variable": "HIGH", "is": "Y"}},
            "low": {"records": "adxx", "parameter": "XX", "shift": LOWEST},
            "seen": {"population": "ITTFL", "records": "sv"},
        }
    },
    "submission": {
        "indication": "Made",
        "sdtm": {
            "values": {
                "DM": {"SEX": [{"internal": None, "sent": "U"}]},
                "EX": {"EXDOSFRQ": [{"internal": "EVERY WEEK", "sent": "QS"}]},
            }
        },
        "adam": {
            "names": {"AGEGR": "AGEGR1", "ANOMDY": "ANOMDAYS"},
            "labels": {"HIGHFL": "High Value Flag"},
            "verdicts": {"HIGHFL": "HIGH"},
            "core": ["AGEGR", "HIGHFL", "ITTFL"],
        },
    },
}  # fmt: skip


def records(domain: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """A domain of records with STUDYID, DOMAIN and its sequence number within the subject."""
    table = pd.DataFrame([{"STUDYID": "S", "DOMAIN": domain, **row} for row in rows])
    texts = {name: "str" for name in table if table[name].dtype == object}
    numbers = table.groupby("USUBJID").cumcount() + 1
    return table.astype(texts).assign(**{f"{domain}SEQ": numbers.astype("Int64")})


def domains() -> dict[str, pd.DataFrame]:
    """Three people screened, two of them randomised, one in the arm that was not planned."""
    start = {"RFSTDTC": "2020-01-01", "RFXENDTC": "2020-01-15", "RFICDTC": "2019-12-30"}
    dm = records(
        "DM",
        {"USUBJID": "1", "SUBJID": "1", "SITEID": "1", "AGE": 40.0, "SEX": "F", "ARMCD": "AA",
         "ARM": "Active", "ACTARMCD": "AA", "ACTARM": "Active", "AGEU": "YEARS", **start},
        {"USUBJID": "2", "SUBJID": "2", "SITEID": "1", "AGE": 60.0, "SEX": "M", "ARMCD": "BB",
         "ARM": "Control", "ACTARMCD": "AA", "ACTARM": "Active", "AGEU": "YEARS", **start},
        {"USUBJID": "3", "SUBJID": "3", "SITEID": "1", "AGE": None, "SEX": None, "ARMCD": None,
         "ARM": None, "ACTARMCD": None, "ACTARM": None, "AGEU": None, "RFSTDTC": None,
         "RFXENDTC": None, "RFICDTC": "2019-12-31"},
    )  # fmt: skip
    counts = [("1", "XX", 10.0, 0), ("1", "XX", 40.0, 7), ("1", "YY", 1.0, 7)]
    counts += [("2", "XX", 20.0, 0), ("2", "XX", 5.0, 7), ("2", "XX", 5.0, 9), ("2", "YY", 2.0, 7)]
    lb = records(
        "LB",
        *(
            {"USUBJID": who, "LBTESTCD": code, "LBSTRESN": value, "VISITNUM": (day + 6) // 7,
             "LBDTC": f"2020-01-{day + 1:02d}"}
            for who, code, value, day in counts
        ),
    )  # fmt: skip
    ae = records("AE", {"USUBJID": "1", "AETERM": "Rash", "AEDECOD": "Rash", "AESER": "N",
                        "AESTDTC": "2020-01-05", "AEENDTC": "2020-01"})  # fmt: skip
    cm = records("CM", {"USUBJID": "2", "CMTRT": "x", "CMDECOD": "X", "CMCAT": "RESCUE",
                        "CMSTDTC": "2020-01-08"})  # fmt: skip
    ex = records("EX", {"USUBJID": "1", "EXTRT": "D", "EXDOSE": 5.0, "EXDOSU": "mg",
                        "EXDOSFRQ": "EVERY WEEK", "EXSTDTC": "2020-01-01",
                        "EXENDTC": "2020-01-15"})  # fmt: skip
    sv = records("SV", {"USUBJID": "1", "VISITNUM": 0.0, "SVSTDTC": "2020-01-01"})
    return {"dm": dm, "lb": lb, "ae": ae, "cm": cm, "ex": ex, "sv": sv.drop(columns="SVSEQ")}


def contracts() -> dict[str, Contract]:
    """The contracts of the tables by name."""
    return {path.stem: read_contract(path) for path in sorted(TABLES.glob("*.yaml"))}


def planned(**changes: Any) -> dict[str, Any]:
    """The plan with some of its parts changed: a dotted name with __ for each dot."""
    plan = copy.deepcopy(PLAN)
    for name, value in changes.items():
        *path, last = name.split("__")
        part = plan
        for step in path:
            part = part[step]
        part[last] = value
    return plan


def small_inputs(plan: Mapping[str, Any] = PLAN) -> Inputs:
    """Everything that the step takes, derived from the domains by the plan."""
    tables, known = domains(), contracts()
    adsl = conform(derive_subjects(tables, plan), known["adsl"])
    sets = derive_measurements(adsl, tables, plan["measurements"], plan["trial"])
    sets = {name: conform(table, known["bds"]) for name, table in sets.items()}
    adcm = conform(derive_medications(adsl, tables, plan["events"]), known["adcm"])
    evidence = gather_evidence(adsl, sets, adcm, tables, plan["endpoints"]["endpoints"])
    derive_verdicts(evidence)
    adresp = conform(response_table(evidence), known["adresp"])
    adtte = derive_times(adsl, adresp, sets, tables, plan["times"]["times"])
    derived = {
        "adsl": adsl,
        **sets,
        "adresp": adresp,
        "adtte": conform(adtte, known["adtte"]),
        "adae": conform(derive_events(adsl, tables, plan["events"]), known["adae"]),
        "adcm": adcm,
        "adex": conform(derive_exposure(adsl, tables, plan["events"]), known["adex"]),
    }
    return Inputs(derived, tables, known, plan)
