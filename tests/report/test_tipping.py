"""A tipping point as a reader sees it: the map without its colours, the table, the sentences."""

import copy
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from scripts.report.cells import Sheet, text_of
from scripts.report.figures.tipping_key import mixed
from scripts.report.layouts.tipping import tipping_grid
from scripts.report.layouts.tipping_words import tipping_sentences
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.grids import check_grids
from scripts.report.lint.ledger import Ledger
from scripts.report.numbers import Formats
from scripts.report.plan_checks import check_outputs_plan
from scripts.report.results import Result
from scripts.report.tabulate import read_context
from scripts.tables import plain
from tests.report import drawn, made
from tests.report.boxes import boxes_of, collisions, outside

BOUNDARY = re.compile(r'<path [^>]*stroke-width="2.2"[^>]*/>')
HATCHING = re.compile(r'<path [^>]*stroke="#b9c0c9"[^>]*/>')


def context_of(result):
    plan = made.plan()
    plan["trial"] = {"arms": drawn.ARMS, "visits": drawn.VISITS, "visit_unit": "week"}
    plan["analyses"]["analyses"] = {"tipping": {"kind": "tipping_point"}}
    return read_context(plan, {"tipping": result})


def sheet():
    return Sheet("x", Formats(**made.FORMATS))


def table(result):
    return tipping_grid({"id": "x", "analyses": ["tipping"]}, sheet(), context_of(result))


def sentences(result):
    context = context_of(result)
    return text_of(tipping_sentences(sheet(), context.results["tipping"], context))


def edges(verdicts, tipped):
    """How many pairs of neighbours differ in whether they tip."""
    rows, columns = len(verdicts), len(verdicts[0])
    down = sum(tipped[i][j] != tipped[i + 1][j] for i in range(rows - 1) for j in range(columns))
    return down + sum(tipped[i][j] != tipped[i][j + 1] for i in range(rows)
                      for j in range(columns - 1))  # fmt: skip


@pytest.mark.parametrize("form", ["counts", "delta"])
def test_the_boundary_runs_between_all_neighbours_of_which_one_tips(form):
    result = drawn.tipping(form=form)
    svg, document = drawn.drawn("tipping_map", [result])
    grid = result["grids"]["A-B"]
    i, j = next(
        (i, j)
        for i, one in enumerate(grid["first"])
        for j, other in enumerate(grid["second"])
        if f"{one:g}|{other:g}" == grid["reference"]
    )
    tipped = [[v != grid["verdicts"][i][j] for v in row] for row in grid["verdicts"]]
    assert any(map(any, tipped))
    # One more is the sample in the key.
    assert len(BOUNDARY.findall(svg)) == edges(grid["verdicts"], tipped) + 1
    assert document["data"]["boundary"] == grid["boundary"]


def test_without_colour_a_cell_that_holds_zero_is_hatched_and_no_other():
    result = drawn.tipping()
    svg, _ = drawn.drawn("tipping_map", [result])
    assert HATCHING.search(svg)
    shown = {**result, "grids": {"A-B": {**result["grids"]["A-B"]}}}
    grid = shown["grids"]["A-B"]
    grid["verdicts"] = [[1 for _ in row] for row in grid["verdicts"]]
    svg, _ = drawn.drawn("tipping_map", [shown])
    assert not HATCHING.search(svg)


def test_every_cell_prints_its_difference_and_the_key_names_what_occurs():
    svg, document = drawn.drawn("tipping_map", [drawn.tipping()])
    cells = [at for at in document["addresses"] if at.endswith("/A-B/estimate")]
    assert len(cells) == 7 * 7
    texts = [box.text for box in boxes_of(svg)]
    for words in ("Interval holds zero", "Tipping boundary", "Missing at random",
                  "Smallest departure that tips"):  # fmt: skip
        assert words in texts


@pytest.mark.parametrize(("missing", "total"), [(0, 8), (1, 5), (30, 60), (60, 80)])
def test_a_map_of_any_size_can_be_read(missing, total):
    svg, document = drawn.drawn("tipping_map", [drawn.tipping(missing, total)])
    assert collisions(svg) == []
    assert outside(svg) == []
    assert len(document["data"]["first"]) == missing + 1


def test_a_thinned_colour_lies_between_the_colour_and_the_paper():
    assert mixed("#000000", 0.0) == "#ffffff"
    assert mixed("#102030", 1.0) == "#102030"
    assert mixed("#000000", 0.5) == "#808080"


def test_the_table_has_a_row_and_a_column_for_each_assumption_and_marks_what_tips():
    result = drawn.tipping()
    display = table(result)
    assert [row["label"] for row in display["rows"]] == [str(i) for i in range(7)]
    grid = result["grids"]["A-B"]
    shaded = [[cell["tone"] == "tipped" for cell in row["cells"]] for row in display["rows"]]
    held = grid["verdicts"][4][1]
    assert shaded == [[v != held for v in row] for row in grid["verdicts"]]
    assert re.fullmatch(
        r"0\.\d{3}\n\u2007*\u2212?0\.\d{3} to 0\.\d{3}\nP\u00a0[<\u2007]?0\.\d{3}",
        text_of(display["rows"][0]["cells"][0]["parts"]),
    )


def test_before_there_are_data_the_table_has_one_open_line():
    [row] = table({**drawn.tipping(), "shell": True})["rows"]
    assert row["label"].startswith("<Each assumption")


def test_the_sentences_name_conclusion_share_and_nearest_departure():
    said = sentences(drawn.tipping())
    assert "The interval leaves out zero. This conclusion changes in " in said
    assert " of 49 cells of the grid. The smallest departure that tips it is " in said
    assert said.rstrip().endswith("No difference is shown.")


def test_where_nothing_tips_the_sentences_say_so():
    said = sentences(drawn.tipping(missing=1, total=60))
    assert (
        "This conclusion changes in 0 of 4 cells of the grid. Nothing in the grid tips it." in said
    )


def test_where_nobody_is_missing_there_is_one_cell():
    assert "changes in 0 of 1 cells" in sentences(drawn.tipping(missing=0))


def test_of_several_contrasts_the_display_names_one():
    result = drawn.tipping()
    result["grids"]["A-C"] = result["grids"]["A-B"]
    with pytest.raises(ValueError, match="name one of them as `contrast`"):
        table(result)


def test_a_contrast_belongs_to_maps_and_tables_of_tipping_points():
    plan = made.plan()
    plan["analyses"]["analyses"]["tips"] = {"kind": "tipping_point"}
    shown = {**made.show("t_tips", "tipping_grid", ["tips"]), "contrast": "A-B"}
    plan["outputs"]["sections"][0]["displays"].append(shown)
    assert check_outputs_plan(plan) == []
    assert isinstance(Result(drawn.tipping()).rows, list)


def lint_of(result, figure):
    """What the linter says of a map of a result."""
    plan = made.plan()
    plan["outputs"]["sections"][0]["displays"] = [made.show("figure", "tipping_map", ["tipping"])]
    evidence = Evidence(plan, {}, {"figure": figure}, {}, {"tipping": result}, pd.DataFrame())
    ledger = Ledger()
    shown = SimpleNamespace(id="figure", name="figure")
    check_grids(SimpleNamespace(displays=[shown]), evidence, ledger)
    return [finding.words for finding in ledger.findings]


def set_value(result, row, statistic, value):
    for entry in result["statistics"]:
        if (entry["row"], entry["group"], entry["statistic"]) == (row, "A-B", statistic):
            entry["value"] = value


@pytest.mark.parametrize("form", ["counts", "delta"])
def test_the_linter_counts_again_and_finds_nothing_in_a_map_that_is_right(form):
    result = drawn.tipping(form=form)
    _, figure = drawn.drawn("tipping_map", [result])
    assert lint_of(result, plain(figure)) == []


def test_the_linter_finds_a_cell_that_changed_a_wrong_count_and_a_wrong_nearest_cell():
    result = drawn.tipping()
    _, figure = drawn.drawn("tipping_map", [result])
    figure = plain(figure)
    changed = copy.deepcopy(result)
    set_value(changed, "0|0", "lower", -0.9)
    assert "the map is not that of tipping" in lint_of(changed, figure)
    assert any("the verdicts are not those" in words for words in lint_of(changed, figure))
    changed = copy.deepcopy(result)
    set_value(changed, "tipping_point", "count", 3)
    [words] = lint_of(changed, figure)
    assert words.startswith("tipping: A-B: 3 cells are said to tip")
    changed = copy.deepcopy(result)
    changed["grids"]["A-B"]["nearest"] = ["0|6"]
    assert any("the nearest cells are" in words for words in lint_of(changed, figure))
