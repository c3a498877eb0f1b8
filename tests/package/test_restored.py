import pandas as pd
import pytest

from scripts.package.places import tabulations
from scripts.package.sdtm.restored import check_restored, inverse, restore_domains
from scripts.package.sending import translated
from scripts.package.transport import write_transport
from scripts.plan import load_plan, read_plan_file
from scripts.tables import Contract, read_contract, read_table
from tests.package.test_transport import DAY

TEXT = {"type": "text", "label": "Made", "required": True}
CONTRACT = Contract("CO", "Comments", ["USUBJID", "COSEQ"], {
    **dict.fromkeys(("STUDYID", "DOMAIN", "USUBJID"), TEXT),
    "COSEQ": {"type": "integer", "label": "Made"},
    "COVAL": TEXT,
    "COEVAL": {"type": "text", "label": "Made"},
    "COREF": {"type": "text", "label": "Made"},
    "SRCFILE": TEXT,
    "SRCROW": {"type": "integer", "label": "Made", "required": True},
})  # fmt: skip
INTERNAL = pd.DataFrame({
    "STUDYID": "S", "DOMAIN": "CO", "USUBJID": pd.Series(["S-1", "S-2"], dtype="str"),
    "COSEQ": pd.Series([1, 1], dtype="Int64"), "COVAL": pd.Series(["猫", "word"], dtype="str"),
    "COEVAL": pd.Series(["NURSE", None], dtype="str"),
    "SRCFILE": "raw.csv", "SRCROW": pd.Series([7, 9], dtype="Int64"),
})  # fmt: skip
PLAN = {
    "submission": {
        "translations": {"猫": "Cat"},
        "sdtm": {"values": {"CO": {"COEVAL": [{"internal": "NURSE", "sent": "CARE PROVIDER"}]}}},
    },
    "sdtm": {"domains": {"CO": {"records": [{"variables": {"COVAL": {}, "COEVAL": {}}}]}}},
}


def file_of(name: str, table: pd.DataFrame) -> bytes:
    labels = dict.fromkeys(table.columns, "Made")
    return write_transport(table, name=name, label="Made", labels=labels, day=DAY)


def sent(**more: list) -> pd.DataFrame:
    table = INTERNAL.drop(columns=["SRCFILE", "SRCROW"]).assign(COEVAL=["CARE PROVIDER", None])
    added = {name: pd.Series(values, dtype="str") for name, values in more.items()}
    return translated(table.assign(**added), {"猫": "Cat"})


def restored(files: dict[str, bytes]) -> pd.DataFrame:
    return restore_domains(files, {"co": CONTRACT}, PLAN)["co"]


def test_translations_and_texts_of_the_standard_are_turned_back_and_added_variables_dropped():
    found = restored({"co": file_of("CO", sent(EPOCH=["TREATMENT", None]))})
    assert list(check_restored({"co": INTERNAL}, {"co": found})) == []
    assert list(found.columns) == list(INTERNAL.columns)
    assert (found.dtypes == INTERNAL.dtypes).all()


def test_a_restored_record_says_which_record_of_which_transport_file_it_is():
    found = restored({"co": file_of("CO", sent())})
    assert found[["SRCFILE", "SRCROW"]].to_numpy().tolist() == [["co.xpt", 1], ["co.xpt", 2]]


def test_a_long_text_is_put_together_from_its_pieces():
    found = restored({"co": file_of("CO", sent(COVAL1=["has", None], COVAL2=["whiskers", None]))})
    assert found["COVAL"].tolist() == ["Cat has whiskers", "word"]


def test_what_the_standard_has_no_variable_for_comes_back_from_its_supplement():
    supplement = pd.DataFrame({
        "USUBJID": ["S-2", "S-1"], "IDVAR": "COSEQ", "IDVARVAL": "1",
        "QNAM": "COEVAL", "QVAL": ["AUNT", "CARE PROVIDER"],
    })  # fmt: skip
    files = {"co": file_of("CO", sent().drop(columns="COEVAL"))}
    found = restored(files | {"suppco": file_of("SUPPCO", supplement)})
    assert found["COEVAL"].tolist() == ["NURSE", "AUNT"]


def test_another_value_that_would_come_back_is_named_with_its_record():
    found = restored({"co": file_of("CO", sent())}).assign(COVAL=["猫", "ward"])
    (finding,) = check_restored({"co": INTERNAL}, {"co": found})
    assert finding.startswith("co, record 2: COVAL 'word' would come back as 'ward'")


def test_two_texts_that_are_sent_as_one_cannot_be_turned_back():
    with pytest.raises(ValueError, match="for two different texts: Cat"):
        inverse({"猫": "Cat", "cat": "Cat"})


def test_the_domains_of_the_embedded_trial_come_back_from_its_package(package):
    root = package.parents[1]
    plan = load_plan(read_plan_file(root / "config/config.yaml")[0], root / "config")
    folder = root / tabulations(plan)
    names = [name.lower() for name in plan["sdtm"]["domains"]]
    schemas = root / "config" / "schemas" / "tables"
    contracts = {name: read_contract(schemas / f"{name}.yaml") for name in names}
    files = {path.stem: path.read_bytes() for path in folder.glob("*.xpt")}
    found = restore_domains(files, contracts, plan)
    domains = {
        name: read_table(root / f"results/ingest/sdtm/{name}.parquet", contracts[name])
        for name in names
    }
    assert set(found) == set(domains)
    assert list(check_restored(domains, found)) == []
    for name, table in found.items():
        assert (table.dtypes == domains[name].dtypes).all()
        assert table["SRCROW"].tolist() == sorted(table["SRCROW"])
