"""Models made ready: who is missing and observed, predictors by position, needs of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.conditions import nearest
from scripts.impute.fcs.design import Design
from scripts.impute.fcs.linear_algebra import BoolArray
from scripts.impute.fcs.models import CATEGORICAL, METHODS, Conditional
from scripts.job import StepError
from scripts.stats.arguments import FloatArray


@dataclass(frozen=True, eq=False)
class Rows:
    """The subjects, sorted: `complete` have no gap at all; `gappy` have some, and differ by chain.

    `complete_bounds` and `gappy_bounds` are the slices of each stratum.
    """

    complete: np.ndarray
    gappy: np.ndarray
    complete_bounds: list[slice]
    gappy_bounds: list[slice]

    @classmethod
    def sorted_by(cls, missing: BoolArray, stratum: np.ndarray, strata: int) -> "Rows":
        """Subjects with and without gaps, by stratum, in their own order within."""
        kinds = []
        for rows in (np.flatnonzero(~missing), np.flatnonzero(missing)):
            ordered = rows[np.argsort(stratum[rows], kind="stable")]
            edges = np.searchsorted(stratum[ordered], np.arange(strata + 1))
            bounds = [slice(edges[i], edges[i + 1]) for i in range(strata)]
            kinds.append((ordered, bounds))
        (complete, complete_bounds), (gappy, gappy_bounds) = kinds
        return cls(complete, gappy, complete_bounds, gappy_bounds)


@dataclass(frozen=True, eq=False)
class Cell:
    """A conditional model of one variable, in all subjects or in those with one value of `by`.

    Attributes
    ----------
    variable, label : str
        The variable, and the words for it in notes and errors.
    model : Conditional
        As the caller gave it.
    strata : tuple of int
        The strata of which the cell consists.
    missing, observed : array of int
        Where the variable is missing and observed among the gappy subjects.
    pieces : tuple of (int, slice)
        The stratum of each part of `missing`.
    place : array of int
        Where the drawn values belong among the values of the variable.
    predictors : array of int
        Positions in the design, the intercept first.
    constant : tuple of str
        Predictors left out because they have one value in all subjects of the cell.
    target : array of int
        Position of the variable in the design; of each of its levels but the first.
    n, n_observed : int
        Subjects of the cell, and those of them with an observed value.
    pool : array
        Observed values: of the complete subjects of each stratum in turn, then of the gappy ones.
    levels : array
        Observed levels of a categorical variable in this cell.
    shift : array or None
        Added to the linear predictor of the missing ones.
    """

    variable: str
    label: str
    model: Conditional
    strata: tuple[int, ...]
    missing: np.ndarray
    observed: np.ndarray
    pieces: tuple[tuple[int, slice], ...]
    place: np.ndarray
    predictors: np.ndarray
    constant: tuple[str, ...]
    target: np.ndarray
    n: int
    n_observed: int
    pool: FloatArray
    levels: FloatArray
    shift: FloatArray | None


def predictor_names(
    name: str, model: Conditional, design: Design, before: Sequence[str] | None
) -> list[tuple[str, ...]]:
    """The predictors of a variable, single and products, less those that are not drawn yet."""
    singles = model.predictors
    if singles is None:
        singles = tuple(other for other in design.columns if other != name)
    terms: list[tuple[str, ...]] = [(single,) for single in singles if single != model.by]
    terms += list(model.interactions)
    kept = []
    for term in terms:
        for part in term:
            design.check_known(part, f"predictors of {name}")
        sources = frozenset().union(*(design.sources(part) for part in term))
        if name in sources or name in term:
            raise StepError(f"{name}: its predictor {' x '.join(term)} depends on {name} itself")
        if before is None or sources <= set(before):
            kept.append(term)
    return kept


def check_options(model: Conditional, name: str) -> None:
    """Stop at options that the method does not know."""
    if model.method not in METHODS:
        raise StepError(
            f"{name}: unknown method {model.method!r}; {nearest(model.method, METHODS)}"
        )
    low, high = model.bounds
    if (low, high) != (None, None) and model.method != "normal":
        raise StepError(f"{name}: bounds are for the method normal, not {model.method}")
    if low is not None and high is not None and not low < high:
        raise StepError(f"{name}: its bounds {low:g} and {high:g} leave no room")
    if model.shift is not None and model.method == "multinomial":
        raise StepError(f"{name}: a multinomial model has no single linear predictor to shift")


def cells_of(
    name: str,
    model: Conditional,
    design: Design,
    rows: Rows,
    stratum: np.ndarray,
    before: Sequence[str] | None,
) -> list[Cell]:
    """The models of one variable, one for each value of `by`."""
    check_options(model, name)
    predictors = [0]
    for term in predictor_names(name, model, design, before):
        predictors += [at for at in design.enter(term) if at not in predictors]
    target = design.enter((name,))
    values = design.columns[name]
    by = np.zeros(len(values)) if model.by is None else design.columns[model.by]
    found = []
    for value in np.unique(by):
        inside = by == value
        label = name if model.by is None else f"{name} where {model.by} is {value:g}"
        still = constant_in(inside, predictors, design)
        found.append(
            _cell(
                label,
                name,
                model,
                (rows, stratum, inside),
                values,
                (np.array([at for at in predictors if at not in still]), np.array(target, int)),
                tuple(design.entries[at].name for at in still),
            )
        )
    return found


def constant_in(inside: BoolArray, predictors: Sequence[int], design: Design) -> list[int]:
    """Predictors, the intercept aside, that are complete and do not vary among some subjects."""
    look = design.lookup(inside)
    return [
        at
        for at in predictors[1:]
        if not design.entries[at].sources and np.ptp(design.entries[at].standard(look)) < 1e-12
    ]


def _cell(
    label: str,
    name: str,
    model: Conditional,
    where: tuple[Rows, np.ndarray, BoolArray],
    values: FloatArray,
    positions: tuple[np.ndarray, np.ndarray],
    constant: tuple[str, ...],
) -> Cell:
    rows, stratum, inside = where
    gap = np.isnan(values)
    strata = tuple(int(code) for code in np.unique(stratum[inside]))
    gappy_inside, gappy_gap = inside[rows.gappy], gap[rows.gappy]
    missing = np.flatnonzero(gappy_inside & gappy_gap)
    observed = np.flatnonzero(gappy_inside & ~gappy_gap)
    shared = [values[rows.complete[rows.complete_bounds[code]]] for code in strata]
    pool = np.concatenate([*shared, values[rows.gappy[observed]]])
    if len(missing) and not len(pool):
        raise StepError(f"{label}: nobody has an observed value to learn from")
    return Cell(
        variable=name,
        label=label,
        model=model,
        strata=strata,
        missing=missing,
        observed=observed,
        pieces=_pieces(strata, rows, missing),
        place=np.searchsorted(np.flatnonzero(gap), rows.gappy[missing]),
        predictors=positions[0],
        constant=constant,
        target=positions[1],
        n=int(inside.sum()),
        n_observed=len(pool),
        pool=pool,
        levels=np.unique(pool) if model.method in CATEGORICAL else np.empty(0),
        shift=None if model.shift is None else np.asarray(model.shift, float)[rows.gappy[missing]],
    )


def _pieces(
    strata: tuple[int, ...], rows: Rows, missing: np.ndarray
) -> tuple[tuple[int, slice], ...]:
    """The part of the missing ones that lies in each stratum, where there is one."""
    found = []
    for code in strata:
        span = rows.gappy_bounds[code]
        first, last = np.searchsorted(missing, [span.start, span.stop])
        if last > first:
            found.append((code, slice(int(first), int(last))))
    return tuple(found)


def check_columns(columns: Mapping[str, FloatArray], models: Mapping[str, Conditional]) -> None:
    """Stop at columns of unequal length, and at incomplete ones that no model draws."""
    sizes = {len(values) for values in columns.values()}
    if len(sizes) > 1:
        raise StepError(f"columns have different lengths: {sorted(sizes)}")
    lacking = [n for n, values in columns.items() if np.isnan(values).any() and n not in models]
    if lacking:
        raise StepError(f"missing values and no model: {', '.join(lacking)}")
    for name, model in models.items():
        if name not in columns:
            raise StepError(f"a model draws {name}, which is no column")
        if model.by is not None and np.isnan(columns.get(model.by, np.full(1, np.nan))).any():
            raise StepError(f"{name}: by {model.by!r} must be a column without missing values")
        seen = columns[name][~np.isnan(columns[name])]
        if model.method == "logistic" and not np.isin(seen, (0.0, 1.0)).all():
            raise StepError(f"{name}: a logistic model needs values 0 and 1")
