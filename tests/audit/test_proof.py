"""What changed against what was predicted: a trace that leaves something out is found out."""

import pytest

from scripts.audit.perturbations import Cell, Perturbation
from scripts.audit.proof import Predicted, Trace, by_column, prove, prove_cell, summarise
from scripts.audit.trials import Outcome, compare_printed

CELL = Cell("visits", 4, "SCORE")
FILE = "results/analyse/a.json"
ENTRIES = {
    "t/a/n/n": ("3", "3", FILE),
    "t/b/n/n": ("5", "5", FILE),
    "t/c/n/n": ("7", "7", "results/analyse/other.json"),
    "u/a/n/n": ("1", "1", FILE),
}


def trace(*predicted, displays=()):
    """A trace that says the same of every cell."""
    return Trace(ENTRIES.keys(), lambda cell: Predicted(set(predicted), set(displays)))


def outcome(*changed, new=(), gone=(), stopped=None, words="", value=1.0):
    one = Perturbation(CELL, 0.0, value, "of another row")
    return Outcome(one, stopped, words, 3, list(changed), list(new), list(gone))


def missed(*outcomes, predicted, displays=()):
    proof = prove_cell(CELL, outcomes, trace(*predicted, displays=displays), ENTRIES)
    return [miss["address"] for miss in proof.missed]


def test_a_change_that_was_predicted_is_not_missed():
    assert missed(outcome("t/a/n/n"), predicted={"t/a/n/n", "t/b/n/n"}) == []


def test_a_change_that_was_not_predicted_is_missed_with_its_file_row_and_column():
    proof = prove_cell(CELL, [outcome("t/a/n/n", "t/b/n/n")], trace("t/a/n/n"), ENTRIES)
    assert proof.missed == [
        {"source": "visits", "row": 5, "column": "SCORE", "new": 1.0, "address": "t/b/n/n"}
    ]


def test_what_came_and_what_went_is_told_apart():
    after = {name: entry for name, entry in ENTRIES.items() if name != "t/b/n/n"}
    found = compare_printed(ENTRIES, after | {"t/z/n/n": ("1", "1", FILE)})
    assert (found.changed, found.new, found.gone) == (
        ["t/b/n/n", "t/z/n/n"],
        ["t/z/n/n"],
        ["t/b/n/n"],
    )


@pytest.mark.parametrize("how", ["new", "gone"])
def test_an_address_may_come_or_go_in_a_display_of_which_the_trace_says_so(how):
    moved = outcome("t/b/n/n", **{how: ["t/b/n/n"]})
    assert missed(moved, predicted={"t/a/n/n"}, displays={"t"}) == []
    assert missed(moved, predicted={"t/a/n/n"}, displays={"u"}) == ["t/b/n/n"]
    assert missed(moved, predicted={"t/b/n/n"}) == []


def test_a_number_that_stays_must_be_predicted_itself():
    assert missed(outcome("t/b/n/n"), predicted={"t/a/n/n"}, displays={"t"}) == ["t/b/n/n"]


def test_an_address_that_only_the_runs_made_again_print_is_judged_by_its_neighbours():
    known = ENTRIES.keys() - {"t/b/n/n"}
    same_file = Trace(known, lambda cell: Predicted({"t/a/n/n"}))
    other_file = Trace(known, lambda cell: Predicted({"t/c/n/n"}))
    assert prove_cell(CELL, [outcome("t/b/n/n")], same_file, ENTRIES).missed == []
    assert len(prove_cell(CELL, [outcome("t/b/n/n")], other_file, ENTRIES).missed) == 1


@pytest.mark.parametrize("changed", [("4", "3"), ("3", "3.0001")])
def test_text_and_value_both_count_as_what_is_printed(changed):
    after = {**ENTRIES, "t/a/n/n": (*changed, FILE)}
    found = compare_printed(ENTRIES, after)
    assert (found.changed, found.new, found.gone) == (["t/a/n/n"], [], [])


def test_precision_is_the_share_of_the_predicted_that_changed_under_any_value():
    outcomes = [outcome("t/a/n/n", value=1.0), outcome("t/b/n/n", value=2.0)]
    proof = prove_cell(CELL, outcomes, trace(*ENTRIES), ENTRIES)
    assert proof.precision == 2 / 4


def test_precision_is_not_judged_where_every_value_stopped_the_run():
    assert (
        prove_cell(CELL, [outcome(stopped="read_raw")], trace("t/a/n/n"), ENTRIES).precision is None
    )


def test_everything_depends_on_everything_is_sound_and_shows_in_the_precision():
    proofs = prove({CELL: [outcome("t/a/n/n")]}, trace(*ENTRIES), ENTRIES)
    summary = summarise(proofs, len(ENTRIES))
    assert summary["missed"] == 0
    assert summary["predicted"]["median"] == 1.0
    assert summary["precision"]["median"] == 1 / 4


def test_a_predictor_that_is_blind_to_a_column_is_found_out():
    def seeing(cell):
        return Predicted({"t/a/n/n"})

    def blinded(cell):
        return Predicted(set()) if cell.column == "SCORE" else seeing(cell)

    tried = {CELL: [outcome("t/a/n/n")]}
    known = ENTRIES.keys()
    assert summarise(prove(tried, Trace(known, seeing), ENTRIES), 4)["missed"] == 0
    assert summarise(prove(tried, Trace(known, blinded), ENTRIES), 4)["missed"] == 1


def test_the_summary_counts_how_runs_ended():
    outcomes = [
        outcome("t/a/n/n"),
        outcome(),
        outcome(stopped="read_raw", words="2 finding(s)"),
        outcome(stopped="check_data", words="Traceback: KeyError('A')"),
    ]
    summary = summarise([prove_cell(CELL, outcomes, trace("t/a/n/n"), ENTRIES)], 4)
    assert summary["values"] == 4
    assert summary["printed"] == 2
    assert summary["stopped"] == {"check_data": 1, "read_raw": 1}
    assert summary["broken"] == 1
    assert summary["unchanged"] == 1


def test_columns_are_summarised_one_by_one():
    other = Cell("visits", 0, "DAY")
    proofs = prove({CELL: [outcome("t/a/n/n")], other: [outcome()]}, trace(), ENTRIES)
    assert [(one["column"], one["missed"]) for one in by_column(proofs, 4)] == [
        ("DAY", 0),
        ("SCORE", 1),
    ]
