"""The mapping language: what each expression of `config/sdtm.yaml` gives for a block of rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.conditions import evaluate
from scripts.ingest.codelists import Unmapped, map_codes
from scripts.ingest.timing import compute_study_days, visit_codes

Expression = Mapping[str, Any]


@dataclass
class Block:
    """Raw rows on their way to be records of one domain, and what was found on the way."""

    domain: str
    source: str
    rows: pd.DataFrame
    codelists: Mapping[str, Any]
    trial: Mapping[str, Any]
    files: Mapping[str, str]
    subjects: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))
    reference: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))
    made: dict[str, pd.Series] = field(default_factory=dict)
    unmapped: list[Unmapped] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def origin_of(self, column: str) -> tuple[str, str, pd.Series]:
        """(file, column, rows in that file) of a column, joined or not."""
        source, _, name = column.rpartition(".")
        rows = self.rows.get(f"{source}.SRCROW" if source else "SRCROW", self.rows["SRCROW"])
        return self.files[source or self.source], name, rows


def with_name(expression: Expression, name: str) -> dict[str, Any]:
    """The expression, told the variable that it is for: a visit gives what is named like it."""
    told = dict(expression)
    if "visit" in expression:
        told.setdefault("give", name)
    for key in ("first", "concat"):
        if key in expression:
            told[key] = [with_name(part, name) for part in expression[key]]
    return told


def parts_of(expression: Expression) -> Iterator[Expression]:
    """The expression and every expression inside it."""
    yield expression
    for part in [*expression.get("first", []), *expression.get("concat", [])]:
        yield from parts_of(part)


def needs_of(expression: Expression, domain: str) -> set[str]:
    """The variables of the same record that must be made before."""
    needs: set[str] = set()
    for part in parts_of(expression):
        needs |= {part[key] for key in ("variable", "study_day") if key in part}
        if "study_day" in part and domain == "DM":
            needs.add("RFSTDTC")
    return needs


def order_of(variables: Mapping[str, Expression], domain: str) -> list[str]:
    """The variables in an order in which each finds what it needs. Raises ValueError on a ring."""
    ordered: list[str] = []
    waiting = {
        name: needs_of(item, domain) & set(variables) - {name} for name, item in variables.items()
    }
    while waiting:
        ready = [name for name, needs in waiting.items() if needs <= set(ordered)]
        if not ready:
            raise ValueError(f"{', '.join(sorted(waiting))} need each other")
        ordered += ready
        for name in ready:
            del waiting[name]
    return ordered


def format_values(values: pd.Series) -> pd.Series:
    """Values as SDTM writes them: dates as ISO 8601, numbers without needless digits."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    if pd.api.types.is_numeric_dtype(values.dtype):
        texts = values.astype("float64").map("{:.12g}".format, na_action="ignore")
        return texts.where(values.notna(), None).astype("str")
    return values.astype("str")


def _blank(block: Block) -> pd.Series:
    return pd.Series(None, index=block.rows.index, dtype="str")


def _column(expression: Expression, block: Block) -> pd.Series:
    values = block.rows[expression["column"]]
    for other in expression.get("agrees_with", []):
        _compare(values, expression["column"], other, block)
    return values


def _compare(values: pd.Series, column: str, other: str, block: Block) -> None:
    mine, theirs = format_values(values), format_values(block.rows[other])
    differ = mine.notna() & theirs.notna() & (mine != theirs)
    if differ.any():
        file, name, rows = block.origin_of(other)
        own_file, own_name, own_rows = block.origin_of(column)
        shown = [
            f"subject {who}: {a!r} in row {r}, {b!r} in row {q}"
            for who, a, r, b, q in zip(
                block.subjects[differ].head(5),
                mine[differ],
                own_rows[differ],
                theirs[differ],
                rows[differ],
                strict=False,
            )
        ]
        block.findings.append(
            f"{own_file}: column {own_name} contradicts column {name} of {file} for "
            f"{int(differ.sum())} subject(s), first: {'; '.join(shown)}; mend the data, or take "
            "the column out of `agrees_with`"
        )


def _constant(expression: Expression, block: Block) -> pd.Series:
    value = expression["constant"]
    kind = "str" if isinstance(value, str) else "float64"
    return pd.Series(value, index=block.rows.index, dtype=kind)


def _first(expression: Expression, block: Block) -> pd.Series:
    values = [evaluate_expression(part, block) for part in expression["first"]]
    if len({value.dtype for value in values}) > 1:
        values = [format_values(value) for value in values]
    result = values[0]
    for value in values[1:]:
        result = result.where(result.notna(), value)
    return result


def _concat(expression: Expression, block: Block) -> pd.Series:
    parts = [format_values(evaluate_expression(part, block)) for part in expression["concat"]]
    result = parts[0]
    for part in parts[1:]:
        result = result + expression.get("separator", "") + part
    return result


def _variable(expression: Expression, block: Block) -> pd.Series:
    return block.made[expression["variable"]]


def _study_day(expression: Expression, block: Block) -> pd.Series:
    reference = block.made["RFSTDTC"] if block.domain == "DM" else block.reference
    return compute_study_days(format_values(block.made[expression["study_day"]]), reference)


def _visit(expression: Expression, block: Block) -> pd.Series:
    column, by = expression["visit"], expression.get("by", "nominal")
    codes = visit_codes(block.trial, by, expression["give"])
    mapped, unknown = map_codes(block.rows[column], {"codes": codes})
    if expression.get("unmatched", "error") == "error":
        words = f"the planned visits ({by})"
        _note_unmapped(column, block.rows[column], unknown, words, block)
    return mapped


def _not_done(expression: Expression, block: Block) -> pd.Series:
    missing = block.rows[expression["not_done"]].isna()
    return _blank(block).mask(missing, "NOT DONE")


def _reason_missing(expression: Expression, block: Block) -> pd.Series:
    return block.rows[f"{expression['reason_missing']}_MISSING"]


HEADS: dict[str, Callable[[Expression, Block], pd.Series]] = {
    "column": _column,
    "constant": _constant,
    "first": _first,
    "concat": _concat,
    "variable": _variable,
    "study_day": _study_day,
    "visit": _visit,
    "not_done": _not_done,
    "reason_missing": _reason_missing,
}


def head_of(expression: Expression) -> str:
    """The one key that says where the value comes from. Raises ValueError unless it is one."""
    heads = [key for key in expression if key in HEADS]
    if len(heads) != 1:
        raise ValueError(
            f"needs exactly one of {', '.join(HEADS)}; it has {', '.join(heads) or 'none'}"
        )
    return heads[0]


def _note_unmapped(
    column: str | None, values: pd.Series, unknown: pd.Series, codelist: str, block: Block
) -> None:
    """Keep what a code list does not know; no column: the value was made from several."""
    if unknown.any():
        file, name, rows = block.origin_of(column or "(several)")
        known = pd.DataFrame(
            {"value": format_values(values), "row": rows, "subject": block.subjects}
        )
        block.unmapped.append(Unmapped(file, name, codelist, known[unknown]))


def _coded(expression: Expression, values: pd.Series, block: Block) -> pd.Series:
    if "when" in expression:
        # Rows that the expression does not hold for need no code.
        values = values.where(evaluate(expression["when"], block.rows))
    name = expression["codelist"]
    mapped, unknown = map_codes(values, block.codelists[name], expression.get("take", "to"))
    column = expression.get("column") or expression.get("reason_missing")
    _note_unmapped(column, values, unknown, f"code list {name}", block)
    return mapped


def evaluate_expression(expression: Expression, block: Block) -> pd.Series:
    """The value of an expression for every row of the block; what is wrong goes to the block."""
    values = HEADS[head_of(expression)](expression, block)
    if "codelist" in expression:
        values = _coded(expression, values, block)
    if "factor" in expression:
        # Twelve digits: 0.1 * 3 is 0.3 to whoever reads the record.
        product = values.astype("float64") * expression["factor"]
        values = product.map("{:.12g}".format).astype("float64")
    if "case" in expression:
        values = values.str.upper() if expression["case"] == "upper" else values.str.lower()
    if "when" in expression:
        values = values.where(evaluate(expression["when"], block.rows))
    return values
