"""What no schema can say of imputation models: that the names they use exist and go together."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import describe, unknown_words, variables_of
from scripts.impute.assumption_checks import check_assumption

Plan = Mapping[str, Any]
Model = Mapping[str, Any]
BINARY = {"logistic", "transition"}
CONTINUOUS = {"normal", "matching"}


def check_measure(name: str, spec: Model, model: Model, plan: Plan) -> list[str]:
    """What one measure of a model lacks, or has and cannot use."""
    method, findings = spec["method"], []
    binary = [key for key in ("above", "absent", "present") if key in spec]
    if "medication" in spec:
        if method != "transition":
            findings.append(f"{method}: 'medication' means nothing here")
    elif method in BINARY and len(binary) < 3:
        findings.append(f"{method} needs 'above', 'absent' and 'present'")
    if (method not in BINARY or "medication" in spec) and binary:
        findings.append(f"{method}: {binary[0]!r} means nothing here")
    only = {"scale": CONTINUOUS, "bounds": CONTINUOUS, "delta": CONTINUOUS, "given": {"transition"}}
    only["given_before"] = only["given"]
    for key, methods in only.items():
        if key in spec and method not in methods:
            findings.append(f"{method}: {key!r} means nothing here")
    if "assumption" in model and method not in ("normal", "transition"):
        findings.append(f"{method} cannot follow an assumption; use normal or transition")
    earlier = list(model["measures"])[: list(model["measures"]).index(name)]
    named = [*spec.get("given", []), *spec.get("given_before", [])]
    findings += unknown_words(named, earlier, "measure before it")
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    findings += unknown_words(spec.get("delta", {}).get("by_arm", {}), arms, "arm")
    lower, upper = spec.get("bounds", (None, None))
    if None not in (lower, upper) and lower >= upper:
        findings.append(f"bounds: {lower} is not below {upper}")
    if spec.get("scale") == "log" and lower is not None and lower <= 0:
        findings.append(f"bounds: {lower} has no logarithm")
    return [f"{name}: {words}" for words in findings]


def check_visit_model(model: Model, plan: Plan, variables: set[str]) -> list[str]:
    """Every finding about one model by visit."""
    endpoints = plan["endpoints"]["endpoints"]
    sets = plan["measurements"]["sets"].values()
    measures = {code for content in sets for code in content["parameters"]}
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    planned = [one["VISITNUM"] for one in plan["trial"]["visits"]]
    findings = unknown_words([model["endpoint"], model["derive"]], endpoints, "endpoint")
    findings += unknown_words([model["population"]], plan["subjects"]["populations"], "population")
    named = [*model.get("predictors", []), *([model["end"]] if "end" in model else [])]
    findings += unknown_words(named, variables, "variable")
    read = unknown_words(sorted(variables_of(model["missing_when"])), variables, "variable")
    findings += [f"missing_when: {words}" for words in read]
    records = [m for m, spec in model["measures"].items() if "medication" not in spec]
    findings += unknown_words(records, measures, "measure")
    if not records:
        findings.append("no measure is of records; medication alone has no visits")
    findings += unknown_words(model.get("visits", []), planned, "visit")
    assumption = model.get("assumption")
    if assumption:
        at_random = assumption["kind"] == "missing_at_random"
        if at_random == ("reference" in assumption):
            words = "means nothing here" if at_random else "is missing"
            findings.append(f"assumption {assumption['kind']}: 'reference' {words}")
        findings += unknown_words(filter(None, [assumption.get("reference")]), arms, "arm")
        if model.get("next"):
            findings.append("'next' means nothing beside an assumption")
    for name, spec in model["measures"].items():
        findings += check_measure(name, spec, model, plan)
    return findings


def check_imputation_options(model: Model, variables: set[str]) -> list[str]:
    """Products of what is no predictor, a `by` that is unknown or drawn, bounds without room."""
    pairs = {name for pair in model.get("interactions", []) for name in pair}
    found = unknown_words(sorted(pairs), model.get("predictors", []), "predictor in interactions")
    by = model.get("by")
    if by is not None:
        found += unknown_words([by], variables, "variable in by")
        if by in pairs:
            found.append(f"interactions: {by} is constant where the model is fitted by {by}")
        if by in model.get("predictor_methods", {}):
            found.append(f"by: {by} has a method, but must have no missing values")
    low, high = model.get("bounds", (None, None))
    method = model.get("method")
    if "bounds" in model and method != "normal":
        found.append(f"bounds are for the method normal, not {method}")
    if low is not None and high is not None and low >= high:
        found.append(f"bounds: {low} is not less than {high}")
    return found


def check_response_model(model: Model, plan: Plan, variables: set[str]) -> list[str]:
    """Every finding about a model of an endpoint given subject-level variables."""
    found = unknown_words([model["endpoint"]], plan["endpoints"]["endpoints"], "endpoint")
    found += unknown_words([model["population"]], plan["subjects"]["populations"], "population")
    predictors = model.get("predictors", [])
    found += unknown_words(predictors, variables, "variable")
    found += unknown_words(model.get("predictor_methods", {}), predictors, "predictor")
    found += check_imputation_options(model, variables)
    found += check_assumption(model, plan)
    read = unknown_words(sorted(variables_of(model["missing_when"])), variables, "variable")
    words = describe(model["missing_when"])
    return found + [f"missing_when ({words}): {one}" for one in read]


def check_imputation_model(model: Model, plan: Plan, variables: set[str]) -> list[str]:
    """Every finding about one model, given the subject-level variables that there are."""
    check = check_visit_model if model.get("kind") == "by_visit" else check_response_model
    return check(model, plan, variables)
