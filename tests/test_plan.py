"""The plan: closed schemas, and errors that name file, line and the nearest right word."""

import shutil
from pathlib import Path

import pytest
import yaml

from scripts.plan import SCHEMAS, PlanError, load_plan

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    return tmp_path / "config"


def load(folder: Path) -> dict:
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    return load_plan(config, folder)


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first place of a text and give its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return 1 + text.split(old)[0].count("\n")


def test_the_embedded_plan_holds(folder):
    plan = load(folder)
    assert plan["settings"]["imputations"] == 1000
    assert [arm["code"] for arm in plan["trial"]["arms"]] == ["COMBO", "MONO"]


def test_an_unknown_key_names_file_line_and_nearest_word(folder):
    line = spoil(folder / "trial.yaml", "visit_unit:", "visit_units:")
    with pytest.raises(PlanError) as error:
        load(folder)
    assert f"trial.yaml:{line}: unknown key 'visit_units'; did you mean 'visit_unit'?" in str(
        error.value
    )


def test_an_unknown_word_names_the_nearest_allowed_one(folder):
    line = spoil(folder / "trial.yaml", "visit_unit: week", "visit_unit: weeks")
    with pytest.raises(PlanError, match=f"trial.yaml:{line}: .*unknown word 'weeks'.*'week'"):
        load(folder)


def test_findings_of_several_files_are_listed_at_once(folder):
    spoil(folder / "trial.yaml", "visit_unit:", "visit_units:")
    spoil(folder / "endpoints.yaml", "label:", "lable:")
    with pytest.raises(PlanError) as error:
        load(folder)
    assert "visit_units" in str(error.value)
    assert "lable" in str(error.value)


def test_a_key_given_twice_is_an_error_with_both_lines(folder):
    path = folder / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    first = 1 + text.split("visit_unit:")[0].count("\n")
    path.write_text(text + "visit_unit: day\n", encoding="utf-8")
    with pytest.raises(PlanError, match=f"'visit_unit' stands twice, in lines {first} and"):
        load(folder)


def test_a_missing_plan_file_names_the_nearest_one_present(folder):
    spoil(folder / "config.yaml", "trial: trial.yaml", "trial: trail.yaml")
    with pytest.raises(PlanError, match=r"trail.yaml: no such file; did you mean 'trial.yaml'"):
        load(folder)


def test_yaml_that_cannot_be_read_names_the_line(folder):
    (folder / "trial.yaml").write_text("arms:\n  - {code: A\nsites: [\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"trial\.yaml:\d+"):
        load(folder)


def test_the_small_configuration_is_a_part_of_the_full_one(folder):
    overlay = yaml.safe_load((folder / "small.yaml").read_text(encoding="utf-8"))
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    for section, values in overlay.items():
        assert set(values) <= set(config[section])


def closed_objects(schema, path=""):
    """Every object with named keys in a schema, and whether it is closed."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and not path.endswith("/if"):
            yield path, schema
        for key, value in schema.items():
            yield from closed_objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from closed_objects(value, f"{path}/{number}")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_schema_is_closed_and_describes_every_key(path):
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = list(closed_objects(schema))
    assert found
    for where, part in found:
        closed = part.get("additionalProperties") is False or "unevaluatedProperties" in part
        named = isinstance(part.get("additionalProperties"), dict)
        # One schema for each kind, chosen by `if` and `then`; each of them is looked at here too.
        chosen = all("$ref" in branch.get("then", {}) for branch in part.get("allOf", [{}]))
        assert closed or named or chosen, where
        for key, rule in part["properties"].items():
            described = isinstance(rule, dict) and ("description" in rule or "$ref" in rule)
            assert described or "const" in rule, f"{where}/{key}"
