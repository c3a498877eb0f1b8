"""Tables: every printed value has one address, and leads to the value of a result."""

import copy

import pytest

from scripts.report.cells import FIGURE_SPACE, text_of
from scripts.report.results import OutputsError
from scripts.report.tabulate import tabulate
from tests.report import made


def texts(display: dict) -> list[list[str]]:
    """The characters of every cell of a table, label first, without the padding."""
    return [
        [row["label"], *(text_of(cell["parts"]).replace(FIGURE_SPACE, "") for cell in row["cells"])]
        for row in display["rows"]
    ]


def test_a_comparison_prints_counts_difference_interval_and_p() -> None:
    display = tabulate(made.context())["displays"]["t_well"]
    assert texts(display) == [
        ["Title of well", "7/112 (6.3)", "0/56 (0.0)", "0.063 (0.000 to 0.125)", "0.056"]
    ]
    heads = [text_of([*c["label"], " ", *c["size"]]).strip() for c in display["columns"]]
    assert heads[1:4] == ["New treatment N = 112", "Old treatment N = 56", "Difference (95% CI)"]


def test_a_row_of_zeros_is_printed() -> None:
    display = tabulate(made.context())["displays"]["t_events"]
    assert ["Rash", "0 (0.0)", "0", "0 (0.0)", "0"] in texts(display)


def test_only_listed_rows_are_printed_when_the_plan_says_so() -> None:
    plan = made.plan()
    plan["outputs"]["sections"][0]["displays"][2]["listed"] = True
    display = tabulate(made.context(plan))["displays"]["t_events"]
    assert [row[0] for row in texts(display)] == ["Fever"]


def test_an_address_leads_to_the_full_value_and_its_place() -> None:
    addresses = tabulate(made.context())["addresses"]
    assert addresses["t_well/well/NEW/proportion"] == {
        "text": "6.3",
        "value": 0.0625,
        "kind": "percent",
        "source": {
            "file": "results/analyse/well.json",
            "row": "proportion",
            "group": "NEW",
            "statistic": "proportion",
        },
    }


def test_every_address_of_a_table_is_in_the_list_with_the_same_text() -> None:
    tables = tabulate(made.context())
    parts = [
        part
        for display in tables["displays"].values()
        for row in display.get("rows", [])
        for cell in row["cells"]
        for part in cell["parts"]
        if isinstance(part, dict) and "address" in part
    ]
    assert len(parts) > 30
    assert all(tables["addresses"][p["address"]]["text"] == p["text"] for p in parts)
    assert len({p["address"] for p in parts}) == len(parts)


def test_a_limit_that_is_not_reached_is_said() -> None:
    display = tabulate(made.context())["displays"]["t_lasting"]
    median = next(row for row in texts(display) if row[0].startswith("Median"))
    assert median == ["Median time (CI) (weeks)", "8.0 (4.0 to NR)", "NR (6.0 to NR)"]


def test_a_table_states_population_method_missing_rule_and_source() -> None:
    display = tabulate(made.context())["displays"]["t_well"]
    notes = [text_of(note["parts"]) for note in display["notes"]]
    assert text_of(display["population"]) == "All randomised"
    assert notes == ["Method: Wald interval; Pearson test", "Missing data: Missing is failure."]
    assert text_of(display["sources"]) == "results/analyse/ well"


def test_methods_that_differ_between_rows_are_marked() -> None:
    plan = made.plan()
    plan["analyses"]["analyses"]["other"] = {"kind": "difference_in_proportions"}
    plan["outputs"]["sections"][0]["displays"][1]["analyses"] = ["well", "other"]
    context = made.context(plan)
    other = made.difference() | {"id": "other", "missing": "Left out."}
    full = {**{k: r.document for k, r in context.results.items()}, "other": other}
    tables = tabulate(
        made.read_context(plan, full, documents=context.documents, tables=context.tables)
    )
    display = tables["displays"]["t_well"]
    assert [row["marks"] for row in display["rows"]] == ["a", "b"]
    assert [(n["mark"], text_of(n["parts"])) for n in display["notes"]] == [
        ("", "Method: Wald interval; Pearson test"),
        ("a", "Missing data: Missing is failure."),
        ("b", "Missing data: Left out."),
    ]


def test_a_value_that_no_result_holds_is_an_error_that_names_the_nearest() -> None:
    context = made.context()
    document = copy.deepcopy(context.results["events"].document)
    document["statistics"] = [s for s in document["statistics"] if s["statistic"] != "proportion"]
    full = {**{k: r.document for k, r in context.results.items()}, "events": document}
    with pytest.raises(OutputsError, match=r"t_events.*no Fever/NEW/proportion"):
        tabulate(made.read_context(context.plan, full, documents=context.documents))


def test_a_sentence_says_when_interval_and_test_disagree() -> None:
    context = made.context()
    document = copy.deepcopy(context.results["well"].document)
    for entry in document["statistics"]:
        if (entry["row"], entry["statistic"]) == ("difference", "lower"):
            entry["value"] = 0.001
    full = {**{k: r.document for k, r in context.results.items()}, "well": document}
    tables = tabulate(made.read_context(context.plan, full, documents=context.documents))
    sentence = text_of(tables["displays"]["s_well"]["blocks"][0]["parts"])
    assert "P\u00a0= 0.056 (Pearson test)" in sentence
    assert sentence.endswith("leaves out zero, yet the test does not reject: read both. ")
