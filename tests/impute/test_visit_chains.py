"""Measures by visit on the engine: which columns predict which, and what comes back."""

import numpy as np
import pytest

from scripts.impute.visit_chains import band_of, columns_of, draw_visits, models_of
from scripts.impute.visit_table import build_table, visits_of
from scripts.job import StepError
from tests.impute.visit_trial import TRIAL, measurements, model, schedule, subjects, tables_of

STATE = {"method": "logistic", "above": 0, "absent": 0, "present": 1}
COUNT = {"method": "normal", "scale": "log", "bounds": [5, 400]}
MODEL = model(measures={"COUNT": COUNT, "STATE": STATE})


def table_of(planned=MODEL, tables=None):
    adsl = subjects()
    tables = tables or measurements(adsl)
    return build_table("m", planned, tables_of(adsl, tables), visits_of(planned, TRIAL, schedule()))


def band(measure, visit, **more):
    planned = {**MODEL, **more}
    return band_of(planned, measure, visit, columns_of(planned, table_of()))


def test_a_visit_is_predicted_from_so_many_before_it_and_what_is_fixed():
    assert band("COUNT", 4) == (
        "ARMCD=B",
        "AGE",
        "COUNT@0",
        "STATE@0",
        "COUNT@2",
        "COUNT@3",
        "STATE@4",
    )
    assert "COUNT@0" in band("COUNT", 1)


def test_visits_that_follow_are_predictors_where_the_plan_says_so():
    assert band("STATE", 2, previous=1, next=2)[4:] == ("STATE@1", "STATE@3", "STATE@4", "COUNT@2")
    assert band("STATE", 5, previous=0, next=2)[4:] == ("COUNT@5",)


def test_columns_are_drawn_in_the_order_of_the_visits():
    table = table_of()
    models, _ = models_of(MODEL, table, columns_of(MODEL, table))
    visits = [int(name.split("@")[1]) for name in models]
    assert visits == sorted(visits)
    assert models["COUNT@3"].bounds == (pytest.approx(np.log(5)), pytest.approx(np.log(400)))


def test_what_was_seen_is_never_changed_and_draws_are_within_bounds():
    table = table_of()
    rows = np.flatnonzero(table.stopped)
    values, _, _ = draw_visits("m", MODEL, table, rows, 7, 10)
    for measure, known in table.values.items():
        seen = ~np.isnan(known[rows])
        assert (values[measure][:, seen] == known[rows][seen]).all()
        assert np.isfinite(values[measure]).all()
    counts = np.exp(values["COUNT"][:, np.isnan(table.values["COUNT"][rows])])
    assert counts.min() >= 5 * (1 - 1e-12) and counts.max() <= 400 * (1 + 1e-12)
    assert set(np.unique(values["STATE"])) == {0.0, 1.0}


def test_a_state_that_everybody_had_at_a_visit_is_kept_and_noted():
    tables = measurements(subjects())
    states = tables["adstate"]
    tables["adstate"] = states.assign(AVAL=states["AVAL"].where(states["VISITNUM"] != 6, 0.0))
    table = table_of(tables=tables)
    rows = np.flatnonzero(table.stopped)
    values, _, notes = draw_visits("m", MODEL, table, rows, 7, 5)
    assert (values["STATE"][:, :, 3] == 0).all()
    assert notes == ["STATE, Week 6: 0 in everybody, kept"]


def test_grades_are_drawn_among_those_that_were_seen():
    planned = model(measures={"COUNT": COUNT, "STATE": {"method": "ordinal"}})
    table = table_of(planned)
    rows = np.flatnonzero(table.stopped)
    values, _, _ = draw_visits("m", planned, table, rows, 7, 5)
    assert set(np.unique(values["STATE"])) <= {0.0, 2.0}


def test_an_error_of_the_engine_names_model_measure_and_visit(monkeypatch):
    def stop(*args, **more):
        raise StepError("COUNT@3: 2 observed values cannot fit 5 coefficients")

    monkeypatch.setattr("scripts.impute.visit_chains.impute_chains", stop)
    with pytest.raises(StepError, match="m: COUNT, Week 4: 2 observed"):
        draw_visits("m", MODEL, table_of(), np.arange(3), 7, 2)
