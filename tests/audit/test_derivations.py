"""From raw values to analysis data: what is predicted is what changes, and not much else.

The samples change raw values, make the trial again with the functions of the steps, and hold every
cell that changed against the index. The cases by hand say what a value may reach, and what not.
"""

import importlib
import os

import numpy as np
import pandas as pd
import pytest

from scripts.audit.lineage.reads import EXISTENCE
from scripts.job import StepError
from scripts.tables import TableError
from tests.audit.rerun import PROJECT, SECOND, changed_value, missed, trial_of, with_cells

# Batches of so many cells, of different subjects; more of them to look longer.
BATCHES, CELLS = int(os.environ.get("TRIALTRACE_BATCHES", "2")), 16


def embedded():
    return trial_of(PROJECT)


def second():
    return trial_of(SECOND)


def batch_of(trial, rng) -> dict:
    """Cells of different subjects with other values; columns that name a subject stay."""
    sources = trial.plan["sources"]["sources"]
    named = {(name, source["subject"]) for name, source in sources.items()}
    columns = [
        (s, c) for s, source in sources.items() for c in source["columns"] if (s, c) not in named
    ]
    cells: dict = {}
    seen: set[int] = {-1}
    for number in rng.permutation(len(columns)):
        source, column = columns[number]
        row = int(rng.integers(len(trial.raw[source])))
        subject = int(trial.subject_of(source)[row])
        if subject not in seen and len(cells) < CELLS:
            seen.add(subject)
            cells[(source, row, column)] = changed_value(trial, (source, row, column), rng)
    return cells


def tried(trial, cells: dict) -> tuple[int, list[str]]:
    """(how many cells were tried, what was missed); a cell that stops the run is left out."""
    try:
        domains, derived = trial.made_of(with_cells(trial.raw, cells))
    except (StepError, TableError):
        if len(cells) == 1:
            return 0, []
        items = list(cells.items())
        halves = [dict(items[: len(items) // 2]), dict(items[len(items) // 2 :])]
        first, second = (tried(trial, half) for half in halves)
        return first[0] + second[0], first[1] + second[1]
    derived.pop("decisions")
    return len(cells), missed(trial, trial.keyed(domains, derived), trial.marks(cells))


@pytest.mark.parametrize("make", [embedded, second])
def test_every_cell_that_changes_was_predicted(make):
    trial, rng = make(), np.random.default_rng(2022)
    count, found = 0, []
    for _ in range(BATCHES):
        number, misses = tried(trial, batch_of(trial, rng))
        count, found = count + number, found + misses
    assert found == []
    assert count >= BATCHES * 5


def test_a_change_that_was_not_predicted_is_found():
    trial, cell = embedded(), ("demography", 3, "AGE")
    domains, derived = trial.made_of(with_cells(trial.raw, {cell: 77}))
    derived.pop("decisions")
    found = missed(trial, trial.keyed(domains, derived), trial.marks([]))
    assert any(text.endswith(" AGE") and text.startswith("derive/adsl") for text in found)


# What the values of one subject reach


def rows_of(source: str, subject: str, **values) -> list[int]:
    """The raw rows of a subject (SUBJID) with some values, in order."""
    table = embedded().raw[source]
    rows = table["SUBJID"].str.strip() == subject
    for name, value in values.items():
        rows &= table[name] == value
    return list(np.flatnonzero(rows.fillna(False).to_numpy(bool)))


def first_subject(verdict: pd.Series) -> str:
    """The SUBJID of the first subject (USUBJID) of whom something is true."""
    return str(verdict.index[verdict][0]).removeprefix(embedded().plan["study"]["id"] + "-")


def verdicts(code: str) -> pd.DataFrame:
    table = embedded().run.derived["adresp"]
    return table[table["PARAMCD"] == code].set_index("USUBJID")


def test_the_sex_of_a_subject_reaches_what_is_made_of_it():
    assert embedded().reached("demography", 5, "SEX") == {
        "ingest/sdtm/dm": {"SEX"},
        "derive/adsl": {"SEX", "MALEFL", "CBFL"},
    }


def test_a_comment_reaches_nothing_but_the_record_of_comments():
    written = embedded().raw["visits"]["VISCOM"].fillna("").str.strip() != ""
    row = int(np.flatnonzero(written)[0])
    reached = embedded().reached("visits", row, "VISCOM")
    assert reached == {"ingest/sdtm/co": {EXISTENCE, "COVAL"}}
    # Where there is no comment one could appear, for this subject and nobody else.
    row = int(np.flatnonzero(~written)[0])
    marks = embedded().marks([("visits", row, "VISCOM")])
    subject = embedded().subject_of("visits")[row]
    assert np.flatnonzero(marks.born["ingest/sdtm/co"]).tolist() == [subject]


def test_records_of_two_blocks_of_one_source_are_told_apart():
    marks = embedded().marks([("demography", 5, "HEIGHT")])
    table = embedded().run.domains["vs"]
    rows = marks.cells["ingest/sdtm/vs"]["VSSTRESN"]
    assert table.loc[rows, "VSTESTCD"].tolist() == ["HEIGHT"]


def test_a_count_of_a_subject_who_discontinued_does_not_reach_the_response():
    adsl = embedded().run.derived["adsl"].set_index("USUBJID")
    subject = first_subject(adsl["DISCFL"] == "Y")
    row = rows_of("visits", subject, VISWK=2)[0]
    reached = embedded().reached("visits", row, "PLT")
    assert "derive/adplt:PLAT" in reached
    for table in ("adresp:OR", "adresp:CR", "adresp:SR", "adresp:REM", "adtte:TTR", "adtte:DOR"):
        assert f"derive/{table}" not in reached
    # The variant that counts responses before discontinuation does read it.
    assert "AVALC" in reached["derive/adresp:ORDISC"]


def test_only_the_count_that_is_the_baseline_reaches_the_baseline():
    subject = first_subject(verdicts("OR")["AVALC"] == "Y")
    screening = rows_of("screening", subject)[0]
    reached = embedded().reached("screening", screening, "PLTSCR")
    # The count at screening is a record before treatment that no endpoint and no baseline reads.
    assert set(reached) == {"ingest/sdtm/lb", "derive/adplt:PLAT"}
    assert reached["derive/adplt:PLAT"] == {EXISTENCE, "AVAL", "CHG"}
    at_start = rows_of("visits", subject, VISWK=0)[0]
    reached = embedded().reached("visits", at_start, "PLT")
    assert "PLTBL" in reached["derive/adsl"]
    assert "BASE" in reached["derive/adplt:PLAT"]
    assert "AVALC" in reached["derive/adresp:OR"]


def test_a_count_after_the_confirmation_reaches_the_loss_but_not_the_response():
    verdict = verdicts("OR")
    subject = first_subject((verdict["AVALC"] == "Y") & (verdicts("REL")["AVALC"] == "N"))
    row = rows_of("visits", subject)[-1]
    reached = embedded().reached("visits", row, "PLT")
    assert "derive/adresp:OR" not in reached
    assert "AVALC" in reached["derive/adresp:REL"]


def test_a_count_before_the_response_may_move_its_day_but_not_the_verdict():
    verdict = verdicts("OR")
    subject = first_subject((verdict["AVALC"] == "Y") & (verdict["VISITNUM"] >= 4))
    row = rows_of("visits", subject, VISWK=1)[0]
    reached = embedded().reached("visits", row, "PLT")["derive/adresp:OR"]
    assert "ADT" in reached
    assert "AVALC" not in reached


def test_a_missing_count_that_becomes_known_is_a_record_of_its_subject():
    visits = embedded().raw["visits"]
    row = int(np.flatnonzero(visits["PLT"].isna())[0])
    marks = embedded().marks([("visits", row, "PLT")])
    subject = embedded().subject_of("visits")[row]
    assert np.flatnonzero(marks.born["derive/adplt:PLAT"]).tolist() == [subject]
    base = marks.cells["derive/adplt:PLAT"].get("BASE")
    assert base is None or not base.any()


def test_a_medication_is_decisive_only_where_a_record_came_to_its_clause():
    trial, verdict = embedded(), verdicts("OR")
    # Those who discontinued were decided before any record was asked.
    never = verdict["CLAUSE"].isin(["completed", "count"])
    rescue = trial.raw["rescue"]
    names = trial.plan["study"]["id"] + "-" + rescue["SUBJID"].str.strip()
    row = int(np.flatnonzero(names.isin(verdict.index[never]))[0])
    reached = trial.reached("rescue", row, "RSDAT")
    assert "derive/adresp:OR" not in reached
    assert "AVALC" in reached["derive/adresp:RSC"]


def test_a_changed_subject_number_may_be_a_record_of_anybody():
    marks = embedded().marks([("visits", 7, "SUBJID")])
    assert marks.born["ingest/sdtm/lb"].all()
    assert int(marks.cells["ingest/sdtm/lb"][EXISTENCE].sum()) == 1
    assert "ingest/sdtm/dm" not in marks.cells


def test_rows_of_the_screening_log_belong_to_whoever_was_not_randomised_too():
    trial = embedded()
    assert (trial.raw["screening"]["SUBJID"].str.strip() == "").any()
    assert (trial.subject_of("screening") >= 0).all()


def test_the_last_score_of_someone_who_stopped_early_reaches_only_what_still_asks_for_it():
    trial = second()
    people, scores = trial.raw["people"], trial.raw["scores"]
    stopped = people.loc[people["finish"] == "stopped early", "code"]
    rows = np.flatnonzero(
        scores["code"].isin(stopped) & (scores["planned_day"] > 0) & scores["itch"].notna()
    )
    reached = trial.reached("scores", int(rows[0]), "itch")
    assert "derive/adresp:HALVED" not in reached
    assert "derive/adtte:TTHALF" not in reached


# The declarations themselves


@pytest.mark.parametrize("make", [embedded, second])
def test_every_column_is_declared_except_those_that_only_identify(make):
    lineage = make().graph.lineage
    declared: dict[str, set[str]] = {}
    for made in lineage.derivations:
        declared.setdefault(made.table, set()).update(made.columns)
    given = {"STUDYID", "DOMAIN", "SRCFILE", "SRCROW", "PARAMCD", "SRCSEQ"}
    for name, table in lineage.tables.items():
        if name.startswith("ingest/raw") or name.startswith("derive/decisions") or not table.rows:
            continue
        number = {f"{name.rpartition('/')[2].upper()}SEQ"}
        assert {EXISTENCE, *table.columns} - declared.get(name, set()) - given - number == set(), (
            name
        )


@pytest.mark.parametrize("make", [embedded, second])
def test_functions_and_parts_of_the_plan_that_are_named_exist(make):
    trial = make()
    for made in trial.graph.lineage.derivations:
        module, _, function = made.function.partition(":")
        assert hasattr(importlib.import_module(module), function), made.function
        part = trial.plan
        for step in made.plan.split("."):
            part = part[int(step)] if isinstance(part, list) else part[step]
        assert made.words
