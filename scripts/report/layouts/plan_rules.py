"""Rules of the plan in words: design, schedule, handling of data, display of numbers."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import describe
from scripts.derive.dates import DAYS_OF_UNIT
from scripts.report.cells import Sheet, cell, name
from scripts.report.layouts.definitions import condition_words
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
from scripts.report.numbers import KINDS, formats_of

Plan = Mapping[str, Any]


class _Words:
    """Rows of a label and a sentence, each sentence with its address."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: list[Row] = []

    def head(self, title: str) -> None:
        """A heading above the rows that follow."""
        self.rows.append(heading(title, title))

    def add(self, label: str, text: str, source: str) -> None:
        """One row, made from a part of the plan."""
        shown = self.sheet.words(text, {"plan": source}, label, "words")
        self.rows.append(row(label, label, [cell(shown)], 1))

    def body(self, first: str, second: str, source: str) -> Body:
        """The rows as a table."""
        columns = [stub(first), column("words", second, align="text")]
        notes, sources = Notes(self.sheet), [name(source)]
        return table(columns, self.rows, notes, shares=[30, 70], sources=sources)


def trial_design(display: Display, sheet: Sheet, context: Context) -> Body:
    """What is compared, in whom, where, and how a decision is made."""
    plan = context.plan
    words = _Words(sheet)
    words.head("Design")
    words.add("Study", f"{plan['study']['title']} ({plan['study']['id']})", "study.title")
    if plan["study"].get("phase"):
        words.add("Kind of trial", plan["study"]["phase"], "study.phase")
    words.add("Version of this plan", plan["study"]["plan_version"], "study.plan_version")
    words.head("Treatments")
    for arm in plan["trial"]["arms"]:
        reference = "; the others are compared with it" if arm.get("reference") else ""
        text = f"{arm['label']}: allocated in the ratio {arm['ratio']}{reference}."
        words.add(arm.get("short", arm["code"]), text, f"trial.arms.{arm['code']}")
    sites = plan["trial"].get("sites") or []
    if sites:
        listed = ", ".join(str(site["label"]) for site in sites)
        words.add("Centres", f"{len(sites)}: {listed}.", "trial.sites")
    words.head("Decision")
    words.add("Confirmatory analyses", _confirmatory_words(plan), "analyses")
    words.add("Level and multiplicity", multiplicity_words(plan), "settings.significance_level")
    level = plan["settings"]["confidence_level"]
    words.add("Intervals", f"Two-sided, {100 * level:g}%.", "settings.confidence_level")
    return words.body("Item", "As planned", "config: trial, settings, analyses")


def _primary(plan: Plan) -> dict[str, Mapping[str, Any]]:
    analyses = plan["analyses"]["analyses"]
    return {code: entry for code, entry in analyses.items() if entry["role"] == "primary"}


def contrasts_of(analysis: Mapping[str, Any], plan: Plan) -> list[tuple[str, str]]:
    """The pairs that a planned analysis compares: declared, or each arm with each reference."""
    if "contrasts" in analysis:
        return [(str(a), str(b)) for a, b in analysis["contrasts"]]
    arms = plan["trial"]["arms"]
    references = [arm for arm in arms if arm.get("reference")] or arms[-1:]
    others = [arm for arm in arms if arm not in references]
    return [(arm["label"], reference["label"]) for arm in others for reference in references]


def _confirmatory_words(plan: Plan) -> str:
    texts = []
    for code, analysis in _primary(plan).items():
        pairs = "; ".join(f"{a} against {b}" for a, b in contrasts_of(analysis, plan))
        texts.append(f"{analysis['title']} ({code}): {pairs}.")
    return " ".join(texts)


def multiplicity_words(plan: Plan) -> str:
    """At which level the confirmatory comparisons are tested, and what is not adjusted."""
    level = plan["settings"]["significance_level"]
    count = sum(len(contrasts_of(analysis, plan)) for analysis in _primary(plan).values())
    if count == 1:
        first = f"One comparison is confirmatory, tested at the two-sided level {level:g}."
    else:
        first = (
            f"{count} comparisons are confirmatory, each tested at the two-sided level {level:g}; "
            "their number is not adjusted for."
        )
    return (
        f"{first} P values of all other analyses are not adjusted for multiplicity and are not "
        "confirmatory."
    )


def schedule(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every planned visit: its time, its day, and the days on which it may fall."""
    trial = context.plan["trial"]
    unit = trial["visit_unit"]
    columns = [
        stub("Visit"),
        column("nominal", f"Planned time ({unit}s)"),
        column("day", "Day"),
        column("window", "From day, to day"),
        column("number", "Number in the data"),
    ]
    rows = []
    for visit in trial["visits"]:
        at = str(visit["VISITNUM"])
        day = visit["nominal"] * DAYS_OF_UNIT[unit]
        source = {"plan": f"trial.visits.{at}"}
        texts = {
            "nominal": f"{visit['nominal']:g}",
            "day": f"{day:g}",
            "window": f"{day - visit['early']:g} to {day + visit['late']:g}",
            "number": at,
        }
        shown = [cell(sheet.words(text, source, at, key)) for key, text in texts.items()]
        rows.append(row(at, visit["VISIT"], shown))
    notes = Notes(sheet)
    notes.add("Day 0 is the start of treatment.", {"plan": "subjects.start_of_treatment"})
    return table(columns, rows, notes, sources=[name("config: trial")])


def data_rules(display: Display, sheet: Sheet, context: Context) -> Body:
    """Days, baselines, events and medication: how records become analysis data."""
    plan = context.plan
    words = _Words(sheet)
    words.head("Days and visits")
    start = plan["subjects"]["start_of_treatment"]
    words.add(
        "First day",
        f"Day 0 is the start of treatment (DM.{start}); day 7 is seven days later.",
        "subjects.start_of_treatment",
    )
    units = "; ".join(
        f"a {unit} is {days:g} days" for unit, days in DAYS_OF_UNIT.items() if unit != "day"
    )
    words.add("Units of time", f"{units[:1].upper()}{units[1:]}.", "times")
    words.add(
        "Planned and actual time",
        "On the nominal scale a visit counts at its planned day, on the actual scale at its date; "
        "each definition names its scale.",
        "endpoints",
    )
    _add_baselines(words, plan)
    _add_events(words, plan)
    _add_flags(words, plan)
    return words.body("Item", "Rule", "config: subjects, measurements, events")


def _add_baselines(words: _Words, plan: Plan) -> None:
    words.head("Baselines")
    for part in plan["measurements"]["sets"].values():
        for code, measure in part["parameters"].items():
            baseline = measure.get("baseline") or {}
            pick, day = baseline.get("pick", "last"), baseline.get("to_day", 0)
            text = f"The {pick} value up to day {day}. A measurement not done is no record."
            words.add(f"{measure['label']} ({code})", text, f"measurements.{code}")


def _add_events(words: _Words, plan: Plan) -> None:
    events = plan.get("events") or {}
    words.head("Events and treatments")
    adverse = events.get("adverse_events") or {}
    if "emergent_from_day" in adverse:
        text = f"Treatment-emergent when it began on day {adverse['emergent_from_day']} or later."
        words.add("Adverse events", text, "events.adverse_events")
    for key, label in (
        ("adverse_events", "Adverse events kept"),
        ("medications", "Medications kept"),
        ("exposure", "Doses kept"),
    ):
        where = (events.get(key) or {}).get("where")
        text = f"Records with {describe(where)}." if where else "All records."
        words.add(label, text, f"events.{key}")


def _add_flags(words: _Words, plan: Plan) -> None:
    words.head("Variables that are yes or no")
    for code, variable in plan["subjects"]["variables"].items():
        if variable["kind"] == "condition":
            text = f"Yes when {condition_words(variable['condition'], plan)}."
            words.add(f"{variable['label']} ({code})", text, f"subjects.{code}")


def display_rules(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every kind of number with its decimals, and the rules that hold for all."""
    formats = formats_of(context.plan)
    columns = [
        stub("Kind of number"),
        column("statistics", "Statistics", align="text"),
        column("decimals", "Decimals", align="text"),
        column("example", "An example"),
    ]
    decimals = {kind: str(places) for kind, places in formats.decimals.items()}
    more = formats.beyond_collected
    decimals |= {kind: f"as collected, and {n} more" for kind, n in more.items()}
    rows = []
    for kind, words in {"count": "none", **decimals}.items():
        source = {"plan": f"formats.{kind}"}
        members = [word.replace("_", " ") for word, of in KINDS.items() if of == kind]
        texts = {
            "statistics": ", ".join(members) or "–",
            "decimals": words,
            "example": formats.text(kind, EXAMPLES.get(kind, 0.0625)),
        }
        shown = [cell(sheet.words(text, source, kind, key)) for key, text in texts.items()]
        rows.append(row(kind, LABELS.get(kind, kind.capitalize()), shown))
    words = (
        f"{formats.not_estimable}: not estimable. {formats.not_reached}: not reached. A dash "
        "stands where nothing belongs. A zero is printed as any other count."
    )
    notes = Notes(sheet)
    for text in (*RULES, words):
        notes.add(text, {"plan": "formats"})
    shares, sources = [18, 46, 22, 14], [name("config: formats")]
    return table(columns, rows, notes, shares=shares, sources=sources)


LABELS = {"df": "Degrees of freedom", "p": "P value", "sd": "Standard deviation"}
# Ties where there can be one, so that the example shows which way a half is rounded.
EXAMPLES: dict[str, Any] = {
    "count": 7,
    "df": 1.25,
    "level": 0.95,
    "quantile": 12.25,
    "extreme": 52,
    "sd": 1.125,
}
RULES = (
    "Each number is rounded once, half away from zero, in decimal arithmetic, from its full value.",
    "A P value below the smallest that can be printed is printed as below it, and one that would "
    "be printed as 1 as above the largest.",
)
