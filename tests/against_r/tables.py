"""Generated two-by-two tables and strata of them, every edge included."""

from itertools import product

import numpy as np

Table = tuple[int, int, int, int]
# In R: a root, and p2 at the greatest likelihood where p1 - p2 is held at delta.
CONSTRAINED = """
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-14, maxiter = 10000)$root
fitted <- function(x1, n1, x2, n2, delta) {
  part <- function(x, n, p) (if (x > 0) x / p else 0) - (if (x < n) (n - x) / (1 - p) else 0)
  score <- function(p) part(x1, n1, p + delta) + part(x2, n2, p)
  low <- max(0, -delta); high <- min(1, 1 - delta)
  if (high - low < 1e-15) return(low)
  e <- (high - low) * 1e-13
  if (score(low + e) <= 0) return(low)
  if (score(high - e) >= 0) return(high)
  root(score, low + e, high - e)
}
"""
SMALL = (1, 2, 3)
SIZES = ((112, 56), (56, 112), (40, 40), (10, 25), (500, 7), (7, 13), (1, 30), (1000, 1000))


def tables(per_size: int = 22, seed: int = 5) -> list[Table]:
    """Every table of groups of 1 to 3, and of larger sizes the corners and random ones."""
    found = [
        (x1, n1, x2, n2)
        for n1, n2 in product(SMALL, SMALL)
        for x1, x2 in product(range(n1 + 1), range(n2 + 1))
    ]
    random = np.random.default_rng(seed)
    for n1, n2 in SIZES:
        found += [(x1, n1, x2, n2) for x1, x2 in product((0, n1), (0, n2))]
        found += [(1, n1, 0, n2), (0, n1, 1, n2), (n1 - 1, n1, n2, n2), (n1 // 2, n1, n2 // 2, n2)]
        for _ in range(per_size):
            p1, p2 = random.beta(0.6, 0.6, 2)
            found.append((int(random.binomial(n1, p1)), n1, int(random.binomial(n2, p2)), n2))
    return list(dict.fromkeys(found))


def columns(cases: list[Table]) -> dict[str, list[int]]:
    """The tables as the four vectors that R takes."""
    return {name: [case[place] for case in cases] for place, name in
            enumerate(("x1", "n1", "x2", "n2"))}  # fmt: skip


def stratified_tables(count: int = 250, seed: int = 11) -> list[list[Table]]:
    """Sets of 1 to 7 strata: empty groups, single subjects, nobody and everybody with the event."""
    random = np.random.default_rng(seed)
    found: list[list[Table]] = []
    while len(found) < count:
        sparse = random.random() < 0.5
        strata = []
        for _ in range(int(random.integers(1, 8))):
            n1, n2 = random.integers(0, 5 if sparse else 60, 2)
            p1, p2 = random.choice([0.0, 0.1, 0.5, 0.8, 1.0], 2)
            strata.append(
                (int(random.binomial(n1, p1)), int(n1), int(random.binomial(n2, p2)), int(n2))
            )
        if any(n1 > 0 and n2 > 0 for _, n1, _, n2 in strata):
            found.append(strata)
    return found
