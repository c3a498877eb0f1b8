"""The door of every step: its log, its inputs by name, and outputs that appear all or not at all.

A step builds its results in memory and hands them to the job; the job writes them under temporary
names, replaces all of them, and seals them last. A step that dies leaves no half-written file.
"""

import ctypes
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import pandas as pd

from scripts import seals
from scripts.conditions import ConditionError, nearest
from scripts.tables import (
    Contract,
    TableError,
    format_json,
    parse_contract,
    parse_json,
    parse_table,
    write_table,
)

PR_SET_PDEATHSIG = 1


class StepError(Exception):
    """Something the user can mend: printed as it is, without a traceback."""


def _die_with_parent() -> None:
    """Let the kernel end this process when Snakemake is killed, so that no orphan writes on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class Job:
    """One run of one step. Use as a context manager around everything the step does."""

    def __init__(self, snakemake: Any) -> None:
        _die_with_parent()
        self._snakemake = snakemake
        self._made: dict[str, str] = {}
        self._log: TextIO | None = None
        self._contents: dict[str, bytes] = {}
        self._used: dict[str, dict[str, Any]] = {}
        params = dict(snakemake.params.items())
        self.plan: dict[str, Any] = params.get("plan", {})
        # Code runs already: what it is, is asked before anything else.
        for path in _as_list(snakemake.input.get("code", [])):
            self._hash(path)
        # How many processes the step may use; its results are the same with any number.
        self.threads: int = int(getattr(snakemake, "threads", 1))
        self._contracts: dict[str, Contract] = {
            Path(path).stem: parse_contract(self.content(path))
            for path in _as_list(snakemake.input.get("contracts", []))
        }

    def __enter__(self) -> Self:
        if self._snakemake.log:
            path = Path(self._snakemake.log[0])
            path.parent.mkdir(parents=True, exist_ok=True)
            self._log = path.open("w", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._finish()
            else:
                self._fail(error, trace)
        finally:
            if self._log is not None:
                self._log.close()

    def say(self, message: str) -> None:
        """Write one line to the step's log."""
        if self._log is not None:
            self._log.write(message + "\n")

    def tell(self, message: str) -> None:
        """Write one line to the log and to whoever watches the run: long work shows itself."""
        self.say(message)
        sys.stderr.write(f"{self._snakemake.rule}: {message}\n")
        sys.stderr.flush()

    def _fail(self, error: BaseException, trace: TracebackType | None) -> None:
        for part in self._made.values():
            Path(part).unlink(missing_ok=True)
        if isinstance(error, (StepError, TableError, ConditionError)):
            text = f"{self._snakemake.rule}: {error}\n"
        elif isinstance(error, OSError) and self._is_output(error.filename):
            text = (
                f"{self._snakemake.rule}: {error.filename} cannot be written ({error.strerror}); "
                "make the folder writable, or make room, and run it again\n"
            )
        else:
            text = "".join(traceback.format_exception(type(error), error, trace))
        self.say(text)
        if isinstance(error, Exception):
            sys.stderr.write("\n" + text)
            sys.stderr.flush()
            raise SystemExit(1)

    def _is_output(self, path: Any) -> bool:
        folders = {str(Path(str(output)).parent) for output in self._snakemake.output}
        return isinstance(path, str) and any(
            Path(path).is_relative_to(folder) or Path(folder).is_relative_to(path)
            for folder in folders
        )

    # What goes in

    def content(self, path: str | Path) -> bytes:
        """The bytes of an input by its path: read once, and hashed as they are used.

        Raises KeyError for a path that the rule does not list.
        """
        key = str(Path(path))
        if key not in self._contents:
            known = {str(Path(str(item))) for item in self._snakemake.input}
            if key not in known:
                raise KeyError(f"{key} is not an input of the rule; {nearest(key, known)}")
            content = Path(key).read_bytes()
            entry = seals.entry_of(content)
            if self._used.setdefault(key, entry) != entry:
                raise StepError(f"{key} changed while this ran; run it again")
            self._contents[key] = content
        return self._contents[key]

    def entry(self, path: str | Path) -> dict[str, Any]:
        """SHA-256 and size of an input by its path: of the bytes that the step uses."""
        self.content(path)
        return dict(self._used[str(Path(path))])

    def entries(self, name: str) -> dict[str, dict[str, Any]]:
        """SHA-256 and size of each file of an input by its path; the bytes are not kept."""
        paths = self.paths(name)
        return {path: dict(self._used[str(Path(path))]) for path in paths}

    def _hash(self, path: str) -> None:
        """Note what an input is that the step does not take from us as bytes."""
        key = str(Path(path))
        if key not in self._used:
            self._used[key] = seals.entry_of(Path(key).read_bytes())

    def path(self, name: str) -> str:
        """The path of an input by its name in the rule, for a program that opens it itself."""
        return self.paths(name)[0]

    def paths(self, name: str) -> list[str]:
        """The paths of a list input by its name in the rule; each is hashed as it is handed out."""
        paths = self.named(name)
        for path in paths:
            self._hash(path)
        return paths

    def named(self, name: str) -> list[str]:
        """The paths of an input by its name in the rule, to be asked for one by one."""
        return _as_list(self._input(name))

    def _input(self, name: str) -> Any:
        known = list(self._snakemake.input.keys())
        if name not in known:
            raise KeyError(f"no input {name!r}; {nearest(name, known)}")
        return self._snakemake.input[name]

    @property
    def contracts(self) -> dict[str, Contract]:
        """Every table contract that the rule lists, by its name."""
        return dict(self._contracts)

    def contract(self, name: str) -> Contract:
        """A table contract by its name; the rule lists it under `contracts`."""
        if name not in self._contracts:
            raise KeyError(f"no contract {name!r}; {nearest(name, self._contracts)}")
        return self._contracts[name]

    def _table(self, path: str) -> pd.DataFrame:
        return parse_table(self.content(path), path, self._contracts.get(Path(path).stem))

    def table(self, name: str) -> pd.DataFrame:
        """One Parquet input, under the contract of the same name where the rule lists it."""
        return self._table(self.named(name)[0])

    def tables(self, name: str) -> dict[str, pd.DataFrame]:
        """A list of Parquet inputs by file stem."""
        return {Path(path).stem: self._table(path) for path in self.named(name)}

    def binary(self, name: str) -> bytes:
        """One input as it is."""
        return self.content(self.named(name)[0])

    def json(self, name: str) -> Any:
        """One JSON input."""
        return parse_json(self.binary(name))

    def jsons(self, name: str) -> dict[str, Any]:
        """A list of JSON inputs by file stem."""
        return {Path(path).stem: parse_json(self.content(path)) for path in self.named(name)}

    def text(self, name: str) -> str:
        """One text input."""
        return self._text(self.named(name)[0])

    def texts(self, name: str) -> dict[str, str]:
        """A list of text inputs by file name."""
        return {Path(path).name: self._text(path) for path in self.named(name)}

    def sources(self, name: str) -> dict[str, str]:
        """A list of source files of ours by their place in the project."""
        return {
            seals.address_of(path).removeprefix("code:"): self._text(path)
            for path in self.named(name)
        }

    def _text(self, path: str) -> str:
        return self.content(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")

    # What comes out

    def write(self, name: str, value: Any, contract: str | None = None) -> None:
        """Write one output: a table under its contract, text, bytes, or anything JSON can hold."""
        paths = _as_list(self._snakemake.output[name])
        if len(paths) != 1:
            raise KeyError(f"output {name!r} is a list; use write_all")
        self._write(paths[0], value, contract)

    def write_all(self, name: str, values: Mapping[str, Any], contract: str | None = None) -> None:
        """Write a list output from values by file stem; each file of the list must be given."""
        paths = {Path(path).stem: path for path in _as_list(self._snakemake.output[name])}
        if set(paths) != set(values):
            raise KeyError(
                f"output {name!r}: not given {sorted(set(paths) - set(values))}, "
                f"not expected {sorted(set(values) - set(paths))}"
            )
        for stem, path in paths.items():
            self._write(path, values[stem], contract)

    def _write(self, path: str, value: Any, contract: str | None) -> None:
        part = path + ".part"
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._made[path] = part
        if isinstance(value, pd.DataFrame):
            write_table(value, part, self._contracts.get(contract or Path(path).stem))
        elif isinstance(value, bytes):
            Path(part).write_bytes(value)
        else:
            text = value if isinstance(value, str) else format_json(value)
            Path(part).write_text(text, encoding="utf-8", newline="\n")

    def _finish(self) -> None:
        output = self._snakemake.output
        seal_path = output.get("seal")
        expected = {str(path) for path in output if str(path) != str(seal_path)}
        if expected != set(self._made):
            raise RuntimeError(f"outputs not written: {sorted(expected - set(self._made))}")
        unread = self._note_unread()
        seal = seals.make_seal(
            self._snakemake.rule, self._used, self._made, self.plan, unread=unread
        )
        for path, part in self._made.items():
            Path(part).replace(path)
        if seal_path is not None:
            Path(seal_path).parent.mkdir(parents=True, exist_ok=True)
            part = f"{seal_path}.part"
            Path(part).write_text(format_json(seal), encoding="utf-8")
            Path(part).replace(seal_path)

    def _note_unread(self) -> list[str]:
        """Files of the trial that the rule lists and the step never asked for; named in the log.

        All inputs are in the seal, these with the hash that they have at the end.
        """
        declared = [str(Path(str(path))) for path in self._snakemake.input]
        rest = [path for path in dict.fromkeys(declared) if path not in self._used]
        for path in rest:
            self._hash(path)
        unread = [path for path in rest if not seals.address_of(path).startswith("code:")]
        for path in unread:
            self.say(f"listed and not read: {path}")
        return unread
