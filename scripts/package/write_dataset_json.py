"""The data sets as Dataset-JSON 1.1, for readers of the format to come; transport files stay what
is submitted. Names are those of define.xml, values those of the transport files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from jsonschema import Draft202012Validator

import scripts
from scripts.job import Job, StepError
from scripts.package import places
from scripts.package.data_types import text_types
from scripts.package.oids import dataset_oid, study_oid, variable_oid, version_oid
from scripts.package.transport import dates_since_epoch, read_transport

VERSION = "1.1.0"
# Numbers that a reader is to see as days.
DATE_FORMATS = ("DATE", "YYMMDD", "E8601DA")
TEXT, INTEGER, FLOAT, DATE = "string", "integer", "float", "date"
OF_DEFINE = {"text": TEXT, "integer": INTEGER, "float": FLOAT, "date": DATE, "datetime": "datetime"}


def is_date(entry: Mapping[str, Any]) -> bool:
    """Whether a variable is a number that stands for a day."""
    return entry["type"] != "text" and str(entry["format"] or "").startswith(DATE_FORMATS)


def describe_column(
    dataset: Mapping[str, Any], entry: Mapping[str, Any], types: Mapping[str, str]
) -> dict[str, Any]:
    """One variable in the words of the model."""
    name, keys = entry["name"], list(dataset["keys"])
    column: dict[str, Any] = {
        "itemOID": variable_oid(dataset["name"], name),
        "name": name,
        "label": entry["label"],
        # A date that is partial is text to this model.
        "dataType": DATE if is_date(entry) else OF_DEFINE.get(types.get(name, entry["type"]), TEXT),
    }
    if is_date(entry):
        column["targetDataType"] = INTEGER
    if entry["type"] == "text":
        column["length"] = max(int(entry["length"]), 1)
    if entry["format"]:
        column["displayFormat"] = entry["format"]
    if name in keys:
        column["keySequence"] = keys.index(name) + 1
    return column


def values_of(values: pd.Series, column: Mapping[str, Any]) -> list[Any]:
    """The values of a column as JSON has them: days as ISO 8601, missing text empty."""
    known = values.notna().to_numpy()
    if "targetDataType" in column:
        values = dates_since_epoch(values).dt.strftime("%Y-%m-%d")
    if column["dataType"] == INTEGER:
        return [int(value) if is_ else None for value, is_ in zip(values, known, strict=True)]
    if column["dataType"] == FLOAT:
        return [float(value) if is_ else None for value, is_ in zip(values, known, strict=True)]
    missing = None if "targetDataType" in column else ""
    return [str(value) if is_ else missing for value, is_ in zip(values, known, strict=True)]


def dataset_document(
    dataset: Mapping[str, Any], content: bytes, standard: str, plan: Mapping[str, Any]
) -> dict[str, Any]:
    """One data set with its values, from its transport file.

    Raises StepError where the file has other variables than the specification.
    """
    held = read_transport(content)
    names = [entry["name"] for entry in dataset["variables"]]
    if names != list(held.table.columns):
        raise StepError(
            f"{dataset['name']}: the transport file has {list(held.table.columns)}, "
            f"the specification {names}"
        )
    types = text_types(held.table, {v["name"]: v["type"] for v in dataset["variables"]})
    columns = [describe_column(dataset, entry, types) for entry in dataset["variables"]]
    values = [values_of(held.table[column["name"]], column) for column in columns]
    study = plan["study"]["id"]
    return {
        "datasetJSONCreationDateTime": f"{plan['study']['data_cut']}T00:00:00Z",
        "datasetJSONVersion": VERSION,
        "fileOID": f"{study}.{standard}.{dataset['name']}",
        "sourceSystem": {"name": "trialtrace", "version": scripts.__version__},
        "studyOID": study_oid(study),
        "metaDataVersionOID": version_oid(study, standard),
        "metaDataRef": define_of(standard, plan),
        "itemGroupOID": dataset_oid(dataset["name"]),
        "records": len(held.table),
        "name": dataset["name"],
        "label": dataset["label"],
        "columns": columns,
        "rows": [list(row) for row in zip(*values, strict=True)],
    }


def define_of(standard: str, plan: Mapping[str, Any]) -> str:
    """Where the define.xml of a standard lies, seen from the data sets as JSON."""
    tabulation = standard == "SDTMIG"
    folder = places.tabulations(plan) if tabulation else places.analysis_datasets(plan)
    here = f"{places.DATASET_JSON}/{'sdtm' if tabulation else 'adam'}"
    return places.relative(f"{folder}/define.xml", here)


def format_dataset(document: Mapping[str, Any]) -> str:
    """The document as text: a line for each part of its head, for each column and for each row."""

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def listed(items: list[Any]) -> str:
        return "[\n" + ",\n".join(map(compact, items)) + "\n]" if items else "[]"

    lists = ("columns", "rows")
    head = [f"{compact(key)}:{compact(document[key])}" for key in document if key not in lists]
    body = [f"{compact(key)}:{listed(document[key])}" for key in lists]
    return "{\n" + ",\n".join([*head, *body]) + "\n}\n"


def check_dataset(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Every finding of the schema, and every row or count that does not fit the columns."""
    name = document.get("name", "a data set")
    findings = [
        f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(document)
    ]
    rows = document.get("rows", [])
    if document.get("records") != len(rows):
        findings.append(f"{name}: {len(rows)} rows, {document.get('records')} records")
    width = len(document.get("columns", []))
    findings += [
        f"{name}: row {number} has {len(row)} values for {width} columns"
        for number, row in enumerate(rows, start=1)
        if len(row) != width
    ]
    return findings


def write_datasets(
    specification: Mapping[str, Any],
    contents: Mapping[str, bytes],
    schema: Mapping[str, Any],
    plan: Mapping[str, Any],
) -> dict[str, str]:
    """Every data set of a standard as text, by file stem. Raises StepError with every finding."""
    found, findings = {}, []
    for dataset in specification["datasets"]:
        stem = dataset["name"].lower()
        if stem not in contents:
            findings.append(f"{dataset['name']}: described and not sent")
            continue
        document = dataset_document(dataset, contents[stem], specification["standard"], plan)
        findings += check_dataset(document, schema)
        found[stem] = format_dataset(document)
    findings += [
        f"{stem.upper()}: sent and not described" for stem in contents if stem not in found
    ]
    if findings:
        raise StepError("\n  ".join(["not Dataset-JSON", *findings]))
    return found


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        schema = yaml.safe_load(job.text("schema"))
        for standard in ("sdtm", "adam"):
            paths = job.named(f"{standard}_datasets")
            contents = {Path(path).stem: job.content(path) for path in paths}
            texts = write_datasets(job.json(standard), contents, schema, job.plan)
            job.write_all(f"{standard}_texts", texts)
