"""What the expressions and joins of a mapping may name, and whether they do."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.conditions import nearest, variables_of
from scripts.ingest.expressions import HEADS, parts_of

Plan = Mapping[str, Any]
RAW_HEADS = ("column", "not_done", "reason_missing", "visit")
# Which keys may stand beside each head; `when`, `codelist` and `case` may stand beside any.
BESIDE = {
    "column": {"factor", "agrees_with"},
    "variable": {"factor"},
    "first": {"factor"},
    "concat": {"separator"},
    "visit": {"by", "give", "unmatched"},
}
ALWAYS = {"when", "codelist", "take", "case"}


def unknown(at: str, what: str, name: str, known: Iterable[str]) -> str:
    """The finding of a name that does not exist."""
    return f"{at}: unknown {what} {name!r}; {nearest(name, known)}"


class Scope:
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
        return [unknown(at, "column", name, self.columns)]

    def check_condition(self, at: str, condition: Plan | None) -> list[str]:
        """Unknown columns in a condition; COLUMN_MISSING holds the reason of a missing value."""
        findings = []
        for name in sorted(variables_of(condition)):
            if name in ("SRCROW", "SRCFILE"):
                continue
            findings += self.check_column(at, name.removesuffix("_MISSING"))
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


def targets_of(expression: Plan, codelists: Plan) -> list[Any]:
    """What an expression can give as far as the plan decides: constants, and ends of code lists."""
    if "codelist" in expression:
        codes = codelists.get(expression["codelist"], {}).get("codes", [])
        found = [code.get(expression.get("take", "to")) for code in codes]
    elif "first" in expression:
        found = [value for part in expression["first"] for value in targets_of(part, codelists)]
    else:
        found = [expression["constant"]] if "constant" in expression else []
    return [value for value in found if value is not None]


def check_values(at: str, expression: Plan, rule: Plan, codelists: Plan) -> list[str]:
    """Values that the plan would give and the domain's contract forbids."""
    codes = rule.get("codes")
    if codes is None:
        return []
    return [
        f"{at}: {value!r} is not allowed here; {nearest(str(value), codes)}"
        for value in targets_of(expression, codelists)
        if value not in codes
    ]


def check_expression(
    at: str, expression: Plan, scope: Scope, codelists: Plan, variables: set[str]
) -> list[str]:
    """Everything in an expression that does not exist or has no meaning where it stands."""
    findings: list[str] = []
    for part in parts_of(expression):
        findings += _check_keys(at, part)
        named = [part[key] for key in RAW_HEADS if key in part]
        for column in [*named, *part.get("agrees_with", [])]:
            findings += scope.check_column(at, column)
        for key in ("variable", "study_day"):
            if key in part and part[key] not in variables:
                findings.append(unknown(at, "variable of this record", part[key], variables))
        if "codelist" in part and part["codelist"] not in codelists:
            findings.append(unknown(at, "code list", part["codelist"], codelists))
        findings += scope.check_condition(f"{at}, when", part.get("when"))
    return findings


def check_join(at: str, block: Plan, scope: Scope, plan: Plan) -> list[str]:
    """Sources, keys and columns of a block's joins that do not exist or do not fit."""
    findings: list[str] = []
    sources = plan["sources"]["sources"]
    for name, join in block.get("join", {}).items():
        where = f"{at}, join {name}"
        if name not in sources:
            findings.append(unknown(where, "source", name, sources))
            continue
        other = Scope(plan, {"source": name}, where)
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
