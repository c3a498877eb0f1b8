"""The guides: nothing in them that the package contradicts, and no number without its check."""

import copy
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.job import StepError
from scripts.package.guides.adrg_facts import without_model
from scripts.package.guides.claim_checks import check_claims, locked_versions
from scripts.package.guides.claims import Claims, Described
from scripts.package.guides.contents import Made, adrg_of
from scripts.package.guides.dependencies import execution_order
from scripts.package.guides.guide_facts import BareNumberError
from scripts.package.guides.guide_pages import check_words, compose_guide, numbered
from scripts.package.write_guides import write_guides
from tests.package.small_package import TEMPLATES, made_package

TAG = re.compile(r"<[^>]*>")


def words_of(html: str) -> str:
    """What a reader sees."""
    body = html.partition("<body>")[2]
    return " ".join(TAG.sub(" ", re.sub(r"<style>.*?</style>", "", body, flags=re.S)).split())


@pytest.fixture(scope="module")
def written() -> tuple[dict[str, str], list[dict[str, str]]]:
    return write_guides(*made_package(), TEMPLATES)


def findings_with(described: Described, made: Made | None = None) -> str:
    """What is found where the guides are made from other descriptions than the package holds."""
    own, _, evidence = made_package()
    with pytest.raises(StepError) as error:
        write_guides(made or own, described, evidence, TEMPLATES)
    return str(error.value)


def test_the_guides_stand_in_the_order_of_the_sections_that_reviewers_know(written):
    headings = re.findall(r"<h1 id=\S+?><span[^>]*>\d+</span> (.*?)</h1>", written[0]["adrg"])
    assert headings[:8] == [
        "Introduction",
        "Protocol description",
        "Analysis considerations related to analysis data sets",
        "Analysis data creation and processing issues",
        "Analysis data set descriptions",
        "Data conformance summary",
        "Submission of programs",
        "Directory structure",
    ]
    headings = re.findall(r"<h1 id=\S+?><span[^>]*>\d+</span> (.*?)</h1>", written[0]["csdrg"])
    assert headings[:4] == [
        "Introduction",
        "Protocol description",
        "Subject data description",
        "Data conformance summary",
    ]


def test_populations_are_counted_in_the_transport_file(written):
    said = {c["about"]: c["said"] for c in written[1] if c["kind"] == "subjects"}
    first, second, last = ("Lotion 2%", "Lotion 1%", "Vehicle")
    assert said["ALLFL/"] == str(3 + 2 + 2 - 1)
    assert said[f"ALLFL/{first}"] == "3"
    assert said[f"ALLFL/{second}"] == "2"
    assert said[f"ALLFL/{last}"] == str(2 - 1)


def test_a_guide_that_names_a_data_set_that_is_not_there_fails():
    _, described, evidence = made_package()
    datasets = {"ADSX": described.datasets["ADSL"]}
    claims = Claims("adrg", replace(described, datasets=datasets))
    claims.dataset("ADSX")
    claims.records("ADSX")
    findings = check_claims(claims.made(), evidence)
    assert len(findings) == 2
    assert all("no transport file of ADSX; did you mean 'ADSL'?" in text for text in findings)


def test_a_data_set_that_is_taken_out_of_the_package_is_named_by_both_guides():
    made, described, evidence = made_package()
    held = {name: transported for name, transported in evidence.held.items() if name != "DM"}
    with pytest.raises(StepError) as error:
        write_guides(made, described, replace(evidence, held=held), TEMPLATES)
    assert "csdrg: dataset of DM is said to be 'DM'" in str(error.value)
    assert "adrg: dataset of DM is said to be 'DM'" in str(error.value)


def test_a_wrong_count_a_wrong_label_and_a_variable_that_is_gone_are_each_named():
    _, described, _ = made_package()
    datasets = copy.deepcopy(dict(described.datasets))
    datasets["ADSL"]["records"] = 70
    datasets["DM"]["label"] = "People"
    datasets["ADSL"]["variables"] = datasets["ADSL"]["variables"][:-1]
    found = findings_with(replace(described, datasets=datasets))
    assert "adrg: records of ADSL is said to be '70' (specification); in the package: 7" in found
    assert "csdrg: label of DM is said to be 'People'" in found
    assert f"columns of ADSL is said to be '{5 - 1}'" in found


def test_an_analysis_of_a_variable_that_is_not_sent_fails():
    made, described, _ = made_package()
    analyses = copy.deepcopy(made.analyses)
    analyses["analyses"]["who_is_who"]["datasets"][0]["variables"] = ["TRT01Q"]
    found = findings_with(described, replace(made, analyses=analyses))
    assert "no variable TRT01Q in ADSL; did you mean 'TRT01P'?" in found


def test_a_wrong_program_a_wrong_display_and_an_analysis_without_result_are_each_named():
    made, described, _ = made_package()
    analyses = copy.deepcopy(made.analyses)
    entry = analyses["analyses"].pop("who_is_who")
    analyses["analyses"]["who_was_who"] = {**entry, "program": "compare-proportion.txt"}
    displays = {"t_one": {**analyses["displays"]["t_one"], "number": "Table 2"}}
    changed = replace(described, displays=displays)
    found = findings_with(changed, replace(made, analyses=analyses))
    assert "no program compare-proportion.txt; did you mean 'compare-proportions.txt'?" in found
    assert "display of t_one is said to be 'Table 2'" in found
    assert "no result of who_was_who; did you mean 'who_is_who'?" in found


def test_a_path_that_leads_nowhere_and_another_version_than_the_lock_are_named():
    made, described, evidence = made_package()
    paths = {path for path in evidence.files if not path.endswith("define.html")}
    changed = replace(evidence, files=frozenset(paths), locked={"numpy": "2.0.0"})
    with pytest.raises(StepError) as error:
        write_guides(made, described, changed, TEMPLATES)
    assert "no file m5/datasets/itch-01/analysis/adam/datasets/define.html" in str(error.value)
    assert "version of numpy is said to be '2.4.6' (environment); in the package: 2.0.0" in str(
        error.value
    )


def test_a_core_variable_with_another_value_than_the_subject_has_is_found():
    _, described, evidence = made_package()
    adsl = evidence.held["ADSL"]
    table = adsl.table[["STUDYID", "USUBJID", "TRT01P"]].copy()
    claims = Claims("adrg", described)
    claims.shared("ADSL", "TRT01P", ["ADAE"])
    held = {**evidence.held, "ADAE": replace(adsl, name="ADAE", table=table)}
    assert check_claims(claims.made(), replace(evidence, held=held)) == []
    changed = table.assign(TRT01P=["Vehicle", *table["TRT01P"][1:]])
    held["ADAE"] = replace(adsl, name="ADAE", table=changed)
    findings = check_claims(claims.made(), replace(evidence, held=held))
    assert len(findings) == 1
    assert "another value in 1 record(s) of ADAE" in findings[0]


def test_wrong_counts_of_conformance_and_of_subjects_are_named():
    _, described, _ = made_package()
    core = copy.deepcopy(described.conformance["core"])
    core["counts"]["skipped"] = 0
    core["counts"]["success"] = 2
    members = {**described.members, "ALLFL": {**described.members["ALLFL"], "": 99}}
    conformance = {**described.conformance, "core": core}
    found = findings_with(replace(described, conformance=conformance, members=members))
    assert "status of core/skipped is said to be '0'" in found
    assert "status of core/success is said to be '2'" in found
    assert "subjects of ALLFL/ is said to be '99'" in found


def test_a_finding_without_an_explanation_stops_the_guides():
    made, described, _ = made_package()
    core = copy.deepcopy(dict(made.core))
    core["rules"][2]["findings"][0]["explanation"] = None
    assert "R-3 in DM has no explanation" in findings_with(described, replace(made, core=core))


def test_skipped_rules_are_shown_apart_from_passed_ones_and_every_finding_with_its_answer(written):
    text = words_of(written[0]["csdrg"])
    assert "success 1 skipped 1 issue reported 1 execution error 0" in text
    assert "R-3 DM 3 Something is so. Explanation: It is meant to be so." in text


def test_where_core_was_not_executed_the_guide_says_so_and_why_and_never_that_it_passed():
    made, described, evidence = made_package()
    core = {**made.core, "status": "not executed", "reason": "no Python 3.12", "rules": []}
    conformance = {"core": core, "gate": made.gate}
    pages, _ = write_guides(
        replace(made, core=core),
        replace(described, conformance=conformance),
        replace(evidence, conformance=conformance),
        TEMPLATES,
    )
    text = words_of(pages["csdrg"])
    assert "CDISC CORE: not executed. Reason: no Python 3.12." in text
    assert "was run" not in text
    assert "success" not in text


def test_the_guide_to_adam_says_that_core_did_not_check_it(written):
    text = words_of(written[0]["adrg"])
    assert "CORE did not check these data sets" in text
    assert "R-3" not in text


def test_no_template_of_the_guides_holds_a_number_or_computes():
    assert check_words(TEMPLATES) == []


def test_a_number_among_the_facts_would_be_printed_without_a_claim_and_is_refused():
    made, described, _ = made_package()
    facts = {**adrg_of(made), "extra": [{"count": 7}]}
    with pytest.raises(BareNumberError, match=r"adrg\.extra\[0\]\.count: 7"):
        compose_guide("adrg", facts, Claims("adrg", described), TEMPLATES)


def test_warnings_that_the_programs_gave_are_listed_as_expected(written):
    assert "Few subjects. who_is_who" in words_of(written[0]["adrg"])


def test_programs_are_listed_in_an_order_in_which_they_can_run():
    made, _, _ = made_package()
    order = execution_order(made.seals.values())
    assert order == ["standardise", "derive_subjects", "compare_proportions"]


def test_the_method_of_an_interval_names_its_quantile_and_leaves_out_the_model():
    text = "Wald interval. Limits: normal quantile. Model: a of b. Software: x 1.0."
    assert without_model(text) == "Wald interval. Limits: normal quantile."


def test_headings_are_numbered_and_the_contents_lead_to_them():
    html = numbered("<!--contents--><h1>One</h1><h2>Two</h2><h2>Three</h2><h1>Four</h1>")
    assert '<h2 id="s-1-2"><span class="number">1.2</span> Three</h2>' in html
    assert html.count("<li") == 4
    assert set(re.findall(r'href="#([^"]+)"', html)) == set(re.findall(r'id="([^"]+)"', html))


def test_a_package_that_the_lock_has_twice_has_the_version_of_either():
    lock = "numpy==2.4.6 ; python < '3.12' \\\n    # via x\nnumpy==2.5.5 ; python >= '3.12'\n"
    assert locked_versions(lock) == {"numpy": "2.4.6 or 2.5.5"}
    evidence = replace(made_package()[2], locked=locked_versions(lock))
    claim = {"document": "a", "kind": "version", "about": "numpy", "source": "s"}
    assert check_claims([{**claim, "said": "2.5.5"}], evidence) == []
    assert len(check_claims([{**claim, "said": "2.5"}], evidence)) == 1


def test_two_trials_with_two_three_arms_have_the_same_guides_but_for_their_words(written):
    text = words_of(written[0]["adrg"])
    assert "Lotion 2% HIGH 1" in text
    assert "A made-up trial of two strengths" in text


def claims_of(package: Path) -> list[dict[str, str]]:
    document = json.loads((package / "specification" / "guides.json").read_text(encoding="utf-8"))
    return document["claims"]


def test_every_path_and_program_that_the_guides_name_is_in_the_finished_package(package):
    claims = claims_of(package)
    paths = {claim["said"] for claim in claims if claim["kind"] == "path"}
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not (package / path).exists()] == []
    programs = {claim["said"] for claim in claims if claim["kind"] == "program"}
    files = {path.name for path in package.glob("m5/datasets/*/analysis/adam/programs/*.txt")}
    assert programs and programs <= files


def test_every_data_set_of_the_package_is_named_with_its_records_in_the_guide_to_it(package):
    for guide, folder in (("csdrg", "tabulations/sdtm"), ("adrg", "analysis/adam/datasets")):
        own = [claim for claim in claims_of(package) if claim["document"] == guide]
        counted = {claim["about"] for claim in own if claim["kind"] == "records"}
        files = {path.stem.upper() for path in package.glob(f"m5/datasets/*/{folder}/*.xpt")}
        assert files
        assert files <= counted
