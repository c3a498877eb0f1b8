"""The variables of the standard, and a table arranged as the standard wants it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import yaml

from scripts.conditions import nearest

# Texts that may go on in further variables where they are longer than 200 bytes.
LONG_TEXTS = {"CO": "COVAL"}


@dataclass(frozen=True)
class Variable:
    """One variable of the standard: `kind` is Char or Num, `codelists` are short names."""

    name: str
    label: str
    kind: str
    role: str
    core: str
    codelists: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """One data set of the standard; its variables are in their order."""

    name: str
    label: str
    kind: str
    structure: str
    keys: tuple[str, ...]
    variables: dict[str, Variable]


Standard = Mapping[str, Domain]


def _variable(name: str, entry: Sequence[str]) -> Variable:
    label, kind, role, core, *codelists = entry
    return Variable(name, label, kind, role, core, tuple(codelists))


def parse_standard(content: bytes) -> dict[str, Domain]:
    """The standard from the bytes of its file, by the names of the data sets."""
    return {
        name: Domain(
            name,
            raw["label"],
            raw["class"],
            raw["structure"],
            tuple(raw["keys"]),
            {variable: _variable(variable, entry) for variable, entry in raw["variables"].items()},
        )
        for name, raw in yaml.safe_load(content.decode("utf-8")).items()
    }


def domain_of(name: str, standard: Standard) -> Domain:
    """A data set of the standard by its name: SUPPAE is one of SUPPQUAL."""
    return standard["SUPPQUAL" if name.startswith("SUPP") else name]


def followers(name: str, columns: Iterable[str]) -> list[str]:
    """The variables that hold the rest of a long text: COVAL1, COVAL2 ... after COVAL."""
    found = [c for c in columns if c.startswith(name) and c[len(name) :].isdigit()]
    return sorted(found, key=lambda c: int(c[len(name) :]))


def arranged(table: pd.DataFrame, domain: Domain) -> pd.DataFrame:
    """The table with every expected variable, empty where it holds none, in the standard's order.

    A permissible variable without any value is left out; what the standard has no variable for
    is left out too.
    """
    made = {}
    for name, variable in domain.variables.items():
        if name in table.columns:
            if variable.core == "Perm" and table[name].isna().all():
                continue
            made[name] = table[name]
        elif variable.core in ("Req", "Exp"):
            dtype = "float64" if variable.kind == "Num" else "str"
            made[name] = pd.Series(np.nan, index=table.index, dtype=dtype)
        if name in LONG_TEXTS.values():
            made |= {rest: table[rest] for rest in followers(name, table.columns)}
    return pd.DataFrame(made, index=table.index)


def check_standard(
    name: str, table: pd.DataFrame, domain: Domain, supplemented: Iterable[str]
) -> list[str]:
    """Variables that the standard does not have and that no supplement takes, and the reverse."""
    beyond = [column for column in table.columns if column not in domain.variables]
    findings = [
        f"{name}: the standard has no variable {column}; {nearest(column, domain.variables)}; map "
        "it to one, or send it as a supplement (sdtm.supplements in config/submission.yaml)"
        for column in beyond
        if column not in supplemented
    ]
    return findings + [
        f"{name}: {column} of sdtm.supplements is no variable of it beyond the standard; "
        f"{nearest(column, beyond)}"
        for column in supplemented
        if column not in beyond
    ]


def records_of(domain: str, study: str, records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table of records with STUDYID and DOMAIN; a column of text stays one without any value."""
    table = pd.DataFrame([{"STUDYID": study, "DOMAIN": domain, **record} for record in records])
    return table.astype({name: "str" for name in table if table[name].dtype == object})
