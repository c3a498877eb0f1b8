"""Longitudinal imputation: measures completed visit by visit, and the endpoint derived again.

In each completed data set the endpoint is judged by the definitions and the code that judged the
observed data; subjects for whom nothing was imputed keep their verdict.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.visits import schedule_of
from scripts.impute.completed_endpoints import derive_completed, gather_for
from scripts.impute.fcs.streams import generators_of
from scripts.impute.impute_responses import stack
from scripts.impute.visit_chains import draw_visits
from scripts.impute.visit_courses import add_delta, draw_courses_of
from scripts.impute.visit_states import draw_states_of, learn_states
from scripts.impute.visit_table import Floats, Model, VisitTable, build_table, visits_of
from scripts.impute.visit_traces import Notes, describe_model, visit_traces
from scripts.job import Job, StepError

# Bytes of one measure completed in a part of the chains: more chains are drawn in several parts.
PART = 8_000_000


@dataclass(frozen=True)
class Made:
    """What one model gives: the stacked table, the rows of its traces, its description."""

    table: pd.DataFrame
    traces: pd.DataFrame
    description: dict[str, Any]


def parts_of(chains: int, table: VisitTable) -> list[range]:
    """The numbers of the chains, from 0, in parts that fit the memory."""
    size = max(PART // (8 * table.stopped.size * len(table.visits)), 1)
    return [range(begin, min(begin + size, chains)) for begin in range(0, chains, size)]


Drawer = Callable[[range], dict[str, Floats]]


def draw_measures(
    name: str, model: Model, table: VisitTable, chosen: np.ndarray, seed: int, chains: int
) -> tuple[Drawer, Notes]:
    """How a part of the chains is completed for the chosen rows, and what is noted on the way.

    Measures with a model of their own come first; states that depend on them follow.
    """
    small, notes = table.take(chosen), Notes()
    for measure, spec in model["measures"].items():
        if spec["method"] == "transition":
            notes.learnt[measure] = learn_states(name, measure, model, table)
    joint = "assumption" in model
    whole: dict[str, Floats] = {}
    if not joint and len(notes.learnt) < len(model["measures"]):
        whole, notes.engine, notes.kept = draw_visits(name, model, table, chosen, seed, chains)

    def draw(part: range) -> dict[str, Floats]:
        completed = {measure: values[part.start : part.stop] for measure, values in whole.items()}
        for measure, spec in model["measures"].items():
            streams = generators_of(f"{name}:{measure}", seed, part.start + 1, len(part))
            if measure in notes.learnt:
                completed[measure] = draw_states_of(
                    measure, model, small, notes.learnt[measure], completed, streams
                )
                continue
            if joint:
                values, gaps = draw_courses_of(name, measure, model, table, streams)
                completed[measure] = values[:, chosen]
                notes.gaps.setdefault(measure, []).append(gaps)
            completed[measure] = add_delta(completed[measure], small, spec.get("delta"))
        return completed

    return draw, notes


def rows_to_judge(model: Model, table: VisitTable) -> np.ndarray:
    """The subjects with something imputed, whose endpoint is derived again."""
    wanted = [table.wanted(measure, model["between"]) for measure in model["measures"]]
    return np.flatnonzero(np.any(wanted, axis=(0, 2)))


def impute_model(
    name: str,
    model: Model,
    sources: Mapping[str, Any],
    plan: Mapping[str, Any],
    imputations: int,
) -> Made:
    """One model: drawn, derived again, stacked. `sources` has the tables, `plan` the rest."""
    schedule = schedule_of(plan["trial"])
    visits = visits_of(model, plan["trial"], schedule)
    table = build_table(name, model, sources, visits)
    chosen = rows_to_judge(model, table)
    observed = sources["adresp"]
    observed = observed[observed["PARAMCD"] == model["derive"]].set_index("USUBJID")["AVAL"]
    known = table.subjects["USUBJID"].map(observed).astype(float)
    if known.isna().any():
        raise StepError(f"{name}: {int(known.isna().sum())} subject(s) have no {model['derive']}")
    verdicts, notes = np.empty((imputations, len(chosen))), Notes()
    if len(chosen):
        draw, notes = draw_measures(name, model, table, chosen, plan["settings.seed"], imputations)
        small = table.take(chosen)
        evidence, rows = gather_for(model, small, sources, plan["endpoints"]["endpoints"])
        for part in parts_of(imputations, table):
            drawn = derive_completed(model, small, draw(part), evidence, rows)
            verdicts[part.start : part.stop, rows] = drawn
    subjects = table.subjects.assign(AVAL=known.mask(known.index.isin(chosen)))
    return Made(
        stack(model, subjects, verdicts),
        visit_traces(name, model, table, notes),
        describe_model(model, table, chosen, verdicts, notes),
    )


def impute_visits(
    sources: Mapping[str, Any], models: Mapping[str, Model], plan: Mapping[str, Any]
) -> dict[str, Made]:
    """Every model by visit, by id."""
    count = plan["settings.imputations"]
    return {name: impute_model(name, model, sources, plan, count) for name, model in models.items()}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = impute_visits(
            {
                "adsl": job.table("adsl"),
                "adresp": job.table("adresp"),
                "adcm": job.table("adcm"),
                "measurements": job.tables("measurements"),
                "domains": job.tables("domains"),
            },
            job.plan["models"],
            job.plan,
        )
        for name, model in made.items():
            about = model.description["by_visit"]
            job.say(
                f"{name}: {about['subjects']['derived']} subjects derived again "
                f"{model.description['imputations']} times, {about['share']:.4f} respond on average"
            )
        job.write_all(
            "imputed", {name: one.table for name, one in made.items()}, contract="imputed"
        )
        traces = pd.concat([one.traces for one in made.values()], ignore_index=True)
        job.write("traces", traces, contract="traces")
        job.write("models", {name: one.description for name, one in made.items()})
