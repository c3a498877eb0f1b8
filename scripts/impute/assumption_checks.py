"""What no schema can say of assumptions about what is missing: what each needs, and may say."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest, unknown_words
from scripts.impute.assumptions import KEYS, TO_REFERENCE, arms_named, is_completion, kind_of

Plan = Mapping[str, Any]
Model = Mapping[str, Any]
ARM = "ARMCD"
# A map of more cells than this can neither be drawn nor read.
MOST_VALUES = 41


def check_assumption(model: Model, plan: Plan) -> list[str]:
    """Whether a model has what its assumption needs, and nothing that means nothing to it."""
    findings = []
    if not is_completion(model):
        findings += [f"{key!r} is missing" for key in ("method", "predictors") if key not in model]
    if "assumption" not in model:
        return [*findings, *check_draws(model, plan)]
    kind, assumption = kind_of(model), model["assumption"]
    needs, may = KEYS[kind]
    given = set(assumption) - {"kind"}
    findings += [f"assumption: {key!r} is missing" for key in sorted(needs - given)]
    for key in sorted(given - needs - may):
        findings.append(f"assumption: {key!r} means nothing here; {nearest(key, needs | may)}")
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    findings += [f"assumption: {one}" for one in unknown_words(arms_named(model), arms, "arm")]
    if not is_completion(model):
        findings += check_drawn(model, plan)
    return [*findings, *check_draws(model, plan)]


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


def check_draws(model: Model, plan: Plan) -> list[str]:
    """Whether the model whose random numbers are shared exists, and draws the same subjects."""
    if "draws_of" not in model:
        return []
    models = plan["imputation"]["models"]
    findings = unknown_words([model["draws_of"]], models, "imputation model")
    other = models.get(model["draws_of"], {})
    same = ("endpoint", "population", "missing_when", "method", "predictors")
    findings += [
        f"draws_of: {model['draws_of']} has another {key!r}, so that no draw can be shared"
        for key in same
        if other and other.get(key) != model.get(key)
    ]
    return findings
