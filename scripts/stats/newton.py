"""Newton-Raphson maximisation of a concave log likelihood, with honest failure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scripts.stats.arguments import FloatArray

PROBLEMS = {
    "": "converged",
    "infinite_estimate": "no finite maximum: the likelihood grows for ever or is flat in some way",
    "not_converged": "the maximum was not found in the iterations allowed",
}
ITERATIONS = 30
STEP = 1e-9  # regular problems reach this in under ten steps, the last one squaring the error
FLAT = 1e-6  # change of the log likelihood: with a maximum at infinity it dies out, the steps don't
CORRELATED = 1e-8  # smallest eigenvalue of the correlations that leaves no doubt of the rank
SINGULAR = 1e-10  # smallest eigenvalue of the information, for standardised columns

Objective = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]


@dataclass(frozen=True, eq=False)
class Maximum:
    """Coefficients at the maximum, inverse information there, and what went wrong, if anything.

    With a problem (a word of PROBLEMS) coefficients and covariance are nan.
    """

    coefficient: FloatArray
    covariance: FloatArray
    loglik: float
    loglik_start: float
    iterations: int
    problem: str


@dataclass(frozen=True, eq=False)
class Scaling:
    """Centres and spreads of the columns: Newton works on standardised ones, for its precision."""

    centre: FloatArray
    spread: FloatArray


def independent(scaled: FloatArray) -> bool:
    """Return whether no standardised column is a linear combination of others."""
    # The matrix of correlations tells it at once, but for near copies, where squares lose digits.
    if scaled.size and np.linalg.eigvalsh(scaled.T @ scaled / len(scaled))[0] > CORRELATED:
        return True
    return bool(np.linalg.matrix_rank(scaled) == scaled.shape[1])


def standardise(x: FloatArray, names: tuple[str, ...]) -> tuple[FloatArray, Scaling]:
    """Return standardised columns; constant or collinear ones raise ValueError."""
    centre, spread = x.mean(axis=0), x.std(axis=0)
    constant = [n for n, s, c in zip(names, spread, centre, strict=True) if s <= 1e-12 * abs(c)]
    if constant:
        raise ValueError(f"x is constant in: {', '.join(constant)}")
    scaled = (x - centre) / spread
    if not independent(scaled):
        raise ValueError(f"columns of x are linear combinations of others: {', '.join(names)}")
    return scaled, Scaling(centre, spread)


def halved_step(
    objective: Objective, beta: FloatArray, step: FloatArray, loglik: float
) -> tuple[FloatArray, tuple[float, FloatArray, FloatArray]]:
    """Return the point after the step, halved until the log likelihood does not fall."""
    for _ in range(20):
        point = objective(beta + step)
        if point[0] >= loglik - 1e-12 * abs(loglik):
            break
        step = step / 2
    return step, point


def maximise(
    objective: Objective,
    columns: int,
    start: FloatArray | None = None,
    iterations: int = ITERATIONS,
) -> Maximum:
    """Maximise a log likelihood from zero, or from somewhere nearer.

    Parameters
    ----------
    objective : callable
        Coefficients, shape (columns,), to log likelihood, score and information.
    columns : int
        Number of coefficients.
    start : array, shape (columns,), optional
        Where to begin; zero when not given.
    iterations : int
        Steps allowed.

    Returns
    -------
    Maximum

    Notes
    -----
    Converged when no coefficient moves by more than 1e-9 (columns are standardised). A maximum at
    infinity (separation, monotone likelihood) is told by steps that stay while the log likelihood
    no longer changes, or by an information matrix that becomes singular.
    """
    beta = np.zeros(columns) if start is None else start
    loglik, score, information = objective(beta)
    first, problem, iteration = loglik, "not_converged", 0
    for iteration in range(1, iterations + 1):
        # Rounding can leave a singular matrix solvable; its solution would be a made-up estimate.
        if not np.linalg.eigvalsh(information)[0] > SINGULAR:
            problem = "infinite_estimate"
            break
        step = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
        before = loglik
        step, (loglik, score, information) = halved_step(objective, beta, step, before)
        beta = beta + step
        if np.abs(step).max() < STEP:
            problem = ""
            break
        if iteration == iterations and abs(loglik - before) < FLAT:
            problem = "infinite_estimate"
    if problem:
        nothing = np.full((columns, columns), np.nan)
        return Maximum(nothing[0], nothing, loglik, first, iteration, problem)
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return Maximum(beta, covariance, loglik, first, iteration, problem)
