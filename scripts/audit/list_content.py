"""Everything that comes before the report as one Merkle tree; its root is on the title page.

Raw files, plan, code, lock and every intermediate. Of tables it is also kept what each column and
each row was, so that a later change can be told to the cell.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from scripts.audit.listed import AS_RUN
from scripts.audit.merkle import make_leaves, make_manifest, make_part
from scripts.audit.table_digests import describe_table, row_digests
from scripts.job import Job
from scripts.seals import address_of
from scripts.tables import Contract, parse_arrow

# The parts of the content by the name of the input that brings their files.
INPUTS = {
    "raw": "raw",
    "code": "scanned",
    "environment": "environment",
    "intermediates": "intermediates",
}


def _unique(table: pa.Table, keys: list[str]) -> bool:
    if not keys or not set(keys) <= set(table.column_names):
        return False
    return table.group_by(keys).aggregate([]).num_rows == table.num_rows


def keys_of(name: str, table: pa.Table, contracts: Mapping[str, Contract]) -> list[str]:
    """The columns that name a row: those of its contract, else the row's number in its source.

    A table without a contract of its own name (a plan names its own) is under the one whose
    required columns it has, the one with the most of them first. None where nothing names a row.
    """
    fitting = [
        (-len(required), other, contract.keys)
        for other, contract in contracts.items()
        if (required := {n for n, rule in contract.columns.items() if rule.get("required")})
        and required <= set(table.column_names)
    ]
    own = [contracts[name].keys] if name in contracts else []
    for keys in [*own, *(keys for *_, keys in sorted(fitting)), ["SRCROW"]]:
        if _unique(table, keys):
            return list(keys)
    return []


def describe_tables(
    paths: Iterable[str], contracts: Mapping[str, Contract], content: Callable[[str], bytes]
) -> tuple[dict[str, Any], np.ndarray]:
    """What every table is, by address, and the digests of all rows in the same order.

    `content` gives the bytes of a path.
    """
    described, rows = {}, [np.zeros(0, dtype=np.int64)]
    for address, path in sorted((address_of(path), path) for path in paths):
        table = parse_arrow(content(path))
        described[address] = describe_table(table, keys_of(Path(path).stem, table, contracts))
        rows.append(row_digests(table))
    return described, np.concatenate(rows)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        parts = {part: make_part(make_leaves(job.entries(name))) for part, name in INPUTS.items()}
        as_run = {"address": AS_RUN, "sha256": job.plan["digest"], "size": None}
        parts["plan"] = make_part([as_run, *make_leaves(job.entries("files"))])
        tables = [path for path in job.named("intermediates") if path.endswith(".parquet")]
        described, rows = describe_tables(tables, job.contracts, job.content)
        content = make_manifest(job.plan["study.id"], parts, tables=described)
        job.say(f"{sum(len(part['leaves']) for part in parts.values())} files, {content['root']}")
        job.write("content", content)
        job.write("rows", pd.DataFrame({"ROWDIGEST": rows}))
