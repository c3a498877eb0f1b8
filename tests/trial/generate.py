"""Write raw files and known truth of the embedded trial: `python -m tests.trial.generate`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests.trial.generator.files import write_forms
from tests.trial.generator.forms import make_forms
from tests.trial.generator.frozen import Subject, read_subjects

HERE = Path(__file__).resolve().parent
WEEK_OF_RESCUE = 6


def yes(fact: bool) -> str:
    return "Y" if fact else "N"


def truth_of(subject: Subject) -> dict[str, Any]:
    """The verdicts planned for one subject, from the frozen integers and from nothing else."""
    return {
        "ARM": subject.arm,
        "OR": yes(subject.responder),
        "CR": yes(subject.complete),
        "SR": yes(subject.fate in ("remission", "late")),
        "REM": yes(subject.fate == "remission"),
        "REL": yes(subject.relapse is not None),
        "RSC": yes(subject.rescue is not None and subject.rescue >= WEEK_OF_RESCUE),
        "ONSETWK": subject.onset,
        "RELAPSEWK": subject.relapse,
        "DISC": yes(subject.withdrawal is not None),
        "NOTES": sorted(subject.notes),
    }


def make_truth() -> dict[str, dict[str, Any]]:
    """Planned verdicts by subject."""
    return {s.subjid: truth_of(s) for s in sorted(read_subjects(), key=lambda s: s.subjid)}


def truth_text() -> str:
    """The known truth as it is committed: one subject a line."""
    lines = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in make_truth().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write `raw/` and `truth.json`, or the same into another folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write into")
    folder = parser.parse_args().into
    write_forms(make_forms(), folder / "raw")
    (folder / "truth.json").write_text(truth_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
