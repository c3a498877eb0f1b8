import pandas as pd
import pytest

from scripts.job import StepError
from scripts.package.sending import translated, transport_files
from scripts.package.specification import origin, variable
from scripts.package.transport import read_transport

PLAN = {"submission": {"translations": {"猫": "Cat"}}, "study.data_cut": "2021-01-31"}
EMPTY = {"standard": "SDTMIG", "version": "3.4", "codelists": {}, "methods": {}, "comments": {}}


def described(*names: str) -> dict:
    variables = [variable(name, f"Label of {name}", origin=origin("Assigned")) for name in names]
    return {"name": "AA", "label": "Made", "keys": [names[0]], "note": None, "variables": variables}


def test_a_text_that_is_translated_is_sent_in_its_translation_and_can_be_turned_back():
    table = pd.DataFrame({"AATERM": pd.Series(["猫", "Dog"], dtype="str")})
    sent = translated(table, PLAN["submission"]["translations"])
    assert sent["AATERM"].tolist() == ["Cat", "Dog"]
    assert translated(sent, {"Cat": "猫"})["AATERM"].tolist() == ["猫", "Dog"]


def test_lengths_and_types_of_the_specification_are_those_of_the_file():
    table = pd.DataFrame({"AATERM": ["Dog", "Horse"], "AASEQ": [1.0, 2.0], "AANUM": [0.5, 0.25]})
    files, whole = transport_files([(table, described(*table.columns))], EMPTY, PLAN)
    assert read_transport(files["aa"]).table["AATERM"].tolist() == ["Dog", "Horse"]
    found = [(v["type"], v["length"], v["digits"]) for v in whole["datasets"][0]["variables"]]
    assert found == [("text", len("Horse"), None), ("integer", 8, None), ("float", 8, 2)]


def test_everything_that_a_transport_file_cannot_hold_is_listed_at_once():
    table = pd.DataFrame({"AATERM": ["猫x", "y" * 201]})
    with pytest.raises(StepError, match=r"(?s)not ASCII.*201 bytes"):
        transport_files([(table, described("AATERM"))], EMPTY, PLAN)
