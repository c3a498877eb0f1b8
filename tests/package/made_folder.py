"""A small finished folder without a fault: data sets, define.xml, documents, programs."""

import json
from datetime import date
from functools import cache

import pandas as pd
import pytest

from scripts.package import places
from scripts.package.describe_analyses import describe_analyses
from scripts.package.lint.folder import Folder
from scripts.package.specification import measured
from scripts.package.submitted_pdf import submitted_pdf
from scripts.package.transport import read_transport, write_transport
from scripts.package.write_dataset_json import dataset_document, format_dataset
from scripts.package.write_define import format_page, make_define, stylesheet
from tests.package.made import made_index, made_plan, made_results, made_specification, made_tables

DAY = date(2020, 2, 29)
MACHINE = "/srv/somewhere/trial"
NAMES = ["compare-proportions", "compare-imputed", "describe-subjects", "compute-design"]
PLAN = made_plan() | {"programs": NAMES}
HERE = places.in_package(places.analysis_datasets(PLAN))
PROGRAMS = places.in_package(places.programs(PLAN))
REPORTS = places.in_package(places.study_reports(PLAN))
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{0}</title>
<style>body {{ font-family: 'TrialTrace Sans'; }}
@page {{ font-family: 'TrialTrace Sans'; }}</style></head>
<body><h1 id="top">{0}</h1><p><a href="#top">Back</a></p></body></html>"""


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


TABLES = {
    "ADSL": pd.DataFrame(
        {
            "USUBJID": text("1", "2"),
            "ARMCD": text("NEW", None),
            "ITTFL": text("Y", "N"),
            "RANDFL": text("Y", "N"),
        }
    ),
    "ADRESP": pd.DataFrame(
        {
            "USUBJID": text("1", "2"),
            "PARAMCD": text("HEAL", "HEAL"),
            "AVALC": text("Y", None),
            "ADT": pd.to_datetime(pd.Series(["2020-02-29", None])),
        }
    ),
    "ADSV": pd.DataFrame({"USUBJID": text("1"), "SVSTDTC": text("2020-02-28"), "VISITNUM": [1.0]}),
}


@cache
def pdf(title: str) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        return submitted_pdf(PAGE.format(title))


@cache
def analyses() -> dict:
    specification = made_specification()
    made = (made_results(), made_tables(), {}, made_index(), specification, PLAN)
    return describe_analyses(*made)


@cache
def made_files() -> dict[str, bytes]:
    """Every file by its path from the root of the package."""
    specification, files = made_specification(), {}
    for dataset in specification["datasets"]:
        name = dataset["name"]
        labels = {entry["name"]: entry["label"] for entry in dataset["variables"]}
        told = {"name": name, "label": dataset["label"], "labels": labels, "day": DAY}
        files[f"{HERE}/{name.lower()}.xpt"] = content = write_transport(TABLES[name], **told)
        dataset.update(measured(dataset, content))
        document = dataset_document(dataset, content, "ADaMIG", PLAN)
        files[f"dataset-json/adam/{name.lower()}.json"] = format_dataset(document).encode()
    sent = {
        name: read_transport(files[f"{HERE}/{name.lower()}.xpt"])
        for name in (dataset["name"] for dataset in specification["datasets"])
    }
    define = make_define(specification, analyses(), sent, PLAN)
    files[f"{HERE}/define.xml"] = define
    files[f"{HERE}/define.html"] = format_page(define)
    files[f"{HERE}/define2-1.xsl"] = stylesheet()
    files[f"{HERE}/adrg.pdf"] = pdf("Guide")
    files[f"{REPORTS}/statistical-report.pdf"] = pdf("Report")
    files[f"{REPORTS}/sap.pdf"] = pdf("Plan")
    for program in NAMES:
        files[f"{PROGRAMS}/{program}.txt"] = b"print('made')\n"
    files["ars/reporting-event.json"] = json.dumps(
        {"outputs": [{"location": f"../{REPORTS}/statistical-report.pdf"}]}
    ).encode()
    return files


CLAIMS = [
    {"document": "adrg", "kind": "program", "about": f"{name}.txt", "said": f"{name}.txt"}
    for name in NAMES
] + [{"document": "adrg", "kind": "path", "about": f"{HERE}/adsl.xpt", "said": "adsl.xpt"}]


def made_folder(files: dict[str, bytes] | None = None, **more) -> Folder:
    """The folder of these files, else of those without a fault."""
    told = {"claims": CLAIMS, "analyses": analyses(), "machine": [MACHINE], **more}
    return Folder(files=made_files() if files is None else files, day=DAY, **told)
