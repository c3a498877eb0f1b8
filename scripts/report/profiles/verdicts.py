"""Why a verdict fell as it did, in a sentence, and which record met which clause.

Clauses are asked in the order of the plan. A record that fails one is not asked the next: it did
not reach it. The words of a clause are those of the definitions in the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.report.layouts.definitions import clause_words, condition_words, measures_of

Plan = Mapping[str, Any]
Record = Mapping[str, Any]
MET, NOT_MET, NOT_REACHED = "met", "not met", "not reached"
CONFIRMED = "confirmed"
ASSESSED = "assessed"
# Kinds of endpoint with one question only: the reason says all.
SINGLE = ("medication_use", "any_record", "subject_state")
# How many visits a sentence names before it only counts the others.
NAMED = 4


@dataclass(frozen=True)
class Mark:
    """What one record says of one clause; a clause about the subject has no day."""

    day: float | None
    state: str
    source: str


@dataclass(frozen=True)
class Lane:
    """One clause with its marks; `failed` is the one at which the verdict fell."""

    clause: str
    words: str
    marks: list[Mark]
    failed: bool = False


@dataclass(frozen=True)
class Told:
    """One verdict: whether it is met, in words and by its clauses."""

    endpoint: str
    label: str
    met: bool
    sentence: str
    lanes: list[Lane] = field(default_factory=list)


def _clauses(definition: Plan) -> dict[str, Plan]:
    given = definition.get("clauses") or definition.get("loss") or {}
    return {name: clause for name, clause in given.items() if clause is not None}


def measure_of(definition: Plan, plan: Plan) -> str:
    """The measure of an endpoint, or of the one that it follows."""
    if "measure" in definition:
        return str(definition["measure"])
    if "of" in definition:
        return measure_of(plan["endpoints"]["endpoints"][definition["of"]], plan)
    return ""


def words_of(name: str, definition: Plan, plan: Plan) -> str:
    """The words of a clause by its name, those that every endpoint of its kind has included."""
    clauses = _clauses(definition)
    if name in clauses:
        return clause_words(clauses[name], measure_of(definition, plan), plan)
    labels = {code: one["label"] for code, one in plan["endpoints"]["endpoints"].items()}
    if name == CONFIRMED:
        return _confirmation_words(definition["confirmation"])
    if name == ASSESSED:
        measure = measure_of(definition, plan)
        return f"{measures_of(plan).get(measure, measure)} assessed after the start"
    if name == "duration":
        return f"held for {definition['duration']} {definition['unit']}s"
    if name == "visit":
        visits = {visit["VISITNUM"]: visit["VISIT"] for visit in plan["trial"]["visits"]}
        return f"{visits.get(definition['visit'], definition['visit'])} attended"
    if name == "counts_too":
        return condition_words(definition["counts_too"], plan)
    if name == "condition":
        return condition_words(definition["condition"], plan)
    named = {
        "response": f"{labels.get(definition.get('of', ''), '')} is met",
        "without": f"no {labels.get(definition.get('without', ''), '').lower()}",
        "loss": "a record or a medication that ends the response",
        "medication": f"{str(definition.get('category', '')).lower()} medication in the time given",
        "record": f"a record of {definition.get('domain', '')} in the time given",
    }
    return named.get(name, name.replace("_", " "))


def _confirmation_words(rule: Plan) -> str:
    if rule["occasions"] == 1:
        return "every clause above at one visit"
    consecutive = "consecutive " if rule.get("consecutive") else ""
    return (
        f"every clause above on {rule['occasions']} {consecutive}occasions at least "
        f"{rule['gap_days']} days apart"
    )


def _listed(names: Sequence[str]) -> str:
    """Names in a row; of a long row the first ones and how many more there are."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _when(record: Record) -> str:
    """Visit, day and date of what happened."""
    day = f"day {record['ADAYS']}" if record["ADAYS"] is not None else ""
    parts = ", ".join(filter(None, [day, record["ADT"] or ""]))
    if record["AVISIT"]:
        return f"at {record['AVISIT']}" + (f" ({parts})" if parts else "")
    return f"on {day} ({record['ADT']})" if day and record["ADT"] else ""


def lanes_of(
    definition: Plan, trace: Sequence[Record], plan: Plan, failed: str | None = None
) -> list[Lane]:
    """The clauses of an endpoint with what each record says, in the order of asking."""
    by_clause: dict[str, list[Record]] = {}
    for entry in trace:
        by_clause.setdefault(entry["CLAUSE"], []).append(entry)
    names = [name for name in _clauses(definition) if name in by_clause]
    about_subject = [n for n in names if all(e["ADAYS"] is None for e in by_clause[n])]
    others = [name for name in by_clause if name not in names]
    last = [name for name in others if name == CONFIRMED]
    first = [name for name in others if name != CONFIRMED]
    about_record = [name for name in names if name not in about_subject]
    in_series = definition["kind"] == "confirmed_response"
    dropped: set[str] = set()
    lanes = []
    for name in [*first, *about_subject, *about_record, *last]:
        marks = []
        for entry in by_clause[name]:
            state = MET if entry["MET"] else NOT_MET
            if entry["ADAYS"] is not None and in_series:
                state = NOT_REACHED if entry["source"] in dropped else state
                dropped |= {entry["source"]} if state != MET else set()
            marks.append(Mark(entry["ADAYS"], state, entry["source"]))
        lanes.append(Lane(name, words_of(name, definition, plan), marks, name == failed))
    return lanes


def _visits_before(failed: str, lanes: Sequence[Lane], visits: Mapping[str, str]) -> list[str]:
    """The visits that met every clause about records before the one that failed."""
    about_record = [lane for lane in lanes if any(mark.day is not None for mark in lane.marks)]
    names = [lane.clause for lane in about_record]
    if failed not in names or names.index(failed) == 0:
        return []
    before = about_record[names.index(failed) - 1]
    return [visits.get(m.source, f"day {m.day:g}") for m in before.marks
            if m.state == MET and m.day is not None]  # fmt: skip


def _met_sentence(definition: Plan, record: Record, plan: Plan) -> str:
    when = _when(record)
    text = f"met {when}" if when else "met"
    if definition["kind"] == "loss_of_response" and record["CLAUSE"]:
        text += f", by the clause '{words_of(record['CLAUSE'], definition, plan)}'"
        text += f": {record['EVNTDESC']}" if record["EVNTDESC"] else ""
    elif definition["kind"] == "sustained_response":
        text += f", {words_of('duration', definition, plan)}"
        text += f", seen to be held on {record['CFDT']}" if record["CFDT"] else ""
    elif definition["kind"] == "durable_remission":
        text += f", {words_of('without', definition, plan)}"
        text += f", {words_of('visit', definition, plan)} on {record['CFDT']}"
    elif record["CFDT"] and record["CFDT"] != record["ADT"]:
        text += f", confirmed on {record['CFDT']}"
    return text


def sentence_of(
    definition: Plan,
    record: Record,
    plan: Plan,
    lanes: Sequence[Lane] = (),
    visits: Mapping[str, str] | None = None,
) -> str:
    """The verdict and its reason: where it was met, or the first clause that failed and why.

    `record` is the subject's row of ADRESP; `visits` names the visit of each record by its
    source. Without lanes the visits that met the clauses before are not named.
    """
    if record["AVALC"] == "Y":
        return _upper(_met_sentence(definition, record, plan)) + "."
    clause = record["CLAUSE"]
    if clause is None:
        return "Not met."
    reason = record["REASON"] or ""
    if clause == ASSESSED:
        return f"Not met: {reason}; no clause about an assessment was reached."
    if definition["kind"] in SINGLE or clause == "loss":
        return f"Not met: {reason}." if reason else "Not met."
    because = f": {reason}." if reason else "."
    words = words_of(clause, definition, plan)
    if clause in (definition.get("loss") or {}):
        first = _first_met(clause, lanes, visits or {})
        return f"Not met. What came first is '{words}'{first}{because}"
    text = f"Not met. The first clause that failed is '{words}'{because}"
    before = _visits_before(clause, lanes, visits or {})
    if before and definition["kind"] == "confirmed_response":
        text += f" Every clause before it was met at {_listed(before)}."
    return text


def _first_met(clause: str, lanes: Sequence[Lane], visits: Mapping[str, str]) -> str:
    """Where a clause of a loss was met for the first time."""
    days = [(mark.day, mark.source) for lane in lanes if lane.clause == clause
            for mark in lane.marks if mark.state == MET and mark.day is not None]  # fmt: skip
    if not days:
        return ""
    day, source = min(days)
    where = f" at {visits[source]}" if source in visits else ""
    return f"{where} on day {day:g}"


def tell(
    code: str,
    record: Record,
    trace: Sequence[Record],
    visits: Mapping[str, str],
    plan: Plan,
    *,
    clauses: bool,
) -> Told:
    """One verdict of one subject with its sentence and, where asked for, its clauses."""
    definition = plan["endpoints"]["endpoints"][code]
    met = record["AVALC"] == "Y"
    lanes = lanes_of(definition, trace, plan, None if met else record["CLAUSE"])
    sentence = sentence_of(definition, record, plan, lanes, visits)
    return Told(code, str(definition["label"]), met, sentence, lanes if clauses else [])
