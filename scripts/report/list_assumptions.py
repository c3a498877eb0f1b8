"""The assumptions that stand in the code (comments tagged ASSUME, as sentences), and its digest."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.job import Job
from scripts.seals import address_of, digest_of

TAG = re.compile(r"^\s*#\s*ASSUME:\s*(.*)$")
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


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        texts = {
            address_of(path).removeprefix("code:"): Path(path).read_text(encoding="utf-8")
            for path in job.paths("scanned")
        }
        job.write("assumptions", find_assumptions(texts))
        job.write("digest", {"files": len(texts), "sha256": digest_of(texts)})
