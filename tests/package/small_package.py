"""A made-up package of the second trial's plan: a few subjects, two data sets, one analysis."""

import copy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.package import places
from scripts.package.guides import contents
from scripts.package.guides.claim_checks import Evidence, members_of
from scripts.package.guides.claims import Described
from scripts.package.guides.contents import Made
from scripts.package.specification import measured, origin, variable
from scripts.package.transport import Transported, read_transport, write_transport
from scripts.package.write_guides import described_from, read_evidence
from tests.shells.plans import plan_of

FOLDER = Path(__file__).parents[2] / "scripts" / "package" / "templates"
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
PROGRAMS = ("standardise", "derive_subjects", "compare_proportions")
LOCK = "numpy==2.4.6 \\\n    --hash=sha256:00\n"
CORE = {
    "status": "executed",
    "reason": None,
    "engine": "an engine 1.0",
    "standard": "SDTMIG 3.4",
    "terminology": "a release",
    "rules": [
        {"core_id": "R-1", "status": "success", "message": "Holds.", "findings": []},
        {"core_id": "R-2", "status": "skipped", "message": "No such domain.", "findings": []},
        {
            "core_id": "R-3",
            "status": "issue reported",
            "message": "Something is so.",
            "findings": [{"dataset": "DM", "count": 3, "explanation": "It is meant to be so."}],
        },
    ],
}
CORE |= {"counts": {"success": 1, "skipped": 1, "issue reported": 1, "execution error": 0}}
GATE = {
    "rules": [
        {
            "id": "TT1",
            "source": "a standard",
            "severity": "error",
            "message": "One record a subject",
            "findings": 0,
            "by_dataset": [],
            "status": "passed",
        }
    ],
    "counts": {"passed": 1, "not applicable": 0, "explained": 0, "warning": 0, "error": 0},
}


def subjects(plan: dict[str, Any]) -> pd.DataFrame:
    """Three subjects of the first arm and two of each other, the last of all in no population."""
    arms = [arm["label"] for arm in plan["trial"]["arms"]]
    treated = [arms[0], *(arm for arm in arms for _ in range(2))]
    count = len(treated)
    flags = {flag: ["Y"] * (count - 1) + ["N"] for flag in plan["subjects"]["populations"]}
    names = [f"S-{number}" for number in range(1, count + 1)]
    study = [plan["study"]["id"]] * count
    columns = {"STUDYID": study, "USUBJID": names, "TRT01P": treated, **flags}
    return pd.DataFrame(columns).astype("str")


def _sent(table: pd.DataFrame, name: str, label: str, class_: str) -> tuple[Transported, dict]:
    labels = {column: f"Label of {column}" for column in table}
    content = write_transport(table, name=name, label=label, labels=labels, day=date(2024, 1, 1))
    described = {
        "name": name,
        "label": label,
        "class": class_,
        "structure": "One record per subject",
        "keys": ["STUDYID", "USUBJID"],
        "reference": False,
        "note": None,
        "variables": [
            variable(column, labels[column], origin=origin("Assigned")) for column in table
        ],
    }
    return read_transport(content), measured(described, content)


def _specification(standard: str, version: str, dataset: dict[str, Any]) -> dict[str, Any]:
    return {
        "standard": standard,
        "version": version,
        "terminology": {"package": standard[:4], "date": "2025-03-28"},
        "datasets": [dataset],
        "codelists": {},
        "methods": {},
        "comments": {},
    }


def _analyses() -> dict[str, Any]:
    where = [{"dataset": "ADSL", "variable": "ALLFL", "comparator": "EQ", "values": ["Y"]}]
    entry = {
        "title": "Who is who",
        "role": "primary",
        "datasets": [{"name": "ADSL", "where": where, "variables": ["TRT01P"]}],
        "reads": [],
        "method": "Wald interval. Limits: normal quantile. Model: none. Software: none.",
        "rule": "compare_proportions",
        "program": "compare-proportions.txt",
        "displays": ["t_one"],
    }
    displays = {"t_one": {"number": "Table 1", "title": "Who", "analyses": ["who_is_who"]}}
    return {"analyses": {"who_is_who": entry}, "displays": displays}


def _index() -> dict[str, Any]:
    return {
        "derivations": [
            {"rule": "standardise", "table": "ingest/sdtm/dm", "reads": [0]},
            {"rule": "derive_subjects", "table": "derive/adsl", "reads": [1]},
        ],
        "reads": [
            {"table": "ingest/raw/people", "columns": ["PERSON"]},
            {"table": "ingest/sdtm/dm", "columns": ["USUBJID"]},
        ],
    }


def _seals() -> dict[str, Any]:
    made = {
        "standardise": ([], ["results/ingest/sdtm/dm.parquet"]),
        "derive_subjects": (["results/ingest/sdtm/dm.parquet"], ["results/derive/adsl.parquet"]),
        "compare_proportions": (["results/derive/adsl.parquet"], ["results/analyse/who.json"]),
    }
    return {
        rule: {"rule": rule, "inputs": dict.fromkeys(i), "outputs": dict.fromkeys(o)}
        for rule, (i, o) in made.items()
    }


@cache
def _made() -> tuple[Made, Described, Evidence]:
    plan = plan_of("second")
    people = subjects(plan)
    kept = people[["STUDYID", "USUBJID"]].assign(ARM=people["TRT01P"])
    dm, dm_described = _sent(kept, "DM", "Demographics", "SPECIAL PURPOSE")
    adsl, adsl_described = _sent(people, "ADSL", "Subjects", "SUBJECT LEVEL ANALYSIS DATASET")
    results = {"who_is_who": {"id": "who_is_who", "warnings": ["Few subjects."]}}
    second = {"summary": {"analyses": 1, "compared": 2, "differ": 0}}
    held = {"DM": dm, "ADSL": adsl}
    made = Made(
        plan=plan,
        sdtm=_specification("SDTMIG", "3.4", dm_described),
        adam=_specification("ADaMIG", "1.3", adsl_described),
        analyses=_analyses(),
        core=CORE,
        gate=GATE,
        index=_index(),
        metadata={},
        results=results,
        second=second,
        seals=_seals(),
        code={"scripts/ingest/standardise.py": '"""Raw files become domains."""\n'},
        held=held,
        versions={"numpy": "2.4.6"},
    )
    documents = {
        "results": results,
        "displays": {"t_one": "Table 1"},
        "conformance": {"core": CORE, "gate": GATE},
        "second": second["summary"],
    }
    members = {flag: members_of(people, flag) for flag in plan["subjects"]["populations"]}
    evidence = read_evidence(held, files_of(plan), LOCK, documents)
    return made, described_from(made, members), evidence


def files_of(plan: dict[str, Any]) -> list[str]:
    """The files of the package, from its root."""
    paths = contents.paths_of(plan)
    files = [f"{paths['tabulations']}/dm.xpt", f"{paths['datasets']}/adsl.xpt"]
    files += [f"{paths['programs']}/{places.hyphenated(rule)}.txt" for rule in PROGRAMS]
    named = [
        path if "." in path.rpartition("/")[2] else f"{path}/x.json" for path in paths.values()
    ]
    return [*files, *named, "conformance/core.json", "conformance/gate.json"]


def made_package() -> tuple[Made, Described, Evidence]:
    """What the guides are made from, and what the package holds; to be changed in one test."""
    made, described, evidence = _made()
    return replace(made, plan=copy.deepcopy(made.plan)), described, evidence
