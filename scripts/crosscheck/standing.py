"""Where the second opinion by R stands, in one line for the end of a run."""

import json
from collections.abc import Mapping
from pathlib import Path

from scripts.seals import path_of, sha256_of

STEPS = ("export_tables", "ask_r", "compare_numbers")
COMMAND = "snakemake --cores 4 crosscheck"
NOT_TAKEN = f"Second opinion by R: not taken. To take it: {COMMAND} (R: sh envs/install-r.sh)"
OTHER = f"Second opinion by R: not of these results as they are now. To take it again: {COMMAND}"

WORDS = {
    "agrees": "agree",
    "within Monte Carlo error": "within Monte Carlo error",
    "differs": "differ",
    "not computed by R": "not computed by R",
}


def _is_current(seal: Mapping[str, object], params: Mapping[str, str]) -> bool:
    inputs = seal["inputs"]
    assert isinstance(inputs, dict)
    if seal["params"] != params.get(str(seal["rule"]), seal["params"]):
        return False
    return all(
        path_of(address).exists() and sha256_of(path_of(address)) == entry["sha256"]
        for address, entry in inputs.items()
    )


def standing(folder: str | Path, params: Mapping[str, str]) -> str | None:
    """The line, or None where there are no results yet that R could compute again.

    `params` gives the digest of each rule's parameters as they are now.
    """
    if not Path(folder, "analyse", "results.parquet").exists():
        return None
    paths = [Path(folder, "crosscheck", "seals", f"{step}.json") for step in STEPS]
    if not all(path.exists() for path in paths):
        return NOT_TAKEN
    try:
        seals = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        summary = json.loads(Path(folder, "crosscheck", "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return OTHER
    if not all(_is_current(seal, params) for seal in seals):
        return OTHER
    counts = ", ".join(f"{summary['verdicts'][verdict]} {word}" for verdict, word in WORDS.items())
    page = Path(folder, "crosscheck", "crosscheck.html").as_posix()
    return f"Second opinion by R of {summary['numbers']} numbers: {counts} ({page})"
