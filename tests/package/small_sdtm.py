"""Three people of a made-up trial, for tests of the SDTM data sets that are sent."""

from pathlib import Path
from typing import Any

import pandas as pd

from scripts.package.sdtm.standard import Domain, parse_standard

SCHEMAS = Path(__file__).resolve().parents[2] / "config" / "schemas"
# Ann is treated from the 10th to the 20th and seen until the 30th; Bob dies under treatment; Cid is
# screened and not enrolled.
PEOPLE = ["S-ANN", "S-BOB", "S-CID"]


def standard() -> dict[str, Domain]:
    """The standard as the repository holds it."""
    return parse_standard((SCHEMAS / "standards" / "sdtmig.yaml").read_bytes())


def texts(*values: str | None) -> pd.Series:
    """A column of text."""
    return pd.Series(values, dtype="str")


def subjects() -> pd.DataFrame:
    """DM of the three."""
    return pd.DataFrame({
        "STUDYID": "S", "DOMAIN": "DM", "USUBJID": texts(*PEOPLE),
        "SUBJID": texts("ANN", "BOB", "CID"),
        "RFSTDTC": texts("2020-01-10", "2020-01-10", None),
        "RFENDTC": texts("2020-01-20", "2020-01-15", None),
        "RFXSTDTC": texts("2020-01-10", "2020-01-10", None),
        "RFICDTC": texts("2020-01-05", "2020-01-07", None),
        "RFPENDTC": texts("2020-01-30", "2020-01-15", "2020-01-03"),
        "SITEID": "1", "SEX": texts("F", "M", None), "COUNTRY": "CHN",
        "ARMCD": texts("A", "B", None), "ARM": texts("Drug", "Placebo", None),
        "DMDTC": texts("2020-01-05", "2020-01-04", "2020-01-02"),
    })  # fmt: skip


def plan() -> dict[str, Any]:
    """The plan of the made-up trial, as far as SDTM goes."""
    element = {"starts": "First dose", "ends": "Last dose", "from": ["RFXSTDTC"]}
    decided: dict[str, Any] = {
        "values": {"DM": {"SEX": [{"internal": None, "sent": "U"}]}},
        "before_exposure": {"LB": {"variable": "VISITNUM", "is": 1}},
        "visits": [{"VISITNUM": 0, "VISIT": "Screen", "starts": "Consent"}],
        "elements": [
            {**element, "code": "SCR", "name": "Screening", "epoch": "SCREENING",
             "from": ["RFICDTC", "DMDTC"]},
            {**element, "code": "DRUG", "name": "Drug", "epoch": "TREATMENT", "duration": "P10D"},
            {**element, "code": "PBO", "name": "Placebo", "epoch": "TREATMENT", "duration": "P9D"},
            {**element, "code": "FUP", "name": "After", "epoch": "FOLLOW-UP", "from": ["RFENDTC"],
             "days": 1},
        ],
        "arms": {
            "A": [{"element": "SCR", "branch": "Drawn"}, {"element": "DRUG"}, {"element": "FUP"}],
            "B": [{"element": "SCR"}, {"element": "PBO"}, {"element": "FUP"}],
        },
        "unassigned": ["SCR"],
        "participation_ends": "RFPENDTC",
        "criteria": {"inclusion": ["Grown up", "Ill"], "exclusion": ["Frail"]},
        "summary": [
            {"parameter": "SSTDTC", "computed": "first_consent"},
            {"parameter": "TTYPE", "value": "SAFETY"},
            {"parameter": "AGEMAX", "null_flavor": "PINF"},
            {"parameter": "TTYPE", "value": "EFFICACY"},
        ],
    }  # fmt: skip
    lb = {
        "LBTESTCD": {"constant": "GLUC"},
        "LBTEST": {"constant": "Glucose"},
        "LBORRES": {"column": "SUGAR"},
        "VISITNUM": {"visit": "WEEK"},
    }
    return {
        "study.id": "S",
        "study.data_cut": "2020-02-01",
        "submission": {"sdtm": decided},
        "trial": {
            "arms": [{"code": "A", "label": "Drug"}, {"code": "B", "label": "Placebo"}],
            "visit_unit": "day",
            "visits": [
                {"VISITNUM": 1, "VISIT": "First", "nominal": 0, "early": 0, "late": 0},
                {"VISITNUM": 2, "VISIT": "Second", "nominal": 5, "early": 1, "late": 2},
            ],
        },
        "sources": {"sources": {"people": {"file": "people.csv"}, "lab": {"file": "lab.csv"}}},
        "sdtm": {
            "codelists": {"mood": {"codes": [{"raw": 1, "to": "GOOD", "label": "Good"}]}},
            "domains": {
                "DM": {"records": [{"source": "people", "variables": {"SEX": {"column": "G"},
                    **{name: {"column": name} for name in (
                        "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFICDTC", "RFPENDTC", "DMDTC",
                    )}}}]},
                "LB": {"order": ["LBDTC"], "records": [{"source": "lab", "variables": lb}]},
            },
        },
        "terminology": {
            "release": {"package": "SDTM", "date": "2025-03-28"},
            "codelists": {
                "TSPARMCD": {"code": "C66738", "name": "Code", "extensible": True, "terms": {
                    name: {"code": "C1", "decode": name.title()}
                    for name in ("SSTDTC", "TTYPE", "AGEMAX")
                }},
                "TTYPE": {"code": "C66739", "name": "Type", "extensible": True, "terms": {
                    "SAFETY": {"code": "C49667", "decode": "Safety"},
                    "EFFICACY": {"code": None, "decode": "Efficacy"},
                }},
                "EPOCH": {"code": "C99079", "name": "Epoch", "extensible": True, "terms": {
                    name: {"code": "C2", "decode": name.title()}
                    for name in ("SCREENING", "TREATMENT", "FOLLOW-UP")
                }},
            },
        },
    }  # fmt: skip
