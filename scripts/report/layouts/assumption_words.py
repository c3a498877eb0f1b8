"""Assumptions about what is missing, in words."""

from collections.abc import Mapping
from typing import Any

from scripts.impute.assumptions import TO_REFERENCE, kind_of, reference_of
from scripts.report.numbers import typeset

TO_THE_REFERENCE = {
    "jump_to_reference": "Jump to reference",
    "copy_reference": "Copy reference",
    "copy_increments": "Copy increments in reference",
}
COINCIDE = (
    "A verdict is made once and has no earlier measurement to keep: jump to reference, copy "
    "reference and copy increments in reference are the same."
)


def assumption_words(model: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """How a model departs from missing at random; nothing where it does not."""
    lines = _departure(model, plan)
    if "draws_of" in model:
        lines.append(f"It shares the random numbers of the model {model['draws_of']}.")
    return lines


def _departure(model: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    kind, assumption = kind_of(model), model.get("assumption", {})
    names = {arm["code"]: str(arm["label"]) for arm in plan["trial"]["arms"]}
    if kind == "delta":
        shifts = "; ".join(f"{names[a]} {_signed(v)}" for a, v in assumption["delta"].items())
        return [f"The log odds of those who are missing are shifted: {shifts}."]
    if kind == "delta_grid":
        every = "; ".join(
            f"{names[arm]} {', '.join(map(_signed, sorted(values)))}"
            for arm, values in assumption["grid"].items()
        )
        return [f"The log odds of those who are missing are shifted, in every pair: {every}."]
    if kind in TO_REFERENCE:
        references = [arm["code"] for arm in plan["trial"]["arms"] if arm.get("reference")]
        arm = names[reference_of(model, references)]
        return [f"{TO_THE_REFERENCE[kind]}: whoever is missing is drawn as {arm}.", COINCIDE]
    if kind == "by_arm":
        arms = ", ".join(names[arm] for arm in assumption["responders"])
        return [
            f"Whoever is missing counts as a responder (Y) with {arms}, else a failure (N).",
            ONCE,
        ]
    words = {"worst_case": "a failure (N)", "best_case": "a responder (Y)"}
    return [f"Whoever is missing counts as {words[kind]}.", ONCE] if kind else []


ONCE = "Nothing is drawn: there is one completed data set."


def _signed(value: float) -> str:
    return typeset(f"{value + 0.0:+g}" if value else "0")
