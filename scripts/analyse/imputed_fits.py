"""What each completed data set says of a contrast: estimates, variances and test statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.analyse.imputed_checks import ADJUSTED, BINARY
from scripts.analyse.results import AnalysisSet
from scripts.analyse.terms import compute_terms
from scripts.job import StepError
from scripts.stats.many_outcomes import (
    differences_many,
    linear_many,
    logistic_many,
    pearson_many,
)

LINEAR, PROPORTIONS, LOGISTIC, CHI_SQUARE = "linear", "proportions", "logistic", "chi_square"

EMPTY = "a group has no subjects"
UNFIT = (
    "a group is empty, a covariate does not vary or copies another, or there are too few subjects"
)


@dataclass(frozen=True, eq=False)
class Series:
    """One contrast in every completed data set, on the scale where it is pooled.

    An estimate that is infinite in a data set is nan there. `chi_square` holds the statistics of
    a test that is pooled beside the estimates, if there is one; `problem` says in words what
    prevents an estimate in every data set.
    """

    row: str
    group: str
    estimates: np.ndarray
    variances: np.ndarray
    scale: str
    df_complete: float
    chi_square: np.ndarray | None = None
    problem: str = ""

    @property
    def failed(self) -> int:
        """Data sets in which the estimate is not finite."""
        return int(np.isnan(self.estimates).sum())

    def estimable(self, m: int) -> bool:
        """Whether the first m data sets can be pooled; one that failed anywhere prevents it."""
        return not self.failed and bool((self.variances[:m] > 0).any())


def design_of(subjects: AnalysisSet, first: str, second: str, covariates: list[str]) -> np.ndarray:
    """The indicator of the first group, of every group but the second, and the covariates."""
    column = subjects.subjects[subjects.variable]
    values = {group.id: group.value for group in subjects.groups}
    others = [g for g in values if g not in (first, second) and (column == values[g]).any()]
    indicators = [(column == values[g]).to_numpy(float) for g in [first, *others]]
    terms = compute_terms(subjects.subjects, covariates).to_numpy(float).T
    return np.column_stack([*indicators, *terms])


def fit_contrast(
    estimator: str,
    outcomes: np.ndarray,
    subjects: AnalysisSet,
    pair: tuple[str, str],
    covariates: list[str],
) -> Series:
    """The contrast of two groups in every completed data set by one estimator."""
    if estimator in BINARY and not np.isin(outcomes, (0.0, 1.0)).all():
        raise StepError(
            f"the estimator {estimator!r} needs outcomes that are yes or no, and the imputation "
            "model draws others; use 'linear', or a model whose draws are yes or no"
        )
    if estimator in ADJUSTED:
        return _regression(estimator, outcomes, design_of(subjects, *pair, covariates), pair)
    column = subjects.subjects[subjects.variable]
    values = {group.id: group.value for group in subjects.groups}
    inside = [(column == values[name]).to_numpy() for name in pair]
    counts: list[Any] = []
    for members in inside:
        counts += [outcomes[:, members].sum(axis=1), int(members.sum())]
    if 0 in (counts[1], counts[3]):
        return _nothing(estimator, len(outcomes), pair, EMPTY)
    difference, variance = differences_many(*counts)
    return Series(
        row="difference",
        group="-".join(pair),
        estimates=difference,
        variances=variance,
        scale="identity",
        df_complete=float(counts[1] + counts[3] - 2),
        chi_square=pearson_many(*counts) if estimator == CHI_SQUARE else None,
    )


def _nothing(estimator: str, count: int, pair: Sequence[str], problem: str) -> Series:
    """A contrast that cannot be estimated in any data set."""
    ratio = estimator == LOGISTIC
    nothing = np.full(count, np.nan)
    return Series(
        row="odds_ratio" if ratio else "difference",
        group=("/" if ratio else "-").join(pair),
        estimates=nothing,
        variances=nothing,
        scale="log" if ratio else "identity",
        df_complete=np.nan,
        problem=problem,
    )


def _regression(
    estimator: str, outcomes: np.ndarray, design: np.ndarray, pair: Sequence[str]
) -> Series:
    linear = estimator == LINEAR
    try:
        fits = (linear_many if linear else logistic_many)(design, outcomes)
    except ValueError:
        return _nothing(estimator, len(outcomes), pair, UNFIT)
    return Series(
        row="difference" if linear else "odds_ratio",
        group=("-" if linear else "/").join(pair),
        estimates=fits.coefficient[:, 1],
        variances=fits.variance[:, 1],
        scale="identity" if linear else "log",
        df_complete=fits.df,
    )
