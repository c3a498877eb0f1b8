"""The SDTM data sets as they are sent: transport files, and the specification of what they hold."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.package.sdtm.describe import describe_dataset
from scripts.package.sdtm.described import Described
from scripts.package.sdtm.restored import check_restored, restore_domains
from scripts.package.sdtm.sent import all_datasets
from scripts.package.sdtm.standard import Standard, domain_of, parse_standard
from scripts.package.sending import Sent, transport_files


def send_sdtm(
    domains: Mapping[str, pd.DataFrame],
    deviations: pd.DataFrame,
    standard: Standard,
    plan: Mapping[str, Any],
) -> tuple[list[Sent], dict[str, Any]]:
    """Every SDTM data set that is sent, and the specification without what the files say."""
    tables = all_datasets(domains, deviations, standard, plan)
    made = Described(plan, standard)
    order = sorted(
        tables, key=lambda name: (list(standard).index(domain_of(name, standard).name), name)
    )
    sent = [(tables[name], describe_dataset(name, tables[name], made)) for name in order]
    specification = {
        "standard": "SDTMIG",
        "version": "3.4",
        "terminology": plan["terminology"]["release"],
        "codelists": made.codelists,
        "methods": made.methods,
        "comments": made.comments,
    }
    return sent, specification


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        domains = job.tables("domains")
        standard = parse_standard(job.binary("standard"))
        sent, specification = send_sdtm(domains, job.table("deviations"), standard, job.plan)
        files, whole = transport_files(sent, specification, job.plan)
        contracts = {name: job.contract(name) for name in domains}
        back = list(check_restored(domains, restore_domains(files, contracts, job.plan)))
        if back:
            raise StepError("\n  ".join(["the domains do not come back from what is sent", *back]))
        job.write_all("datasets", files)
        job.write("specification", whole)
