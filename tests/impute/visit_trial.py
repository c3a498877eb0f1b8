"""A made-up trial of three arms with a count and a state by visit, some of whose subjects stop."""

import numpy as np
import pandas as pd

from scripts.derive.endpoints import derive_verdicts, response_table
from scripts.derive.evidence import gather_evidence
from scripts.derive.visits import schedule_of

WEEKS = [1, 2, 4, 6, 8]
TRIAL = {
    "visit_unit": "week",
    "arms": [{"code": "A", "label": "First"}, {"code": "B", "label": "Second"}],
    "visits": [
        {"VISITNUM": 0, "VISIT": "Start", "nominal": 0, "baseline": True},
        *({"VISITNUM": week, "VISIT": f"Week {week}", "nominal": week} for week in WEEKS),
    ],
}
HIGH = {"kind": "threshold", "operator": ">=", "value": 40, "reason": "never high"}
FREE = {
    "kind": "other_measure",
    "measure": "STATE",
    "operator": "==",
    "value": 0,
    "when_missing": "not_met",
    "reason": "state",
}
STAYED = {
    "kind": "subject",
    "condition": {"not": {"variable": "STOPFL", "is": "Y"}},
    "reason": "stopped",
}
TWICE = {"occasions": 2, "gap_days": 7, "consecutive": True, "onset": "first", "reason": "once"}
RESPONSE = {"label": "Response", "kind": "confirmed_response", "measure": "COUNT"}
DEFINITIONS = {
    "RESP": {
        **RESPONSE,
        "clauses": {"stayed": STAYED, "high": HIGH, "free": FREE},
        "confirmation": TWICE,
    },
    "RESPHYP": {**RESPONSE, "clauses": {"high": HIGH, "free": FREE}, "confirmation": TWICE},
    "LAST": {
        "label": "Response and the last visit",
        "kind": "durable_remission",
        "of": "RESPHYP",
        "without": "LOSS",
        "visit": 8,
    },
}
DEFINITIONS = {
    "RESP": DEFINITIONS["RESP"],
    "RESPHYP": DEFINITIONS["RESPHYP"],
    "LOSS": {
        "label": "Loss",
        "kind": "loss_of_response",
        "of": "RESPHYP",
        "loss": {"low": {"kind": "threshold", "operator": "<", "value": 40, "reason": "low"}},
    },
    "LAST": DEFINITIONS["LAST"],
}
MODEL = {
    "kind": "by_visit",
    "label": "By visit",
    "endpoint": "RESP",
    "derive": "RESPHYP",
    "population": "ITTFL",
    "missing_when": {"variable": "STOPFL", "is": "Y"},
    "between": "left",
    "previous": 2,
    "sweeps": 3,
    "predictors": ["AGE"],
    "measures": {
        "COUNT": {"method": "normal", "scale": "log", "bounds": [1, 1000]},
        "STATE": {
            "method": "transition",
            "above": 0,
            "absent": 0,
            "present": 1,
            "given": ["COUNT"],
        },
    },
}
JUMP = {"kind": "jump_to_reference", "reference": "B"}
PLAN = {"trial": TRIAL, "endpoints": {"endpoints": DEFINITIONS}, "settings.seed": 7}
START = pd.Timestamp("2020-01-01")


def model(**more):
    """The model with other keys."""
    return {**MODEL, **more}


def subjects(n=60):
    """Every fourth subject of both arms stops."""
    number = np.arange(n)
    return pd.DataFrame(
        {
            "STUDYID": "T",
            "USUBJID": [f"S{i:03d}" for i in number],
            "ARMCD": np.where(number % 2 == 0, "A", "B"),
            "TRT01P": "x",
            "RANDFL": "Y",
            "ITTFL": "Y",
            "STOPFL": np.where(number // 2 % 4 == 0, "Y", "N"),
            "AGE": 30.0 + (number * 7) % 40,
            "TRTSDT": START,
        }
    )


def _record(row, code, week, value, base, sequence):
    day = 7 * week + (sequence % 2 if week else 0)
    return {
        "USUBJID": row.USUBJID,
        "PARAMCD": code,
        "AVAL": float(value),
        "BASE": float(base),
        "CHG": float(value) - float(base),
        "ADT": START + pd.Timedelta(days=day),
        "ADY": day + 1,
        "ADAYS": day,
        "ANOMDY": 7 * week,
        "AVISIT": f"Week {week}" if week else "Start",
        "VISITNUM": week,
        "SRCDOM": "LB",
        "SRCSEQ": sequence,
    }


def measurements(adsl, seed=1, gaps=True):
    """Counts that rise more in arm A; those who stop are seen at the first two visits."""
    rng = np.random.default_rng(seed)
    counts, states = [], []
    for place, row in enumerate(adsl.itertuples()):
        base = np.exp(rng.normal(3, 0.3))
        level = np.log(base) + rng.normal(0, 0.2)
        counts.append(_record(row, "COUNT", 0, base, base, 0))
        states.append(_record(row, "STATE", 0, place % 3, place % 3, 0))
        for number, week in enumerate(WEEKS, start=1):
            level += rng.normal(0.25 if row.ARMCD == "A" else 0.1, 0.2)
            state = int(rng.random() < 0.15)
            if row.STOPFL == "Y" and week > 2:
                continue
            if not (gaps and place % 9 == 1 and week == 2):
                counts.append(_record(row, "COUNT", week, np.exp(level), base, number))
            if not (gaps and place % 11 == 3 and week == 4):
                states.append(_record(row, "STATE", week, 2 * state, place % 3, number))
    types = {"ADY": "Int64", "ADAYS": "Int64", "ANOMDY": "Int64", "VISITNUM": "Int64"}
    types |= {"SRCSEQ": "Int64", "AVISIT": "str"}
    return {
        "adcount": pd.DataFrame(counts).astype(types),
        "adstate": pd.DataFrame(states).astype(types),
    }


def medications():
    """Nobody takes anything."""
    names = ["USUBJID", "CMCAT", "SRCDOM"]
    whole = dict.fromkeys(["ASTDY", "ADAYS", "SRCSEQ"], "Int64")
    columns = {**dict.fromkeys(names, "str"), "ASTDT": "datetime64[s]", **whole}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def visits_attended(tables):
    """SV: a visit at each count."""
    counts = tables["adcount"]
    dates = counts["ADT"].dt.strftime("%Y-%m-%d").astype("str")
    return counts[["USUBJID", "VISITNUM"]].assign(SVSTDTC=dates)


def sources(adsl=None, tables=None):
    """Everything that a model reads; the verdicts are derived from the tables."""
    adsl = subjects() if adsl is None else adsl
    tables = measurements(adsl) if tables is None else tables
    domains = {"sv": visits_attended(tables)}
    evidence = gather_evidence(adsl, tables, medications(), domains, DEFINITIONS)
    derive_verdicts(evidence)
    return {
        "adsl": adsl,
        "measurements": tables,
        "adcm": medications(),
        "domains": domains,
        "adresp": response_table(evidence),
    }


def tables_of(adsl, tables=None, adcm=None):
    """What a table is built from."""
    tables = measurements(adsl) if tables is None else tables
    return {"adsl": adsl, "measurements": tables, "adcm": medications() if adcm is None else adcm}


def schedule():
    """The planned visits."""
    return schedule_of(TRIAL)
