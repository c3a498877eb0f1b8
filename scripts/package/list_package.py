"""The list of every file of the package with its checksum, and what lies where."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.job import Job
from scripts.package.places import PACKAGE
from scripts.package.replay_commands import folder_of, steps
from scripts.seals import entry_of

HEAD = "# sha256, size in bytes, path; every file of the package but this list"
README = "readme.txt"
WIDTH = 100
# What lies where, for whoever opens the folder first; a folder that is not there is left out.
PLACES = {
    "tabulations/sdtm": "SDTM data sets, define.xml (open define.html), reviewer's guide",
    "analysis/adam/datasets": "ADaM data sets, define.xml (open define.html), reviewer's guide",
    "analysis/adam/programs": "programs and plan as text, the lock of packages, the replay",
    "m5/53-clin-stud-rep": "the statistical report and the analysis plan",
    "dataset-json": "the same data sets as Dataset-JSON, outside of the submitted tree",
    "ars": "every analysis with its results (CDISC Analysis Results Standard)",
    "conformance": "what the conformance checks found",
}


def in_package(path: str) -> str:
    """The path of a file as the list has it."""
    return Path(path).as_posix().removeprefix(f"{PACKAGE}/")


def format_checksums(files: Mapping[str, bytes]) -> str:
    """The list of checksums from the files by their path in the package."""
    entries = {path: entry_of(content) for path, content in files.items()}
    rows = [f"{e['sha256']} {e['size']} {path}" for path, e in sorted(entries.items())]
    return "\n".join([HEAD, *rows]) + "\n"


def _places(paths: Iterable[str]) -> list[str]:
    folders = sorted({path.rpartition("/")[0] for path in paths} - {""})
    lines = []
    for folder in folders:
        words = [told for place, told in PLACES.items() if place in folder]
        count = sum(path.rpartition("/")[0] == folder for path in paths)
        lines += [f"  {folder}/", f"      {count} file(s): {words[0] if words else 'see there'}"]
    return lines


def format_readme(study: Mapping[str, Any], paths: Iterable[str]) -> str:
    """What lies where and how to begin, in plain ASCII."""
    lines = [f"Submission package of study {study['id']}, data cut {study['data_cut']}", ""]
    lines += ["What lies where", "", *_places(list(paths))]
    lines += ["", "  checksums.txt", f"      {HEAD.removeprefix('# ')}", ""]
    lines += ["Whether it is whole, and whether its programs make of its data what it says", ""]
    for step in steps(folder_of(study["id"])):
        lines += [f"  {step.words}", *(f"      {command}" for command in step.commands), ""]
    text = "\n".join(lines)
    return text.encode("ascii", "backslashreplace").decode() + "\n"


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        files = {in_package(path): job.content(path) for path in job.named("files")}
        readme = format_readme(job.plan["study"], [README, *files])
        job.write("readme", readme)
        job.write("checksums", format_checksums({**files, README: readme.encode()}))
