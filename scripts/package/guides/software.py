"""What ran, with its exact versions: the language, packages, libraries of the operating system."""

import platform
from importlib import metadata

from scripts.package.guides.claim_checks import locked_versions
from scripts.report.layouts.provenance import PACKAGES

SENDING = ("lxml", "odmlib", "defineutils", "jsonschema", "matplotlib", "statsmodels")
PANGO = 100


def package_versions(lock: str) -> dict[str, str]:
    """The version of each package that the numbers, pages and files go through.

    A package that the lock does not have, or that is not installed here, is left out.
    """
    locked = locked_versions(lock)
    here = {str(found.name).lower(): found.version for found in metadata.distributions()}
    names = sorted({*PACKAGES, *SENDING})
    return {name: here[name] for name in names if name in locked and name in here}


def python_version() -> str:
    """The version of the language."""
    return platform.python_version()


def system_libraries() -> list[tuple[str, str]]:
    """The libraries of the operating system on which the pages depend, with their versions."""
    from weasyprint.text import ffi  # heavy: only where it is asked for

    number = ffi.pango.pango_version()
    parts = [number // PANGO**2, number // PANGO % PANGO, number % PANGO]
    name, version = platform.libc_ver()
    return [
        ("operating system", platform.system()),
        (name or "C library", version or "unknown"),
        ("Pango", ".".join(map(str, parts))),
    ]
