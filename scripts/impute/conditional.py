"""Fully conditional specification: each incomplete variable is drawn in turn from its own model.

All chains move together as stacked linear algebra, but each has its own stream of random numbers,
keyed by the seed, the model and the number of the chain: the first k chains are the same whatever
the number of chains, and nothing depends on the number of processors.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scripts.job import StepError

Floats = NDArray[np.floating]
Method = Literal["normal", "logistic"]
NEWTON_STEPS = 50
NEWTON_TOLERANCE = 1e-10


def generators_of(model: str, seed: int, chains: int) -> list[np.random.Generator]:
    """One independent generator for each chain, the same for the same model, seed and number."""
    digest = hashlib.sha256(f"{seed}:{model}".encode()).digest()
    key = int.from_bytes(digest[:16], "little")
    # The chain's number is the counter's highest word, so that no two chains ever overlap.
    return [
        np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, chain]))
        for chain in range(1, chains + 1)
    ]


def normals(generators: Sequence[np.random.Generator], size: int) -> Floats:
    """Standard normal draws, a row for each chain from its own stream."""
    return np.stack([generator.standard_normal(size) for generator in generators])


def uniforms(generators: Sequence[np.random.Generator], size: int) -> Floats:
    """Uniform draws, a row for each chain from its own stream."""
    return np.stack([generator.random(size) for generator in generators])


def chi_squares(generators: Sequence[np.random.Generator], df: int) -> Floats:
    """Chi-square draws, one for each chain from its own stream."""
    return np.array([generator.chisquare(df) for generator in generators])


def _gram(x: Floats, y: Floats) -> Floats:
    # einsum keeps one order of summation; matmul's depends on the machine's linear algebra.
    return np.einsum("cni,cnj->cij", x, y)


def _predict(x: Floats, beta: Floats) -> Floats:
    return np.einsum("cni,ci->cn", x, beta)


def _root(matrix: Floats, what: str) -> Floats:
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise StepError(
            f"{what}: its predictors are collinear, or a level of one has no observed value; "
            "leave the predictor out or merge its levels"
        ) from None


def _solve(root: Floats, right: Floats) -> Floats:
    """A^-1 right from the lower Cholesky root of A, chain by chain."""
    half = np.linalg.solve(root, right[:, :, None])
    return np.linalg.solve(np.swapaxes(root, 1, 2), half)[:, :, 0]


def _scatter(root: Floats, noise: Floats) -> Floats:
    """A draw with covariance A^-1 from standard normal noise."""
    return np.linalg.solve(np.swapaxes(root, 1, 2), noise[:, :, None])[:, :, 0]


def draw_normal(
    x: Floats, y: Floats, new: Floats, generators: Sequence[np.random.Generator], what: str
) -> Floats:
    """Draws from the normal linear model, parameters first: Bayesian under the flat prior.

    Parameters
    ----------
    x, y : array, shapes (chains, n, q) and (chains, n)
        Design with intercept and values of those in whom the variable is observed.
    new : array, shape (chains, k, q)
        Design of those in whom it is missing.
    generators : sequence of numpy.random.Generator
        One for each chain.
    what : str
        Name of the variable, for errors.

    Returns
    -------
    array, shape (chains, k)

    Notes
    -----
    sigma^2 = RSS / chi-square(n - q); beta ~ N(b, sigma^2 (X'X)^-1), b by least squares; value =
    x beta + sigma z. Draws are not rounded and may lie outside the range of the observed values.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley, 1987, example 5.1.
    """
    n, q = x.shape[1:]
    if n <= q:
        raise StepError(f"{what}: {n} observed values cannot fit {q} coefficients")
    root = _root(_gram(x, x), what)
    fitted = _solve(root, np.einsum("cni,cn->ci", x, y))
    residual = ((y - _predict(x, fitted)) ** 2).sum(axis=1)
    sigma = np.sqrt(residual / chi_squares(generators, n - q))
    beta = fitted + sigma[:, None] * _scatter(root, normals(generators, q))
    return _predict(new, beta) + sigma[:, None] * normals(generators, new.shape[1])


def augmented(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Design, outcome and weights with a few weighted rows that keep every estimate finite.

    For each predictor, rows at its mean plus and minus half a standard deviation, with outcome 0
    and 1, together weighing as many subjects as there are coefficients (White, Daniel and Royston,
    Comput Stat Data Anal 2010;54:2267-75).
    """
    chains, n, q = x.shape
    predictors = q - 1
    weights = np.ones((chains, n))
    if predictors == 0:
        return x, y, weights
    middle = x.mean(axis=1)
    spread = x.std(axis=1, ddof=1)
    shifts = np.zeros((chains, 2 * predictors, q))
    at = np.arange(predictors)
    shifts[:, at, at + 1] = spread[:, 1:] / 2
    shifts[:, at + predictors, at + 1] = -spread[:, 1:] / 2
    rows = np.repeat(middle[:, None, :] + shifts, 2, axis=1)
    outcome = np.tile([0.0, 1.0], (chains, 2 * predictors))
    extra = np.full((chains, 4 * predictors), q / (4 * predictors))
    return (
        np.concatenate([x, rows], axis=1),
        np.concatenate([y, outcome], axis=1),
        np.concatenate([weights, extra], axis=1),
    )


def fit_logistic(x: Floats, y: Floats, weights: Floats, what: str) -> tuple[Floats, Floats]:
    """Mode and Cholesky root of the information of a weighted logistic model in every chain."""
    chains, _, q = x.shape
    beta, kept = np.zeros((chains, q)), np.zeros((chains, q, q))
    moving = np.ones(chains, dtype=bool)
    for _ in range(NEWTON_STEPS):
        mean = expit(_predict(x, beta))
        information = _gram(x * (weights * mean * (1 - mean))[:, :, None], x)
        root = _root(information, what)
        step = np.clip(_solve(root, np.einsum("cni,cn->ci", x, weights * (y - mean))), -5, 5)
        # A chain stops by itself, so that its result does not depend on how many others there are.
        beta[moving] += step[moving]
        kept[moving] = root[moving]
        moving &= np.abs(step).max(axis=1) >= NEWTON_TOLERANCE
        if not moving.any():
            return beta, kept
    raise StepError(f"{what}: the logistic model did not converge in {NEWTON_STEPS} steps")


def draw_logistic(
    x: Floats, y: Floats, new: Floats, generators: Sequence[np.random.Generator], what: str
) -> Floats:
    """Draws of 0 or 1 from the logistic model, parameters first, shapes as `draw_normal`.

    Notes
    -----
    beta ~ N(mode, inverse information), the normal approximation to its posterior, on data
    augmented against separation; value is 1 with probability expit(x beta).
    """
    wide, outcome, weights = augmented(x, y)
    # Predictors on one scale, so that the bound on a Newton step means the same for each of them.
    spread = np.where(wide.std(axis=1) > 0, wide.std(axis=1), 1.0)
    spread[:, 0] = 1.0
    mode, root = fit_logistic(wide / spread[:, None, :], outcome, weights, what)
    beta = (mode + _scatter(root, normals(generators, x.shape[2]))) / spread
    chance = expit(_predict(new, beta))
    return (uniforms(generators, new.shape[1]) < chance).astype(np.float64)


DRAWS = {"normal": draw_normal, "logistic": draw_logistic}


def start_chains(
    data: Floats, columns: Sequence[int], generators: Sequence[np.random.Generator]
) -> Floats:
    """A copy of the data for each chain, its gaps filled by random draws from observed values."""
    completed = np.repeat(data[None], len(generators), axis=0)
    for column in columns:
        gaps = np.isnan(data[:, column])
        observed = data[~gaps, column]
        picks = (uniforms(generators, int(gaps.sum())) * len(observed)).astype(int)
        completed[:, gaps, column] = observed[picks]
    return completed


def draw_chains(
    data: Floats, methods: Mapping[int, Method], model: str, seed: int, chains: int, sweeps: int
) -> Floats:
    """Complete the data in every chain by cycling through the incomplete variables.

    Parameters
    ----------
    data : array, shape (n, p)
        One row a subject; NaN where missing.
    methods : mapping of column to "normal" or "logistic"
        How each incomplete column is drawn; the order is that of the sweep.
    model : str
        Id of the imputation model; part of the key of the random numbers.
    seed, chains, sweeps : int
        Seed of the study, number of imputations, and cycles through the incomplete columns.

    Returns
    -------
    array, shape (chains, n, p)

    Notes
    -----
    With one incomplete column its predictors never change and one sweep is exact: more sweeps draw
    again from the same distribution.
    """
    generators = generators_of(model, seed, chains)
    completed = start_chains(data, list(methods), generators)
    intercept = np.ones((chains, len(data), 1))
    for _ in range(sweeps if len(methods) > 1 else 1):
        for column, method in methods.items():
            gaps = np.isnan(data[:, column])
            others = np.delete(completed, column, axis=2)
            design = np.concatenate([intercept, others], axis=2)
            completed[:, gaps, column] = DRAWS[method](
                design[:, ~gaps],
                completed[:, ~gaps, column],
                design[:, gaps],
                generators,
                f"{model}, column {column + 1}",
            )
    return completed
