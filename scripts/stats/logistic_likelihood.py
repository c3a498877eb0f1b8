"""The likelihood of a logistic model, plain or with Firth's penalty, on standardised columns."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from scripts.stats.arguments import (
    FloatArray,
    checked_binary,
    checked_matrix,
    checked_names,
    checked_vector,
)
from scripts.stats.newton import Objective, Scaling, standardise

# Subjects at a time: what is computed for them stays in the processor's cache.
BLOCK = 8192


@dataclass(frozen=True, eq=False)
class LogisticData:
    """Checked data of a logistic model: one standardised column in each row, the intercept first.

    `back` turns coefficients of standardised columns into those of the columns as given.
    """

    names: tuple[str, ...]
    design: FloatArray
    outcome: FloatArray
    scaling: Scaling
    back: FloatArray

    @property
    def events(self) -> int:
        """Subjects with y = 1."""
        return int(self.outcome.sum())

    @property
    def subjects(self) -> int:
        """All subjects."""
        return int(self.outcome.size)

    def uncentred(self) -> FloatArray:
        """The columns about their own zero, so that the intercept is the one of the data given."""
        moved = self.design.copy()
        moved[1:] += (self.scaling.centre / self.scaling.spread)[:, None]
        return moved


def logistic_data(x: object, y: object, names: object = None) -> LogisticData:
    """Return checked and standardised data; constant or collinear columns raise ValueError."""
    outcome = checked_binary(y, checked_vector(y, "y").size, "y").astype(np.float64)  # type: ignore[arg-type]
    matrix = checked_matrix(x, outcome.size, "x")  # type: ignore[arg-type]
    columns = checked_names(names, matrix.shape[1])  # type: ignore[arg-type]
    scaled, scaling = standardise(matrix, columns)
    design = np.empty((matrix.shape[1] + 1, outcome.size))
    design[0], design[1:] = 1.0, scaled.T
    back = np.diag(np.concatenate([[1.0], 1 / scaling.spread]))
    back[0, 1:] = -scaling.centre / scaling.spread
    return LogisticData(("intercept", *columns), design, outcome, scaling, back)


def likelihood_of(design: FloatArray, outcome: FloatArray) -> Objective:
    """Return the log likelihood with its score and information as a function of coefficients."""

    def objective(beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        loglik, score = 0.0, np.zeros(beta.size)
        information = np.zeros((beta.size, beta.size))
        for first in range(0, outcome.size, BLOCK):
            part, y = design[:, first : first + BLOCK], outcome[first : first + BLOCK]
            linear = beta @ part
            small = np.exp(-np.abs(linear))
            share = 1 / (1 + small)
            fitted = np.where(linear >= 0, share, small * share)
            loglik += float(y @ linear - np.maximum(linear, 0).sum() - np.log1p(small).sum())
            score += part @ (y - fitted)
            information += (part * (small * share * share)) @ part.T
        return loglik, score, information

    return objective


@dataclass(frozen=True, eq=False)
class Leverage:
    """Fitted probabilities, weights and leverages of all subjects at some coefficients."""

    fitted: FloatArray
    weight: FloatArray
    leverage: FloatArray
    information: FloatArray


def leverages(design: FloatArray, beta: FloatArray) -> Leverage:
    """Return the diagonal of the hat matrix of the weighted columns, and what it is made from."""
    linear = beta @ design
    fitted, other = special.expit(linear), special.expit(-linear)
    weight = fitted * other
    weighted = design * np.sqrt(weight)
    information = weighted @ weighted.T
    leverage = (weighted * np.linalg.solve(information, weighted)).sum(axis=0)
    return Leverage(fitted, weight, leverage, information)


def penalised_likelihood_of(design: FloatArray, outcome: FloatArray) -> Objective:
    """Return Firth's log likelihood with its score, and the curvature of the augmented data.

    Each subject stands for 1 + h subjects with (y + h/2) events, h its leverage.
    """

    def objective(beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        linear = beta @ design
        loglik = float(outcome @ linear - np.logaddexp(0.0, linear).sum())
        try:
            at = leverages(design, beta)
        except np.linalg.LinAlgError:
            return -np.inf, np.zeros(beta.size), np.eye(beta.size)
        with np.errstate(divide="ignore"):
            sign, logdet = np.linalg.slogdet(at.information)
        residual = outcome - at.fitted + at.leverage * (0.5 - at.fitted)
        curvature = (design * (at.weight * (1 + at.leverage))) @ design.T
        penalty = logdet / 2 if sign > 0 else -np.inf
        return loglik + float(penalty), design @ residual, curvature

    return objective


def null_log_likelihood(events: int, n: int) -> float:
    """Return the log likelihood of the model with the intercept only."""
    return float(special.xlogy(events, events / n) + special.xlogy(n - events, 1 - events / n))
