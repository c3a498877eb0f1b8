"""Intervals of a difference between two proportions."""

import numpy as np
import pytest
from scipy import optimize
from statsmodels.stats.proportion import confint_proportions_2indep

from scripts.stats.proportions import DIFFERENCES, difference
from tests.stats import ITERATIVE, R

Z = 1.959963984540054

# The published differences of the embedded trial: counts, estimate, lower, upper, interval. The
# first estimate is printed as 0.22, which no estimator gives; see the test of the misprint.
TRIAL = {
    "S-OR": ((90, 112, 33, 56), 0.21, 0.07, 0.36, "wald"),
    "S-CR": ((45, 112, 14, 56), 0.15, 0.01, 0.30, "wald"),
    "S-SR": ((68, 112, 23, 56), 0.20, 0.04, 0.35, "wald"),
    "S-REM": ((47, 112, 7, 56), 0.29, 0.16, 0.43, "wald_corrected"),
    "S-REMCC": ((47, 100, 7, 48), 0.32, 0.18, 0.46, "wald"),
    "S-RSC": ((21, 112, 19, 56), -0.15, -0.31, 0.01, "wald_corrected"),
    "S-ORCC": ((90, 98, 33, 48), 0.23, 0.07, 0.39, "wald_corrected"),
    "S-NOC-OR": ((76, 96, 25, 46), 0.25, 0.07, 0.43, "wald_corrected"),
    "S-NOC-CR": ((40, 96, 11, 46), 0.18, 0.00, 0.35, "wald_corrected"),
    "S-NOC-SR": ((56, 96, 18, 46), 0.19, 0.00, 0.38, "wald_corrected"),
    "S-CON-OR": ((14, 16, 76, 96), 0.08, -0.13, 0.30, "wald_corrected"),
    "S-CON-CR": ((5, 16, 40, 96), -0.10, -0.39, 0.18, "wald_corrected"),
    "S-CON-SR": ((12, 16, 56, 96), 0.17, -0.10, 0.44, "wald_corrected"),
}

# Newcombe RG. Stat Med 1998;17:873-90, table II: methods 1, 5, 6, 10 and 11.
NEWCOMBE = {
    (56, 70, 48, 80): {
        "wald": (0.0575, 0.3425),
        "mee": (0.0533, 0.3377),
        "miettinen_nurminen": (0.0528, 0.3382),
        "newcombe": (0.0524, 0.3339),
        "newcombe_corrected": (0.0428, 0.3422),
    },
    (9, 10, 3, 10): {
        "wald": (0.2605, 0.9395),
        "mee": (0.1821, 0.8370),
        "miettinen_nurminen": (0.1700, 0.8406),
        "newcombe": (0.1705, 0.8090),
        "newcombe_corrected": (0.1013, 0.8387),
    },
    (5, 56, 0, 29): {
        "wald": (0.0146, 0.1640),
        "mee": (-0.0313, 0.1926),
        "miettinen_nurminen": (-0.0326, 0.1933),
        "newcombe": (-0.0381, 0.1926),
        "newcombe_corrected": (-0.0667, 0.2037),
    },
    (0, 10, 0, 10): {"newcombe": (-0.2775, 0.2775), "mee": (-0.2775, 0.2775)},
    (10, 10, 0, 10): {"newcombe": (0.6075, 1.0000)},
}


@pytest.mark.parametrize("line", TRIAL)
def test_the_published_differences_of_the_trial_are_reproduced_at_two_decimals(line):
    counts, estimate, lower, upper, method = TRIAL[line]
    ours = difference(*counts, method=method)
    assert abs(ours.estimate - estimate) <= 0.005
    assert abs(ours.lower - lower) <= 0.005
    assert abs(ours.upper - upper) <= 0.005


def test_no_interval_moves_the_estimate_of_90_of_112_against_33_of_56_to_the_printed_0_22():
    estimates = [f(90, 112, 33, 56).estimate for f in DIFFERENCES.values()]
    assert estimates == [90 / 112 - 33 / 56] * len(DIFFERENCES)
    assert estimates[0] < 0.215


def test_only_the_uncorrected_wald_interval_prints_0_01_to_0_30_for_45_of_112_against_14_of_56():
    printed = {
        m: (f(45, 112, 14, 56).lower, f(45, 112, 14, 56).upper) for m, f in DIFFERENCES.items()
    }
    fits = [m for m, (a, b) in printed.items() if (round(a, 2), round(b, 2)) == (0.01, 0.30)]
    assert fits == ["wald"]


@pytest.mark.parametrize("counts", NEWCOMBE)
def test_newcombe_s_table_of_1998_is_reproduced_at_four_decimals(counts):
    for method, (lower, upper) in NEWCOMBE[counts].items():
        ours = difference(*counts, method=method)
        assert (round(ours.lower, 4), round(ours.upper, 4)) == (lower, upper), method


# R: prop.test(c(x1, x2), c(n1, n2), correct = FALSE)$conf.int, and correct = TRUE
R_PROP_TEST = [
    ((90, 112, 33, 56), (0.06590654335711, 0.3626648852143), (0.05251368621425, 0.3760577423572)),
    (
        (45, 112, 14, 56),
        (0.006507137223652, 0.2970642913478),
        (-0.006885719919205, 0.3104571484906),
    ),
    (
        (21, 112, 19, 56),
        (-0.2953223243999, -0.008249104171473),
        (-0.308715181542812, 0.005143752971384),
    ),
    ((5, 56, 0, 29), (0.01460024044259, 0.16397118812884), (-0.01156971029632, 0.19014113886775)),
    ((3, 10, 3, 10), (-0.4016730890527, 0.4016730890527), (-0.4016730890527, 0.4016730890527)),
]


@pytest.mark.parametrize(("counts", "plain", "corrected"), R_PROP_TEST)
def test_both_wald_intervals_agree_with_prop_test_of_r(counts, plain, corrected):
    for method, limits in (("wald", plain), ("wald_corrected", corrected)):
        ours = difference(*counts, method=method)
        assert (ours.lower, ours.upper) == pytest.approx(limits, rel=1e-9)


STATSMODELS = {"wald": "wald", "agresti_caffo": "agresti-caffo", "newcombe": "newcomb"}
TABLES = [(90, 112, 33, 56), (5, 56, 0, 29), (7, 9, 8, 11), (1, 40, 30, 31), (2, 7, 6, 7)]


@pytest.mark.parametrize("counts", TABLES)
@pytest.mark.parametrize("level", [0.90, 0.95, 0.99])
@pytest.mark.parametrize("method", STATSMODELS)
def test_intervals_in_closed_form_agree_with_statsmodels(method, counts, level):
    word = STATSMODELS[method]
    theirs = confint_proportions_2indep(*counts, method=word, compare="diff", alpha=1 - level)
    ours = difference(*counts, level=level, method=method)
    assert (ours.lower, ours.upper) == pytest.approx(
        tuple(np.clip(theirs, -1, 1)), rel=R, abs=1e-12
    )


# statsmodels (0.15) is no authority for the score intervals: its cubic has a count in the place of
# a denominator, its constrained proportions do not maximise the likelihood, and its limits miss
# Newcombe's table. A general optimiser stands in for it.
def slow_constrained_z(x1, n1, x2, n2, delta, factor):
    """Score statistic with the constrained likelihood maximised by a general optimiser."""

    def minus_loglik(p2):
        p1 = p2 + delta
        return -(
            x1 * np.log(p1)
            + (n1 - x1) * np.log1p(-p1)
            + x2 * np.log(p2)
            + (n2 - x2) * np.log1p(-p2)
        )

    edges = (max(0.0, -delta) + 1e-12, min(1.0, 1 - delta) - 1e-12)
    p2 = optimize.minimize_scalar(minus_loglik, bounds=edges, options={"xatol": 1e-12}).x
    p1 = p2 + delta
    variance = factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return (x1 / n1 - x2 / n2 - delta) / np.sqrt(variance)


@pytest.mark.parametrize(
    "counts", [(90, 112, 33, 56), (7, 9, 8, 11), (1, 40, 30, 31), (2, 7, 6, 7)]
)
@pytest.mark.parametrize("method", ["mee", "miettinen_nurminen"])
def test_the_score_statistic_at_its_own_limits_is_the_normal_quantile(method, counts):
    n = counts[1] + counts[3]
    factor = n / (n - 1) if method == "miettinen_nurminen" else 1.0
    ours = difference(*counts, method=method)
    ends = [slow_constrained_z(*counts, limit, factor) for limit in (ours.lower, ours.upper)]
    assert ends == pytest.approx([Z, -Z], rel=ITERATIVE)


def test_corrected_newcombe_limits_solve_the_corrected_score_equations_of_each_proportion():
    def solve(x, n, upper):
        def excess(p):
            return abs(p - x / n) - 1 / (2 * n) - Z * np.sqrt(p * (1 - p) / n)

        edges = (x / n + 1 / (2 * n), 1.0) if upper else (0.0, x / n - 1 / (2 * n))
        return optimize.brentq(excess, *edges, xtol=1e-14)

    low1, high1, low2, high2 = (
        solve(*a) for a in ((12, 20, False), (12, 20, True), (7, 25, False), (7, 25, True))
    )
    p1, p2 = 12 / 20, 7 / 25
    ours = difference(12, 20, 7, 25, method="newcombe_corrected")
    assert ours.lower == pytest.approx(
        p1 - p2 - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2), rel=R
    )
    assert ours.upper == pytest.approx(
        p1 - p2 + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2), rel=R
    )


@pytest.mark.parametrize("method", DIFFERENCES)
def test_exchanging_the_groups_mirrors_the_interval(method):
    there, back = difference(9, 17, 20, 23, method=method), difference(20, 23, 9, 17, method=method)
    assert (back.estimate, back.lower, back.upper) == pytest.approx(
        (-there.estimate, -there.upper, -there.lower), rel=R
    )


@pytest.mark.parametrize("method", DIFFERENCES)
@pytest.mark.parametrize(
    "counts", [(0, 8, 0, 5), (8, 8, 5, 5), (8, 8, 0, 5), (0, 8, 5, 5), (0, 1, 1, 1)]
)
def test_zero_cells_leave_finite_limits_inside_minus_one_and_one_around_the_estimate(
    method, counts
):
    ours = difference(*counts, method=method)
    assert -1 <= ours.lower <= ours.estimate <= ours.upper <= 1


def test_the_wald_interval_of_no_events_at_all_has_width_zero_and_the_score_interval_has_not():
    wald, mee = difference(0, 10, 0, 10), difference(0, 10, 0, 10, method="mee")
    assert (wald.lower, wald.upper, wald.standard_error) == (0, 0, 0)
    assert mee.upper - mee.lower > 0.5


def test_the_standard_error_is_the_unpooled_one_and_nan_for_score_intervals():
    by_hand = np.sqrt(9 / 12 * 3 / 12 / 12 + 4 / 10 * 6 / 10 / 10)
    assert difference(9, 12, 4, 10, method="wald").standard_error == pytest.approx(by_hand, rel=R)
    assert difference(9, 12, 4, 10, method="wald_corrected").standard_error == pytest.approx(
        by_hand
    )
    assert np.isnan(difference(9, 12, 4, 10, method="newcombe").standard_error)


def test_an_unknown_method_is_refused_with_the_list_of_known_ones():
    with pytest.raises(ValueError, match="allowed: wald, wald_corrected, newcombe"):
        difference(1, 2, 1, 2, method="walt")


@pytest.mark.parametrize("method", DIFFERENCES)
def test_an_empty_group_is_refused_and_named(method):
    with pytest.raises(ValueError, match="denominator of group 2 is 0"):
        difference(1, 2, 0, 0, method=method)


@pytest.mark.parametrize("counts", [(3, 2, 1, 2), (-1, 2, 1, 2), (0.5, 2, 1, 2), (np.nan, 2, 1, 2)])
def test_counts_that_are_no_counts_are_refused(counts):
    with pytest.raises(ValueError, match="count of group 1"):
        difference(*counts)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        difference(1, 2, 1, 2, level=level)
