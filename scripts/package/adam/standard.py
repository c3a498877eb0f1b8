"""ADaMIG 1.3 as far as it is used: labels and core of its variables, and its rules for names."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Label and core of the standard's variables; y and zz of a name stand for digits.
VARIABLES: dict[str, tuple[str, str]] = {
    "STUDYID": ("Study Identifier", "Req"),
    "USUBJID": ("Unique Subject Identifier", "Req"),
    "SUBJID": ("Subject Identifier for the Study", "Req"),
    "SITEID": ("Study Site Identifier", "Req"),
    "AGE": ("Age", "Req"),
    "AGEU": ("Age Units", "Req"),
    "AGEGRy": ("Pooled Age Group y", "Perm"),
    "AGEGRyN": ("Pooled Age Group y (N)", "Perm"),
    "SEX": ("Sex", "Req"),
    "RACE": ("Race", "Req"),
    "FASFL": ("Full Analysis Set Population Flag", "Cond"),
    "SAFFL": ("Safety Population Flag", "Cond"),
    "ITTFL": ("Intent-To-Treat Population Flag", "Cond"),
    "PPROTFL": ("Per-Protocol Population Flag", "Cond"),
    "COMPLFL": ("Completers Population Flag", "Cond"),
    "RANDFL": ("Randomized Population Flag", "Cond"),
    "ENRLFL": ("Enrolled Population Flag", "Cond"),
    "ARM": ("Description of Planned Arm", "Req"),
    "ACTARM": ("Description of Actual Arm", "Perm"),
    "TRTzzP": ("Planned Treatment for Period zz", "Req"),
    "TRTzzPN": ("Planned Treatment for Period zz (N)", "Perm"),
    "TRTzzA": ("Actual Treatment for Period zz", "Cond"),
    "TRTzzAN": ("Actual Treatment for Period zz (N)", "Perm"),
    "TRTSDT": ("Date of First Exposure to Treatment", "Cond"),
    "TRTEDT": ("Date of Last Exposure to Treatment", "Cond"),
    "TRTDURD": ("Total Treatment Duration (Days)", "Perm"),
    "EOSSTT": ("End of Study Status", "Perm"),
    "EOSDT": ("End of Study Date", "Perm"),
    "DCSREAS": ("Reason for Discontinuation from Study", "Perm"),
    "EOTSTT": ("End of Treatment Status", "Perm"),
    "DCTREAS": ("Reason for Discontinuation of Treatment", "Perm"),
    "RFICDT": ("Date of Informed Consent", "Perm"),
    "ENRLDT": ("Date of Enrollment", "Perm"),
    "RANDDT": ("Date of Randomization", "Cond"),
    "LSTALVDT": ("Date Last Known Alive", "Perm"),
    "DTHDT": ("Date of Death", "Cond"),
    "DTHCAUS": ("Cause of Death", "Perm"),
    "STRATAR": ("Strata Used for Randomization", "Perm"),
    "TRTP": ("Planned Treatment", "Cond"),
    "TRTPN": ("Planned Treatment (N)", "Perm"),
    "TRTA": ("Actual Treatment", "Cond"),
    "TRTAN": ("Actual Treatment (N)", "Perm"),
    "ADT": ("Analysis Date", "Cond"),
    "ADY": ("Analysis Relative Day", "Cond"),
    "ASTDT": ("Analysis Start Date", "Cond"),
    "ASTDY": ("Analysis Start Relative Day", "Cond"),
    "AENDT": ("Analysis End Date", "Cond"),
    "AENDY": ("Analysis End Relative Day", "Cond"),
    "ADURN": ("Analysis Duration (N)", "Perm"),
    "ADURU": ("Analysis Duration Units", "Cond"),
    "AVISIT": ("Analysis Visit", "Cond"),
    "AVISITN": ("Analysis Visit (N)", "Perm"),
    "PARAM": ("Parameter", "Req"),
    "PARAMCD": ("Parameter Code", "Req"),
    "PARAMN": ("Parameter (N)", "Perm"),
    "AVAL": ("Analysis Value", "Cond"),
    "AVALC": ("Analysis Value (C)", "Cond"),
    "BASE": ("Baseline Value", "Cond"),
    "CHG": ("Change from Baseline", "Perm"),
    "ABLFL": ("Baseline Record Flag", "Cond"),
    "ANLzzFL": ("Analysis Flag zz", "Cond"),
    "STARTDT": ("Time-to-Event Origin Date for Subject", "Perm"),
    "CNSR": ("Censor", "Cond"),
    "EVNTDESC": ("Event or Censoring Description", "Perm"),
    "CNSDTDSC": ("Censor Date Description", "Perm"),
    "SRCDOM": ("Source Data", "Perm"),
    "SRCVAR": ("Source Variable", "Perm"),
    "SRCSEQ": ("Source Sequence Number", "Perm"),
    "TRTEMFL": ("Treatment Emergent Analysis Flag", "Cond"),
}
# What the end of a name promises: the type of the variable, in words and as contract types.
ENDINGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("DT", ("date",), "a date"),
    ("FL", ("flag",), "a flag of Y and N"),
    ("FN", ("integer",), "the number of a flag"),
    ("DTM", ("datetime",), "a date with its time"),
    ("TM", ("time",), "a time of day"),
    ("DTF", ("text",), "the flag of an imputed date"),
    ("TMF", ("text",), "the flag of an imputed time"),
)
GROUP = re.compile(r"GR\Z")
# Code lists of the ADaM terminology of 2025-03-28, which the plan's lists of SDTM do not have.
LISTS: dict[str, dict[str, Any]] = {
    "SBJTSTAT": {
        "code": "C124296",
        "name": "Subject Trial Status",
        "extensible": True,
        "package": "ADaM",
        "terms": {
            "COMPLETED": {"code": "C25250", "decode": "Complete"},
            "DISCONTINUED": {"code": "C25484", "decode": "Discontinue"},
            "ONGOING": {"code": "C53279", "decode": "Continue"},
        },
    },
}


def _standard(name: str) -> tuple[str, str] | None:
    """Label and core of a variable, where the standard has it."""
    if name in VARIABLES:
        return VARIABLES[name]
    for digits, sign in ((r"\d\d", "zz"), (r"\d", "y")):
        found = re.search(digits, name)
        if found:
            general = name[: found.start()] + sign + name[found.end() :]
            if general in VARIABLES:
                label, core = VARIABLES[general]
                return re.sub(rf"\b{sign}\b", found.group(), label), core
    return None


def standard_label(name: str) -> str | None:
    """The label that the standard gives a variable, else None."""
    found = _standard(name)
    return found[0] if found else None


def standard_core(name: str) -> str | None:
    """Req, Cond or Perm for a variable of the standard, else None."""
    found = _standard(name)
    return found[1] if found else None


def check_name(name: str, kind: str, counts_from_zero: bool = False) -> list[str]:
    """How a variable's name breaks the standard's rules.

    `kind` is its contract type; `counts_from_zero` says that it is a number of days with a day 0.
    """
    if standard_label(name):
        return []
    for ending, kinds, words in sorted(ENDINGS, key=lambda entry: -len(entry[0])):
        if name.endswith(ending):
            wrong = kind not in kinds
            return [f"{name}: a name that ends in {ending} is {words}"] if wrong else []
    if name.endswith("DY") and counts_from_zero:
        return [f"{name}: a name that ends in DY is a relative day, and has no day 0"]
    if GROUP.search(name):
        return [f"{name}: a name of a group ends in GR and a digit"]
    return []


def check_labels(labels: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """Labels given to variables of the standard that are not those of the standard."""
    return [
        f"label of {name}: the standard has {standard_label(name)!r}"
        for name in names
        if name in labels and standard_label(name) not in (None, labels[name])
    ]


def structure_class(kind: str) -> dict[str, Any]:
    """Class and subclass of a kind of data set, in the words of Define-XML 2.1."""
    basic, occurrence = "BASIC DATA STRUCTURE", "OCCURRENCE DATA STRUCTURE"
    classes = {
        "subjects": ("SUBJECT LEVEL ANALYSIS DATASET", None),
        "measurements": (basic, None),
        "responses": (basic, None),
        "times": (basic, "TIME-TO-EVENT"),
        "events": (occurrence, "ADVERSE EVENT"),
        "occurrences": (occurrence, None),
        "others": ("ADAM OTHER", None),
    }
    class_, subclass = classes[kind]
    return {"class": class_, "subclass": subclass}
