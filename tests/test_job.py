"""The door of a step: outputs appear together, sealed, or not at all."""

import json
from pathlib import Path

import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params

from scripts.job import Job, StepError
from scripts.tables import write_table


def filled(container, items: dict):
    """The container as Snakemake fills it: flat, with names for single files and for ranges."""
    for name, value in items.items():
        start = len(container)
        container.extend([value] if isinstance(value, str) else value)
        container._set_name(name, start, end=None if isinstance(value, str) else len(container))
    return container


class Snakemake:
    """What a script sees of its rule: Snakemake's own containers, filled by hand."""

    def __init__(self, inputs: dict, outputs: dict) -> None:
        self.rule = "made_up"
        self.input = filled(InputFiles(), inputs)
        self.output = filled(OutputFiles(), outputs)
        self.params = Params(fromdict={"plan": {"seed": 1}})
        self.log = Log(["results/logs/made_up.log"])


@pytest.fixture
def rule(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_table(pd.DataFrame({"A": [1]}), "dm.parquet")
    return Snakemake(
        {"domains": ["dm.parquet"]},
        {"one": "results/x/one.json", "two": "results/x/two.txt", "seal": "results/x/seals/m.json"},
    )


def test_outputs_are_written_and_sealed_with_their_hashes(rule):
    with Job(rule) as job:
        assert job.tables("domains")["dm"]["A"].tolist() == [1]
        assert job.plan == {"seed": 1}
        job.write("one", {"a": 1})
        job.write("two", "words")
    seal = json.loads(Path("results/x/seals/m.json").read_text(encoding="utf-8"))
    assert set(seal["outputs"]) == {"results/x/one.json", "results/x/two.txt"}
    assert seal["outputs"]["results/x/two.txt"]["size"] == len("words")
    assert set(seal["inputs"]) == {"dm.parquet"}


def test_a_step_that_fails_leaves_nothing_and_says_what_to_do(rule, capsys):
    with pytest.raises(SystemExit), Job(rule) as job:
        job.write("one", {"a": 1})
        raise StepError("row 3 of visits.csv: mend it")
    left = [p for p in Path("results").rglob("*") if p.is_file() and p.suffix != ".log"]
    assert left == []
    assert "made_up: row 3 of visits.csv: mend it" in capsys.readouterr().err
    assert "mend it" in Path("results/logs/made_up.log").read_text(encoding="utf-8")


def test_a_step_that_forgets_an_output_fails_before_anything_is_replaced(rule):
    with pytest.raises(RuntimeError, match=r"two\.txt"), Job(rule) as job:
        job.write("one", {"a": 1})
    assert not Path("results/x/one.json").exists()


def test_an_unknown_input_is_named_with_the_nearest_right_word(rule):
    with pytest.raises(KeyError, match="did you mean 'domains'"):
        Job(rule).paths("domain")
