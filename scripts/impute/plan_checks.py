"""What no schema can say of models by visit: that the names they use exist and go together."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.conditions import nearest, variables_of

Plan = Mapping[str, Any]
Model = Mapping[str, Any]
BINARY = {"logistic", "transition"}
CONTINUOUS = {"normal", "matching"}


def _unknown(names: Iterable[Any], known: Iterable[str], what: str) -> list[str]:
    words = set(map(str, known))
    return [
        f"unknown {what} {name!r}; {nearest(str(name), words)}"
        for name in dict.fromkeys(names)
        if str(name) not in words
    ]


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
    findings += _unknown(named, earlier, "measure before it")
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    findings += _unknown(spec.get("delta", {}).get("by_arm", {}), arms, "arm")
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
    findings = _unknown([model["endpoint"], model["derive"]], endpoints, "endpoint")
    findings += _unknown([model["population"]], plan["subjects"]["populations"], "population")
    named = [*model.get("predictors", []), *([model["end"]] if "end" in model else [])]
    findings += _unknown(named, variables, "variable")
    read = _unknown(sorted(variables_of(model["missing_when"])), variables, "variable")
    findings += [f"missing_when: {words}" for words in read]
    records = [m for m, spec in model["measures"].items() if "medication" not in spec]
    findings += _unknown(records, measures, "measure")
    if not records:
        findings.append("no measure is of records; medication alone has no visits")
    findings += _unknown(model.get("visits", []), planned, "visit")
    assumption = model.get("assumption")
    if assumption:
        at_random = assumption["kind"] == "missing_at_random"
        if at_random == ("reference" in assumption):
            words = "means nothing here" if at_random else "is missing"
            findings.append(f"assumption {assumption['kind']}: 'reference' {words}")
        findings += _unknown(filter(None, [assumption.get("reference")]), arms, "arm")
        if model.get("next"):
            findings.append("'next' means nothing beside an assumption")
    for name, spec in model["measures"].items():
        findings += check_measure(name, spec, model, plan)
    return findings
