"""A continuous measure by visit from a multivariate normal distribution for each arm.

Missed visits between others and the parameters of each arm are drawn in turn (monotone data
augmentation); then the visits after the end, under the assumption of the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.defaults import SWEEPS
from scripts.impute.reference_based import (
    Courses,
    course_means,
    draw_after,
    draw_courses,
    draw_gaps,
    strategy_means,
)
from scripts.impute.visit_table import Floats, Model, VisitTable
from scripts.job import StepError

Generators = Sequence[np.random.Generator]


@dataclass(frozen=True, eq=False)
class Arm:
    """The subjects of one arm: their rows, data, covariates, last visits and gaps."""

    code: str
    rows: np.ndarray
    covariates: Floats
    last: np.ndarray
    missing: np.ndarray
    # Gaps before the last visit: by pattern, who has it.
    patterns: list[tuple[np.ndarray, int, np.ndarray]]


def _arms(table: VisitTable, measure: str) -> list[Arm]:
    values = table.values[measure]
    # One centre and spread for all arms: a mean of zero keeps the regressions well conditioned.
    covariates = np.column_stack([table.covariates.to_numpy(float), table.baseline[measure]])
    covariates = covariates - covariates.mean(axis=0)
    covariates = covariates[:, covariates.std(axis=0) > 0]
    known = ~np.isnan(values)
    last = (known * np.arange(1, values.shape[1] + 1)).max(axis=1)
    arms = []
    for code in np.unique(table.arm):
        rows = np.flatnonzero(table.arm == code)
        missing = ~known[rows] & (np.arange(values.shape[1]) < last[rows, None])
        by_pattern: dict[tuple[int, bytes], list[int]] = {}
        for place in np.flatnonzero(missing.any(axis=1)):
            key = (int(last[rows[place]]), missing[place].tobytes())
            by_pattern.setdefault(key, []).append(int(place))
        patterns = [
            (np.flatnonzero(missing[members[0]]), key[0], np.array(members))
            for key, members in sorted(by_pattern.items())
        ]
        arms.append(Arm(str(code), rows, covariates[rows], last[rows], missing, patterns))
    return arms


def normal_draws(generators: Generators, *shape: int) -> Floats:
    """Standard normal draws, chains first, each chain from its own stream."""
    return np.stack([generator.standard_normal(shape) for generator in generators])


def _start(values: Floats, arm: Arm, generators: Generators) -> Floats:
    """A copy for each chain, its gaps filled by values of others of the arm at the visit."""
    own = values[arm.rows]
    filled = np.repeat(own[None], len(generators), axis=0)
    for visit in np.flatnonzero(arm.missing.any(axis=0)):
        gaps = np.flatnonzero(arm.missing[:, visit])
        pool = own[~np.isnan(own[:, visit]), visit]
        if not len(pool):
            raise ValueError(f"visit {visit}: nobody of the arm has a value")
        picks = np.stack(
            [generator.integers(len(pool), size=len(gaps)) for generator in generators]
        )
        filled[:, gaps, visit] = pool[picks]
    return filled


def fit_arm(
    values: Floats, arm: Arm, previous: int | None, sweeps: int, generators: Generators
) -> tuple[Courses, Floats, Floats]:
    """Parameters and gaps of one arm in every chain, and the trace of the mean of the gaps."""
    filled = _start(values, arm, generators)
    trace = []
    for _ in range(sweeps if arm.patterns else 1):
        courses = draw_courses(filled, arm.covariates, arm.last, previous, generators)
        means = course_means(courses, arm.covariates)
        for gaps, last, members in arm.patterns:
            noise = normal_draws(generators, len(members), len(gaps))
            drawn = draw_gaps(filled[:, members], means[:, members], courses, gaps, last, noise)
            filled[:, members[:, None], gaps] = drawn
        if arm.patterns:
            trace.append(filled[:, arm.missing])
    return courses, filled, np.array(trace)


def draw_courses_of(
    name: str, measure: str, model: Model, table: VisitTable, generators: Generators
) -> tuple[Floats, Floats]:
    """Completed values of one measure, (chains, n, visits), and the gaps of each sweep.

    Subjects who stopped go on by the assumption of the plan; others who were not seen to the end
    go on as their own arm.
    """
    values = table.values[measure]
    assumption = model["assumption"]
    kind = assumption["kind"]
    arms = _arms(table, measure)
    fitted, traces = {}, []
    completed = np.repeat(values[None], len(generators), axis=0)
    for arm in arms:
        try:
            courses, filled, trace = fit_arm(
                values, arm, model.get("previous"), model.get("sweeps", SWEEPS), generators
            )
        except ValueError as error:
            raise StepError(
                f"{name}, {measure}, arm {arm.code}: {_named(str(error), table)}; name fewer "
                "`previous` visits or predictors, or leave the visit out (`visits`)"
            ) from None
        fitted[arm.code] = courses
        completed[:, arm.rows] = filled
        if trace.size:
            traces.append(trace)
    for arm in arms:
        own = course_means(fitted[arm.code], arm.covariates)
        noise = normal_draws(generators, len(arm.rows), values.shape[1])
        reference = fitted[assumption.get("reference", arm.code)]
        others = course_means(reference, arm.covariates)
        drawn = draw_after(completed[:, arm.rows], own, fitted[arm.code], arm.last, noise)
        if kind != "missing_at_random":
            # What was missed before the end, if the last record is of another measure, is as above.
            end, stopped = table.last[arm.rows], table.stopped[arm.rows]
            path = strategy_means(own, others, end, kind)
            moved = draw_after(drawn, path, reference, end, noise)
            drawn = np.where(stopped[:, None], moved, drawn)
        completed[:, arm.rows] = drawn
    return completed, np.concatenate(traces, axis=2) if traces else np.empty((0, 0, 0))


def _named(error: str, table: VisitTable) -> str:
    """The words of an error with the label of its visit instead of the number."""
    head, _, rest = error.partition(": ")
    number = head.removeprefix("visit ")
    return f"{table.visits['AVISIT'].iloc[int(number)]}: {rest}" if number.isdigit() else error


def add_delta(values: Floats, table: VisitTable, delta: Model | None) -> Floats:
    """Values after the end of those who stopped, shifted on the model's scale by arm.

    A shift grows with each visit after the end where the plan says so.
    """
    if not delta:
        return values
    places = np.arange(1, values.shape[2] + 1)
    after = np.maximum(places - table.last[:, None], 0) * table.stopped[:, None]
    steps = after if delta.get("growing") else np.minimum(after, 1)
    size = np.array([float(delta["by_arm"].get(code, 0.0)) for code in table.arm])
    return values + steps * size[:, None]
