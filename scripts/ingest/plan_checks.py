"""Names in the mapping that must exist: sources, columns, code lists, variables, visits, files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.conditions import nearest, variables_of
from scripts.ingest.expressions import HEADS, needs_of, order_of, parts_of, visit_columns
from scripts.raw_files import ENDINGS

Plan = Mapping[str, Any]
CONTRACTS = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
MADE = {"STUDYID", "DOMAIN", "USUBJID", "SRCFILE", "SRCROW"}
# Which keys may stand beside each head; `when`, `codelist` and `case` may stand beside any.
BESIDE = {
    "column": {"factor", "agrees_with"},
    "variable": {"factor"},
    "first": {"factor"},
    "concat": {"separator"},
    "visit": {"by", "give", "unmatched"},
}
ALWAYS = {"when", "codelist", "take", "case"}


def _unknown(at: str, what: str, name: str, known: Iterable[str]) -> str:
    return f"{at}: unknown {what} {name!r}; {nearest(name, known)}"


def read_columns(domain: str) -> dict[str, Any]:
    """The variables of a domain by its contract; empty where there is no such contract."""
    path = CONTRACTS / f"{domain.lower()}.yaml"
    if not path.exists():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8"))["columns"]


class _Scope:
    """What the expressions of one block may name, and what they did name."""

    def __init__(self, plan: Plan, block: Plan, at: str) -> None:
        self.at, self.source = at, block["source"]
        self.sources = plan["sources"]["sources"]
        self.used: set[tuple[str, str]] = set()
        self.columns = self._own(self.source)
        for name, join in block.get("join", {}).items():
            known = set(self._own(name))
            if "reduce" in join:
                known &= {*join["keys"].values(), *join["reduce"]}
            self.columns |= {f"{name}.{column}" for column in known}

    def _own(self, source: str) -> set[str]:
        return {str(name) for name in self.sources.get(source, {}).get("columns", {})}

    def type_of(self, name: str) -> str | None:
        """The declared type of a column, joined or not."""
        source, _, column = name.rpartition(".")
        return self.sources[source or self.source]["columns"].get(column, {}).get("type")

    def check_column(self, at: str, name: str) -> list[str]:
        """A column that cannot be used here; one that can is marked as used."""
        source, _, column = name.rpartition(".")
        if name in self.columns:
            self.used.add((source or self.source, column))
            return []
        if column in self.sources.get(source or self.source, {}).get("ignore", []):
            return [f"{at}: column {name!r} is listed under `ignore`; declare it under `columns`"]
        return [_unknown(at, "column", name, self.columns)]

    def check_condition(self, at: str, condition: Plan | None) -> list[str]:
        """Unknown columns in a condition; COLUMN_MISSING holds the reason of a missing value."""
        findings = []
        for name in sorted(variables_of(condition)):
            if name in ("SRCROW", "SRCFILE"):
                continue
            findings += self.check_column(at, name.removesuffix("_MISSING"))
        return findings


def _check_source(name: str, source: Plan) -> Iterator[str]:
    at = f"sources, {name}"
    both = sorted(set(source["columns"]) & set(source.get("ignore", [])))
    for column in both:
        yield f"{at}: column {column!r} is both declared and ignored; keep one"
    for column, declared in source["columns"].items():
        if not isinstance(column, str):
            yield f"{at}: column {column!r} is not text; put its name in quotes"
        if "format" in declared and declared["type"] != "date":
            yield f"{at}, column {column}: a format is for dates, the type is {declared['type']}"
    subject = source.get("subject")
    if subject is not None and subject not in source["columns"]:
        yield _unknown(f"{at}, subject", "column", subject, source["columns"])
    ending = Path(source["file"]).suffix.lower()
    if ending not in ENDINGS:
        yield _unknown(f"{at}, file {source['file']}", "file type", ending, ENDINGS)
    for key in ("delimiter", "decimal"):
        if key in source and ending != ".csv":
            yield f"{at}: {key} is for CSV files, not for {source['file']}"


def check_raw_files(sources: Plan, root: str | Path = ".") -> list[str]:
    """Raw files of the plan that are not there, each with the nearest name that is."""
    folder = Path(root) / sources["folder"]
    if not folder.is_dir():
        return [f"sources: no folder {folder} for the raw files"]
    findings = []
    for name, source in sources["sources"].items():
        path = folder / source["file"]
        if not path.exists():
            present = [item.name for item in path.parent.glob("*") if item.is_file()]
            hint = nearest(path.name, present)
            findings.append(f"sources, {name}: {path} is missing; {hint}")
    return findings


def _check_keys(at: str, part: Plan) -> list[str]:
    heads = [key for key in part if key in HEADS]
    if len(heads) != 1:
        words = ", ".join(heads) or "none"
        return [f"{at}: give exactly one of {', '.join(HEADS)}; given: {words}"]
    allowed = BESIDE.get(heads[0], set()) | ALWAYS
    wrong = [key for key in part if key not in HEADS and key not in allowed]
    findings = [f"{at}: {key!r} has no meaning beside {heads[0]!r}" for key in wrong]
    if "take" in part and "codelist" not in part:
        findings.append(f"{at}: 'take' needs a codelist to take from")
    return findings


def _targets(part: Plan, codelists: Plan) -> list[Any] | None:
    """What an expression can give, where the plan alone decides; None where the data do."""
    if "codelist" in part:
        codes = codelists.get(part["codelist"], {}).get("codes", [])
        return [code.get(part.get("take", "to")) for code in codes]
    return [part["constant"]] if "constant" in part else None


def _check_values(at: str, expression: Plan, rule: Plan, codelists: Plan) -> list[str]:
    """Values that the plan would give and the contract forbids."""
    codes = rule.get("codes")
    if codes is None or "concat" in expression:
        return []
    wrong: list[str] = []
    for part in expression.get("first", [expression]):
        for value in _targets(part, codelists) or []:
            if value is not None and value not in codes:
                wrong.append(f"{at}: {value!r} is not allowed here; {nearest(str(value), codes)}")
    return wrong


def _check_expression(
    at: str, expression: Plan, scope: _Scope, plan: Plan, variables: set[str]
) -> list[str]:
    findings: list[str] = []
    codelists = plan["sdtm"]["codelists"]
    for part in parts_of(expression):
        findings += _check_keys(at, part)
        named = [part[key] for key in ("column", "not_done", "reason_missing", "visit") if key in part]
        for column in [*named, *part.get("agrees_with", [])]:
            findings += scope.check_column(at, column)
        for key in ("variable", "study_day"):
            if key in part and part[key] not in variables:
                findings.append(_unknown(at, "variable of this record", part[key], variables))
        if "codelist" in part and part["codelist"] not in codelists:
            findings.append(_unknown(at, "code list", part["codelist"], codelists))
        findings += scope.check_condition(at, part.get("when"))
    return findings


def _check_join(at: str, block: Plan, scope: _Scope, plan: Plan) -> list[str]:
    findings: list[str] = []
    sources = plan["sources"]["sources"]
    for name, join in block.get("join", {}).items():
        where = f"{at}, join {name}"
        if name not in sources:
            findings.append(_unknown(where, "source", name, sources))
            continue
        other = _Scope(plan, {"source": name}, where)
        for here, there in join["keys"].items():
            wrong = scope.check_column(where, here) + other.check_column(where, there)
            if not wrong and scope.type_of(here) != other.type_of(there):
                wrong = [
                    f"{where}: {here} is {scope.type_of(here)}, {name}.{there} is "
                    f"{other.type_of(there)}; keys must be of one type"
                ]
            findings += wrong
        for column in join.get("reduce", {}):
            findings += other.check_column(where, column)
        findings += other.check_condition(where, join.get("where"))
        scope.used |= other.used
    return findings


def _check_block(
    at: str, domain: str, block: Plan, columns: Plan, plan: Plan
) -> tuple[list[str], set[tuple[str, str]]]:
    sources = plan["sources"]["sources"]
    if block["source"] not in sources:
        return [_unknown(at, "source", block["source"], sources)], set()
    scope = _Scope(plan, block, at)
    findings = _check_join(at, block, scope, plan)
    findings += scope.check_condition(f"{at}, where", block.get("where"))
    default = sources[block["source"]].get("subject")
    if "subject" in block:
        findings += _check_expression(f"{at}, subject", block["subject"], scope, plan, set())
    elif default is None:
        findings.append(f"{at}: source {block['source']} names no subject; give `subject`")
    else:
        scope.used.add((block["source"], default))
    variables = set(block["variables"])
    own = MADE | {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())
    for name, expression in block["variables"].items():
        place = f"{at}, {name}"
        if name in own:
            findings.append(f"{place}: is made for every record; take it out")
        elif name not in columns:
            findings.append(_unknown(place, "variable", name, set(columns) - own))
        else:
            codelists = plan["sdtm"]["codelists"]
            findings += _check_values(place, expression, columns[name], codelists)
        findings += _check_expression(place, expression, scope, plan, variables)
        findings += [
            f"{place}: say what to give of the visit: VISITNUM, VISIT or VISITDY"
            for part in visit_columns(expression, name)
        ]
    try:
        order_of(block["variables"], domain)
    except ValueError as error:
        findings.append(f"{at}: {error}")
    return findings, scope.used
