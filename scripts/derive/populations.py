"""Analysis populations: a flag for each, and for everybody left out the first reason why."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.derive.subject_variables import flag


def reason_variable(population: str) -> str:
    """The name of the column with the reason for exclusion: ABCFL has ABCRS."""
    return population.removesuffix("FL") + "RS"


def flag_population(
    keep: list[Mapping[str, Any]], subjects: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Flag and reason for exclusion. The first condition that does not hold gives the reason."""
    reason = pd.Series(None, index=subjects.index, dtype="str")
    kept = pd.Series(np.ones(len(subjects), dtype=bool), index=subjects.index)
    for part in keep:
        holds = evaluate(part["condition"], subjects)
        reason = reason.mask(kept & ~holds, part["otherwise"])
        kept &= holds
    return flag(kept), reason


def derive_populations(
    populations: Mapping[str, Mapping[str, Any]], subjects: pd.DataFrame
) -> pd.DataFrame:
    """The subjects with flag and reason of each population; later ones may read earlier flags."""
    for name, content in populations.items():
        flags, reasons = flag_population(content["keep"], subjects)
        subjects = subjects.assign(**{name: flags, reason_variable(name): reasons})
    return subjects
