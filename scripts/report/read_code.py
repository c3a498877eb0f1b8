"""What the report says of the code: assumptions, formulas with references, and one digest.

Assumptions are comments tagged ASSUME. A formula and its references stand in the docstring of the
function that computes by it, so that the report quotes what runs.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from scripts.job import Job
from scripts.seals import digest_of

TAG = re.compile(r"^\s*#\s*ASSUME:\s*(.*)$")
HEAD = re.compile(r"^[A-Z][a-z]+\n-+$", re.MULTILINE)
COMMENT = re.compile(r"^\s*#\s?(?!\s*[A-Z]+:)(.*)$")


def find_assumptions(files: Mapping[str, str]) -> list[dict[str, Any]]:
    """File, line and sentence of every tagged comment; it may go on over several comment lines."""
    found = []
    for file, text in sorted(files.items()):
        lines = text.splitlines()
        for index, line in enumerate(lines):
            tag = TAG.match(line)
            if tag:
                words = [tag.group(1), *_continued(lines[index + 1 :])]
                sentence = " ".join(word.strip() for word in words if word.strip())
                text = sentence[:1].upper() + sentence[1:]
                found.append({"file": file, "line": index + 1, "text": text})
    return found


def _continued(lines: list[str]) -> list[str]:
    words = []
    for line in lines:
        comment = COMMENT.match(line)
        if comment is None:
            break
        words.append(comment.group(1))
    return words


def _section(doc: str, title: str) -> str:
    """One section of a numpydoc docstring; empty where there is none of the title."""
    _, found, rest = doc.partition(f"{title}\n{'-' * len(title)}\n")
    return HEAD.split(rest)[0].strip() if found else ""


def find_formulas(files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """(purpose, formula, notes, references, file) of every function with a formula, by its name."""
    found = {}
    for file, text in sorted(files.items()):
        functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        for function in functions:
            doc = ast.get_docstring(function) or ""
            notes = _section(doc, "Notes")
            if not notes.startswith("Formula: "):
                continue
            formula, _, rest = notes.partition("\n\n")
            found[function.name] = {
                "purpose": " ".join(doc.partition("\n\n")[0].split()).rstrip("."),
                "formula": " ".join(formula.removeprefix("Formula: ").split()),
                "notes": " ".join(rest.split()),
                "references": " ".join(_section(doc, "References").split()),
                "file": file,
            }
    return found


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        texts = job.sources("scanned")
        job.write("assumptions", find_assumptions(texts))
        stats = {file: text for file, text in texts.items() if file.startswith("scripts/stats/")}
        job.write("formulas", find_formulas(stats))
        job.write("digest", {"files": len(texts), "sha256": digest_of(texts)})
