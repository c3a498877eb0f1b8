"""Whether chains that started apart have come to agree, and stay where they are.

Two statistics of one family: `split_rhat` asks whether each chain also agrees with itself, and
`second_half_rhat` whether the chains agree once the first half of their sweeps is forgotten.
"""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray

LEAST = 4


def checked_trace(trace: ArrayLike) -> FloatArray | None:
    """Return a trace as numbers; None where it is too small, or incomplete, to be judged."""
    x = np.asarray(trace, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"trace has {x.ndim} dimensions; it needs (chains, sweeps)")
    chains, sweeps = x.shape
    return None if chains < 2 or sweeps < LEAST or not np.isfinite(x).all() else x


def scale_reduction(parts: FloatArray) -> float:
    """Return Gelman and Rubin's potential scale reduction of parts, shape (parts, n)."""
    n = parts.shape[1]
    within = float(parts.var(axis=1, ddof=1).mean())
    between = float(parts.mean(axis=1).var(ddof=1))
    if within <= 0:
        return float("nan")
    return float(np.sqrt((n - 1) / n + between / within))


def split_rhat(trace: ArrayLike) -> float:
    """Return the split potential scale reduction of a traced quantity.

    Parameters
    ----------
    trace : array_like, shape (chains, sweeps)
        The quantity in each chain after each sweep.

    Returns
    -------
    float
        nan with fewer than two chains or four sweeps, a missing value, or where nothing varies.

    Notes
    -----
    Formula: R = √(((n - 1)/n W + B/n) / W), each chain cut into halves of n sweeps.

    W is the mean of the variances of the halves, B/n the variance of their means. Because each
    chain is split, a chain that drifts disagrees with itself. Of an odd number of sweeps the one in
    the middle is left out. Not rank-normalised. Values near 1 show no disagreement.

    References
    ----------
    Gelman A, Carlin JB, Stern HS, Dunson DB, Vehtari A, Rubin DB. Bayesian data analysis, 3rd ed.
    CRC, 2013, 11.4. Vehtari A et al. Rank-normalization, folding, and localization: an improved R
    for assessing convergence of MCMC. Bayesian Anal 2021;16:667-718.
    """
    x = checked_trace(trace)
    if x is None:
        return float("nan")
    n = x.shape[1] // 2
    return scale_reduction(np.concatenate([x[:, :n], x[:, -n:]]))


def second_half_rhat(trace: ArrayLike) -> float:
    """Return the potential scale reduction over the second half of the sweeps, chains whole.

    Parameters
    ----------
    trace : array_like, shape (chains, sweeps)
        The quantity in each chain after each sweep.

    Returns
    -------
    float
        nan with fewer than two chains or four sweeps, a missing value, or where nothing varies.

    Notes
    -----
    Formula: R = √(((n - 1)/n W + B/n) / W), each chain over its last n sweeps, the second half.

    W is the mean of the chains' variances, B/n the variance of their means. Of an odd number of
    sweeps the one in the middle is kept. Not split and not rank-normalised: with many chains it
    says whether they agree, not whether they still move together. Values near 1 show no
    disagreement.

    References
    ----------
    Gelman A, Rubin DB. Inference from iterative simulation using multiple sequences. Stat Sci
    1992;7:457-72.
    """
    x = checked_trace(trace)
    return float("nan") if x is None else scale_reduction(x[:, x.shape[1] // 2 :])
