"""A small trial's folder as a run leaves it, with a file of each kind, to be tampered with."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import yaml

from scripts.audit.listed import AS_RUN, LOCK, ROOT_LABEL, code_files
from scripts.audit.merkle import make_manifest, make_part
from scripts.audit.table_digests import describe_table, row_digests
from scripts.audit.verification.findings import Report
from scripts.audit.verification.folder import CONTENT, MANIFEST, MANIFEST_SEAL, ROWS, Folder
from scripts.audit.verification.roots import read_plan
from scripts.audit.verification.whole import verify_folder
from scripts.audit.write_manifest import extend_content
from scripts.ingest.read_raw import read_sources
from scripts.seals import digest_of
from scripts.tables import format_json, read_arrow, write_table

SOURCES = {
    "folder": "raw",
    "sources": {
        "people": {
            "file": "people.csv",
            "subject": "ID",
            "columns": {"ID": {"type": "text"}, "AGE": {"type": "integer"}},
        },
        "scores": {
            "file": "scores.sav",
            "subject": "ID",
            "columns": {"ID": {"type": "text"}, "SCORE": {"type": "number"}},
        },
    },
}
KEYS = {"adsl": ["USUBJID"], "people": ["SRCROW"], "scores": ["SRCROW"]}
PDF = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 200]/Contents 4 0 R"
    "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>>>endobj\n"
    "4 0 obj<</Length {length}>>stream\n{words}\nendstream endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True)
class MadeRun:
    """A trial's folder after a run, and what one does with it."""

    folder: Path

    def path(self, address: str) -> Path:
        """The file of an address."""
        return self.folder / address.removeprefix("code:")

    def flip(self, address: str, place: int | None = None) -> None:
        """Change one bit of the byte at a place, or of the middle one; its time stamp is kept."""
        path = self.path(address)
        content = bytearray(path.read_bytes())
        content[len(content) // 2 if place is None else place] ^= 1
        self.replace(address, bytes(content))

    def replace(self, address: str, content: bytes) -> None:
        """Other content under the same time stamp, as who wants it unseen would do."""
        path = self.path(address)
        stamp = path.stat()
        path.write_bytes(content)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    def edit(self, address: str, change: Any) -> None:
        """Change a table, a data frame in and out; the file keeps its time stamp."""
        path = self.path(address)
        stamp = path.stat()
        write_table(change(read_arrow(path).to_pandas()), path)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    def verify(self, **options: Any) -> Report:
        """What a verification of the folder says."""
        return verify_folder(Folder.at(str(self.folder)), **options)

    def copy(self, folder: Path) -> "MadeRun":
        """The same as a copy with its time stamps, as `cp -a` makes it."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy2)
        return MadeRun(folder)


def _leaf(folder: Path, address: str) -> dict[str, Any]:
    content = (folder / address.removeprefix("code:")).read_bytes()
    return {
        "address": address,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _write_project(folder: Path) -> None:
    _write(
        folder,
        {
            "Snakefile": "rule all:\n",
            "rules/derive.smk": "# derive\n",
            "scripts/trialtrace.py": "# the program\n",
            "scripts/derive/derive_subjects.py": "AGE = 'age'\n",
            "scripts/audit/write_manifest.py": "# the manifest\n",
            "LICENSE": "Apache License\n",
            "scripts/report/templates/report.html.j2": "<p>{{ title }}</p>\n",
            "config/schemas/tables/adsl.yaml": "name: adsl\n",
            LOCK: "pandas==3.1.1\nsnakemake==9.27.1 \\\n",
            "config/config.yaml": yaml.safe_dump(
                {
                    "study": {"id": "MADE-1", "title": "Made", "data_cut": "2020-01-31"},
                    "settings": {"seed": 1},
                    "files": {"sources": "sources.yaml"},
                }
            ),
            "config/sources.yaml": yaml.safe_dump(SOURCES),
            "raw/people.csv": "ID,AGE\n" + "".join(f"S-{n},{20 + n}\n" for n in range(1, 9)),
        },
    )
    scores = pd.DataFrame({"ID": [f"S-{n}" for n in range(1, 9)], "SCORE": np.arange(8) / 4})
    pyreadstat.write_sav(scores, folder / "raw/scores.sav")


def _write_tables(folder: Path) -> list[str]:
    tables, _ = read_sources(SOURCES, folder)
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"MADE-S-{n}" for n in range(1, 9)],
            "AGE": pd.array([20 + n for n in range(1, 9)], dtype="Int64"),
            "WEIGHT": [60.0, 61.5, None, 70.25, 0.0, 80.0, 81.0, 82.0],
            "SITE": ["A", "B"] * 4,
        }
    )
    made = {f"results/ingest/raw/{name}.parquet": table for name, table in tables.items()}
    made["results/derive/adsl.parquet"] = adsl
    for address, table in made.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        write_table(table, folder / address)
    return sorted(made)


def _content(folder: Path, tables: list[str]) -> tuple[dict[str, Any], np.ndarray]:
    code = [f"code:{Path(path).relative_to(folder).as_posix()}" for path in code_files(folder)]
    plan = {"address": AS_RUN, "sha256": digest_of(read_plan(Folder.at(str(folder)))), "size": None}
    files = {
        "raw": ["raw/people.csv", "raw/scores.sav"],
        "code": code,
        "environment": [f"code:{LOCK}"],
        "intermediates": [*tables, "results/analyse/mean_age.json"],
        "plan": ["config/config.yaml", "config/sources.yaml"],
    }
    parts = {
        part: make_part(
            [*(_leaf(folder, name) for name in names), *([plan] if part == "plan" else [])]
        )
        for part, names in files.items()
    }
    described, rows = {}, []
    for address in tables:
        table = read_arrow(folder / address)
        described[address] = describe_table(table, KEYS[Path(address).stem])
        rows.append(row_digests(table))
    return make_manifest("MADE-1", parts, tables=described), np.concatenate(rows)


def _seal(folder: Path, rule: str, takes: list[str], gives: list[str]) -> str:
    """The text of a seal of one step."""
    entries = {
        name: {"sha256": leaf["sha256"], "size": leaf["size"]}
        for name in (*takes, *gives)
        if (leaf := _leaf(folder, name))
    }
    inputs = {name: entries[name] for name in takes}
    outputs = {name: entries[name] for name in gives}
    return format_json({"rule": rule, "inputs": inputs, "outputs": outputs, "params": ""})


def seal_manifest(folder: Path) -> None:
    """The seal of the manifest as it stands."""
    takes = ["code:scripts/audit/write_manifest.py", CONTENT, "results/derive/adsl.parquet"]
    _write(folder, {MANIFEST_SEAL: _seal(folder, "write_manifest", takes, [MANIFEST])})


def make_run(folder: Path) -> MadeRun:
    """A finished run in a new folder."""
    folder.mkdir(parents=True)
    _write_project(folder)
    _write(folder, {"results/analyse/mean_age.json": '{\n "mean": 24.5\n}\n'})
    content, rows = _content(folder, _write_tables(folder))
    root = content["root"]
    words = f"BT /F 10 Tf 20 100 Td ({root}) Tj ET"
    page = {"hashes": [{"label": ROOT_LABEL, "parts": [{"address": "front", "text": root}]}]}
    _write(
        folder,
        {
            CONTENT: format_json(content),
            "results/report/tables.json": format_json({"front": page}),
            "results/report/report.html": f"<header>{root}</header><p>24.5</p>\n",
            "results/report/report.pdf": PDF.replace("{length}", str(len(words))).replace(
                "{words}", words
            ),
            "results/derive/seals/derive_subjects.json": _seal(
                folder,
                "derive_subjects",
                ["code:scripts/derive/derive_subjects.py", "results/ingest/raw/people.parquet"],
                ["results/derive/adsl.parquet"],
            ),
        },
    )
    write_table(pd.DataFrame({"ROWDIGEST": rows}), folder / ROWS)
    report = [f"results/report/{name}" for name in ("tables.json", "report.html", "report.pdf")]
    outputs = [_leaf(folder, name) for name in (*report, CONTENT, ROWS)]
    seals = [_leaf(folder, "results/derive/seals/derive_subjects.json")]
    _write(folder, {MANIFEST: format_json(extend_content(content, outputs, seals))})
    seal_manifest(folder)
    return MadeRun(folder)
