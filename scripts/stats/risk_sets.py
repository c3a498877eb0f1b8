"""The risk sets of Cox's partial likelihood, summed once for each distinct event time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.stats.arguments import FloatArray

SHORT = 65536  # keys below this are sorted as 16-bit numbers, which is several times quicker


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Subjects in blocks: those with an event at a time, then those censored until the next one.

    Attributes
    ----------
    x : array, shape (p, n)
        Covariates, one row a column of the model, subjects in the order of the blocks.
    filled, starts : array of int, shape (b,)
        Blocks that hold subjects, and the first subject of each; block 2 i holds the events at the
        i-th time, block 2 i + 1 those censored from then on.
    observed : array, shape (k, p)
        Sums of the covariates of those with the event.
    moments, stratum : array, shape (k,)
        Distinct event times, stratum by stratum, and the number of the stratum.
    deaths : array of int, shape (k,)
        Events at each time.
    edges : array of int, shape (s + 1,)
        First time of each stratum, and k at the end.
    removed : array, shape (d,)
        For each event the share of the tied ones that has left the risk set (Efron; else zero).
    """

    x: FloatArray
    filled: NDArray[np.int64]
    starts: NDArray[np.int64]
    observed: FloatArray
    moments: FloatArray
    stratum: NDArray[np.int64]
    deaths: NDArray[np.int64]
    edges: NDArray[np.int64]
    removed: FloatArray


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each distinct event time adds to log likelihood, score and information."""

    loglik: float
    score: FloatArray
    information: FloatArray


def _order(
    times: FloatArray, had_event: NDArray[np.bool_], rows: NDArray[np.int64] | slice
) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Return one stratum's subjects in blocks, its event times, deaths and sizes of blocks."""
    own, events = times[rows], had_event[rows]
    moments, deaths = np.unique(own[events], return_counts=True)
    blocks = 2 * moments.size
    block = 2 * np.searchsorted(moments, own, side="right") - 1 - events
    block[block < 0] = blocks  # censored before the first event: in no risk set
    sizes = np.bincount(block, minlength=blocks + 1)[:blocks]
    block = block.astype(np.uint16) if blocks < SHORT else block
    order = np.argsort(block, kind="stable")[: sizes.sum()]
    return order, moments, deaths, sizes


def risk_sets(
    times: FloatArray,
    had_event: NDArray[np.bool_],
    x: FloatArray,
    ties: str,
    strata: NDArray[np.int64] | None = None,
) -> RiskSets:
    """Sort subjects into blocks by event time, within strata; strata without events drop out."""
    parts, numbers = [], []
    for number in range(1 if strata is None else int(strata.max()) + 1):
        rows = slice(None) if strata is None else np.flatnonzero(strata == number)
        if not had_event[rows].any():
            continue
        order, moments, deaths, sizes = _order(times, had_event, rows)
        chosen = order if isinstance(rows, slice) else rows[order]
        parts.append((chosen, moments, deaths, sizes))
        numbers.append(np.full(moments.size, number))
    subjects, moments, deaths, sizes = (np.concatenate(one) for one in zip(*parts, strict=True))
    filled = np.flatnonzero(sizes)
    starts = np.cumsum(sizes) - sizes
    begin = np.cumsum(deaths) - deaths
    rank = np.arange(int(deaths.sum())) - np.repeat(begin, deaths)
    removed = rank / np.repeat(deaths, deaths) if ties == "efron" else np.zeros(rank.size)
    columns = np.ascontiguousarray(x.T[:, subjects])
    dying = columns[:, had_event[subjects]]
    return RiskSets(
        x=columns,
        filled=filled,
        starts=starts[filled],
        observed=np.add.reduceat(dying, begin, axis=1).T,
        moments=moments,
        stratum=np.concatenate(numbers),
        deaths=deaths,
        edges=np.cumsum([0, *(len(part[1]) for part in parts)]),
        removed=removed,
    )


def _sums(sets: RiskSets, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sum of `values` over each risk set, and over those with the event."""
    blocks = np.zeros(2 * sets.moments.size)
    blocks[sets.filled] = np.add.reduceat(values, sets.starts)
    events = blocks[::2]
    leaving = events + blocks[1::2]
    at_risk = np.empty_like(leaving)
    for begin, end in zip(sets.edges[:-1], sets.edges[1:], strict=True):
        at_risk[begin:end] = np.cumsum(leaving[begin:end][::-1])[::-1]
    return at_risk, events


def _tied(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Return the sums over the events of each time of one value an event."""
    return np.asarray(np.add.reduceat(values, np.cumsum(sets.deaths) - sets.deaths))


def contributions(sets: RiskSets, beta: FloatArray) -> Contributions:
    """Return log likelihood at `beta`, score (k, p) and information (k, p, p) by event time.

    At an event time with risk set sums S0, S1, S2 of w, w x, w x x' and D0, D1, D2 of those with
    the event, the event that comes after a share f of the tied ones has the mean
    (S1 - f D1) / (S0 - f D0). Summed over the tied events only five sums of S0 / (S0 - f D0) and
    its square with powers of f are needed, so no matrix is built for each event. All sums are
    taken relative to S0, which may be so small that its square is nothing.
    """
    p, k = beta.size, sets.moments.size
    linear = beta @ sets.x
    highest = linear.max()  # a constant cancels in every ratio; large ones would overflow
    weight = np.exp(linear - highest)
    with np.errstate(divide="ignore", invalid="ignore"):  # far from the maximum S0 may be zero
        s0, d0 = _sums(sets, weight)
        left = 1 - sets.removed * np.repeat(d0 / s0, sets.deaths)
        loglik = sets.observed.sum(axis=0) @ beta - highest * left.size
        loglik -= np.log(left).sum() + sets.deaths @ np.log(s0)
        inverse = 1 / left
        share = sets.removed * inverse
        a, b = _tied(sets, inverse), _tied(sets, share)
        squares = (inverse * inverse, inverse * share, share * share)
        c0, c1, c2 = (_tied(sets, one)[:, None, None] for one in squares)
        s1, d1, second = np.empty((k, p)), np.empty((k, p)), np.empty((k, p, p))
        for i in range(p):
            weighted = weight * sets.x[i]
            s1[:, i], d1[:, i] = (one / s0 for one in _sums(sets, weighted))
            for j in range(i + 1):
                s2, d2 = (one / s0 for one in _sums(sets, weighted * sets.x[j]))
                second[:, i, j] = second[:, j, i] = s2 * a - d2 * b
    crossed = s1[:, :, None] * d1[:, None, :]
    crossed = crossed + crossed.transpose(0, 2, 1)
    ss, dd = (one[:, :, None] * one[:, None, :] for one in (s1, d1))
    return Contributions(
        loglik=float(loglik),
        score=sets.observed - (s1 * a[:, None] - d1 * b[:, None]),
        information=second - (ss * c0 - crossed * c1 + dd * c2),
    )


def partial_likelihood(sets: RiskSets, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Return log partial likelihood, score and information at `beta`."""
    found = contributions(sets, beta)
    return found.loglik, found.score.sum(axis=0), found.information.sum(axis=0)
