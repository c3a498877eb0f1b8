"""Times to event: event, censoring with its reason, planned and actual days."""

import pandas as pd
import pytest

from scripts.derive.derive_times import derive_times
from scripts.imports import PROJECT
from scripts.job import StepError
from scripts.tables import check_table, read_contract
from tests.derive.build import Case, at, judge, name_of, prepare, read_plan, response_table, times

RELAPSED = Case("relapse", [at(4, 50), at(6, 50, shift=1), at(20, 20, shift=-2), at(52, 50)], {})
HELD = Case("held", [at(3, 50, shift=1), at(4, 50, shift=1), at(52, 50, shift=3)], {})
NONE = Case("no response", [at(4, 20)], {})


@pytest.fixture(scope="module")
def made():
    plan = read_plan()
    return times(prepare([RELAPSED, HELD, NONE], plan), plan)


def test_the_time_to_response_is_that_of_the_planned_visit(made):
    assert made.loc[(name_of(0), "TTR"), "AVAL"] == 4 * 7
    assert made.loc[(name_of(1), "TTR"), "AVAL"] == 3 * 7
    assert made.loc[(name_of(1), "TTRA"), "AVAL"] == 3 * 7 + 1


def test_the_duration_of_a_lost_response_ends_at_the_loss(made):
    found = made.loc[(name_of(0), "RFS")]
    assert (found["AVAL"], found["CNSR"]) == (20 - 4, 0)
    assert found["EVNTDESC"] == "count below 30"
    assert (found["SRCDOM"], found["SRCVAR"], found["SRCSEQ"]) == ("LB", "LBDTC", 4)
    # Two days before week 20, from day 28: (140 - 2 - 28) / 7.
    assert made.loc[(name_of(0), "RFSA"), "AVAL"] == pytest.approx((140 - 2 - 28) / 7)


def test_a_held_response_is_censored_at_the_last_assessment_with_its_reason(made):
    found = made.loc[(name_of(1), "RFS")]
    assert (found["AVAL"], found["CNSR"]) == (52 - 3, 1)
    assert found["CNSDTDSC"] == "in response at the last count"
    assert pd.isna(found["EVNTDESC"])
    assert made.loc[(name_of(1), "RFSA"), "AVAL"] == pytest.approx((52 * 7 + 3 - 22) / 7)


def test_only_responders_have_a_duration(made):
    assert made.index[made.index.get_level_values("USUBJID") == name_of(2)].tolist() == [
        (name_of(2), "TTRALL")
    ]


def test_without_a_response_the_time_to_it_is_censored_at_the_last_assessment(made):
    found = made.loc[(name_of(2), "TTRALL")]
    assert (found["AVAL"], found["CNSR"]) == (4, 1)
    assert found["CNSDTDSC"] == "no overall response at the last count"
    assert made.loc[(name_of(0), "TTRALL"), ["AVAL", "CNSR"]].tolist() == [4, 0]


EVENTS = pd.DataFrame(
    {
        "USUBJID": [name_of(0), name_of(0), name_of(1)],
        "CESEQ": pd.array([1, 2, 1], dtype="Int64"),
        "CETERM": ["fall", "fall", "cough"],
        "CESTDTC": ["2018-03-01", "2018-02-01", "2018-01-15"],
    }
)
FALL = {
    "label": "Time to first fall (days)",
    "unit": "day",
    "scale": "actual",
    "start": {"variable": "TRTSDT"},
    "event": [
        {
            "record": {
                "domain": "CE",
                "where": {"variable": "CETERM", "is": "fall"},
                "description_from": "CETERM",
            }
        }
    ],
    "censor": [
        {"variable": "DCTDT", "words": "discontinued", "ends_observation": True},
        {"last_assessment": "PLAT", "words": "no fall seen"},
    ],
}


def falls(cases, spec=FALL):
    plan = read_plan()
    derived = prepare(cases, plan)
    derived.domains["ce"] = EVENTS
    adresp = response_table(judge(derived, {"OR": plan["endpoints"]["endpoints"]["OR"]}))
    return derive_times(
        derived.adsl, adresp, derived.measurements, derived.domains, {"FALL": spec}
    ).set_index("USUBJID")


def test_an_event_may_come_from_the_records_of_a_domain():
    found = falls([RELAPSED, HELD])
    assert found.loc[name_of(0), ["AVAL", "CNSR", "EVNTDESC"]].tolist() == [31, 0, "fall"]
    assert found.loc[name_of(0), ["SRCDOM", "SRCVAR", "SRCSEQ"]].tolist() == ["CE", "CESTDTC", 2]
    assert found.loc[name_of(1), ["AVAL", "CNSR"]].tolist() == [52 * 7 + 3, 1]
    assert found.loc[name_of(1), "CNSDTDSC"] == "no fall seen"


def test_an_event_after_a_censoring_that_ends_the_observation_does_not_count():
    stopped = Case("stopped", [at(4, 20)], {}, completed=False)
    # Treatment stopped on day 84, the fall of the first subject is on day 31.
    assert falls([stopped])["AVAL"].tolist() == [31]
    early = {**FALL, "censor": [{"variable": "RFEARLY", "words": "x", "ends_observation": True}]}
    plan = read_plan()
    derived = prepare([stopped], plan)
    derived.domains["ce"] = EVENTS
    adsl = derived.adsl.assign(RFEARLY=derived.adsl["TRTSDT"] + pd.Timedelta(days=30))
    adresp = response_table(
        judge(derived, {}) if False else judge(derived, {"OR": or_definition()})
    )
    found = derive_times(adsl, adresp, derived.measurements, derived.domains, {"FALL": early})
    assert found[["AVAL", "CNSR", "CNSDTDSC"]].iloc[0].tolist() == [30, 1, "x"]


def or_definition():
    return read_plan()["endpoints"]["endpoints"]["OR"]


def test_a_subject_with_neither_event_nor_censoring_is_an_error():
    spec = {name: value for name, value in FALL.items() if name != "censor"}
    with pytest.raises(StepError, match=r"FALL: 1 subject.*neither an event.*S-001"):
        falls([RELAPSED, HELD], spec)


def test_an_event_before_its_start_is_an_error():
    spec = {**FALL, "start": {"variable": "DCTDT"}}
    stopped = Case("stopped", [at(4, 20)], {}, completed=False)
    with pytest.raises(StepError, match="an end before the start: S-000"):
        falls([stopped], spec)


def test_only_those_of_a_condition_have_the_time():
    spec = {**FALL, "among": {"condition": {"variable": "DISCFL", "is": "Y"}}}
    stopped = Case("stopped", [at(4, 20)], {}, completed=False)
    assert falls([stopped, HELD], spec).index.tolist() == [name_of(0)]


def test_a_plan_without_times_gives_a_table_without_records_that_keeps_its_contract():
    plan = read_plan()
    derived = prepare([HELD], plan)
    adresp = response_table(judge(derived, {"OR": or_definition()}))
    found = derive_times(derived.adsl, adresp, derived.measurements, derived.domains, {})
    assert len(found) == 0
    contract = read_contract(PROJECT / "config" / "schemas" / "tables" / "adtte.yaml")
    assert check_table(found, contract) == []
