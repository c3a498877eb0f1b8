"""The verdict on the trace: given only where no printed number changed that it did not predict."""

from collections.abc import Mapping
from typing import Any

from scripts.job import Job, StepError

SHOWN = 20


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.1f}%"


def format_verdict(summary: Mapping[str, Any]) -> str:
    """The check in one sentence."""
    stopped = sum(summary["stopped"].values())
    return (
        f"{summary['values']} other values of {summary['cells']} raw cells, one at a time: "
        f"{summary['printed']} runs were printed, {stopped} stopped with findings; "
        f"{summary['missed']} printed numbers changed unpredicted. Predicted: "
        f"{_percent(summary['predicted']['median'])} of all numbers (median of the cells), "
        f"of which {_percent(summary['precision']['median'])} can change (median)"
    )


def check_soundness(report: Mapping[str, Any]) -> list[str]:
    """Every number that changed and was not predicted, in words with file, row and column."""
    return [
        f"{report['files'][miss['source']]}, row {miss['row']}, {miss['column']} = "
        f"{miss['new']!r}: {miss['address']}"
        for miss in report["missed"]
    ]


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        report = job.json("report")
        job.tell(format_verdict(report["summary"]))
        missed = check_soundness(report)
        if missed:
            more = [f"and {len(missed) - SHOWN} more"] if len(missed) > SHOWN else []
            raise StepError(
                f"{len(missed)} printed number(s) changed that the trace did not predict; declare "
                "what they depend on in scripts/audit/lineage\n  "
                + "\n  ".join(missed[:SHOWN] + more)
            )
        job.write("verdict", {"sound": True, "words": format_verdict(report["summary"])})
