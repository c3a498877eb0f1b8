"""The linter itself: what it asks for, how it rounds, and that it does not pass by not looking."""

from dataclasses import replace

import pytest

from scripts.report.lint.html_tree import read_tree
from scripts.report.lint.read_html import read_html
from scripts.report.lint.rounding import expected_text, round_half_up
from scripts.report.lint.words import banned
from scripts.report.registry import ANALYSES, LAYOUTS, STATED, WORDS, stated_by
from tests.report import chain
from tests.report.faults import replaced


@pytest.mark.parametrize(
    ("value", "decimals", "shift", "text"),
    [
        (6.25, 1, 0, "6.3"),  # a half goes away from zero
        (-6.25, 1, 0, "-6.3"),
        (0.0625, 1, 2, "6.3"),  # 7 of 112 in percent
        (2.675, 2, 0, "2.68"),  # although the nearest binary number is below it
        (-0.004, 2, 0, "0.00"),  # a zero has no sign
        (1e-7, 3, 0, "0.000"),
        (112, 0, 0, "112"),
        (0.999, 2, 0, "1.00"),
        (1.5e21, 0, 0, "15" + "0" * 20),
    ],
)
def test_a_number_is_rounded_as_a_person_would(value, decimals, shift, text):
    assert round_half_up(value, decimals, shift) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "<0.001"), (0.9996, ">0.999"), (0.0455, "0.046")]
)
def test_a_p_value_near_zero_or_one_is_a_bound(value, text):
    assert expected_text("p", value, 3) == text


@pytest.mark.parametrize(
    "text", ["nan", "(nan)", "NaT", "inf", "{{ name }}", "undefined", "\u22120.00", "-0.0", "<NA>"]
)
def test_what_a_program_leaves_behind_is_seen(text):
    assert banned(f"ends with {text}") != []


@pytest.mark.parametrize(
    "text",
    ["-0.04", "\u22120.001", "nanogram", "information", "None is named", "finance", "10.0-0.5"],
)
def test_what_only_looks_like_it_is_not(text):
    assert banned(text) == []


def test_tags_that_are_not_closed_in_order_are_broken():
    assert read_tree("<p><b>bold</b></p>")[1] == []
    assert read_tree("<p><b>bold</p>")[1] == [
        "</p> closes <b>", "<p> is not closed", "<b> is not closed",
    ]  # fmt: skip


def test_results_state_everything_and_words_their_source_and_data_cut():
    assert stated_by("comparison") == STATED
    assert all(stated_by(layout) == {"cut", "source"} for layout in WORDS)
    assert all(stated_by(layout) >= {"cut", "source", "interval"} for layout in ANALYSES)
    assert set(LAYOUTS) == set(ANALYSES) | set(WORDS)


# Where each thing that a display must state stands in the templates, and what is then missing.
STATEMENTS = {
    "population": ("parts.html.j2", "Population: {{ show(display.population) }}"),
    "size": ("table.html.j2", "{{ show(column.size) }}"),
    "method": ("parts.html.j2", "{{ show(note.parts) }}"),
    "cut": ("parts.html.j2", "{{ show(display.data_cut) }}"),
    "source": ("parts.html.j2", "Source: {{ show(display.sources) }}"),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_what_a_template_no_longer_says_is_found_in_each_display(what):
    template, words = STATEMENTS[what]
    report = chain.report(*chain.COURSE).copy()
    report.templates[template] = replaced(report.templates[template], words, "", 9)
    findings = report.composed().lint().findings
    displays = {finding.display for finding in findings}
    shown = [item["id"] for s in report.plan["outputs"]["sections"] for item in s["displays"]]
    assert len(displays - {""}) >= len(shown) - 1  # the flow says N in its drawing


@pytest.mark.parametrize("key", ["missing", "population"])
def test_what_the_plan_no_longer_says_of_an_analysis_is_found(key):
    report = chain.report(*chain.COMPARED).copy()
    report.results["or_site"][key] = None
    findings = report.tabulated().lint().findings
    assert any(f"states its {key}" == finding.rule for finding in findings)


def test_a_rule_that_has_nothing_to_look_at_is_a_finding():
    report = chain.report(*chain.COMPARED)
    bare = replace(report, html=report.html.replace("data-address=", "data-other="))
    rules = {f.rule for f in bare.lint().findings if f.words == "found nothing to look at"}
    assert {"shares", "cells of their arms", "sentences follow numbers"} <= rules


def test_all_findings_are_listed_at_once_with_display_row_and_column():
    report = chain.report(*chain.COURSE)
    html = report.html.replace('MALEFL/COMBO/count">59', 'MALEFL/COMBO/count">58')
    html = html.replace("14.1", "14.9")
    assert html != report.html
    text = replace(report, html=html).lint().text()
    assert "row 'Male, n (%)', column 'ATRA + LD-RTX'" in text
    assert text.count("\n") > 5


def test_the_reader_sees_heads_rows_notes_and_marks():
    display = read_html(chain.report(*chain.COMPARED).html).display("t_primary")
    assert display is not None
    assert [head.label for head in display.heads][1:3] == ["ATRA + LD-RTX", "LD-RTX"]
    row = next(row for row in display.rows if row.label.text.startswith("Intention-to-treat"))
    assert row.marks == ["a", "b"]
    assert row.cells[0].text == "90/112 (80.4)"
    assert {note.mark for note in display.notes} >= {"a", "b"}
