"""The jobs of the workflow as plain data."""

from types import SimpleNamespace

import pytest

from scripts.audit.jobs import (
    files_of_steps,
    jobs_for,
    perturbations_of,
    told_of,
    with_settings,
)


class Named(list):
    """A list with names, as the workflow has for files of a rule."""

    def __init__(self, **named):
        super().__init__(named.values())
        self.named = named

    def items(self):
        return self.named.items()


def rule(name, read, made):
    return SimpleNamespace(
        name=name,
        script=f"../scripts/a/{name}.py",
        basedir=SimpleNamespace(get_path_or_uri=lambda secret_free: "/project/rules"),
        input=Named(**read),
        output=Named(made=made),
        log=[f"logs/{name}.log"],
        params=Named(plan={"name": name}),
    )


RULES = [
    rule("last", {"x": "b.json", "y": "c.json"}, "d.json"),
    rule("beside", {"x": "b.json"}, "e.json"),
    rule("second", {"x": "b.json", "code": "/project/second.py"}, "c.json"),
    rule("first", {"raw": lambda wildcards: ["raw.csv"]}, "b.json"),
]


def test_jobs_stand_after_those_that_they_need_and_others_are_left_out():
    assert [job["rule"] for job in jobs_for(RULES, ["d.json"])] == ["first", "second", "last"]


def test_raw_files_are_asked_for_as_the_rule_asks_for_them():
    assert jobs_for(RULES, ["b.json"])[0]["input"] == {"raw": ["raw.csv"]}


def test_a_job_holds_its_script_files_and_parameters():
    job = jobs_for(RULES, ["c.json"])[-1]
    assert job["script"] == "/project/scripts/a/second.py"
    assert job["output"] == {"made": "c.json"}
    assert job["params"] == {"plan": {"name": "second"}}


def test_a_target_that_no_rule_makes_is_an_error():
    with pytest.raises(KeyError):
        jobs_for(RULES, ["z.json"])


def test_what_no_job_makes_is_what_the_steps_need():
    assert files_of_steps(RULES, ["d.json"], None) == ["/project/second.py", "raw.csv"]


def test_a_setting_is_changed_wherever_a_job_is_told_it_and_nowhere_else():
    params = {
        "plan": {
            "settings.imputations": 1000,
            "models": {"imputations": 1000},
            "settings": {"imputations": 1000, "seed": 1},
            "family": {"settings": {"confidence_level": 0.95}},
        }
    }
    (job,) = with_settings([{"rule": "a", "params": params}], {"imputations": 20})
    assert job["params"]["plan"] == {
        "settings.imputations": 20,
        "models": {"imputations": 1000},
        "settings": {"imputations": 20, "seed": 1},
        "family": {"settings": {"confidence_level": 0.95}},
    }
    assert params["plan"]["settings.imputations"] == 1000


def test_runs_are_made_again_with_no_more_completed_data_sets_than_the_plan_has():
    asked = perturbations_of({"cells": 5}, {"imputations": 10, "seed": 1})
    assert asked["cells"] == 5
    assert asked["settings"] == {"imputations": 10}


def test_a_job_is_told_the_hash_of_a_changed_file_wherever_it_was_told_the_old_one():
    params = {"plan": {"sources": {"a": {"sha256": "old"}}, "raw": {"a": "old", "b": "kept"}}}
    job = {"rule": "read", "params": params}
    assert told_of(job, {"old": "new"})["params"]["plan"] == {
        "sources": {"a": {"sha256": "new"}},
        "raw": {"a": "new", "b": "kept"},
    }
    assert told_of(job, {}) == job
    assert params["plan"]["raw"]["a"] == "old"
