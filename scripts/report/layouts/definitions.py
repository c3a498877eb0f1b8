"""Definitions in words, made from the plan: endpoints, times to events, analysis populations."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.conditions import WORDS, describe
from scripts.report.cells import Part, Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    heading,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes

Plan = Mapping[str, Any]
Clause = Mapping[str, Any]


# What the variables that every trial has stand for.
STANDARD = {
    "RANDFL": "Randomised Flag",
    "SCRNFL": "Screened Flag",
    "TRTSDT": "First day of treatment",
}


def measures_of(plan: Plan) -> dict[str, str]:
    """The label of every measurement by its code."""
    sets = plan["measurements"]["sets"].values()
    return {code: item["label"] for part in sets for code, item in part["parameters"].items()}


def condition_words(condition: Mapping[str, Any], plan: Plan) -> str:
    """A condition in words: variables with their labels, flags as what they stand for."""
    for key, joint in (("all", " and "), ("any", " or ")):
        if key in condition:
            parts = [condition_words(part, plan) for part in condition[key]]
            return parts[0] if len(parts) == 1 else f"({joint.join(parts)})"
    if "not" in condition:
        return f"not {condition_words(condition['not'], plan)}"
    code = condition["variable"]
    label = variable_label(code, plan)
    if condition.get("is") in ("Y", "N") and label.endswith(" Flag"):
        none = "" if condition["is"] == "Y" else "not "
        return f"{none}{label.removesuffix(' Flag').lower()} ({code})"
    known = f"{label} ({code})" if label else code
    return re.sub(rf"\b{re.escape(code)}\b", known, describe(condition))


def variable_label(code: str, plan: Plan) -> str:
    """The label of a variable of the plan, or of one that every trial has."""
    variables = plan["subjects"].get("variables") or {}
    return str(variables.get(code, {}).get("label") or STANDARD.get(code, ""))


def _range(clause: Clause) -> str:
    if "from_day" in clause and "to_day" in clause:
        return f"from day {clause['from_day']} to day {clause['to_day']}"
    if "from_day" in clause:
        return f"from day {clause['from_day']} on"
    return f"up to day {clause['to_day']}" if "to_day" in clause else "at any time"


def _category(clause: Clause) -> str:
    return f"{str(clause['category']).lower()} medication"


def clause_words(clause: Clause, measure: str, plan: Plan) -> str:
    """One clause as a sentence without its full stop."""
    labels = measures_of(plan)
    code = clause.get("measure", measure)
    what = labels.get(code, code)
    relation = WORDS.get(clause.get("operator", ""), "")
    if clause["kind"] == "threshold":
        return f"{what} {relation} {clause['value']:g}"
    if clause["kind"] == "baseline_fold":
        return f"{what} {relation} {clause['factor']:g} times the baseline"
    if clause["kind"] == "change":
        return f"change of {what} from baseline {relation} {clause['value']:g}"
    if clause["kind"] == "other_measure":
        missing = str(clause["when_missing"]).replace("_", " ")
        words = f"{what} at the same visit {relation} {clause['value']:g}"
        return f"{words} (without a record there: {missing})"
    if clause["kind"] == "window":
        return f"{_range(clause)} ({clause['scale']} days)"
    if clause["kind"] == "never":
        return f"never {what} {relation} {clause['value']:g}, {_range(clause)}"
    return _subject_words(clause, plan)


def _subject_words(clause: Clause, plan: Plan) -> str:
    if clause["kind"] == "medication_free":
        days = clause["days"]
        return f"no {_category(clause)} started on the day or in the {days} days before it"
    if clause["kind"] == "before_medication":
        return f"before any {_category(clause)} started {_range(clause)}"
    if clause["kind"] in ("no_medication", "medication"):
        none = "no " if clause["kind"] == "no_medication" else ""
        return f"{none}{_category(clause)} started {_range(clause)}"
    if clause["kind"] == "requires":
        return f"{_label(clause['endpoint'], plan)} is met"
    if clause["kind"] == "subject":
        return condition_words(clause["condition"], plan)
    return _rest(clause)


def _rest(clause: Mapping[str, Any], without: Iterable[str] = ("kind", "reason", "label")) -> str:
    return "; ".join(
        f"{key.replace('_', ' ')}: {value}" for key, value in clause.items() if key not in without
    )


def _label(code: str, plan: Plan) -> str:
    endpoints = plan["endpoints"]["endpoints"]
    return str(endpoints[code]["label"]) if code in endpoints else code


def _measure_of(definition: Mapping[str, Any], plan: Plan) -> str:
    if "measure" in definition:
        return str(definition["measure"])
    if "of" in definition:
        return _measure_of(plan["endpoints"]["endpoints"][definition["of"]], plan)
    return ""


def endpoint_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    """One endpoint as sentences."""
    makers = {
        "confirmed_response": _response_words,
        "sustained_response": _sustained_words,
        "loss_of_response": _loss_words,
        "durable_remission": _remission_words,
        "medication_use": _use_words,
    }
    maker = makers.get(definition["kind"])
    if maker is not None:
        return maker(definition, plan)
    if definition["kind"] == "subject_state":
        return ["Met when " + condition_words(definition["condition"], plan) + "."]
    if definition["kind"] == "any_record":
        where = definition.get("where")
        words = f" with {condition_words(where, plan)}" if where else ""
        domain = definition.get("domain", definition.get("records", ""))
        return [f"Any record of {domain}{words}, {_range(definition)}."]
    return [_rest(definition) + "."]


def _clauses(clauses: Mapping[str, Any], measure: str, plan: Plan) -> list[str]:
    return [
        clause_words(clause, measure, plan) for clause in clauses.values() if clause is not None
    ]


def _response_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    measure = _measure_of(definition, plan)
    lines = [f"All of: {'; '.join(_clauses(definition['clauses'], measure, plan))}."]
    confirmation = definition.get("confirmation")
    if confirmation and confirmation["occasions"] == 1:
        lines.append("One such assessment is enough; the response begins at the first.")
    elif confirmation:
        consecutive = "consecutive " if confirmation.get("consecutive") else ""
        onset = "first" if confirmation.get("onset") == "first" else "confirming"
        lines.append(
            f"Confirmed on {confirmation['occasions']} {consecutive}occasions at least "
            f"{confirmation['gap_days']} days apart; the response begins at the {onset} one."
        )
    return lines


def _loss_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    found = "; ".join(_clauses(definition["loss"], _measure_of(definition, plan), plan))
    return [f"After {_label(definition['of'], plan)}, the first of: {found}."]


def _sustained_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    found = "; ".join(_clauses(definition["loss"], _measure_of(definition, plan), plan))
    unit = f"{definition['unit']}s"
    return [
        f"{_label(definition['of'], plan)}, held and observed for {definition['duration']} {unit} "
        f"({definition['scale']} time) without any of: {found}."
    ]


def _remission_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    visits = {visit["VISITNUM"]: visit["VISIT"] for visit in plan["trial"]["visits"]}
    visit = visits.get(definition["visit"], definition["visit"])
    return [
        f"{_label(definition['of'], plan)} without {_label(definition['without'], plan).lower()}, "
        f"and the visit {visit} attended."
    ]


def _use_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    text = f"Any {_category(definition)} started {_range(definition)}"
    if "counts_too" in definition:
        text += ", or " + condition_words(definition["counts_too"], plan)
    return [text + "."]


def time_words(definition: Mapping[str, Any], plan: Plan) -> list[str]:
    """One time to an event as sentences."""
    start = _point(definition["start"], plan)
    events = "; ".join(_point(source, plan) for source in definition["event"])
    lines = [f"From {start} to {events}, on the {definition.get('scale', 'actual')} time scale."]
    among = definition.get("among") or {}
    if "endpoint" in among:
        lines.append(f"Among subjects with {_label(among['endpoint'], plan).lower()}.")
    elif "condition" in among:
        lines.append(f"Among subjects with {describe(among['condition'])}.")
    censor = definition.get("censor")
    if censor:
        points = "; ".join(_point(source, plan) for source in censor)
        lines.append(f"Without the event, censored at the first known of: {points}.")
        if any(source.get("ends_observation") for source in censor):
            lines.append("Events after the end of observation do not count.")
    return lines


def _point(source: Mapping[str, Any], plan: Plan) -> str:
    labels = measures_of(plan)
    if "endpoint" in source:
        return _label(source["endpoint"], plan).lower()
    if "variable" in source:
        label = variable_label(source["variable"], plan)
        return f"{label} ({source['variable']})" if label else str(source["variable"])
    if "last_assessment" in source:
        code = source["last_assessment"]
        return f"the last record of {labels.get(code, code)}"
    where = source["record"].get("where")
    words = f" with {condition_words(where, plan)}" if where else ""
    return f"the first record of {source['record']['domain']}{words}"


def definitions(display: Display, sheet: Sheet, context: Context) -> Body:
    """Endpoints and times of the plan in words; variants for sensitivity analyses included."""
    plan = context.plan
    columns = [stub("Endpoint"), column("words", "Definition", align="text")]
    wanted = display.get("only")
    rows: list[Row] = []
    groups = {
        "Endpoints": ("endpoints", plan["endpoints"]["endpoints"], endpoint_words),
        "Times": ("times", (plan.get("times") or {}).get("times", {}), time_words),
    }
    for title, (section, entries, words) in groups.items():
        chosen = {code: e for code, e in entries.items() if wanted is None or code in wanted}
        if chosen:
            rows.append(heading(section, title))
        for code, definition in chosen.items():
            source = {"plan": f"{section}.{code}"}
            cells = [cell(*_lines(sheet, code, words(definition, plan), source))]
            rows.append(row(code, f"{definition['label']} ({code})", cells))
    notes = Notes(sheet)
    notes.add(
        "Days count from the start of treatment, which is day 0. Made from the plan.",
        {"plan": "endpoints"},
    )
    return table(columns, rows, notes, shares=[24, 76], sources=[name("config: endpoints, times")])


def _lines(sheet: Sheet, at: str, lines: Sequence[str], source: Mapping[str, Any]) -> list[Part]:
    parts: list[Part] = []
    for index, line in enumerate(lines):
        parts += ["\n"] if parts else []
        shown = line[:1].upper() + line[1:]
        parts.append(sheet.words(shown, source, at, f"words{index + 1}"))
    return parts


def populations(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every analysis population: whom it keeps, and what those whom it leaves out lack."""
    columns = [
        stub("Population"),
        column("keeps", "Keeps subjects with", align="text"),
        column("otherwise", "Reason for leaving out", align="text"),
    ]
    rows = []
    for code, entry in context.plan["subjects"]["populations"].items():
        source = {"plan": f"subjects.populations.{code}"}
        keeps = [condition_words(step["condition"], context.plan) for step in entry.get("keep", [])]
        reasons = [step["otherwise"] for step in entry.get("keep", []) if "otherwise" in step]
        cells = [
            cell(sheet.words("; ".join(keeps) or "–", source, code, "keeps")),
            cell(sheet.words("; ".join(reasons) or "–", source, code, "otherwise")),
        ]
        rows.append(row(code, f"{entry['label']} ({code})", cells))
    shares = [34, 33, 33]
    return table(columns, rows, Notes(sheet), shares=shares, sources=[name("config: subjects")])
