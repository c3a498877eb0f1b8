"""The commands by which a reviewer replays the package: one place for all that print or run them.

All are given in the folder of the package, and none writes into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.package.places import hyphenated

LOCK = "requirements-lock.txt"
PROGRAM = "replay.txt"
# Beside the package, never in it.
WHEELS, VENV, NEW = "../wheels", "../venv", "../replay"
PYTHON = "python"


@dataclass(frozen=True)
class Step:
    """One step: what it does in words, and its commands."""

    words: str
    commands: tuple[str, ...]


def folder_of(study_id: str) -> str:
    """The folder of the programs, seen from the package."""
    return f"m5/datasets/{hyphenated(study_id)}/analysis/adam/programs"


def collect(folder: str, python: str = PYTHON, wheels: str = WHEELS) -> str:
    """Collects every package with its hashes; the one command that needs a network."""
    options = f"--only-binary :all: --no-deps --require-hashes --dest {wheels}"
    return f"{python} -m pip download {options} -r {folder}/{LOCK}"


def prepare(python: str = PYTHON, venv: str = VENV) -> str:
    """Makes an environment of its own for the replay."""
    return f"{python} -m venv {venv}"


def install(folder: str, python: str, wheels: str = WHEELS) -> str:
    """Installs what was collected, without a network; `python` is that of the environment."""
    options = f"--no-index --no-deps --require-hashes --find-links {wheels}"
    return f"{python} -m pip install {options} -r {folder}/{LOCK}"


def replay(folder: str, python: str, package: str = ".", out: str = NEW) -> str:
    """Replays the package into a folder that does not exist yet."""
    return f"{python} {folder}/{PROGRAM} --package {package} --out {out}"


def windows(command: str) -> str:
    """The same command as it is written on Windows."""
    return command.replace(f"{VENV}/bin/python", f"{VENV}/Scripts/python").replace("/", "\\")


def steps(folder: str) -> Sequence[Step]:
    """The whole way, each step with its commands; on Linux and macOS first, then on Windows."""
    inside = f"{VENV}/bin/python"
    offline = [prepare(), install(folder, inside), replay(folder, inside)]
    return (
        Step(
            "1. On a machine with a network and the same system and Python as the other, once. "
            "It collects the packages into a folder beside this one:",
            (collect(folder),),
        ),
        Step(
            "2. From here on without a network. Nothing in this folder is changed; the last "
            "command writes into a new folder and says there, in certificate.pdf, what is equal "
            "and what is not:",
            tuple(offline),
        ),
        Step(
            "The same on Windows:",
            tuple(map(windows, (collect(folder), *offline))),
        ),
    )
