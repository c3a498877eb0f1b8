"""The specification of the data sets that are sent: one description from which define.xml, the
guides, Dataset-JSON, the conformance checks and the results metadata are all made.

It is plain data, one file for each standard, made by the step that writes the transport files, so
that it says what they hold. Its shape:

    standard, version             ADaMIG 1.3 or SDTMIG 3.4
    terminology                   {package, date}: the release of the controlled terms
    renamed                       of ADaM: sent name by the name in our tables, where they differ
    datasets                      a list, in the order of define.xml
      name, label, class, structure, keys, purpose (Tabulation, Analysis), reference (true for
      trial design), repeating, records, note (a comment's id or null); of ADaM also subclass
      (TIME-TO-EVENT ... or null)
      variables                   a list, in the order of the columns
        name, label, type (text, integer, float), length (as stored in the file), digits
        (of a float, else null), format (DATE9. ... or null), mandatory, core, role (or null),
        codelist, method, comment (ids or null), origin {type, source, predecessor}
        values                    value-level metadata: a list of {where, label, type, length,
                                  digits, codelist, method, comment, origin}; `where` is a list of
                                  {dataset, variable, comparator, values}
    codelists                     by id: name, code (of the standard, or null), extensible, type,
                                  terms [{value, decode, code, extended}], external ({dictionary,
                                  version} or null); package where it is of another release
    methods                       by id: name, type (Computation, Imputation), text, program or null
    comments                      by id: text
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.package.transport import read_transport
from scripts.tables import type_of

ORIGINS = ("Collected", "Derived", "Assigned", "Protocol", "Predecessor", "Not Available")


def origin(type_: str, source: str | None = None, predecessor: str | None = None) -> dict[str, Any]:
    """Where a variable comes from, in the words of Define-XML 2.1."""
    return {"type": type_, "source": source, "predecessor": predecessor}


def variable(name: str, label: str, **more: Any) -> dict[str, Any]:
    """One variable; what is not given is unknown, and `measured` fills in type and length."""
    unknown = dict.fromkeys(
        ("type", "length", "digits", "format", "core", "role", "codelist", "method", "comment")
    )
    wrong = set(more) - set(unknown) - {"mandatory", "origin", "values"}
    if wrong:
        raise TypeError(f"a variable has no {sorted(wrong)}")
    known = {"mandatory": False, "origin": None, "values": [], **more}
    return {"name": name, "label": label, **unknown, **known}


def decimals_of(values: Any) -> int:
    """How many decimals a column of numbers needs, at most twelve significant digits."""
    texts = (f"{value:.12g}" for value in values)
    return max((len(t.partition(".")[2]) for t in texts if "e" not in t), default=0)


def measured(dataset: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """A data set's description with what its transport file holds: types, lengths, records."""
    held = read_transport(content)
    variables = []
    for entry in dataset["variables"]:
        values = held.table[entry["name"]]
        found: dict[str, Any] = {"length": held.lengths[entry["name"]], "digits": None}
        if type_of(values) == "text":
            found["type"] = "text"
        else:
            digits = decimals_of(values.dropna().to_numpy(dtype=float))
            found |= {"type": "float", "digits": digits} if digits else {"type": "integer"}
        variables.append({**entry, **found})
    return {**dataset, "variables": variables, "records": len(held.table)}


def referred(dataset: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """Every (variable, id) by which a data set refers to a code list, a method or a comment."""
    for entry in dataset["variables"]:
        for place in [entry, *entry["values"]]:
            if place[kind] is not None:
                yield entry["name"], place[kind]


def check_specification(specification: Mapping[str, Any]) -> list[str]:
    """Every reference that leads nowhere, and everything that is described and never used."""
    findings = []
    names = [dataset["name"] for dataset in specification["datasets"]]
    findings += [f"{name}: described twice" for name in sorted(names) if names.count(name) > 1]
    for kind in ("codelist", "method", "comment"):
        known, used = set(specification[f"{kind}s"]), set()
        for dataset in specification["datasets"]:
            for name, target in referred(dataset, kind):
                used.add(target)
                if target not in known:
                    findings.append(f"{dataset['name']}.{name}: no {kind} {target}")
        if kind == "comment":
            used |= {d["note"] for d in specification["datasets"] if d.get("note")}
        findings += [f"{kind} {target}: nothing refers to it" for target in sorted(known - used)]
    for dataset in specification["datasets"]:
        columns = [entry["name"] for entry in dataset["variables"]]
        findings += [
            f"{dataset['name']}: key {key} is not a variable"
            for key in dataset["keys"]
            if key not in columns
        ]
        findings += [
            f"{dataset['name']}.{entry['name']}: no origin"
            for entry in dataset["variables"]
            if not entry["origin"] and not entry["values"]
        ]
    return findings
