"""The ADaM data sets as they are sent: transport files, and the specification of what they hold."""

from collections.abc import Mapping
from typing import Any

from scripts.job import Job
from scripts.package.adam.names import renames
from scripts.package.adam.send import Inputs, Sent, send_datasets
from scripts.package.sending import transport_files


def send_adam(inputs: Inputs) -> tuple[list[Sent], dict[str, Any]]:
    """Every ADaM data set that is sent, and the specification without what the files say."""
    sent, described = send_datasets(inputs)
    head: Mapping[str, Any] = {
        "standard": "ADaMIG",
        "version": "1.3",
        "terminology": inputs.plan["terminology"]["release"],
        "renamed": renames(inputs.plan),
    }
    return sent, {**head, **described}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        inputs = Inputs(job.tables("derived"), job.tables("domains"), job.contracts, job.plan)
        sent, specification = send_adam(inputs)
        files, whole = transport_files(sent, specification, job.plan)
        job.write_all("datasets", files)
        job.write("specification", whole)
