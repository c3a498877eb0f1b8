"""Tables of effect measures and of strata, as a reader sees them."""

import pytest

from scripts.report.cells import Sheet, text_of
from scripts.report.layouts.effects import effects
from scripts.report.layouts.frame import Context
from scripts.report.layouts.stratified import stratified
from scripts.report.numbers import formats_of
from scripts.report.results import Result

PLAN = {
    "formats": {
        "decimals": {"percent": 1, "level": 0, "difference": 3, "ratio": 2, "p": 3},
        "beyond_collected": {"quantile": 1, "sd": 2, "extreme": 0},
        "not_estimable": "NE",
        "not_reached": "NR",
    },
    "settings": {"confidence_level": 0.95},
}  # fmt: skip


def result(kind, statistics, **more):
    groups = [
        {"id": "A", "label": "Active", "N": 4, "n": 2},
        {"id": "B", "label": "Old", "N": 4, "n": 1},
    ]
    listed = [
        {"row": row, "group": group, "statistic": word, "value": value}
        for (row, group), values in statistics.items()
        for word, value in values.items()
    ]
    head = {"id": "one", "title": "One", "kind": kind, "groups": groups}
    return Result({**head, "statistics": listed, "method": {"label": "A method"}, **more})


def printed(layout, made):
    display = {"id": "t", "layout": layout.__name__, "analyses": ["one"]}
    body = layout(display, Sheet("t", formats_of(PLAN)), Context(PLAN, {"one": made}))
    return {
        row["label"]: [text_of(c["parts"]).replace("\u2007", "") for c in row["cells"]]
        for row in body["rows"]
    }


COUNTS = {
    ("proportion", "A"): {"count": 2, "total": 4, "proportion": 0.5},
    ("proportion", "B"): {"count": 1, "total": 4, "proportion": 0.25},
}
NEEDED = dict.fromkeys(
    ("benefit", "harm", "benefit_from", "benefit_to", "harm_from", "harm_to"), None
)


@pytest.mark.parametrize(("needed", "words"), [
    ({"benefit": 4.0, "benefit_from": 2.0, "benefit_to": 9.04}, "NNTB 4.0 (NNTB 2.0 to 9.0)"),
    ({"benefit": 4.0, "benefit_from": 2.0, "harm_from": 20.0},
     "NNTB 4.0 (NNTB 2.0 to ∞ to NNTH 20.0)"),
    ({"harm": 4.0, "harm_from": 2.0, "harm_to": 8.0}, "NNTH 4.0 (NNTH 2.0 to 8.0)"),
    ({"benefit": 4.0, "benefit_from": 2.0}, "NNTB 4.0 (NNTB 2.0 to ∞)"),
    ({"benefit_from": 5.0, "harm_from": 5.0}, "∞ (NNTB 5.0 to ∞ to NNTH 5.0)"),
    ({}, "NE"),
])  # fmt: skip
def test_a_number_needed_to_treat_is_printed_in_altmans_words(needed, words):
    limits = {"lower": 0.1, "upper": 0.9}
    made = result("effect_measures", {
        **COUNTS,
        ("difference", "A-B"): {"estimate": 0.25, **limits},
        ("risk_ratio", "A-B"): {"risk_ratio": 2.0, **limits},
        ("odds_ratio", "A-B"): {"odds_ratio": 3.0, **limits},
        ("number_needed", "A-B"): {**NEEDED, **needed},
    })  # fmt: skip
    table = printed(effects, made)
    assert table["Difference"] == ["2/4 (50.0)", "1/4 (25.0)", "0.250 (0.100 to 0.900)"]
    assert table["Risk ratio"] == ["–", "–", "2.00 (0.10 to 0.90)"]
    assert table["Number needed to treat"][-1] == words


def test_strata_stand_above_what_they_say_together():
    limits = {"lower": -0.1, "upper": 0.6}
    made = result("stratified_difference", {
        **COUNTS,
        ("X=1", "A"): {"count": 2, "total": 4, "proportion": 0.5},
        ("X=1", "B"): {"count": 1, "total": 4, "proportion": 0.25},
        ("X=1", "A-B"): {"estimate": 0.25, **limits, "weight": 1.0},
        ("X=2", "A"): {"count": 0, "total": 0, "proportion": None},
        ("X=2", "B"): {"count": 0, "total": 0, "proportion": None},
        ("X=2", "A-B"): {"estimate": None, "lower": None, "upper": None, "weight": 0.0},
        ("difference", "A-B"): {"estimate": 0.25, **limits},
        ("common_odds_ratio", "A-B"): {"odds_ratio": 3.0, "lower": 0.5, "upper": 9.0},
        ("test", ""): {"p_value": 0.04},
        ("test_corrected", ""): {"p_value": 0.06},
        ("homogeneity", ""): {"p_value": 0.5},
    }, labels={"X=1": "First", "X=2": "Second"},
       method={"label": "M", "test": "cochran_mantel_haenszel_corrected"})  # fmt: skip
    table = printed(stratified, made)
    assert table["First"][2:4] == ["100.0", "0.250 (−0.100 to 0.600)"]
    assert table["Second"] == ["0/0 (NE)", "0/0 (NE)", "0.0", "NE (NE to NE)", "–", "–", "–"]
    assert table["All strata"][3:] == ["0.250 (−0.100 to 0.600)", "0.060", "3.00 (0.50 to 9.00)",
                                       "0.500"]  # fmt: skip
