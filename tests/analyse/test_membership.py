"""Populations: who is in, who is out, and the first reason why."""

import pandas as pd

from scripts.analyse.describe_subjects import describe_subjects
from tests.analyse.trial import PLAN, rows, subjects, values

MEMBERSHIP = {
    "ITTFL": {"label": "All randomised", "reasons": ["not randomised"]},
    "PPFL": {
        "label": "Completers",
        "reasons": ["not randomised", "stopped", "moved away"],
    },
}
ANALYSIS = {
    "title": "Populations",
    "kind": "population_membership",
    "role": "descriptive",
    "estimand": "o_words",
}


def found(arms="AAAB.", **more):
    adsl = subjects(arms)
    out = (adsl["RANDFL"] == "N").to_numpy()
    reasons = pd.Series("not randomised", index=adsl.index).where(out)
    stopped = adsl["USUBJID"] == "S01"
    adsl = adsl.assign(
        ITTRS=reasons, PPFL=adsl["ITTFL"].mask(stopped, "N"), PPRS=reasons.mask(stopped, "stopped")
    )
    plan = {**PLAN, "membership": MEMBERSHIP, "analyses": {"one": {**ANALYSIS, **more}}}
    return describe_subjects(adsl, None, {}, plan)["one"]


def test_each_population_counts_those_inside_of_all_screened_subjects_of_a_column():
    result = found()
    assert [(g["id"], g["N"]) for g in result["groups"]] == [
        ("A", 3), ("B", 1), ("NONE", 1), ("TOTAL", 5),
    ]  # fmt: skip
    assert values(result, "PPFL", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}
    assert values(result, "PPFL", "TOTAL") == {"count": 3, "total": 5, "proportion": 3 / 5}
    assert result["population"] == {"id": "SCRNFL", "label": "All screened"}


def test_every_declared_reason_is_a_row_even_when_nobody_has_it():
    result = found()
    assert rows(result) == [
        "ITTFL", "ITTFL=not randomised",
        "PPFL", "PPFL=not randomised", "PPFL=stopped", "PPFL=moved away",
    ]  # fmt: skip
    assert values(result, "PPFL=moved away", "TOTAL")["count"] == 0
    assert values(result, "PPFL=not randomised", "NONE")["count"] == 1


def test_those_inside_and_the_reasons_of_the_others_make_up_everybody():
    result = found()
    for group, size in (("A", 3), ("B", 1), ("NONE", 1), ("TOTAL", 5)):
        counts = [values(result, row, group)["count"] for row in rows(result) if "PP" in row]
        assert sum(counts) == size


def test_without_screening_failures_there_is_no_column_for_them():
    assert [group["id"] for group in found("AAAB")["groups"]] == ["A", "B", "TOTAL"]


def test_only_the_populations_that_the_analysis_names_are_counted():
    assert rows(found(populations=["ITTFL"])) == ["ITTFL", "ITTFL=not randomised"]
