"""One run of R over the exported tables and the plan; its answers as a table."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.tables import Contract, plain

ENTRY = "crosscheck.R"
NO_PACKAGES = 3
HOW = "install it with `sh envs/install-r.sh` (Debian, as root), then ask for `crosscheck` again"
COLUMNS = {
    "analysis": "ANALYSIS",
    "row": "ROW",
    "group": "GROUP",
    "statistic": "STATISTIC",
    "point": "POINT",
    "value": "VALUE",
    "call": "RCALL",
    "error": "ERROR",
}


def program_of(paths: list[str]) -> str:
    """The path of the program that R starts with, among all of them."""
    return next(path for path in paths if Path(path).name == ENTRY)


def ask_r(program: str, folder: str, plan: Mapping[str, Any]) -> dict[str, Any]:
    """What R answers. Raises StepError where R or one of its packages is not here, or R stops."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        raise StepError(f"R is not here, and the second opinion is R's; {HOW}")
    with tempfile.TemporaryDirectory() as name:
        asked, answered = Path(name, "plan.json"), Path(name, "answers.json")
        asked.write_text(json.dumps(plan, default=str), encoding="utf-8")
        done = subprocess.run(
            [rscript, "--vanilla", program, folder, asked, answered],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == NO_PACKAGES:
            raise StepError(f"{done.stderr.strip().splitlines()[-1]}; {HOW}")
        if done.returncode:
            raise StepError(f"R stopped\n{done.stderr.strip()}")
        answer: dict[str, Any] = json.loads(answered.read_text(encoding="utf-8"))
        return answer


def answers_of(answer: Mapping[str, Any], contract: Contract) -> pd.DataFrame:
    """The numbers of an answer under the contract's names, numbered within each analysis."""
    numbers = answer.get("numbers") or {}
    table = pd.DataFrame({new: numbers.get(old, []) for old, new in COLUMNS.items()})
    table["ASEQ"] = table.groupby("ANALYSIS").cumcount() + 1
    for name in ("POINT", "VALUE", "ERROR"):
        table[name] = pd.to_numeric(table[name])
    # The last bits of a double differ between machines and are no result; ours are stored so too.
    for name in ("VALUE", "ERROR"):
        table[name] = [plain(value) for value in table[name]]
    return table[list(contract.columns)]


def declined_of(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """What R declined: addresses, in which `*` stands for all, with the reason."""
    columns = answer.get("declined") or {}
    return [dict(zip(columns, entry, strict=True)) for entry in zip(*columns.values(), strict=True)]


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        folder = str(Path(job.paths("tables")[0]).parent)
        answer = ask_r(program_of(job.paths("programs")), folder, job.plan)
        table = answers_of(answer, job.contract("answers"))
        job.say(f"R {answer['software']['R']}: {len(table)} numbers")
        job.write("answers", table)
        job.write("session", {"software": answer["software"], "declined": declined_of(answer)})
