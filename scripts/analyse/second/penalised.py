"""Logistic fits that statsmodels lacks: Firth's penalty, and limits by the profile.

The (penalised) log likelihood is written out and handed to scipy's general minimiser from several
places; its gradient is then brought to zero by a root finder. Limits are found by Brent's method.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize, root
from scipy.special import expit
from scipy.stats import chi2


@dataclass(frozen=True)
class Fit:
    """Coefficients, their covariance matrix, limits and p values."""

    params: np.ndarray
    covariance: np.ndarray
    limits: np.ndarray
    pvalues: np.ndarray


def information(design: np.ndarray, params: np.ndarray) -> np.ndarray:
    """X'WX of all columns."""
    p, q = expit(design @ params), expit(-design @ params)
    return design.T @ ((p * q)[:, None] * design)


def value_of(
    outcome: np.ndarray, design: np.ndarray, params: np.ndarray, penalised: bool
) -> tuple[float, np.ndarray]:
    """Minus the log likelihood and its gradient; infinite where the penalty cannot be computed."""
    linear = design @ params
    p, q = expit(linear), expit(-linear)
    value = float(np.sum(outcome * linear - np.logaddexp(0, linear)))
    residual = outcome - p
    if penalised:
        # By singular values, which keep their digits where the weights have nearly vanished.
        left, sizes, _ = np.linalg.svd(np.sqrt(p * q)[:, None] * design, full_matrices=False)
        if not sizes.min() > 0:
            return np.inf, np.zeros_like(params)
        value += float(np.log(sizes).sum())
        residual = residual + (left**2).sum(axis=1) * (0.5 - p)
    return -value, -(design.T @ residual)


def maximum(
    outcome: np.ndarray,
    design: np.ndarray,
    place: int | None,
    value: float,
    penalised: bool,
    near: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Coefficients at the maximum with one of them held, and the (penalised) log likelihood."""
    free = np.arange(design.shape[1]) != (-1 if place is None else place)

    def whole(part: np.ndarray) -> np.ndarray:
        params = np.full(design.shape[1], value)
        params[free] = part
        return params

    def height(part: np.ndarray) -> tuple[float, np.ndarray]:
        minus, gradient = value_of(outcome, design, whole(part), penalised)
        return minus, gradient[free]

    base = np.zeros(design.shape[1]) if near is None else near
    best = whole(base[free])
    if free.any():
        starts = [base[free]] if near is None else [base[free], 0 * base[free], -base[free]]
        found = [
            minimize(height, start, jac=True, method="BFGS", options={"gtol": 1e-9})
            for start in starts
        ]
        part = min(found, key=lambda one: float(one.fun)).x
        polished = root(lambda at: height(at)[1], part, tol=1e-14).x
        if height(polished)[0] <= height(part)[0] + 1e-9 and np.abs(polished - part).max() < 1e-3:
            part = polished
        best = whole(part)
    return best, -value_of(outcome, design, best, penalised)[0]


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
            return 2 * (top - maximum(outcome, scaled, at, value, penalised, params)[1]) - critical

        step = 2 * np.sqrt(covariance[place, place])
        limits.append([limit(drop, estimate, sign * step) for sign in (-1, 1)])
        pvalues.append(chi2.sf(drop(0.0) + critical, 1))
    back = np.diag(1 / spread)
    return Fit(back @ params, back @ covariance @ back, back @ np.array(limits), np.array(pvalues))
