"""Small cells, constants, copies, nobody, everybody: what the engine does at the edges."""

import numpy as np
import pytest

from scripts.impute.engine import Conditional, Passive, impute_chains
from scripts.job import StepError
from tests.impute.samples import graded, mixed


def run(columns, models, chains=16, sweeps=2, **more):
    return impute_chains(columns, models, key="k", seed=1, chains=chains, sweeps=sweeps, **more)


def two(y, x=None):
    x = np.arange(len(y)) * 1.0 if x is None else x
    return {"x": np.asarray(x, float), "y": np.asarray(y, float)}


METHODS = ["normal", "logistic", "ordinal", "multinomial", "matching"]


def test_nobody_missing_gives_no_draws():
    found = run(two([0, 1, 0, 1.0]), {"y": Conditional("logistic")})
    assert found.values == {}
    assert found.order == ()
    assert found.notes == ()


def test_no_chain_at_all_is_no_draw():
    found = run(two([0, 1, 0, 1, 1, np.nan]), {"y": Conditional("logistic")}, chains=0)
    assert found.values["y"].shape == (0, 1)


@pytest.mark.parametrize("method", METHODS)
def test_everybody_missing_is_an_error_that_names_the_variable(method):
    with pytest.raises(StepError, match="y: nobody has an observed value"):
        run(two([np.nan] * 5), {"y": Conditional(method)})


@pytest.mark.parametrize("method", ["normal", "matching"])
def test_one_observed_value_cannot_fit_a_linear_model(method):
    with pytest.raises(StepError, match="y: 1 observed values cannot fit 2 coefficients"):
        run(two([3.0, np.nan, np.nan]), {"y": Conditional(method)})


@pytest.mark.parametrize("method", ["ordinal", "multinomial"])
def test_one_observed_level_is_the_only_one_drawn(method):
    found = run(two([2.0, 2.0, np.nan, np.nan, 2.0]), {"y": Conditional(method)})
    assert (found.values["y"] == 2).all()


def test_one_observed_value_of_a_binary_variable_leaves_the_others_open():
    found = run(two([1.0, np.nan, np.nan]), {"y": Conditional("logistic")}, chains=400)
    # Almost nothing is known of the others.
    assert found.values["y"].mean() == pytest.approx(0.5, abs=0.15)
    assert found.reports[0].separated == 400
    assert "augmentation keeps" in found.notes[-1]


def test_an_empty_value_of_by_is_an_error_that_names_it():
    columns = {**two([0, 1, 1, 0, np.nan, np.nan]), "arm": np.array([0, 0, 0, 0, 1, 1.0])}
    with pytest.raises(StepError, match="y where arm is 1: nobody has an observed value"):
        run(columns, {"y": Conditional("logistic", by="arm")})


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_predictor_is_left_out_and_said(method):
    columns = {**two([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, np.nan]), "one": np.full(11, 7.0)}
    found = run(columns, {"y": Conditional(method)})
    assert found.reports[0].constant == ("one",)
    assert found.reports[0].predictors == ("x",)
    assert any("one left out, the same in all subjects" in note for note in found.notes)
    without = run({n: columns[n] for n in ("x", "y")}, {"y": Conditional(method)})
    assert np.array_equal(found.values["y"], without.values["y"])


def test_a_predictor_that_varies_only_where_the_variable_is_missing_is_left_out():
    y = np.array([3.0, 5, 4, 7, 6, 8, np.nan, np.nan])
    columns = {**two(y), "late": np.array([0.0] * 6 + [1, 1])}
    found = run(columns, {"y": Conditional("normal")})
    assert found.reports[0].dropped == {"late": 16}
    assert "predictor late follows from the others in 16 of 16 chains" in found.notes[-1]


def test_a_copy_of_a_predictor_changes_no_distribution():
    data = mixed()
    columns = {n: data[n] for n in ("arm", "age")}
    columns["y"] = np.where(np.arange(60) % 5 == 0, np.nan, data["age"] * 0.3 + data["arm"])
    columns["y"] += np.sin(np.arange(60))
    twice = {**columns, "copy": 3 * columns["age"] - 2}
    models = {"y": Conditional("normal", predictors=("arm", "age", "copy"))}
    found = run(twice, models, chains=4000)
    assert found.reports[0].dropped == {"copy": 4000}
    alone = run(columns, {"y": Conditional("normal")}, chains=4000)
    one, other = found.values["y"], alone.values["y"]
    error = np.sqrt(one.var(axis=0) * 2 / 4000)
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < 4 * error).all()
    # The degree of freedom of the predictor that was left out is given back.
    assert one.std(axis=0) == pytest.approx(other.std(axis=0), rel=0.06)


def test_an_exact_line_is_continued_without_noise():
    x = np.arange(12.0)
    columns = two(np.where(x > 8, np.nan, 2 + 3 * x), x)
    drawn = run(columns, {"y": Conditional("normal")}).values["y"]
    assert drawn == pytest.approx(np.tile(2 + 3 * x[9:], (16, 1)), abs=1e-5)


@pytest.mark.parametrize("method", ["logistic", "ordinal", "multinomial"])
def test_perfect_separation_stays_finite_and_is_reported(method):
    x = np.r_[np.zeros(20), np.ones(20)]
    y = np.where(np.arange(40) % 5 == 0, np.nan, x)
    found = run(two(y, x), {"y": Conditional(method)}, chains=1000)
    drawn = found.values["y"]
    assert found.reports[0].separated == 1000
    assert np.isfinite(found.reports[0].largest)
    assert 0 < drawn[:, :4].mean() < 0.2
    assert 0.8 < drawn[:, 4:].mean() < 1


def test_a_covariate_that_tells_outcomes_apart_stays_finite():
    x = np.arange(40.0)
    y = np.where(np.arange(40) % 5 == 0, np.nan, (x > 19.5) * 1.0)
    found = run(two(y, x), {"y": Conditional("logistic")}, chains=500)
    assert found.values["y"][:, 0].mean() < 0.15
    assert found.values["y"][:, -1].mean() > 0.85


def test_a_level_that_nobody_has_is_never_drawn():
    data = graded()
    data["grade"] = np.where(data["grade"] == 1, 2.0, data["grade"])
    for method in ("ordinal", "multinomial"):
        found = run(data, {"grade": Conditional(method)}, chains=200)
        assert set(np.unique(found.values["grade"])) == {0.0, 2.0, 3.0}


def test_matched_values_are_values_of_somebody_and_of_the_own_group():
    data = mixed()
    models = {
        "first": Conditional("matching", by="arm"),
        "second": Conditional("matching"),
        "response": Conditional("logistic"),
    }
    found = run(data, models, chains=50)
    for name in ("first", "second"):
        assert np.isin(found.values[name], data[name]).all()
    for arm in (0, 1):
        inside = data["arm"][found.rows["first"]] == arm
        own = data["first"][data["arm"] == arm]
        assert np.isin(found.values["first"][:, inside], own).all()


def test_several_models_by_different_columns_go_together():
    data = {**mixed(), "sex": np.arange(60) // 2 % 2 * 1.0}
    models = {
        "first": Conditional("normal", by="arm"),
        "second": Conditional("normal", by="sex"),
        "response": Conditional("logistic"),
    }
    found = run(data, models)
    assert len(found.reports) == 5
    assert all(np.isfinite(values).all() for values in found.values.values())


def test_a_passive_column_of_another_passive_column_works():
    data = mixed()
    passive = {
        "sum": Passive(("first", "second"), lambda a, b: a + b),
        "high": Passive(("sum",), lambda total: (total > 50) * 1.0),
    }
    models = {
        "first": Conditional("normal"),
        "second": Conditional("normal"),
        "response": Conditional("logistic", predictors=("arm", "high")),
    }
    found = run(data, models, passive=passive)
    assert found.reports[2].predictors == ("arm", "high")


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ({}, "missing values and no model: first, second, response"),
        ({"second": Conditional("normal", predictors=("agee",))}, "did you mean 'age'"),
        ({"second": Conditional("normal", predictors=("second",))}, "depends on second itself"),
        (
            {"second": Conditional("normal", interactions=(("arm", "second"),))},
            "arm x second depends on second itself",
        ),
        ({"second": Conditional("logistic")}, "second: a logistic model needs values 0 and 1"),
        ({"second": Conditional("normal", by="first")}, "by 'first' must be a column without"),
        ({"second": Conditional("matching", bounds=(0, 1))}, "bounds are for the method normal"),
        ({"second": Conditional("normal", bounds=(1, 1))}, "leave no room"),
        (
            {"second": Conditional("multinomial", shift=np.zeros(60))},
            "no single linear predictor",
        ),
        ({"other": Conditional("normal")}, "a model draws other, which is no column"),
        ({"second": Conditional("guess")}, "unknown method 'guess'"),
    ],
)
def test_what_cannot_be_is_an_error_that_says_so(models, words):
    plain = {"first": "normal", "second": "normal", "response": "logistic"}
    full = {name: Conditional(method) for name, method in plain.items()} if models else {}
    with pytest.raises(StepError, match=words):
        run(mixed(), {**full, **models})
