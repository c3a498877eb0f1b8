"""The trace index: from every printed number to the raw values behind it, and back."""

from scripts.audit.lineage.analyses import describe_analyses
from scripts.audit.lineage.completed import declare_completed
from scripts.audit.lineage.declarations import Declarations
from scripts.audit.lineage.derivations import declare_analysis_data
from scripts.audit.lineage.displays import declare_numbers
from scripts.audit.lineage.mapping import declare_domains
from scripts.audit.lineage.reads import Lineage
from scripts.audit.lineage.run import Run, addresses_of, start_lineage
from scripts.audit.lineage.store import pack
from scripts.job import Job, StepError


def build_lineage(run: Run) -> Lineage:
    """Everything that is known about what depends on what. Raises StepError for contradictions."""
    lineage = start_lineage(run)
    declare_domains(lineage, run)
    declare_analysis_data(lineage, run)
    desk = Declarations(lineage, run)
    declare_completed(desk)
    try:
        declare_numbers(desk)
    except ValueError as error:
        raise StepError(str(error)) from None
    wrong = lineage.check()
    if wrong:
        raise StepError(f"{len(wrong)} wrong declaration(s)\n  " + "\n  ".join(wrong))
    return lineage


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        run = Run(
            plan=job.plan,
            raw=job.tables("raw"),
            domains=job.tables("domains"),
            derived=job.tables("derived"),
            results=job.table("store"),
            described=job.json("described"),
            addresses=addresses_of(job.json("tables"), job.jsons("figures")),
            findings=job.table("findings"),
            published=job.json("published"),
            imputed=job.tables("imputed"),
            grids=job.tables("grids"),
        )
        lineage = build_lineage(run)
        index, arrays = pack(lineage)
        index["analyses"] = describe_analyses(run.plan, run.described)
        job.say(
            f"{len(lineage.numbers)} numbers, {len(index['reads'])} reads, {len(arrays)} arrays"
        )
        job.write("index", index)
        job.write("arrays", arrays)
