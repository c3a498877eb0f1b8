"""Replay of a submission package: is what was submitted what its own programs make of its data?

    python m5/datasets/<study>/analysis/adam/programs/replay.txt --package . --out ../replay

Run it in the folder of the package. It needs Python and the packages of requirements-lock.txt, and
no network. It changes nothing in the package; everything that it makes goes into the new folder:

    certificate.pdf, certificate.json   what was held against what, and every difference
    programs, plan                      what is packed in pipeline.txt and plan.txt
    results                             what these programs made of the SDTM data sets

Ends with 0 where everything is equal, with 1 where something differs (each difference is named),
and with 2 where it could not run.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PROGRAMS = "m5/datasets/*/analysis/adam/programs/replay-inputs.txt"
CHECKSUMS = "checksums.txt"
# Folders that are beside the package where it was made, and not part of it.
WORKING = ("seals", "specification")
LETTERS = 6
EQUAL, DIFFERENT, NOT_RUN = 0, 1, 2
ESCAPED = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)(?: *; *(.*?))? *\\?$")
CLAUSE = re.compile(r"^(\w+) *(==|!=|<=|>=|<|>) *'([^']*)'$")


class CannotRunError(Exception):
    """Why the replay did not begin, and what to do."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mark_of(line: str) -> str:
    """A short mark by which a line is known again."""
    return hashlib.sha256(line.encode()).hexdigest()[:LETTERS]


# The files of the package


def read_checksums(package: Path) -> dict[str, tuple[str, int]]:
    """What the list of checksums says of each file: hash and size by path."""
    path = package / CHECKSUMS
    if not path.is_file():
        raise CannotRunError(f"{package} holds no {CHECKSUMS}; give the package with --package")
    lines = [line for line in path.read_text("ascii").splitlines() if not line.startswith("#")]
    rows = (line.split(" ", 2) for line in lines if line.strip())
    return {name: (digest, int(size)) for digest, size, name in rows}


def files_of(package: Path) -> dict[str, Path]:
    """Every file of the package by its path in it, without the list of checksums itself."""
    found = {p.relative_to(package).as_posix(): p for p in package.rglob("*") if p.is_file()}
    return {
        name: path
        for name, path in sorted(found.items())
        if name != CHECKSUMS and name.split("/")[0] not in WORKING
    }


def check_files(package: Path) -> tuple[int, list[str]]:
    """How many files are listed, and every one that is changed, missing or too many."""
    listed, present = read_checksums(package), files_of(package)
    gone, new = listed.keys() - present.keys(), present.keys() - listed.keys()
    findings = [f"{name}: in the list of checksums, and missing" for name in gone]
    findings += [f"{name}: not in the list of checksums" for name in new]
    for name in listed.keys() & present.keys():
        digest, size = listed[name]
        if sha256_of(present[name]) != digest:
            findings.append(
                f"{name}: changed since it was listed: "
                f"{present[name].stat().st_size} bytes, then {size}"
            )
    return len(listed), sorted(findings)


# The environment


def _version(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)]


def _holds(clause: str) -> bool:
    """Whether one clause of a requirement holds here, such as sys_platform == 'win32'."""
    here = {
        "sys_platform": sys.platform,
        "platform_system": platform.system(),
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "python_full_version": platform.python_version(),
        "python_version": "{}.{}".format(*sys.version_info),
        "os_name": os.name,
    }
    found = CLAUSE.match(clause.strip(" ()"))
    if not found or found.group(1) not in here:
        raise CannotRunError(f"requirements-lock.txt: {clause!r} is not understood")
    name, sign, value = found.groups()
    numbers = name.startswith("python_")
    left: Any = _version(here[name]) if numbers else here[name]
    right: Any = _version(value) if numbers else value
    order = (left > right) - (left < right)
    signs = {"==": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0}
    return {**signs, "<=": order <= 0, ">=": order >= 0}[sign]


def applies(marker: str) -> bool:
    """Whether a requirement is one for this machine: clauses joined by `and`, then by `or`."""
    either = re.split(r"\bor\b", marker)
    return any(all(map(_holds, re.split(r"\band\b", part))) for part in either)


def read_lock(text: str) -> dict[str, str]:
    """The version that the lock asks for here, by package."""
    found = (PIN.match(line) for line in text.splitlines() if line[:1].isalnum())
    pins = [pin.groups() for pin in found if pin]
    return {name: version for name, version, marker in pins if not marker or applies(marker)}


def check_environment(lock: str, python: str) -> tuple[int, list[str], list[str]]:
    """How many versions are asked for, each that is another one here, each that is not here."""
    findings, absent = [], []
    if platform.python_version() != python:
        findings.append(f"Python: {platform.python_version()} instead of {python}")
    for name, version in read_lock(lock).items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(f"{name}: not installed; the lock has {version}")
            continue
        if found != version:
            findings.append(f"{name}: {found} instead of {version}")
    return len(read_lock(lock)) + 1, findings + absent, absent


# The programs and the plan


def unescaped(text: str) -> str:
    """Text as it was before what is not ASCII was escaped."""
    return ESCAPED.sub(lambda found: chr(int(found.group(1) or found.group(2), 16)), text)


def unpacked(text: str) -> dict[str, bytes]:
    """The files that are packed in a text, by their paths."""
    files = {}
    for entry in re.split(r"^Package: .*\n", text, flags=re.MULTILINE)[1:]:
        head, _, body = entry.partition("\nContent:\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        if not {"File", "Format"} <= fields.keys():
            raise CannotRunError(f"a packed file has no name or no format: {head[:80]!r}")
        lines = [line[2:] for line in body.split("\n")[:-2]]
        if fields["Format"] == "binary":
            files[fields["File"]] = bytes.fromhex("".join(lines))
        else:
            files[fields["File"]] = unescaped("".join(line + "\n" for line in lines)).encode()
    return files


def _span(first: int, last: int) -> str:
    return f"line {first + 1}" if last - first == 1 else f"lines {first + 1} to {last}"


def changed_lines(content: bytes, marks: str) -> str:
    """Which lines of a file are not those that ran, in words; `marks` has one for each line."""
    lines = [mark_of(line) for line in content.decode("utf-8", errors="replace").split("\n")]
    ran = [marks[at : at + LETTERS] for at in range(0, len(marks), LETTERS)]
    words = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, ran, lines, autojunk=False).get_opcodes():
        if kind == "replace":
            words.append(f"{_span(c, d)} changed")
        elif kind == "insert":
            words.append(f"{_span(c, d)} added")
        elif kind == "delete":
            words.append(f"{b - a} line(s) gone before line {c + 1}")
    return "; ".join(words)


def check_programs(files: dict[str, bytes], ran: dict[str, Any]) -> list[str]:
    """Every file that is not what ran, with its lines."""
    findings = [f"{path}: ran, and is not packed" for path in ran.keys() - files.keys()]
    findings += [f"{path}: packed, and did not run" for path in files.keys() - ran.keys()]
    for path in files.keys() & ran.keys():
        if hashlib.sha256(files[path]).hexdigest() != ran[path]["sha256"]:
            findings.append(f"{path}: {changed_lines(files[path], ran[path]['lines'])}")
    return sorted(findings)


# What is done


def check_new(out: Path, package: Path) -> None:
    """Raises CannotRunError where the folder would overwrite something, or lies in the package."""
    if out == package or package in out.parents:
        raise CannotRunError(f"{out} is inside the package, which the replay does not change")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CannotRunError(f"{out} is not empty; name a folder that does not exist yet")


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        target = (folder / name).resolve()
        if folder.resolve() not in target.parents:
            raise CannotRunError(f"{name} would be written outside of {folder}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _text(path: Path) -> str:
    """ASCII text; whatever else was put into it does not keep the rest from being read."""
    return path.read_bytes().decode("ascii", "replace")


def _tell(part: str, checked: int, findings: list[str]) -> dict[str, Any]:
    print(f"{part}: {checked} checked, {len(findings)} finding(s)")
    print("".join(f"  {finding}\n" for finding in findings), end="", flush=True)
    return {"checked": checked, "findings": findings}


def verify(package: Path, folder: Path, inputs: dict[str, Any], out: Path) -> dict[str, Any]:
    """Hold files, environment, programs and plan against what is listed; unpack into `out`."""
    checked, findings = check_files(package)
    files = _tell("files", checked, findings)
    checked, findings, absent = check_environment(
        _text(folder / "requirements-lock.txt"), inputs["python"]
    )
    environment = _tell("environment", checked, findings)
    if absent:
        raise CannotRunError(f"{len(absent)} package(s) are missing; see readme.txt")
    code = unpacked(_text(folder / "pipeline.txt"))
    plan = unpacked(_text(folder / "plan.txt"))
    _write(code, out / "programs")
    _write(plan, out / "plan")
    findings = check_programs({**code, **plan}, inputs["ran"])
    programs = _tell("programs and plan", len(inputs["ran"]), findings)
    return {"files": files, "environment": environment, "programs": programs}


def start(package: Path, out: Path, inputs: dict[str, Any], verified: dict[str, Any]) -> int:
    """Run the programs that were unpacked; gives the code with which they end."""
    told = out / "verified.json"
    told.write_text(json.dumps(verified, indent=1) + "\n", "utf-8")
    with tempfile.TemporaryDirectory() as cache:
        surroundings = {**inputs["variables"], "MPLCONFIGDIR": cache, "PYTHONUTF8": "1"}
        surroundings["PYTHONPATH"] = str(out / "programs")
        command = [sys.executable, "-B", "-m", "scripts.package.replay.run"]
        command += [str(package), str(out)]
        done = subprocess.run(command, env={**os.environ, **surroundings}, cwd=out, check=False)
    return done.returncode if done.returncode in (EQUAL, DIFFERENT) else NOT_RUN


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parents
    parser.add_argument("--package", default=here[6] if len(here) > 6 else ".", help="the package")
    parser.add_argument("--out", required=True, help="a folder that does not exist yet")
    told = parser.parse_args(arguments)
    package, out = Path(told.package).resolve(), Path(told.out).resolve()
    try:
        found = sorted(package.glob(PROGRAMS))
        if len(found) != 1:
            raise CannotRunError(f"{package} is no package: {len(found)} files {PROGRAMS}")
        check_new(out, package)
        inputs = json.loads(_text(found[0]))
        return start(package, out, inputs, verify(package, found[0].parent, inputs, out))
    except (CannotRunError, OSError, ValueError) as error:
        print(f"the replay could not run: {error}", file=sys.stderr)
        return NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
