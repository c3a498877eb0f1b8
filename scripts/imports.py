"""Which of our own source files a step runs: Snakemake does not follow imports, so rules must."""

from functools import cache
from modulefinder import ModuleFinder
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@cache
def code_of(step: str) -> list[str]:
    """The source files of ours that `scripts/<step>.py` imports, itself included, sorted.

    `step` is dotted, as in "derive.derive_subjects". Raises FileNotFoundError for no such step.
    """
    script = PROJECT.joinpath("scripts", *step.split(".")).with_suffix(".py")
    # Only our own root is searched, so libraries are not followed and this takes milliseconds.
    finder = ModuleFinder(path=[str(PROJECT)])
    finder.run_script(str(script))
    files = (getattr(module, "__file__", None) for module in finder.modules.values())
    ours = {str(path) for path in files if path}
    return sorted(path for path in ours if Path(path).is_relative_to(PROJECT))
