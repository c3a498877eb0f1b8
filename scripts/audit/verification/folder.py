"""A trial's folder as it lies there: which file an address stands for, which files there are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.audit.listed import code_files
from scripts.seals import PROJECT

MANIFEST = "results/audit/manifest.json"
MANIFEST_SEAL = "results/audit/seals/write_manifest.json"
CONTENT = "results/audit/content.json"
ROWS = "results/audit/rows.parquet"
LEDGER = "results/audit/ledger.jsonl"
SIGNATURES = "results/audit/signatures"
# The proof of the trace: made beside the run, by a target of its own.
PROOF = (
    "results/audit/perturbation.json",
    "results/audit/perturbation.parquet",
    "results/audit/trace_verdict.json",
    "results/audit/seals/perturb_values.json",
    "results/audit/seals/judge_trace.json",
)
# What lies among the results and is no result of the run.
EXEMPT = ("results/README.md", MANIFEST, MANIFEST_SEAL, LEDGER, *PROOF)
EXEMPT_FOLDERS = ("results/logs/", f"{SIGNATURES}/", "results/audit/altered/")
# Rooms that are made beside the run, by a target of their own.
BESIDE = ("shells", "crosscheck", "package", "bench")


def is_project(folder: Path) -> bool:
    """Whether a folder holds the pipeline itself and not only a trial."""
    return (folder / "Snakefile").is_file() and (folder / "scripts" / "trialtrace.py").is_file()


@dataclass(frozen=True)
class Folder:
    """A trial's folder, the project whose code made it, and where raw files from outside lie."""

    trial: Path
    project: Path
    raw: Path | None = None

    @classmethod
    def at(cls, trial: str, project: str | None = None, raw: str | None = None) -> "Folder":
        """The folder at a path.

        The code is looked for in `project` where that is given, in the trial's folder where it is a
        checkout, else in the checkout that this program runs from.
        """
        folder = Path(trial).resolve()
        code = Path(project).resolve() if project else folder if is_project(folder) else PROJECT
        return cls(folder, code, Path(raw).resolve() if raw else None)

    def path_of(self, address: str) -> Path:
        """The path that an address stands for in this folder."""
        if address.startswith("code:"):
            return self.project / address.removeprefix("code:")
        path = self.trial / address
        if self.raw is not None and not path.exists() and (self.raw / path.name).exists():
            return self.raw / path.name
        return path

    def _relative(self, pattern: Path) -> list[str]:
        return [
            path.relative_to(self.trial).as_posix()
            for path in sorted(pattern.rglob("*"))
            if path.is_file() or path.is_symlink()
        ]

    def results(self) -> list[str]:
        """The addresses of all results but those that no manifest holds."""
        return [
            address
            for address in self._relative(self.trial / "results")
            if address not in EXEMPT and not address.startswith(EXEMPT_FOLDERS)
        ]

    def code(self) -> list[str]:
        """The addresses of all code that is there."""
        paths = [Path(path) for path in code_files(self.project)]
        return [f"code:{path.relative_to(self.project).as_posix()}" for path in paths]

    def beside(self, addresses: list[str]) -> list[str]:
        """Files in the folders of these files that are not among them."""
        folders = {self.path_of(address).parent for address in addresses}
        known = {self.path_of(address) for address in addresses}
        return sorted(
            str(path.relative_to(self.trial) if path.is_relative_to(self.trial) else path.name)
            for folder in folders
            if folder.is_dir() and folder != self.trial
            for path in folder.iterdir()
            if path.is_file() and path not in known and not path.name.startswith(".")
        )


def room_of(address: str) -> str:
    """The room of a result: the folder under `results` that it lies in."""
    parts = address.split("/")
    return parts[1] if len(parts) > 2 else ""


def short(digest: Any) -> str:
    """A hash as a person compares it: its first 16 digits."""
    return str(digest)[:16]
