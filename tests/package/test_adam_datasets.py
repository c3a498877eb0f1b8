"""What is added to the analysis data sets, on three people."""

import pandas as pd
import pytest

from scripts.package.adam.names import internal_name, own_columns, sent_name
from scripts.package.adam.send import sent_records
from scripts.package.adam.subjects import sent_subjects
from scripts.package.transport import differences
from scripts.package.write_adam import send_adam
from tests.package.small_adam import PLAN, planned, small_inputs


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    sent, _ = send_adam(small_inputs())
    return {described["name"]: table for table, described in sent}


def of(table: pd.DataFrame, name: str) -> list:
    return table[name].astype(object).where(table[name].notna(), None).tolist()


def test_every_column_of_a_table_is_sent_with_its_values(tables):
    for name, table in small_inputs().derived.items():
        back = own_columns(tables[name.upper()], table.columns, PLAN)
        assert differences(table, back, ["USUBJID"]) == []


def test_planned_and_actual_treatment_stand_in_every_data_set(tables):
    # The second subject was planned for the second arm and was in the first.
    assert of(tables["ADSL"], "TRT01P") == ["Active", "Control", None]
    assert of(tables["ADSL"], "TRT01A") == ["Active", "Active", None]
    assert of(tables["ADSL"], "TRT01AN") == [1, 1, None]
    assert of(tables["ADTTE"], "TRTP") == ["Active", "Control"]
    assert of(tables["ADTTE"], "TRTAN") == [1, 1]
    assert all(
        {"TRTP", "TRTPN", "TRTA", "TRTAN"} <= set(t) for n, t in tables.items() if n != "ADSL"
    )


def test_an_arm_that_nobody_planned_keeps_its_description_and_has_no_number():
    inputs = small_inputs()
    dm = inputs.domains["dm"]
    inputs.domains["dm"] = dm.assign(ACTARMCD=["ZZ", "AA", None], ACTARM=["Other", "Active", None])
    adsl = sent_subjects(
        inputs.derived["adsl"], inputs.derived["adresp"], inputs.domains, inputs.plan
    )
    assert of(adsl, "TRT01A") == ["Other", "Active", None]
    assert of(adsl, "TRT01AN") == [None, 1, None]


def test_without_an_actual_arm_no_actual_treatment_is_invented():
    inputs = small_inputs()
    inputs.domains["dm"] = inputs.domains["dm"].drop(columns=["ACTARMCD", "ACTARM"])
    adsl = sent_subjects(
        inputs.derived["adsl"], inputs.derived["adresp"], inputs.domains, inputs.plan
    )
    assert not {"TRT01A", "TRT01AN", "ACTARM"} & set(adsl.columns)
    assert "TRTA" not in sent_records("adae", inputs.derived["adae"], adsl, inputs)


def test_the_length_of_treatment_counts_its_first_and_its_last_day(tables):
    assert of(tables["ADSL"], "TRTDURD") == [15 - 1 + 1, 15 - 1 + 1, None]


def test_a_category_has_its_number_in_the_order_of_the_plan(tables):
    assert of(tables["ADSL"], "AGEGR1") == ["Young", "Old", None]
    assert of(tables["ADSL"], "AGEGR1N") == [1, 2, None]


def test_core_variables_and_verdicts_are_those_of_the_subject_of_the_record(tables):
    subjects = tables["ADSL"].set_index("USUBJID")
    assert of(tables["ADSL"], "HIGHFL") == ["Y", "N", None]
    for name in tables.keys() - {"ADSL"}:
        for variable in ("AGEGR1", "HIGHFL", "ITTFL"):
            expected = tables[name]["USUBJID"].map(subjects[variable])
            assert of(tables[name], variable) == expected.tolist()


def test_parameters_and_visits_are_numbered_as_in_the_plan(tables):
    adresp = tables["ADRESP"]
    assert set(zip(adresp["PARAMCD"], adresp["PARAMN"], strict=True)) == {("HIGH", 1), ("USED", 2)}
    assert of(adresp, "AVISITN") == [1.0, None, None, None]


def test_the_record_that_an_analysis_takes_is_flagged(tables):
    # The lowest from day 1 on: the second subject has 5 twice, and the earlier one counts.
    taken = tables["ADXX"][tables["ADXX"]["ANL01FL"] == "Y"]
    assert of(taken, "AVAL") == [40.0, 5.0]
    assert of(taken, "ADAYS") == [7, 7]


def test_a_record_says_which_record_and_variable_it_comes_from(tables):
    found = tables["ADRESP"][["SRCDOM", "SRCVAR", "SRCSEQ"]].dropna()
    assert found.to_numpy().tolist() == [["LB", "LBDTC", 2], ["CM", "CMSTDTC", 1]]
    assert of(tables["ADXX"], "SRCVAR") == ["LBSTRESN"] * 5
    for name, domain, topic in (("ADAE", "AE", "AETERM"), ("ADEX", "EX", "EXTRT")):
        assert of(tables[name], f"{domain}SEQ") == of(tables[name], "SRCSEQ")
        assert of(tables[name], "SRCVAR") == [topic]


def test_a_verdict_that_comes_from_no_single_record_says_by_what_it_was_decided():
    plan = planned()
    plan["endpoints"]["endpoints"]["USED"]["counts_too"] = {"variable": "AGEGR", "is": "Young"}
    sent, _ = send_adam(small_inputs(plan))
    adresp = next(table for table, described in sent if described["name"] == "ADRESP")
    why = "All records that the definition asks for: see CLAUSE and REASON"
    # High, counted though nothing was used, not high, used: subject by subject.
    assert of(adresp, "AVALC") == ["Y", "Y", "N", "Y"]
    assert of(adresp, "SRCDOM") == ["LB", None, None, "CM"]
    counted = "Condition on the subject: AGEGR1 is Young"
    assert of(adresp, "SRCWHY") == [None, counted, why, None]


def test_what_the_standard_requires_and_nobody_collected_is_there_without_a_value(tables):
    assert of(tables["ADSL"], "RACE") == [None, None, None]


def test_a_domain_that_an_analysis_reads_is_an_analysis_data_set(tables):
    adsv = tables["ADSV"]
    assert (of(adsv, "ADAYS"), of(adsv, "ASTDY"), of(adsv, "ITTFL")) == ([0], [1], ["Y"])
    assert "SRCSEQ" not in adsv


def test_a_text_that_sdtm_sends_in_the_place_of_another_is_sent_here_too(tables):
    assert of(tables["ADEX"], "EXDOSFRQ") == ["QS"]
    # Of who was not randomised the sex is not known; SDTM says so with a term.
    assert of(tables["ADSL"], "SEX") == ["F", "M", "U"]


def test_a_variable_has_one_name_in_our_tables_and_one_that_is_sent():
    assert (sent_name("AGEGR", PLAN), sent_name("AGE", PLAN)) == ("AGEGR1", "AGE")
    assert internal_name("AGEGR1", PLAN) == "AGEGR"
    # A verdict in a condition of the plan is its flag.
    assert sent_name("HIGH", PLAN) == "HIGHFL"


def test_a_changed_filter_changes_file_and_specification_together():
    other = planned()
    other["measurements"]["sets"]["adxx"]["parameters"]["XX"]["where"]["is"] = "YY"
    values, notes = [], []
    for plan in (PLAN, other):
        sent, described = send_adam(small_inputs(plan))
        table = next(t for t, d in sent if d["name"] == "ADXX")
        values.append(table["AVAL"].tolist())
        notes.append(described["comments"]["COM.ADXX"])
    assert values == [[10.0, 40.0, 20.0, 5.0, 5.0], [1.0, 2.0]]
    assert "LBTESTCD is XX" in notes[0]
    assert notes[1] == notes[0].replace("LBTESTCD is XX", "LBTESTCD is YY")


def test_a_renamed_variable_changes_file_and_specification_together():
    other = planned(submission__adam__names={"AGEGR": "AGEGR2", "ANOMDY": "ANOMDAYS"})
    sent, described = send_adam(small_inputs(other))
    for table, dataset in sent:
        assert "AGEGR2" in table.columns
        assert not {"AGEGR", "AGEGR1", "AGEGR1N"} & set(table.columns)
        assert list(table.columns) == [entry["name"] for entry in dataset["variables"]]
    assert {"AGEGR2", "AGEGR2N"} <= set(described["codelists"])
    assert "AGEGR2 is Old" in described["methods"]["MT.ADSL.OLDFL"]["text"].replace(
        "Age Group (AGEGR2)", "AGEGR2"
    )
    assert described["renamed"]["AGEGR"] == "AGEGR2"


def test_a_time_by_planned_days_says_between_which():
    plan = planned()
    plan["times"]["times"]["TT"]["scale"] = "nominal"
    sent, _ = send_adam(small_inputs(plan))
    adtte = next(table for table, described in sent if described["name"] == "ADTTE")
    # The first is high in week 1; the second was seen last on day 9, which is no planned visit.
    assert of(adtte, "CNSR") == [0, 1]
    assert (of(adtte, "SNOMDAYS"), of(adtte, "ENOMDAYS")) == ([0, 0], [7 * 1, 9])
    assert of(adtte, "AVAL") == [7 - 0, 9 - 0]


def test_a_time_by_dates_has_no_planned_days(tables):
    assert of(tables["ADTTE"], "SNOMDAYS") == [None, None]
