"""Number needed to treat from a difference between two proportions."""

from dataclasses import dataclass

from scripts.stats.arguments import checked_word
from scripts.stats.differences import DifferenceResult

BETTER = ("higher", "lower")


@dataclass(frozen=True)
class NumberNeeded:
    """How many are treated with the first treatment for one more good or bad outcome.

    Attributes
    ----------
    benefit, harm : float or None
        The estimate, under the name of its direction; both None at a difference of zero, where it
        is infinite.
    benefit_from, benefit_to, harm_from, harm_to : float or None
        The numbers to benefit and to harm that the interval holds; None for an end at infinity or
        a direction that it does not hold.
    level : float
        Confidence level of the interval of the difference.
    method, label : str
        Closed word and the words for a reader.
    """

    benefit: float | None
    harm: float | None
    benefit_from: float | None
    benefit_to: float | None
    harm_from: float | None
    harm_to: float | None
    level: float
    method: str
    label: str


def reciprocal(number: float) -> float | None:
    """Return 1 / number for a number above zero, else None."""
    return 1 / number if number > 0 else None


def number_needed(difference: DifferenceResult, better: str = "higher") -> NumberNeeded:
    """Compute the number needed to treat with its interval from a difference of proportions.

    Parameters
    ----------
    difference : DifferenceResult
        First minus second group, with limits by any method.
    better : {"higher", "lower"}
        Which differences are in favour of the first group.

    Returns
    -------
    NumberNeeded

    Notes
    -----
    Formula: 1 / |p1 - p2|, with limits 1 / |limit of the difference|.

    NNTB is the number needed to treat for one more to benefit, NNTH for one more to be harmed.
    Where zero is in the interval of the difference, the numbers in it go from an NNTB through
    infinity (no difference) to an NNTH. Its limits are those of the difference, turned round.

    References
    ----------
    Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309-12.
    """
    sign = 1 if checked_word(better, BETTER, "better") == "higher" else -1
    estimate = sign * difference.estimate
    low, high = sorted((sign * difference.lower, sign * difference.upper))
    return NumberNeeded(
        benefit=reciprocal(estimate),
        harm=reciprocal(-estimate),
        benefit_from=reciprocal(high),
        benefit_to=reciprocal(low),
        harm_from=reciprocal(-low),
        harm_to=reciprocal(-high),
        level=difference.level,
        method="number_needed",
        label=f"Number needed to treat from the {difference.label}",
    )
