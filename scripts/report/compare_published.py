"""Published against computed: every published number with its verdict, and the inconsistencies
of the publication that the data can show."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.report.publication.evidence import Material
from scripts.report.publication.inconsistencies import find_inconsistencies
from scripts.report.publication.published import compare_items, summarise
from scripts.report.publication.statistics_index import StatisticsIndex
from scripts.report.publication.subject_rules import make_subject_table
from scripts.report.results import OutputsError
from scripts.report.store import read_results


def compare_published(
    published: Mapping[str, Any],
    settings: Mapping[str, Any],
    arms: Sequence[Mapping[str, Any]],
    results: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """The published items with verdicts, the totals, and the inconsistencies.

    `tables` holds adsl, adresp, adtte, adae and the tables of measurements by file stem.
    """
    index = StatisticsIndex(results)
    items = compare_items(published, index, settings)
    material = Material(
        items={item["id"]: item for item in items},
        index=index,
        settings=settings,
        arms={arm["code"]: arm["label"] for arm in arms},
        tables={**tables, "subjects": make_subject_table(tables["adsl"], tables["adresp"])},
    )
    return {
        "source": published["source"],
        "items": items,
        "summary": summarise(published, items),
        "inconsistencies": find_inconsistencies(material, published),
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        plan = job.plan
        published, settings, arms = (plan[name] for name in ("published", "settings", "trial.arms"))
        try:
            document = compare_published(
                published, settings, arms, read_results(job), job.tables("tables")
            )
        except OutputsError as error:
            raise StepError(str(error)) from None
        verdicts = document["summary"]["verdicts"]
        job.say("; ".join(f"{count} {verdict}" for verdict, count in verdicts.items()))
        job.write("published", document)
