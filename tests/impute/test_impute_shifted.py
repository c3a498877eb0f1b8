"""Assumptions about what is missing: completions, shifts, the reference arm, grids of shifts."""

import numpy as np
import pandas as pd
import pytest

from scripts.impute.impute_responses import impute_responses
from scripts.impute.impute_shifted import impute_shifted
from scripts.job import StepError

MODEL = {
    "endpoint": "RESP",
    "population": "ITTFL",
    "missing_when": {"variable": "STOPFL", "is": "Y"},
    "method": "logistic",
    "predictors": ["ARMCD"],
    "sweeps": 1,
}
M = 400
SETTING = (["B"], 11, M)


def trial(**arms):
    """Subjects by arm as a string: Y and N are observed, y and n are missing."""
    rows = [
        {"USUBJID": f"{arm}{at:02d}", "ARMCD": arm, "ITTFL": "Y", "AGE": 20.0 + (7 * at) % 31,
         "STOPFL": "Y" if letter.islower() else "N", "AVAL": float(letter in "Yy")}
        for arm, letters in arms.items()
        for at, letter in enumerate(letters)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    adresp = table[["USUBJID", "AVAL"]].assign(PARAMCD="RESP")
    return table.drop(columns="AVAL"), adresp


TINY = trial(A="YYYNyn", B="YNNNyyn")
BIG = trial(A="Y" * 40 + "N" * 20 + "y" * 15, B="Y" * 20 + "N" * 30 + "n" * 10)


def model(kind=None, **more):
    """The model with an assumption."""
    own = {
        key: more.pop(key) for key in ("delta", "grid", "responders", "reference") if key in more
    }
    assumption = {"assumption": {"kind": kind, **own}} if kind else {}
    return {**MODEL, **assumption, **more}


def completed(model, tables=TINY, setting=SETTING):
    return impute_shifted(*tables, {"m": model}, setting)["imputed"]["m"]


def share(table, arm):
    """The mean of the imputed values of an arm."""
    drawn = table[(table["ARMCD"] == arm) & (table["IMPUTED"] == "Y")]
    return drawn["AVAL"].mean()


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("worst_case", {}, {"A": 0.0, "B": 0.0}),
        ("best_case", {}, {"A": 1.0, "B": 1.0}),
        ("by_arm", {"responders": ["A"]}, {"A": 1.0, "B": 0.0}),
        ("by_arm", {"responders": ["B"]}, {"A": 0.0, "B": 1.0}),
    ],
)
def test_a_completion_is_one_data_set_with_one_value_for_the_missing_of_an_arm(
    kind, more, expected
):
    found = completed(model(kind, **more))
    assert set(found["IMPUTATION"]) == {0, 1}
    assert {arm: share(found, arm) for arm in expected} == expected
    observed = found[found["IMPUTED"] == "N"].set_index("USUBJID")["AVAL"]
    assert observed["A00"] == 1.0
    assert observed["B01"] == 0.0
    assert len(observed) == 4 + 4


def test_a_shift_of_nothing_draws_what_the_model_without_an_assumption_draws():
    shifted = completed(model("delta", delta={"A": 0}, draws_of="plain"), BIG)
    plain = impute_responses(*BIG, {"plain": MODEL}, 11, M)["plain"]
    plain = getattr(plain, "table", plain)
    keys = ["USUBJID", "IMPUTATION"]
    pd.testing.assert_frame_equal(
        shifted.sort_values(keys, ignore_index=True), plain.sort_values(keys, ignore_index=True)
    )


def test_without_shared_numbers_a_model_has_its_own():
    own = completed(model("delta", delta={"A": 0}), BIG)
    shared = completed(model("delta", delta={"A": 0}, draws_of="plain"), BIG)
    assert not own["AVAL"].equals(shared["AVAL"])


def test_a_shift_moves_only_the_missing_of_its_arm_and_never_back():
    draws = [
        completed(model("delta", delta={"A": shift}, draws_of="m"), BIG) for shift in (-2, -1, 1)
    ]
    low, middle, high = (
        table.sort_values(["USUBJID", "IMPUTATION"])["AVAL"].to_numpy() for table in draws
    )
    assert (low <= middle).all()
    assert (middle <= high).all()
    others = [table[table["ARMCD"] == "B"]["AVAL"].tolist() for table in draws]
    assert others[0] == others[1] == others[2]
    assert share(draws[0], "A") < share(draws[1], "A") < share(draws[2], "A")


def test_in_expectation_a_shift_adds_to_the_log_odds_of_those_observed():
    # 40 of 60 observed: log odds log 2; less 1 they are 0.424; the mean over the draws of the
    # parameter is nearly that at the mode. 15 x 400 draws: a standard error of 0.5/sqrt(400).
    found = share(completed(model("delta", delta={"A": -1}), BIG), "A")
    assert found == pytest.approx(1 / (1 + np.exp(1 - np.log(2))), abs=4 * 0.5 / np.sqrt(M))


@pytest.mark.parametrize("kind", ["jump_to_reference", "copy_reference", "copy_increments"])
def test_the_missing_of_every_arm_are_drawn_from_the_reference(kind):
    found = completed(model(kind, draws_of="m"), BIG)
    # 20 of 50 observed respond in the reference arm
    assert share(found, "A") == pytest.approx(0.4, abs=4 * 0.5 / np.sqrt(M))
    plain = completed(model("delta", delta={"A": 0}, draws_of="m"), BIG)
    same = [table[table["ARMCD"] == "B"]["AVAL"].to_numpy() for table in (found, plain)]
    # The rows against separation stand at the mean of all subjects, as they are drawn: they move
    # the parameters a little, and hardly any draw.
    assert (same[0] == same[1]).mean() > 0.99


def test_the_plan_may_name_another_reference():
    found = completed(model("jump_to_reference", reference="A"), BIG)
    assert share(found, "B") == pytest.approx(2 / 3, abs=4 * 0.5 / np.sqrt(M))


def test_the_reference_is_met_even_where_nobody_of_the_other_arm_is_observed():
    tables = trial(A="yyyy", B="YYYYNNNN")
    found = completed(model("jump_to_reference"), tables)
    assert share(found, "A") == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(M))


def test_a_reference_of_whom_nobody_is_observed_is_an_error_that_names_it():
    with pytest.raises(StepError, match="reference arm B"):
        completed(model("jump_to_reference"), trial(A="YN", B="yy"))


def test_of_three_arms_each_has_its_own_shift():
    tables = trial(A="YN" * 20 + "y" * 10, B="YN" * 20 + "y" * 10, C="YN" * 20 + "y" * 10)
    found = completed(model("delta", delta={"A": 2, "C": -2}), tables)
    low, middle, high = (share(found, arm) for arm in "CBA")
    assert low < 0.3 < middle < 0.7 < high


def test_nobody_missing_leaves_the_observed_alone():
    tables = trial(A="YN", B="NN")
    for kind, more in (("worst_case", {}), ("delta", {"delta": {"A": 1}})):
        found = completed(model(kind, **more), tables)
        assert set(found["IMPUTED"]) == {"N"}


def test_a_grid_counts_the_responders_of_its_draws():
    grid = {"A": [-1, 0, 2], "B": [0, 1]}
    made = impute_shifted(*BIG, {"m": model("delta_grid", grid=grid)}, SETTING)["grids"]["m"]
    observed = made[made["IMPUTATION"] == 0]
    assert set(observed.loc[observed["ARMCD"] == "A", "SUBJECTS"]) == {60}
    assert set(observed.loc[observed["ARMCD"] == "A", "RESPONDERS"]) == {40}
    for arm, shift in (("A", -1), ("A", 2), ("B", 1)):
        one = completed(model("delta", delta={arm: shift}), BIG)
        one = one[(one["ARMCD"] == arm) & (one["IMPUTATION"] > 0)]
        wanted = one.groupby("IMPUTATION")["AVAL"].sum().tolist()
        cell = made[(made["ARMCD"] == arm) & (made["DELTA"] == shift) & (made["IMPUTATION"] > 0)]
        assert cell["RESPONDERS"].tolist() == wanted


def test_the_first_imputations_do_not_depend_on_how_many_there_are():
    grid = model("delta_grid", grid={"A": [-1, 0], "B": [0, 1]})
    few = impute_shifted(*BIG, {"m": grid}, (["B"], 11, 20))["grids"]["m"]
    many = impute_shifted(*BIG, {"m": grid}, (["B"], 11, 50))["grids"]["m"]
    kept = many[many["IMPUTATION"] <= 20].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, kept)


def test_the_order_of_the_subjects_does_not_matter():
    adsl, adresp = BIG
    one = completed(model("delta", delta={"A": -1}), BIG)
    turned = completed(model("delta", delta={"A": -1}), (adsl[::-1].reset_index(drop=True), adresp))
    sums = [table.groupby(["ARMCD", "IMPUTATION"])["AVAL"].sum() for table in (one, turned)]
    pd.testing.assert_series_equal(*sums)


def test_other_predictors_stay_with_the_subject():
    spread = model("delta", delta={"A": 1}, predictors=["ARMCD", "AGE"])
    assert 0 < share(completed(spread, BIG), "A") < 1
