"""The trace and the plan's analyses in the names of what is sent."""

from collections.abc import Mapping
from typing import Any

from scripts.package.adam.domain_records import analysed_domains, domain_dataset
from scripts.package.adam.names import renames, sent_name

Plan = Mapping[str, Any]
DERIVED, SDTM = "derive/", "ingest/sdtm/"
NAMING, RECORDS = ("variable", "other"), "records"


def _sent_columns(columns: list[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(name, name) for name in columns]


def sent_index(index: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The index with sent names of columns, and data sets of ADaM for domains that analyses read.

    What a derivation reads of a domain stays what it is.
    """
    names = renames(plan)
    whole = {f"{SDTM}{name}": f"{DERIVED}{domain_dataset(name)}" for name in analysed_domains(plan)}
    direct = {place for places in index["numbers"].values() for place in places}
    reads = []
    for place, read in enumerate(index["reads"]):
        table = whole.get(read["table"], read["table"]) if place in direct else read["table"]
        columns = read["columns"]
        if table.startswith(DERIVED):
            columns = _sent_columns(columns, names)
        reads.append({**read, "table": table, "columns": columns})
    filters = [
        {**entry, "columns": _sent_columns(entry["columns"], names)} for entry in index["filters"]
    ]
    return {**index, "reads": reads, "filters": filters}


def sent_condition(value: Any, plan: Plan, at: str = "") -> Any:
    """A part of the plan in the names of what is sent: renamed variables, flags of verdicts, the
    data sets of domains.
    """
    if isinstance(value, Mapping):
        return {key: sent_condition(part, plan, key) for key, part in value.items()}
    if isinstance(value, list):
        return [sent_condition(part, plan, at) for part in value]
    if at in NAMING:
        return sent_name(value, plan)
    if at == RECORDS and value in analysed_domains(plan):
        return domain_dataset(value)
    return value
