"""What a conditional model sees when it is its turn."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scripts.impute.fcs.blocks import Own, Shared
from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.design import Design
from scripts.impute.fcs.newton import Mode
from scripts.impute.fcs.streams import Numbers
from scripts.stats.arguments import FloatArray


@dataclass(frozen=True, eq=False)
class Scales:
    """Centre, scale, observed range and kind of the design's columns, each of shape (Q,)."""

    centre: FloatArray
    scale: FloatArray
    low: FloatArray
    high: FloatArray
    binary: NDArray[np.bool_]

    @classmethod
    def of(cls, design: Design) -> "Scales":
        """Those of a design."""
        entries = design.entries
        return cls(
            centre=np.array([entry.centre for entry in entries]),
            scale=np.array([entry.scale for entry in entries]),
            low=np.array([entry.low for entry in entries]),
            high=np.array([entry.high for entry in entries]),
            binary=np.array([entry.binary for entry in entries]),
        )


@dataclass(eq=False)
class Step:
    """One draw of one cell in all chains of a chunk.

    Attributes
    ----------
    cell : Cell
        The model.
    total : array, shape (chains, Q, Q)
        Sums of products of the design's columns over all subjects of the cell.
    seen : array, shape (chains, Q, Q)
        The same over those in whom the variable is observed.
    new : array, shape (chains, k, Q)
        Design of those in whom it is missing.
    numbers : Numbers
        Random numbers.
    own : array, shape (chains, gappy, Q)
        Design of all subjects with gaps.
    scales : Scales
        Of the design's columns.
    shared : list of Shared
        Subjects without a gap, by stratum, with the predictors of the cell.
    spans : list of slice
        The subjects with gaps of each stratum of the cell.
    memory : dict
        What the model keeps from sweep to sweep: where it starts.
    last : bool
        Whether this is the last sweep, in which facts for the notes are gathered.
    facts : dict
        Facts for the notes, an array with one value a chain each.
    """

    cell: Cell
    total: FloatArray
    seen: FloatArray
    new: FloatArray
    numbers: Numbers
    own: FloatArray
    scales: Scales
    shared: list[Shared]
    spans: list[slice]
    memory: dict[str, Mode]
    last: bool
    facts: dict[str, np.ndarray] = field(default_factory=dict)

    def note(self, what: str, fact: np.ndarray) -> None:
        """Keep a fact for the notes, in the last sweep."""
        if self.last:
            self.facts[what] = fact

    def observed_weights(self, span: slice) -> FloatArray:
        """1 for those gappy subjects of a stratum in whom the variable is observed, else 0."""
        weights = np.zeros(self.own.shape[1])
        weights[self.cell.observed] = 1.0
        return weights[span]

    def predict_new(self, beta: FloatArray) -> FloatArray:
        """Linear predictor of those in whom the variable is missing, without any shift."""
        wide = np.zeros((len(beta), self.new.shape[2]))
        wide[:, self.cell.predictors] = beta
        return np.matmul(self.new, wide[:, :, None])[:, :, 0]

    def own_blocks(self) -> list[Own]:
        """Subjects with gaps of each stratum, weighted by whether they are observed."""
        return [
            Own(self.own[:, span], self.cell.predictors, self.observed_weights(span))
            for span in self.spans
        ]
