"""What no schema can say of analyses of completed data sets: estimator, model, covariates, m."""

from collections.abc import Mapping
from typing import Any

from scripts.analyse.families import imputations_of, models_of
from scripts.conditions import nearest

Plan = Mapping[str, Any]
# Estimators of outcomes that are yes or no, and those that take covariates.
BINARY = ("proportions", "logistic", "chi_square")
ADJUSTED = ("linear", "logistic")


def check_imputed(analysis: Mapping[str, Any], plan: Plan) -> list[str]:
    """Whether the estimator can take what the imputation model draws, and the covariates."""
    if analysis.get("kind") == "imputation_diagnostics":
        return _check_diagnosed(analysis, plan)
    if analysis.get("kind") != "difference_imputed":
        return []
    estimator = analysis.get("method", {}).get("estimator", "linear")
    model = models_of(plan).get(analysis.get("imputation", ""), {})
    findings = []
    if estimator in BINARY and model.get("method") == "normal":
        findings.append(
            f"method: the estimator {estimator!r} needs outcomes that are yes or no, and the "
            f"model {analysis['imputation']!r} draws numbers; use 'linear' or another model"
        )
    if analysis.get("covariates") and estimator not in ADJUSTED:
        findings.append(
            f"method: the estimator {estimator!r} takes no covariates; use {' or '.join(ADJUSTED)}"
        )
    return findings


def _check_diagnosed(analysis: Mapping[str, Any], plan: Plan) -> list[str]:
    """Models of diagnostics that do not exist, or that no analysis of completed data sets uses."""
    models, used = models_of(plan), imputations_of(plan)
    findings = []
    for name in analysis.get("models", []):
        if name not in models:
            findings.append(f"unknown imputation model {name!r}; {nearest(name, models)}")
        elif name not in used:
            findings.append(f"models: {name!r} is not imputed, because no analysis uses it")
    return findings


def check_imputations(plan: Plan) -> list[str]:
    """Whether the first number of imputations is within the bound."""
    settings = plan.get("settings") or {}
    least, bound = settings.get("imputations_least"), settings.get("imputations")
    if least is None or bound is None or least <= bound:
        return []
    return [f"settings: imputations_least is {least}, more than imputations, which is {bound}"]
