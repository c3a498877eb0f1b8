"""What each thing of the package is called in its metadata: the same in define.xml, Dataset-JSON
and the results metadata, because all of them ask here."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# A where clause is called by what it says, as long as that can be read.
READABLE = 60


def study_oid(study: str) -> str:
    """The study."""
    return f"ST.{study}"


def version_oid(study: str, standard: str) -> str:
    """The metadata of a standard's data sets."""
    return f"MDV.{study}.{standard}"


def dataset_oid(dataset: str) -> str:
    """A data set."""
    return f"IG.{dataset}"


def variable_oid(dataset: str, variable: str) -> str:
    """A variable of a data set."""
    return f"IT.{dataset}.{variable}"


def value_oid(dataset: str, variable: str, where: Sequence[Mapping[str, Any]]) -> str:
    """A variable where a clause holds."""
    return f"IT.{dataset}.{variable}.{_said(where)}"


def value_list_oid(dataset: str, variable: str) -> str:
    """The value-level metadata of a variable."""
    return f"VL.{dataset}.{variable}"


def where_oid(dataset: str, where: Sequence[Mapping[str, Any]]) -> str:
    """A where clause, called by what it says; the same clause has the same name."""
    return f"WC.{dataset}.{_said(where)}"


def codelist_oid(codelist: str) -> str:
    """A code list."""
    return f"CL.{codelist}"


def dataset_leaf(dataset: str) -> str:
    """The transport file of a data set."""
    return f"LF.{dataset}"


def program_leaf(program: str) -> str:
    """A program."""
    return f"LF.PROG.{program.removesuffix('.txt')}"


def document_leaf(document: str) -> str:
    """A document."""
    return f"LF.DOC.{document}"


def display_oid(display: str) -> str:
    """A table, figure or statement of the report."""
    return f"RD.{display}"


def result_oid(display: str, analysis: str) -> str:
    """An analysis as one display shows it."""
    return f"AR.{display}.{analysis}"


def _words(parts: Iterable[Any]) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(str(part) for part in parts)).strip("-")


def _said(where: Sequence[Mapping[str, Any]]) -> str:
    said = ".".join(_words([one["variable"], one["comparator"], *one["values"]]) for one in where)
    whole = "|".join(
        f"{one['dataset']} {one['variable']} {one['comparator']} {list(one['values'])}"
        for one in where
    )
    simple = all(re.fullmatch(r"[A-Za-z0-9]+", str(v)) for one in where for v in one["values"])
    if simple and len({one["dataset"] for one in where}) == 1 and len(said) <= READABLE:
        return said
    # Two values that differ in a sign only, or a clause too long to read, are told by a digest.
    return f"{said[:READABLE].rstrip('-.')}.{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
