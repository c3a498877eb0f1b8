"""ADRESP and its decision trace: the verdict on every endpoint, and which clause decided it."""

from scripts.derive.endpoints import decision_table, derive_verdicts, response_table
from scripts.derive.evidence import gather_evidence
from scripts.job import Job

if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        evidence = gather_evidence(
            job.table("adsl"),
            job.tables("measurements"),
            job.table("adcm"),
            job.tables("domains"),
            job.plan["endpoints"]["endpoints"],
        )
        for code, verdict in derive_verdicts(evidence).items():
            job.say(f"{code}: {int(verdict.met.sum())} of {evidence.n}")
        job.write("adresp", response_table(evidence))
        job.write("decisions", decision_table(evidence))
