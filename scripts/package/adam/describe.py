"""The description of each analysis data set: its variables with origin, method and code list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.package.adam.core_variables import core_variables
from scripts.package.adam.explained import Explained, assigned, taken, unavailable
from scripts.package.adam.names import renames, sent_name, sent_words
from scripts.package.adam.standard import standard_core, structure_class
from scripts.package.adam.treatment import OF_RECORDS
from scripts.package.specification import decimals_of, variable
from scripts.package.transport import DATE_FORMAT
from scripts.tables import Contract, type_of

Plan = Mapping[str, Any]
OF_SUBJECT = ("STUDYID", "USUBJID", "SUBJID", "ARMCD", "TRT01P")


@dataclass
class Texts:
    """Methods and comments by id, as they are met."""

    plan: Plan
    methods: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def method(self, identifier: str, name: str, known: Explained) -> str | None:
        """The id of the method of an explained variable, noted; None where it has none."""
        if known.method is None:
            return None
        self.methods[identifier] = {
            "name": name,
            "type": "Computation",
            "text": sent_words(known.method, self.plan),
            "program": known.program,
        }
        return identifier

    def comment(self, identifier: str, text: str | None) -> str | None:
        """The id of a comment, noted; None where there is nothing to say."""
        if text is None:
            return None
        self.comments[identifier] = text
        return identifier


def explain_shared(name: str, parameters: bool, plan: Plan) -> dict[str, Explained]:
    """What every data set of records has: variables of its subjects, and of its parameters."""
    found = {own: taken(f"ADSL.{of}") for own, of in OF_RECORDS.items()}
    found |= {own: taken(f"ADSL.{own}") for own in (*OF_SUBJECT, *core_variables(plan))}
    if parameters:
        found |= {
            "PARAMCD": assigned(),
            "PARAM": assigned(),
            "PARAMN": assigned("The order of the parameters in the plan."),
        }
    return found


def _plain_type(values: pd.Series) -> dict[str, Any]:
    """Type, length and decimals of the values of one parameter."""
    known = values.dropna()
    if type_of(values) == "text":
        longest = max((len(value.encode()) for value in known), default=1)
        return {"type": "text", "length": longest, "digits": None}
    digits = decimals_of(known.to_numpy(dtype=float)) if type_of(values) != "date" else 0
    kind = {"type": "float", "digits": digits} if digits else {"type": "integer", "digits": None}
    return {**kind, "length": 8}


def value_level(
    dataset: str, name: str, known: Explained, table: pd.DataFrame, texts: Texts
) -> list[dict[str, Any]]:
    """Value-level metadata of a variable: one entry for each parameter that has its own."""
    entries = []
    for code, part in known.values.items():
        rows = table[table["PARAMCD"] == code]
        if rows.empty:
            continue
        label = str(rows["PARAM"].iloc[0])
        where = {"dataset": dataset, "variable": "PARAMCD", "comparator": "EQ", "values": [code]}
        identifier = f"MT.{dataset}.{name}.{code}"
        entries.append(
            {
                "where": [where],
                "label": label,
                **_plain_type(rows[name]),
                "codelist": None,
                "method": texts.method(identifier, f"{name} of {label}", part),
                "comment": None,
                "origin": part.origin,
            }
        )
    return entries


def described_variables(
    dataset: str,
    table: pd.DataFrame,
    explained: Mapping[str, Explained],
    labels: Mapping[str, str],
    lists: Mapping[tuple[str, str], str],
    contract: Contract,
    texts: Texts,
) -> list[dict[str, Any]]:
    """The description of every column of a sent table, in their order."""
    plan, found = texts.plan, []
    own = {sent: name for name, sent in renames(plan).items()}
    sure = never_missing(dataset, contract, plan)
    for name in table.columns:
        known = explained[name]
        if table[name].isna().all() and known.origin["type"] == "Predecessor" and len(table):
            known = unavailable() if name not in core_variables(plan) else known
        comment = known.comment
        if name in own and (dataset == "ADSL" or name not in core_variables(plan)):
            called = f"Called {own[name]} in the plan and in the statistical report."
            comment = f"{comment} {called}" if comment else called
        found.append(
            variable(
                name,
                labels[name],
                format=DATE_FORMAT if type_of(table[name]) == "date" else None,
                core=standard_core(name),
                mandatory=name in sure,
                codelist=lists.get((dataset.lower(), name)),
                method=texts.method(f"MT.{dataset}.{name}", f"{dataset}.{name}", known),
                comment=texts.comment(f"COM.{dataset}.{name}", comment),
                origin=known.origin,
                values=value_level(dataset, name, known, table, texts),
            )
        )
    return found


def never_missing(dataset: str, contract: Contract, plan: Plan) -> set[str]:
    """The sent variables of a data set that always have a value."""
    found = {name for name, column in contract.columns.items() if column.get("nulls") is False}
    found |= {*contract.keys, *plan["subjects"]["populations"], f"{dataset.removeprefix('AD')}SEQ"}
    if dataset != "ADSL":
        # Records are those of randomised subjects.
        found |= {"TRT01P", "TRTP", "TRTPN", "ARMCD", "PARAMN"}
    return {sent_name(name, plan) for name in found}


def describe_dataset(
    kind: str, contract: Contract, dataset: str, keys: list[str], note: str | None
) -> dict[str, Any]:
    """A data set's own description, without its variables."""
    return {
        "name": dataset,
        "label": contract.label,
        **structure_class(kind),
        "structure": contract.extra["structure"],
        "keys": keys,
        "purpose": "Analysis",
        "reference": False,
        "repeating": kind != "subjects",
        "note": note,
    }
