"""Faults of the page: in the HTML alone, as a broken template or a hand would make them."""

import re

from tests.report.chain import COMPARED, COURSE, REST
from tests.report.faults import (
    Fault,
    cells,
    head_of,
    in_html,
    in_section,
    inside,
    number,
    reads,
    replaced,
    row,
    section,
    span,
    swapped,
)

STAGE = "page"


def labels_swapped(html: str) -> str:
    """The words of two heads exchanged, the numbers below untouched."""
    first, second = head_of(html, "COMBO"), head_of(html, "MONO")
    changed = replaced(first, "ATRA + LD-RTX", "\0"), replaced(second, "LD-RTX", "ATRA + LD-RTX")
    html = html.replace(first, changed[0].replace("\0", "LD-RTX"), 1)
    return html.replace(second, changed[1], 1)


def heads_swapped(html: str) -> str:
    """Two heads exchanged with all that they say."""
    return swapped(html, head_of(html, "COMBO"), head_of(html, "MONO"))


def contents_swapped(html: str, only: str = "") -> str:
    """What stands in the first two cells of each row exchanged."""
    for part in re.findall(r"<tr.*?</tr>", html[html.index("<tbody>") :], re.DOTALL):
        found = cells(part)
        if len(found) < 2 or only not in part or inside(found[0]) == inside(found[1]):
            continue
        first, second = (found[0].replace(inside(found[0]), inside(found[1])),
                         found[1].replace(inside(found[1]), inside(found[0])))  # fmt: skip
        html = html.replace(part, part.replace(found[0], "\0", 1)
                            .replace(found[1], second, 1).replace("\0", first, 1), 1)  # fmt: skip
    return html


def cells_swapped(html: str) -> str:
    """The first two cells of each row exchanged with all that they say of themselves."""
    for part in re.findall(r"<tr.*?</tr>", html[html.index("<tbody>") :], re.DOTALL):
        found = cells(part)
        if len(found) > 1:
            html = html.replace(part, swapped(part, found[0], found[1]), 1)
    return html


def blank(html: str, label: str, index: int, text: str = "") -> str:
    """One cell of a row with something else in it."""
    part = row(html, label)
    cell = cells(part)[index]
    return replaced(html, part, part.replace(cell, replaced(cell, inside(cell), text), 1))


def untagged(html: str, address: str) -> str:
    """A number without its address."""
    tag = span(html, address)
    return replaced(html, tag, inside(tag))


def twice(html: str, address: str, other: str) -> str:
    """Two numbers with one address."""
    return replaced(html, f'data-address="{other}"', f'data-address="{address}"')


def moved(html: str, first: str, second: str) -> str:
    """Two displays in the other order."""
    return swapped(html, section(html, first), section(html, second))


ROW = "Male, n (%)"
FAULTS = [
    Fault("heads swapped", "labels in a summary", STAGE, COURSE,
          in_section("t_baseline", labels_swapped)),
    Fault("heads swapped", "labels in the primary table", STAGE, COMPARED,
          in_section("t_primary", labels_swapped)),
    Fault("heads swapped", "labels in spanners", STAGE, REST,
          in_section("t_ae_overview", labels_swapped)),
    Fault("heads swapped", "labels over a measurement", STAGE, REST,
          in_section("t_platelets", labels_swapped)),
    Fault("heads swapped", "heads with all that they say", STAGE, COURSE,
          in_section("t_visits", heads_swapped)),
    Fault("heads swapped", "heads of the strata with all that they say", STAGE, COMPARED,
          in_section("t_site", heads_swapped)),
    Fault("columns swapped", "contents of two columns", STAGE, COURSE,
          in_section("t_baseline", contents_swapped)),
    Fault("columns swapped", "contents of one row", STAGE, COURSE,
          in_section("t_exposure", lambda h: contents_swapped(h, "Subjects treated"))),
    Fault("columns swapped", "contents of the primary row", STAGE, COMPARED,
          in_section("t_primary", lambda h: contents_swapped(h, "Per protocol"))),
    Fault("columns swapped", "cells with all that they say", STAGE, COURSE,
          in_section("t_disposition", cells_swapped)),
    Fault("columns swapped", "cells of times with all that they say", STAGE, REST,
          in_section("t_times", cells_swapped)),
    Fault("columns swapped", "n and median of a measurement", STAGE, REST,
          in_section("t_platelets", cells_swapped)),
    Fault("wrong N", "one digit of N", STAGE, COURSE, reads("t_baseline/head/COMBO/N", "121")),
    Fault("wrong N", "N of the other arm", STAGE, REST, reads("t_ae_terms/head/MONO/N", "112")),
    Fault("wrong N", "total of a stratum", STAGE, COMPARED, reads("t_site/03/COMBO/total", "77")),
    Fault("digit changed", "a count", STAGE, COURSE,
          reads("t_baseline/baseline:MALEFL/COMBO/count", "95")),
    Fault("digit changed", "a P value", STAGE, COMPARED,
          reads("t_primary/or_itt/COMBO-MONO/p_value", "0.030")),
    Fault("digit changed", "an odds ratio", STAGE, REST,
          reads("t_models/or_age:AGE/odds_ratio/odds_ratio", "9.999")),
    Fault("digit changed", "a survival percentage", STAGE, REST,
          reads("t_rfs/rfs:t=8/COMBO/survival", "11.1")),
    Fault("digit changed", "a planned size", STAGE, REST,
          reads("t_design/samplesize:arcsine/COMBO/n", "211")),
    Fault("digit changed", "in a sentence", STAGE, COMPARED,
          reads("s_primary/or_itt/COMBO/count", "91")),
    Fault("digit changed", "decimal point moved", STAGE, COMPARED,
          reads("t_primary/or_itt/COMBO-MONO/estimate", "2.14")),
    Fault("sign lost", "a limit on the page", STAGE, COMPARED,
          reads("t_site/01/COMBO-MONO/lower", "0.120")),
    Fault("dropped row", "of a summary", STAGE, COURSE,
          in_section("t_baseline", lambda h: replaced(h, row(h, ROW), ""))),
    Fault("dropped row", "a withdrawal", STAGE, COURSE,
          in_section("t_disposition", lambda h: replaced(h, row(h, "Death"), ""))),
    Fault("dropped zero row", "of an adverse event", STAGE, REST,
          in_section("t_ae_terms", lambda h: replaced(h, row(h, "Rash acneiform"), ""))),
    Fault("row twice", "of a summary", STAGE, COURSE,
          in_section("t_prior", lambda h: replaced(h, row(h, "Danazol"), row(h, "Danazol") * 2))),
    Fault("label of another row", "two visits", STAGE, COURSE,
          in_section("t_visits", lambda h: swapped(h, ">Week 8<", ">Week 12<"))),
    Fault("number without address", "a count", STAGE, COURSE,
          in_section("t_prior", lambda h: untagged(h, "t_prior/prior_therapies:any/MONO/count"))),
    Fault("number without address", "typed into a sentence", STAGE, COMPARED,
          in_section("s_primary", lambda h: replaced(h, "The difference (",
                                                     "Of 168 patients: the difference ("))),
    Fault("number without address", "an address that no file has", STAGE, COURSE,
          in_section("t_visits", lambda h: replaced(h, "visits:Week 8/COMBO", "visits:Week 9/X"))),
    Fault("number without address", "one address for two numbers", STAGE, COURSE,
          in_html(lambda h: twice(h, "t_prior/prior_therapies:any/MONO/count",
                                  "t_prior/prior_therapies:HERBS/MONO/count"))),
    Fault("interval wrong", "limits exchanged on the page", STAGE, COMPARED,
          in_section("t_primary", lambda h: swapped(
              h, span(h, "t_primary/or_pp/COMBO-MONO/lower"),
              span(h, "t_primary/or_pp/COMBO-MONO/upper")))),
    Fault("interval wrong", "another level in the head", STAGE, COMPARED,
          reads("t_primary/head1/head/level", "90")),
    Fault("words against numbers", "a sentence that denies its interval", STAGE, COMPARED,
          in_section("s_primary", lambda h: replaced(h, "The interval leaves out zero.",
                                                     "No difference is shown."))),
    Fault("words against numbers", "a sentence that says nothing", STAGE, COMPARED,
          in_section("s_primary", lambda h: replaced(h, "The interval leaves out zero.", ""))),
    Fault("words against numbers", "arms exchanged in a sentence", STAGE, COMPARED,
          in_section("s_primary", lambda h: replaced(replaced(
              h, "<p>ATRA + LD-RTX: ", "<p>LD-RTX: "), "); LD-RTX: ", "); ATRA + LD-RTX: "))),
    Fault("note without mark", "marks lost from a row", STAGE, COMPARED,
          in_section("t_maintenance", lambda h: replaced(h, "<sup>a</sup></th>", "</th>"))),
    Fault("mark without note", "another mark printed before a note", STAGE, COMPARED,
          in_section("t_primary", lambda h: replaced(h, "<sup>d</sup><a", "<sup>e</sup><a"))),
    Fault("other population's footnote", "the population above a table", STAGE, REST,
          reads("t_ae_terms/head/population/words", "Per protocol")),
    Fault("not stated", "a data cut of another day", STAGE, COURSE,
          in_section("t_prior", lambda h: re.sub(r"\d{4}-\d\d-\d\d</a>", "2020-12-31</a>", h))),
    Fault("not stated", "no data cut", STAGE, REST,
          in_section("t_times", lambda h: re.sub(
              r'<span class="cut">.*?</span>', "", h, flags=re.DOTALL))),
    Fault("not stated", "no source", STAGE, REST,
          in_section("t_models", lambda h: re.sub(r" Source: .*?</p>", "</p>", h,
                                                  flags=re.DOTALL))),
    Fault("not stated", "no note on missing data", STAGE, REST,
          in_section("t_models", lambda h: re.sub(
              r'<p class="note" data-note="missing".*?</p>', "", h, flags=re.DOTALL))),
    Fault("left-over of a program", "nan in a cell", STAGE, COURSE,
          in_section("t_exposure", lambda h: blank(h, "Rituximab: Subjects treated", 1, "nan"))),
    Fault("left-over of a program", "None in a cell", STAGE, COMPARED,
          in_section("t_site", lambda h: blank(h, "Centre 04", 2, "None"))),
    Fault("left-over of a program", "a name that was not filled in", STAGE, COURSE,
          in_section("t_visits", lambda h: replaced(h, "Method: ", "{{ method }}: "))),
    Fault("left-over of a program", "a negative zero", STAGE, COMPARED,
          reads("t_site/05/COMBO-MONO/estimate", "\u22120.000")),
    Fault("left-over of a program", "undefined in a head", STAGE, REST,
          in_section("t_models", lambda h: replaced(h, "Odds ratio", "undefined"))),
    Fault("left-over of a program", "NaT in a title", STAGE, REST,
          in_section("t_times", lambda h: replaced(h, "Time to response", "NaT", 9))),
    Fault("empty cell", "of a summary", STAGE, COURSE,
          in_section("t_disposition", lambda h: blank(h, "Screened", 0))),
    Fault("empty cell", "a row without label", STAGE, REST,
          in_section("t_ae_overview", lambda h: replaced(h, ">Death</th>", "></th>"))),
    Fault("contents", "another number", STAGE, COURSE,
          in_html(lambda h: replaced(h, f'<span class="number">{number("t_baseline")}</span>',
                                     '<span class="number">14.1.99</span>', 9))),
    Fault("contents", "another title", STAGE, COURSE,
          in_html(lambda h: replaced(h, '#t_prior">Previous treatments',
                                     '#t_prior">Other treatments', 9))),
    Fault("contents", "an entry is missing", STAGE, REST,
          in_html(lambda h: re.sub(r'<li><span class="number">[^<]*</span>\s*<a class="entry" '
                                   r'href="#t_models">.*?</li>', "", h,
                                   flags=re.DOTALL))),
    Fault("display", "missing", STAGE, COURSE,
          in_html(lambda h: replaced(h, section(h, "t_prior"), ""))),
    Fault("display", "twice", STAGE, REST,
          in_html(lambda h: replaced(h, section(h, "t_design"), section(h, "t_design") * 2))),
    Fault("display", "two in the other order", STAGE, COURSE,
          in_html(lambda h: moved(h, "t_prior", "t_visits"))),
    Fault("display", "another number over the table", STAGE, COMPARED,
          in_section("t_site", lambda h: replaced(h, number("t_site"), "14.2.99", 9))),
    Fault("display", "another title over the table", STAGE, REST,
          in_section("t_ae_terms", lambda h: re.sub(r"</span> Adverse events in at least[^<]*",
                                                    "</span> All adverse events", h))),
    Fault("display", "a figure that calls itself a table", STAGE, REST,
          in_section("f_rfs", lambda h: replaced(h, ">Figure ", ">Table "))),
    Fault("alternative text", "taken away", STAGE, COMPARED,
          in_section("f_primary", lambda h: re.sub(r'alt="[^"]*"', 'alt=""', h))),
    Fault("broken HTML", "a tag that is not closed", STAGE, COURSE,
          in_section("t_prior", lambda h: replaced(h, "</tbody>", ""))),
]  # fmt: skip
