"""The synopsis and the sentences: words follow the result, and every number has its address."""

import copy
from typing import Any

import pytest

from scripts.report.cells import Sheet, p_parts, text_of
from scripts.report.layouts.statements import sentences_of, verdict_of
from scripts.report.layouts.synopsis import conclusion_of, synopsis
from scripts.report.numbers import Formats
from scripts.report.plan_checks import check_outputs_plan
from tests.report import made


def changed(lower: float | None, upper: float | None, p: float) -> Any:
    """The context whose difference has these limits and whose planned test has this P value."""
    context = made.context()
    document = copy.deepcopy(context.results["well"].document)
    for entry in document["statistics"]:
        place = (entry["row"], entry["statistic"])
        if place == ("difference", "lower"):
            entry["value"] = lower
        elif place == ("difference", "upper"):
            entry["value"] = upper
        elif place == ("test", "p_value"):
            entry["value"] = p
    full = {**{k: r.document for k, r in context.results.items()}, "well": document}
    return made.read_context(context.plan, full, documents=context.documents)


@pytest.mark.parametrize(
    ("lower", "upper", "p", "verdict", "words"),
    [
        (0.01, 0.2, 0.01, "shown", "was higher with New treatment than with Old treatment"),
        (-0.1, 0.2, 0.3, "none", "No difference in getting well was shown"),
        (0.01, 0.2, 0.06, "interval", "do not agree"),
        (-0.01, 0.2, 0.04, "test", "do not agree"),
        (None, None, 0.5, "unknown", "cannot be estimated"),
    ],
)
def test_a_conclusion_calls_a_difference_only_what_interval_and_test_both_show(
    lower: float | None, upper: float | None, p: float, verdict: str, words: str
) -> None:
    context = changed(lower, upper, p)
    result = context.result("well")
    assert verdict_of(result, "NEW-OLD", context) == verdict
    assert words in conclusion_of(result, "NEW-OLD", context)


def test_the_sentence_of_a_result_names_interval_level_and_test() -> None:
    context = made.context()
    sheet = Sheet("s", Formats(**made.FORMATS))
    words = text_of(sentences_of(sheet, context.result("well"), context))
    assert "7 of 112 (6.3%)" in words
    assert "(95% CI" in words
    assert "Wald interval" in words
    assert "Pearson test" in words


def test_a_bound_of_p_is_not_called_equal() -> None:
    assert text_of(p_parts({"address": "x", "text": "<0.001"})) == "P\u00a0<0.001"
    assert text_of(p_parts({"address": "x", "text": "0.031"})) == "P\u00a0= 0.031"


ENTRIES = [
    {"label": "Title", "study": "title"},
    {"label": "Treatments", "arms": True},
    {"label": "Methods", "method": "well"},
    {"label": "Result", "analyses": ["well"]},
    {"label": "Conclusion", "conclusion": "well"},
]


def test_every_number_of_the_synopsis_comes_from_a_result_or_the_plan() -> None:
    context = made.context()
    sheet = Sheet("s_syn", Formats(**made.FORMATS))
    display = {"id": "s_syn", "entries": ENTRIES, "layout": "synopsis"}
    body = synopsis(display, sheet, context)
    assert [block["title"] for block in body["blocks"]] == [e["label"] for e in ENTRIES]
    bare = [
        part
        for block in body["blocks"]
        for part in block["parts"]
        if isinstance(part, str) and any(letter.isdigit() for letter in part)
    ]
    assert bare == []
    assert sheet.addresses["s_syn/well/NEW/count"]["value"] == 7


def test_an_unknown_name_in_a_synopsis_is_a_finding_with_the_nearest_right_one() -> None:
    plan = made.plan()
    display = {**made.show("s_syn", "synopsis", None)}
    display["entries"] = [{"label": "Title", "study": "titel"}, {"label": "R", "analyses": ["wel"]}]
    plan["outputs"]["sections"][0]["displays"].append(display)
    findings = " ".join(check_outputs_plan(plan))
    assert "unknown study 'titel'; did you mean 'title'" in findings
    assert "unknown analysis 'wel'; did you mean 'well'" in findings
