"""The engine draws from the distributions that its models define."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import expit

from scripts.impute.engine import Conditional, Passive, impute_chains
from tests.impute.plain import draw_normal, impute_plainly, logistic_posterior, with_augmentation
from tests.impute.samples import agree, completed, graded, mixed

METHODS = {"first": "normal", "second": "normal", "response": "logistic"}


def run(columns, models, chains, sweeps=1, seed=1, key="k", **more):
    return impute_chains(columns, models, key=key, seed=seed, chains=chains, sweeps=sweeps, **more)


def single(method="normal", gaps=(3, 11, 40), **more):
    """A data set in which only `first` has gaps, and its model."""
    data = mixed()
    rng = np.random.default_rng(5)
    full = {name: np.where(np.isnan(v), np.nanmean(v), v) for name, v in data.items()}
    full["response"] = (full["response"] > 0.5) * 1.0
    full["first"] = full["first"] + rng.normal(0, 1, 60)
    full["first"][list(gaps)] = np.nan
    return full, {"first": Conditional(method, **more)}


# Against a slow, plain implementation


@pytest.mark.parametrize("visits", ["normal", "matching"])
def test_a_plain_implementation_gives_the_same_distribution(visits):
    data = mixed()
    methods = {**METHODS, "first": visits, "second": visits}
    slow = impute_plainly(data, methods, chains=500, sweeps=6, seed=11)
    fast = run(data, {n: Conditional(m) for n, m in methods.items()}, 2000, 6)  # type: ignore[arg-type]
    for name in methods:
        mine = completed(data[name], fast.values[name])
        arm = data["arm"] == 1
        for sample in (lambda v: v.mean(axis=1), lambda v, a=arm: v[:, a].mean(axis=1)):
            agree(sample(mine), sample(slow[name]))
        # and how two completed columns go together
    pair = [completed(data[n], fast.values[n]) for n in ("first", "second")]
    inner = (pair[0] * pair[1]).mean(axis=1)
    agree(inner, (slow["first"] * slow["second"]).mean(axis=1))


# Exact posteriors of single models


def test_normal_draws_follow_the_t_distribution_of_the_prediction():
    data, models = single()
    drawn = run(data, models, 4000).values["first"]
    x = np.column_stack([np.ones(60), *(data[n] for n in ("arm", "age", "second", "response"))])
    seen = ~np.isnan(data["first"])
    fitted, rss, *_ = np.linalg.lstsq(x[seen], data["first"][seen], rcond=None)
    df = seen.sum() - 5
    inverse = np.linalg.inv(x[seen].T @ x[seen])
    for column, row in enumerate(x[~seen]):
        scale = np.sqrt(rss[0] / df * (1 + row @ inverse @ row))
        standard = (drawn[:, column] - row @ fitted) / scale
        assert stats.kstest(standard, "t", args=(df,)).pvalue > 0.001


def test_bounds_give_the_truncated_distribution():
    data, _ = single()
    low, high = 24.0, 29.0
    _, bounded = single(bounds=(low, high))
    drawn = run(data, bounded, 8000).values["first"]
    assert drawn.min() >= low
    assert drawn.max() <= high
    x = np.column_stack([data[name] for name in ("arm", "age", "second", "response")])
    seen, rng = ~np.isnan(data["first"]), np.random.default_rng(2)
    plain = []
    for _ in range(4000):
        _, mean, sigma = draw_normal(x, seen, data["first"], rng)
        ends = (low - mean[~seen]) / sigma, (high - mean[~seen]) / sigma
        plain.append(mean[~seen] + sigma * stats.truncnorm.rvs(*ends, random_state=rng))
    for column, values in enumerate(np.array(plain).T):
        assert stats.ks_2samp(drawn[:, column], values).pvalue > 0.001


def test_bounds_far_in_the_tail_keep_their_digits():
    data, models = single(bounds=(200.0, None))
    drawn = run(data, models, 200).values["first"]
    assert (drawn >= 200).all()
    assert (drawn < 203).all()
    assert len(np.unique(drawn)) == drawn.size


def test_logistic_draws_have_the_chances_of_the_augmented_posterior():
    data = mixed()
    data = {n: np.where(np.isnan(v), np.nanmean(v), v) if n != "response" else v
            for n, v in data.items()}  # fmt: skip
    drawn = run(data, {"response": Conditional("logistic")}, 16000).values["response"]
    x = np.column_stack([data[n] for n in ("arm", "age", "first", "second")])
    seen = ~np.isnan(data["response"])
    mode, covariance = logistic_posterior(x, seen, data["response"])
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    for column, row in enumerate(np.column_stack([np.ones(60), x])[~seen]):
        eta = row @ mode + np.sqrt(row @ covariance @ row) * nodes
        chance = (expit(eta) * weights).sum() / weights.sum()
        error = np.sqrt(chance * (1 - chance) / 16000)
        assert drawn[:, column].mean() == pytest.approx(chance, abs=4 * error)


def minus_log_likelihood(kind, x, y, weight, levels):
    """Proportional odds or baseline logits, written from the definition."""

    def value(theta):
        if kind == "ordinal":
            cut, slope = theta[: levels - 1], theta[levels - 1 :]
            below = expit(cut[None] - (x[:, 1:] @ slope)[:, None])
            ends = np.column_stack([np.zeros(len(x)), below, np.ones(len(x))])
            chance = np.diff(ends, axis=1)
        else:
            eta = np.column_stack([np.zeros(len(x)), x @ theta.reshape(levels - 1, -1).T])
            chance = np.exp(eta - eta.max(axis=1, keepdims=True))
            chance /= chance.sum(axis=1, keepdims=True)
        picked = np.maximum(chance[np.arange(len(x)), y.astype(int)], 1e-300)
        return -(weight * np.log(picked)).sum()

    return value


def curvature(function, at, h=1e-4):
    """Second derivatives by central differences."""
    size = len(at)
    found = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            one, two = np.eye(size)[i] * h, np.eye(size)[j] * h
            found[i, j] = (
                function(at + one + two) - function(at + one - two)
                - function(at - one + two) + function(at - one - two)
            ) / (4 * h * h)  # fmt: skip
    return found


@pytest.mark.parametrize("kind", ["ordinal", "multinomial"])
def test_categories_have_the_chances_of_the_augmented_posterior(kind):
    data = graded()
    drawn = run(data, {"grade": Conditional(kind)}, 6000).values["grade"]
    x, seen = np.column_stack([data["arm"], data["age"]]), ~np.isnan(data["grade"])
    design, y, weight = with_augmentation(x, seen, data["grade"], range(4))
    start = np.concatenate([[-1.0, 0.0, 1.0], np.zeros(2)]) if kind == "ordinal" else np.zeros(9)
    value = minus_log_likelihood(kind, design, y, weight, 4)
    mode = optimize.minimize(value, start, method="BFGS", options={"gtol": 1e-6}).x
    covariance = np.linalg.inv(curvature(value, mode))
    thetas = np.random.default_rng(1).multivariate_normal(mode, covariance, 6000)
    new = np.column_stack([np.ones((~seen).sum()), x[~seen]])
    chances = []
    for theta in thetas:
        if kind == "ordinal":
            below = expit(theta[:3][None] - (new[:, 1:] @ theta[3:])[:, None])
            ends = np.column_stack([np.zeros(len(new)), below, np.ones(len(new))])
            chances.append(np.diff(ends, axis=1))
        else:
            eta = np.column_stack([np.zeros(len(new)), new @ theta.reshape(3, -1).T])
            odds = np.exp(eta)
            chances.append(odds / odds.sum(axis=1, keepdims=True))
    expected = np.mean(chances, axis=0)
    for level in range(4):
        share = (drawn == level).mean(axis=0)
        error = np.sqrt(expected[:, level] * (1 - expected[:, level]) * 2 / 6000)
        assert (np.abs(share - expected[:, level]) < 4.5 * error + 1e-9).all()


def test_fitted_parameters_are_not_drawn():
    data = graded()
    model = {"grade": Conditional("multinomial", parameters="fitted")}
    drawn = run(data, model, 8000).values["grade"]
    x, seen = np.column_stack([data["arm"], data["age"]]), ~np.isnan(data["grade"])
    design, y, weight = with_augmentation(x, seen, data["grade"], range(4))
    value = minus_log_likelihood("multinomial", design, y, weight, 4)
    mode = optimize.minimize(value, np.zeros(9), method="BFGS", options={"gtol": 1e-6}).x
    new = np.column_stack([np.ones((~seen).sum()), x[~seen]])
    odds = np.exp(np.column_stack([np.zeros(len(new)), new @ mode.reshape(3, -1).T]))
    chance = odds / odds.sum(axis=1, keepdims=True)
    share = np.stack([(drawn == level).mean(axis=0) for level in range(4)], axis=1)
    assert np.abs(share - chance).max() < 4.5 * np.sqrt(0.25 / 8000)


# What models may say


def test_a_shift_moves_every_normal_draw_by_as_much():
    data, models = single()
    shift = np.linspace(-3, 3, 60)
    _, moved = single(shift=shift)
    plain, shifted = (run(data, m, 16).values["first"] for m in (models, moved))
    assert shifted - plain == pytest.approx(np.tile(shift[[3, 11, 40]], (16, 1)), abs=1e-9)


def test_a_shift_adds_to_the_logit():
    arm = np.repeat([0.0, 1.0], 200)
    y = np.tile([0.0, 1.0, 1.0, 0.0], 100)
    y[[5, 300]] = np.nan
    for shift in (-1.5, 0.0, 1.5):
        model = {"y": Conditional("logistic", shift=np.full(400, shift))}
        share = run({"arm": arm, "y": y}, model, 4000).values["y"].mean()
        assert share == pytest.approx(expit(shift), abs=0.03)


def test_a_larger_shift_never_turns_a_response_into_a_failure():
    data = mixed()
    models = {"response": Conditional("logistic", predictors=("arm", "age"))}
    columns = {name: data[name] for name in ("arm", "age", "response")}
    found = [
        run(columns, {"response": Conditional("logistic", shift=np.full(60, s))}, 50)
        for s in (-1.0, 0.0, 0.5, 2.0)
    ]
    drawn = [one.values["response"] for one in found]
    assert all((low <= high).all() for low, high in pairwise(drawn))
    assert np.array_equal(drawn[1], run(columns, models, 50).values["response"])


def test_a_model_by_arm_is_that_of_the_arm_alone():
    data, _ = single(gaps=(2, 3, 5, 11, 40))
    drawn = run(data, {"first": Conditional("normal", by="arm")}, 4000).values["first"]
    seen = ~np.isnan(data["first"])
    x = np.column_stack([np.ones(60), data["age"], data["second"], data["response"]])
    for column, row in enumerate(np.flatnonzero(~seen)):
        own = seen & (data["arm"] == data["arm"][row])
        fitted, rss, *_ = np.linalg.lstsq(x[own], data["first"][own], rcond=None)
        df = own.sum() - 4
        spread = 1 + x[row] @ np.linalg.inv(x[own].T @ x[own]) @ x[row]
        standard = (drawn[:, column] - x[row] @ fitted) / np.sqrt(rss[0] / df * spread)
        assert stats.kstest(standard, "t", args=(df,)).pvalue > 0.001


def test_an_interaction_is_the_product_as_a_predictor():
    data, _ = single()
    names = ("arm", "age", "second")
    model = Conditional("normal", predictors=names, interactions=(("arm", "second"),))
    product = {**data, "both": data["arm"] * data["second"]}
    other = Conditional("normal", predictors=(*names, "both"))
    ours, theirs = run(data, {"first": model}, 20), run(product, {"first": other}, 20)
    assert ours.values["first"] == pytest.approx(theirs.values["first"], abs=1e-9)


def test_passive_columns_and_products_are_kept_up_to_date():
    from scripts.impute import engine
    from scripts.impute.fcs.chunk import Chunk
    from scripts.impute.fcs.streams import generators_of

    data = {**mixed(), **{"grade": graded(60)["grade"]}}
    passive = {"change": Passive(("second", "first"), lambda a, b: a - b)}
    models = {
        "first": Conditional("normal", by="arm"),
        "second": Conditional("matching", interactions=(("arm", "first"), ("arm", "grade"))),
        "response": Conditional("logistic", predictors=("arm", "change", "grade")),
        "grade": Conditional("ordinal", predictors=("arm", "change", "response")),
    }
    prepared, *_ = engine._prepare(data, models, passive)
    chunk = Chunk(prepared, generators_of("k", 1, 1, 8))
    for last in (False, False, True):
        chunk.sweep(last)
    rows = prepared.rows.gappy
    full = {n: np.repeat(v[None, rows], 8, axis=0) for n, v in data.items()}
    for name, drawn in chunk.values.items():
        full[name] = completed(data[name], drawn)[:, rows]
    full["change"] = full["second"] - full["first"]
    for place, entry in enumerate(prepared.design.entries[1:], start=1):
        raw = chunk._own[:, :, place] * entry.scale + entry.centre
        value = 1.0
        for part in entry.name.split(":"):
            name, _, level = part.partition("=")
            value = value * (full[name] == float(level) if level else full[name])
        assert raw == pytest.approx(value, abs=1e-9), entry.name
    kept = chunk._gram.copy()
    chunk.refresh()
    assert kept == pytest.approx(chunk._gram, abs=1e-8)


def test_a_monotone_pattern_is_recognised_and_drawn_in_one_pass():
    data = mixed()
    full = {n: np.where(np.isnan(v), np.nanmean(v), v) for n, v in data.items()}
    for name, start in (("second", 40), ("first", 50), ("response", 30)):
        full[name] = np.where(np.arange(60) >= start, np.nan, full[name])
    full["response"] = np.where(np.isnan(full["response"]), np.nan, full["response"].round())
    models = {name: Conditional(method) for name, method in METHODS.items()}  # type: ignore[arg-type]
    found = run(full, models, 10, sweeps=7)
    assert found.monotone
    assert found.order == ("first", "second", "response")
    assert found.sweeps == 1
    assert found.trace["first"].mean.shape == (10, 1)
    assert [r.predictors for r in found.reports] == [
        ("arm", "age"), ("arm", "age", "first"), ("arm", "age", "first", "second")]  # fmt: skip
    assert "is exact" in found.notes[0]
    alone = run(full, {**models}, 10, sweeps=1)
    assert np.array_equal(found.values["response"], alone.values["response"])


def test_one_gap_in_between_and_the_pattern_is_not_monotone():
    found = run(mixed(), {n: Conditional(m) for n, m in METHODS.items()}, 8, 3)  # type: ignore[arg-type]
    assert not found.monotone
    assert found.sweeps == 3
    assert found.trace["second"].mean.shape == (8, 3)


def test_the_trace_is_mean_and_deviation_of_the_last_values():
    found = run(mixed(), {n: Conditional(m) for n, m in METHODS.items()}, 9, 3)  # type: ignore[arg-type]
    for name, values in found.values.items():
        assert found.trace[name].mean[:, -1] == pytest.approx(values.mean(axis=1))
        assert found.trace[name].deviation[:, -1] == pytest.approx(values.std(axis=1, ddof=1))
