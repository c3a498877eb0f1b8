"""An estimate in every completed data set by statsmodels or by hand, pooled from the papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, chi2_contingency
from statsmodels.regression.linear_model import OLS

from scripts.analyse.second.models import fit
from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.pooling import holds, left_out_error, pool, pool_chi_square, rules
from scripts.analyse.second.selection import Selection, select
from scripts.job import StepError

LIBRARIES = {
    "linear": "statsmodels OLS",
    "proportions": "proportions by pandas",
    "logistic": "statsmodels Logit, or the table of counts where there are no covariates",
    "chi_square": "proportions by pandas, scipy.stats.chi2_contingency",
}
POOLED = "{} in each completed data set, Rubin's rules and leaving out with scipy.stats.t"
LIMITS = ("estimate", "lower", "upper")


@dataclass(frozen=True)
class Sets:
    """A contrast of two groups in every completed data set."""

    estimates: np.ndarray
    variances: np.ndarray
    left: float
    squares: np.ndarray | None = None


def completed(imputed: pd.DataFrame, subjects: pd.Series) -> pd.DataFrame:
    """Values by subject (rows, in the order given) and imputation (columns)."""
    drawn = imputed[imputed["IMPUTATION"] > 0]
    known = imputed[imputed["IMPUTATION"] == 0].set_index("USUBJID")["AVAL"]
    values = drawn.pivot(index="USUBJID", columns="IMPUTATION", values="AVAL")  # noqa: PD010
    if drawn.empty:
        values = pd.DataFrame({1: pd.Series(dtype=float)})
    values = values.reindex(subjects)
    values = values.T.fillna(known.reindex(subjects)).T
    if values.isna().any(axis=None):
        names = values.index[values.isna().any(axis=1)].tolist()
        raise StepError(f"{len(names)} subject(s) without a completed value, first: {names[0]}")
    return values.astype(float)


def _design(selection: Selection, covariates: list[str]) -> pd.DataFrame:
    """One column a group and no intercept, so that a difference is one contrast of them."""
    columns = {
        group: (selection.table["GROUP"] == group).astype(float) for group in selection.groups
    }
    covered = {name: selection.table[name].astype(float) for name in covariates}
    return pd.DataFrame(columns | covered)


def _solvable(design: pd.DataFrame, one: str, other: str) -> bool:
    """Whether both groups have subjects and no column that varies is a sum of others."""
    present = design.loc[:, (design != 0).any()].to_numpy()
    scaled = present / np.abs(present).max(axis=0)
    full = np.linalg.matrix_rank(scaled) == present.shape[1] < len(design)
    return bool(full and design[one].any() and design[other].any())


def _unknown(values: pd.DataFrame) -> Sets:
    nothing = np.full(values.shape[1], np.nan)
    return Sets(nothing, nothing, np.nan)


def _linear(values: pd.DataFrame, design: pd.DataFrame, one: str, other: str) -> Sets:
    if not _solvable(design, one, other):
        return _unknown(values)
    fits = [OLS(values[number].to_numpy(), design.to_numpy()).fit() for number in values]
    weights = (design.columns == one).astype(float) - (design.columns == other).astype(float)
    estimates = np.array([found.params @ weights for found in fits])
    variances = np.array([weights @ found.cov_params() @ weights for found in fits])
    # A perfect fit leaves rounding, which is no variance.
    perfect = np.array([found.ssr <= 1e-24 * found.uncentered_tss for found in fits])
    variances = np.where(perfect, 0.0, variances)
    return Sets(estimates, variances, float(fits[0].df_resid))


def _counts(values: pd.DataFrame, groups: pd.Series, name: str) -> tuple[np.ndarray, int]:
    inside = (groups == name).to_numpy()
    return values[inside].sum().to_numpy(), int(inside.sum())


def _shares(values: pd.DataFrame, groups: pd.Series, one: str, other: str, test: bool) -> Sets:
    (a, n1), (b, n2) = _counts(values, groups, one), _counts(values, groups, other)
    if not n1 or not n2:
        return _unknown(values)
    p, q = a / n1, b / n2
    squares = None
    if test:
        tables = [np.array([[x, n1 - x], [y, n2 - y]]) for x, y in zip(a, b, strict=True)]
        squares = np.array(
            [chi2_contingency(t, correction=False)[0] if t.sum(axis=0).all() else 0 for t in tables]
        )
    return Sets(p - q, p * (1 - p) / n1 + q * (1 - q) / n2, float(n1 + n2 - 2), squares)


def _odds(values: pd.DataFrame, design: pd.DataFrame, one: str, other: str) -> Sets:
    if not _solvable(design, one, other):
        return _unknown(values)
    present = design.loc[:, (design != 0).any()]
    left = float(len(design) - present.shape[1])
    weights = (present.columns == one).astype(float) - (present.columns == other).astype(float)
    known: dict[bytes, tuple[float, float]] = {}
    for number in values:
        outcome = values[number].to_numpy()
        key = outcome.tobytes()
        if key not in known:
            known[key] = _log_odds(outcome, present, weights, one, other)
    pairs = np.array([known[values[number].to_numpy().tobytes()] for number in values])
    return Sets(pairs[:, 0], pairs[:, 1], left)


def _log_odds(
    outcome: np.ndarray, design: pd.DataFrame, weights: np.ndarray, one: str, other: str
) -> tuple[float, float]:
    """Log odds ratio and variance; of a model with groups alone they are those of the counts."""
    inside = [design[name].to_numpy() == 1 for name in (one, other)]
    if np.array_equal(design.sum(axis=1), np.ones(len(design))) and design.isin((0, 1)).all(
        axis=None
    ):
        cells = [float((outcome[i] == v).sum()) for i in inside for v in (1, 0)]
        varies = [set(outcome[design[name] == 1]) == {0, 1} for name in design]
        if not all(varies):
            return np.nan, np.nan
        a, b, c, d = cells
        return float(np.log(a * d / (b * c))), 1 / a + 1 / b + 1 / c + 1 / d
    found = fit(outcome, design.to_numpy())
    if found is None:
        return np.nan, np.nan
    return float(found.params @ weights), float(weights @ found.cov_params() @ weights)


class _Contrast:
    """One contrast from the first m data sets: numbers, their errors, and whether digits hold."""

    def __init__(self, sets: Sets, selection: Selection, analysis: Mapping[str, Any]) -> None:
        self.sets, self.level = sets, selection.level
        method = analysis.get("method", {})
        self.df = method.get("df", "rubin")
        self.ratio = method.get("estimator") == "logistic"
        self.named = "odds_ratio" if self.ratio else "estimate"

    def estimable(self, m: int) -> bool:
        """Whether there is a finite estimate everywhere, and some variance."""
        finite = np.isfinite(self.sets.estimates).all()
        return bool(finite and self.sets.variances[:m].any())

    def numbers(self, which: np.ndarray) -> dict[str, float]:
        """Pooled numbers of some of the data sets, back from the logarithm."""
        q, u = self.sets.estimates[which], self.sets.variances[which]
        found = pool(q, u, self.sets.left, self.level, self.df)
        inference = {k: v for k, v in found.items() if k not in ("within", "between")}
        if self.ratio:
            inference |= {name: np.exp(found[name]) for name in LIMITS}
        inference[self.named] = inference.pop("estimate")
        return inference

    def test(self, which: np.ndarray) -> dict[str, float]:
        """The pooled chi-square test of some of the data sets."""
        assert self.sets.squares is not None
        return pool_chi_square(self.sets.squares[which])

    def moves(self, m: int, decimals: Mapping[str, int]) -> bool:
        """Whether a printed digit of estimate, limits or p value does not hold."""
        if not self.estimable(m):
            return True
        whole = np.arange(m)
        values, errors = self.numbers(whole), left_out_error(self.numbers, m)
        if self.sets.squares is not None:
            values |= {"p_value": self.test(whole)["p_value"]}
            errors |= {"p_value": left_out_error(self.test, m).get("p_value", np.nan)}
        places = decimals["ratio" if self.ratio else "difference"]
        kept = [holds(values[k], errors.get(k), places) for k in (self.named, "lower", "upper")]
        return not (
            all(kept) and holds(values["p_value"], errors.get("p_value"), decimals["p"], True)
        )

    def say(self, opinion: Opinion, group: str, m: int) -> None:
        """Everything about the contrast."""
        row = "odds_ratio" if self.ratio else "difference"
        common = {"level": self.level, "imputations": m}
        if not self.estimable(m):
            words = ("standard_error", "statistic", "df", "p_value", "lower", "upper")
            empty = dict.fromkeys((self.named, *words, "fraction_missing_information"))
            opinion.add(row, group, {**empty, **common})
            return
        whole, q = np.arange(m), self.sets.estimates[:m]
        if m == 1:
            # One completion by assumption: nothing varies between imputations.
            found = pool(q, self.sets.variances[:1], self.sets.left, self.level, self.df)
            shown = {"monte_carlo_error": 0.0, "within": found["within"], "between": 0.0}
            shown |= {"coefficient": found["estimate"]} if self.ratio else {}
            opinion.add(row, group, {**self.numbers(whole), **common, **shown})
            if self.sets.squares is not None:
                value = float(self.sets.squares[0])
                test = {"statistic": value, "df": 1, "df_denominator": None}
                opinion.add("test", group, {**test, "p_value": float(chi2.sf(value, 1))})
            return
        found = pool(q, self.sets.variances[:m], self.sets.left, self.level, self.df)
        errors = left_out_error(self.numbers, m)
        if not self.ratio:
            errors["estimate"] = float(np.std(q, ddof=1) / np.sqrt(m)) if np.ptp(q) else 0.0
        values = self.numbers(whole) | {k: found[k] for k in ("within", "between")}
        values |= {"coefficient": found["estimate"]} if self.ratio else {}
        opinion.add(row, group, {**values, **common, "monte_carlo_error": errors.get(self.named)})
        opinion.add(f"monte_carlo:{row}", group, errors)
        opinion.add("rules", group, rules(found["fraction_missing_information"], m))
        if self.sets.squares is not None:
            opinion.add("test", group, {"df": 1, **self.test(whole)})
            opinion.add("monte_carlo:test", group, left_out_error(self.test, m))


def _reached(contrasts: list[_Contrast], plan: Mapping[str, Any], drawn: int) -> dict[str, int]:
    """The least number of data sets, in steps of the first, at which no digit moves."""
    step = min(plan["settings"].get("imputations_least", drawn), drawn)
    m = step
    while any(one.moves(m, plan["decimals"]) for one in contrasts):
        if m == drawn:
            return {"imputations": m, "bound": drawn, "least": step, "stable": 0}
        m = min(m + step, drawn)
    return {"imputations": m, "bound": drawn, "least": step, "stable": 1}


def judge_imputed(
    analysis: Mapping[str, Any],
    plan: Mapping[str, Any],
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    imputed: pd.DataFrame,
) -> Opinion:
    """The opinion on the contrasts of one analysis of completed data sets."""
    selection = select(analysis, plan, adsl, adresp)
    table = selection.table
    values = completed(imputed, table["USUBJID"])
    estimator = analysis.get("method", {}).get("estimator", "linear")
    words = POOLED.format(LIBRARIES[estimator])
    opinion = Opinion(selection.used(), selection.counts(), words)
    design = _design(selection, list(analysis.get("covariates", [])))
    groups = table["GROUP"].reset_index(drop=True)
    contrasts = {}
    for one, other in selection.pairs:
        if estimator == "linear":
            sets = _linear(values, design, one, other)
        elif estimator == "logistic":
            sets = _odds(values, design, one, other)
        else:
            sets = _shares(values, groups, one, other, estimator == "chi_square")
        joint = "/" if estimator == "logistic" else "-"
        contrasts[f"{one}{joint}{other}"] = _Contrast(sets, selection, analysis)
    if values.shape[1] == 1:
        reached = {"imputations": 1}
    else:
        reached = _reached(list(contrasts.values()), plan, values.shape[1])
        opinion.add("growth", "", reached)
    used = values.iloc[:, : reached["imputations"]]
    drawn = set(imputed.loc[imputed["IMPUTATION"] > 0, "USUBJID"])
    for group in selection.groups:
        inside = (table["GROUP"] == group).to_numpy()
        mean = used[inside].mean().mean() if inside.any() else None
        missing = int(table.loc[inside, "USUBJID"].isin(drawn).sum())
        opinion.add("mean", group, {"mean": mean, "total": int(inside.sum()), "missing": missing})
    for group, contrast in contrasts.items():
        contrast.say(opinion, group, reached["imputations"])
    return opinion
