"""The pattern of missing values: whether it is monotone, and in which order."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from scripts.impute.fcs.linear_algebra import BoolArray


def monotone_order(missing: Mapping[str, BoolArray]) -> tuple[str, ...] | None:
    """The order in which each variable is missing only where all later ones are missing too.

    None where there is no such order. Variables missing in the same subjects keep their order.
    """
    order = sorted(missing, key=lambda name: int(missing[name].sum()))
    for earlier, later in pairwise(order):
        if (missing[earlier] & ~missing[later]).any():
            return None
    return tuple(order)


def strata_of(columns: Sequence[np.ndarray], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Number of the stratum of each subject, and the values of the columns in each stratum."""
    if not columns:
        return np.zeros(size, dtype=np.intp), np.empty((1, 0))
    values, codes = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return codes.reshape(-1), values
