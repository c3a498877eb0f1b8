"""What no schema can say of tipping points: that form, method and model of a grid go together."""

from collections.abc import Mapping
from typing import Any

from scripts.analyse.families import models_of
from scripts.impute.assumptions import is_grid

Plan = Mapping[str, Any]
Analysis = Mapping[str, Any]
Model = Mapping[str, Any]
# What the method of a grid may say by its form.
OF_GRID = {"counts": {"interval", "test"}, "delta": {"variance", "df"}}


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
