"""Finished runs of a tiny made-up workflow, for the commands that compare and list.

Two raw files; a copy of each; an endpoint for each analysis; two analyses in one step; a table and
a figure. Everything is computed from what it is given, so that a change goes its way.
"""

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from scripts.report.numbers import format_number
from scripts.seals import digest_of, parts_of
from scripts.tables import write_table

PLAN: dict[str, Any] = {
    "study": {"title": "Made up"},
    "settings": {"seed": 1},
    "trial": {"arms": [{"code": "A", "color": "#111111"}, {"code": "B", "color": "#222222"}]},
    "sources": {"folder": "raw", "sources": {"ones": {"file": "ones.csv"},
                                             "twos": {"file": "twos.csv"}}},
    "sdtm": {"domains": {"AA": {"source": "ones"}, "BB": {"source": "twos"}}},
    "endpoints": {"endpoints": {"GOOD": {"factor": 2}, "BETTER": {"factor": 3}}},
    "analyses": {"analyses": {"first": {"endpoint": "GOOD", "plus": 0, "title": "Not second"},
                              "second": {"endpoint": "BETTER", "plus": 0, "title": "Not first"}}},
    "formats": {"decimals": {"difference": 1}},
    "outputs": {"sections": [{"id": "s", "displays": [{"id": "t_one", "number": "1"}]}]},
}  # fmt: skip
FIRST, SECOND = "t_one/first/A-B/estimate", "t_one/second/A-B/estimate"
DRAWN, VERSION = "f_one/first/A-B/estimate", "front/v/front/words"


def _hash(text: str) -> dict[str, Any]:
    content = text.encode()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


class Maker:
    """A run in the making: change what goes in, then `make` it into a folder."""

    def __init__(self) -> None:
        self.raw = {"ones": [1.04, 2.0], "twos": [10.0, 20.0]}
        self.plan = copy.deepcopy(PLAN)
        # What each step's own module does: what it adds to every number.
        self.code = {"read": 0, "standardise": 0, "derive": 0, "analyse": 0, "print": 0}
        self.lock = "packages 1"

    def make(self, folder: Path) -> Path:
        """Write the run; the folder is given back."""
        self.folder = folder
        folder.mkdir(parents=True)
        self._config()
        plan = self.plan
        raw = {f"raw/{name}.csv": _hash(str(values)) for name, values in self.raw.items()}
        copies = {f"results/ingest/raw/{n}.parquet": str(v) for n, v in self.raw.items()}
        told = {"sources": plan["sources"], "raw": {p: raw[p]["sha256"] for p in raw}}
        self._step("read", "ingest", raw, copies, told)
        domains = {
            f"results/ingest/sdtm/{name.lower()}.parquet": str(self.raw[entry["source"]])
            for name, entry in plan["sdtm"]["domains"].items()
        }
        self._step("standardise", "ingest", self._of(copies), domains, {"sdtm": plan["sdtm"]})
        derived = {
            code: sum(values) * entry["factor"] + self.code["derive"]
            for (code, entry), values in zip(
                plan["endpoints"]["endpoints"].items(), self.raw.values(), strict=True
            )
        }
        # As everywhere, one step makes all endpoints from all domains, and is told all arms.
        told = {"endpoints": plan["endpoints"], "trial": plan["trial"]}
        adresp = {"results/derive/adresp.parquet": str(derived)}
        self._step("derive", "derive", self._of(domains), adresp, told)
        analyses = plan["analyses"]["analyses"]
        values = {
            name: derived[one["endpoint"]] + one["plus"] + self.code["analyse"]
            for name, one in analyses.items()
        }
        results = {f"results/analyse/{n}.json": json.dumps(v) for n, v in values.items()}
        self._step("analyse", "analyse", self._of(adresp), results, {"analyses": analyses})
        self._print(values, results)
        return folder

    def _print(self, values: dict[str, float], results: dict[str, str]) -> None:
        told = {"formats": self.plan["formats"], "outputs": self.plan["outputs"]}
        told = {**told, "digest": digest_of(self.plan)}
        table = {f"t_one/{name}/A-B/estimate": self._number(name, values) for name in values}
        front = {
            "front/Plan/front/words": self._words(digest_of(self.plan), {"run": "Plan"}),
            VERSION: self._words(self.lock, {"environment": "all"}),
            "front/title/front/words": self._words(
                self.plan["study"]["title"], {"plan": "study.title"}
            ),
        }
        parts = [{"address": at, "text": entry["text"]} for at, entry in table.items()]
        rows = [{"cells": [{"parts": [part]}]} for part in parts]
        tables = {
            "front": {"facts": [{"address": at} for at in front]},
            "displays": {"t_one": {"word": "Table", "number": "1", "title": "One", "rows": rows}},
            "addresses": {**table, **front},
            "order": ["t_one", "f_one"],
        }
        figure = {
            "addresses": {DRAWN: self._number("first", values)},
            "word": "Figure", "number": "2", "title": "One drawn",
        }  # fmt: skip
        # The plan's files are hashed before anything is printed.
        listed = {"config/plan.yaml": _hash(json.dumps(self.plan))}
        content = {"results/audit/content.json": json.dumps(listed)}
        self._step("list", "audit", listed, content, {})
        printed = {"results/report/tables.json": json.dumps(tables)}
        drawn = {"results/report/figures/f_one.json": json.dumps(figure)}
        self._step(
            "print",
            "report",
            self._of({**results, **content}),
            printed,
            {**told, "study": self.plan["study"]},
        )
        self._step(
            "draw", "report", self._of(results), drawn, {"trial": self.plan["trial"], **told}
        )

    def _number(self, name: str, values: dict[str, float]) -> dict[str, Any]:
        places = self.plan["formats"]["decimals"]["difference"]
        text = format_number(values[name] + self.code["print"], places)
        file = f"results/analyse/{name}.json"
        return {"text": text, "value": values[name], "kind": "difference", "source": {"file": file}}

    def _words(self, text: str, source: dict[str, str]) -> dict[str, Any]:
        return {"text": text, "value": text, "kind": "words", "source": source}

    def _of(self, made: dict[str, str]) -> dict[str, Any]:
        return {path: _hash(text) for path, text in made.items()}

    def _config(self) -> None:
        folder = self.folder / "config"
        folder.mkdir()
        sections = {name: part for name, part in self.plan.items() if name not in TOP}
        top = {name: self.plan[name] for name in TOP}
        top["files"] = {name: f"{name}.yaml" for name in sections}
        for name, part in [("config", top), *sections.items()]:
            (folder / f"{name}.yaml").write_text(yaml.safe_dump(part), encoding="utf-8")

    def _step(
        self, rule: str, stage: str, inputs: dict[str, Any], outputs: dict[str, str], told: Any
    ) -> None:
        params = {**told, "environment": digest_of(self.lock)}
        code = {f"code:scripts/{rule}.py": _hash(str(self.code.get(rule, 0)))}
        seal = {
            "rule": rule, "inputs": {**inputs, **code}, "params": digest_of(params),
            "outputs": {path: _hash(text) for path, text in outputs.items()},
            "parts": parts_of(params),
        }  # fmt: skip
        for path, text in outputs.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.startswith("results/ingest/raw/"):
                values = self.raw[target.stem]
                table = {"VALUE": values, "SRCROW": range(1, len(values) + 1)}
                write_table(pd.DataFrame(table), str(target))
            else:
                target.write_text(text, encoding="utf-8")
        metadata = {name: {"file": f"{name}.csv"} for name in self.raw}
        (self.folder / "results/ingest/metadata.json").write_text(json.dumps(metadata))
        place = self.folder / f"results/{stage}/seals/{rule}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(seal), encoding="utf-8")


TOP = ("study", "settings")
