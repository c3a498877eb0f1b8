"""Where each file of the submission package lies: one place for every path of the folder.

Names are of lower-case letters, digits and hyphens only: a publishing tool that turns anything else
into a hyphen would leave guides that name files which are not there.
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

PACKAGE = "results/package"
# Inside of the package but not part of what is sent: how it was made.
WORKING = ("seals", "specification")
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CONFORMANCE = f"{PACKAGE}/conformance"
RESULTS_METADATA = f"{PACKAGE}/ars"
DATASET_JSON = f"{PACKAGE}/dataset-json"
CHECKSUMS = f"{PACKAGE}/checksums.txt"


def hyphenated(words: str) -> str:
    """Words as a name of the folder: lower case, everything else a single hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def study_folder(plan: Mapping[str, Any]) -> str:
    """The folder of the study's data sets, seen from the trial's folder."""
    return f"{PACKAGE}/m5/datasets/{hyphenated(plan['study']['id'])}"


def tabulations(plan: Mapping[str, Any]) -> str:
    """The folder of the SDTM data sets."""
    return f"{study_folder(plan)}/tabulations/sdtm"


def analysis_datasets(plan: Mapping[str, Any]) -> str:
    """The folder of the ADaM data sets."""
    return f"{study_folder(plan)}/analysis/adam/datasets"


def programs(plan: Mapping[str, Any]) -> str:
    """The folder of the programs, as ASCII text."""
    return f"{study_folder(plan)}/analysis/adam/programs"


def study_reports(plan: Mapping[str, Any]) -> str:
    """The folder of the statistical report and the analysis plan."""
    indication = hyphenated(plan["submission"]["indication"])
    reports = f"{PACKAGE}/m5/53-clin-stud-rep/535-rep-effic-safety-stud/{indication}"
    return f"{reports}/5351-stud-rep-contr/{hyphenated(plan['study']['id'])}"


def relative(path: str, folder: str) -> str:
    """How `path` is written in a document that lies in `folder`; both seen from one root."""
    here, there = PurePosixPath(folder).parts, PurePosixPath(path).parts
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + list(there[shared:]))


def in_package(path: str) -> str:
    """A path as a reader of the package knows it, from the package's own root."""
    return str(PurePosixPath(path).relative_to(PACKAGE))
