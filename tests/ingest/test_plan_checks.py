"""A mapping that names something that does not exist is refused before any data are read."""

import copy

import pytest
import yaml

from scripts.ingest.plan_checks import check_sdtm_plan
from scripts.ingest.raw_folder import check_raw_files
from scripts.plan import SCHEMAS, _registry, check_against_schema
from tests.ingest.cases import PROJECT, SEEN, plan, sources, write_people


@pytest.fixture
def whole():
    return copy.deepcopy(plan())


def variables(whole: dict, domain: str) -> dict:
    return whole["sdtm"]["domains"][domain]["records"][0]["variables"]


def only(whole: dict) -> str:
    findings = check_sdtm_plan(whole)
    assert len(findings) == 1, findings
    return findings[0]


def found(whole: dict, *words: str) -> None:
    findings = check_sdtm_plan(whole)
    assert any(all(word in text for word in words) for text in findings), findings


def test_a_right_plan_has_no_findings(whole):
    assert check_sdtm_plan(whole) == []


def test_an_unknown_source_names_the_nearest(whole):
    whole["sdtm"]["domains"]["CO"]["records"][0]["source"] = "peple"
    found(whole, "sdtm, CO record 1 (peple): unknown source 'peple'; did you mean 'people'?")


def test_an_unknown_column_names_domain_block_variable_and_the_nearest(whole):
    variables(whole, "VS")["VSSTRESN"] = {"column": "WEIGTH"}
    assert only(whole) == (
        "sdtm, VS record 1 (people), VSSTRESN: unknown column 'WEIGTH'; did you mean 'WEIGHT'?"
    )


def test_an_unknown_column_in_a_condition_is_found(whole):
    whole["sdtm"]["domains"]["CO"]["records"][0]["where"] = {"variable": "NOT", "missing": False}
    found(whole, "sdtm, CO record 1 (people), where", "unknown column 'NOT'", "'NOTE'")


def test_an_ignored_column_cannot_be_mapped(whole):
    del whole["sources"]["sources"]["people"]["columns"]["NOTE"]
    whole["sources"]["sources"]["people"]["ignore"] = ["NOTE"]
    found(whole, "column 'NOTE' is listed under `ignore`")


def test_an_unknown_code_list_names_the_nearest(whole):
    variables(whole, "DM")["SITEID"]["codelist"] = "sites"
    found(whole, "unknown code list 'sites'; did you mean 'site'?")


def test_an_unknown_variable_names_the_nearest_of_the_domain(whole):
    variables(whole, "QS")["QSSTRSN"] = variables(whole, "QS").pop("QSSTRESN")
    found(whole, "QSSTRSN: unknown variable 'QSSTRSN'; did you mean 'QSSTRESN'?")


def test_an_unknown_domain_names_the_nearest(whole):
    whole["sdtm"]["domains"]["QQ"] = whole["sdtm"]["domains"].pop("QS")
    found(whole, "sdtm: unknown domain 'QQ'", "'QS'")


def test_a_variable_that_is_made_for_every_record_is_not_mapped(whole):
    variables(whole, "QS")["USUBJID"] = {"column": "who"}
    assert "is made for every record" in only(whole)


def test_an_expression_has_exactly_one_head(whole):
    variables(whole, "QS")["QSSTRESN"] = {"column": "score", "constant": 1}
    assert "give exactly one of" in only(whole)
    variables(whole, "QS")["QSSTRESN"] = {"codelist": "site"}
    assert "given: none" in check_sdtm_plan(whole)[0]


def test_a_key_that_means_nothing_beside_its_head_is_found(whole):
    variables(whole, "QS")["QSDTC"] = {"column": "seen_on", "separator": "-"}
    assert "'separator' has no meaning beside 'column'" in only(whole)


def test_variables_that_need_each_other_are_found(whole):
    variables(whole, "QS")["QSCAT"] = {"variable": "QSSCAT"}
    variables(whole, "QS")["QSSCAT"] = {"variable": "QSCAT"}
    assert "QSCAT, QSSCAT need each other" in only(whole)


def test_a_study_day_of_a_variable_that_is_not_mapped_is_found(whole):
    del variables(whole, "QS")["QSDTC"]
    found(whole, "QSDY: unknown variable of this record 'QSDTC'")


def test_a_code_that_the_domain_forbids_is_found_before_the_data_are_read(whole):
    variables(whole, "DM")["SEX"] = {"constant": "Male"}
    assert "SEX: 'Male' is not allowed here" in only(whole)


def test_a_declared_column_that_nothing_uses_is_found(whole):
    del whole["sdtm"]["domains"]["CO"]
    assert "sources, people: column 'NOTE' is read but no record uses it" in only(whole)


def test_a_required_variable_that_is_not_mapped_is_found(whole):
    del variables(whole, "DM")["SITEID"]
    found(whole, "sdtm, DM: SITEID (Study Site Identifier) is not mapped")
    del variables(whole, "QS")["QSTESTCD"]
    found(whole, "sdtm, QS record 1 (seen): QSTESTCD is not mapped")


def test_an_arm_that_the_design_does_not_know_is_found(whole):
    whole["sdtm"]["codelists"]["arm"]["codes"][0]["to"] = "NEWER"
    found(whole, "ARMCD: 'NEWER' is not in the trial's design; did you mean 'NEW'?")
    found(whole, "ARMCD: no raw value becomes 'NEW' of the trial's design")


def test_a_raw_value_that_stands_twice_in_a_code_list_is_found(whole):
    whole["sdtm"]["codelists"]["site"]["codes"].append({"raw": 1, "to": "S"})
    assert "code list site: raw value '1' stands 2 times" in only(whole)


def test_a_code_list_that_nothing_uses_is_found(whole):
    whole["sdtm"]["codelists"]["spare"] = {"codes": [{"raw": 1, "to": "X"}]}
    assert "code list spare: nothing uses it" in only(whole)


def test_keys_of_a_join_must_exist_and_be_of_one_type(whole):
    block = whole["sdtm"]["domains"]["DM"]["records"][0]
    block["join"] = {"seen": {"keys": {"WHO": "week"}, "reduce": {"seen_on": "minimum"}}}
    found(whole, "join seen: WHO is text, seen.week is integer; keys must be of one type")
    block["join"] = {"seen": {"keys": {"WHO": "whom"}}}
    found(whole, "join seen: unknown column 'whom'; did you mean 'who'?")
    block["join"] = {"scene": {"keys": {"WHO": "who"}}}
    found(whole, "join scene: unknown source 'scene'; did you mean 'seen'?")


def test_a_reduced_join_offers_only_what_it_reduces(whole):
    block = whole["sdtm"]["domains"]["DM"]["records"][0]
    block["join"] = {"seen": {"keys": {"WHO": "who"}, "reduce": {"seen_on": "minimum"}}}
    block["variables"]["RFXSTDTC"] = {"column": "seen.seen_on"}
    assert check_sdtm_plan(whole) == []
    block["variables"]["RFICDTC"] = {"column": "seen.score"}
    assert "unknown column 'seen.score'" in only(whole)


def test_a_source_that_contradicts_itself_is_found(whole):
    people = whole["sources"]["sources"]["people"]
    people["ignore"] = ["NOTE"]
    people["columns"]["ARM"] = {"type": "integer", "format": "%d"}
    people["delimiter"] = ";"
    found(whole, "column 'NOTE' is both declared and ignored")
    found(whole, "column ARM: a format is for dates, the type is integer")
    found(whole, "delimiter is for CSV files")


def test_a_file_of_an_unknown_kind_is_found(whole):
    whole["sources"]["sources"]["seen"]["file"] = "seen.cvs"
    found(whole, "unknown file type '.cvs'; did you mean '.csv'?")


def test_a_missing_raw_file_is_named_with_the_nearest_that_is_there(tmp_path):
    assert "no folder" in check_raw_files(sources(), tmp_path)[0]
    (tmp_path / "raw").mkdir()
    write_people(tmp_path / "raw")
    (tmp_path / "raw/seem.csv").write_text(SEEN, encoding="utf-8")
    findings = check_raw_files(sources(), tmp_path)
    assert len(findings) == 1
    assert "raw/seen.csv is missing; did you mean 'seem.csv'?" in findings[0]


@pytest.mark.parametrize("name", ["sources", "sdtm"])
def test_an_unknown_key_in_the_plan_names_its_line_in_words(name, whole):
    registry = _registry()
    assert check_against_schema(name, whole[name], "f.yaml", None, registry) == []
    whole["sources"]["sources"]["people"]["columns"]["WHO"]["tpye"] = "text"
    variables(whole, "DM")["SITEID"]["code_list"] = "site"
    findings = check_against_schema(name, whole[name], "f.yaml", None, registry)
    assert len(findings) == 1
    assert ("did you mean 'type'?" if name == "sources" else "'codelist'?") in findings[0]


def described(schema: dict, at: str) -> list[str]:
    """Keys of a schema that no description explains."""
    missing = []
    for key, item in schema.get("properties", {}).items():
        if "description" not in item:
            missing.append(f"{at}.{key}")
        missing += described(item, f"{at}.{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            missing += described(schema[key], f"{at}.{key}")
    for key, item in schema.get("$defs", {}).items():
        missing += described(item, f"{at}.{key}")
    return missing


@pytest.mark.parametrize("name", ["sources", "sdtm"])
def test_every_key_of_the_schemas_is_described(name):
    schema = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert described(schema, name) == []


SDTM = ["dm", "ds", "sv", "lb", "fa", "ex", "cm", "ae", "sc", "vs", "qs", "ce", "co"]


@pytest.mark.parametrize("name", SDTM)
def test_a_domain_contract_keeps_the_limits_of_a_submission(name):
    path = PROJECT / "config" / "schemas" / "tables" / f"{name}.yaml"
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = contract["columns"]
    assert contract["name"] == name.upper()
    assert all(len(column) <= 8 for column in columns)
    assert all(len(rule["label"]) <= 40 for rule in columns.values())
    assert set(contract["keys"]) <= {c for c, rule in columns.items() if rule.get("nulls") is False}
    assert {"STUDYID", "DOMAIN", "USUBJID", "SRCFILE", "SRCROW"} <= set(columns)
    assert all(rule["type"] == "text" for column, rule in columns.items() if column.endswith("DTC"))
