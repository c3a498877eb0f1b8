"""To the last bit: number of imputations, workers and chunks change nothing."""

import numpy as np
import pytest

from scripts.impute.engine import Conditional, Passive, impute_chains
from scripts.impute.fcs.streams import generators_of
from tests.impute.samples import graded, mixed

SWEEPS = 3
GROUPINGS = [
    {"chains": 1},
    {"chains": 2, "chunk": 16},
    {"chains": 7},
    {"chains": 33, "chunk": 8},
    {"chains": 40, "chunk": 24, "workers": 2},
    {"chains": 150},
    {"chains": 150, "chunk": 56, "workers": 4},
]


def data():
    grades = graded(60)["grade"]
    kinds = graded(60, seed=9)["grade"]
    return {**mixed(), "grade": grades, "kind": kinds}


def models(visits):
    return {
        "first": Conditional(visits, by="arm", predictors=("age", "second", "response")),
        "second": Conditional(
            visits,
            predictors=("arm", "age", "first", "change", "grade"),
            interactions=(("arm", "first"), ("arm", "grade")),
        ),
        "response": Conditional("logistic", predictors=("arm", "age", "second", "kind")),
        "grade": Conditional("ordinal", predictors=("arm", "age", "first", "response")),
        "kind": Conditional("multinomial", predictors=("arm", "second", "response")),
    }


def run(visits="normal", seed=1, key="k", **how):
    passive = {"change": Passive(("first", "age"), lambda first, age: first - age / 2)}
    if visits == "bounded":
        chosen = models("normal")
        chosen["first"] = Conditional("normal", bounds=(15.0, 40.0))
    else:
        chosen = models(visits)
    chosen["second"] = Conditional(
        chosen["second"].method,
        predictors=("arm", "age", "grade", "change"),
        interactions=(("arm", "first"), ("arm", "grade")),
    )
    return impute_chains(data(), chosen, key=key, seed=seed, sweeps=SWEEPS, passive=passive, **how)


@pytest.mark.parametrize("visits", ["normal", "matching", "bounded"])
def test_the_first_chains_are_the_same_however_chains_are_grouped(visits):
    whole = run(visits, chains=40)
    for how in GROUPINGS:
        other = run(visits, **how)
        count = min(40, how["chains"])
        for name, values in whole.values.items():
            assert other.values[name].shape[0] == how["chains"]
            assert np.array_equal(values[:count], other.values[name][:count]), (how, name)
            for part in ("mean", "deviation"):
                one, two = (getattr(r.trace[name], part)[:count] for r in (whole, other))
                assert np.array_equal(one, two), (how, name)


def test_many_subjects_without_gaps_are_cut_into_the_same_pieces():
    rng = np.random.default_rng(4)
    n = 9000  # several pieces of those with and of those without gaps
    x = rng.normal(0, 1, n)
    y = np.where(rng.random(n) < 0.4, np.nan, (rng.random(n) < 1 / (1 + np.exp(-x))) * 1.0)
    z = np.where(rng.random(n) < 0.2, np.nan, x + rng.normal(0, 1, n))
    chosen = {"y": Conditional("logistic"), "z": Conditional("matching")}
    columns = {"x": x, "y": y, "z": z}
    found = [
        impute_chains(columns, chosen, key="k", seed=1, chains=m, sweeps=2, chunk=c, workers=w)
        for m, c, w in ((3, 8, 1), (24, 24, 1), (24, 8, 3))
    ]
    for other in found[1:]:
        for name in chosen:
            assert np.array_equal(found[0].values[name], other.values[name][:3])
    assert np.array_equal(found[1].values["y"], found[2].values["y"])


def test_the_same_key_gives_the_same_draws_and_another_gives_others():
    first = run(chains=3).values["first"]
    assert np.array_equal(first, run(chains=3).values["first"])
    for other in (run(chains=3, key="other"), run(chains=3, seed=2)):
        assert not np.isclose(first, other.values["first"]).any()
    assert not np.isclose(first[0], first[1]).any()


def test_a_chain_is_a_word_of_the_counter_under_the_key_of_its_model():
    import hashlib

    digest = hashlib.sha256(b"5:model").digest()
    key = int.from_bytes(digest[:16], "little")
    for chain, generator in enumerate(generators_of("model", 5, 1, 3), start=1):
        plain = np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, chain]))
        assert np.array_equal(generator.random(9), plain.random(9))
        assert np.array_equal(generator.standard_normal(9), plain.standard_normal(9))


def test_a_chunk_holds_whole_tiles():
    with pytest.raises(ValueError, match="multiple of 8"):
        run(chains=3, chunk=12)


def test_later_sweeps_go_on_from_earlier_ones():
    # A chain's numbers come sweep by sweep: with one sweep more, the course before is the same.
    columns, chosen = mixed(), {
        "first": Conditional("normal"), "second": Conditional("normal"),
        "response": Conditional("logistic")}  # fmt: skip
    short, long = (
        impute_chains(columns, chosen, key="k", seed=1, chains=5, sweeps=s) for s in (3, 6)
    )
    assert np.array_equal(short.trace["first"].mean, long.trace["first"].mean[:, :3])
