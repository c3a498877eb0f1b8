"""What no schema can check of the outputs plan: that every name in it exists where it should."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest
from scripts.report.registry import (
    ANALYSES,
    LAYOUTS,
    MANY,
    analyses_of,
    displays_of,
    displays_of_shells,
)

FILE = "config/outputs.yaml"
# Layouts that print differences and nothing in their place.
DIFFERENCES = {"comparison", "forest", "statement", "synopsis"}
# Keys that only some layouts read; any other layout with one of them is an error.
OWN_KEYS: dict[str, set[str]] = {
    "columns": {"listing"},
    "source": {"listing"},
    "where": {"listing"},
    "sort": {"listing"},
    "longest": {"listing"},
    "empty": {"listing"},
    "entries": {"synopsis"},
    "lines": {"summary"},
    "denominators": {"summary"},
    "only": {"summary", "events", "published", "definitions"},
    "listed": {"summary", "events"},
    "contrasts": {"time_to_event", "hazard_sensitivity"},
    "contrast": {"forest", "tipping_map", "tipping_grid"},
    "axis": {"survival_curves", "cumulative_curves", "median_curves", "swimmer"},
    "value_axis": {"survival_curves", "cumulative_curves"},
    "ticks": {"survival_curves", "cumulative_curves", "median_curves", "swimmer"},
    "better": {"forest"},
    "by_estimand": {"forest"},
    "shapes": {"swimmer"},
    "lines_at": {"median_curves"},
    "total": {"over_time"},
    "labels": {"summary", "events", "strata", "forest", "shift"},
    "stub": {
        "adjusted",
        "comparison",
        "survival_contrasts",
        "hazard_sensitivity",
        "strata",
        "summary",
        "events",
        "regression",
        "pooling",
        "imputation_diagnostics",
        "design",
        "visits",
        "shift",
    },
}


def check_outputs_plan(plan: Mapping[str, Any]) -> list[str]:
    """Every wrong name in the outputs plan, with the nearest right one."""
    findings = _check_colors(plan)
    seen: dict[str, set[str]] = {"id": set(), "number": set()}
    for display in [*displays_of_shells(plan), *displays_of(plan)]:
        at = f"{FILE}: {display['id']}"
        findings += [f"{at}: {words}" for words in _check_display(display, plan)]
        for key, used in seen.items():
            if display[key] in used:
                findings.append(f"{at}: the {key} {display[key]!r} is used twice")
            used.add(display[key])
    return findings


def _check_colors(plan: Mapping[str, Any]) -> list[str]:
    """Two arms of one colour cannot be told apart by it."""
    seen: dict[str, str] = {}
    findings = []
    for arm in plan["trial"]["arms"]:
        color = arm["color"].lower()
        if color in seen:
            findings.append(f"config/trial.yaml: {arm['code']} has the colour of {seen[color]}")
        seen.setdefault(color, arm["code"])
    return findings


def _check_display(display: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    layout = display["layout"]
    if layout not in LAYOUTS:
        return [f"unknown layout {layout!r}; {nearest(layout, LAYOUTS)}"]
    findings = [
        f"the layout {layout!r} does not read {key!r}; these do: {', '.join(sorted(layouts))}"
        for key, layouts in OWN_KEYS.items()
        if key in display and layout not in layouts
    ]
    findings += _check_population(display, plan)
    if layout == "listing":
        findings += [
            f"a listing needs {key!r}" for key in ("source", "columns") if key not in display
        ]
    return findings + _check_analyses(display, plan) + _check_shapes(display, plan)


def _check_shapes(display: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """Whether shapes belong to marks of the courses, and no two marks have the same one."""
    shapes = display.get("shapes", {})
    known = plan["analyses"]["analyses"]
    courses = [known[name].get("course", {}) for name in analyses_of(display) if name in known]
    marks = {mark["id"] for course in courses for mark in course.get("marks", [])}
    findings = [
        f"shapes: unknown mark {name!r}; {nearest(name, marks)}"
        for name in shapes
        if name not in marks
    ]
    used = list(shapes.values())
    twice = sorted({shape for shape in used if used.count(shape) > 1})
    return findings + [f"shapes: {shape!r} stands for two marks" for shape in twice]


def _check_population(display: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    if "population" not in display:
        return []
    known = _names(plan["subjects"]["populations"])
    word = display["population"]
    return [] if word in known else [f"unknown population {word!r}; {nearest(word, known)}"]


def _names(entries: Any) -> set[str]:
    if isinstance(entries, Mapping):
        return set(entries)
    return {str(entry.get("variable", entry.get("id"))) for entry in entries}


def _check_analyses(display: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    layout, wanted = display["layout"], analyses_of(display)
    kinds = ANALYSES.get(layout)
    if kinds is None:
        return [f"the layout {layout!r} prints no analyses"] if wanted else []
    if not wanted:
        return [f"the layout {layout!r} needs analyses"]
    if layout not in MANY and len(wanted) > 1:
        return [f"the layout {layout!r} prints one analysis, not {len(wanted)}"]
    known = plan["analyses"]["analyses"]
    findings = [
        f"unknown analysis {name!r}; {nearest(name, known)}" for name in wanted if name not in known
    ]
    findings += [
        f"{name} is of the kind {known[name]['kind']!r}; the layout {layout!r} prints "
        f"{', '.join(sorted(kinds))}"
        for name in wanted
        if name in known and known[name]["kind"] not in kinds
    ]
    findings += [
        f"{name} gives an odds ratio; the layout {layout!r} prints differences, 'pooling' both"
        for name in wanted
        if layout in DIFFERENCES and _is_ratio(known.get(name, {}))
    ]
    if layout == "synopsis":
        return findings + _check_entries(display, plan)
    repeated = sorted({name for name in wanted if wanted.count(name) > 1})
    return findings + [f"{name} stands twice in it" for name in repeated]


def _is_ratio(analysis: Mapping[str, Any]) -> bool:
    """Whether an analysis of completed data sets gives an odds ratio and no difference."""
    estimator = (analysis.get("method") or {}).get("estimator")
    return analysis.get("kind") == "difference_imputed" and estimator == "logistic"


def _check_entries(display: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """Names in the entries of a synopsis: of the study, of endpoints, of levels of objectives."""
    levels = {item["level"] for item in plan["estimands"].get("objectives", {}).values()}
    known = {
        "study": set(plan["study"]),
        "endpoint": set(plan["endpoints"]["endpoints"]),
        "objectives": levels,
    }
    return [
        f"entry {entry['label']!r}: unknown {key} {word!r}; {nearest(word, words)}"
        for entry in display["entries"]
        for key, words in known.items()
        if key in entry
        for word in ([entry[key]] if isinstance(entry[key], str) else entry[key])
        if word not in words
    ]
