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
from scripts.impute.visit_traces import describe_model, engine_traces, trace_rows
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
) -> tuple[Drawer, list[pd.DataFrame], dict[str, Any]]:
    """How a part of the chains is completed for the chosen rows, traces, and what was noted.

    Measures with a model of their own come first; states that depend on them follow.
    """
    small = table.take(chosen)
    notes: dict[str, Any] = {"learnt": {}, "kept": [], "engine": None}
    traces: list[pd.DataFrame] = []
    states = {m: s for m, s in model["measures"].items() if s["method"] == "transition"}
    learnt = {m: learn_states(name, m, model, table) for m in states}
    notes["learnt"] = {m: (one.visits, one.events) for m, one in learnt.items()}
    joint = "assumption" in model
    whole: dict[str, Floats] = {}
    if not joint:
        whole, drawn, notes["kept"] = draw_visits(name, model, table, chosen, seed, chains)
        notes["engine"] = drawn
        traces.append(engine_traces(name, drawn))

    def draw(part: range) -> dict[str, Floats]:
        completed = {measure: values[part.start : part.stop] for measure, values in whole.items()}
        for measure, spec in model["measures"].items():
            streams = generators_of(f"{name}:{measure}", seed, part.start + 1, len(part))
            if spec["method"] == "transition":
                completed[measure] = draw_states_of(
                    measure, model, small, learnt[measure], completed, streams
                )
                continue
            if joint:
                values, gaps = draw_courses_of(name, measure, model, table, streams)
                completed[measure] = values[:, chosen]
                traces.append(trace_rows(name, gaps, measure, part.start))
            completed[measure] = add_delta(completed[measure], small, spec.get("delta"))
        return completed

    return draw, traces, notes


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
    table = build_table(name, model, sources["adsl"], sources["measurements"], visits)
    chosen = rows_to_judge(model, table)
    observed = sources["adresp"]
    observed = observed[observed["PARAMCD"] == model["derive"]].set_index("USUBJID")["AVAL"]
    known = table.subjects["USUBJID"].map(observed).astype(float)
    if known.isna().any():
        raise StepError(f"{name}: {int(known.isna().sum())} subject(s) have no {model['derive']}")
    verdicts = np.empty((imputations, len(chosen)))
    traces: list[pd.DataFrame] = []
    notes: dict[str, Any] = {"learnt": {}, "kept": [], "engine": None}
    if len(chosen):
        draw, traces, notes = draw_measures(
            name, model, table, chosen, plan["settings.seed"], imputations
        )
        small = table.take(chosen)
        evidence, rows = gather_for(model, small, sources, plan["endpoints"]["endpoints"])
        for part in parts_of(imputations, table):
            drawn = derive_completed(model, small, draw(part), evidence, rows)
            verdicts[part.start : part.stop, rows] = drawn
    subjects = table.subjects.assign(AVAL=known.mask(known.index.isin(chosen)))
    return Made(
        stack(model, subjects, verdicts),
        pd.concat(traces, ignore_index=True) if traces else trace_rows(name, None),
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
            about = model.description
            job.say(
                f"{name}: {about['subjects']['derived']} subjects derived again "
                f"{about['imputations']} times, response {about['share']:.4f} on average"
            )
        job.write_all(
            "imputed", {name: one.table for name, one in made.items()}, contract="imputed"
        )
        traces = pd.concat([one.traces for one in made.values()], ignore_index=True)
        job.write("traces", traces, contract="traces")
        job.write("models", {name: one.description for name, one in made.items()})
