"""An imputation model by visit in words: what is missing, how it is drawn, what is judged again."""

from collections.abc import Mapping
from typing import Any

from scripts.impute.defaults import SWEEPS
from scripts.report.layouts.definitions import condition_words
from scripts.report.layouts.response_words import METHODS

Plan = Mapping[str, Any]
Model = Mapping[str, Any]
BETWEEN = {
    "left": "Missed visits between others, and those of subjects who did not stop, are completed "
    "where others are predicted from them and left out when the endpoint is derived.",
    "imputed": "Missed visits between others, and those of subjects who did not stop, are "
    "completed too.",
}
MEDICATION = {
    "recorded": "Medication counts as recorded",
    "before_end": "Medication that those who stopped began on or after the day of their last "
    "record is left out",
}
ASSUMPTIONS = {
    "missing_at_random": "Those who stopped go on as their own arm, given what was seen of them.",
    "jump_to_reference": "Jump to reference: after the end the mean is that of {reference}.",
    "copy_reference": "Copy reference: those who stopped are taken to have been {reference} "
    "all along.",
    "copy_increments": "Copy increments in reference: after the end the mean changes from visit to "
    "visit as in {reference}.",
}


def visit_model_words(model: Model, plan: Plan) -> list[str]:
    """The lines of one model by visit."""
    settings, endpoints = plan["settings"], plan["endpoints"]["endpoints"]
    population = plan["subjects"]["populations"][model["population"]]["label"]
    derive, endpoint = model["derive"], model["endpoint"]
    ends = f" or after {model['end']}" if "end" in model else ""
    sweeps = model.get("sweeps", SWEEPS)
    return [
        f"Completes: {endpoints[endpoint]['label']} ({endpoint}), in the population {population}, "
        f"derived again in each completed data set as {endpoints[derive]['label']} ({derive}).",
        f"Missing: visits after the last record{ends} of those with "
        f"{condition_words(model['missing_when'], plan)}.",
        BETWEEN[model["between"]],
        *(_measure_words(name, spec, model, plan) for name, spec in model["measures"].items()),
        *_assumption_words(model, plan),
        _medication_words(model),
        "Imputed records stand at the nominal day of the visit.",
        f"{sweeps} sweep{'' if sweeps == 1 else 's'}; {settings['imputations']} completed data "
        f"sets from the seed {settings['seed']}; their results are pooled by Rubin's rules.",
    ]


def _medication_words(model: Model) -> str:
    drawn = [name for name, spec in model["measures"].items() if "medication" in spec]
    later = f"later {', '.join(drawn)} is drawn" if drawn else "none is assumed after the end"
    return f"{MEDICATION[model.get('medication', 'recorded')]}; {later}."


def _transition_words(name: str, spec: Model, model: Model, plan: Plan) -> str:
    known = ["the state before", *(f"{other} at the visit" for other in spec.get("given", []))]
    known += [f"{other} at the visit before" for other in spec.get("given_before", [])]
    given = ", ".join([*known, "arm", *model.get("predictors", [])])
    if "medication" in spec:
        return (
            f"{name}, medication of category {spec['medication']} begun since the visit before: "
            f"one logistic model of all visits given {given}; what is drawn begins on the day of "
            "the visit before."
        )
    return (
        f"{_label(name, plan)} ({name}) above {spec['above']:g}: one logistic model of all visits "
        f"given {given}; drawn visit after visit as {spec['absent']:g} or {spec['present']:g}."
    )


def _label(name: str, plan: Plan) -> str:
    sets = plan["measurements"]["sets"].values()
    return {c: e["label"] for content in sets for c, e in content["parameters"].items()}[name]


def _measure_words(name: str, spec: Model, model: Model, plan: Plan) -> str:
    if spec["method"] == "transition":
        return _transition_words(name, spec, model, plan)
    fixed = ["arm", *model.get("predictors", [])]
    fixed.append(f"its baseline, {_band_words(model)}")
    scale = "; on the logarithmic scale" if spec.get("scale") == "log" else ""
    if "assumption" in model:
        method = "multivariate normal distribution by arm, its parameters drawn first"
    else:
        by = ", a model for each arm" if model.get("by_arm") else ""
        method = f"fully conditional specification, {METHODS[spec['method']]}{by}"
        chained = [m for m, one in model["measures"].items() if one["method"] != "transition"]
        fixed += [f"{other} at the visit" for other in chained if other != name]
    text = f"{_label(name, plan)} ({name}){scale}: {method}; given {', '.join(fixed)}"
    if "bounds" in spec:
        text += f"; kept within {_bounds_words(spec['bounds'])}"
    return f"{text}{_delta_words(spec.get('delta'))}."


def _band_words(model: Model) -> str:
    previous, following = model.get("previous"), model.get("next", 0)
    words = f"{previous} visits before" if previous is not None else "the visits before"
    return f"{words} and {following} after it" if following else f"{words} it"


def _bounds_words(bounds: list[float | None]) -> str:
    lower, upper = ("no limit" if bound is None else f"{bound:g}" for bound in bounds)
    return f"{lower} to {upper}"


def _delta_words(delta: Model | None) -> str:
    if not delta:
        return ""
    sizes = ", ".join(f"{arm} {size:+g}" for arm, size in delta["by_arm"].items())
    each = "with each visit" if delta.get("growing") else "at every visit"
    return f"; those who stopped are shifted by {sizes} {each} after the end"


def _assumption_words(model: Model, plan: Plan) -> list[str]:
    assumption = model.get("assumption", {"kind": "missing_at_random"})
    arms = {arm["code"]: arm["label"] for arm in plan["trial"]["arms"]}
    reference = arms.get(assumption.get("reference"), "")
    lines = [ASSUMPTIONS[assumption["kind"]].format(reference=reference)]
    states = [name for name, one in model["measures"].items() if one["method"] == "transition"]
    if reference:
        lines.append(
            "Given what was seen, later values vary as in the reference. In the reference itself "
            "this is missing at random."
        )
        lines += [f"{', '.join(states)}: the reference's chance after the end."] if states else []
    return lines
