"""A small plan with its results, made by hand, for the tests of the report."""

import copy
from typing import Any

import pandas as pd

from scripts.report.layouts.frame import Context
from scripts.report.tabulate import read_context

ARMS = [
    {"code": "NEW", "label": "New treatment", "short": "New", "ratio": 1, "color": "#114488"},
    {"code": "OLD", "label": "Old treatment", "short": "Old", "ratio": 1, "color": "#aa5500"},
]
GROUPS = [
    {"id": "NEW", "label": "New treatment", "N": 112, "n": 7},
    {"id": "OLD", "label": "Old treatment", "N": 56, "n": 0},
]

FORMATS = {
    "decimals": {
        "percent": 1,
        "level": 0,
        "difference": 3,
        "ratio": 3,
        "statistic": 3,
        "df": 1,
        "p": 3,
    },
    "beyond_collected": {"quantile": 1, "sd": 2, "extreme": 0},
    "not_estimable": "NE",
    "not_reached": "NR",
}


def rows(row: str, group: str, **values: Any) -> list[dict[str, Any]]:
    """Long-form statistics of one row and group."""
    return [{"row": row, "group": group, "statistic": k, "value": v} for k, v in values.items()]


def result(identifier: str, kind: str, statistics: list[dict[str, Any]], **more: Any) -> Any:
    """One result with the keys that every result has."""
    return {
        "id": identifier,
        "title": f"Title of {identifier}",
        "kind": kind,
        "role": "primary",
        "estimand": "e_one",
        "population": {"id": "ALLFL", "label": "All randomised"},
        "subset": None,
        "missing": "Missing is failure.",
        "endpoint": "WELL",
        "endpoint_label": "Getting well",
        "note": None,
        "method": {
            "name": "wald_difference",
            "label": "Wald interval",
            "options": {"interval": "wald"},
            "test": "pearson_chi_square",
            "test_label": "Pearson test",
            "software": {"package": "trialtrace", "version": "0"},
        },
        "groups": copy.deepcopy(GROUPS),
        "statistics": statistics,
        "warnings": [],
        "subjects": {"used": [], "excluded": []},
        **more,
    }


def difference() -> Any:
    """7 of 112 (6.25%) against none of 56."""
    return result(
        "well",
        "difference_in_proportions",
        [
            *rows("proportion", "NEW", count=7, total=112, proportion=0.0625),
            *rows("proportion", "OLD", count=0, total=56, proportion=0.0),
            *rows("difference", "NEW-OLD", estimate=0.0625, lower=-0.0004, upper=0.125, level=0.95),
            *rows("test", "", statistic=3.64, df=1, p_value=0.0564),
        ],
    )


def events() -> Any:
    """Two kinds of event, one of them in nobody."""
    return result(
        "events",
        "event_terms",
        [
            *rows("Fever", "NEW", count=7, total=112, proportion=0.0625, events=9),
            *rows("Fever", "OLD", count=7, total=56, proportion=0.125, events=7),
            *rows("Rash", "NEW", count=0, total=112, proportion=0.0, events=0),
            *rows("Rash", "OLD", count=0, total=56, proportion=0.0, events=0),
        ],
        listed=["Fever"],
    )


def survival() -> Any:
    """A curve of each arm; the second one does not reach its median."""
    curve = {
        "NEW": {
            "time": [0, 4, 8, 12],
            "survival": [1.0, 0.8, 0.4, 0.4],
            "lower": [1.0, 0.5, 0.2, 0.2],
            "upper": [1.0, 0.9, 0.6, 0.6],
            "at_risk": [10, 10, 7, 3],
            "events": [0, 2, 4, 0],
            "censored": [0, 1, 0, 3],
        },
        "OLD": {
            "time": [0, 6],
            "survival": [1.0, 0.9],
            "lower": [1.0, 0.6],
            "upper": [1.0, 1.0],
            "at_risk": [10, 10],
            "events": [0, 1],
            "censored": [0, 9],
        },
    }
    statistics = [
        *rows("arm", "NEW", n=10, events=6, censored=4, median=8, median_lower=4,
              median_upper=None),
        *rows("arm", "OLD", n=10, events=1, censored=9, median=None, median_lower=6,
              median_upper=None),
        *rows("t=8", "NEW", survival=0.4, lower=0.2, upper=0.6, at_risk=7),
        *rows("t=8", "OLD", survival=0.9, lower=0.6, upper=1.0, at_risk=4),
        *rows("logrank", "", statistic=4.2, df=1, p_value=0.04),
        *rows("cox", "NEW/OLD", hazard_ratio=6.1, lower=1.2, upper=30.5, p_value=0.03),
    ]  # fmt: skip
    return result("lasting", "time_to_event", statistics, curve=curve, unit="WEEKS")


def plan() -> dict[str, Any]:
    """The parts of a plan that the report reads."""
    return {
        "study": {
            "id": "MADE-1",
            "title": "A made-up trial",
            "short_title": "Made up",
            "masking": "Open label.",
            "plan_version": "2.0",
            "data_cut": "2020-02-29",
            "notice": "Invented data.",
            "arbitrary": ["Everything, all 168 of them"],
        },
        "settings": {"confidence_level": 0.95, "significance_level": 0.05},
        "trial": {"arms": ARMS, "visits": [{"VISITNUM": 1, "VISIT": "Day 1", "nominal": 1}]},
        "subjects": {"populations": {"ALLFL": {"label": "All randomised", "keep": []}}},
        "estimands": {"objectives": {}, "estimands": {}},
        "endpoints": {"endpoints": {}},
        "times": {"times": {}},
        "measurements": {"sets": {}},
        "analyses": {
            "analyses": {
                "well": {"kind": "difference_in_proportions"},
                "events": {"kind": "event_terms"},
                "lasting": {"kind": "time_to_event"},
            }
        },
        "formats": FORMATS,
        "outputs": {
            "sections": [
                {
                    "id": "all",
                    "title": "Everything",
                    "displays": [
                        show("s_well", "statement", ["well"]),
                        show("t_well", "comparison", ["well"]),
                        show("t_events", "events", ["events"]),
                        show("t_lasting", "time_to_event", ["lasting"]),
                        show("f_lasting", "survival_curves", ["lasting"]),
                        show("t_software", "software", None),
                        show("t_raw", "raw_files", None),
                    ],
                }
            ]
        },
    }


def show(identifier: str, layout: str, analyses: list[str] | None) -> dict[str, Any]:
    """One display whose number follows from its id."""
    entry = {
        "id": identifier,
        "number": f"n-{identifier}",
        "title": f"The {layout} of {identifier}",
    }
    return {**entry, "layout": layout, **({"analyses": analyses} if analyses else {})}


def context(changed: dict[str, Any] | None = None) -> Context:
    """The context of all displays, from a plan that may be changed."""
    metadata = {
        "forms": {"file": "forms.csv", "form": "csv", "rows": 168, "bytes": 9, "sha256": "ab12"}
    }
    return read_context(
        changed or plan(),
        {item["id"]: item for item in (difference(), events(), survival())},
        documents={"metadata": metadata, "assumptions": []},
        tables={"deviations": pd.DataFrame(), "findings": pd.DataFrame()},
    )
