"""One question to R: inputs as JSON, a program that assigns `output`, the answer as JSON."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

REQUIRED = os.environ.get("TRIALTRACE_R") == "required"
PRELUDE = """
options(digits = 17, warn = 1)
suppressPackageStartupMessages(library(jsonlite))
input <- fromJSON("input.json")
"""
CLOSING = """
write(toJSON(output, digits = NA, na = "null", null = "null", auto_unbox = TRUE), "output.json")
"""

needs_r = pytest.mark.skipif(
    shutil.which("Rscript") is None and not REQUIRED, reason="R is not installed"
)


def ask_r(program: str, **inputs: Any) -> Any:
    """What an R program assigns to `output`, given `input`, a list of the named inputs.

    Many cases belong into one question, because R takes most of a second to start. Numbers travel
    back with 15 significant digits; NaN, NA and infinite ones come back as None or as words.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input.json").write_text(json.dumps(inputs, allow_nan=True))
        (folder / "program.R").write_text(PRELUDE + program + CLOSING)
        done = subprocess.run(
            ["Rscript", "--vanilla", "program.R"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise RuntimeError(f"R stopped:\n{done.stderr}")
        return json.loads((folder / "output.json").read_text())
