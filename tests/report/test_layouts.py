"""Layouts of single kinds: visits, shifts, grades and subgroups, as a reader sees them."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

from scripts.report.cells import Sheet, text_of
from scripts.report.draw_figures import draw_figures
from scripts.report.layouts.listings import deviations
from scripts.report.numbers import Formats
from scripts.report.tabulate import read_context, tabulate
from tests.report import made
from tests.report.test_tabulate import texts

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = {"NEW": (3, 4), "OLD": (0, 2)}


def both(row, *new, **events):
    """Count and total of a row in both arms; `new` is the pair of the first arm."""
    pairs = {"NEW": new or COUNTS["NEW"], "OLD": COUNTS["OLD"]}
    return [
        entry
        for group, (count, total) in pairs.items()
        for entry in made.rows(
            row, group, count=count, total=total,
            proportion=count / total if total else None, **events,
        )
    ]  # fmt: skip


def context(result, layout, **more):
    plan = made.plan()
    plan["analyses"]["analyses"] = {"one": {"kind": result["kind"]}}
    display = {**made.show("x_one", layout, ["one"]), **more}
    plan["outputs"]["sections"][0]["displays"] = [display]
    metadata = {"forms": {"file": "f", "form": "csv", "rows": 1, "bytes": 1, "sha256": "a"}}
    return read_context(plan, {"one": result}, documents={"metadata": metadata})


def table(result, layout, **more):
    return tabulate(context(result, layout, **more))["displays"]["x_one"]


def test_visits_stand_in_their_order_in_time_with_two_counts_of_each_group() -> None:
    statistics = [*both("measured=Week 2"), *both("measured=Week 10", 1, 4), *both("last=Week 2")]
    result = made.result("one", "missing_patterns", statistics, times={"Week 10": 10, "Week 2": 2})
    display = table(result, "visits")
    assert texts(display) == [
        ["Week 2", "3 (75.0)", "3 (75.0)", "0 (0.0)", "0 (0.0)"],
        ["Week 10", "1 (25.0)", "–", "0 (0.0)", "–"],
    ]
    assert [spanner["group"] for spanner in display["spanners"]] == ["", "NEW", "OLD"]


def test_visits_done_of_those_expected_begin_with_all_visits_and_print_their_totals() -> None:
    statistics = [*both("done"), *both("window"), *both("done=Day 1"), *both("window=Day 1", 0, 0)]
    result = made.result("one", "visit_adherence", statistics, times={"Day 1": 1})
    assert texts(table(result, "visits")) == [
        ["All visits", "3/4 (75.0)", "3/4 (75.0)", "0/2 (0.0)", "0/2 (0.0)"],
        ["Day 1", "3/4 (75.0)", "0/0 (NE)", "0/2 (0.0)", "0/2 (0.0)"],
    ]


def test_a_shift_has_a_block_for_each_group_with_the_categories_both_ways() -> None:
    names = ("low", "missing", "total")
    statistics = [entry for x in names for y in names for entry in both(f"{x} to {y}")]
    labels = {"low": "Below 10", "missing": "Missing", "total": "Total"}
    display = table(made.result("one", "shift", statistics, labels=labels), "shift")
    assert [column["label"][0] for column in display["columns"][1:]] == list(labels.values())
    assert texts(display) == [
        ["New treatment"],
        *[[label, *["3 (75.0)"] * 3] for label in labels.values()],
        ["Old treatment"],
        *[[label, *["0 (0.0)"] * 3] for label in labels.values()],
    ]


def test_grades_stand_below_their_term_and_go_with_it_where_only_some_are_listed() -> None:
    names = ["any", "any=1", "Rash", "Rash=1", "Fever", "Fever=1"]
    statistics = [entry for name in names for entry in both(name, events=5)]
    labels = {name: "Grade 1" for name in names if "=" in name}
    result = made.result("one", "event_grades", statistics, labels=labels, listed=names[:4])
    display = table(result, "events", listed=True)
    assert [(row["label"], row["level"]) for row in display["rows"]] == [
        ("Any", 0), ("Grade 1", 1), ("Rash", 0), ("Grade 1", 1),
    ]  # fmt: skip


def subgroups() -> dict:
    """Everybody, and the two levels of one variable."""
    statistics = []
    for row, estimate in (("overall", 0.75), ("SEX=F", 0.5), ("SEX=M", None)):
        limits = (None, None) if estimate is None else (estimate - 0.25, estimate + 0.125)
        statistics += both(row)
        statistics += made.rows(
            row, "NEW-OLD", estimate=estimate, lower=limits[0], upper=limits[1], level=0.95
        )
    labels = {"overall": "All", "SEX": "Sex", "SEX=F": "Women", "SEX=M": "Men"}
    return made.result(
        "one", "subgroups", statistics, labels=labels, note="Exploratory.", warnings=["Small."]
    )


def test_subgroups_stand_under_the_heading_of_their_variable() -> None:
    display = table(subgroups(), "strata")
    assert texts(display) == [
        ["All", "3/4 (75.0)", "0/2 (0.0)", "0.750 (0.500 to 0.875)"],
        ["Sex"],
        ["Women", "3/4 (75.0)", "0/2 (0.0)", "0.500 (0.250 to 0.625)"],
        ["Men", "3/4 (75.0)", "0/2 (0.0)", "NE (NE to NE)"],
    ]
    assert [row["level"] for row in display["rows"]] == [0, 0, 1, 1]


@pytest.fixture
def forest():
    drawings, documents = draw_figures(context(subgroups(), "forest"))
    return ElementTree.fromstring(drawings["x_one"]), documents["x_one"]  # noqa: S314


def test_a_forest_of_subgroups_prints_the_counts_of_both_groups_with_their_addresses(forest):
    root, document = forest
    spans = {s.get("data-address"): s.text for s in root.iter(f"{SVG}tspan")}
    assert spans["x_one/one:SEX=F/NEW/count"] == "3"
    assert spans["x_one/one:SEX=F/OLD/total"] == "2"
    assert {at: document["addresses"][at]["text"] for at in spans} == spans


def test_a_forest_of_subgroups_has_everybody_on_top_and_a_heading_for_each_variable(forest):
    root, _ = forest
    labels = [e.text for e in root.iter(f"{SVG}text") if e.text and e.get("x") in ("0", "8")]
    assert labels == ["All", "Sex", "Women", "Men"]
    # a level without an estimate has numbers but no square
    assert len(root.findall(f"{SVG}rect")) == 2


def test_a_forest_of_subgroups_says_that_it_is_exploratory_and_what_is_small(forest):
    _, document = forest
    words = " ".join(part["text"] for note in document["notes"] for part in note["parts"])
    assert re.search(r"Exploratory\..*Small\.", words)


def test_a_kind_of_deviation_that_nobody_had_has_its_row_of_zeros() -> None:
    context = made.context()
    checks = {
        "late": {"category": "deviation", "grade": "minor", "title": "A visit is in time."},
        "dose": {"category": "deviation", "grade": "major", "title": "The dose is right."},
        "age": {"category": "data", "title": "Age is possible."},
    }
    context.plan["checks"] = {"checks": checks}
    found = pd.DataFrame(
        {"USUBJID": ["1", "1", "3"], "DVDECOD": "A visit is in time.", "DVCAT": "MINOR"}
    )
    adsl = pd.DataFrame({"USUBJID": ["1", "2", "3"], "ARMCD": ["NEW", "OLD", None]})
    tables = {"deviations": found, "adsl": adsl}
    display = {"id": "t_dev", "layout": "deviations"}
    sheet = Sheet("t_dev", Formats(**made.FORMATS))
    body = deviations(display, sheet, dataclasses.replace(context, tables=tables))
    shown = [
        [item["label"], *(text_of(c["parts"]) for c in item["cells"])] for item in body["rows"]
    ]
    assert shown == [
        ["The dose is right (major)", "0; 0", "0; 0", "0; 0"],
        ["A visit is in time (minor)", "1; 2", "0; 0", "1; 1"],
    ]
    assert [text_of(shape["size"]) for shape in body["columns"][1:]] == ["N = 1", "N = 1", "N = 1"]


def adjusted(identifier="one", **more) -> dict:
    """Risks of both arms, and every effect; limits of the odds ratios are not estimable."""
    statistics = both("observed")
    for group, risk in (("NEW", 0.7), ("OLD", 0.1)):
        statistics += made.rows(
            "adjusted", group, risk=risk, lower=risk - 0.05, upper=risk + 0.05, level=0.95
        )
    effects = {"difference": "estimate", "ratio": "risk_ratio"}
    effects |= dict.fromkeys(("marginal_odds_ratio", "conditional_odds_ratio"), "odds_ratio")
    for row, word in effects.items():
        group = "NEW-OLD" if row == "difference" else "NEW/OLD"
        known = {word: 0.6, "lower": 0.25, "upper": 0.875}
        values = {word: None, "lower": None, "upper": None} if "odds" in row else known
        statistics += made.rows(row, group, **values, p_value=0.02, level=0.95)
    labels = {row: f"Row {row}" for row in ("observed", "adjusted", *effects)}
    excluded = [{"reason": "A covariate is missing: age", "USUBJID": ["1", "2"]}]
    return made.result(
        identifier, "adjusted_difference", statistics, labels={**labels, "AGE": "age"},
        method={"name": "standardised_difference", "label": "Standardisation",
                "options": {"covariates": ["AGE"]}},
        subjects={"used": [], "excluded": excluded}, **more,
    )  # fmt: skip


def test_adjusted_proportions_stand_under_the_observed_ones_and_every_effect_has_its_p() -> None:
    display = table(adjusted(), "adjusted")
    assert texts(display) == [
        ["Title of one"],
        ["Row observed", "3/4 (75.0)", "0/2 (0.0)", "–", "–"],
        ["Row adjusted", "70.0 (65.0 to 75.0)", "10.0 (5.0 to 15.0)", "–", "–"],
        ["Row difference", "–", "–", "0.600 (0.250 to 0.875)", "0.020"],
        ["Row ratio", "–", "–", "0.600 (0.250 to 0.875)", "0.020"],
        ["Row marginal_odds_ratio", "–", "–", "NE (NE to NE)", "0.020"],
        ["Row conditional_odds_ratio", "–", "–", "NE (NE to NE)", "0.020"],
    ]
    notes = [text_of(note["parts"]) for note in display["notes"]]
    assert "As it ran: covariates: age" in notes
    assert "Left out: A covariate is missing: age (n = 2)." in notes


def test_an_adjusted_difference_stands_in_a_table_of_differences_with_adjusted_proportions() -> (
    None
):
    display = table(adjusted(), "comparison")
    assert texts(display) == [
        ["Title of one", "70.0% (adjusted)", "10.0% (adjusted)", "0.600 (0.250 to 0.875)", "0.020"]
    ]
