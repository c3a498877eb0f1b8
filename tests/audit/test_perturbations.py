"""Which cells are changed, and into what: seeded, every column once, values of every kind."""

from pathlib import Path

import pytest
import yaml

from scripts.audit.perturbations import (
    Cell,
    draw_cells,
    draw_perturbations,
    read_trial,
    stream_of,
    values_for,
)

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = yaml.safe_load((PROJECT / "config" / "sources.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trial():
    return read_trial(SOURCES, PROJECT)


def offered(trial, source, column, row=0, most=99):
    stream = stream_of(1, "test")
    return {
        (one.how, one.new) for one in values_for(trial, Cell(source, row, column), most, stream)
    }


def test_every_column_of_every_source_is_drawn_before_any_is_drawn_twice(trial):
    columns = {(name, column) for name, file in trial.files.items() for column in file.table}
    drawn = [(cell.source, cell.column) for cell in draw_cells(trial, len(columns), 2022)]
    assert set(drawn) == columns
    assert len(drawn) == len(columns)


def test_the_first_cell_of_a_column_holds_a_value(trial):
    for cell in draw_cells(trial, 72, 2022):
        value = trial.files[cell.source].table[cell.column].iloc[cell.row]
        assert value == value
        assert str(value).strip() != ""


def test_a_small_sample_is_as_small_as_it_is_asked_for(trial):
    assert len(draw_cells(trial, 5, 2022)) == 5


def test_no_cell_is_drawn_twice(trial):
    assert len(set(draw_cells(trial, 500, 2022))) == 500


def test_the_same_seed_draws_the_same_values_and_another_one_others(trial):
    assert draw_perturbations(trial, 90, 3, 1) == draw_perturbations(trial, 90, 3, 1)
    assert draw_perturbations(trial, 90, 3, 1) != draw_perturbations(trial, 90, 3, 2)


def test_a_code_tries_every_other_code(trial):
    codes = set(trial.files["visits"].table["WHOBL"].dropna())
    old = trial.files["visits"].table["WHOBL"].iloc[0]
    assert {("of another row", code) for code in codes - {old}} <= offered(trial, "visits", "WHOBL")


def test_a_number_tries_the_ends_of_its_column_and_far_beyond_them(trial):
    counts = trial.files["visits"].table["PLT"]
    span = counts.max() - counts.min()
    found = dict(offered(trial, "visits", "PLT"))
    assert found["highest"] == counts.max()
    assert found["far above"] == counts.max() + 2 * span
    assert found["missing"] is None


def test_a_date_tries_days_before_and_after_it(trial):
    old = trial.files["visits"].table["VISDAT"].iloc[0]
    found = dict(offered(trial, "visits", "VISDAT"))
    assert found["+30 days"] == old + 30 * 86400
    assert found["-1 days"] == old - 86400


def test_a_date_in_text_stays_a_date_in_text(trial):
    assert trial.files["randomisation"].table["RANDDAT"].iloc[3] == "2017-11-02"
    assert ("+30 days", "2017-12-02") in offered(trial, "randomisation", "RANDDAT", row=3)


def test_where_nothing_is_a_value_is_put(trial):
    causes = trial.files["disposition"].table["DTHCAUS"]
    row = int((causes.str.strip() == "").to_numpy().argmax())
    news = {new for _, new in offered(trial, "disposition", "DTHCAUS", row=row)}
    assert set(causes[causes.str.strip() != ""]) <= news


def test_the_first_values_are_of_several_kinds(trial):
    assert {how for how, _ in offered(trial, "visits", "PLT", most=3)} == {
        "of another row",
        "highest",
        "missing",
    }


def test_no_value_is_the_old_one_or_offered_twice(trial):
    for values in draw_perturbations(trial, 150, 99, 2022).values():
        news = [repr(one.new) for one in values]
        assert len(news) == len(set(news))
        assert all(one.new != one.old for one in values)
