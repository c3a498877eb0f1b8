"""What changed against what was predicted: a trace that leaves something out is found out."""

import pytest

from scripts.audit.perturbations import Cell, Perturbation
from scripts.audit.proof import Trace, by_column, prove, prove_cell, summarise
from scripts.audit.trials import Outcome, compare_printed

CELL = Cell("visits", 4, "SCORE")
FILE = "results/analyse/a.json"
ENTRIES = {
    "t/a/n/n": ("3", "3", FILE),
    "t/b/n/n": ("5", "5", FILE),
    "t/c/n/n": ("7", "7", "results/analyse/other.json"),
    "u/a/n/n": ("1", "1", FILE),
}


def trace(*predicted):
    """A trace that says the same of every cell."""
    return Trace(ENTRIES.keys(), lambda cell: set(predicted))


def outcome(*changed, new=None, stopped=None, words="", value=1.0):
    one = Perturbation(CELL, 0.0, value, "of another row")
    return Outcome(one, stopped, words, 3, list(changed), new or {})


def missed(*outcomes, predicted):
    return [
        miss["address"] for miss in prove_cell(CELL, outcomes, trace(*predicted), ENTRIES).missed
    ]


def test_a_change_that_was_predicted_is_not_missed():
    assert missed(outcome("t/a/n/n"), predicted={"t/a/n/n", "t/b/n/n"}) == []


def test_a_change_that_was_not_predicted_is_missed_with_its_file_row_and_column():
    proof = prove_cell(CELL, [outcome("t/a/n/n", "t/b/n/n")], trace("t/a/n/n"), ENTRIES)
    assert proof.missed == [
        {"source": "visits", "row": 5, "column": "SCORE", "new": 1.0, "address": "t/b/n/n"}
    ]


def test_an_address_that_went_must_have_been_predicted():
    entries_after = {name: entry for name, entry in ENTRIES.items() if name != "t/b/n/n"}
    changed, new = compare_printed(ENTRIES, entries_after)
    assert (changed, new) == (["t/b/n/n"], {})
    assert missed(outcome(*changed), predicted={"t/a/n/n"}) == ["t/b/n/n"]


def test_a_new_address_is_foreseen_by_a_number_of_the_same_file_in_the_same_display():
    came = {"t/z/n/n": FILE}
    assert missed(outcome("t/z/n/n", new=came), predicted={"t/a/n/n"}) == []
    assert missed(outcome("t/z/n/n", new=came), predicted={"t/c/n/n"}) == ["t/z/n/n"]
    assert missed(outcome("t/z/n/n", new=came), predicted={"u/a/n/n"}) == ["t/z/n/n"]


def test_new_words_of_no_file_are_foreseen_by_any_number_of_their_display():
    came = {"t/notes/9/words": ""}
    assert missed(outcome("t/notes/9/words", new=came), predicted={"t/c/n/n"}) == []
    assert missed(outcome("t/notes/9/words", new=came), predicted={"u/a/n/n"}) == [*came]


def test_an_address_that_only_the_runs_made_again_print_is_judged_as_a_new_one():
    blind = Trace(ENTRIES.keys() - {"t/b/n/n"}, lambda cell: {"t/a/n/n"})
    assert prove_cell(CELL, [outcome("t/b/n/n")], blind, ENTRIES).missed == []


@pytest.mark.parametrize("changed", [("4", "3"), ("3", "3.0001")])
def test_text_and_value_both_count_as_what_is_printed(changed):
    after = {**ENTRIES, "t/a/n/n": (*changed, FILE)}
    assert compare_printed(ENTRIES, after) == (["t/a/n/n"], {})


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
        return {"t/a/n/n"}

    def blinded(cell):
        return set() if cell.column == "SCORE" else seeing(cell)

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
