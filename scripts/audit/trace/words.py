"""The answers of `trialtrace trace` as text for a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

SHOWN = 12


def _row(word: str, *values: Any) -> str:
    return f"{word:<14}" + "  ".join(str(value) for value in values if value not in (None, ""))


def _cells(cells: Mapping[str, Any]) -> str:
    texts = []
    for name, cell in cells.items():
        if isinstance(cell, Mapping):
            meaning = f" ({cell['meaning']})" if cell.get("meaning") else ""
            texts.append(f"{name}={_value(cell['value'])}{meaning}")
        else:
            texts.append(f"{name}={_value(cell)}")
    return "  ".join(texts)


def _value(value: Any) -> str:
    return "missing" if value is None else str(value)


def _limited(lines: Iterable[str], most: int | None) -> Iterator[str]:
    lines = list(lines)
    shown = lines if most is None else lines[:most]
    yield from shown
    if len(lines) > len(shown):
        yield f"    ... and {len(lines) - len(shown)} more (--all shows them)"


def describe_number(answer: Mapping[str, Any], everything: bool = False) -> str:
    """The answer to a printed number."""
    most = None if everything else SHOWN
    lines = [
        _row("number", answer["text"], f"printed at {answer['address']}"),
        _row("display", answer["display"].get("number"), answer["display"].get("title")),
        _row("full value", answer["value"], f"(rounded as: {answer['kind']})"),
        _row("from", " ".join(f"{key}={value}" for key, value in answer["source"].items())),
    ]
    lines += _analysis_lines(answer.get("analysis"))
    lines += _code_lines(answer.get("made_by"), most)
    if "subjects" in answer:
        lines.append(_row("subjects", f"{len(answer['subjects']['used'])} entered"))
        for part in answer["subjects"]["excluded"]:
            lines.append(_row("", f"{len(part['USUBJID'])} left out: {part['reason']}"))
    lines += list(_read_lines(answer["reads"]))
    lines += list(_count_lines(answer["cells"]))
    for file in answer["files"]:
        lines.append(_row("raw file", file["file"], f"{file['rows']} rows", file["sha256"]))
    if "subject" in answer:
        lines += ["", _row("subject", answer["subject"])]
        lines += _decision_lines(answer["decisions"], most)
    elif "records" not in answer:
        lines += ["", "The records of one subject: add --subject ID; of all: --json"]
    lines += _record_lines(answer.get("records", {}), most)
    return "\n".join(lines)


def _analysis_lines(analysis: Mapping[str, Any] | None) -> list[str]:
    if analysis is None:
        return []
    method = analysis["method"]
    options = ", ".join(f"{key}: {value}" for key, value in method.get("options", {}).items())
    population = analysis["population"] or {}
    lines = [
        _row("analysis", analysis["id"], analysis["title"], f"({analysis['role']})"),
        _row("estimand", analysis["estimand"]),
        _row("population", population.get("id"), population.get("label"), analysis["subset"]),
        _row("method", method.get("label"), f"({options})" if options else ""),
        _row("missing data", analysis["missing"]),
    ]
    lines += [_row("warning", text) for text in analysis["warnings"]]
    return [line for line in lines if len(line) > 14]


def _code_lines(made_by: Mapping[str, Any] | None, most: int | None) -> list[str]:
    if made_by is None:
        return []
    step = f"/{made_by['rule']}.py"
    # The rule's own step first, then what it calls.
    paths = sorted(made_by["code"], key=lambda path: (not path.endswith(step), path))
    code = [_row("", made_by["code"][path][:16], path) for path in paths]
    return [_row("rule", made_by["rule"]), *_limited(code, most)]


def _read_lines(reads: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for read in reads:
        columns = ", ".join(read["columns"]) or "whether a record is there"
        yield _row("reads", f"{read['table']}: {columns}", f"({read['rows']} rows)")
        for part in read["conditions"]:
            left = f" ({part['left_out']} left out)" if part["left_out"] else ""
            yield _row("", f"where {part['words']}{left}")


def _count_lines(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for table, count in counts.items():
        words = f"{count['cells']} cells in {count['records']} records, {count['columns']} columns"
        yield _row("rests on", f"{table}: {words}")


def _decision_lines(
    decisions: Mapping[str, list[Mapping[str, Any]]], most: int | None
) -> list[str]:
    lines = []
    for endpoint, rows in decisions.items():
        steps = [
            _row("", f"{row['CLAUSE']:<20}", "met" if row["MET"] == "Y" else "not met", _at(row))
            for row in rows
        ]
        lines += [_row("decision", endpoint), *_limited(steps, most)]
    return lines


def _at(row: Mapping[str, Any]) -> str:
    if row["SRCSEQ"] is None:
        return ""
    return f"{row['SRCDOM']} {row['SRCSEQ']}, day {row['ADAYS']}"


def _record_lines(records: Mapping[str, list[Mapping[str, Any]]], most: int | None) -> list[str]:
    lines = []
    for table, found in records.items():
        lines += ["", f"{table} ({len(found)} records)"]
        texts = []
        for record in found:
            who = " ".join(f"{key}={value}" for key, value in record.get("record", {}).items())
            origin = f"{record['SRCFILE']} row {record['SRCROW']}" if "SRCFILE" in record else ""
            sha = f"sha256 {record['sha256'][:12]}" if "sha256" in record else ""
            parts = [record["USUBJID"], origin, sha, who, _cells(record["cells"])]
            texts.append("    " + "  ".join(part for part in parts if part))
        lines += _limited(texts, most)
    return lines


def describe_source(answer: Mapping[str, Any], everything: bool = False) -> str:
    """The answer to a raw value."""
    meaning = f"({answer['meaning']})" if answer["meaning"] else ""
    lines = [
        _row("raw value", _value(answer["value"]), meaning),
        _row("column", answer["column"], answer["label"]),
        _row("file", answer["file"], f"row {answer['row']}", answer["sha256"]),
        _row("subject", answer["USUBJID"]),
    ]
    lines += _record_lines(answer["records"], None if everything else SHOWN)
    return "\n".join([*lines, "", *_dependent_lines(answer, everything)])


def describe_subject(answer: Mapping[str, Any], everything: bool = False) -> str:
    """The answer to a subject."""
    used = [name for name, state in answer["analyses"].items() if state == "used"]
    left = [f"{name}: {state}" for name, state in answer["analyses"].items() if state != "used"]
    lines = [_row("subject", answer["USUBJID"]), _row("entered", f"{len(used)} analyses")]
    lines += [_row("left out", text) for text in left if not text.endswith(": None")]
    return "\n".join(
        [*lines, *_count_lines(answer["cells"]), "", *_dependent_lines(answer, everything)]
    )


def _dependent_lines(answer: Mapping[str, Any], everything: bool) -> list[str]:
    share = 100 * answer["numbers"] / answer["of"] if answer["of"] else 0
    lines = [f"{answer['numbers']} of {answer['of']} printed numbers ({share:.1f} %) depend on it"]
    for display, count in answer["displays"].items():
        lines.append(f"    {display}: {count}")
    if everything:
        lines += [f"    {address}\t{text}" for address, text in answer["addresses"].items()]
    elif answer["numbers"]:
        lines.append("(--all lists them)")
    return lines
