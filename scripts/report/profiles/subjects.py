"""What is known of each subject, gathered from all tables at once: each table is grouped once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate, variables_of
from scripts.report.collected import as_collected, whole_or_not
from scripts.report.companions import VISITS
from scripts.report.letters import replace_unknown
from scripts.report.profiles.verdicts import Told, tell

Plan = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]
ATTENDED, MISSED, NO_VALUE = "attended", "missed", "no value"


@dataclass(frozen=True)
class Value:
    """One measured value with its day, its visit and where it lies."""

    day: float
    text: str
    number: float
    visit: str
    source: str


@dataclass(frozen=True)
class Span:
    """Something that lasted from a day to a day, in words."""

    start: float
    end: float
    words: str
    source: str


@dataclass(frozen=True)
class Visit:
    """A scheduled visit: attended, missed, or attended without a value of the curve's measure."""

    day: float
    label: str
    state: str


@dataclass(frozen=True)
class Profile:
    """Everything that the profile of one subject shows."""

    subject: str
    arm: str
    arm_label: str
    printed: bool
    facts: list[tuple[str, str]]
    baseline: float | None
    values: list[Value]
    grades: dict[str, list[Value]]
    medications: dict[str, list[Span]]
    exposure: dict[str, list[Span]]
    visits: list[Visit]
    ends: list[tuple[float, str]]
    verdicts: list[Told]


def grouped(table: pd.DataFrame, rows: Sequence[Any]) -> dict[str, list[Any]]:
    """The rows of a table by subject, in the order in which they stand."""
    found: dict[str, list[Any]] = {}
    for subject, row in zip(table["USUBJID"].tolist(), rows, strict=True):
        found.setdefault(subject, []).append(row)
    return found


def _sources(table: pd.DataFrame) -> list[str]:
    numbers = as_collected(table["SRCSEQ"])
    return [f"{domain}:{number}" if number else str(domain)
            for domain, number in zip(table["SRCDOM"].tolist(), numbers, strict=True)]  # fmt: skip


def _numbers(values: pd.Series) -> list[float | None]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return [None if np.isnan(number) else float(number) for number in numbers]


def _measured(measure: str, plan: Plan, tables: Tables) -> pd.DataFrame:
    """The records of a measure in order of subject and day."""
    [name] = [n.lower() for n, one in plan["measurements"]["sets"].items()
              if measure in one["parameters"]]  # fmt: skip
    table = tables[name]
    table = table[table["PARAMCD"] == measure]
    return table.sort_values(["USUBJID", "ADAYS", "SRCSEQ"], kind="stable")


def baselines_of(shown: Plan, plan: Plan, tables: Tables) -> dict[str, float | None]:
    """The baseline of the curve's measure by subject."""
    table = _measured(shown["measure"], plan, tables).drop_duplicates("USUBJID")
    return dict(zip(table["USUBJID"].tolist(), _numbers(table["BASE"]), strict=True))


def values_of(measure: str, plan: Plan, tables: Tables) -> dict[str, list[Value]]:
    """The values of a measure by subject, in order of day."""
    table = _measured(measure, plan, tables)
    columns = (
        _numbers(table["ADAYS"]), as_collected(table["AVAL"]), _numbers(table["AVAL"]),
        as_collected(table["AVISIT"]), _sources(table),
    )  # fmt: skip
    rows = [Value(*row) for row in zip(*columns, strict=True)]  # type: ignore[arg-type]
    return grouped(table, rows)


def _spans(
    table: pd.DataFrame, end: list[float | None], words: Sequence[str]
) -> dict[str, list[Span]]:
    starts, sources = _numbers(table["ADAYS"]), _sources(table)
    kept = [i for i, start in enumerate(starts) if start is not None]
    rows = []
    for i in kept:
        start, last = starts[i], end[i]
        assert start is not None
        rows.append(Span(start, start if last is None else last, words[i], sources[i]))
    return grouped(table.iloc[kept], rows)


def medications_of(category: str, tables: Tables) -> dict[str, list[Span]]:
    """The medications of a category by subject; those without a known start cannot be drawn."""
    table = tables["adcm"]
    table = table[table["CMCAT"] == category].sort_values(["USUBJID", "ADAYS"], kind="stable")
    reasons = as_collected(table["CMINDC"]) if "CMINDC" in table else [""] * len(table)
    words = [
        replace_unknown(text + (f" ({reason.lower()})" if reason else ""))
        for text, reason in zip(as_collected(table["CMTRT"]), reasons, strict=True)
    ]
    return _spans(table, [None] * len(table), words)


def exposure_of(treatment: str, tables: Tables) -> dict[str, list[Span]]:
    """The doses of a treatment by subject, from first to last day."""
    table = tables["adex"]
    table = table[table["EXTRT"] == treatment].sort_values(["USUBJID", "ADAYS"], kind="stable")
    starts, lengths = _numbers(table["ADAYS"]), _numbers(table["ADURN"])
    ends = [None if start is None or length is None else start + length - 1
            for start, length in zip(starts, lengths, strict=True)]  # fmt: skip
    doses = zip(as_collected(table["EXDOSE"]), as_collected(table["EXDOSU"]), strict=True)
    return _spans(table, ends, [" ".join(filter(None, pair)) for pair in doses])


def visit_days(plan: Plan) -> dict[int, tuple[str, float]]:
    """Label and planned day of each scheduled visit."""
    unit = {"day": 1, "week": 7}[plan["trial"]["visit_unit"]]
    return {visit["VISITNUM"]: (visit["VISIT"], float(visit["nominal"] * unit))
            for visit in plan["trial"]["visits"]}  # fmt: skip


def visits_of(
    plan: Plan, tables: Tables, last: Mapping[str, float], measured: Mapping[str, list[Value]]
) -> dict[str, list[Visit]]:
    """The scheduled visits of each subject until the last day on which one was due."""
    table = tables[VISITS]
    occurred = table["SVOCCUR"] != "N" if "SVOCCUR" in table else slice(None)
    table = table[occurred]
    starts = tables["adsl"].set_index("USUBJID")["TRTSDT"].reindex(table["USUBJID"]).to_numpy()
    dates = pd.to_datetime(table["SVSTDTC"].str[:10], errors="coerce").to_numpy()
    days = (dates - starts).astype("timedelta64[D]").astype(float)
    attended: dict[str, dict[int, float]] = {}
    numbers = table["VISITNUM"].to_numpy(dtype=float, na_value=np.nan)
    for subject, number, day in zip(table["USUBJID"].tolist(), numbers, days, strict=True):
        if not np.isnan(number) and not np.isnan(day):
            attended.setdefault(subject, {})[int(number)] = float(day)
    schedule = visit_days(plan)
    found = {}
    for subject, until in last.items():
        seen = attended.get(subject, {})
        known = {value.visit for value in measured.get(subject, [])}
        found[subject] = [
            Visit(seen[n], label, ATTENDED if label in known else NO_VALUE) if n in seen
            else Visit(day, label, MISSED)
            for n, (label, day) in schedule.items() if n in seen or day <= until
        ]  # fmt: skip
    return found


def ends_of(plan: Plan, adsl: pd.DataFrame) -> dict[str, list[tuple[float, str]]]:
    """The ends of participation of each subject, as days and in words, the first one first."""
    found: dict[str, list[tuple[float, str]]] = {name: [] for name in adsl["USUBJID"]}
    for end in plan["profiles"].get("end", []):
        days = _numbers((adsl[end["variable"]] - adsl["TRTSDT"]).dt.days)
        reasons = as_collected(adsl[end["reason"]]) if "reason" in end else [""] * len(adsl)
        for subject, day, reason in zip(adsl["USUBJID"], days, reasons, strict=True):
            if day is not None:
                text = f"{end['label']}: {reason.lower()}" if reason else end["label"]
                found[subject].append((day, replace_unknown(text)))
    return {subject: sorted(ends, key=lambda end: end[0]) for subject, ends in found.items()}


def last_due(
    plan: Plan, adsl: pd.DataFrame, ends: Mapping[str, list[tuple[float, str]]]
) -> dict[str, float]:
    """The last day on which a visit was due: the end of participation or the data cut."""
    cut = pd.Timestamp(date.fromisoformat(plan["study"]["data_cut"]))
    cuts = _numbers((cut - adsl["TRTSDT"]).dt.days)
    return {
        subject: min([day if day is not None else -1.0, *(end[0] for end in ends[subject][:1])])
        for subject, day in zip(adsl["USUBJID"], cuts, strict=True)
    }


def facts_of(plan: Plan, adsl: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """The facts of each subject, a dash where one is not known."""
    columns = []
    for fact in plan["profiles"].get("facts", []):
        texts = as_collected(adsl[fact["variable"]])
        unit = f" {fact['unit']}" if "unit" in fact else ""
        yes_no = {"Y": "yes", "N": "no"}
        columns.append([(fact["label"], yes_no.get(text, replace_unknown(text)) + unit if text
                         else "–") for text in texts])  # fmt: skip
    rows = zip(*columns, strict=True) if columns else [()] * len(adsl)
    return {name: list(row) for name, row in zip(adsl["USUBJID"], rows, strict=True)}


def _entries(table: pd.DataFrame, texts: Sequence[str], numbers: Sequence[str]) -> list[Any]:
    columns = {name: [text or None for text in as_collected(table[name])] for name in texts}
    columns |= {name: [None if n is None else whole_or_not(n) for n in _numbers(table[name])]
                for name in numbers}  # fmt: skip
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def verdicts_of(
    plan: Plan, tables: Tables, measured: Mapping[str, list[Value]]
) -> dict[str, list[Told]]:
    """The verdicts of each subject, told in the order of the plan."""
    wanted = {one["endpoint"]: one.get("clauses", False) for one in plan["profiles"]["endpoints"]}
    adresp = tables["adresp"][tables["adresp"]["PARAMCD"].isin(list(wanted))]
    texts = ["PARAMCD", "AVALC", "ADT", "AVISIT", "CFDT", "CLAUSE", "REASON", "EVNTDESC"]
    records = grouped(adresp, _entries(adresp, texts, ["ADAYS"]))
    decisions = tables["decisions"]
    decisions = decisions[decisions["PARAMCD"].isin(list(wanted))].sort_values(
        "DECSEQ", kind="stable"
    )
    rows = zip(
        decisions["PARAMCD"].tolist(), decisions["CLAUSE"].tolist(), _numbers(decisions["ADAYS"]),
        (decisions["MET"] == "Y").tolist(), _sources(decisions), strict=True,
    )  # fmt: skip
    traces = grouped(decisions, list(rows))
    told = {}
    for subject, own in records.items():
        by_code: dict[str, list[Any]] = {}
        for code, clause, day, met, source in traces.get(subject, []):
            entry = {"CLAUSE": clause, "ADAYS": day, "MET": met, "source": source}
            by_code.setdefault(code, []).append(entry)
        visits = {v.source: v.visit for v in measured.get(subject, []) if v.visit}
        verdict = {record["PARAMCD"]: record for record in own}
        told[subject] = [
            tell(code, verdict[code], by_code.get(code, []), visits, plan, clauses=clauses)
            for code, clauses in wanted.items() if code in verdict
        ]  # fmt: skip
    return told


def chosen(plan: Plan, tables: Tables, adsl: pd.DataFrame) -> set[str]:
    """The subjects whose profiles go into the PDF."""
    condition = plan["profiles"]["printed"]["condition"]
    adresp, table = tables["adresp"], adsl.set_index("USUBJID")
    for code in sorted(variables_of(condition) - set(table.columns)):
        verdicts = adresp[adresp["PARAMCD"] == code].set_index("USUBJID")["AVALC"]
        table = table.assign(**{code: verdicts.reindex(table.index)})
    return set(table.index[evaluate(condition, table)])


def gather_profiles(plan: Plan, tables: Tables) -> Iterator[Profile]:
    """The profile of every randomised subject, in order of the subjects' names."""
    adsl = tables["adsl"]
    adsl = adsl[adsl["RANDFL"] == "Y"].sort_values("USUBJID", ignore_index=True)
    shown = plan["profiles"]
    values = values_of(shown["measurement"]["measure"], plan, tables)
    grades = {g["label"]: values_of(g["measure"], plan, tables) for g in shown.get("grades", [])}
    taken = {m["label"]: medications_of(m["category"], tables)
             for m in shown.get("medications", [])}  # fmt: skip
    given = {e["label"]: exposure_of(e["treatment"], tables) for e in shown.get("exposure", [])}
    ends = ends_of(plan, adsl)
    last = last_due(plan, adsl, ends)
    visits = visits_of(plan, tables, last, values) if "visits" in shown else {}
    verdicts, facts = verdicts_of(plan, tables, values), facts_of(plan, adsl)
    printed, base = chosen(plan, tables, adsl), baselines_of(shown["measurement"], plan, tables)
    for subject, arm, label in zip(adsl["USUBJID"], adsl["ARMCD"], adsl["TRT01P"], strict=True):
        yield Profile(
            subject, arm, label, subject in printed, facts[subject],
            base.get(subject), values.get(subject, []),
            {name: one.get(subject, []) for name, one in grades.items()},
            {name: one.get(subject, []) for name, one in taken.items()},
            {name: one.get(subject, []) for name, one in given.items()},
            visits.get(subject, []), ends[subject], verdicts.get(subject, []),
        )  # fmt: skip
