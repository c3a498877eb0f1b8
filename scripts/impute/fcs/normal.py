"""Normal linear model: parameters from their posterior under the flat prior, then the values."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.linear_algebra import back, factor
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.job import StepError
from scripts.stats.arguments import FloatArray


@dataclass(frozen=True, eq=False)
class LinearDraw:
    """Coefficients at the least squares and drawn, shape (chains, q), and drawn sigma (chains,)."""

    fitted: FloatArray
    drawn: FloatArray
    sigma: FloatArray


def degrees_of_freedom(cell: Cell) -> int:
    """Observed values less coefficients; StepError when none is left."""
    size = len(cell.predictors)
    if cell.n_observed <= size:
        raise StepError(
            f"{cell.label}: {cell.n_observed} observed values cannot fit {size} coefficients; "
            "give it fewer predictors"
        )
    return cell.n_observed - size


def needs(cell: Cell) -> Needs:
    """Noise of the coefficients and of the values; a truncated value takes a uniform number."""
    size, count = len(cell.predictors), len(cell.missing)
    if cell.model.bounds == (None, None):
        return Needs(normals=size + count, df=degrees_of_freedom(cell))
    return Needs(normals=size, uniforms=count, df=degrees_of_freedom(cell))


def draw_linear(step: Step) -> LinearDraw:
    """Draw the parameters of the linear model of the cell's variable.

    Notes
    -----
    Formula: σ² = RSS / χ²(n − q); β ~ N(b, σ² (X'X)⁻¹), b by least squares.

    One Cholesky factor of the sums of products gives b, RSS and the scatter. A predictor that
    follows from those before it has coefficient 0; its unused noise, squared, is added to the
    chi-square, which so gains the degree of freedom.
    """
    at = step.cell.predictors
    size, target = len(at), step.cell.target[0]
    rows = np.append(at, target)
    system = np.ascontiguousarray(step.seen[:, rows[:, None], at].transpose(1, 2, 0))
    dropped = factor(system)
    noise = step.numbers.normals[:, :size].T.copy()
    chi_square = step.numbers.chi_square[:, 0]
    if dropped.any():
        chi_square = chi_square + (noise**2 * dropped).sum(axis=0)
        noise[dropped] = 0.0
        step.note("dropped", dropped.T)
    half = system[size]
    residual = step.seen[:, target, target] - np.einsum("qm,qm->m", half, half)
    if step.cell.model.parameters == "fitted":
        noise[:] = 0.0
        chi_square = step.cell.n_observed - size + dropped.sum(axis=0)
    sigma = np.sqrt(np.maximum(residual, 0.0) / chi_square)
    found = back(system[:size], np.stack([half, half + sigma * noise], axis=1))
    return LinearDraw(found[:, 0].T, found[:, 1].T, sigma)


def truncated(
    mean: FloatArray, sigma: FloatArray, low: float, high: float, uniform: FloatArray
) -> FloatArray:
    """Draws of a normal distribution between two limits, by the inverse of its distribution.

    Probabilities are logarithms, and where both limits lie above the mean the upper tail is used,
    so that no digits are lost however far in a tail the limits are.
    """
    safe = np.where(sigma > 0, sigma, 1.0)
    below, above = (low - mean) / safe, (high - mean) / safe
    turned = below > 0
    below, above = np.where(turned, -above, below), np.where(turned, -below, above)
    first, last = log_ndtr(below), log_ndtr(above)
    with np.errstate(divide="ignore"):
        z = ndtri_exp(last + np.log(uniform + (1 - uniform) * np.exp(first - last)))
    # An end of the distribution itself: the nearer limit.
    z = np.where(np.isfinite(z), z, np.where(np.isfinite(above), above, below))
    drawn = mean + np.where(turned, -z, z) * sigma
    return np.clip(drawn, low, high)


def draw(step: Step) -> FloatArray:
    """Values of the missing ones, shape (chains, k)."""
    model = draw_linear(step)
    target, size = step.cell.target[0], len(step.cell.predictors)
    scale = step.scales.scale[target]
    mean = step.predict_new(model.drawn)
    low, high = step.cell.model.bounds
    if (low, high) == (None, None):
        mean += model.sigma[:, None] * step.numbers.normals[:, size:]
    mean *= scale
    mean += step.scales.centre[target]
    if step.cell.shift is not None:
        mean += step.cell.shift
    if (low, high) == (None, None):
        return mean
    limits = (-np.inf if low is None else low, np.inf if high is None else high)
    return truncated(mean, scale * model.sigma[:, None], *limits, step.numbers.uniforms)
