"""Linear regression."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from scripts.stats.linear import linear_regression
from tests.stats import R
from tests.stats.published import (
    LONGLEY,
    THREE_AGE,
    THREE_IS_B,
    THREE_IS_C,
    THREE_OUTCOME,
    binary_table,
)


def test_longley_s_regression_has_nist_s_certified_values():
    # NIST Statistical Reference Datasets, Longley: 15 certified digits. The columns are so nearly
    # collinear (condition number 5e9) that 8 digits are what double precision should keep
    certified = [
        (-3482258.63459582, 890420.383607373),
        (15.0618722713733, 84.9149257747669),
        (-0.0358191792925910, 0.0334910077722432),
        (-2.02022980381683, 0.488399681651699),
        (-1.03322686717359, 0.214274163161675),
        (-0.0511041056535807, 0.226073200069370),
        (1829.15146461355, 455.478499142212),
    ]
    ours = linear_regression(LONGLEY[:, :6], LONGLEY[:, 6])
    table = np.column_stack([ours.coefficient, ours.standard_error])
    assert table == pytest.approx(np.array(certified), rel=1e-8)
    assert np.sqrt(ours.residual_variance) == pytest.approx(304.854073561965, rel=1e-8)
    assert ours.df == 16 - 7


def test_the_slope_of_complete_cases_is_the_limit_of_the_trial_s_imputed_difference():
    # S-ORMI: 90/98 against 33/48, published 0.23 (0.11 to 0.35)
    # R: m <- lm(y ~ x); summary(m)$coefficients; confint(m)
    ours = linear_regression(*binary_table(90, 98, 33, 48))
    assert ours.coefficient[1] == pytest.approx(90 / 98 - 33 / 48, rel=R)
    assert (round(float(ours.lower[1]), 2), round(float(ours.upper[1]), 2)) == (0.11, 0.35)
    assert ours.standard_error == pytest.approx([0.05054597566750, 0.06169500077340], rel=R)
    assert (ours.lower[1], ours.upper[1]) == pytest.approx(
        (0.1089225467237, 0.3528121471539), rel=R
    )
    assert ours.p_value[1] == pytest.approx(2.629461531298e-04, rel=R)


def test_three_covariates_agree_with_lm_of_r():
    # R: m <- lm(out ~ age + I(g == "B") + I(g == "C")); summary(m); confint(m); summary(m)$sigma^2
    ours = linear_regression(np.column_stack([THREE_AGE, THREE_IS_B, THREE_IS_C]), THREE_OUTCOME)
    rows = np.array(
        [
            [-0.9366591080876790, 0.4332433922204839, -2.1619697493528065, 0.0400050144491153],
            [0.0287226001511716, 0.0076990910987122, 3.7306481742988993, 0.0009399843979648],
            [-0.1396825396825401, 0.1906189852465533, -0.7327839852985778, 0.4702455676476246],
            [-0.1005291005291009, 0.1918340986524462, -0.5240418738653634, 0.6046884788005624],
        ]
    )
    table = np.column_stack([ours.coefficient, ours.standard_error, ours.t, ours.p_value])
    assert table == pytest.approx(rows, rel=R)
    lower = [-1.82720365489438, 0.01289689174698, -0.53150547542106, -0.49484973764472]
    upper = [-0.04611456128097, 0.04454830855537, 0.25214039605598, 0.29379153658652]
    assert ours.lower == pytest.approx(lower, rel=R)
    assert ours.upper == pytest.approx(upper, rel=R)
    assert ours.residual_variance == pytest.approx(0.1803709517995, rel=R)


@pytest.mark.parametrize("seed", range(4))
def test_models_agree_with_statsmodels(seed):
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(30, 3)) * [1, 20, 0.1] + [0, 50, 1], generator.normal(size=30)
    theirs = sm.OLS(y, sm.add_constant(x)).fit()
    ours = linear_regression(x, y, level=0.9)
    assert ours.coefficient == pytest.approx(theirs.params, rel=R)
    assert ours.covariance == pytest.approx(theirs.cov_params(), rel=1e-8, abs=1e-12)
    assert ours.p_value == pytest.approx(theirs.pvalues, rel=1e-8)
    limits = np.column_stack([ours.lower, ours.upper])
    assert limits == pytest.approx(theirs.conf_int(0.1), rel=1e-8)


def test_a_binary_covariate_gives_student_s_two_sample_t_test():
    group, outcome = binary_table(9, 14, 3, 11)
    theirs = stats.ttest_ind(outcome[group == 1], outcome[group == 0])
    ours = linear_regression(group, outcome)
    assert (ours.t[1], ours.p_value[1], ours.df) == pytest.approx(
        (theirs.statistic, theirs.pvalue, 14 + 11 - 2), rel=R
    )


def test_a_perfect_fit_is_found_with_errors_of_rounding_size():
    ours = linear_regression([1, 2, 3, 4], [5, 7, 9, 11])
    assert ours.coefficient == pytest.approx([3, 2], rel=R)
    assert ours.standard_error.max() < 1e-12


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="2 subjects cannot fit 2 coefficients"):
        linear_regression([1, 2], [3, 4])
    with pytest.raises(ValueError, match="constant in: dose"):
        linear_regression([1, 1, 1], [3, 4, 5], ["dose"])
    with pytest.raises(ValueError, match="linear combinations"):
        linear_regression([[0, 1], [1, 0], [0, 1], [1, 0]], [0, 1, 1, 0])
    with pytest.raises(ValueError, match="y has 0 values"):
        linear_regression([], [])
    with pytest.raises(ValueError, match="y has 1 missing"):
        linear_regression([1, 2, 3], [0, np.nan, 1])
