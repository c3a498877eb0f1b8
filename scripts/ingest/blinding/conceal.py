"""Raw tables of a blinded trial as they may be kept: dummy arms, nothing withheld, no drug named.

What would tell the arms and is not withheld is a finding, which names the column and no subject.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.ingest.blinding.dummy_plan import hidden_columns
from scripts.ingest.blinding.keys import BlindingError, deal_arms
from scripts.ingest.blinding.tells import check_tells
from scripts.ingest.blinding.words import pattern_of, renamer_of
from scripts.ingest.codelists import code_key

Spec = Mapping[str, Any]
Tables = dict[str, pd.DataFrame]


def _keys(values: pd.Series) -> pd.Series:
    """Raw values as codes are compared."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("float64")
    return values.astype("str").str.strip()


def _subjects(table: pd.DataFrame, source: Spec) -> pd.Series:
    return table[source["subject"]].astype("str").str.strip()


def _arms_in(item: Spec, tables: Tables) -> tuple[pd.Series, pd.Series]:
    """(number of the arm, which values are in no code) of each row of an arm column."""
    values = tables[item["source"]][item["column"]]
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    table = {code_key(code["raw"], numeric): code["arm"] for code in item["codes"]}
    keys = _keys(values)
    unknown = keys.notna() & (keys != "") & ~keys.isin(list(table))
    return keys.map(table).astype("Int64"), unknown


def true_arms(spec: Spec, tables: Tables, sources: Spec) -> dict[str, int]:
    """The number of the true arm of each allocated subject."""
    item = spec["arms"][0]
    arms, _ = _arms_in(item, tables)
    subjects = _subjects(tables[item["source"]], sources[item["source"]])
    known = arms.notna() & subjects.notna()
    pairs = zip(reversed(subjects[known].tolist()), reversed(arms[known].tolist()), strict=True)
    return {who: int(arm) for who, arm in pairs}


def strata_of(spec: Spec, tables: Tables, sources: Spec) -> dict[str, str]:
    """The stratum of each subject: the first value of each column that the plan names."""
    strata: dict[str, str] = {}
    for name in spec["within"]:
        source, _, column = name.partition(".")
        subjects = _subjects(tables[source], sources[source])
        first: dict[str, str] = {}
        for who, value in zip(subjects, tables[source][column].astype("str"), strict=True):
            first.setdefault(who, str(value).strip())
        for who in {*strata, *first}:
            strata[who] = f"{strata.get(who, '')}\0{first.get(who, '')}"
    return strata


def _deal_column(
    item: Spec, tables: Tables, sources: Spec, arms: Mapping[str, int], dealt: Mapping[str, int]
) -> None:
    """Dummy arms in one column, in place, as raw codes.

    A value that is not the subject's own arm stays as many arms away from the dummy one as it was
    from the true one: who was given another treatment stays known, which one does not. A subject
    who was allocated to none keeps no value.
    """
    table = tables[item["source"]]
    subjects = _subjects(table, sources[item["source"]])
    found, _ = _arms_in(item, tables)
    count = max(arms.values()) + 1
    raw_of: dict[int, Any] = {}
    for code in item["codes"]:
        if code["arm"] is not None:
            raw_of.setdefault(code["arm"], code["raw"])
            count = max(count, code["arm"] + 1)
    values = table[item["column"]].astype("object")
    for row, (who, arm) in enumerate(zip(subjects, found, strict=True)):
        if pd.isna(arm):
            continue
        if who not in dealt:
            values.iloc[row] = None
        else:
            values.iloc[row] = raw_of[(dealt[who] + int(arm) - arms[who]) % count]
    kind = table[item["column"]].dtype
    numeric = pd.api.types.is_numeric_dtype(kind)
    if numeric:
        values = pd.to_numeric(values).astype("Float64")
    tables[item["source"]] = table.assign(**{item["column"]: values.astype(kind)})


def _withhold(spec: Spec, tables: Tables) -> None:
    for name in spec["withhold"]:
        source, _, column = name.partition(".")
        table = tables[source]
        if not column:
            tables[source] = table.iloc[:0]
            continue
        for own in (column, f"{column}_MISSING"):
            if own in table.columns:
                empty = pd.Series(None, index=table.index, dtype=table[own].dtype)
                table = table.assign(**{own: empty})
        tables[source] = table


def _texts(table: pd.DataFrame) -> Iterator[str]:
    for name in table.columns:
        kind = table[name].dtype
        counted = pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)
        if name != "SRCFILE" and not counted:
            yield name


def check_named(spec: Spec, tables: Tables) -> Iterator[str]:
    """Columns of text that name a treatment and are neither arms nor withheld nor accepted."""
    words = {word for word, _ in spec["words"] if word != spec["study"]}
    pattern, arms = pattern_of(dict.fromkeys(words, "")), hidden_columns({**spec, "withhold": []})
    for source, table in tables.items():
        for name in _texts(table):
            if name in arms.get(source, ()) or f"{source}.{name}" in spec["accepted"]:
                continue
            count = int(table[name].astype("str").str.contains(pattern, na=False).sum())
            if count:
                yield (
                    f"{source}.{name} names a treatment in {count} row(s); list it under "
                    "`withhold` of config/blinding.yaml, or under `accepted` with the reason"
                )


def _rename(table: pd.DataFrame, rename: Callable[[str], str]) -> pd.DataFrame:
    parts = {}
    texts = set(_texts(table))
    for name in table.columns:
        values = table[name]
        if name in texts:
            words = {text: rename(str(text)) for text in values.dropna().unique()}
            values = values.map(words).astype(values.dtype)
        parts[rename(name)] = values
    return pd.DataFrame(parts, index=table.index)


def _describe(spec: Spec, metadata: Spec, rename: Callable[[str], str]) -> dict[str, Any]:
    """What is told of the files, without the names of arms in labels."""
    described = {}
    for source, facts in metadata.items():
        columns = [_describe_column(column, spec, rename) for column in facts["columns"]]
        label = facts["label"] and rename(facts["label"])
        described[rename(source)] = {**facts, "label": label, "columns": columns}
    return described


def _describe_column(column: Spec, spec: Spec, rename: Callable[[str], str]) -> dict[str, Any]:
    labels = dict(spec["labels"])

    def label(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return labels.get(text.strip().casefold(), rename(text))

    values = [{"value": v["value"], "label": label(v["label"])} for v in column["values"]]
    return {
        **column,
        "name": rename(column["name"]),
        "label": label(column["label"]),
        "values": values,
    }


def conceal(
    spec: Spec,
    key: bytes,
    tables: Mapping[str, pd.DataFrame],
    metadata: Mapping[str, Any],
    sources: Mapping[str, Any],
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """(tables, metadata) with dummy arms and without what is withheld.

    `spec` is what `dummy_plan.reading_plan` gives. Raises BlindingError listing every column that
    would still tell the arms, and every arm column with a value that its code list does not know.
    """
    hidden: Tables = dict(tables)
    findings = [
        f"{item['source']}.{item['column']}: {int(unknown.sum())} row(s) hold a value that is in "
        "no code of its code list (not shown while blinded); add it to config/sdtm.yaml"
        for item in spec["arms"]
        if (unknown := _arms_in(item, hidden)[1]).any()
    ]
    arms = true_arms(spec, hidden, sources)
    dealt = deal_arms(key, spec["study"], arms, strata_of(spec, hidden, sources))
    _withhold(spec, hidden)
    findings += check_named(spec, hidden)
    findings += check_tells(spec, hidden, sources, arms)
    if findings:
        text = "\n  ".join(findings)
        raise BlindingError(f"{len(findings)} finding(s) in blinding the raw data\n  {text}")
    for item in spec["arms"]:
        _deal_column(item, hidden, sources, arms, dealt)
    rename = renamer_of(dict(spec["words"]))
    renamed = {rename(name): _rename(table, rename) for name, table in hidden.items()}
    return renamed, _describe(spec, metadata, rename)
