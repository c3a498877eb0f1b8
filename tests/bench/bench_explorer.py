"""The evidence explorer with many subjects: its size, and how long a browser takes for each view.

The trial is the embedded one, every record many times over with new subjects.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from scripts.audit.build_explorer import build_explorer
from scripts.audit.explorer.packs import Material
from scripts.audit.lineage.reads import Derivation, Filter, Lineage, Read, Table
from scripts.audit.lineage.run import addresses_of
from scripts.audit.lineage.store import pack, unpack
from scripts.plan import load_plan
from scripts.tables import read_contract, read_json, read_table
from tests.audit.browser import PROGRAM, Browser

RESULTS = Path("results")
TEMPLATES = Path("scripts/audit/explorer/templates")
NUMBER, SOURCE = "#t_primary/or_itt/COMBO-MONO/estimate", "#source/visits.sav:12:PLT"


def gather() -> Material:
    """What the explorer of the run in `results/` is packed from."""
    plan = load_plan(yaml.safe_load(Path("config/config.yaml").read_text()), "config")
    printed = read_json(RESULTS / "report/tables.json")
    figures = {p.stem: read_json(p) for p in sorted((RESULTS / "report/figures").glob("*.json"))}
    folders = ("derive", "ingest/sdtm", "ingest/raw")
    seals = [read_json(path) for path in sorted(RESULTS.glob("*/seals/*.json"))]
    return Material(
        plan=plan,
        index=read_json(RESULTS / "audit/index.json"),
        arrays=read_table(RESULTS / "audit/arrays.parquet"),
        tables={
            f"{folder}/{path.stem}": read_table(path)
            for folder in folders
            for path in sorted((RESULTS / folder).glob("*.parquet"))
        },
        front=printed["front"],
        displays={**printed["displays"], **figures},
        addresses=addresses_of(printed, figures),
        results=read_json(RESULTS / "analyse/results.json"),
        metadata=read_json(RESULTS / "ingest/metadata.json"),
        formulas=read_json(RESULTS / "report/formulas.json"),
        seals={seal["rule"]: seal for seal in seals},
        contracts={p.stem: read_contract(p) for p in Path("config/schemas/tables").glob("*.yaml")},
    )


def _repeated(values: np.ndarray, times: int, step: int) -> np.ndarray:
    """The numbers again and again, each time `step` higher; -1 stays."""
    turns = np.repeat(np.arange(times), len(values)) * step
    many = np.tile(values, times)
    return np.where(many < 0, -1, many + turns)


def multiply_lineage(lineage: Lineage, times: int) -> Lineage:
    """The same dependencies with every subject and record that many times."""
    size = len(lineage.subjects)
    many = Lineage(subjects=[f"{one}-{turn:02d}" for turn in range(times)
                             for one in lineage.subjects])  # fmt: skip
    whole: dict[str, int] = {}
    for table in lineage.tables.values():
        whole[table.file] = whole.get(table.file, 0) + table.rows
    for name, table in lineage.tables.items():
        place = table.position
        place = None if place is None else _repeated(place, times, whole[table.file])
        subject = _repeated(table.subject, times, size)
        many.tables[name] = Table(name, table.file, subject, table.columns, place)
    for (made, source), rows in lineage.links.items():
        many.links[made, source] = _repeated(rows, times, lineage.tables[source].rows)
    filters: dict[int, Filter] = {}
    reads: dict[int, Read] = {}

    def filter_of(one: Filter) -> Filter:
        keeps = np.tile(one.keeps, times)
        return filters.setdefault(id(one), Filter(one.columns, keeps, one.words, one.by_subject))

    def read_of(one: Read) -> Read:
        if id(one) not in reads:
            parts = tuple(filter_of(part) for part in one.filters)
            reads[id(one)] = Read(one.table, one.columns, parts, one.link)
        return reads[id(one)]

    many.derivations = [
        Derivation(d.table, d.columns, tuple(map(read_of, d.reads)), d.rule, d.function, d.plan,
                   d.words, None if d.rows is None else np.tile(d.rows, times))
        for d in lineage.derivations
    ]  # fmt: skip
    for read in lineage.reads:
        many.add_read(read_of(read))
    many.numbers, many.displays = dict(lineage.numbers), dict(lineage.displays)
    return many


def multiply_table(table: pd.DataFrame, times: int) -> pd.DataFrame:
    """Every record that many times, with new subjects and rows of the raw file."""
    turn = np.repeat(np.arange(times), len(table))
    many = pd.concat([table] * times, ignore_index=True)
    if "USUBJID" in many:
        ends = pd.Series(turn).map("-{:02d}".format)
        many["USUBJID"] = many["USUBJID"].astype(object) + ends
    elif "SRCROW" in many:
        many["SRCROW"] = many["SRCROW"] + turn * len(table)
    return many


def multiply(material: Material, times: int) -> Material:
    """The material of a trial that many times as large."""
    index, arrays = pack(multiply_lineage(unpack(material.index, material.arrays), times))

    def people(names: list[str]) -> list[str]:
        return [f"{name}-{turn:02d}" for turn in range(times) for name in names]

    results = {}
    for name, result in material.results.items():
        given = result["subjects"]
        excluded = [{**part, "USUBJID": people(part["USUBJID"])} for part in given["excluded"]]
        subjects = {"used": people(given["used"]), "excluded": excluded}
        results[name] = {**result, "subjects": subjects}
    return Material(**{
        **vars(material), "index": index, "arrays": arrays, "results": results,
        "tables": {name: multiply_table(table, times) for name, table in material.tables.items()},
    })  # fmt: skip


def _timed(browser: Browser, fragment: str) -> float:
    """Milliseconds from asking for a view until it stands and the browser has painted it."""
    return float(browser.ask(
        f"new Promise((done) => {{ const start = performance.now(); location.hash = "
        f"{json.dumps(fragment)}; const look = () => (document.querySelector('main').dataset.shown "
        f"=== {json.dumps(fragment)} ? requestAnimationFrame(() => setTimeout(() => "
        "done(performance.now() - start))) : setTimeout(look, 2)); look(); })"
    ))  # fmt: skip


def look(page: Path, subject: str, program: str) -> dict[str, float]:
    """Milliseconds of the first paint, of the first view, and of each view first and again."""
    with Browser(program) as browser:
        browser.open(page)
        paint = "performance.getEntriesByType('paint')[0].startTime"
        found = {"first_paint_ms": browser.wait(paint)}
        found["first_view_ms"] = browser.ask("explorer.stands")
        views = {"search": f"#search/{subject}", "number": NUMBER, "subject": f"#subject/{subject}",
                 "source": SOURCE, "subjects": "#subjects"}  # fmt: skip
        for turn in ("first", "again"):
            for name, fragment in views.items():
                found[f"{name}_{turn}_ms"] = _timed(browser, fragment)
                _timed(browser, "#displays")
        _timed(browser, NUMBER)
        found["subject_of_number_ms"] = _timed(browser, views["subject"])
        found["memory_mb"] = browser.ask("performance.memory.usedJSHeapSize / 1e6")
        assert browser.complaints == []
    return found


def measure(quick: bool) -> dict[str, Any]:
    """Size and seconds of the explorer of the embedded trial, and of 60 times as many subjects."""
    if PROGRAM is None:
        raise SystemExit(
            "the benchmark of the explorer needs Chromium: sh envs/install-chromium.sh"
        )
    found: dict[str, Any] = {}
    templates = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*")}
    once = gather()
    for times in (1,) if quick else (1, 60):
        material = once if times == 1 else multiply(once, times)
        start = time.process_time()
        text = build_explorer(material, templates)
        seconds = time.process_time() - start
        subjects = material.index["subjects"]
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "explorer.html"
            page.write_text(text, encoding="utf-8")
            seen = look(page, subjects[len(subjects) // 2], PROGRAM)
        mb = len(text.encode("utf-8")) / 1e6
        found[f"explorer_n{len(subjects)}"] = {"mb": mb, "build_cpu_seconds": seconds, **seen}
    return found
