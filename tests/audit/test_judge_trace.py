"""The verdict on the trace, in words."""

from scripts.audit.judge_trace import check_soundness, format_verdict

SUMMARY = {
    "cells": 12,
    "values": 30,
    "printed": 20,
    "stopped": {"read_raw": 4, "check_data": 6},
    "missed": 0,
    "predicted": {"median": 0.0312},
    "precision": {"median": 0.875},
}


def test_the_verdict_counts_runs_and_says_how_much_was_predicted():
    words = format_verdict(SUMMARY)
    assert "30 other values of 12 raw cells" in words
    assert f"20 runs were printed, {4 + 6} stopped" in words
    assert "3.1% of all numbers" in words
    assert "87.5% can change" in words


def test_what_is_not_known_is_said_to_be_so():
    assert "not known can change" in format_verdict({**SUMMARY, "precision": {"median": None}})


def test_a_number_that_was_missed_is_named_with_file_row_and_column():
    miss = {"source": "v", "row": 5, "column": "S", "new": 1.0, "address": "t/a/n/n"}
    assert check_soundness({"files": {"v": "v.csv"}, "missed": [miss]}) == [
        "v.csv, row 5, S = 1.0: t/a/n/n"
    ]


def test_nothing_missed_is_nothing_said():
    assert check_soundness({"files": {}, "missed": []}) == []
