"""What each field of a raw form becomes: the mapping read from the field's side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.conditions import describe, variables_of

Plan = Mapping[str, Any]
NOT_SUBMITTED = "[NOT SUBMITTED]"
# A value that comes out of a raw column, by the key that names the column.
DIRECT = ("column", "visit", "not_done", "reason_missing")
NESTED = ("first", "concat")
# What says which measurement or topic a record is about.
TOPICS = ("TESTCD", "CAT", "SCAT", "DECOD", "TERM")
SUBJECT, NUMBER = "USUBJID", "SUBJID"
VISITS = "SV"


@dataclass(frozen=True)
class Annotation:
    """One target of a field: a variable of a domain, and for which records of it."""

    domain: str
    variable: str
    where: str = ""

    @property
    def name(self) -> str:
        """The variable as it is written beside the field."""
        return f"{self.domain}.{self.variable}"


@dataclass
class Form:
    """The fields of a form with their targets, and the visits at which it is filled in."""

    fields: dict[str, list[Annotation]] = field(default_factory=dict)
    choosers: dict[str, list[str]] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)
    every_visit: bool = False
    one_visit: bool = False
    visits: list[str] = field(default_factory=list)

    def add(self, column: str, annotation: Annotation) -> None:
        """Note a target of a field once."""
        known = self.fields.setdefault(column, [])
        if annotation not in known:
            known.append(annotation)


def columns_of(expression: Mapping[str, Any]) -> Iterator[str]:
    """The raw columns that give a value; `source.column` where it is looked up elsewhere.

    A constant that is given for some rows only is given by the column that chooses these.
    """
    for key in DIRECT:
        if key in expression:
            yield str(expression[key])
    if "constant" in expression and "when" in expression:
        yield from sorted(variables_of(expression["when"]))
    for key in NESTED:
        for part in expression.get(key, []):
            yield from columns_of(part)


def topic_of(domain: str, variables: Mapping[str, Any]) -> str:
    """For which records of a domain a block stands: the first topic that is a constant."""
    for suffix in TOPICS:
        entry = variables.get(f"{domain}{suffix}", {})
        if "constant" in entry:
            return f"{domain}{suffix} = {entry['constant']}"
    return ""


def forms_of(plan: Plan) -> dict[str, Form]:
    """Every raw form by the name of its source, with the targets of its fields."""
    forms = {name: Form() for name in plan["sources"]["sources"]}
    for domain, entry in plan["sdtm"]["domains"].items():
        for block in entry.get("records", []):
            _add_block(forms, plan["sources"]["sources"], domain, block)
    return forms


def _add_block(forms: Mapping[str, Form], sources: Plan, domain: str, block: Plan) -> None:
    source, form = block["source"], forms[block["source"]]
    topic = topic_of(domain, block["variables"])
    words = f"{domain} where {topic}" if topic else domain
    if "where" in block:
        words += f": from rows with {describe(block['where'])}"
        for column in sorted(variables_of(block["where"])):
            chosen = form.choosers.setdefault(column, [])
            if domain not in chosen:
                chosen.append(domain)
    form.records.append(words)
    subject = block.get("subject") or {"column": sources[source]["subject"]}
    for variable, expression in [(SUBJECT, subject), *block["variables"].items()]:
        where = "" if variable == SUBJECT else topic
        for column in columns_of(expression):
            other, _, name = column.rpartition(".")
            if (other or source) in forms:
                forms[other or source].add(name, Annotation(domain, variable, where))
    _add_visits(form, domain, block["variables"])


def _add_visits(form: Form, domain: str, variables: Plan) -> None:
    """A form of visits or findings belongs to every visit; another that has one, to that alone."""
    visit = variables.get("VISIT", {})
    if "visit" in visit:
        every = domain == VISITS or f"{domain}TESTCD" in variables
        form.every_visit, form.one_visit = form.every_visit or every, not every
    elif "constant" in visit and visit["constant"] not in form.visits:
        form.visits.append(str(visit["constant"]))


def form_id(name: str) -> str:
    """The place of a form in the annotated CRF, as links name it."""
    return f"form-{name.replace('_', '-')}"


def form_places(forms: Mapping[str, Form]) -> dict[tuple[str, str], list[str]]:
    """The places of the forms on which each variable of a domain was collected."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, form in forms.items():
        for annotations in form.fields.values():
            for annotation in annotations:
                # Who it is about is written as a number of the trial, and sent as two variables.
                variables = [annotation.variable]
                variables += [NUMBER] if annotation.variable == SUBJECT else []
                for variable in variables:
                    places = found.setdefault((annotation.domain, variable), [])
                    if form_id(name) not in places:
                        places.append(form_id(name))
    return found


def grouped(annotations: list[Annotation]) -> list[tuple[str, str]]:
    """Annotations as they are written, by domain and topic: the domain, and the words."""
    groups: dict[tuple[str, str], list[str]] = {}
    for annotation in annotations:
        groups.setdefault((annotation.domain, annotation.where), []).append(annotation.name)
    return [
        (domain, ", ".join(names) + (f" where {where}" if where else ""))
        for (domain, where), names in groups.items()
    ]


def unsubmitted(forms: Mapping[str, Form], metadata: Plan) -> list[tuple[str, str]]:
    """Every field of a form that becomes nothing, as (source, column)."""
    return [
        (name, column["name"])
        for name, source in metadata.items()
        for column in source["columns"]
        if name in forms and not forms[name].fields.get(column["name"])
    ]
