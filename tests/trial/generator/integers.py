"""A small generator of pseudo-random integers: splitmix64, integer arithmetic only.

The stream depends on its key and on nothing else: not on the platform, the hash seed, the
version of Python or how many numbers another subject has drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def key_of(text: str) -> int:
    """FNV-1a hash of a text, 64 bits: turns the name of a stream into its starting state."""
    state = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state


class Integers:
    """One stream of integers, named by its purpose and its subject."""

    def __init__(self, *name: str) -> None:
        self.state = key_of("/".join(name))

    def next(self) -> int:
        """The next 64 bits of splitmix64."""
        self.state = (self.state + GOLDEN) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        if high < low:
            raise ValueError(f"empty range {low}..{high}")
        return low + self.next() % (high - low + 1)

    def hill(self, width: int) -> int:
        """An integer from -width to width, near zero more often (the sum of two flat ones)."""
        return self.between(0, width) - self.between(0, width)

    def chance(self, part: int, whole: int) -> bool:
        """True `part` times in `whole`."""
        return self.between(1, whole) <= part

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.between(0, len(items) - 1)]
