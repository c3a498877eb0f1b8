"""How the variables of measurements, verdicts, times and occurrences are made, in words."""

from collections.abc import Mapping
from typing import Any

from scripts.derive.dates import DAYS_OF_UNIT
from scripts.package.adam.explained import SENDING, Explained, assigned, derived, taken, unavailable
from scripts.package.adam.parameters import picks_of
from scripts.package.adam.planned_days import BEGIN, END
from scripts.package.adam.traceability import value_variable
from scripts.report.layouts.definitions import condition_words, endpoint_words, time_words

Plan = Mapping[str, Any]
DAYS = "{date} minus TRTSDT in days: the start of treatment is day 0."
STUDY_DAY = "{date} minus TRTSDT, plus one from the start of treatment on: there is no day 0."
PLANNED = (
    "Days since the start of treatment, which is day 0. AVAL is the difference of the two planned "
    "days in the unit of AVALU. Missing where AVAL counts by dates."
)
NO_SOURCE = (
    "Missing where no single record is behind a value, as SRCWHY says: a verdict that is not met "
    "was decided by all assessments of the subject (CLAUSE and REASON say by which clause), and a "
    "verdict that is met by a condition on the subject has no record."
)


def _sentences(parts: list[str]) -> str:
    return " ".join(part[:1].upper() + part[1:] for part in parts)


def _parameters(name: str, plan: Plan) -> dict[str, Mapping[str, Any]]:
    sets = {key.lower(): content for key, content in plan["measurements"]["sets"].items()}
    return dict(sets[name]["parameters"])


def explain_measurements(name: str, plan: Plan) -> dict[str, Explained]:
    """The variables of one measurement set, by their names in our tables."""
    specs, rule = _parameters(name, plan), "derive_measurements"
    domains = list(dict.fromkeys(spec["domain"].upper() for spec in specs.values()))
    dates = {spec["domain"].upper(): spec.get("date") for spec in specs.values()}
    dated = "; ".join(f"{d}.{date or d + 'DTC'}" for d, date in dates.items())
    values = {
        code: taken(f"{spec['domain'].upper()}.{value_variable(spec)}")
        for code, spec in specs.items()
    }
    baselines = []
    for code, spec in specs.items():
        rules = spec.get("baseline") or {}
        pick, day = rules.get("pick", "last"), rules.get("to_day", 0)
        baselines.append(f"{spec['label']} ({code}): the {pick} value up to day {day}.")
    base = " ".join(baselines)
    found = {
        "AVAL": taken(*(value.origin["predecessor"] for value in values.values())),
        "AVALU": assigned(),
        "BASE": derived(f"AVAL of the record with ABLFL Y of the subject. {base}", rule),
        "CHG": derived("AVAL minus BASE.", rule),
        "ABLFL": derived(f"Y on the baseline record of each subject. {base}", rule),
        "ADT": derived(f"{dated} as a date; a record without a complete one is left out.", rule),
        "VISITNUM": taken(*(f"{domain}.VISITNUM" for domain in domains)),
        "SRCSEQ": taken(*(f"{domain}.{domain}SEQ" for domain in domains)),
        "SRCDOM": assigned("The domain of the record that was measured."),
        "SRCVAR": assigned("The variable of the source record that gives AVAL."),
        **_days("ADT", rule),
        **_visits(rule),
    }
    if len(values) > 1:
        found["AVAL"] = Explained(found["AVAL"].origin, values=values)
    return found | _picked(name, plan)


def _days(date: str, rule: str, day: str = "ADY") -> dict[str, Explained]:
    return {
        day: derived(STUDY_DAY.format(date=date), rule),
        "ADAYS": derived(DAYS.format(date=date), rule),
    }


def _visits(rule: str) -> dict[str, Explained]:
    outside = "missing for a record that belongs to none"
    return {
        "AVISIT": derived(f"The planned visit with the number in VISITNUM; {outside}.", rule),
        "AVISITN": derived(f"The planned time of AVISIT in the unit of visits; {outside}.", rule),
        "ANOMDY": derived(
            "The planned day of AVISIT: the start of treatment is day 0. A record that belongs to "
            "no planned visit has its actual day.",
            rule,
        ),
    }


def _picked(name: str, plan: Plan) -> dict[str, Explained]:
    found = {}
    for place, (parameter, rule, analyses) in enumerate(picks_of(name, plan), start=1):
        until = "on" if rule["to_day"] is None else f"to day {rule['to_day']}"
        text = (
            f"Y on the record with the {rule['pick']} AVAL of each subject where PARAMCD is "
            f"{parameter}, from day {rule['from_day']} {until} (ADAYS); of several the earliest. "
            f"Taken by: {', '.join(analyses)}."
        )
        found[f"ANL{place:02d}FL"] = derived(text)
    return found


def explain_responses(plan: Plan) -> dict[str, Explained]:
    """The variables of the verdicts on endpoints, by their names in our tables."""
    rule = "derive_responses"
    endpoints = plan["endpoints"]["endpoints"]
    values = {
        code: derived(f"1 when met, else 0. {_sentences(endpoint_words(spec, plan))}", rule)
        for code, spec in endpoints.items()
    }
    behind = "of the record behind the verdict (SRCDOM, SRCSEQ); missing where there is none."
    found = {
        "AVAL": derived("1 when the endpoint is met, else 0: see each parameter.", rule),
        "AVALC": derived("Y where AVAL is 1, N where it is 0.", rule),
        "CFDT": derived(
            "The date of the assessment that confirms the response, or up to which it was seen to "
            "last; missing where the endpoint asks for none.",
            rule,
        ),
        "CLAUSE": derived(
            "The clause that failed first, in the order of the definition; of a loss the clause "
            "that was met first.",
            rule,
        ),
        "REASON": derived("CLAUSE in words where the endpoint is not met.", rule),
        "EVNTDESC": derived("CLAUSE in words where the endpoint is met by one of several.", rule),
        "SRCDOM": derived(f"The domain of the record behind the verdict. {NO_SOURCE}", rule),
        "SRCVAR": derived(f"The variable of the source record that ADT was read from. {NO_SOURCE}"),
        "SRCSEQ": derived(f"The sequence number of the source record. {NO_SOURCE}", rule),
        "SRCWHY": derived(
            "What a verdict was decided by where no single record is its source (SRCDOM is "
            "missing): the condition on the subject that counts, else all records."
        ),
        **{name: derived(f"{word} {behind}", rule) for name, word in EVENT_WORDS.items()},
    }
    return found | {
        "AVAL": Explained(found["AVAL"].origin, found["AVAL"].method, rule, None, values)
    }


EVENT_WORDS = {
    "ADT": "Date",
    "ADY": "Study day (there is no day 0)",
    "ADAYS": "Days since the start of treatment, which is day 0,",
    "ANOMDY": "Planned days since the start of treatment",
    "AVISIT": "Planned visit",
    "AVISITN": "Planned time of the visit, in the unit of visits,",
    "VISITNUM": "Visit number",
}


def explain_times(plan: Plan) -> dict[str, Explained]:
    """The variables of the times to events, by their names in our tables."""
    rule = "derive_times"
    times = (plan.get("times") or {}).get("times") or {}
    values = {}
    for code, spec in times.items():
        unit = spec["unit"]
        scale = "planned days" if spec["scale"] == "nominal" else "actual days"
        length = f"The end minus the start in {scale}, divided by {DAYS_OF_UNIT[unit]:g}"
        values[code] = derived(f"{length} ({unit}s). {_sentences(time_words(spec, plan))}", rule)
    general = derived("The length of the time in the unit of AVALU: see each parameter.", rule)
    subject = "A date of the subject has SRCDOM ADSL, its variable, and no sequence number."
    return {
        "AVAL": Explained(general.origin, general.method, rule, None, values),
        "AVALU": assigned(),
        "STARTDT": derived("The date from which the time of the parameter counts.", rule),
        "ADT": derived("The date of the event, or of the censoring where CNSR is 1.", rule),
        BEGIN: derived(f"The planned day of STARTDT. {PLANNED}"),
        END: derived(f"The planned day of ADT. {PLANNED}"),
        "CNSR": derived("0 when the event was seen, 1 when the time is censored.", rule),
        "EVNTDESC": derived("The event in words where CNSR is 0.", rule),
        "CNSDTDSC": derived("What dates the censoring, in words, where CNSR is 1.", rule),
        "SRCDOM": derived(f"Where ADT was read. {subject}", rule),
        "SRCVAR": derived(f"The variable that ADT was read from. {subject}", rule),
        "SRCSEQ": derived(f"The sequence number of the record that dates ADT. {subject}", rule),
    }


def explain_occurrences(
    domain: str, rule: str, names: list[str], plan: Plan
) -> dict[str, Explained]:
    """The variables of events, medication, exposure or another domain.

    `names` are the variables that the domain has.
    """
    events = plan.get("events") or {}
    found = {name: taken(f"{domain}.{name}") for name in names}
    dated_end = derived(f"{domain}.{domain}ENDTC as a date; an incomplete date is missing.", rule)
    ended = f"{domain}ENDTC" in names
    start = f"{domain}STDTC"
    dated = start if start in names or rule != SENDING else f"{domain}DTC"
    alone = f"{domain}SEQ" in names or rule != SENDING
    beside = "" if alone else " It has no sequence number: its keys name the record."
    found |= {
        "ASTDT": derived(f"{domain}.{dated} as a date; an incomplete date is missing.", rule),
        "AENDT": dated_end if ended else unavailable(),
        "AENDY": derived(STUDY_DAY.format(date="AENDT"), rule) if ended else unavailable(),
        "ADURN": derived("AENDT minus ASTDT, plus one.", rule),
        "ADURU": assigned("The unit of ADURN."),
        "SRCDOM": assigned(f"The domain of the record.{beside}"),
        "SRCVAR": assigned("The variable that the records of the domain are about, or their date."),
        "SRCSEQ": taken(f"{domain}.{domain}SEQ"),
        f"{domain}SEQ": taken(f"{domain}.{domain}SEQ"),
        **_days("ASTDT", rule, "ASTDY"),
    }
    if domain == "AE":
        day = (events.get("adverse_events") or {}).get("emergent_from_day", 0)
        text = f"Y for an event that began on day {day} (ADAYS) or later, or on an unknown day."
        found["TRTEMFL"] = derived(f"{text} N for all others.", rule)
    return found


def condition_note(records: str, where: Mapping[str, Any] | None, plan: Plan) -> str:
    """Which records a data set holds, in words."""
    return f"{records} with {condition_words(where, plan)}" if where else records
