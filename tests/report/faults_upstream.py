"""Faults before the page: in plan, results, tables, figures and templates."""

from dataclasses import replace
from typing import Any

from tests.report.chain import COMPARED, COURSE, REST, Report
from tests.report.faults import (
    Fault,
    afterwards,
    in_drawing,
    in_tables,
    parts_of,
    print_as,
    replaced,
    row_of,
    set_value,
    swap_groups,
    swapped,
    upstream,
)


def analysis(report: Report, name: str) -> dict[str, Any]:
    """The plan of an analysis."""
    return report.plan["analyses"]["analyses"][name]


def display(report: Report, name: str) -> dict[str, Any]:
    """A display in the plan."""
    sections = report.plan["outputs"]["sections"]
    return next(item for s in sections for item in s["displays"] if item["id"] == name)


def of_groups(report: Report, name: str, key: str, first: Any, second: Any) -> None:
    """Set one property of the first two groups of a result."""
    groups = report.results[name]["groups"]
    groups[0][key], groups[1][key] = first, second


def drop_rows(report: Report, name: str, start: str) -> None:
    """Remove the rows of a result that begin so."""
    statistics = report.results[name]["statistics"]
    kept = [item for item in statistics if not item["row"].startswith(start)]
    assert len(kept) < len(statistics)
    report.results[name]["statistics"] = kept


def drop_table_row(report: Report, name: str, identifier: str) -> None:
    """Remove a row from the file of tables, with its addresses."""
    row = row_of(report, name, identifier)
    report.tables["displays"][name]["rows"].remove(row)
    for part in parts_of(row):
        del report.tables["addresses"][part["address"]]


def swap_cells(report: Report, name: str, identifier: str) -> None:
    """Exchange what the first two cells of a row hold."""
    first, second, *_ = row_of(report, name, identifier)["cells"]
    first["parts"], second["parts"] = second["parts"], first["parts"]


def print_value(report: Report, address: str, text: str, value: float) -> None:
    """Another value, printed as it should be."""
    print_as(report, address, text)
    report.tables["addresses"][address]["value"] = value


def swap_notes(report: Report, name: str, first: int, second: int) -> None:
    """Exchange the words of two notes."""
    notes = report.tables["displays"][name]["notes"]
    notes[first]["parts"], notes[second]["parts"] = notes[second]["parts"], notes[first]["parts"]


def reword(report: Report, name: str, old: str, new: str) -> None:
    """Other words in a note, in the file of tables as on the page."""
    for note in report.tables["displays"][name]["notes"]:
        for part in note["parts"]:
            if isinstance(part, dict) and old in part["text"]:
                text = part["text"].replace(old, new)
                print_as(report, part["address"], text)
                report.tables["addresses"][part["address"]]["value"] = text
                return
    raise AssertionError(old)


def without(report: Report, template: str, words: str, instead: str = "") -> Report:
    """A template without some of its words, and the report composed again."""
    copy = report.copy()
    copy.templates[template] = replaced(copy.templates[template], words, instead, 9)
    return copy.composed()


def planned_level(report: Report) -> None:
    """Intervals of 95% under a plan of 90%."""
    report.plan["settings"]["confidence_level"] = 0.9


def other_drawing(report: Report) -> Report:
    """A drawing from an older run of the analysis, with the same texts."""
    svg = replaced(report.drawings["f_rfs"], "M", "M1,1 L", 1)
    copy = report.copy()
    copy.figures["f_rfs"]["data"]["COMBO"]["survival"][3] += 0.01
    return replace(copy, drawings={**copy.drawings, "f_rfs": svg}).composed()


def stale_figure(report: Report) -> None:
    """The results were made again, the figure was not."""
    for item in report.results["or_itt"]["statistics"]:
        if item["row"] == "difference" and item["statistic"] == "estimate":
            item["value"] += 0.004


PROPORTION = ("proportion", "COMBO", "count")
UPSTREAM = "results"
TABLES = "tables"
FIGURES = "figures"
PLAN = "plan"
LATER = "results changed later"

FAULTS = [
    # Arms exchanged before anything is printed: only the subjects themselves can tell.
    Fault("columns swapped", "arms of the baseline result", UPSTREAM, COURSE,
          upstream(lambda r: swap_groups(r, "baseline", "COMBO", "MONO"))),
    Fault("columns swapped", "arms of the disposition result", UPSTREAM, COURSE,
          upstream(lambda r: swap_groups(r, "disposition", "COMBO", "MONO"))),
    Fault("columns swapped", "arms of the primary result", UPSTREAM, COMPARED,
          upstream(lambda r: swap_groups(r, "or_itt", "COMBO", "MONO"))),
    Fault("columns swapped", "arms of one baseline row", UPSTREAM, COURSE,
          upstream(lambda r: swap_groups(r, "baseline", "COMBO", "MONO", "PRCSFL"))),
    Fault("columns swapped", "arms of the strata", UPSTREAM, COMPARED,
          upstream(lambda r: swap_groups(r, "or_site", "COMBO", "MONO"))),
    Fault("columns swapped", "cells of one row of the tables file", TABLES, COURSE,
          in_tables(lambda r: swap_cells(r, "t_prior", "prior_therapies:DANAZOL"))),
    Fault("heads swapped", "labels of the groups of a result", UPSTREAM, COURSE,
          upstream(lambda r: of_groups(r, "visits", "label", "LD-RTX", "ATRA + LD-RTX"))),
    Fault("heads swapped", "labels and N of the groups of a result", UPSTREAM, REST,
          upstream(lambda r: [of_groups(r, "ae_overview", "label", "LD-RTX", "ATRA + LD-RTX"),
                              of_groups(r, "ae_overview", "N", 56, 112)] and None)),
    Fault("heads swapped", "contrast turned round in a head", TABLES, COMPARED,
          in_tables(lambda r: r.tables["displays"]["t_primary"]["columns"][3].update(
              unit="LD-RTX minus ATRA + LD-RTX"))),
    Fault("heads swapped", "arm label in one spanner", TABLES, REST,
          in_tables(lambda r: r.tables["displays"]["t_ae_terms"]["spanners"][1].update(
              label=["LD-RTX"]))),
    # Sizes.
    Fault("wrong N", "N of an arm in a result", UPSTREAM, REST,
          upstream(lambda r: r.results["ae_terms"]["groups"][0].update(N=111))),
    Fault("wrong N", "N of another population in a result", UPSTREAM, COURSE,
          upstream(lambda r: of_groups(r, "exposure", "N", 98, 48))),
    Fault("wrong N", "total of a row", UPSTREAM, COMPARED,
          upstream(lambda r: set_value(r, "or_pp", ("proportion", "COMBO", "total"),
                                       lambda v: v + 1))),
    Fault("wrong N", "N in the head of the tables file", TABLES, COURSE,
          in_tables(lambda r: print_value(r, "t_visits/head/MONO/N", "65", 65))),
    Fault("wrong N", "number at risk at the start", UPSTREAM, REST,
          upstream(lambda r: set_value(r, "rfs", ("t=0", "MONO", "at_risk"), lambda v: v - 1))),
    Fault("wrong N", "subjects used are of another arm", LATER, COMPARED,
          afterwards(lambda r: r.results["or_nocon"]["subjects"]["used"].pop())),
    Fault("flow's N off", "a population in the disposition result", UPSTREAM, COURSE,
          upstream(lambda r: set_value(r, "disposition", ("PPROTFL", "COMBO", "count"),
                                       lambda v: v - 1))),
    Fault("flow's N off", "completed in one arm", UPSTREAM, COURSE,
          upstream(lambda r: set_value(r, "disposition", ("completed", "MONO", "count"),
                                       lambda v: v + 1))),
    Fault("flow's N off", "one reason fewer", UPSTREAM, COURSE,
          upstream(lambda r: drop_rows(r, "disposition", "discontinued=DEATH"))),
    # Rows.
    Fault("dropped row", "a level of a variable, from the tables file", TABLES, COURSE,
          in_tables(lambda r: drop_table_row(r, "t_baseline", "baseline:BLEEDBL=2"))),
    Fault("dropped row", "an analysis of the plan", TABLES, COMPARED,
          in_tables(lambda r: drop_table_row(r, "t_primary", "or_cc"))),
    Fault("dropped row", "a visit, from the tables file", TABLES, REST,
          in_tables(lambda r: drop_table_row(r, "t_platelets", "Week 52"))),
    Fault("dropped zero row", "a row with no event in one arm", TABLES, REST,
          in_tables(lambda r: drop_table_row(r, "t_ae_overview", "ae_overview:death"))),
    Fault("label of another row", "two labels of a table", TABLES, COURSE,
          in_tables(lambda r: [row_of(r, "t_prior", "prior_therapies:HERBS").update(label="IVIG"),
                               row_of(r, "t_prior", "prior_therapies:IMMUNOGLOBULIN")
                               .update(label="Herbs")] and None)),
    Fault("label of another row", "two analyses", TABLES, COMPARED,
          in_tables(lambda r: [row_of(r, "t_primary", "or_pp").update(label="Complete cases"),
                               row_of(r, "t_primary", "or_cc").update(label="Per protocol")]
                    and None)),
    # What was printed is not what the results now say.
    Fault("stale table", "a count changed later", LATER, COMPARED,
          afterwards(lambda r: set_value(r, "or_itt", PROPORTION, lambda v: v + 1))),
    Fault("stale table", "a P value changed later", LATER, COMPARED,
          afterwards(lambda r: set_value(r, "or_pp", ("test", "", "p_value"), lambda v: v / 2))),
    Fault("stale table", "a median changed later", LATER, COURSE,
          afterwards(lambda r: set_value(r, "baseline", ("AGE", "MONO", "median"),
                                         lambda v: v + 1))),
    Fault("stale table", "a method changed later", LATER, REST,
          afterwards(lambda r: r.results["dor"]["method"].update(label="Quartiles, type 7"))),
    Fault("stale table", "the rule for missing data changed later", LATER, REST,
          afterwards(lambda r: r.results["platelets"].update(missing="Carried forward."))),
    Fault("stale table", "an event later than the results", LATER, REST,
          afterwards(lambda r: set_value(r, "ae_terms", ("Fever", "COMBO", "events"),
                                         lambda v: v + 1))),
    Fault("stale figure", "an estimate changed later", LATER, COMPARED, afterwards(stale_figure)),
    Fault("stale figure", "a curve changed later", LATER, REST,
          afterwards(lambda r: r.results["platelets"]["curve"]["MONO"]["median"].__setitem__(
              2, 77.0))),
    Fault("stale figure", "the drawing is from another run", FIGURES, REST, other_drawing),
    Fault("stale figure", "the drawing of another figure", FIGURES, REST,
          lambda r: replace(r, drawings={**r.drawings, "f_rfs": r.drawings["f_platelets"]})
          .composed()),
    # Numbers.
    Fault("rounded wrongly", "a half rounded down", TABLES, COMPARED,
          in_tables(lambda r: print_as(r, "t_primary/or_itt/COMBO-MONO/upper", "0.362"))),
    Fault("rounded wrongly", "cut off instead of rounded", TABLES, COURSE,
          in_tables(lambda r: print_as(r, "t_baseline/baseline:AGE/COMBO/q3", "55.7"))),
    Fault("rounded wrongly", "a decimal too few", TABLES, COMPARED,
          in_tables(lambda r: print_as(r, "t_primary/or_pp/COMBO-MONO/estimate", "0.23"))),
    Fault("rounded wrongly", "a P value that is not a bound", TABLES, REST,
          in_tables(lambda r: print_as(r, "t_rfs/rfs:logrank/all/p_value", "0.000"))),
    Fault("rounded wrongly", "rounded to even", TABLES, COURSE,
          in_tables(lambda r: print_as(r, "t_prior/prior_therapies:DANAZOL/COMBO/proportion",
                                       "18.7"))),
    Fault("sign lost", "a lower limit", TABLES, COMPARED,
          in_tables(lambda r: print_as(r, "t_site/01/COMBO-MONO/lower", "0.120"))),
    Fault("wrong number", "a number for one that is not estimable", TABLES, REST,
          in_tables(lambda r: print_as(r, "t_rfs/rfs:median/COMBO/median_upper", "52.0"))),
    Fault("wrong number", "not estimable for a number", TABLES, COMPARED,
          in_tables(lambda r: print_as(r, "t_site/02/COMBO-MONO/estimate", "NE"))),
    Fault("percent of the wrong denominator", "a share of all subjects", UPSTREAM, COURSE,
          upstream(lambda r: set_value(r, "prior_therapies", ("DANAZOL", "COMBO", "proportion"),
                                       lambda v: 21 / 168))),
    Fault("percent of the wrong denominator", "a share of the other arm", UPSTREAM, COMPARED,
          upstream(lambda r: set_value(r, "or_itt", ("proportion", "MONO", "proportion"),
                                       lambda v: 33 / 112))),
    Fault("percent of the wrong denominator", "a total that is not N, unsaid", UPSTREAM, REST,
          upstream(lambda r: [set_value(r, "ae_overview", ("any", "COMBO", "total"),
                                        lambda v: 56)] and None)),
    Fault("count above its total", "a count of 120 of 112", UPSTREAM, COURSE,
          upstream(lambda r: set_value(r, "visits", ("Week 8", "COMBO", "count"),
                                       lambda v: 120))),
    Fault("sum wrong", "all subjects, one too many", UPSTREAM, REST,
          upstream(lambda r: set_value(r, "ae_terms", ("any", "TOTAL", "events"),
                                       lambda v: v + 1))),
    Fault("sum wrong", "an arm, one too few", UPSTREAM, COURSE,
          upstream(lambda r: set_value(r, "prior_therapies", ("any", "MONO", "count"),
                                       lambda v: v - 1))),
    Fault("median for mean", "the mean under the label of the median", UPSTREAM, COURSE,
          in_tables(lambda r: [
              r.tables["addresses"]["t_baseline/baseline:AGE/COMBO/median"]["source"].update(
                  statistic="mean"),
              print_value(r, "t_baseline/baseline:AGE/COMBO/median", "44.7", 44.6964285714),
          ] and None)),
    Fault("median for mean", "the label says mean", TABLES, COURSE,
          in_tables(lambda r: row_of(r, "t_baseline", "baseline:AGE:median").update(
              label="Mean (SD)"))),
    # Intervals and tests.
    Fault("interval wrong", "limits exchanged in the result", UPSTREAM, COMPARED,
          upstream(lambda r: swap_limits(r, "or_pp"))),
    Fault("interval wrong", "estimate outside its limits", UPSTREAM, COMPARED,
          upstream(lambda r: set_value(r, "cr_con", ("difference", "Y-N", "estimate"),
                                       lambda v: v + 0.9))),
    Fault("interval wrong", "limits of 95% under a plan of 90%", PLAN, COMPARED,
          upstream(planned_level)),
    Fault("interval wrong", "a hazard ratio with the limits of its inverse", UPSTREAM, REST,
          upstream(lambda r: set_value(r, "rfs", ("cox", "COMBO/MONO", "upper"),
                                       lambda v: 0.2))),
    Fault("test of another method", "P of Fisher's test instead of the planned one", TABLES,
          COMPARED, in_tables(lambda r: other_test(r))),
    # Notes.
    Fault("method of another name", "in the note of a table", TABLES, COMPARED,
          in_tables(lambda r: reword(r, "t_site", "Wald interval", "Newcombe interval"))),
    Fault("method of another name", "two notes exchanged", TABLES, COMPARED,
          in_tables(lambda r: swap_notes(r, "t_primary", 0, 3))),
    Fault("rule of another analysis", "missing data, two notes exchanged", TABLES, COMPARED,
          in_tables(lambda r: swap_notes(r, "t_primary", 1, 4))),
    Fault("rule of another analysis", "missing data in a figure's note", FIGURES, REST,
          lambda r: figure_note(r, "f_platelets", "missing")),
    Fault("rule of another analysis", "marks of two rows exchanged", TABLES, COMPARED,
          in_tables(lambda r: [row_of(r, "t_primary", "or_itt").update(marks="b,c"),
                               row_of(r, "t_primary", "or_itt_corrected").update(marks="a,b")]
                    and None)),
    Fault("note without mark", "the mark of a row is lost", TABLES, COMPARED,
          in_tables(lambda r: row_of(r, "t_primary", "or_itt_newcombe").update(marks="b"))),
    Fault("mark without note", "the note is lost", TABLES, COMPARED,
          in_tables(lambda r: drop_note(r, "t_primary", 3))),
    Fault("mark without note", "a mark that nobody explains", TABLES, REST,
          in_tables(lambda r: row_of(r, "t_models", "or_male:MALEFL").update(marks="x"))),
    Fault("other population's footnote", "subjects left out", TABLES, REST,
          in_tables(lambda r: reword(r, "t_rfs", "No overall response (n = 45)",
                                     "discontinued treatment (n = 22)"))),
    Fault("other population's footnote", "a note from another analysis", TABLES, COMPARED,
          in_tables(lambda r: foreign_note(r))),
    Fault("other population's footnote", "the population above the table", TABLES, COURSE,
          in_tables(lambda r: print_value(r, "t_exposure/head/population/words", "Per protocol",
                                          "Per protocol"))),  # type: ignore[arg-type]
    # Taken out of the plan or of a template.
    Fault("not stated", "missing-data rule taken out of the plan", PLAN, COMPARED,
          upstream(lambda r: r.results["or_site"].update(missing=None))),
    Fault("not stated", "method taken out of the template", PLAN, COURSE,
          lambda r: without(r, "parts.html.j2", "{% for note in display.notes %}",
                            "{% for note in display.notes if note.kind != 'method' %}")),
    Fault("not stated", "N taken out of the template", PLAN, REST,
          lambda r: without(r, "table.html.j2", "{{ show(spanner.size) }}")),
    Fault("not stated", "population taken out of the template", PLAN, COURSE,
          lambda r: without(r, "parts.html.j2", "{{ show(display.population) }}")),
    Fault("not stated", "data cut taken out of the template", PLAN, COURSE,
          lambda r: without(r, "parts.html.j2", "{{ show(display.data_cut) }}")),
    Fault("not stated", "source taken out of the template", PLAN, COURSE,
          lambda r: without(r, "parts.html.j2", "Source: {{ show(display.sources) }}")),
    Fault("not stated", "marks taken out of the template", PLAN, COMPARED,
          lambda r: without(r, "table.html.j2", "<sup>{{ row.marks }}</sup>", "{{ '' }}")),
    Fault("not stated", "level of the intervals", TABLES, COMPARED,
          in_tables(lambda r: lose_level(r))),
    Fault("not stated", "a footnote of the plan", PLAN, REST,
          afterwards(lambda r: display(r, "t_models")["footnotes"].append("Read with care."))),
    Fault("not stated", "interval's method of a figure", FIGURES, COMPARED,
          lambda r: figure_note(r, "f_primary", "method", drop=True)),
    # Figures.
    Fault("alternative text", "none", FIGURES, COURSE,
          lambda r: figure_alt(r, "f_flow", "")),
    Fault("alternative text", "that of another figure", FIGURES, REST,
          lambda r: figure_alt(r, "f_rfs", "Medians with quartiles at each visit by group: all.")),
    Fault("figure's text", "a number in the drawing", FIGURES, COURSE,
          in_drawing("f_flow", lambda svg: replaced(svg, ">98</tspan>", ">97</tspan>"))),
    Fault("figure's text", "arms over the boxes exchanged", FIGURES, COURSE,
          in_drawing("f_flow", lambda svg: swapped(svg, ">ATRA + LD-RTX<", ">LD-RTX<"))),
    Fault("figure's text", "arms beside the numbers at risk exchanged", FIGURES, REST,
          in_drawing("f_rfs", lambda svg: swap_last(svg))),
    Fault("figure's text", "a number without address", FIGURES, REST,
          in_drawing("f_rfs", lambda svg: untag(svg))),
]  # fmt: skip


def swap_limits(report: Report, name: str) -> None:
    """Lower and upper limit exchanged."""
    place = ("difference", "COMBO-MONO")
    values = {item["statistic"]: item["value"] for item in report.results[name]["statistics"]
              if (item["row"], item["group"]) == place}  # fmt: skip
    set_value(report, name, (*place, "lower"), lambda v: values["upper"])
    set_value(report, name, (*place, "upper"), lambda v: values["lower"])


def other_test(report: Report) -> None:
    """Another test's P value, from its own place in the result and rounded as it should be."""
    address = "t_primary/or_pp/COMBO-MONO/p_value"
    [value] = [item["value"] for item in report.results["or_pp"]["statistics"]
               if item["row"] == "test_exact" and item["statistic"] == "p_value"]  # fmt: skip
    entry = report.tables["addresses"][address]
    entry["source"]["row"] = "test_exact"
    print_value(report, address, f"{value:.3f}", value)


def drop_note(report: Report, name: str, index: int) -> None:
    """Remove a note from the file of tables."""
    note = report.tables["displays"][name]["notes"].pop(index)
    for part in parts_of(note):
        del report.tables["addresses"][part["address"]]


def foreign_note(report: Report) -> None:
    """A note that was made from an analysis of another display."""
    part = report.tables["displays"]["t_site"]["notes"][2]["parts"][0]
    entry = report.tables["addresses"][part["address"]]
    entry["source"]["file"] = "results/analyse/cr_con.json"


def lose_level(report: Report) -> None:
    """A head that says CI and not of which level."""
    column = report.tables["displays"]["t_maintenance"]["columns"][3]
    for part in parts_of(column):
        del report.tables["addresses"][part["address"]]
    column["label"] = ["Difference (CI)"]


def figure_note(report: Report, name: str, kind: str, drop: bool = False) -> Report:
    """Other words in a note of a figure, or none."""
    copy = report.copy()
    notes = copy.figures[name]["notes"]
    for note in [note for note in notes if note["kind"] == kind]:
        part = note["parts"][0]
        if drop:
            notes.remove(note)
            del copy.figures[name]["addresses"][part["address"]]
        else:
            part["text"] = "Missing data: Last value carried forward."
            copy.figures[name]["addresses"][part["address"]].update(
                text=part["text"], value=part["text"]
            )
    return copy.composed()


def figure_alt(report: Report, name: str, text: str) -> Report:
    """Another alternative text."""
    copy = report.copy()
    copy.figures[name]["alt"] = text
    return copy.composed()


def swap_last(svg: str) -> str:
    """The labels of the risk table exchanged."""
    start = svg.index("At risk")
    return svg[:start] + swapped(svg[start:], ">ATRA + LD-RTX<", ">LD-RTX<")


def untag(svg: str) -> str:
    """The first number at risk without its address."""
    start = svg.index("<tspan data-address=", svg.index("At risk"))
    end = svg.index("</tspan>", start)
    return svg[:start] + svg[svg.index(">", start) + 1 : end] + svg[end + len("</tspan>") :]
