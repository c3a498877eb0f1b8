"""Tipping points on tiny trials, where every cell can be counted by hand."""

import pandas as pd
import pytest

from scripts.analyse.find_tipping_points import find_tipping_points
from scripts.job import StepError
from scripts.stats.proportions import pearson_chi_square, wald_difference
from tests.analyse.trial import THREE_ARMS, plan_with, subjects, values

COUNTS = {"grid": "counts", "interval": "wald", "test": "pearson_chi_square"}
DELTA = {"grid": "delta", "variance": "wald"}
MODEL = {"label": "A model", "method": "logistic", "predictors": ["ARMCD"]}


def tipping(arms, verdicts, method=COUNTS, plan=None):
    """The result; `verdicts` has Y and N for each subject of `arms`, and ? where missing."""
    adsl = subjects(arms)
    rows = [
        {"USUBJID": name, "IMPUTATION": number, "AVAL": float(verdict == "Y"),
         "IMPUTED": "Y" if verdict == "?" else "N"}
        for name, verdict in zip(adsl["USUBJID"], verdicts, strict=True)
        for number in ([1, 2] if verdict == "?" else [0])
    ]  # fmt: skip
    return found(adsl, pd.DataFrame(rows), method, plan)


def found(adsl, table, method, plan=None):
    analysis = {"kind": "tipping_point", "endpoint": "RESP", "imputation": "m", "method": method}
    made = plan_with(analysis, plan) if plan else plan_with(analysis)
    return find_tipping_points(adsl, {"m": table}, {**made, "models": {"m": MODEL}})["one"]


def drawn(counts):
    """A table of a grid from {(arm, shift): [(subjects, responders), ...]}, observed first."""
    rows = [
        {"ARMCD": arm, "DELTA": float(shift), "IMPUTATION": k, "SUBJECTS": n, "RESPONDERS": x}
        for (arm, shift), pairs in counts.items()
        for k, (n, x) in enumerate(pairs)
    ]
    return pd.DataFrame(rows)


def test_every_pair_of_numbers_of_responders_is_a_cell():
    result = tipping("AAAAABBBB", "YYN??YNN?")
    grid = result["grids"]["A-B"]
    assert (grid["first"], grid["second"]) == ([0, 1, 2], [0, 1])
    for i in (0, 1, 2):
        for j in (0, 1):
            cell = values(result, f"{i}|{j}", "A-B")
            one = wald_difference(2 + i, 5, 1 + j, 4)
            assert cell["estimate"] == pytest.approx((2 + i) / 5 - (1 + j) / 4)
            assert (cell["lower"], cell["upper"]) == pytest.approx((one.lower, one.upper))
            p = pearson_chi_square(2 + i, 5, 1 + j, 4).p_value
            assert cell["p_value"] == pytest.approx(p)


def test_the_cell_of_missing_at_random_has_the_observed_proportions_rounded_half_up():
    # A: 2 of 3 observed, so 2 x 2/3 = 1.33 -> 1; B: 1 of 2 observed, so 1 x 1/2 = 0.5 -> 1
    result = tipping("AAAAABBB", "YYN??YN?")
    assert result["grids"]["A-B"]["reference"] == "1|1"
    assert values(result, "reference A-B", "A")["count"] == 1
    assert values(result, "missing", "A") == {"count": 2, "total": 5, "proportion": 0.4}
    assert values(result, "observed", "B") == {"count": 1, "total": 2, "proportion": 0.5}


def test_the_nearest_cell_that_tips_is_named_with_its_departure():
    # A: 16 of 16 and 4 missing, B: 4 of 16 and 4 missing. By hand: at random 20 of 20 against
    # 5 of 20. Nothing near it can hold zero: the worst cell is 16/20 against 8/20, 0.4 +- 0.277.
    plain = tipping("A" * 20 + "B" * 20, "Y" * 16 + "?" * 4 + "Y" * 4 + "N" * 12 + "?" * 4)
    assert plain["grids"]["A-B"]["nearest"] == []
    assert values(plain, "tipping_point", "A-B") == {"count": 0, "total": 25}
    # With 8 of 16 in B, at random 20/20 against 10/20. 17/20 - 12/20 = 0.25 +- 0.266 and
    # 16/20 - 11/20 = 0.25 +- 0.280 hold zero; 18/20 - 12/20 = 0.3 +- 0.252 and 17/20 - 11/20 =
    # 0.3 +- 0.268 do not. Both are five other outcomes away.
    result = tipping("A" * 20 + "B" * 20, "Y" * 16 + "?" * 4 + "Y" * 8 + "N" * 8 + "?" * 4)
    grid = result["grids"]["A-B"]
    assert grid["reference"] == "4|2"
    assert grid["nearest"] == ["0|3", "1|4"]
    nearest = values(result, "nearest A-B", "A-B")
    assert nearest["departure"] == (4 - 1) + (4 - 2) == (4 - 0) + (3 - 2)
    assert nearest["count"] == 2
    assert values(result, "nearest A-B", "A")["count"] == 0
    assert grid["boundary"] == ["0|3", "1|4"]


def test_swapping_the_arms_turns_the_grid():
    verdicts = ("YYYYYYYYNN??", "YNNNNNNN???")
    one = tipping("A" * 12 + "B" * 11, "".join(verdicts))
    swapped = {**plan_with({}), "arms": plan_with({})["arms"][::-1]}
    contrast = {"contrasts": [["B", "A"]]}
    analysis = {"kind": "tipping_point", "endpoint": "RESP", "imputation": "m",
                "method": COUNTS, **contrast}  # fmt: skip
    adsl = subjects("A" * 12 + "B" * 11)
    rows = [
        {"USUBJID": name, "IMPUTATION": int(v == "?"), "AVAL": float(v == "Y"),
         "IMPUTED": "Y" if v == "?" else "N"}
        for name, v in zip(adsl["USUBJID"], "".join(verdicts), strict=True)
    ]  # fmt: skip
    plan = {**plan_with(analysis, swapped), "models": {"m": MODEL}}
    other = find_tipping_points(adsl, {"m": pd.DataFrame(rows)}, plan)["one"]
    first, second = one["grids"]["A-B"]["verdicts"], other["grids"]["B-A"]["verdicts"]
    assert [[-v for v in row] for row in zip(*first, strict=True)] == [list(r) for r in second]
    assert values(one, "2|1", "A-B")["estimate"] == -values(other, "1|2", "B-A")["estimate"]


def test_three_arms_have_a_grid_for_each_contrast():
    result = tipping("AACCBBB", "Y?N?Y?N", plan=THREE_ARMS)
    assert list(result["grids"]) == ["A-B", "C-B"]
    assert values(result, "0|0", "C-B")["estimate"] == pytest.approx(0 / 2 - 1 / 3)
    assert values(result, "reference C-B", "B")["total"] == 1


def test_nothing_missing_is_one_cell_and_says_so():
    result = tipping("AABB", "YNNN")
    assert result["grids"]["A-B"]["first"] == [0]
    assert values(result, "tipping_point", "A-B") == {"count": 0, "total": 1}
    assert result["warnings"] == ["A-B: no outcome is missing, so that nothing can tip."]


def test_where_nobody_of_an_arm_is_observed_failures_are_put_to_the_test():
    result = tipping("AAABB", "???YN")
    assert result["grids"]["A-B"]["reference"] == "0|0"
    assert "nobody of a group is observed" in result["warnings"][0]
    assert values(result, "observed", "A")["proportion"] is None


def test_an_arm_without_subjects_has_no_grid():
    result = tipping("AA", "Y?")
    assert result["grids"] == {}
    assert result["warnings"] == ["A-B: a group has no subjects, so nothing is estimable."]


def test_a_subject_whom_the_model_does_not_know_is_an_error():
    adsl = subjects("AABB")
    table = pd.DataFrame(
        {"USUBJID": ["S00", "S01", "S02"], "IMPUTATION": 0, "AVAL": 1.0, "IMPUTED": "N"}
    )
    with pytest.raises(StepError, match="first: S03"):
        found(adsl, table, COUNTS)


def test_a_grid_too_large_to_be_read_says_what_to_plan_instead():
    with pytest.raises(StepError, match="grid: delta"):
        tipping("A" * 120 + "B" * 120, ("Y" + "?" * 119) * 2)


def test_a_grid_of_shifts_is_pooled_cell_by_cell():
    table = drawn(
        {
            ("A", -1): [(4, 3), (2, 0), (2, 1)],
            ("A", 0): [(4, 3), (2, 2), (2, 1)],
            ("B", 0): [(5, 2), (1, 0), (1, 1)],
            ("B", 1): [(5, 2), (1, 1), (1, 1)],
        }
    )
    result = found(subjects("AAAAAABBBBBB"), table, DELTA)
    cell = values(result, "-1|1", "A-B")
    differences = [3 / 6 - 3 / 6, 4 / 6 - 3 / 6]
    assert cell["estimate"] == pytest.approx(sum(differences) / 2)
    within = ((0.5 * 0.5 * 2) / 6 + (4 / 6 * 2 / 6 + 0.25) / 6) / 2
    between = (1 / 6) ** 2 / 2
    assert cell["standard_error"] == pytest.approx((within + 1.5 * between) ** 0.5)
    assert result["grids"]["A-B"]["reference"] == "0|0"
    assert result["method"]["options"]["imputations"] == 2


def test_a_grid_of_other_subjects_is_an_error():
    table = drawn({("A", 0): [(1, 1), (1, 0)], ("B", 0): [(2, 1), (0, 0)]})
    with pytest.raises(StepError, match="2 subjects of A, the analysis has 3"):
        found(subjects("AAABB"), table, DELTA)


def test_of_an_arm_that_the_grid_does_not_shift_nothing_is_claimed():
    # It used to be printed as observed in everybody, with nobody responding.
    table = drawn({("A", 0): [(2, 1), (1, 0), (1, 1)], ("B", 0): [(2, 1), (1, 0), (1, 1)]})
    result = found(subjects("AAABBBCCCC"), table, DELTA, THREE_ARMS)
    nothing = {"count": None, "total": None, "proportion": None}
    assert values(result, "missing", "C") == nothing
    assert values(result, "observed", "C") == nothing
    assert values(result, "missing", "A") == {"count": 1, "total": 3, "proportion": 1 / 3}
    assert "A-B" in result["grids"]
    assert result["warnings"][-1] == (
        "C-B: the grid has no shifts of a group; nothing is estimable."
    )
