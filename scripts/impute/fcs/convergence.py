"""Whether chains that started apart have come to agree."""

import numpy as np

from scripts.stats.arguments import FloatArray

LEAST_SWEEPS = 4


def rhat(trace: FloatArray) -> float | None:
    """Gelman and Rubin's potential scale reduction of a traced quantity.

    Parameters
    ----------
    trace : array, shape (chains, sweeps)
        The quantity in each chain after each sweep.

    Returns
    -------
    float or None
        None with fewer than two chains, fewer than four sweeps, or where nothing varies.

    Notes
    -----
    Formula: √(((n − 1)/n W + B/n) / W), over the second half of the sweeps.

    W is the mean of the chains' variances over the n sweeps kept, B/n the variance of their means.
    The plain statistic, not the rank-normalised one; values near 1 show no disagreement.

    References
    ----------
    Gelman A, Rubin DB. Inference from iterative simulation using multiple sequences. Stat Sci
    1992;7:457-72.
    """
    kept = trace[:, trace.shape[1] // 2 :]
    chains, n = kept.shape
    if chains < 2 or trace.shape[1] < LEAST_SWEEPS or not np.isfinite(kept).all():
        return None
    within = float(kept.var(axis=1, ddof=1).mean())
    between = float(kept.mean(axis=1).var(ddof=1))
    if within <= 0:
        return None
    return float(np.sqrt(((n - 1) / n * within + between) / within))
