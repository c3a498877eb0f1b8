"""An imputation model of an endpoint in words: what is missing, from what and how it is drawn."""

from collections.abc import Mapping
from typing import Any

from scripts.impute.assumptions import is_completion
from scripts.impute.defaults import SWEEPS
from scripts.report.layouts.assumption_words import assumption_words
from scripts.report.layouts.definitions import condition_words

METHODS = {
    "normal": "linear model with normal errors; draws are not rounded",
    "logistic": "logistic model; draws are yes or no",
    "ordinal": "proportional-odds model; draws are levels",
    "multinomial": "multinomial logistic model; draws are levels",
    "matching": "predictive mean matching; draws are values of subjects whose prediction is near",
}


def response_model_words(model: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """The lines of one model of an endpoint given subject-level variables."""
    settings = plan["settings"]
    endpoint = plan["endpoints"]["endpoints"].get(model["endpoint"], {})
    population = plan["subjects"]["populations"][model["population"]]["label"]
    lines = [
        f"Completes: {endpoint.get('label', model['endpoint'])} ({model['endpoint']}), in the "
        f"population {population}.",
        f"Missing where: {condition_words(model['missing_when'], plan)}.",
    ]
    if is_completion(model):
        return [*lines, *assumption_words(model, plan)]
    lines += [
        f"Fully conditional specification, {METHODS[model['method']]}; given "
        f"{', '.join(model['predictors'])}.",
    ]
    lines += _option_words(model)
    others = model.get("predictor_methods") or {}
    if others:
        texts = (f"{variable} by a {method} model" for variable, method in others.items())
        lines.append(f"Predictors that are themselves completed: {', '.join(texts)}.")
    lines += assumption_words(model, plan)
    sweeps = model.get("sweeps", SWEEPS)
    lines.append(
        f"{sweeps} sweep{'' if sweeps == 1 else 's'}; {settings['imputations']} completed data "
        f"sets from the seed {settings['seed']}; their results are pooled by Rubin's rules."
    )
    if "imputations_least" in settings:
        lines.append(
            f"An analysis takes the first {settings['imputations_least']} of them, and as many "
            "more again until the digits of estimate, limits and P value hold against Monte Carlo "
            "error, or all are used."
        )
    return [line[:1].upper() + line[1:] for line in lines]


def _option_words(model: Mapping[str, Any]) -> list[str]:
    """Products of predictors, a model in each group, and bounds, where the plan has them."""
    lines = []
    if model.get("interactions"):
        pairs = ", ".join(" x ".join(pair) for pair in model["interactions"])
        lines.append(f"Interactions: {pairs}.")
    if "by" in model:
        lines.append(f"A model by itself in each value of {model['by']}.")
    if "bounds" in model:
        low, high = model["bounds"]
        ends = [f"not below {low}"] if low is not None else []
        ends += [f"not above {high}"] if high is not None else []
        lines.append(f"Draws are {' and '.join(ends)}: the normal distribution is truncated.")
    return lines
