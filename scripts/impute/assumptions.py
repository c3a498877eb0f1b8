"""Assumptions about missing verdicts that no data can check: their closed words, and what they do.

A model without an assumption draws at random given its predictors. One with an assumption departs
from that, or completes in a single way in which nothing is drawn.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Model = Mapping[str, Any]

# The keys that each assumption needs beside its kind, and those that it may have.
KEYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "delta": (frozenset({"delta"}), frozenset()),
    "delta_grid": (frozenset({"grid"}), frozenset()),
    "jump_to_reference": (frozenset(), frozenset({"reference"})),
    "copy_reference": (frozenset(), frozenset({"reference"})),
    "copy_increments": (frozenset(), frozenset({"reference"})),
    "worst_case": (frozenset(), frozenset()),
    "best_case": (frozenset(), frozenset()),
    "by_arm": (frozenset({"responders"}), frozenset()),
}
# Each of them draws the missing from the model of the reference arm. They differ in what they keep
# of measurements between baseline and dropout; a verdict made once has none, so that they coincide.
TO_REFERENCE = frozenset({"jump_to_reference", "copy_reference", "copy_increments"})
COMPLETIONS = frozenset({"worst_case", "best_case", "by_arm"})


def kind_of(model: Model) -> str:
    """The kind of a model's assumption; nothing where it draws at random."""
    return str(model.get("assumption", {}).get("kind", ""))


def is_completion(model: Model) -> bool:
    """Whether the model completes in a single way, in which nothing is drawn."""
    return kind_of(model) in COMPLETIONS


def is_grid(model: Model) -> bool:
    """Whether the model draws at every shift of a grid."""
    return kind_of(model) == "delta_grid"


def shift_of(model: Model, arm: str) -> float:
    """By how much the log odds of the missing of an arm are shifted."""
    return float(model.get("assumption", {}).get("delta", {}).get(arm, 0.0))


def filled_with(model: Model, arm: str) -> float:
    """What the missing of an arm are completed with: 1 for the endpoint, 0 for none."""
    kind = kind_of(model)
    if kind == "by_arm":
        return float(arm in model["assumption"]["responders"])
    return float(kind == "best_case")


def reference_of(model: Model, references: Sequence[str]) -> str:
    """The arm from whose model the missing are drawn: the plan's, or the trial's reference arm."""
    return str(model["assumption"].get("reference", references[0] if references else ""))


def arms_named(model: Model) -> list[str]:
    """Every arm that the assumption names."""
    assumption = model.get("assumption", {})
    named = [*assumption.get("delta", {}), *assumption.get("grid", {})]
    named += assumption.get("responders", [])
    return [*named, *([assumption["reference"]] if "reference" in assumption else [])]
