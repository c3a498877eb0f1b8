"""The kinds of endpoints by name, and the verdicts on every endpoint of a plan."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from scripts.derive.confirmed_response import derive_confirmed_response
from scripts.derive.evidence import EVENT_COLUMNS, Evidence, Verdict
from scripts.derive.following_endpoints import (
    derive_durable_remission,
    derive_loss_of_response,
    derive_sustained_response,
)
from scripts.derive.single_events import (
    derive_any_record,
    derive_medication_use,
    derive_subject_state,
)

KINDS: dict[str, Callable[[Mapping[str, Any], Evidence], Verdict]] = {
    "confirmed_response": derive_confirmed_response,
    "sustained_response": derive_sustained_response,
    "loss_of_response": derive_loss_of_response,
    "durable_remission": derive_durable_remission,
    "medication_use": derive_medication_use,
    "any_record": derive_any_record,
    "subject_state": derive_subject_state,
}


def derive_verdicts(evidence: Evidence) -> dict[str, Verdict]:
    """The verdict on every endpoint, in the order of the plan, on which later ones may build."""
    for code, definition in evidence.definitions.items():
        evidence.verdicts[code] = KINDS[definition["kind"]](definition, evidence)
    return evidence.verdicts


def _named(subjects: pd.DataFrame) -> pd.DataFrame:
    return subjects[["STUDYID", "USUBJID", "ARMCD", "TRT01P"]]


def response_table(evidence: Evidence) -> pd.DataFrame:
    """ADRESP: one record a subject and endpoint."""
    parts = []
    for code, verdict in evidence.verdicts.items():
        met = pd.Series(verdict.met)
        part = _named(evidence.subjects).assign(
            PARAMCD=code,
            PARAM=evidence.definitions[code]["label"],
            AVALC=met.map({True: "Y", False: "N"}),
            AVAL=met.astype("Int64"),
            **{name: verdict.event[name] for name in EVENT_COLUMNS},
            CFDT=verdict.confirmed,
            CLAUSE=verdict.clause,
            REASON=verdict.reason.where(~met),
            EVNTDESC=verdict.reason.where(met),
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def decision_table(evidence: Evidence) -> pd.DataFrame:
    """The decision trace: one row a subject, endpoint, clause and record or subject."""
    parts = [verdict.trace.assign(PARAMCD=code) for code, verdict in evidence.verdicts.items()]
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values("subject", kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "USUBJID": evidence.subjects["USUBJID"].take(table["subject"]).array,
            "DECSEQ": table.groupby("subject").cumcount() + 1,
            "PARAMCD": table["PARAMCD"],
            "CLAUSE": table["CLAUSE"],
            "SRCDOM": table["SRCDOM"],
            "SRCSEQ": table["SRCSEQ"],
            "ADAYS": table["ADAYS"],
            "MET": table["MET"].map({True: "Y", False: "N"}),
        }
    )
