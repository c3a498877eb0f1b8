"""The door of a step: outputs appear together, sealed, or not at all."""

import json
from pathlib import Path

import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles, Log, OutputFiles, Params

from scripts.job import Job, StepError
from scripts.seals import entry_of
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


def seal_of(rule) -> dict:
    return json.loads(Path("results/x/seals/m.json").read_text(encoding="utf-8"))


def finish(job) -> None:
    job.write("one", {"a": 1})
    job.write("two", "words")


def test_what_was_parsed_is_what_was_hashed_although_the_file_changed_meanwhile(rule):
    before = entry_of(Path("dm.parquet").read_bytes())
    with Job(rule) as job:
        assert job.tables("domains")["dm"]["A"].tolist() == [1]
        write_table(pd.DataFrame({"A": [2]}), "dm.parquet")
        # Asked for again, it is the bytes of the first time.
        assert job.tables("domains")["dm"]["A"].tolist() == [1]
        finish(job)
    assert seal_of(rule)["inputs"]["dm.parquet"] == before
    assert seal_of(rule)["inputs"]["dm.parquet"] != entry_of(Path("dm.parquet").read_bytes())


def test_a_file_that_changed_after_its_path_was_given_away_stops_the_step(rule, capsys):
    with pytest.raises(SystemExit), Job(rule) as job:
        job.paths("domains")
        write_table(pd.DataFrame({"A": [2]}), "dm.parquet")
        job.tables("domains")
    assert "dm.parquet changed while this ran; run it again" in capsys.readouterr().err


def test_every_input_is_read_once(rule, monkeypatch):
    read = []
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read.append(path.name) or path.open("rb").read()
    )
    with Job(rule) as job:
        job.tables("domains")
        job.content("dm.parquet")
        job.entry("dm.parquet")
        finish(job)
    assert read.count("dm.parquet") == 1


def test_an_input_that_was_never_read_is_named_in_the_log_and_in_the_seal(rule):
    with Job(rule) as job:
        finish(job)
    assert seal_of(rule)["unread"] == ["dm.parquet"]
    assert seal_of(rule)["inputs"]["dm.parquet"] == entry_of(Path("dm.parquet").read_bytes())
    log = Path("results/logs/made_up.log").read_text(encoding="utf-8")
    assert "listed and not read: dm.parquet" in log


def test_a_file_that_the_rule_does_not_list_cannot_be_read(rule):
    Path("cm.parquet").touch()
    with pytest.raises(KeyError, match=r"cm\.parquet is not an input of the rule"):
        Job(rule).content("cm.parquet")


def test_an_output_that_cannot_be_written_is_named_without_a_traceback(rule, capsys):
    Path("results/x").parent.mkdir(exist_ok=True)
    Path("results/x").write_text("a file where the folder belongs", encoding="utf-8")
    with pytest.raises(SystemExit), Job(rule) as job:
        job.write("one", {"a": 1})
    error = capsys.readouterr().err
    assert "results/x cannot be written" in error
    assert "Traceback" not in error
