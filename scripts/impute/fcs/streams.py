"""Random numbers: one stream for each chain, whatever the number of chains and their grouping."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.stats.arguments import FloatArray


@dataclass(frozen=True)
class Needs:
    """How many numbers of each kind a model takes in one sweep; `df` of its chi-square, if any."""

    normals: int = 0
    uniforms: int = 0
    df: int | None = None


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of one model in one sweep; the first axis is the chain."""

    normals: FloatArray
    uniforms: FloatArray
    chi_square: FloatArray


def generators_of(key: str, seed: int, first: int, count: int) -> list[np.random.Generator]:
    """Independent generators of `count` chains from number `first` on; the first chain is 1."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    word = np.frombuffer(digest[:16], dtype="<u8").astype(np.uint64)
    return [np.random.Generator(_philox(word, chain)) for chain in range(first, first + count)]


def _philox(key: NDArray[np.uint64], chain: int) -> np.random.Philox:
    """The stream of one chain: Philox(key=key, counter=[0, 0, 0, chain]).

    The chain's number is the counter's highest word, so that no two chains ever overlap. The state
    is set afterwards, because the constructor asks the system for entropy that it does not use.
    """
    found = np.random.Philox(0)
    state = found.state
    state["state"] = {"counter": np.array([0, 0, 0, chain], dtype=np.uint64), "key": key}
    found.state = state
    return found


class Streams:
    """Draws of a chunk of chains, fetched once a sweep and handed out in the order of the sweep."""

    def __init__(self, generators: Sequence[np.random.Generator], needs: Sequence[Needs]) -> None:
        self._generators = generators
        self._needs = needs
        chains = len(generators)
        self._normals = np.empty((chains, sum(need.normals for need in needs)))
        self._uniforms = np.empty((chains, sum(need.uniforms for need in needs)))
        self._df = np.array([need.df for need in needs if need.df is not None], dtype=np.float64)
        self._chi_squares = np.empty((chains, len(self._df)))

    def start(self, count: int) -> FloatArray:
        """Uniform numbers for the start of every chain."""
        return np.stack([generator.random(count) for generator in self._generators])

    def sweep(self) -> list[Numbers]:
        """The numbers of every model for the next sweep; they last until the next call."""
        for chain, generator in enumerate(self._generators):
            generator.standard_normal(out=self._normals[chain])
            generator.random(out=self._uniforms[chain])
            if len(self._df):
                self._chi_squares[chain] = generator.chisquare(self._df)
        handed, normal, uniform, square = [], 0, 0, 0
        for need in self._needs:
            last = square + (need.df is not None)
            handed.append(
                Numbers(
                    self._normals[:, normal : normal + need.normals],
                    self._uniforms[:, uniform : uniform + need.uniforms],
                    self._chi_squares[:, square:last],
                )
            )
            normal, uniform, square = normal + need.normals, uniform + need.uniforms, last
        return handed
