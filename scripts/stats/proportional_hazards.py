"""A check of the proportional hazards of a Cox model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import (
    FloatArray,
    checked_matrix,
    checked_strata,
    checked_survival,
    checked_word,
)
from scripts.stats.cox import cox
from scripts.stats.distributions import chi_square_p_value
from scripts.stats.newton import standardise
from scripts.stats.risk_sets import contributions, risk_sets

TIME_SCALES = {
    "km": "one minus the Kaplan-Meier estimate",
    "identity": "time",
    "log": "logarithm of time",
    "rank": "rank of time",
}


@dataclass(frozen=True, eq=False)
class ProportionalHazardsResult:
    """Score tests that coefficients do not change with time.

    Attributes
    ----------
    terms : tuple of str
        Terms of the model.
    statistic, df, p_value : array, shape (t,)
        Chi-square statistic, degrees of freedom (columns of the term) and p value of each term.
    global_statistic, global_df, global_p_value : float
        Of all terms together.
    transform, method, label : str
        Closed words and the words for a reader.
    """

    terms: tuple[str, ...]
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    global_statistic: float
    global_df: float
    global_p_value: float
    transform: str
    method: str
    label: str


def time_scale(
    times: FloatArray, had_event: NDArray[np.bool_], moments: FloatArray, transform: str
) -> FloatArray:
    """Return the scale of time at event times, centred at the mean over the events."""

    def scale(asked: FloatArray) -> FloatArray:
        if transform == "km":
            distinct, deaths = np.unique(times[had_event], return_counts=True)
            at_risk = times.size - np.searchsorted(np.sort(times), distinct, side="left")
            survival = np.concatenate([[1.0], np.cumprod(1 - deaths / at_risk)])
            return np.asarray(1 - survival[np.searchsorted(distinct, asked, side="left")])
        if transform == "rank":
            ordered = np.sort(times)
            below = np.searchsorted(ordered, asked, side="left")
            return np.asarray((below + np.searchsorted(ordered, asked, side="right") + 1) / 2)
        return np.log(asked) if transform == "log" else asked

    return scale(moments) - scale(times[had_event]).mean()


def proportional_hazards_test(
    time: ArrayLike,
    event: ArrayLike,
    x: ArrayLike,
    transform: str = "km",
    *,
    ties: str = "efron",
    names: Sequence[str] | None = None,
    terms: Mapping[str, Sequence[str]] | None = None,
    strata: ArrayLike | None = None,
) -> ProportionalHazardsResult:
    """Test whether the log hazard ratios of a Cox model change with time.

    Parameters
    ----------
    time, event, x, ties, names, strata
        As for `cox`.
    transform : str
        The scale on which a coefficient would change: "km", "identity", "log" or "rank".
    terms : mapping of str to names of columns, optional
        Columns that are tested together; each column alone when not given.

    Returns
    -------
    ProportionalHazardsResult

    Notes
    -----
    Formula: β(t) = β + θ g(t); score test of θ = 0: X² = U' I⁻¹ U at the estimate of β.

    The exact score test, with the information of β and θ together at every event time, as R's
    `cox.zph` from survival 3.0 on; not the approximation of Grambsch and Therneau of before, which
    takes the variance as constant over time. "km" is 1 - S(t-) of all subjects together, "rank" is
    the rank of the time among all times, events or not. Not estimable where the model has no finite
    estimate, or the events fall on one time. With "log", an event at time 0 raises ValueError.

    References
    ----------
    Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted
    residuals. Biometrika 1994;81:515-26. Therneau TM. survival: survival analysis. R package,
    version 3.5, `cox.zph`.
    """
    words = TIME_SCALES[checked_word(transform, TIME_SCALES, "transform")]
    times, had_event = checked_survival(time, event)
    if transform == "log" and (times[had_event] == 0).any():
        raise ValueError("an event at time 0 has no logarithm; use another transform")
    fit = cox(times, had_event, x, ties, names=names, strata=strata)
    own = {name: [name] for name in fit.names} if terms is None else dict(terms)
    columns = {term: [fit.names.index(name) for name in part] for term, part in own.items()}
    found = {term: (np.nan, float(len(part))) for term, part in columns.items()}
    overall = (np.nan, float(len(fit.names)))
    if fit.converged:
        score, information = _scores(times, had_event, x, fit.coefficient, transform, ties, strata)
        found = {term: _score_test(score, information, part) for term, part in columns.items()}
        overall = _score_test(score, information, list(range(len(fit.names))))
    p_values = [chi_square_p_value(*one) for one in found.values()]
    return ProportionalHazardsResult(
        terms=tuple(found),
        statistic=np.array([one[0] for one in found.values()]),
        df=np.array([one[1] for one in found.values()]),
        p_value=np.array(p_values),
        global_statistic=overall[0],
        global_df=overall[1],
        global_p_value=chi_square_p_value(*overall),
        transform=transform,
        method="proportional_hazards_test",
        label=f"Test of proportional hazards (Grambsch-Therneau score test), scale: {words}",
    )


def _scores(
    times: FloatArray,
    had_event: NDArray[np.bool_],
    x: ArrayLike,
    coefficient: FloatArray,
    transform: str,
    ties: str,
    strata: ArrayLike | None,
) -> tuple[FloatArray, FloatArray]:
    """Return score (2 p,) and information (2 p, 2 p) of coefficients and of their slopes."""
    p = coefficient.size
    scaled, scaling = standardise(checked_matrix(x, times.size, "x"), ("",) * p)
    sets = risk_sets(times, had_event, scaled, ties, checked_strata(strata, times.size)[0])
    parts = contributions(sets, coefficient * scaling.spread)
    g = time_scale(times, had_event, sets.moments, transform)
    spread = float(np.sqrt((g**2 * sets.deaths).sum()))
    g = g / spread if spread > 0 else g
    first, second, third = (
        np.einsum("k,kij->ij", g**power, parts.information) for power in range(3)
    )
    score = np.concatenate([np.zeros(p), g @ parts.score])
    return score, np.block([[first, second], [second, third]])


def _score_test(
    score: FloatArray, information: FloatArray, columns: Sequence[int]
) -> tuple[float, float]:
    """Return statistic and degrees of freedom for the slopes of some columns."""
    p, df = score.size // 2, float(len(columns))
    kept = [*range(p), *(p + column for column in columns)]
    block = information[np.ix_(kept, kept)]
    size = np.sqrt(np.diag(block))
    if not (size > 0).all():
        return float("nan"), df
    block, part = block / np.outer(size, size), score[kept] / size
    if np.linalg.eigvalsh(block)[0] < 1e-10:
        return float("nan"), df
    return float(part @ np.linalg.solve(block, part)), df
