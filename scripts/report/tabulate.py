"""Results become tables: every printed cell with its text, its address and its full value."""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.audit.listed import ROOT_LABEL
from scripts.conditions import nearest
from scripts.job import Job, StepError
from scripts.report.cells import Sheet
from scripts.report.front import make_front
from scripts.report.layouts import (
    adjusted,
    companions,
    comparisons,
    definitions,
    describe,
    effects,
    hazards,
    listings,
    models,
    plan_rules,
    plan_words,
    planned,
    pooling,
    proportions,
    provenance,
    reference,
    second_opinion,
    shift,
    statements,
    stratified,
    synopsis,
    times,
    tipping,
    visits,
    withheld,
)
from scripts.report.layouts.frame import Body, Context, Display
from scripts.report.layouts.stated import state_the_rest
from scripts.report.numbers import formats_of
from scripts.report.precision import decimals_of
from scripts.report.registry import FIGURES, SORTABLE, displays_of, word_of
from scripts.report.results import OutputsError, Result
from scripts.report.store import read_results

LAYOUTS: dict[str, Callable[[Display, Sheet, Context], Body]] = {
    "comparison": proportions.comparison,
    "adjusted": adjusted.adjusted,
    "strata": proportions.strata,
    "pooling": pooling.pooling,
    "imputation_diagnostics": pooling.imputation_diagnostics,
    "stratified": stratified.stratified,
    "effects": effects.effects,
    "quantiles": times.quantiles,
    "time_to_event": times.time_to_event,
    "survival_contrasts": hazards.survival_contrasts,
    "hazard_sensitivity": hazards.hazard_sensitivity,
    "regression": models.regression,
    "design": models.design,
    "summary": describe.summary,
    "events": describe.events,
    "over_time": describe.over_time,
    "visits": visits.visits,
    "shift": shift.shift,
    "tipping_grid": tipping.tipping_grid,
    "statement": statements.statement,
    "synopsis": synopsis.synopsis,
    "estimands": plan_words.estimands,
    "methods": plan_words.methods,
    "assumptions": plan_words.assumptions,
    "definitions": definitions.definitions,
    "populations": definitions.populations,
    "findings": listings.findings,
    "deviations": listings.deviations,
    "listing": listings.listing,
    "listings_index": companions.listings_index,
    "published": comparisons.published,
    "verdicts": comparisons.verdicts,
    "inconsistencies": comparisons.inconsistencies,
    "raw_files": provenance.raw_files,
    "second_opinion": second_opinion.second_opinion,
    "software": provenance.software,
    "formulas": reference.formulas,
    "dictionary": reference.dictionary,
    "plan_guide": planned.plan_guide,
    "planned_methods": planned.planned_methods,
    "missing_data_rules": planned.missing_data_rules,
    "imputation_models": planned.imputation_models,
    "displays_list": planned.displays_list,
    "trial_design": plan_rules.trial_design,
    "schedule": plan_rules.schedule,
    "data_rules": plan_rules.data_rules,
    "display_rules": plan_rules.display_rules,
    "withheld": withheld.withheld,
}


def make_display(display: Display, sheet: Sheet, context: Context) -> Body:
    """One display with its head: number, title, population, and the notes that the plan adds."""
    if display["layout"] not in LAYOUTS:
        hint = nearest(display["layout"], LAYOUTS)
        raise OutputsError(f"{display['id']}: unknown layout {display['layout']!r}; {hint}")
    body = LAYOUTS[display["layout"]](display, sheet, context)
    return with_head(body, display, sheet, context)


def with_head(body: Body, display: Display, sheet: Sheet, context: Context) -> Body:
    """A display with what stands above and below it on the page."""
    state_the_rest(body, display, sheet, context)
    for index, text in enumerate(display.get("footnotes", [])):
        source = {"plan": f"outputs.{display['id']}.footnotes"}
        part = sheet.words(text, source, "footnotes", str(index + 1))
        body["notes"].append({"mark": "", "kind": "footnote", "parts": [part]})
    keys = ("id", "number", "title", "layout")
    head: dict[str, Any] = {key: display[key] for key in keys}
    words = plan_words.population_words(display, context)
    source = {"plan": "subjects.populations"}
    population = [sheet.words(words, source, "head", "population")] if words else []
    cut = sheet.words(context.plan["study"]["data_cut"], {"plan": "study.data_cut"}, "head", "cut")
    word = word_of(display["layout"])
    head |= {"word": word, "continued": f" | {word} {display['number']}, continued"}
    head["sortable"] = display["layout"] in SORTABLE
    more = {"wide": display.get("wide", False), "population": population, "data_cut": [cut]}
    return {**head, **more, **body}


def tabulate(context: Context) -> dict[str, Any]:
    """All displays that are not figures, every address with its value, and the order of displays.

    Raises OutputsError listing everything that the plan asks for and the results do not hold.
    """
    displays: dict[str, Body] = {}
    addresses: dict[str, Any] = {}
    findings = []
    for display in displays_of(context.plan):
        if display["layout"] in FIGURES:
            continue
        sheet = Sheet(display["id"], formats_of(context.plan, display))
        try:
            displays[display["id"]] = make_display(display, sheet, context)
        except OutputsError as error:
            findings.append(f"{display['id']}: {error}")
        addresses |= sheet.addresses
    if findings:
        text = "\n  ".join(findings)
        raise OutputsError(f"{len(findings)} display(s) cannot be made\n  {text}")
    sheet = Sheet("front", formats_of(context.plan))
    front = make_front(sheet, context)
    return {
        "front": front,
        "displays": displays,
        "addresses": addresses | sheet.addresses,
        # Figures too: the order in which a reader meets tables, figures and texts.
        "order": [display["id"] for display in displays_of(context.plan)],
    }


def read_context(
    plan: Mapping[str, Any], results: Mapping[str, Any], **more: Mapping[str, Any]
) -> Context:
    """What the displays print from; the order of the results is the plan's."""
    order = [name for name in plan["analyses"]["analyses"] if name in results]
    made = {name: Result(results[name], decimals_of(plan, name)) for name in order}
    return Context(plan, made, **more)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        documents = {
            name: job.json(name)
            for name in ("summary", "assumptions", "formulas", "published", "metadata", "opinion")
        }
        documents["contracts"] = job.contracts
        documents["digests"] = {
            "Plan": job.plan["digest"],
            "Code": job.json("digest")["sha256"],
            "Environment": job.plan["environment"],
            ROOT_LABEL: job.json("content")["root"],
        }
        documents["companions"] = job.jsons("companions")
        tables = {name: job.table(name) for name in ("findings", "deviations", "adsl")}
        context = read_context(job.plan, read_results(job), documents=documents, tables=tables)
        try:
            made = tabulate(context)
        except OutputsError as error:
            raise StepError(str(error)) from None
        job.say(f"{len(made['displays'])} displays, {len(made['addresses'])} printed values")
        job.write("tables", made)
