"""A workflow of three steps on one raw file, small enough to be followed by hand."""

import hashlib
from pathlib import Path
from typing import Any

SOURCES = {
    "folder": "raw",
    "sources": {
        "visits": {
            "file": "visits.csv",
            "subject": "WHO",
            "columns": {
                "WHO": {"type": "text"},
                "SCORE": {"type": "integer"},
                "DAY": {"type": "date"},
                "NOTE": {"type": "text"},
            },
        }
    },
}
RAW = """WHO,SCORE,DAY,NOTE
A,5,2020-01-01,
B,7,2020-01-02,late
C,9,2020-01-03,
"""
READ = """
import csv
import hashlib
from scripts.job import Job, StepError
if __name__ == "__main__":
    with Job(snakemake) as job:
        rows = list(csv.DictReader(job.text("raw").splitlines()))
        if job.plan["raw"] != hashlib.sha256(job.text("raw").encode()).hexdigest():
            raise StepError("the raw file changed while this ran")
        unknown = [row["WHO"] for row in rows if row["WHO"] not in ("A", "B", "C")]
        if unknown:
            raise StepError(f"unknown: {unknown}")
        job.write("scores", {row["WHO"]: int(row["SCORE"]) for row in rows if row["SCORE"]})
        job.write("notes", [row["NOTE"] for row in rows])
"""
COUNT = """
from scripts.job import Job
if __name__ == "__main__":
    with Job(snakemake) as job:
        high = [who for who, score in job.json("scores").items() if score >= job.plan["limit"]]
        job.write("count", {"high": high, "all": len(job.json("scores"))})
"""
PRINT = """
from scripts.job import Job
if __name__ == "__main__":
    with Job(snakemake) as job:
        count, notes = job.json("count"), job.json("notes")
        source = {"file": "results/count.json"}
        numbers = {"t/all/n/n": {"text": str(count["all"]), "value": count["all"]}}
        numbers |= {f"t/{who}/n/n": {"text": "1", "value": 1} for who in count["high"]}
        words = {"t/notes/1/words": {"text": notes[1], "value": notes[1]}}
        job.write("tables", {"addresses": {
            **{name: {**entry, "source": source} for name, entry in numbers.items()},
            **{name: {**entry, "source": {"file": "results/notes.json"}}
               for name, entry in words.items()},
        }})
"""
STEPS = [
    ("read", READ, {"raw": ["raw/visits.csv"]}, ["scores", "notes"]),
    ("count", COUNT, {"scores": "results/scores.json"}, ["count"]),
    (
        "print",
        PRINT,
        {"count": "results/count.json", "notes": "results/notes.json"},
        ["tables"],
    ),
]
PRINTED = ["results/tables.json"]


def make_trial(folder: Path) -> list[dict[str, Any]]:
    """Write the raw file and the steps into a folder; the jobs as the workflow would tell them."""
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "visits.csv").write_text(RAW, encoding="utf-8")
    jobs = []
    for rule, script, read, made in STEPS:
        path = folder / f"{rule}.py"
        path.write_text(script, encoding="utf-8")
        output = {name: f"results/{name}.json" for name in made}
        jobs.append(
            {
                "rule": rule,
                "script": str(path),
                "input": read,
                "output": {**output, "seal": f"results/seals/{rule}.json"},
                "log": [f"results/logs/{rule}.log"],
                "params": {"plan": {"limit": 7, "raw": hashlib.sha256(RAW.encode()).hexdigest()}},
            }
        )
    return jobs
