"""The whole comparison on a made-up publication of one table and its tables of subjects."""

import json
from typing import Any

import pandas as pd
import pytest

from scripts.report.compare_published import compare_published
from scripts.report.results import OutputsError
from scripts.tables import format_json

SETTINGS = {"imputations": 20, "confidence_level": 0.95, "significance_level": 0.05}
ARMS = [{"code": "A", "label": "Active"}, {"code": "B", "label": "Basic"}]
ADSL = pd.DataFrame({"USUBJID": ["1", "2", "3"], "RANDFL": ["Y", "Y", "N"], "BLED": [1, 2, None]})
ADRESP = pd.DataFrame({"USUBJID": ["1", "2"], "PARAMCD": ["X", "X"], "AVALC": ["Y", "N"]})
TABLES = {"adsl": ADSL, "adresp": ADRESP, "adtte": ADRESP, "adae": ADSL}
RESULT = {
    "id": "cured",
    "title": "Cured",
    "kind": "proportions_by",
    "method": {"label": "Counts"},
    "statistics": [
        {"row": "all", "group": "A", "statistic": "count", "value": 1},
        {"row": "all", "group": "A", "statistic": "total", "value": 8},
        {"row": "all", "group": "A", "statistic": "proportion", "value": 0.125},
    ],
}


def published() -> dict[str, Any]:
    printed = {"count": "1", "total": "8", "proportion": "13%"}
    condition = {"variable": "BLED", "operator": ">=", "value": 1}
    return {
        "source": "A made-up publication.",
        "sections": [{"id": "1", "title": "Proportions"}],
        "items": [
            {
                "id": "P",
                "section": "1",
                "description": "Cured",
                "where": "Table 1",
                "text": "1 (13%)",
                "parts": [{"at": ["cured", "all", "A"], "printed": printed}],
            }
        ],
        "inconsistencies": [
            {
                "id": "I",
                "title": "Few are counted",
                "rules": [
                    {
                        "rule": "rule_applied_to_few",
                        "subjects": condition,
                        "outcome": {"variable": "X", "is": "Y"},
                        "words": {"subjects": "bled", "outcome": "were cured"},
                    }
                ],
            }
        ],
    }


def test_the_document_holds_items_totals_and_inconsistencies_and_is_the_same_each_time() -> None:
    made = [compare_published(published(), SETTINGS, ARMS, {"cured": RESULT}, TABLES) for _ in "12"]
    assert format_json(made[0]) == format_json(made[1])
    document = json.loads(format_json(made[0]))
    item = document["items"][0]
    assert item["verdict"] == "reproduced"  # 1/8 = 12.5 per cent, half-up 13
    assert item["variant"] == "Counts"
    assert [part["rounded"] for part in item["parts"]] == ["1", "8", "13%"]
    assert item["parts"][2]["address"] == {
        "analysis": "cured",
        "row": "all",
        "group": "A",
        "statistic": "proportion",
    }
    assert document["summary"]["percentages"] == {"total": 1, "match": 1}
    # Subjects 1 and 2 bled, subject 3 was not randomised; subject 1 was cured.
    found = document["inconsistencies"][0]
    assert found["evidence"] == "2 subjects bled; 1 of them were cured, 1 did not."
    assert found["shown"] is True


def test_a_publication_without_items_gives_an_empty_document() -> None:
    empty = {"source": "None.", "sections": [], "items": []}
    document = compare_published(empty, SETTINGS, ARMS, {"cured": RESULT}, TABLES)
    assert document["items"] == document["inconsistencies"] == []
    assert document["summary"]["items"] == 0


def test_a_result_that_the_plan_misnames_stops_the_step() -> None:
    plan = published()
    plan["items"][0]["parts"][0]["at"][0] = "curd"
    with pytest.raises(OutputsError, match=r"no result 'curd'; did you mean 'cured'\? \(in P\)"):
        compare_published(plan, SETTINGS, ARMS, {"cured": RESULT}, TABLES)
