"""The columns in which every model works: intercept, variables, levels, products, passive ones.

Columns are centred and scaled by fixed numbers, for the precision of the linear algebra; values
0 and 1 stay as they are. Drawn values themselves are kept on their own scale.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scripts.conditions import nearest
from scripts.impute.fcs.models import CATEGORICAL, Conditional, Passive
from scripts.job import StepError
from scripts.stats.arguments import FloatArray

# A column of the design from the raw values of its sources, which it looks up by name.
Lookup = Callable[[str], FloatArray]
Content = Callable[[Lookup], FloatArray]


@dataclass(frozen=True)
class Plain:
    """A variable as it is."""

    name: str

    def __call__(self, lookup: Lookup) -> FloatArray:
        """Its raw values."""
        return lookup(self.name)


@dataclass(frozen=True)
class Level:
    """Whether a variable has one level."""

    name: str
    level: float

    def __call__(self, lookup: Lookup) -> FloatArray:
        """1 where it has, else 0."""
        return (lookup(self.name) == self.level) * 1.0


@dataclass(frozen=True)
class Product:
    """The product of two contents."""

    one: Content
    other: Content

    def __call__(self, lookup: Lookup) -> FloatArray:
        """Raw values of both, multiplied."""
        return self.one(lookup) * self.other(lookup)


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the design.

    Attributes
    ----------
    name : str
        The source, "source=level" of a level, or "part:part" of a product.
    sources : frozenset of str
        The incomplete columns on which it depends.
    compute : callable
        Raw values from a lookup of raw values of given columns.
    centre, scale, low, high : float
        What is subtracted and divided by, and the observed range after it.
    binary : bool
        Whether all observed values are 0 or 1.
    """

    name: str
    sources: frozenset[str]
    compute: Content
    centre: float = 0.0
    scale: float = 1.0
    low: float = 0.0
    high: float = 1.0
    binary: bool = True

    def standard(self, lookup: Lookup) -> FloatArray:
        """Values as the models see them."""
        return (self.compute(lookup) - self.centre) / self.scale


@dataclass(eq=False)
class Design:
    """All columns that any model uses, the intercept first."""

    columns: Mapping[str, FloatArray]
    passive: Mapping[str, Passive]
    models: Mapping[str, Conditional]
    entries: list[Column] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    levels: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enter the intercept, and the levels of categorical variables."""
        size = len(next(iter(self.columns.values())))
        self.entries.append(Column("intercept", frozenset(), lambda lookup: np.ones((1, size))))
        for name, model in self.models.items():
            values = self.columns[name]
            if model.method in CATEGORICAL:
                self.levels[name] = np.unique(values[~np.isnan(values)])

    def sources(self, name: str) -> frozenset[str]:
        """The incomplete columns on which a column or a passive one depends."""
        if name in self.passive:
            return frozenset().union(*(self.sources(part) for part in self.passive[name].inputs))
        return frozenset([name]) if np.isnan(self.columns[name]).any() else frozenset()

    def check_known(self, name: str, where: str) -> None:
        """Stop at a name that no column has."""
        known = [*self.columns, *self.passive]
        if name not in known:
            raise StepError(f"{where}: no column {name!r}; {nearest(name, known)}")

    def parts(self, name: str) -> list[tuple[str, Content]]:
        """Names and contents of the columns that stand for one variable."""
        if name in self.levels:
            levels = self.levels[name][1:].tolist()
            return [(f"{name}={level:g}", Level(name, level)) for level in levels]
        return [(name, Plain(name))]

    def enter(self, names: Sequence[str]) -> list[int]:
        """Positions of the columns of one variable, or of the product of two."""
        found = []
        sources = frozenset().union(*(self.sources(name) for name in names))
        for label, compute in self._combined(names):
            if label not in self.positions:
                self.positions[label] = len(self.entries)
                self.entries.append(self._measured(label, sources, compute))
            found.append(self.positions[label])
        return found

    def _combined(self, names: Sequence[str]) -> list[tuple[str, Content]]:
        first = self.parts(names[0])
        if len(names) == 1:
            return first
        second = self.parts(names[1])
        return [(f"{a}:{b}", Product(one, other)) for a, one in first for b, other in second]

    def _measured(self, label: str, sources: frozenset[str], compute: Content) -> Column:
        """A column with its centre, scale and range where everything that it needs is observed."""
        size = len(next(iter(self.columns.values())))
        known = np.ones(size, dtype=bool)
        for source in sources:
            known &= ~np.isnan(self.columns[source])
        values = np.broadcast_to(compute(self.lookup(known)), (1, int(known.sum())))[0]
        if len(values) == 0 or np.isin(values, (0.0, 1.0)).all():
            return Column(label, sources, compute)
        centre, spread = float(values.mean()), float(values.std())
        # A constant becomes 0 and is then left out of every model as collinear.
        scale = spread if spread > 1e-12 * abs(centre) else max(abs(centre), 1.0)
        low, high = (float(bound - centre) / scale for bound in (values.min(), values.max()))
        return Column(label, sources, compute, centre, scale, low, high, False)

    def lookup(self, rows: np.ndarray) -> "ObservedValues":
        """Raw values of given rows by name, shape (1, rows)."""
        return ObservedValues(self, rows)


@dataclass(frozen=True, eq=False)
class ObservedValues:
    """Raw values of some subjects by name; NaN where missing."""

    design: Design
    rows: np.ndarray

    def __call__(self, name: str) -> FloatArray:
        """Values of one column, shape (1, subjects)."""
        if name in self.design.passive:
            return self.design.passive[name].of(self)
        return self.design.columns[name][self.rows][None]
