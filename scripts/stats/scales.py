"""Scales on which estimates are about normal, and back: there they are pooled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_word


@dataclass(frozen=True)
class Scale:
    """A monotone scale: there, back, and the derivative of the way there.

    `rising` is whether a greater value is greater on the scale, too; where not, limits change
    places on the way back. At its ends the scale has no finite value.
    """

    label: str
    to: Callable[[FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    rising: bool = True


SCALES = {
    "identity": Scale("as it is", lambda x: x, lambda x: x, np.ones_like),
    "log": Scale("log scale", np.log, np.exp, lambda x: 1 / x),
    "logit": Scale("logit scale", special.logit, special.expit, lambda x: 1 / (x * (1 - x))),
    "cloglog": Scale(
        "complementary log-log scale, ln(-ln S)",
        lambda x: np.log(-np.log(x)),
        lambda y: np.exp(-np.exp(y)),
        lambda x: 1 / (x * np.log(x)),
        rising=False,
    ),
}


def scale_of(word: str) -> Scale:
    """Return the scale of a closed word."""
    return SCALES[checked_word(word, SCALES, "scale")]


def to_scale(
    values: ArrayLike, standard_errors: ArrayLike, word: str
) -> tuple[FloatArray, FloatArray]:
    """Return values and variances on a scale (delta method); not finite at its ends."""
    scale = scale_of(word)
    x, error = (np.asarray(part, dtype=np.float64) for part in (values, standard_errors))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return scale.to(x), (scale.derivative(x) * error) ** 2
