"""Value-level metadata: what a variable holds where it means another thing in each record."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scripts.package.sdtm.described import Described, mapped_terms, origin_of
from scripts.package.sdtm.methods import summary_text
from scripts.package.sdtm.summary import CODELISTS
from scripts.package.specification import origin

# Results of findings mean another thing for each test.
BY_TEST = ("ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")
DISPOSITIONS = {
    "PROTOCOL MILESTONE": "PROTMLST",
    "DISPOSITION EVENT": "NCOMPLT",
    "OTHER EVENT": "OTHEVENT",
}


def content_of(values: pd.Series) -> dict[str, Any]:
    """Type, length and decimals of what the values are, which a text may hide: "12" is a number."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        texts = values.dropna().map(lambda value: f"{value:.12g}")
    else:
        texts = values.dropna().astype("str")
    length = int(texts.str.len().max()) if len(texts) else 1
    if len(texts) and texts.str.fullmatch(r"-?[0-9]+").all():
        return {"type": "integer", "length": length, "digits": None}
    if len(texts) and texts.str.fullmatch(r"-?[0-9]+(\.[0-9]+)?").all():
        decimals = int(texts.str.partition(".")[2].str.len().max())
        return {"type": "float", "length": length, "digits": decimals}
    return {"type": "text", "length": length, "digits": None}


def _where(domain: str, name: str, value: str) -> list[dict[str, Any]]:
    return [{"dataset": domain, "variable": name, "comparator": "EQ", "values": [value]}]


def _value(
    domain: str, by: str, value: str, label: str, values: pd.Series, **more: Any
) -> dict[str, Any]:
    known = {"codelist": None, "method": None, "comment": None, **more}
    return {"where": _where(domain, by, value), "label": label[:40], **content_of(values), **known}


def describe_tests(
    domain: str, name: str, table: pd.DataFrame, made: Described
) -> Iterator[dict[str, Any]]:
    """Value-level metadata of a result of findings, one for each test that has such a result."""
    by = f"{domain}TESTCD"
    for test, rows in table.groupby(by, sort=True):
        if rows[name].notna().any():
            terms = mapped_terms(domain, name, made.plan, {by: str(test)})
            held = set(rows[name].dropna().astype("str")) if terms else set()
            identity = f"{domain}.{name}.{test}"
            title = f"{name} of {test}"
            codelist = (
                made.own_codelist(identity, title, terms) if terms and held <= set(terms) else None
            )
            label = str(rows[f"{domain}TEST"].iloc[0])
            whence = origin_of(domain, name, made.plan)
            yield _value(domain, by, str(test), label, rows[name], origin=whence, codelist=codelist)


def describe_parameters(table: pd.DataFrame, made: Described) -> Iterator[dict[str, Any]]:
    """Value-level metadata of TSVAL: computed ones have a method, others are the protocol's."""
    computed = {
        entry["parameter"]: entry["computed"]
        for entry in made.plan["submission"]["sdtm"]["summary"]
        if "computed" in entry
    }
    for parameter, rows in table.groupby("TSPARMCD", sort=True):
        name = str(parameter)
        more: dict[str, Any] = {"origin": origin("Protocol", "Sponsor")}
        if rows["TSVAL"].isna().all():
            continue
        if name in computed:
            identity = f"MT.TS.TSVAL.{name}"
            more["origin"] = origin("Derived", "Sponsor")
            more["method"] = made.method(identity, f"TSVAL of {name}", summary_text(computed[name]))
        listed = CODELISTS.get(name, "")
        if listed in made.lists and set(rows["TSVAL"]) <= set(made.lists[listed]["terms"]):
            more["codelist"] = made.standard_codelist(listed)
        yield _value("TS", "TSPARMCD", name, rows["TSPARM"].iloc[0], rows["TSVAL"], **more)


def describe_qualifiers(
    domain: str, table: pd.DataFrame, made: Described
) -> Iterator[dict[str, Any]]:
    """Value-level metadata of QVAL, one for each qualifier."""
    for qualifier, rows in table.groupby("QNAM", sort=True):
        kind = str(rows["QORIG"].iloc[0])
        more: dict[str, Any] = {"origin": origin(kind, "Sponsor")}
        yes_no = made.lists.get("NY", {}).get("terms", {})
        if set(rows["QVAL"]) <= set(yes_no):
            more["codelist"] = made.standard_codelist("NY")
        entry = made.plan["submission"]["sdtm"]["supplements"][domain[4:]][str(qualifier)]
        more["comment"] = made.comment(f"COM.{domain}.{qualifier}", entry["comment"])
        label = str(rows["QLABEL"].iloc[0])
        yield _value(domain, "QNAM", str(qualifier), label, rows["QVAL"], **more)


def describe_values(
    domain: str, name: str, table: pd.DataFrame, made: Described
) -> list[dict[str, Any]]:
    """Value-level metadata of one variable; none where its values all mean the same thing."""
    if name == "TSVAL":
        return list(describe_parameters(table, made))
    if name == "QVAL":
        return list(describe_qualifiers(domain, table, made))
    if name in [domain + word for word in BY_TEST] and f"{domain}TESTCD" in table.columns:
        return list(describe_tests(domain, name, table, made))
    if name == "DSDECOD":
        return list(_dispositions(table, made))
    return []


def _dispositions(table: pd.DataFrame, made: Described) -> Iterator[dict[str, Any]]:
    """Each category of dispositions has a code list of its own."""
    for category, rows in table.groupby("DSCAT", sort=True):
        listed = DISPOSITIONS.get(str(category), "")
        known = set(made.lists.get(listed, {}).get("terms", {}))
        held = set(rows["DSDECOD"])
        codelist = made.standard_codelist(listed) if held and held <= known else None
        whence = origin_of("DS", "DSDECOD", made.plan)
        label = "Standardized Disposition Term"
        yield _value(
            "DS", "DSCAT", str(category), label, rows["DSDECOD"], origin=whence, codelist=codelist
        )
