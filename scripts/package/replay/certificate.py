"""The certificate: what was held against what, and that it is equal, or every difference."""

import io
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

TITLES = {
    "files": "Files of the package against the list of checksums",
    "environment": "Python and its packages against requirements-lock.txt",
    "programs": "Programs and plan, line by line, against what ran",
    "plan": "The packed plan against the one that the programs were told",
    "sent": "Data sets as sent: hash, and each value against Dataset-JSON",
    "carried": "What is carried because raw files are not sent, against its hash",
    "run": "Programs that ran again to their end",
    "datasets": "Values of the data sets, rebuilt against submitted",
    "numbers": "Printed numbers, text and full value, rebuilt against submitted",
}
# The parts that say whether the submitted results are what the programs make of the data.
RESULTS = ("plan", "sent", "carried", "run", "datasets", "numbers")
SHOWN = 60
WIDTH, LINES = 98, 62
# What DejaVu Sans Mono, the font of the pages, surely holds.
LAST_SIGN = 0x2FFF
VERDICTS = {
    "equal": "EQUAL: everything that was submitted is what its programs make of its data.",
    "surroundings": "RESULTS EQUAL: every value and number is equal; files, programs or packages "
    "differ, as named below.",
    "different": "DIFFERENT: each difference is named below.",
}


def verdict_of(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """One word: equal, surroundings (results are equal, what is around them not), different."""
    found = {name for name, part in parts.items() if part["findings"]}
    if not found:
        return "equal"
    return "different" if found & set(RESULTS) else "surroundings"


def certify(parts: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The certificate as data: the verdict, each part with what was checked, what was carried."""
    verdict = verdict_of(parts)
    return {"verdict": verdict, "words": VERDICTS[verdict], "parts": dict(parts), **facts}


def _safe(text: str) -> str:
    return "".join(
        sign if sign.isprintable() and ord(sign) <= LAST_SIGN else ascii(sign)[1:-1]
        for sign in text
    )


def _lines(certificate: Mapping[str, Any]) -> Iterator[str]:
    yield f"Study: {certificate['study']}"
    yield f"List of checksums: sha256 {certificate['checksums']}"
    yield ""
    yield certificate["words"]
    yield ""
    for name, part in certificate["parts"].items():
        findings = part["findings"]
        yield f"{TITLES[name]}"
        yield f"    {part['checked']} checked, {len(findings) or 'no'} difference(s)"
        for finding in findings[:SHOWN]:
            yield f"    - {finding}"
        if len(findings) > SHOWN:
            yield f"    - and {len(findings) - SHOWN} more, all in certificate.json"
        yield ""
    yield "Carried with the package and not rebuilt, because raw files are not sent:"
    for path, digest in certificate["carried"].items():
        yield f"    {path}  sha256 {digest[:16]}..."
    yield "Not made again: the pages of the report (their numbers were), the guides, define.xml."
    yield ""
    yield "Ran again, in this order: " + ", ".join(certificate["ran"])
    yield ""
    yield "Surroundings: " + ", ".join(f"{k} {v}" for k, v in certificate["surroundings"].items())


def _wrapped(lines: Iterator[str]) -> list[str]:
    wrapped: list[str] = []
    for line in lines:
        blanks = " " * (len(line) - len(line.lstrip()) + 2)
        wrapped += textwrap.wrap(_safe(line), WIDTH, subsequent_indent=blanks) or [""]
    return wrapped


def render_certificate(certificate: Mapping[str, Any]) -> bytes:
    """The certificate as PDF: the same bytes for the same certificate."""
    lines = _wrapped(_lines(certificate))
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
    sink = io.BytesIO()
    information = {"Title": "Replay certificate", "CreationDate": None}
    with PdfPages(sink, metadata=information) as pdf:
        for number, page in enumerate(pages, start=1):
            figure = Figure(figsize=(8.27, 11.69))
            write = figure.text
            write(0.08, 0.945, "Replay certificate", size=15, weight="bold", family="DejaVu Sans")
            text = "\n".join(page)
            drawn = write(0.08, 0.92, text, size=7.8, va="top", family="DejaVu Sans Mono")
            drawn.set_linespacing(1.4)
            drawn.set_parse_math(False)
            write(0.92, 0.03, f"Page {number} of {len(pages)}", size=8, ha="right")
            pdf.savefig(figure)
    return sink.getvalue()
