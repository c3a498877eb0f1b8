"""Every figure of the plan as SVG, with its data and the addresses of its numbers beside it."""

from collections.abc import Callable
from typing import Any

from scripts.job import Job, StepError
from scripts.report.cells import Sheet
from scripts.report.figures import (
    curves,
    flow,
    forest,
    imputations,
    medians,
    missing_grid,
    swimmer,
    tipping_map,
)
from scripts.report.figures.data_digest import with_digest
from scripts.report.layouts.frame import Body, Context, Display
from scripts.report.numbers import formats_of
from scripts.report.registry import FIGURES, displays_of
from scripts.report.results import OutputsError
from scripts.report.store import read_results
from scripts.report.tabulate import read_context, with_head

FIGURE_LAYOUTS: dict[str, Callable[[Display, Sheet, Context], tuple[str, Body]]] = {
    "flow": flow.flow,
    "survival_curves": curves.survival,
    "cumulative_curves": curves.cumulative,
    "median_curves": medians.over_time,
    "swimmer": swimmer.swimmer,
    "missing_grid": missing_grid.missing_grid,
    "tipping_map": tipping_map.tipping_map,
    "forest": forest.forest,
    "traces": imputations.traces,
    "densities": imputations.densities,
}


def draw_figures(context: Context) -> tuple[dict[str, str], dict[str, Any]]:
    """(SVG, document) of each figure by id; the document holds caption, data and addresses.

    Raises OutputsError listing every figure that cannot be drawn.
    """
    drawings: dict[str, str] = {}
    documents: dict[str, Any] = {}
    findings = []
    for display in displays_of(context.plan):
        if display["layout"] not in FIGURES:
            continue
        name = display["id"]
        sheet = Sheet(name, formats_of(context.plan, display))
        try:
            drawings[name], body = FIGURE_LAYOUTS[display["layout"]](display, sheet, context)
        except OutputsError as error:
            findings.append(f"{name}: {error}")
            continue
        body = with_head(body, display, sheet, context)
        drawings[name] = with_digest(drawings[name], body.get("data"))
        documents[name] = {**body, "addresses": sheet.addresses}
    if findings:
        text = "\n  ".join(findings)
        raise OutputsError(f"{len(findings)} figure(s) cannot be drawn\n  {text}")
    return drawings, documents


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        context = read_context(job.plan, read_results(job))
        try:
            drawn, described = draw_figures(context)
        except OutputsError as error:
            raise StepError(str(error)) from None
        job.write_all("figures", drawn)
        job.write_all("data", described)
