"""`trialtrace diff`: each number that differs, and what did it."""

import json
from pathlib import Path

import pytest

from scripts import trialtrace
from scripts.audit.difference.naming import Names
from scripts.audit.difference.numbers import Comparison, compare_runs
from scripts.audit.difference.plans import compare_plans, holding
from scripts.audit.difference.runs import read_run
from tests.audit.small_runs import DRAWN, FIRST, PLAN, SECOND, VERSION, Maker

COLOUR = "trial.arms.A.color"


@pytest.fixture
def before(tmp_path) -> Path:
    return Maker().make(tmp_path / "before")


def compared(before: Path, after: Maker) -> Comparison:
    return compare_runs(read_run(before), read_run(after.make(before.parent / "after")))


def why(comparison: Comparison) -> dict[str, set[tuple[str, str]]]:
    """The causes of each number that differs, as kind and name."""
    return {
        one.address: {(cause.kind, cause.name) for cause in one.causes}
        for one in comparison.differences
    }


def idle(comparison: Comparison) -> set[str]:
    """The causes that changed no number."""
    acting = {cause for one in comparison.differences for cause in one.causes}
    return {cause.name for cause in comparison.causes if cause not in acting}


def test_two_runs_of_the_same_differ_in_nothing(before):
    comparison = compared(before, Maker())
    assert why(comparison) == {}
    assert comparison.causes == {}
    assert comparison.fingerprints == []


def test_a_raw_value_changes_the_numbers_behind_which_it_lies(before):
    after = Maker()
    after.raw["ones"][1] = 4.0
    assert why(compared(before, after)) == {
        FIRST: {("data", "raw/ones.csv")}, DRAWN: {("data", "raw/ones.csv")}
    }  # fmt: skip


def test_a_raw_value_is_named_by_row_and_column_with_what_it_was(before):
    after = Maker()
    after.raw["ones"][1] = 4.0
    [cause] = compared(before, after).causes
    assert cause.words == "row 2 VALUE: 2.0 -> 4.0"


def test_a_value_too_small_to_be_seen_in_print_is_told_apart(before):
    after = Maker()
    after.raw["ones"][1] = 2.0001
    comparison = compared(before, after)
    assert {one.address: one.change for one in comparison.differences} == {
        FIRST: "changed unseen", DRAWN: "changed unseen"
    }  # fmt: skip


def test_a_definition_changes_the_numbers_of_its_endpoint_and_is_named_by_its_path(before):
    after = Maker()
    after.plan["endpoints"]["endpoints"]["BETTER"]["factor"] = 4
    comparison = compared(before, after)
    assert why(comparison) == {SECOND: {("plan", "endpoints.endpoints.BETTER.factor")}}
    assert [cause.words for cause in comparison.causes] == ["3 -> 4"]


def test_an_option_of_an_analysis_changes_that_analysis(before):
    after = Maker()
    after.plan["analyses"]["analyses"]["second"]["plus"] = 1
    assert why(compared(before, after)) == {SECOND: {("plan", "analyses.analyses.second.plus")}}


def test_a_format_changes_the_print_and_not_the_value(before):
    after = Maker()
    after.plan["formats"]["decimals"]["difference"] = 2
    comparison = compared(before, after)
    assert {frozenset(causes) for causes in why(comparison).values()} == {
        frozenset({("plan", "formats.decimals.difference")})
    }
    (first,) = [one for one in comparison.differences if one.address == FIRST]
    # (1.04 + 2.0) * 2
    assert (first.before["text"], first.after["text"]) == ("6.1", "6.08")
    assert first.before["value"] == first.after["value"]


def test_a_colour_changes_no_number_and_is_named_all_the_same(before, capsys):
    after = Maker()
    after.plan["trial"]["arms"][0]["color"] = "#333333"
    comparison = compared(before, after)
    assert why(comparison) == {}
    assert idle(comparison) == {COLOUR}
    assert [one.address for one in comparison.fingerprints] == ["front/Plan/front/words"]
    assert trialtrace.main(["diff", str(before), str(before.parent / "after")]) == 0
    said = capsys.readouterr().out
    assert "Differs too, and changed no number\n  P1  plan: trial.arms.A.color: #111111" in said
    assert "No number differs" in said


def test_a_colour_beside_a_raw_value_is_not_blamed_for_what_that_did(before):
    after = Maker()
    after.plan["trial"]["arms"][0]["color"] = "#333333"
    after.raw["ones"][0] = 3.0
    comparison = compared(before, after)
    assert why(comparison)[FIRST] == {("data", "raw/ones.csv")}
    assert idle(comparison) == {COLOUR}


def test_code_is_named_with_its_file(before):
    after = Maker()
    after.code["analyse"] = 1
    causes = {("code", "scripts/analyse.py")}
    assert why(compared(before, after)) == {FIRST: causes, SECOND: causes, DRAWN: causes}


def test_code_that_prints_is_to_blame_where_only_the_print_differs(before):
    after = Maker()
    after.code["print"] = 1
    found = why(compared(before, after))
    assert found[SECOND] == {("code", "scripts/print.py")}


def test_another_lock_is_the_environment(before):
    after = Maker()
    after.lock = "packages 2"
    comparison = compared(before, after)
    assert why(comparison) == {VERSION: {("environment", "code:envs/lock.txt")}}


def test_several_causes_of_a_number_are_all_listed_and_others_are_not_blamed_on_it(before):
    after = Maker()
    after.raw["ones"][0] = 3.0
    after.plan["endpoints"]["endpoints"]["GOOD"]["factor"] = 5
    after.plan["analyses"]["analyses"]["second"]["plus"] = 1
    after.lock = "packages 2"
    lock = ("environment", "code:envs/lock.txt")
    found = why(compared(before, after))
    assert found[FIRST] == {
        ("data", "raw/ones.csv"), ("plan", "endpoints.endpoints.GOOD.factor"), lock
    }  # fmt: skip
    assert ("plan", "analyses.analyses.second.plus") in found[SECOND]
    assert ("plan", "endpoints.endpoints.GOOD.factor") not in found[SECOND]
    assert found[VERSION] == {lock}


def test_a_number_that_appears_or_vanishes_is_told_with_what_the_plan_added(before):
    after = Maker()
    analyses = after.plan["analyses"]["analyses"]
    del analyses["second"]
    analyses["third"] = {"endpoint": "GOOD", "plus": 7}
    comparison = compared(before, after)
    changes = {one.address: one.change for one in comparison.differences}
    assert changes == {SECOND: "vanished", "t_one/third/A-B/estimate": "appeared"}
    found = why(comparison)
    assert found["t_one/third/A-B/estimate"] == {("plan", "analyses.analyses.third")}
    assert found[SECOND] == {("plan", "analyses.analyses.second")}


def test_without_the_plans_the_part_that_differs_is_still_named(before):
    after = Maker()
    after.plan["endpoints"]["endpoints"]["BETTER"]["factor"] = 4
    made = after.make(before.parent / "after")
    comparison = compare_runs(
        read_run(before), read_run((made / "results").rename(before.parent / "moved"))
    )
    assert why(comparison) == {SECOND: {("plan", "endpoints.endpoints.BETTER of derive")}}


def test_a_plan_that_was_changed_after_the_run_is_not_taken_for_what_ran(before):
    after = Maker().make(before.parent / "after")
    text = (after / "config/endpoints.yaml").read_text(encoding="utf-8")
    (after / "config/endpoints.yaml").write_text(text.replace("factor: 3", "factor: 9"))
    comparison = compare_runs(read_run(before), read_run(after))
    assert comparison.causes == {}
    assert "was changed after the run (endpoints)" in comparison.after.notes[0]


def test_a_result_that_differs_for_no_reason_is_said_to(before):
    after = Maker().make(before.parent / "after")
    tables = after / "results/report/tables.json"
    seal = after / "results/analyse/seals/analyse.json"
    tables.write_text(tables.read_text(encoding="utf-8").replace('"6.1"', '"6.2"'))
    changed = json.loads(seal.read_text(encoding="utf-8"))
    changed["outputs"]["results/analyse/first.json"]["sha256"] = "0" * 64
    seal.write_text(json.dumps(changed), encoding="utf-8")
    comparison = compare_runs(read_run(before), read_run(after))
    assert why(comparison)[FIRST] == {("unknown", "results/analyse/first.json")}
    assert "tables.json was changed after print made it" in comparison.after.notes[0]


def test_a_folder_without_a_finished_run_is_named_with_all_that_is_missing(
    before, tmp_path, capsys
):
    (tmp_path / "empty").mkdir()
    (before / "results/analyse/seals/analyse.json").unlink()
    assert trialtrace.main(["diff", str(before), str(tmp_path / "empty")]) == 2
    said = capsys.readouterr().err
    assert "no seal says how results/analyse/first.json was made" in said
    assert "empty/report/tables.json is not there; to make it: snakemake" in said
    assert "empty holds no seals" in said


def test_the_answer_is_short_lines_with_counts_at_the_end(before, capsys):
    after = Maker()
    after.raw["ones"][1] = 4.0
    after.make(before.parent / "after")
    assert trialtrace.main(["diff", str(before), str(before.parent / "after")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[2:])) <= 100
    assert "  D1  raw data: raw/ones.csv: row 2 VALUE: 2.0 -> 4.0" in lines
    # (1.04 + 4.0) * 2
    shown = next(line for line in lines if line.strip().startswith("first/A-B"))
    assert "6.1 -> 10.1  (6.08 -> 10.08)  [D1]" in shown
    assert lines[-4:] == [
        "2 of 6 printed numbers differ", "       2  changed in print", "because of",
        "       2  raw data",
    ]  # fmt: skip


def test_a_program_reads_the_same(before, capsys):
    after = Maker()
    after.raw["ones"][1] = 4.0
    after.make(before.parent / "after")
    assert trialtrace.main(["diff", "--json", str(before), str(before.parent / "after")]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"]["changed"] == 2
    assert answer["causes"]["D1"]["numbers"] == 2
    assert [number["causes"] for number in answer["numbers"]] == [["D1"], ["D1"]]


def test_plans_are_compared_by_the_names_of_entries_and_not_by_their_places():
    before = {"displays": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "p": [1, 2]}
    after = {"displays": [{"id": "c", "n": 3}, {"id": "b", "n": 9}], "p": [1, 3]}
    found = {(change.name, change.words) for change in compare_plans(before, after)}
    assert found == {
        ("displays.a", 'taken out: {"id": "a", "n": 1}'),
        ("displays.b.n", "2 -> 9"),
        ("displays.c", 'added: {"id": "c", "n": 3}'),
        ("p", "[1, 2] -> [1, 3]"),
    }


def test_entries_in_another_order_are_one_difference():
    before = [{"id": "a"}, {"id": "b"}]
    (change,) = compare_plans(before, before[::-1], ("displays",))
    assert (change.name, change.before, change.after) == ("displays", ["a", "b"], ["b", "a"])


@pytest.mark.parametrize(
    ("part", "holds"),
    [
        (("analyses", "first", "plus"), "analyses.analyses.first.plus"),
        # A slice that a step is told under a name of its own.
        (("compare", "analyses", "first", "plus"), "analyses.analyses.first.plus"),
        (("endpoints", "LATE", "label"), "times.times.LATE.label"),
        (("arms",), "trial.arms.A.color"),
        (("references",), ""),
    ],
)
def test_a_part_of_what_a_step_was_told_is_found_in_the_plan(part, holds):
    before = {
        "analyses": {"analyses": {"first": {"plus": 0}}},
        "times": {"times": {"LATE": {"label": "a"}}},
        "trial": {"arms": [{"code": "A", "color": "x"}]},
    }
    after = {
        "analyses": {"analyses": {"first": {"plus": 1}}},
        "times": {"times": {"LATE": {"label": "b"}}},
        "trial": {"arms": [{"code": "A", "color": "y"}]},
    }
    changes = list(compare_plans(before, after))
    assert len(changes) == 3
    assert [change.name for change in holding(part, changes)] == ([holds] if holds else [])


def test_a_word_in_a_title_names_nothing():
    names = Names(PLAN)
    assert names.can_matter(("endpoints", "endpoints", "GOOD", "factor"), "first")
    assert not names.can_matter(("endpoints", "endpoints", "BETTER", "factor"), "first")
    assert not names.can_matter(("analyses", "analyses", "second", "plus"), "first")


def test_a_step_that_no_number_hangs_on_may_be_of_an_earlier_plan(before):
    after = Maker()
    after.plan["endpoints"]["endpoints"]["BETTER"]["factor"] = 4
    made = after.make(before.parent / "after")
    old = json.loads((before / "results/derive/seals/derive.json").read_text(encoding="utf-8"))
    left = {**old, "rule": "pages", "inputs": {}, "outputs": {}}
    (made / "results/report/seals/pages.json").write_text(json.dumps(left), encoding="utf-8")
    comparison = compare_runs(read_run(before), read_run(made))
    assert comparison.after.notes == []
    assert why(comparison) == {SECOND: {("plan", "endpoints.endpoints.BETTER.factor")}}
