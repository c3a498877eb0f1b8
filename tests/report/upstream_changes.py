"""Changes to plan, results, tables and figures before the page, from which faults are made."""

from dataclasses import replace
from typing import Any

from tests.report.chain import Report
from tests.report.faults import (
    parts_of,
    print_as,
    replaced,
    row_of,
    set_value,
    swapped,
)


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


def label_and_size_swapped(report: Report, name: str) -> None:
    """The first two groups of a result exchanged, as far as they name themselves."""
    of_groups(report, name, "label", "LD-RTX", "ATRA + LD-RTX")
    of_groups(report, name, "N", 56, 112)


def exchange(report: Report, name: str, first: str, second: str, key: str) -> None:
    """One property of two rows of a table exchanged."""
    one, other = row_of(report, name, first), row_of(report, name, second)
    one[key], other[key] = other[key], one[key]


def mean_printed(report: Report, address: str) -> None:
    """The mean, from its own place in the result, where the median should stand."""
    entry = report.tables["addresses"][address]
    name, row, group = "baseline", entry["source"]["row"], entry["source"]["group"]
    [value] = [
        item["value"]
        for item in report.results[name]["statistics"]
        if (item["row"], item["group"], item["statistic"]) == (row, group, "mean")
    ]
    entry["source"]["statistic"] = "mean"
    print_value(report, address, f"{value:.1f}", value)


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
    start = svg.index("Number at risk")
    return svg[:start] + swapped(svg[start:], ">ATRA + LD-RTX<", ">LD-RTX<")


def untag(svg: str) -> str:
    """The first number at risk without its address."""
    start = svg.index("<tspan data-address=", svg.index("Number at risk"))
    end = svg.index("</tspan>", start)
    return svg[:start] + svg[svg.index(">", start) + 1 : end] + svg[end + len("</tspan>") :]
