"""The results store: every number of every analysis in long form, and who and how beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.job import Job
from scripts.tables import Contract

# The row under which the points of a curve stand.
CURVE = "curve"
Record = dict[str, Any]


def _records(document: Mapping[str, Any]) -> Iterator[Record]:
    for entry in document["statistics"]:
        yield {key.upper(): value for key, value in entry.items()} | {"POINT": None}
    for group, arrays in (document.get("curve") or {}).items():
        for statistic, values in arrays.items():
            for point, value in enumerate(values):
                at = {"ROW": CURVE, "GROUP": group, "STATISTIC": statistic}
                yield {**at, "POINT": point, "VALUE": value}


def collect_results(
    documents: Mapping[str, Mapping[str, Any]], contract: Contract
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """(one record a statistic, what is no number of each analysis by its id).

    `documents` are results as config/schemas/result.yaml describes them.
    """
    records = [
        {"ANALYSIS": name, "RSEQ": number, **record}
        for name, document in documents.items()
        for number, record in enumerate(_records(document), start=1)
    ]
    described = {
        name: {key: value for key, value in document.items() if key not in ("statistics", CURVE)}
        for name, document in documents.items()
    }
    return pd.DataFrame(records, columns=list(contract.columns)), described


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        table, described = collect_results(job.jsons("results"), job.contract("results"))
        job.say(f"{len(described)} results, {len(table)} numbers")
        job.write("store", table)
        job.write("described", described)
