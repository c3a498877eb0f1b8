"""The evidence explorer: from a printed number to its raw rows and back, in one file for a browser.

Everything that a run left is packed into `explorer.html`, which opens from disk without network.
"""

from collections.abc import Mapping

import pandas as pd

from scripts.audit.explorer.packs import Material, make_packs
from scripts.audit.explorer.page import make_page
from scripts.audit.lineage.run import DERIVED, RAW, SDTM, addresses_of
from scripts.job import Job


def build_explorer(material: Material, templates: Mapping[str, str]) -> str:
    """The explorer as the text of one HTML file."""
    return make_page(make_packs(material), material.front, templates)


def _named(stage: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {f"{stage}/{name}": table for name, table in tables.items()}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        tables, figures = job.json("tables"), job.jsons("figures")
        material = Material(
            plan=job.plan,
            index=job.json("index"),
            arrays=job.table("arrays"),
            tables={
                **_named(DERIVED, job.tables("derived")),
                **_named(SDTM, job.tables("domains")),
                **_named(RAW, job.tables("raw")),
            },
            front=tables["front"],
            displays={**tables["displays"], **figures},
            addresses=addresses_of(tables, figures),
            results=job.json("described"),
            metadata=job.json("metadata"),
            formulas=job.json("formulas"),
            seals=job.jsons("seals"),
            contracts=job.contracts,
        )
        page = build_explorer(material, job.texts("templates"))
        job.say(f"{len(page)} characters")
        job.write("explorer", page)
