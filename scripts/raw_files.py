"""Raw files of a trial as they are: bytes read and hashed once, parsed from memory.

The reader beside `tables`: it knows file formats and nothing of what the columns mean. Values come
back uninterpreted: codes as numbers, dates as the file counts them, user-defined missing values in
place and described beside.
"""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from scripts.conditions import nearest
from scripts.seals import hash_of

ENDINGS = (".sav", ".zsav", ".sas7bdat", ".xpt", ".dta", ".csv", ".parquet", ".json")
SAS7BDAT_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
XPT_MAGIC = b"HEADER RECORD*******LIB"
DATE_FORMATS = {
    ".sav": ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS"),
    ".sas7bdat": ("DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "B8601DA", "IS8601DA", "JULIAN"),
    ".dta": ("%td", "%d", "%tc"),
}
SAS_DATETIMES = ("DATETIME", "E8601DT", "B8601DT", "IS8601DT")


class RawFileError(ValueError):
    """A raw file that cannot be read, in words that follow the file's name."""


@dataclass(frozen=True)
class RawColumn:
    """What a file says about one of its columns.

    `unit` and `epoch` say how a date is counted where `kind` is date and the values are numbers.
    `missing` holds ranges of user-defined missing values, `marks` letters of special missing ones.
    """

    name: str
    kind: str
    label: str | None = None
    format: str | None = None
    labels: dict[Any, str] = field(default_factory=dict)
    missing: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    unit: str | None = None
    epoch: str | None = None


@dataclass(frozen=True)
class RawFile:
    """One raw file: its identity, its values as they are, and what it says about them."""

    sha256: str
    size: int
    form: str
    encoding: str | None
    table: pd.DataFrame
    columns: dict[str, RawColumn]


def form_of(content: bytes) -> str | None:
    """The file ending that the first bytes stand for; None where they show none (text, perhaps)."""
    if content[:4] in (b"$FL2", b"$FL3"):
        return ".sav"
    if content.startswith(SAS7BDAT_MAGIC):
        return ".sas7bdat"
    if content.startswith(XPT_MAGIC):
        return ".xpt"
    if content.startswith(b"<stata_dta>") or (
        content[:1] in (b"\x71", b"\x72", b"\x73") and (content[1:3] in (b"\x01\x01", b"\x02\x01"))
    ):
        return ".dta"
    if content[:4] == b"PAR1":
        return ".parquet"
    return None


def check_form(content: bytes, ending: str) -> None:
    """Raise where the content is not of the kind that the file's ending promises."""
    if ending not in ENDINGS:
        raise RawFileError(f"unknown file type {ending!r}; {nearest(ending, ENDINGS)}")
    if not content:
        raise RawFileError("the file is empty; export it again")
    expected = ".sav" if ending == ".zsav" else ending
    found = form_of(content)
    if expected in (".csv", ".json"):
        if found is None and b"\0" in content[:4096]:
            found = "some binary"
        if found is not None:
            raise RawFileError(
                f"its name ends in {ending} but it holds a {found} file; rename or export it again"
            )
    elif found != expected:
        holds = f"a {found} file" if found else "something else (text, perhaps)"
        raise RawFileError(
            f"its name ends in {ending} but it holds {holds}; rename or export it again"
        )


def _date_of(ending: str, form: str | None) -> tuple[str, str] | None:
    """(unit, epoch) of a number that the format shows as a date."""
    if not form:
        return None
    if ending == ".sav":
        letters = form.rstrip("0123456789.").upper()
        return ("s", "1582-10-14") if letters in DATE_FORMATS[".sav"] else None
    if ending == ".dta":
        if form.startswith("%tc"):
            return ("ms", "1960-01-01")
        return ("D", "1960-01-01") if form.startswith(DATE_FORMATS[".dta"]) else None
    if form.upper().startswith(SAS_DATETIMES):
        return ("s", "1960-01-01")
    return ("D", "1960-01-01") if form.upper().startswith(DATE_FORMATS[".sas7bdat"]) else None


def _statistical(content: bytes, ending: str, encoding: str | None) -> tuple[Any, str | None]:
    readers: dict[str, Any] = {
        ".sav": pyreadstat.read_sav,
        ".zsav": pyreadstat.read_sav,
        ".sas7bdat": pyreadstat.read_sas7bdat,
        ".xpt": pyreadstat.read_xport,
        ".dta": pyreadstat.read_dta,
    }
    if ending == ".xpt" and len(content) % 80:
        # A transport file is made of records of 80 bytes and has no row count to compare with.
        raise RawFileError("the file is cut off (not a whole number of records); export it again")
    options: dict[str, Any] = {"disable_datetime_conversion": True, "encoding": encoding}
    if ending != ".xpt":
        options["user_missing"] = True
    try:
        table, facts = readers[ending](io.BytesIO(content), **options)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise RawFileError(
            f"cannot be read ({error}): cut off or damaged; export it again"
        ) from None
    family = {".zsav": ".sav", ".xpt": ".sas7bdat"}.get(ending, ending)
    columns = {}
    for name in facts.column_names:
        form = facts.original_variable_types.get(name)
        text = facts.readstat_variable_types.get(name) == "string"
        date = None if text else _date_of(family, form)
        columns[name] = RawColumn(
            name,
            "text" if text else "date" if date else "number",
            facts.column_names_to_labels.get(name),
            form,
            dict(facts.variable_value_labels.get(name, {})),
            list(facts.missing_ranges.get(name, [])),
            list(facts.missing_user_values.get(name, [])),
            *(date or (None, None)),
        )
    return (table, columns), facts.file_encoding


def _decoded(content: bytes, encoding: str | None) -> str:
    name = encoding or "utf-8"
    try:
        return content.decode("utf-8-sig" if name.lower() in ("utf-8", "utf8") else name)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise RawFileError(
            f"line {row} is not {name} text; give `encoding` in the plan or export it as UTF-8"
        ) from None
    except LookupError:
        raise RawFileError(f"unknown encoding {name!r} in the plan") from None


def _check_names(names: list[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise RawFileError(f"column {', '.join(twice)} stands twice; remove or rename one")
    nameless = [str(place) for place, name in enumerate(names, start=1) if not name.strip()]
    if nameless:
        raise RawFileError(f"column {', '.join(nameless)} has no name; name it or remove it")


def _csv(content: bytes, encoding: str | None, delimiter: str) -> tuple[Any, str]:
    text = _decoded(content, encoding)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise RawFileError(f"is not proper CSV ({error}): cut off, perhaps") from None
    lines = [line for line in lines if line]
    if not lines:
        raise RawFileError("the file holds no column names; export it again")
    names = [name.strip() for name in lines[0]]
    _check_names(names)
    widths = np.array([len(line) for line in lines[1:]], dtype=int)
    wrong = np.flatnonzero(widths != len(names)) + 1
    if len(wrong):
        raise RawFileError(
            f"{len(wrong)} row(s) do not have {len(names)} fields, first: row {wrong[0]} has "
            f"{widths[wrong[0] - 1]}; an unquoted delimiter, or the file is cut off"
        )
    table = pd.DataFrame(lines[1:], columns=names, dtype="str")
    return (table, {name: RawColumn(name, "text") for name in names}), encoding or "utf-8"


def _parquet(content: bytes) -> Any:
    try:
        data = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowInvalid, OSError) as error:
        raise RawFileError(f"cannot be read ({error}): cut off or damaged") from None
    _check_names(data.column_names)
    return _plain_columns(data.replace_schema_metadata(None).to_pandas(date_as_object=False))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _check_names([name for name, _ in pairs])
    return dict(pairs)


def _json(content: bytes, encoding: str | None) -> Any:
    try:
        data = json.loads(_decoded(content, encoding), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise RawFileError(f"is not proper JSON (line {error.lineno}: {error.msg})") from None
    if isinstance(data, dict) and {"columns", "rows"} <= set(data):  # CDISC Dataset-JSON
        names = [str(column["name"]) for column in data["columns"]]
        _check_names(names)
        labels = {str(column["name"]): column.get("label") for column in data["columns"]}
        return _plain_columns(pd.DataFrame(data["rows"], columns=names), labels)
    if isinstance(data, list) and all(isinstance(row, dict) for row in data):
        return _plain_columns(pd.DataFrame(data))
    raise RawFileError("holds neither a list of records nor a Dataset-JSON table")


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return "date"
    if pd.api.types.is_bool_dtype(values.dtype):
        return "other"
    if pd.api.types.is_numeric_dtype(values.dtype):
        return "number"
    found = pd.api.types.infer_dtype(values, skipna=True)
    return {"string": "text", "empty": "text", "integer": "number", "floating": "number"}.get(
        found, "other"
    )


def _plain_columns(table: pd.DataFrame, labels: dict[str, Any] | None = None) -> Any:
    columns = {}
    for name in table.columns:
        columns[name] = RawColumn(name, _kind(table[name]), (labels or {}).get(name))
    return table, columns


def read_raw_file(path: str | Path, encoding: str | None = None, delimiter: str = ",") -> RawFile:
    """Read one raw file as it is. Raises RawFileError in words that follow the file's name."""
    return parse_raw_file(Path(path).read_bytes(), path, encoding, delimiter)


def parse_raw_file(
    content: bytes, path: str | Path, encoding: str | None = None, delimiter: str = ","
) -> RawFile:
    """One raw file from its bytes; of the path only the ending plays a part. As `read_raw_file`."""
    ending = Path(path).suffix.lower()
    check_form(content, ending)
    if ending == ".csv":
        (table, columns), encoding = _csv(content, encoding, delimiter)
    elif ending == ".json":
        table, columns = _json(content, encoding)
        encoding = encoding or "utf-8"
    elif ending == ".parquet":
        table, columns = _parquet(content)
    else:
        (table, columns), encoding = _statistical(content, ending, encoding)
    digest = hash_of(content)
    return RawFile(digest, len(content), ending.lstrip("."), encoding, table, columns)
