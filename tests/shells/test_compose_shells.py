"""Shells are made from the plan alone, have the shape of the report, and hold no value."""

import base64
import re
from functools import cache
from html.parser import HTMLParser

import pandas as pd
import pytest

from scripts.analyse.families import FAMILIES
from scripts.conditions import evaluate
from scripts.report.registry import displays_of, displays_of_shells, word_of
from scripts.shells.compose_shells import (
    MARK,
    compose_shells,
    make_bodies,
    make_context,
    read_templates,
)
from scripts.shells.conditions import values_for
from scripts.shells.placeholders import mask
from scripts.shells.results import RUN, ShellError, make_results
from tests.shells.plans import CODE, PROJECT, plan_of

TRIALS = ["embedded", "second"]
REPORT = PROJECT / "scripts" / "report" / "templates"
OWN = PROJECT / "scripts" / "shells" / "templates"


def templates() -> dict[str, str]:
    folders = [{p.name: p.read_text(encoding="utf-8") for p in f.iterdir()} for f in (REPORT, OWN)]
    return read_templates(*folders)


def composed(plan: dict, size: int | None = None) -> str:
    return compose_shells(plan, CODE, templates(), size)


@cache
def shells_of(trial: str) -> str:
    return composed(plan_of(trial))


class Cells(HTMLParser):
    """The text of every cell of numbers and of every head's size by the id of its display."""

    def __init__(self) -> None:
        super().__init__()
        self.display = ""
        self.inside: list[bool] = []
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = str(given.get("class", "")).split()
        if tag == "section" and "display" in classes:
            self.display = str(given["id"])
        if tag in ("td", "span"):
            counted = (tag == "td" and "number" in classes) or "size" in classes
            self.inside.append(counted or any(self.inside))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "span"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if any(self.inside):
            self.found.setdefault(self.display, []).append(data)


def numbers_of(html: str) -> dict[str, list[str]]:
    reader = Cells()
    reader.feed(html)
    return reader.found


def drawings_of(html: str) -> list[str]:
    coded = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html)
    return [base64.b64decode(text).decode() for text in coded]


@pytest.mark.parametrize("trial", TRIALS)
def test_made_up_arms_of_another_size_give_the_same_document(trial):
    assert composed(plan_of(trial), 70) == shells_of(trial)


@pytest.mark.parametrize("trial", TRIALS)
def test_no_cell_of_numbers_holds_a_digit_but_those_that_the_plan_decides(trial):
    plan = plan_of(trial)
    planned = {display["id"] for display in displays_of_shells(plan)}
    planned |= {display["id"] for display in displays_of(plan) if display["layout"] == "design"}
    found = numbers_of(shells_of(trial))
    assert len(found) > 10
    # The label of an arm may have a digit, and stands before its numbers in some cells.
    arms = "|".join(re.escape(arm["label"]) for arm in plan["trial"]["arms"])
    wrong = {
        (display, text)
        for display, texts in found.items()
        if display not in planned
        for text in texts
        if re.search(r"\d", re.sub(arms, "", text))
    }
    assert wrong == set()
    assert any("xx.x" in text for texts in found.values() for text in texts)


@pytest.mark.parametrize("trial", TRIALS)
def test_a_planned_sample_size_is_printed_and_the_power_as_enrolled_is_not(trial):
    plan = plan_of(trial)
    display = next(d for d in displays_of(plan) if d["layout"] == "design")
    texts = numbers_of(shells_of(trial))[display["id"]]
    assert [text for text in texts if re.fullmatch(r"\d+", text)]
    assert "xx.x" in texts


@pytest.mark.parametrize("trial", TRIALS)
def test_every_number_printed_in_a_figure_is_an_x_and_each_plot_says_so(trial):
    drawings = drawings_of(shells_of(trial))
    figures = [d for d in displays_of(plan_of(trial)) if d["layout"] in
               {"flow", "forest", "survival_curves", "median_curves"}]  # fmt: skip
    assert len(drawings) >= len(figures) > 2
    for svg in drawings:
        printed = re.findall(r"<tspan [^>]*>([^<]*)</tspan>", svg)
        assert [text for text in printed if re.search(r"\d", text)] in ([], ["95"], ["90"])
    plots = sum(display["layout"] != "flow" for display in figures)
    assert sum("Schematic, no data" in svg for svg in drawings) >= plots


def test_the_axis_of_values_has_no_numbers_where_its_scale_comes_from_data():
    plan = plan_of("second")
    places = [d["id"] for d in displays_of(plan) if d["layout"] in ("forest", "median_curves")]
    _, drawn = make_bodies(make_context(plan, CODE))
    for name in places:
        labels = re.findall(r"<text ([^>]*)>([^<]*)</text>", drawn[name])
        marked = [text for shape, text in labels if text == "x"]
        assert len(marked) > 1, name


@pytest.mark.parametrize("trial", TRIALS)
def test_every_display_is_there_with_its_number_title_and_section(trial):
    plan, html = plan_of(trial), shells_of(trial)
    for display in [*displays_of_shells(plan), *displays_of(plan)]:
        assert f'id="{display["id"]}"' in html
        number = re.escape(display["number"])
        assert re.search(rf"{word_of(display['layout'])} {number}</span>", html), display["id"]
    later = next(s for s in plan["outputs"]["sections"] if not s.get("before_contents"))
    first = displays_of_shells(plan)[0]["id"]
    assert html.index(f'id="{first}"') < html.index(f'id="{later["displays"][0]["id"]}"')


@pytest.mark.parametrize("trial", TRIALS)
def test_no_sentence_says_what_a_difference_means(trial):
    html = shells_of(trial)
    assert "What interval and test say together" in html
    for words in ("No difference is shown", "leaves out zero", "holds zero", "rejects"):
        assert words not in html


@pytest.mark.parametrize("trial", TRIALS)
def test_the_running_head_and_the_notice_at_the_foot_say_that_there_are_no_data(trial):
    html = shells_of(trial)
    assert f'data-running="{MARK}. ' in html
    assert re.search(rf'<p class="notice">.*{MARK}\.', html)
    assert "Arbitrary in these data" not in html
    assert plan_of(trial)["study"]["notice"] not in html


def test_the_signatures_stand_under_the_plan_and_not_under_results():
    html = " ".join(shells_of("embedded").split())
    assert "before there were data, and I agree to them" in html
    assert "describes the conduct and the results" not in html


def test_what_only_the_data_know_stands_in_angle_brackets():
    html = shells_of("embedded")
    for words in ("&lt;term A&gt;", "&lt;reason A&gt;", "&lt;computed&gt;", "&lt;verdict&gt;"):
        assert words in html


def test_a_reason_for_leaving_out_keeps_its_words_and_loses_its_count():
    html = shells_of("embedded")
    assert "grade 3 or 4 bleeding at enrolment (n = xx)." in html


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("clauses", "count", "value"), 25, "at least 25"),
        (("clauses", "no_rescue_effect", "days"), 28, "in the 28 days before it"),
        (("confirmation", "gap_days"), 14, "at least 14 days apart"),
    ],
)
def test_one_parameter_of_an_endpoint_changes_the_words(path, value, words):
    plan = plan_of("embedded")
    endpoint = next(iter(plan["endpoints"]["endpoints"].values()))
    *steps, last = path
    for step in steps:
        endpoint = endpoint[step]
    endpoint[last] = value
    assert words not in shells_of("embedded")
    assert words in composed(plan)


def test_another_test_in_the_plan_changes_the_planned_method():
    plan = plan_of("embedded")
    primary = next(a for a in plan["analyses"]["analyses"].values() if a["role"] == "primary")
    primary["method"] = {**primary["method"], "test": "fisher_exact"}
    before, after = (_primary_row(html) for html in (shells_of("embedded"), composed(plan)))
    assert "Pearson" in before
    assert "Fisher" in after
    assert "Pearson" not in after


def _primary_row(html: str) -> str:
    table = html[html.index('id="p_methods"') :]
    return re.search(r"Primary</th></tr>\s*(<tr.*?</tr>)", table, re.DOTALL).group(1)


def test_a_kind_of_analysis_without_made_up_tables_is_named(monkeypatch):
    monkeypatch.delitem(RUN, FAMILIES["logistic"])
    with pytest.raises(ShellError, match="the kind 'adjusted_difference' has no made-up tables"):
        make_results(plan_of("second"))


@pytest.mark.parametrize("trial", TRIALS)
def test_no_subject_and_no_warning_of_the_made_up_run_is_left_in_a_result(trial):
    for name, document in make_results(plan_of(trial)).items():
        assert document["warnings"] == [], name
        assert document["subjects"]["used"] == [], name
        assert all(entry["USUBJID"] == [] for entry in document["subjects"]["excluded"]), name


@pytest.mark.parametrize(
    ("text", "kind", "shell"),
    [
        ("7", "count", "xx"),
        ("6.3", "percent", "xx.x"),
        ("0.500", "p", "x.xxx"),
        ("<0.001", "p", "x.xxx"),
        ("\u22120.213", "difference", "x.xxx"),
        ("100", "extreme", "xx"),
        ("NE", "ratio", "NE"),
    ],
)
def test_a_placeholder_has_the_decimals_of_its_rule_and_no_sign(text, kind, shell):
    assert mask(text, kind) == shell


@pytest.mark.parametrize(
    "condition",
    [
        {"variable": "A", "is": "Y"},
        {"not": {"variable": "A", "is": "Y"}},
        {"variable": "A", "in": ["P", "Q"]},
        {"not": {"variable": "A", "in": ["P", "Q"]}},
        {"variable": "A", "missing": False},
        {"variable": "A", "missing": True},
        {"variable": "B", "operator": ">", "value": 3},
        {"not": {"variable": "B", "operator": ">=", "value": 3}},
        {"all": [{"variable": "A", "is": "N"}, {"variable": "B", "operator": "<", "value": 0}]},
        {"any": [{"variable": "A", "is": "N"}, {"variable": "B", "operator": "<", "value": 0}]},
    ],
)
def test_values_made_for_a_condition_meet_it(condition):
    row = {"A": "Y", "B": 3, **values_for(condition)}
    assert evaluate(condition, pd.DataFrame([row])).tolist() == [True]


def test_a_denominator_is_printed_in_a_row_only_where_it_is_not_that_of_the_column():
    html = shells_of("embedded")
    assert "Screened, n/N (%)" in html  # of all screened, under the N of those randomised
    assert "Excluded: not randomised, n/N (%)" not in html
    assert "Died, n/N (%)" not in html


def test_an_analysis_printed_three_times_in_one_display_names_it_once():
    rows = re.findall(r"<tr.*?</tr>", shells_of("embedded"), re.DOTALL)
    (primary,) = [row for row in rows if 'data-address="p_methods/or_itt/printed/' in row]
    (printed,) = re.findall(r'data-address="p_methods/or_itt/printed/[^"]*">([^<]*)<', primary)
    numbers = printed.split(", ")
    assert len(numbers) == len(set(numbers)) > 2


def test_shells_lead_to_no_evidence_because_there_is_none():
    for trial in ("embedded", "second"):
        html = shells_of(trial)
        assert "explorer" not in html
        assert "<a data-address" not in html
