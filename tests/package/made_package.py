"""A small valid package: a few subjects, every kind of data set that the gate has rules for."""

# A record stands on two lines where it does not fit on one.
# ruff: noqa: RUF005

import copy
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from scripts.package.gate.define_file import read_define
from scripts.package.gate.held import Held, Package
from scripts.package.specification import measured, origin, variable
from scripts.package.transport import read_transport, write_transport

STUDY, DAY = "ABC-01", date(2021, 1, 31)
ONE, TWO, NOBODY = "ABC-01-001", "ABC-01-002", "ABC-01-003"
# 2021-01-04 as days since 1960-01-01: the day on which treatment starts.
START = 22284.0
LABELS = {"STUDYID": "Study Identifier", "USUBJID": "Unique Subject Identifier"}
CODES = {"AESER": "NY", "ITTFL": "NY", "SEX": "SEX", "AEOUT": "OUT"}
NO_REFERENCE = {"codelist": None, "method": None, "comment": None, "origin": None, "digits": None}
GLUCOSE = [{"dataset": "ADLB", "variable": "PARAMCD", "comparator": "EQ", "values": ["GLUC"]}]
CODELISTS = {
    "NY": {"code": "C66742", "extensible": False, "terms": {"N": "C49487", "Y": "C49488"}},
    "SEX": {"code": "C66731", "extensible": False, "terms": {"F": "C16576", "M": "C20197"}},
    "OUT": {"code": "C66768", "extensible": True, "terms": {"FATAL": "C48275", "GONE": None}},
}


def table(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def sdtm(columns: str, domain: str, *rows: tuple) -> pd.DataFrame:
    """A domain; STUDYID and DOMAIN are put before its columns."""
    return table(f"STUDYID DOMAIN {columns}", *[(STUDY, domain, *row) for row in rows])


def adam(columns: str, *rows: tuple) -> pd.DataFrame:
    return table(f"STUDYID {columns}", *[(STUDY, *row) for row in rows])


def made_sdtm() -> dict[str, pd.DataFrame]:
    """The domains by name."""
    return {
        "TS": sdtm(
            "TSSEQ TSPARMCD TSPARM TSVAL TSVALNF",
            "TS",
            (1.0, "SENDTC", "Study End Date", None, "NA"),
            (1.0, "SSTDTC", "Study Start Date", "2021-01-01", None),
        ),
        "TA": sdtm("ARMCD ARM TAETORD ETCD EPOCH", "TA", ("A", "Active", 1.0, "DRUG", "TREATMENT")),
        "TE": sdtm("ETCD ELEMENT TESTRL TEDUR", "TE", ("DRUG", "Drug", "First dose", "P4W")),
        "TI": sdtm("IETESTCD IETEST IECAT", "TI", ("IN01", "Adult", "INCLUSION")),
        "DM": sdtm(
            "USUBJID SUBJID RFSTDTC RFENDTC RFXSTDTC DTHDTC DTHFL SITEID SEX ARMCD ARM ACTARMCD"
            " ARMNRS COUNTRY",
            "DM",
            (ONE, "001", "2021-01-04", "2021-01-20", "2021-01-04", None, None, "01", "F")
            + ("A", "Active", "A", None, "CHN"),
            (TWO, "002", "2021-01-04", "2021-01-20", "2021-01-04", "2021-01-20", "Y", "01", "M")
            + ("A", "Active", "A", None, "CHN"),
            (NOBODY, "003", None, None, None, None, None, "01", "M")
            + (None, None, None, "SCREEN FAILURE", "CHN"),
        ),
        "IE": sdtm(
            "USUBJID IESEQ IETESTCD IETEST IECAT IEORRES IESTRESC",
            "IE",
            (NOBODY, 1.0, "IN01", "Adult", "INCLUSION", "N", "N"),
        ),
        "AE": sdtm(
            "USUBJID AESEQ AETERM AEDECOD AESER AEOUT AESHOSP AESTDTC AEENDTC AESTDY AEENDY EPOCH",
            "AE",
            (ONE, 1.0, "Rash", "Rash", "N", "GONE", "N", "2021-01-05", "2021-01-07", 2.0, 4.0)
            + ("TREATMENT",),
            (TWO, 1.0, "Fall", "Fall", "Y", "FATAL", "Y", "2021-01-03", "2021-01", -1.0, None)
            + ("TREATMENT",),
        ),
        "LB": sdtm(
            "USUBJID LBSEQ LBTESTCD LBTEST LBORRES LBSTRESC LBSTRESN LBSTRESU LBSTAT LBREASND"
            " LBLOBXFL VISITNUM VISIT LBDTC LBDY",
            "LB",
            (ONE, 1.0, "GLUC", "Glucose", "5", "5", 5.0, "mmol/L", None, None, "Y")
            + (0.0, "Start", "2021-01-03", -1.0),
            (ONE, 2.0, "GLUC", "Glucose", "6.5", "6.5", 6.5, "mmol/L", None, None, None)
            + (1.0, "Week 1", "2021-01-11", 8.0),
            (TWO, 1.0, "GLUC", "Glucose", "<3", "<3", None, "mmol/L", None, None, None)
            + (0.0, "Start", "2021-01-04", 1.0),
            (TWO, 2.0, "GLUC", "Glucose", None, None, None, None, "NOT DONE", "LOST", None)
            + (1.0, "Week 1", "2021-01-11", 8.0),
        ),
        "SUPPAE": table(
            "STUDYID RDOMAIN USUBJID IDVAR IDVARVAL QNAM QLABEL QVAL",
            (STUDY, "AE", ONE, "AESEQ", "1", "AESITE", "Site of the Event", "ARM"),
        ),
    }


def made_adam() -> dict[str, pd.DataFrame]:
    """The analysis data sets by name."""
    return {
        "ADSL": adam(
            "USUBJID SUBJID SITEID AGE AGEU SEX RACE ARM TRT01P TRT01PN ITTFL ITTFN DTHFL DTHDT"
            " TRTSDT TRTEDT",
            (ONE, "001", "01", 40.0, "YEARS", "F", "ASIAN", "Active", "Active", 1.0, "Y", 1.0)
            + (None, None, START, START + 9),
            (TWO, "002", "01", 41.0, "YEARS", "M", "ASIAN", "Active", "Active", 1.0, "Y", 1.0)
            + ("Y", START + 16, START, START + 9),
            (NOBODY, "003", "01", 42.0, "YEARS", "M", "ASIAN", None, None, None, "N", 0.0)
            + (None, None, None, None),
        ),
        "ADLB": adam(
            "USUBJID TRT01P PARAMCD PARAM PARAMN AVAL AVALC BASE BASEC CHG PCHG AVALU ABLFL ANL01FL"
            " ADT ADY LBTESTCD DTYPE SRCDOM SRCVAR SRCSEQ",
            (ONE, "Active", "GLUC", "Glucose", 1.0, 5.0, "5", 5.0, "5", None, None, "mmol/L", "Y")
            + ("Y", START - 1, -1.0, "GLUC", None, "LB", "LBSTRESN", 1.0),
            (ONE, "Active", "GLUC", "Glucose", 1.0, 6.5, "6.5", 5.0, "5", 1.5, 30.0, "mmol/L", None)
            + ("Y", START + 7, 8.0, "GLUC", None, "LB", "LBSTRESN", 2.0),
            (ONE, "Active", "GLUC", "Glucose", 1.0, 5.75, "5.75", 5.0, "5", 0.75, 15.0, "mmol/L")
            + (None, "Y", START + 7, 8.0, None, "AVERAGE", None, None, None),
        ),
        "ADTTE": adam(
            "USUBJID TRT01P PARAMCD PARAM AVAL AVALU STARTDT ADT CNSR EVNTDESC CNSDTDSC"
            " SRCDOM SRCVAR SRCSEQ",
            (ONE, "Active", "TTE", "Time", 2.0, "DAYS", START, START + 1, 0.0, "Rash", None)
            + ("AE", "AESTDTC", 1.0),
            (TWO, "Active", "TTE", "Time", 17.0, "DAYS", START, START + 16, 1.0, None, "DEATH")
            + ("ADSL", "DTHDT", None),
        ),
        "ADAE": adam(
            "USUBJID TRT01P AETERM AESTDTC ASTDT AENDT ASTDY AENDY TRTEMFL SRCDOM SRCSEQ",
            (ONE, "Active", "Rash", "2021-01-05", START + 1, START + 3, 2.0, 4.0, "Y", "AE", 1.0),
            (TWO, "Active", "Fall", "2021-01-03", START - 1, None, -1.0, None, "N", "AE", 1.0),
        ),
    }


KEYS = {
    "TS": ["TSPARMCD", "TSSEQ"],
    "TA": ["ARMCD", "TAETORD"],
    "TE": ["ETCD"],
    "TI": ["IETESTCD"],
    "SUPPAE": ["USUBJID", "IDVARVAL", "QNAM"],
    "ADLB": ["USUBJID", "PARAMCD", "ADT", "DTYPE"],
    "ADTTE": ["USUBJID", "PARAMCD"],
    "ADAE": ["USUBJID", "SRCSEQ"],
}
OCCURRENCES = "OCCURRENCE DATA STRUCTURE"


def keys_of(name: str, held: pd.DataFrame) -> list[str]:
    sequence = [f"{name[:2]}SEQ"] if f"{name[:2]}SEQ" in held else []
    return KEYS.get(name, ["USUBJID", *sequence])


def describe(name: str, held: pd.DataFrame) -> dict[str, Any]:
    """The specification of one data set, before it is measured."""
    variables = []
    for column in held:
        label = LABELS.get(column, f"The {column}")
        mandatory, listed = column in ("STUDYID", "USUBJID"), CODES.get(column)
        more: dict[str, Any] = {"mandatory": mandatory, "codelist": listed}
        if column.endswith("DT"):
            more["format"] = "DATE9."
        if (name, column) == ("ADLB", "AVALC"):
            more["values"] = [{**NO_REFERENCE, "where": GLUCOSE, "type": "text", "length": 4}]
        variables.append(variable(column, label, origin=origin("Assigned"), **more))
    return {
        "name": name,
        "label": f"Data of {name}",
        "class": OCCURRENCES if name == "ADAE" else "OTHER",
        "structure": "One record each",
        "keys": keys_of(name, held),
        "purpose": "Analysis",
        "reference": False,
        "repeating": True,
        "note": None,
        "variables": variables,
    }


def codelists() -> dict[str, Any]:
    return {
        name: {
            "name": name,
            "code": listed["code"],
            "extensible": listed["extensible"],
            "type": "text",
            "external": None,
            "terms": [
                {"value": value, "decode": value, "code": code, "extended": code is None}
                for value, code in listed["terms"].items()
            ],
        }
        for name, listed in CODELISTS.items()
    }


NAMESPACES = (
    'xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def _words(text: str) -> str:
    return f"<Description><TranslatedText>{text}</TranslatedText></Description>"


def define_of(specification: Mapping[str, Any]) -> str:
    """As much of a define.xml as the gate looks at."""
    groups, items = "", ""
    for dataset in specification["datasets"]:
        name, references = dataset["name"], ""
        for place, entry in enumerate(dataset["variables"], start=1):
            oid = f"IT.{name}.{entry['name']}"
            key = (
                dataset["keys"].index(entry["name"]) + 1 if entry["name"] in dataset["keys"] else 0
            )
            sequence = f' KeySequence="{key}"' if key else ""
            references += (
                f'<ItemRef ItemOID="{oid}" OrderNumber="{place}" Mandatory="No"{sequence}/>'
            )
            listed = (
                f'<CodeListRef CodeListOID="CL.{entry["codelist"]}"/>' if entry["codelist"] else ""
            )
            items += (
                f'<ItemDef OID="{oid}" Name="{entry["name"]}" DataType="{entry["type"]}" '
                f'Length="{entry["length"]}">{_words(entry["label"])}{listed}</ItemDef>'
            )
        leaf = f'<def:leaf ID="LF.{name}" xlink:href="{name.lower()}.xpt"/>'
        content = f"{_words(dataset['label'])}{references}{leaf}"
        groups += f'<ItemGroupDef Name="{name}">{content}</ItemGroupDef>'
    lists = "".join(
        f'<CodeList OID="CL.{name}" Name="{name}">'
        + "".join(f'<EnumeratedItem CodedValue="{term["value"]}"/>' for term in listed["terms"])
        + "</CodeList>"
        for name, listed in specification["codelists"].items()
    )
    return f"<ODM {NAMESPACES}>{groups}{items}{lists}</ODM>"


Change = Callable[[Any], Any]


@cache
def written(name: str, standard: str) -> Held:
    """A data set without a fault, as it was read back from its file: made once."""
    held = {"sdtm": made_sdtm, "adam": made_adam}[standard]()[name]
    return held_of(name, standard, held)


def held_of(name: str, standard: str, held: pd.DataFrame) -> Held:
    described = describe(name, held)
    content = write_transport(
        held,
        name=name,
        label=described["label"],
        labels={e["name"]: e["label"] for e in described["variables"]},
        formats={e["name"]: e["format"] for e in described["variables"] if e["format"]},
        day=DAY,
    )
    return Held(name, standard, read_transport(content), measured(described, content))


def made_package(change: Change | None = None, after: Change | None = None) -> Package:
    """The package; `change` plants a fault in its tables before they are described and written,
    `after` in what was read back or describes it."""
    plain = {"sdtm": made_sdtm(), "adam": made_adam()}
    tables = {**made_sdtm(), **made_adam()}
    if change is not None:
        change(tables)
    datasets: dict[str, Held] = {}
    for name, held in tables.items():
        standard = "sdtm" if name in plain["sdtm"] else "adam"
        same = name in plain[standard] and held.equals(plain[standard][name])
        made = written(name, standard) if same else held_of(name, standard, held)
        datasets[name] = copy.deepcopy(made)
    specifications, defines = {}, {}
    for standard in plain:
        ours = {name: held for name, held in datasets.items() if held.standard == standard}
        used = {CODES[column] for held in ours.values() for column in held.table if column in CODES}
        specifications[standard] = {
            "standard": standard,
            "datasets": [held.described for held in ours.values()],
            "codelists": {n: listed for n, listed in codelists().items() if n in used},
        }
        defines[standard] = read_define(define_of(specifications[standard]).encode())
    package = Package(datasets, specifications, defines, "abc-01", ["ITTFL"])
    if after is not None:
        after(package)
    return package
