"""What no schema can say of assumptions about what is missing, and of the grids made from them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.analyse.families import models_of
from scripts.conditions import nearest
from scripts.impute.assumptions import (
    KEYS,
    TO_REFERENCE,
    arms_named,
    is_completion,
    is_grid,
    kind_of,
)

Plan = Mapping[str, Any]
Analysis = Mapping[str, Any]
Model = Mapping[str, Any]
Unknown = Callable[[Iterable[Any], Iterable[str], str], list[str]]
ARM = "ARMCD"
# What the method of a grid may say by its form.
OF_GRID = {"counts": {"interval", "test"}, "delta": {"variance", "df"}}
# A map of more cells than this can neither be drawn nor read.
MOST_VALUES = 41


def check_assumption(model: Model, plan: Plan, unknown: Unknown) -> list[str]:
    """Whether a model has what its assumption needs, and nothing that means nothing to it."""
    findings = []
    if not is_completion(model):
        findings += [f"{key!r} is missing" for key in ("method", "predictors") if key not in model]
    if "assumption" not in model:
        return [*findings, *check_draws(model, plan, unknown)]
    kind, assumption = kind_of(model), model["assumption"]
    needs, may = KEYS[kind]
    given = set(assumption) - {"kind"}
    findings += [f"assumption: {key!r} is missing" for key in sorted(needs - given)]
    for key in sorted(given - needs - may):
        findings.append(f"assumption: {key!r} means nothing here; {nearest(key, needs | may)}")
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    findings += [f"assumption: {one}" for one in unknown(arms_named(model), arms, "arm")]
    if not is_completion(model):
        findings += check_drawn(model, plan)
    return [*findings, *check_draws(model, plan, unknown)]


def check_drawn(model: Model, plan: Plan) -> list[str]:
    """Whether a shifted model is one whose log odds can be shifted, or drawn as the reference."""
    findings = []
    if model.get("method") not in (None, "logistic"):
        findings.append("an assumption on the log odds needs the method 'logistic'")
    if "predictor_methods" in model:
        findings.append("a shifted model needs complete predictors; 'predictor_methods' means none")
    if kind_of(model) in TO_REFERENCE:
        references = [arm["code"] for arm in plan["trial"]["arms"] if arm.get("reference")]
        if "reference" not in model["assumption"] and len(references) != 1:
            findings.append("assumption: the trial has no single reference arm; give 'reference'")
        if ARM not in model.get("predictors", [ARM]):
            findings.append(f"to be drawn as the reference arm, {ARM} must be among the predictors")
    for arm, values in model["assumption"].get("grid", {}).items():
        if len(set(values)) != len(values):
            findings.append(f"assumption: grid: a shift of {arm} stands twice")
        if len(values) > MOST_VALUES:
            findings.append(f"assumption: grid: more than {MOST_VALUES} shifts of {arm}")
        if 0 not in values:
            findings.append(f"assumption: grid: {arm} lacks the shift 0, missing at random")
    return findings


def check_draws(model: Model, plan: Plan, unknown: Unknown) -> list[str]:
    """Whether the model whose random numbers are shared exists, and draws the same subjects."""
    if "draws_of" not in model:
        return []
    models = models_of(plan)
    findings = unknown([model["draws_of"]], models, "imputation model")
    other = models.get(model["draws_of"], {})
    same = ("endpoint", "population", "missing_when", "method", "predictors")
    findings += [
        f"draws_of: {model['draws_of']} has another {key!r}, so that no draw can be shared"
        for key in same
        if other and other.get(key) != model.get(key)
    ]
    return findings


def check_tipping(analysis: Analysis, plan: Plan) -> list[str]:
    """Whether a grid has a model that fits its form, and counts the subjects of that model."""
    model = models_of(plan).get(analysis.get("imputation", ""))
    if analysis["kind"] != "tipping_point":
        if model is None or not is_grid(model):
            return []
        name = analysis["imputation"]
        return [f"imputation {name!r} is a grid; only a tipping point can read it"]
    method, findings = analysis.get("method", {}), []
    form = method.get("grid", "counts")
    for key in sorted(set(method) - {"grid"} - OF_GRID[form]):
        findings.append(f"method: {key!r} means nothing to a grid of {form}")
    if form == "counts" and "interval" not in method:
        findings.append("method: a grid of counts needs 'interval'")
    if model is None:
        return findings
    if (form == "delta") != is_grid(model):
        wanted = "an assumption of the kind 'delta_grid'" if form == "delta" else "no grid"
        findings.append(f"a grid of {form} needs a model with {wanted}")
    if model["population"] != analysis.get("population"):
        findings.append(f"the imputation model is of the population {model['population']}")
    findings += [f"{key!r} means nothing to a grid of {form}" for key in ("subset", "groups")
                 if key in analysis and form == "delta"]  # fmt: skip
    return findings + check_contrasts(analysis, plan, model)


def check_contrasts(analysis: Analysis, plan: Plan, model: Model) -> list[str]:
    """Whether the grid has shifts for each arm that is compared."""
    if not is_grid(model):
        return []
    arms = plan["trial"]["arms"]
    compared = {str(one) for pair in analysis.get("contrasts", []) for one in pair}
    compared = compared or {arm["code"] for arm in arms}
    lacking = sorted(compared - set(model["assumption"].get("grid", {})))
    return [f"the grid of {analysis['imputation']} has no shifts of {arm}" for arm in lacking]
