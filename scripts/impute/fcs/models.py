"""What a caller says about a column: its conditional model, or how it follows from others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from scripts.stats.arguments import FloatArray

Method = Literal["normal", "logistic", "ordinal", "multinomial", "matching"]
METHODS: tuple[str, ...] = get_args(Method)
CATEGORICAL = ("ordinal", "multinomial")


@dataclass(frozen=True, eq=False)
class Conditional:
    """How one incomplete column is drawn from the others.

    Attributes
    ----------
    method : Method
        "normal": Bayesian linear model; "logistic": 0 or 1; "ordinal": proportional odds;
        "multinomial": baseline-category logits; "matching": predictive mean matching.
    predictors : tuple of str, optional
        Columns or passive columns; None: every other column.
    interactions : tuple of pairs of str
        Products of two columns that are predictors too, computed again whenever one changes.
    by : str, optional
        A complete column; the model is fitted by itself in each of its values.
    bounds : (float or None, float or None)
        Limits of a normal draw, which is then from the truncated normal distribution.
    shift : array, shape (n,), optional
        Added to the linear predictor where the column is missing: to the value of a normal draw,
        to the predicted mean that is matched, to the logit; not for "multinomial".
    parameters : {"drawn", "fitted"}
        Whether the model's parameters are drawn from their posterior first (proper imputation) or
        stay at their fitted values, as R mice leaves them for "ordinal" and "multinomial".
    """

    method: Method
    predictors: tuple[str, ...] | None = None
    interactions: tuple[tuple[str, str], ...] = ()
    by: str | None = None
    bounds: tuple[float | None, float | None] = (None, None)
    shift: FloatArray | None = None
    parameters: Literal["drawn", "fitted"] = "drawn"


@dataclass(frozen=True, eq=False)
class Passive:
    """A column that follows from others, subject by subject, and is never drawn itself.

    Attributes
    ----------
    inputs : tuple of str
        Names of columns, or of other passive columns.
    compute : callable
        Takes an array of shape (chains, subjects) for each input and returns one of that shape.
    """

    inputs: tuple[str, ...]
    compute: Callable[..., FloatArray]

    def of(self, lookup: Callable[[str], FloatArray]) -> FloatArray:
        """Its values, given those of its inputs by name."""
        return np.asarray(self.compute(*(lookup(name) for name in self.inputs)), float)
