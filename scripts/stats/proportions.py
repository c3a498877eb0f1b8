"""The closed words for intervals and tests of two independent proportions.

The estimators live in modules of their own, by what they estimate; those of one or two groups can
all be imported from here.
"""

from collections.abc import Callable

from scripts.stats.arguments import checked_word
from scripts.stats.differences import (
    DifferenceResult,
    agresti_caffo_difference,
    newcombe_corrected_difference,
    newcombe_difference,
    wald_corrected_difference,
    wald_difference,
)
from scripts.stats.distributions import TestResult
from scripts.stats.equality_tests import (
    equally_or_less_probable,
    fisher_exact,
    log_choose,
    pearson_chi_square,
    pearson_chi_square_corrected,
)
from scripts.stats.exact_differences import chan_zhang_difference, santner_snell_difference
from scripts.stats.exact_tests import barnard_exact, boschloo_exact
from scripts.stats.score_differences import mee_difference, miettinen_nurminen_difference
from scripts.stats.single_proportions import (
    ProportionResult,
    clopper_pearson_interval,
    wilson_interval,
)

__all__ = [
    "DIFFERENCES",
    "TESTS",
    "DifferenceResult",
    "ProportionResult",
    "TestResult",
    "agresti_caffo_difference",
    "barnard_exact",
    "boschloo_exact",
    "chan_zhang_difference",
    "clopper_pearson_interval",
    "difference",
    "equally_or_less_probable",
    "fisher_exact",
    "log_choose",
    "mee_difference",
    "miettinen_nurminen_difference",
    "newcombe_corrected_difference",
    "newcombe_difference",
    "pearson_chi_square",
    "pearson_chi_square_corrected",
    "santner_snell_difference",
    "wald_corrected_difference",
    "wald_difference",
    "wilson_interval",
]


DIFFERENCES: dict[str, Callable[..., DifferenceResult]] = {
    "wald": wald_difference,
    "wald_corrected": wald_corrected_difference,
    "newcombe": newcombe_difference,
    "newcombe_corrected": newcombe_corrected_difference,
    "agresti_caffo": agresti_caffo_difference,
    "miettinen_nurminen": miettinen_nurminen_difference,
    "mee": mee_difference,
    "chan_zhang": chan_zhang_difference,
    "santner_snell": santner_snell_difference,
}
TESTS: dict[str, Callable[..., TestResult]] = {
    "pearson_chi_square": pearson_chi_square,
    "pearson_chi_square_corrected": pearson_chi_square_corrected,
    "fisher_exact": fisher_exact,
    "barnard": barnard_exact,
    "boschloo": boschloo_exact,
}


def difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95, method: str = "wald"
) -> DifferenceResult:
    """Compute the interval of p1 - p2 that the word `method` names (a key of DIFFERENCES)."""
    return DIFFERENCES[checked_word(method, DIFFERENCES, "method")](x1, n1, x2, n2, level)
