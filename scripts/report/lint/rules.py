"""All rules in order, and which of them must have looked at something."""

from collections.abc import Callable

from scripts.report.lint import (
    arithmetic,
    arms,
    columns,
    derived,
    diagnosed,
    flow,
    grids,
    labels,
    links,
    order,
    pages,
    paper,
    pooled,
    printed,
    stated,
    words,
)
from scripts.report.lint.artefact import Document
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.read_pdf import Paper
from scripts.report.registry import FIGURES

ON_SCREEN: list[Callable[[Document, Evidence, Ledger], None]] = [
    order.check_order,
    order.check_rows,
    stated.check_stated,
    stated.check_populations,
    stated.check_marks,
    stated.check_notes,
    printed.check_addresses,
    printed.check_bare_numbers,
    printed.check_rounding,
    printed.check_sources,
    links.check_links,
    arms.check_heads,
    arms.check_sizes,
    arms.check_used,
    arms.check_cells,
    labels.check_rows,
    labels.check_sentences,
    labels.check_drawings,
    arithmetic.check_shares,
    arithmetic.check_denominators,
    arithmetic.check_sums,
    arithmetic.check_limits,
    arithmetic.check_sentences,
    derived.check_derived,
    derived.check_labels_of_tests,
    columns.check_columns,
    pooled.check_pooled,
    pooled.check_errors,
    pooled.check_held,
    flow.check_flow,
    flow.check_risk,
    grids.check_grids,
    grids.check_tables,
    grids.check_maps,
    diagnosed.check_diagnostics,
    diagnosed.check_drawn,
    words.check_words,
    words.check_figures,
]
ON_PAPER: list[Callable[[Document, Paper, Evidence, Ledger], None]] = [
    paper.check_presence,
    paper.check_tables,
    paper.check_texts,
    paper.check_places,
    paper.check_arms,
    paper.check_banned,
    pages.check_running,
    pages.check_contents,
    pages.check_bookmarks,
    pages.check_properties,
    links.check_paper_links,
]
# Rules that every report has something for, and those that only some layouts have.
ALWAYS = [
    "displays of the plan", "numbers and titles", "contents", "addresses", "rounding",
    "numbers without address", "left-overs of programs", "empty cells", "marks and notes",
    "states its cut", "states its source", "links to the evidence",
]  # fmt: skip
ALWAYS_ON_PAPER = [
    "displays on paper", "texts on paper", "heads and feet of pages", "pages of the contents",
    "bookmarks", "properties of the PDF", "left-overs on paper", "links on paper",
]  # fmt: skip
BY_LAYOUT: dict[str, list[str]] = {
    "comparison": ["values of the results", "heads of their arms", "cells of their arms", "limits",
                   "levels of intervals", "notes of the analysis", "counts within totals", "shares",
                   "labels of rows", "tests of the plan"],
    "summary": ["N of the arms", "rows of the results", "arms add up"],
    "pooling": ["Monte Carlo errors", "digits that hold", "limits", "pooled by Rubin's rules",
                "cells of their columns"],
    "effects": ["numbers that follow from others"],
    "adjusted": ["numbers that follow from others"],
    "stratified": ["numbers that follow from others", "cells of their columns"],
    "survival_contrasts": ["numbers that follow from others"],
    "imputation_diagnostics": ["diagnostics of the models"],
    "tipping_grid": ["cells of their grid"],
    "statement": ["sentences follow numbers", "texts counted again", "arms in sentences"],
    "flow": ["flow against tables", "alternative text", "data of the figures", "arms in drawings"],
    "survival_curves": ["numbers at risk", "arms in drawings"],
    "tipping_map": ["tipping points counted again", "cells of their grid"],
}  # fmt: skip
BY_LAYOUT_ON_PAPER: dict[str, list[str]] = {
    "comparison": ["heads on paper", "cells on paper", "places on paper"],
    "summary": ["N of the arms on paper", "cells counted again on paper"],
    "flow": ["figures on paper"],
}


def run_rules(document: Document, paged: Paper | None, evidence: Evidence) -> Ledger:
    """Every rule over the report; without a PDF only those of the HTML."""
    ledger = Ledger()
    for check in ON_SCREEN:
        check(document, evidence, ledger)
    if paged is not None:
        for check_page in ON_PAPER:
            check_page(document, paged, evidence, ledger)
    layouts = {display["layout"] for display in evidence.displays.values()}
    wanted = list(ALWAYS) + (ALWAYS_ON_PAPER if paged is not None else [])
    for layout in sorted(layouts):
        wanted += BY_LAYOUT.get(layout, [])
        wanted += BY_LAYOUT_ON_PAPER.get(layout, []) if paged is not None else []
    for rule in dict.fromkeys(wanted):
        if not ledger.looked.get(rule):
            ledger.find(rule, "found nothing to look at")
    if layouts & set(FIGURES) and not ledger.looked.get("alternative text"):
        ledger.find("alternative text", "found nothing to look at")
    return ledger
