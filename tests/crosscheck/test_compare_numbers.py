"""Each number has its verdict: equal, near, random, on one side only, or declined with a reason."""

from pathlib import Path
from typing import Any

import pandas as pd

from scripts.crosscheck.compare_numbers import compare_numbers, summarise
from scripts.crosscheck.page import page_of
from scripts.tables import read_contract

PROJECT = Path(__file__).resolve().parents[2]
CONTRACT = read_contract(PROJECT / "config/schemas/tables/comparison.yaml")
TEMPLATE = PROJECT / "scripts/crosscheck/templates/crosscheck.html"
KINDS = {"first": "baseline", "models": "logistic", "pooled": "difference_imputed", "new": "novel"}
SESSION = {"software": {"R": "4.2.2"}}


def ours(*rows: tuple[Any, ...]) -> pd.DataFrame:
    names = ["ANALYSIS", "ROW", "GROUP", "STATISTIC", "VALUE"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(RSEQ=table.groupby("ANALYSIS").cumcount() + 1, POINT=point(len(rows)))


def theirs(*rows: tuple[Any, ...], error: float | None = None) -> pd.DataFrame:
    names = ["ANALYSIS", "ROW", "GROUP", "STATISTIC", "VALUE"]
    table = pd.DataFrame(rows, columns=names)
    sequence = table.groupby("ANALYSIS").cumcount() + 1
    return table.assign(ASEQ=sequence, POINT=point(len(rows)), RCALL="mean(x)", ERROR=error)


def point(count: int) -> Any:
    return pd.array([None] * count, dtype="Int64")


def judge(left: pd.DataFrame, right: pd.DataFrame, declined: Any = ()) -> pd.DataFrame:
    return compare_numbers(left, right, list(declined), KINDS, CONTRACT)


def verdicts(table: pd.DataFrame) -> list[str]:
    return list(table["VERDICT"])


def test_a_count_has_to_be_equal():
    left = ours(("first", "AGE", "A", "n", 10), ("first", "AGE", "B", "n", 11))
    right = theirs(("first", "AGE", "A", "n", 10), ("first", "AGE", "B", "n", 10.999999999))
    table = judge(left, right)
    assert verdicts(table) == ["agrees", "differs"]
    assert list(table["TOLERANCE"]) == [0, 0]


def test_a_number_may_differ_by_its_tolerance_and_not_by_twice_of_it():
    left = ours(
        ("first", "AGE", "A", "mean", 2 + 1e-9),
        ("first", "AGE", "B", "mean", 2 + 4e-9),
        ("models", "AGE", "", "coefficient", 2 + 1e-7),
        ("models", "SEX", "", "coefficient", 2 + 4e-7),
    )
    right = theirs(
        ("first", "AGE", "A", "mean", 2.0),
        ("first", "AGE", "B", "mean", 2.0),
        ("models", "AGE", "", "coefficient", 2.0),
        ("models", "SEX", "", "coefficient", 2.0),
    )
    assert verdicts(judge(left, right)) == ["agrees", "differs", "agrees", "differs"]


def test_what_neither_can_estimate_agrees_and_what_one_can_differs():
    left = ours(("first", "AGE", "A", "sd", None), ("first", "AGE", "B", "sd", 1.0))
    right = theirs(("first", "AGE", "A", "sd", None), ("first", "AGE", "B", "sd", None))
    table = judge(left, right)
    assert verdicts(table) == ["agrees", "differs"]
    assert list(table["REASON"]) == ["neither can be estimated", "estimated on one side only"]


def test_a_number_that_the_results_lack_differs():
    left = ours(("first", "AGE", "A", "n", 10))
    right = theirs(("first", "AGE", "A", "n", 10), ("first", "AGE", "B", "n", 9))
    table = judge(left, right)
    assert verdicts(table) == ["agrees", "differs"]
    assert table["REASON"][1] == "R gives a number that the results do not have"


def test_what_r_does_not_compute_is_listed_with_the_reason():
    left = ours(("new", "x", "", "estimate", 1.0), ("first", "AGE", "A", "skew", 2.0))
    declined = [
        {"analysis": "new", "row": "*", "group": "*", "statistic": "*", "reason": "kind novel"}
    ]
    table = judge(left, theirs(("first", "AGE", "A", "n", 1)).iloc[:0], declined)
    assert verdicts(table) == ["not computed by R"] * 2
    assert dict(zip(table["ANALYSIS"], table["REASON"], strict=True)) == {
        "new": "kind novel",
        "first": "R's programs give no number at this address",
    }


def test_what_mice_imputed_is_held_against_ours_within_three_monte_carlo_errors():
    left = ours(("pooled", "difference", "A-B", "estimate", 0.23))
    near = theirs(("pooled", "difference, imputed by R", "A-B", "estimate", 0.24), error=0.02)
    far = theirs(("pooled", "difference, imputed by R", "A-B", "estimate", 0.26), error=0.02)
    pooled = theirs(("pooled", "difference", "A-B", "estimate", 0.23))
    table = judge(left, pd.concat([pooled, near.assign(ASEQ=2)]))
    assert verdicts(table) == ["agrees", "within Monte Carlo error"]
    assert list(table["OURS"]) == [0.23, 0.23]
    table = judge(left, pd.concat([pooled, far.assign(ASEQ=2)]))
    assert verdicts(table) == ["agrees", "differs"]
    assert table["REASON"][1] == "beyond 3 Monte Carlo errors"


def test_the_summary_counts_by_family_and_the_page_shows_every_number():
    left = ours(("first", "AGE", "A", "n", 10), ("new", "x < y", "", "estimate", 1.0))
    table = judge(left, theirs(("first", "AGE", "A", "n", 10)))
    summary = summarise(table, SESSION)
    assert summary["numbers"] == 2
    assert summary["verdicts"]["agrees"] == 1
    assert summary["families"]["describe_subjects"]["agrees"] == 1
    assert summary["families"]["novel"]["not computed by R"] == 1
    page = page_of(TEMPLATE.read_text(encoding="utf-8"), table, summary, "A trial")
    assert "x &lt; y" in page
    assert "A trial" in page
    assert page.count("mean(x)") == 1
