"""Logistic fits that statsmodels lacks: Firth's penalty by added subjects, limits by the profile.

Firth's estimate is the fit of each subject's own outcome with weight 1 + h/2 and of the opposite
one with weight h/2, h the leverage (Heinze and Puhr). Limits are found by Brent's method.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

ROUNDS = 2000
STILL = 1e-12


@dataclass(frozen=True)
class Fit:
    """Coefficients, their covariance matrix, limits and p values."""

    params: np.ndarray
    covariance: np.ndarray
    limits: np.ndarray
    pvalues: np.ndarray


def information(design: np.ndarray, params: np.ndarray) -> np.ndarray:
    """X'WX of all columns."""
    p = expit(design @ params)
    return design.T @ ((p * (1 - p))[:, None] * design)


def weighted(outcome: np.ndarray, design: np.ndarray, held: np.ndarray, weights: np.ndarray):
    """The fit of every subject with a share of events, beside held linear predictors."""
    events, others = weights * outcome, weights * (1 - outcome)
    with np.errstate(all="ignore"):
        return GLM(np.column_stack([events, others]), design, family=Binomial(), offset=held).fit(
            tol=1e-14, tol_criterion="params", maxiter=200
        )


def maximum(
    outcome: np.ndarray, design: np.ndarray, place: int | None, value: float, penalised: bool
) -> tuple[np.ndarray, float]:
    """Coefficients at the maximum with one of them held, and the (penalised) log likelihood."""
    free = [k for k in range(design.shape[1]) if k != place]
    params = np.zeros(design.shape[1])
    if place is not None:
        params[place] = value
    held = design @ params
    for _ in range(ROUNDS if penalised else 1):
        if not free:
            break
        share, weights = outcome, np.ones(len(outcome))
        if penalised:
            p = expit(design @ params)
            root = np.sqrt(p * (1 - p))[:, None] * design
            h = np.einsum("ij,jk,ik->i", root, np.linalg.inv(root.T @ root), root)
            share, weights = (outcome + h / 2) / (1 + h), 1 + h
        found = weighted(share, design[:, free], held, weights).params
        moved = np.abs(found - params[free]).max()
        params[free] = found
        if moved < STILL * max(1.0, np.abs(found).max()):
            break
    linear = design @ params
    value = float(np.sum(outcome * linear - np.logaddexp(0, linear)))
    if penalised:
        value += float(np.linalg.slogdet(information(design, params))[1]) / 2
    return params, value


def limit(drop: Callable[[float], float], estimate: float, step: float) -> float:
    """Where the likelihood ratio reaches its critical value, on the side of the step."""
    far = estimate + step
    while drop(far) < 0:
        far += step
    return float(brentq(drop, min(estimate, far), max(estimate, far), xtol=1e-13, rtol=1e-13))


def profiled(outcome: np.ndarray, design: np.ndarray, level: float, penalised: bool) -> Fit:
    """The fit with limits by the profile of the (penalised) likelihood."""
    spread = np.where(design.std(axis=0) > 0, design.std(axis=0), 1.0)
    scaled = design / spread
    params, top = maximum(outcome, scaled, None, 0.0, penalised)
    covariance = np.linalg.inv(information(scaled, params))
    critical = chi2.ppf(level, 1)
    limits, pvalues = [], []
    for place, estimate in enumerate(params):

        def drop(value: float, at: int = place) -> float:
            return 2 * (top - maximum(outcome, scaled, at, value, penalised)[1]) - critical

        step = 2 * np.sqrt(covariance[place, place])
        limits.append([limit(drop, estimate, sign * step) for sign in (-1, 1)])
        pvalues.append(chi2.sf(drop(0.0) + critical, 1))
    back = np.diag(1 / spread)
    return Fit(back @ params, back @ covariance @ back, back @ np.array(limits), np.array(pvalues))
