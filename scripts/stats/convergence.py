"""Whether chains that started apart have come to agree, and stay where they are."""

import numpy as np
from numpy.typing import ArrayLike

LEAST = 4


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
    x = np.asarray(trace, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"trace has {x.ndim} dimensions; it needs (chains, sweeps)")
    chains, sweeps = x.shape
    if chains < 2 or sweeps < LEAST or not np.isfinite(x).all():
        return float("nan")
    n = sweeps // 2
    halves = np.concatenate([x[:, :n], x[:, sweeps - n :]])
    within = float(halves.var(axis=1, ddof=1).mean())
    between = float(halves.mean(axis=1).var(ddof=1))
    if within <= 0:
        return float("nan")
    return float(np.sqrt((n - 1) / n + between / within))
