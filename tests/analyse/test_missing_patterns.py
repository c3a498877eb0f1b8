"""Which visits lack a measurement, and the patterns that they make."""

from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import yaml

from scripts.analyse.describe_measurements import describe_measurements
from scripts.analyse.missing_patterns import class_of
from tests.analyse.trial import PLAN, plan_with, rows, subjects, values

ANALYSIS = {"kind": "missing_patterns", "records": "adscore", "parameter": "SCORE"}
VISITS = [
    {"VISITNUM": number, "VISIT": f"Day {number}", "nominal": number} for number in (0, 7, 14)
]
# A, A, A, B, B: to the end; the first only; the last missed; a gap; nothing.
SEEN = {"S00": [0, 7, 14], "S01": [0], "S02": [0, 7], "S03": [0, 14], "S04": []}


def found(seen=SEEN, **more):
    records = [(who, visit, 1.0) for who, visits in seen.items() for visit in visits]
    table = pd.DataFrame(records, columns=["USUBJID", "VISITNUM", "AVAL"])
    other = table.iloc[:0].assign(PARAMCD="OTHER")
    everything = pd.concat(
        [
            table.assign(PARAMCD="SCORE"),
            # another parameter, no value, and a visit outside the schedule are no measurement
            pd.DataFrame(
                {
                    "USUBJID": ["S04", "S04", "S04"],
                    "VISITNUM": [0, 0, 99],
                    "AVAL": [1.0, None, 1.0],
                    "PARAMCD": ["OTHER", "SCORE", "SCORE"],
                }
            ),
            other,
        ],
        ignore_index=True,
    )
    plan = plan_with({**ANALYSIS, **more}, {**PLAN, "visits": VISITS})
    return describe_measurements(subjects("AAABB"), None, {"adscore": everything}, plan)["one"]


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        ([1, 1, 1], "complete"),
        ([1, 1, 0], "monotone"),
        ([1, 0, 0], "monotone"),
        ([1, 0, 1], "intermittent"),
        ([0, 1, 1], "intermittent"),
        ([0, 1, 0], "intermittent"),
        ([0, 0, 0], "never"),
    ],
)
def test_a_pattern_is_complete_monotone_intermittent_or_never(seen, word):
    assert class_of(seen) == word


def test_those_measured_at_a_visit_are_counted_of_all_in_the_population():
    result = found()
    assert values(result, "measured=Day 0", "A") == {"count": 3, "total": 3, "proportion": 1.0}
    assert values(result, "measured=Day 7", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}
    assert values(result, "measured=Day 7", "B") == {"count": 0, "total": 2, "proportion": 0.0}
    assert values(result, "measured=Day 14", "TOTAL")["count"] == 2


def test_everybody_is_in_one_class_and_a_dropout_has_one_last_visit():
    result = found()
    counts = {
        word: values(result, f"class={word}", "TOTAL")["count"]
        for word in ("complete", "monotone", "intermittent", "never")
    }
    assert counts == {"complete": 1, "monotone": 2, "intermittent": 1, "never": 1}
    assert values(result, "last=Day 0", "A")["count"] == 1
    assert values(result, "last=Day 7", "A")["count"] == 1
    # nobody drops out after the last visit; a visit at which nobody did is a row of zeros
    assert "last=Day 14" not in rows(result)
    assert values(result, "last=Day 0", "B")["count"] == 0


def test_patterns_stand_by_frequency_then_from_full_to_empty_with_counts_by_group():
    more = {**SEEN, "S01": [0, 14]}
    result = found(more)
    assert [item["pattern"] for item in result["patterns"]] == [
        [1, 0, 1], [1, 1, 1], [1, 1, 0], [0, 0, 0],
    ]  # fmt: skip
    assert result["patterns"][0] == {
        "row": "pattern=101",
        "pattern": [1, 0, 1],
        "class": "intermittent",
        "last": "Day 14",
        "counts": {"A": 1, "B": 1, "TOTAL": 2},
    }
    assert result["patterns"][-1]["last"] is None
    assert values(result, "pattern=101", "TOTAL") == {
        "count": 2, "total": 5, "proportion": 2 / 5,
    }  # fmt: skip
    assert sum(item["counts"]["TOTAL"] for item in result["patterns"]) == 5


def test_records_that_the_plan_leaves_out_are_no_measurements():
    result = found(where={"variable": "VISITNUM", "operator": "<", "value": 14})
    assert values(result, "measured=Day 14", "TOTAL")["count"] == 0
    assert values(result, "class=complete", "TOTAL")["count"] == 0


def test_the_result_with_its_patterns_is_of_the_declared_form():
    schema = Path(__file__).resolve().parents[2] / "config" / "schemas" / "result.yaml"
    jsonschema.validate(found(), yaml.safe_load(schema.read_text(encoding="utf-8")))
