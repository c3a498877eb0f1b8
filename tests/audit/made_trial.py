"""A made-up trial of a few subjects, as what the explorer is packed from, around any lineage."""

from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.explorer.packs import Material
from scripts.audit.lineage.reads import EXISTENCE, Derivation, Filter, Lineage, Read, Table
from scripts.audit.lineage.store import pack
from scripts.tables import read_contract
from tests.workflow.conftest import PROJECT

COLUMNS = ("A", "B", "C")
LINKS = ("record", "subject", "all")


def random_lineage(seed: int, subjects: int = 5) -> Lineage:
    """Tables in a row, each made from those before by derivations of every kind, and numbers."""
    draw = np.random.default_rng(seed)
    lineage = Lineage(subjects=[f"T-{number:03d}" for number in range(subjects)])
    names = ["ingest/raw/first", "ingest/raw/second", "ingest/sdtm/xx", "derive/adsl", "derive/ady"]
    for name in names:
        rows = subjects if name == "derive/adsl" else int(draw.integers(4, 12))
        of = draw.integers(-1, subjects, rows) if name != "derive/adsl" else np.arange(subjects)
        lineage.tables[name] = Table(name, f"results/{name}.parquet", of, COLUMNS)
    # A part of a file whose rows are not in the explorer.
    of, names = draw.integers(0, subjects, 6), [*names, "impute/model"]
    within = np.sort(draw.choice(40, 6, replace=False))
    file = f"results/{names[-1]}.parquet"
    lineage.tables[names[-1]] = Table(names[-1], file, of, COLUMNS, within)
    for place, name in enumerate(names[2:], start=2):
        for source in names[:place]:
            rows, of = lineage.tables[name].rows, lineage.tables[source].rows
            lineage.links[(name, source)] = draw.integers(-1, of, rows)
        for columns in ((EXISTENCE,), ("A",), ("B", "C")):
            reads = tuple(_read(draw, lineage, names[: place + 1]) for _ in range(2))
            rows = draw.random(lineage.tables[name].rows) < 0.7 if draw.random() < 0.4 else None
            lineage.derivations.append(
                Derivation(name, columns, reads, "rule", "module:function", "plan", "words", rows)
            )
    for number in range(12):
        reads = [_read(draw, lineage, names) for _ in range(int(draw.integers(0, 3)))]
        lineage.add_number(f"t_made/r{number}/c/count", reads)
    for number in range(3):
        lineage.add_display(f"t_made{number}", [_read(draw, lineage, names)])
    return lineage


def _read(draw: np.random.Generator, lineage: Lineage, names: list[str]) -> Read:
    table = lineage.tables[str(draw.choice(names))]
    filters = []
    for number in range(int(draw.integers(0, 3))):
        by_subject = bool(draw.random() < 0.4)
        size = len(lineage.subjects) if by_subject else table.rows
        columns = () if by_subject else tuple(draw.choice(COLUMNS, int(draw.integers(1, 3)), False))
        filters.append(Filter(columns, draw.random(size) < 0.7, f"words {number}", by_subject))
    columns = tuple(draw.choice(COLUMNS, int(draw.integers(0, 3)), False))
    return Read(table.name, columns, tuple(filters), str(draw.choice(LINKS)))  # type: ignore[arg-type]


def _plan() -> dict[str, Any]:
    return {
        "study": {"id": "T", "data_cut": "2020-12-31"},
        "trial": {"arms": [{"code": "X", "label": "Arm <X> & more"}], "visits": []},
        "outputs": {"sections": [{"title": "Made up", "displays": [{"id": "t_made"}]}]},
        "profiles": {},
        "endpoints": {"endpoints": {}},
        "subjects": {"variables": {}, "populations": {"ALLFL": {"label": "All of them"}}},
        "measurements": {"sets": {}},
        "estimands": {"estimands": {}},
        "formats": {},
    }


def _tables(lineage: Lineage) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    held = {n: t for n, t in lineage.tables.items() if not n.startswith("impute/")}
    for name, table in held.items():
        values = {c: pd.array(range(table.rows), dtype="Int64") for c in COLUMNS}
        tables[name] = pd.DataFrame(values)
    ids, size = lineage.subjects, len(lineage.subjects)
    tables["derive/adsl"] = tables["derive/adsl"].assign(
        USUBJID=ids, ARMCD="X", SITEID="1", ALLFL=["Y", "N"] * (size // 2) + ["Y"] * (size % 2),
        ALLRS=[None, "too late"] * (size // 2) + [None] * (size % 2),
    )  # fmt: skip
    tables["derive/adresp"] = pd.DataFrame(
        {"USUBJID": [], "PARAMCD": [], "AVALC": [], "CLAUSE": []}, dtype="str"
    )
    tables["derive/decisions"] = pd.DataFrame({"PARAMCD": [], "CLAUSE": []}, dtype="str")
    for name in ("first", "second"):
        raw = tables[f"ingest/raw/{name}"]
        tables[f"ingest/raw/{name}"] = raw.assign(SRCFILE=f"{name}.csv", SRCROW=raw.index + 1)
    return tables


def _metadata(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    columns = [
        {"name": c, "label": f"Column {c}", "type": "integer",
         "values": [{"value": 1.0, "label": "one"}]}
        for c in COLUMNS
    ]  # fmt: skip
    return {
        name: {"file": f"{name}.csv", "label": name, "sha256": "0" * 64, "bytes": 10,
               "rows": len(tables[f"ingest/raw/{name}"]), "form": "csv", "encoding": "utf-8",
               "columns": columns}
        for name in ("first", "second")
    }  # fmt: skip


def made_material(lineage: Lineage) -> Material:
    """Everything that the explorer needs, around a lineage."""
    for name in ("derive/adresp", "derive/decisions"):
        lineage.tables[name] = Table(name, f"results/{name}.parquet", np.zeros(0, int), ())
    index, arrays = pack(lineage)
    tables = _tables(lineage)
    source = {"file": "results/analyse/made.json", "statistic": "count"}
    display = {"id": "t_made", "number": "1", "title": "Made up", "word": "Table", "kind": "figure"}
    words = [{"address": "front/notice/front/words", "text": "Nobody's data </script> <b>."}]
    return Material(
        plan=_plan(), index=index, arrays=arrays, tables=tables,
        front={"notice": words, "short_title": "Made", "title": "A made-up trial",
               "kind": "Report", "facts": [], "hashes": [], "digest": "SHA-256"},
        displays={"t_made": {**display, "alt": "nothing", "notes": []}},
        addresses={a: {"kind": "count", "source": source, "text": "1", "value": 1}
                   for a in lineage.numbers},
        results={"made": {"id": "made", "title": "Made", "estimand": None, "population": None,
                          "method": {"name": "counts", "label": "Counts"}, "missing": None,
                          "subjects": {"used": lineage.subjects[:3], "excluded": [
                              {"reason": "too late", "USUBJID": lineage.subjects[3:]}]}}},
        metadata=_metadata(tables),
        contracts={"bds": read_contract(PROJECT / "config/schemas/tables/bds.yaml")},
    )  # fmt: skip
