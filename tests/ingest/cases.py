"""Small raw files and plans for the tests of ingest."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params

from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import Standardised, standardise
from scripts.tables import format_json, read_contract
from tests.test_job import filled

PROJECT = Path(__file__).resolve().parents[2]
CONTRACTS = PROJECT / "config" / "schemas" / "tables"

TRIAL = {
    "arms": [{"code": "NEW", "label": "New drug"}, {"code": "OLD", "label": "Old drug"}],
    "sites": [{"id": "N", "label": "North"}, {"id": "S", "label": "South"}],
    "visit_unit": "week",
    "visits": [
        {"VISITNUM": 0, "VISIT": "Start", "nominal": 0},
        {"VISITNUM": 1, "VISIT": "Week 2", "nominal": 2},
    ],
}

PEOPLE = {
    "WHO": ["A-1  ", "  A-2", "B-1"],
    "CENTRE": [1.0, 1.0, 2.0],
    "ARM": [1.0, 2.0, 1.0],
    "START": [date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)],
    "WEIGHT": [70.5, 999.0, 998.0],
    "NOTE": ["头痛 ", "", "œdème"],
}
PEOPLE_LABELS = {
    "CENTRE": {1: "North", 2: "South"},
    "ARM": {1: "New drug", 2: "Old drug"},
    "WEIGHT": {999: "not done", 998: "unknown"},
}
PEOPLE_SOURCE: dict[str, Any] = {
    "file": "people.sav",
    "subject": "WHO",
    "columns": {
        "WHO": {"type": "text"},
        "CENTRE": {"type": "integer"},
        "ARM": {"type": "integer"},
        "START": {"type": "date"},
        "WEIGHT": {"type": "number"},
        "NOTE": {"type": "text"},
    },
}
SEEN_SOURCE: dict[str, Any] = {
    "file": "seen.csv",
    "subject": "who",
    "columns": {
        "who": {"type": "text"},
        "week": {"type": "integer"},
        "seen_on": {"type": "date"},
        "score": {"type": "number", "missing": [{"raw": "ND", "label": "not done"}]},
    },
}
SEEN = "who,week,seen_on,score\nA-1,0,2020-01-01,5\nA-1,2,2020-01-16,ND\nA-2,0,2020-01-31,2.50\n"


def write_people(folder: Path, name: str = "people.sav", **changes: list[Any]) -> Path:
    """The people of the made-up study as an SPSS file, with some columns exchanged."""
    columns = {**PEOPLE, **changes}
    pyreadstat.write_sav(
        pd.DataFrame({key: value for key, value in columns.items() if value}),
        folder / name,
        column_labels={"WEIGHT": "Weight (kg)"},
        variable_value_labels=PEOPLE_LABELS,
        missing_ranges={"WEIGHT": [{"lo": 998, "hi": 999}]},
        variable_format={"START": "EDATE10"},
    )
    return folder / name


def sources(**changes: Any) -> dict[str, Any]:
    """The raw sources of the made-up study; a source given as None is left out."""
    known = {"people": PEOPLE_SOURCE, "seen": SEEN_SOURCE, **changes}
    return {"folder": "raw", "sources": {key: item for key, item in known.items() if item}}


def mapping() -> dict[str, Any]:
    """The mapping of the made-up study."""
    return {
        "codelists": {
            "site": {
                "codes": [
                    {"raw": 1, "label": "North", "to": "N"},
                    {"raw": 2, "label": "South", "to": "S"},
                ]
            },
            "arm": {
                "codes": [
                    {"raw": 1, "label": "New drug", "to": "NEW", "decode": "New drug"},
                    {"raw": 2, "label": "Old drug", "to": "OLD", "decode": "Old drug"},
                ]
            },
        },
        "domains": {
            "DM": {
                "records": [
                    {
                        "source": "people",
                        "variables": {
                            "RFSTDTC": {"column": "START"},
                            "SITEID": {"column": "CENTRE", "codelist": "site"},
                            "ARMCD": {"column": "ARM", "codelist": "arm"},
                            "ARM": {"column": "ARM", "codelist": "arm", "take": "decode"},
                        },
                    }
                ]
            },
            "VS": {
                "records": [
                    {
                        "source": "people",
                        "variables": {
                            "VSTESTCD": {"constant": "WEIGHT"},
                            "VSTEST": {"constant": "Weight"},
                            "VSORRES": {"column": "WEIGHT"},
                            "VSSTRESC": {"variable": "VSORRES"},
                            "VSSTRESN": {"column": "WEIGHT"},
                            "VSSTAT": {"not_done": "WEIGHT"},
                            "VSREASND": {"reason_missing": "WEIGHT"},
                        },
                    }
                ]
            },
            "QS": {
                "order": ["QSDTC"],
                "records": [
                    {
                        "source": "seen",
                        "variables": {
                            "QSTESTCD": {"constant": "SCORE"},
                            "QSTEST": {"constant": "Score"},
                            "QSSTRESC": {"column": "score"},
                            "QSSTRESN": {"column": "score"},
                            "QSREASND": {"reason_missing": "score"},
                            "VISITNUM": {"visit": "week"},
                            "VISIT": {"visit": "week"},
                            "VISITDY": {"visit": "week"},
                            "QSDTC": {"column": "seen_on"},
                            "QSDY": {"study_day": "QSDTC"},
                        },
                    }
                ],
            },
            "CO": {
                "records": [
                    {
                        "source": "people",
                        "where": {"variable": "NOTE", "missing": False},
                        "variables": {"COVAL": {"column": "NOTE"}},
                    }
                ]
            },
        },
    }


def plan(**changes: Any) -> dict[str, Any]:
    """The plan of the made-up study."""
    whole = {"sources": sources(), "sdtm": mapping(), "trial": TRIAL, "study.id": "XY"}
    return {**whole, **changes}


def made(folder: Path, whole: dict[str, Any]) -> Standardised:
    """The study's domains, by way of both steps and of metadata as JSON holds it."""
    tables, metadata = read_sources(whole["sources"], folder)
    contracts = {
        name.lower(): read_contract(CONTRACTS / f"{name.lower()}.yaml")
        for name in whole["sdtm"]["domains"]
    }
    return standardise(tables, json.loads(format_json(metadata)), whole, contracts)


class Rule:
    """What a script sees of its rule, in Snakemake's own containers."""

    def __init__(self, name: str, inputs: dict, outputs: dict, whole: dict[str, Any]) -> None:
        self.rule = name
        self.input = filled(InputFiles(), inputs)
        self.output = filled(OutputFiles(), outputs)
        self.params = Params(fromdict={"plan": whole})
        self.log = Log([f"results/logs/ingest/{name}.log"])
