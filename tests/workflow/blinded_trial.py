"""The second trial blinded: its plan bound to a key beside it, and every text in its results."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pypdfium2

from tests.workflow.conftest import Workshop, copy_second_trial

KEY = b"a key of a test, longer than thirty-two bytes\n"
COMMITMENT = hashlib.sha256(KEY).hexdigest()
# The second trial calls its arms by these words, beside the codes and labels in trial.yaml.
WORDS = {"Strong lotion": "Arm A", "strong lotion": "arm A", "Weak lotion": "Arm B",
         "vehicle": "reference", "lotion": "treatment", "Lotion": "Treatment"}  # fmt: skip
TRUE = ["HIGH", "LOW", "VEHICLE", "Lotion 2%", "Lotion 1%", "Vehicle", *WORDS]


def write_status(trial: Path, status: str, commitment: str = COMMITMENT) -> None:
    """The plan of the blinding, with one status."""
    words = "".join(f"  {word}: {instead}\n" for word, instead in WORDS.items())
    (trial / "config" / "blinding.yaml").write_text(
        f"status: {status}\nkey: ../trial.key\ncommitment: {commitment}\n"
        f"within: [people.clinic]\nwords:\n{words}",
        encoding="utf-8",
    )


def make_blinded(workshop: Workshop, folder: Path) -> Workshop:
    """The second trial blinded, with nothing built yet; the key lies beside its folder."""
    shop = Workshop(workshop.project, copy_second_trial(folder / "trial"))
    (folder / "trial.key").write_bytes(KEY)
    write_status(shop.trial, "blinded")
    return shop


def trialtrace(shop: Workshop, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program `trialtrace` of the project, in the trial's folder."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.trialtrace", *arguments, str(shop.trial)],
        capture_output=True,
        text=True,
        check=False,
        cwd=shop.project,
    )


def pages_of(path: Path) -> list[str]:
    """The text of every page of a PDF."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


def text_of(path: Path) -> str:
    """Everything that can be read in a result: names and values of tables, pages, documents."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        values = {str(value) for column in table.columns for value in column.to_pylist()}
        return " ".join([*table.column_names, *values])
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        marks = [mark.get_title() for mark in document.get_toc()]
        return " ".join([*pages_of(path), *marks, str(document.get_metadata_dict())])
    return path.read_text(encoding="utf-8", errors="replace")


def true_words(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, word) of every word that names a true arm."""
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, TRUE)) + r")(?!\w)")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for word in set(pattern.findall(text_of(path))):
                yield path.relative_to(folder).as_posix(), word
