"""A measure that is absent or present by visit, under the assumption of the plan."""

from collections.abc import Mapping, Sequence

import numpy as np

from scripts.impute.transition import (
    Transitions,
    draw_coefficients,
    draw_states,
    fit_transitions,
    last_known,
)
from scripts.impute.visit_table import Floats, Model, VisitTable


def fixed_of(model: Model, table: VisitTable) -> Floats:
    """Arms and covariates as they count at each visit, shape (n, visits, q).

    Under a reference-based assumption the arm of a subject who stopped is the reference from the
    first visit after the end on: what has happened before stays, as the state before.
    """
    # ASSUME: Under every reference-based assumption a measure that is absent or present follows the
    # reference arm after the end: there is no increment of a state.
    levels = table.arms
    own = np.array([[(code == level) * 1.0 for level in levels[1:]] for code in table.arm])
    own = own.reshape(len(table.arm), -1)
    visits = len(table.visits)
    arms = np.repeat(own[:, None, :], visits, axis=1)
    assumption = model.get("assumption", {})
    if "reference" in assumption:
        reference = np.array([(assumption["reference"] == level) * 1.0 for level in levels[1:]])
        after = (np.arange(visits) >= table.last[:, None]) & table.stopped[:, None]
        arms = np.where(after[:, :, None], reference, arms)
    covariates = table.covariates.to_numpy(float)
    shape = (len(covariates), visits, covariates.shape[1])
    return np.concatenate([arms, np.broadcast_to(covariates[:, None, :], shape)], axis=2)


def learn_states(name: str, measure: str, model: Model, table: VisitTable) -> Transitions:
    """The pooled model of one measure from all observed visits of all subjects."""
    own = {key: value for key, value in model.items() if key != "assumption"}
    spec = model["measures"][measure]
    given = [table.values[other] for other in spec.get("given", [])]
    for other in spec.get("given_before", []):
        given.append(last_known(table.values[other], table.baseline[other]))
    return fit_transitions(
        table.values[measure],
        table.baseline[measure],
        given,
        fixed_of(own, table)[:, 0, :],
        f"{name}, {measure}",
    )


def draw_states_of(
    measure: str,
    model: Model,
    table: VisitTable,
    learnt: Transitions,
    completed: Mapping[str, Floats],
    generators: Sequence[np.random.Generator],
) -> Floats:
    """Completed states, (chains, n, visits), given the other measures as they are completed."""
    spec, shape = model["measures"][measure], table.values[measure].shape
    given = [completed[other] for other in spec.get("given", [])]
    for other in spec.get("given_before", []):
        first = np.broadcast_to(table.baseline[other], (len(generators), shape[0]))
        given.append(np.concatenate([first[:, :, None], completed[other][:, :, :-1]], axis=2))
    noise = np.stack([generator.standard_normal(learnt.width) for generator in generators])
    chance = np.stack([generator.random(shape) for generator in generators])
    return draw_states(
        table.values[measure],
        table.baseline[measure],
        given,
        fixed_of(model, table),
        draw_coefficients(learnt, noise),
        chance,
    )
