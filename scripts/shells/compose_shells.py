"""The shells: the whole report before there are data, behind the plan of the analysis in words."""

from collections.abc import Mapping
from typing import Any

from scripts.job import Job, StepError
from scripts.report.cells import Part
from scripts.report.compose_report import compose_report
from scripts.report.draw_figures import with_head
from scripts.report.front import make_front
from scripts.report.layouts.frame import Body, Context, Display
from scripts.report.numbers import formats_of
from scripts.report.read_code import find_assumptions, find_formulas
from scripts.report.registry import FIGURES, displays_of, displays_of_shells
from scripts.report.results import OutputsError
from scripts.report.tabulate import make_display, read_context
from scripts.shells.documents import listed_records, make_documents, make_tables
from scripts.shells.placeholders import ShellSheet
from scripts.shells.results import ShellError, make_results, needs_data
from scripts.shells.schematics import draw_schematic

Plan = Mapping[str, Any]
KIND = "Statistical analysis plan in words, with the shells of the report"
MARK = "Shell: no data"
NOTICE = (
    f"{MARK}. Made from the plan alone: an x stands for each digit that the data will decide, "
    "words in angle brackets for words that only the data know."
)


def make_context(plan: Plan, code: Mapping[str, Any], size: int | None = None) -> Context:
    """Everything that the displays print from, with no value of any data in it."""
    # What the notice says of the data is not true of shells, which have none.
    study = {key: text for key, text in plan["study"].items() if key not in ("notice", "arbitrary")}
    plan = {**plan, "study": study}
    documents = make_documents(plan, code)
    words = {"Plan": "digest", "Environment": "environment"}
    documents["digests"] = {word: plan[key] for word, key in words.items() if key in plan}
    results = make_results(plan, size)
    return read_context(plan, results, documents=documents, tables=make_tables(plan))


def make_sheet(identifier: str, plan: Plan, display: Display | None = None) -> ShellSheet:
    """The sheet of one display; a size that the plan alone decides is printed as it is."""
    analyses = plan["analyses"]["analyses"]
    planned = [f"results/analyse/{n}.json" for n, a in analyses.items() if not needs_data(a)]
    return ShellSheet(identifier, formats_of(plan, display), planned=planned)


def make_bodies(context: Context) -> tuple[dict[str, Body], dict[str, str]]:
    """Every display of the shells, and the drawings of those that are figures.

    Raises OutputsError listing every display that cannot be made.
    """
    bodies: dict[str, Body] = {}
    drawings: dict[str, str] = {}
    findings = []
    for display in [*displays_of_shells(context.plan), *displays_of(context.plan)]:
        name = display["id"]
        sheet = make_sheet(name, context.plan, display)
        try:
            if display["layout"] in FIGURES:
                drawings[name], body = draw_schematic(display, sheet, context)
                bodies[name] = with_head(body, display, sheet, context)
            else:
                bodies[name] = make_display(_listable(display), sheet, _seen(display, context))
        except OutputsError as error:
            findings.append(f"{name}: {error}")
    if findings:
        text = "\n  ".join(findings)
        raise OutputsError(f"{len(findings)} shell(s) cannot be made\n  {text}")
    return bodies, drawings


def _listable(display: Display) -> Display:
    """A listing without the choice of its records: its one open line is always there."""
    chosen = ("where", "sort", "longest") if display["layout"] == "listing" else ()
    return {key: value for key, value in display.items() if key not in chosen}


def _seen(display: Display, context: Context) -> Context:
    if display["layout"] != "listing":
        return context
    tables = {**context.tables, **listed_records(display)}
    return Context(context.plan, context.results, context.documents, tables)


def make_shell_front(context: Context) -> dict[str, Any]:
    """The first page of the report, which says what this document is and what it is not."""
    sheet = make_sheet("front", context.plan)
    front = make_front(sheet, context)
    notice: list[Part] = [sheet.words(NOTICE, {"code": "shells"}, "notice", "shells")]
    return {**front, "kind": KIND, "notice": notice, "running": f"{MARK}. {front['running']}"}


def compose_shells(
    plan: Plan,
    code: Mapping[str, Any],
    templates: Mapping[str, str],
    size: int | None = None,
) -> str:
    """The shells as one HTML document; `size` of the made-up arms changes nothing in it."""
    context = make_context(plan, code, size)
    bodies, drawings = make_bodies(context)
    printed = {**plan, "outputs": {**plan["outputs"], "sections": _sections(plan)}}
    tables = {"front": make_shell_front(context), "displays": bodies}
    return compose_report(tables, {}, drawings, printed, templates, explorer="")


def _sections(plan: Plan) -> list[dict[str, Any]]:
    """Sections in the order of the pages: the plan in words is the first behind the contents."""
    first = plan["outputs"].get("shells", {}).get("sections", [])
    report = plan["outputs"]["sections"]
    before = [section for section in report if section.get("before_contents")]
    return [*before, *first, *(section for section in report if section not in before)]


def read_templates(report: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The templates of the report; one of the shells stands in for that of the same name."""
    return {**report, **own, "report.css": report["report.css"] + own["shells.css"]}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        scanned = job.sources("scanned")
        stats = {file: text for file, text in scanned.items() if file.startswith("scripts/stats/")}
        code = {
            "assumptions": find_assumptions(scanned),
            "formulas": find_formulas(stats),
            "contracts": job.contracts,
        }
        templates = read_templates(job.texts("templates"), job.texts("own"))
        try:
            html = compose_shells(job.plan, code, templates)
        except (OutputsError, ShellError, ValueError) as error:
            raise StepError(str(error)) from None
        job.write("shells", html)
