"""CDISC CORE over a folder of SDTM transport files: run by the engine's own Python, never by ours.

    python core_runner.py CACHE DATA OUT [--define FILE] [--terminology PACKAGE] [--jobs N]

The engine's wheel holds neither its command line nor the rules, so that this is what remains: every
rule of the folder CACHE, in processes that share the files, without a network, and as JSON what
each of them said. Start it with PYTHONHASHSEED=0: some words depend on the order of sets.
"""

import argparse
import gzip
import itertools
import json
import multiprocessing
import socket
from pathlib import Path
from typing import Any

from cdisc_rules_engine.models.external_dictionaries_container import (
    ExternalDictionariesContainer,
)
from cdisc_rules_engine.models.library_metadata_container import LibraryMetadataContainer
from cdisc_rules_engine.models.rule import Rule
from cdisc_rules_engine.models.rule_conditions import ConditionCompositeFactory
from cdisc_rules_engine.models.rule_validation_result import RuleValidationResult
from cdisc_rules_engine.rules_engine import RulesEngine
from cdisc_rules_engine.services import logger
from cdisc_rules_engine.services.cache import InMemoryCacheService

EXAMPLES = 5
# Of a rule that passed or was skipped the engine lists every data set.
SAYS_NOTHING = ("success", "skipped")
# What each process inherits: the rules, and what an engine is made with.
RULES: dict[str, Any] = {}
ENGINE: dict[str, Any] = {}


def refuse(*_: Any) -> None:
    """Nothing of what is checked leaves this process."""
    raise OSError("the rules are run without a network")


def read_part(cache: Path, name: str) -> Any:
    """One part of the cache, compressed or not."""
    path = cache / f"{name}.json"
    if path.exists():
        return json.loads(path.read_bytes())
    return json.loads(gzip.decompress((cache / f"{name}.json.gz").read_bytes()))


def describe(result: dict[str, Any]) -> dict[str, Any]:
    """What a rule found in one data set: how often, and the first records."""
    examples = []
    for error in result["errors"][:EXAMPLES]:
        found = sorted((error.get("value") or {}).items())
        values = {str(name): str(value) for name, value in found}
        where = {"usubjid": error.get("USUBJID"), "seq": error.get("SEQ"), "row": error.get("row")}
        examples.append({**where, "variables": list(values), "values": values})
    return {
        "dataset": Path(result.get("dataset") or result.get("domain") or "").stem.upper(),
        "count": len(result["errors"]),
        "message": result.get("message"),
        "examples": examples,
    }


def gathered(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each data set: what is about the study is found anew at each data set."""
    kept: dict[str, dict[str, Any]] = {}
    for finding in findings:
        first = kept.setdefault(finding["dataset"], finding)
        if first is not finding and first["examples"] != finding["examples"]:
            first["count"] += finding["count"]
            first["examples"] = (first["examples"] + finding["examples"])[:EXAMPLES]
    return list(kept.values())


def run_rule(core_id: str) -> dict[str, Any]:
    """One rule over every data set."""
    rule = dict(RULES[core_id])
    rule["conditions"] = ConditionCompositeFactory.get_condition_composite(rule["conditions"])
    engine = RulesEngine(
        standard="sdtmig",
        standard_version="3-4",
        standard_substandard=None,
        external_dictionaries=ExternalDictionariesContainer({}),
        validate_xml=False,
        max_errors_per_rule=None,
        errors_per_dataset_flag=False,
        encoding="utf-8",
        **ENGINE,
    )
    results = list(itertools.chain(*engine.validate_single_rule(rule).values()))
    said = RuleValidationResult(rule, results)
    silent = said.execution_status in SAYS_NOTHING
    told = [] if silent else [r for r in results if r["executionStatus"] == said.execution_status]
    found = [describe(result) for result in told]
    return {
        "core_id": core_id,
        "cdisc_id": said.cdisc_rule_id,
        "status": said.execution_status,
        "message": said.message or rule.get("description") or "",
        "sensitivity": rule.get("sensitivity"),
        "executability": said.executability,
        "findings": gathered(found),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("cache", "data", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--define")
    parser.add_argument("--terminology", default="sdtmct-2025-03-28")
    parser.add_argument("--jobs", type=int, default=1)
    told = parser.parse_args()
    logger.disabled = True
    socket.socket.connect = refuse  # type: ignore[method-assign]
    packages = read_part(told.cache, "ct")
    if told.terminology not in packages:
        raise SystemExit(f"no terminology {told.terminology}; there is {', '.join(packages)}")
    library = LibraryMetadataContainer(
        standard_metadata=read_part(told.cache, "standard"),
        model_metadata=read_part(told.cache, "model"),
        variables_metadata=read_part(told.cache, "variables"),
        variable_codelist_map=read_part(told.cache, "variable_codelists"),
        ct_package_metadata={told.terminology: packages[told.terminology]},
        published_ct_packages=set(packages),
    )
    paths = sorted(told.data.glob("*.xpt"))
    ENGINE.update(
        cache=InMemoryCacheService(),
        library_metadata=library,
        ct_packages=[told.terminology],
        define_xml_path=told.define,
        dataset_paths=[str(path) for path in paths],
        max_dataset_size=max(path.stat().st_size for path in paths),
    )
    for core_id, rule in sorted(read_part(told.cache, "rules").items()):
        RULES[core_id] = Rule.from_cdisc_metadata(rule)
    with multiprocessing.get_context("fork").Pool(told.jobs) as pool:
        found = sorted(
            pool.imap_unordered(run_rule, RULES, chunksize=1), key=lambda r: r["core_id"]
        )
    text = json.dumps({"rules": found}, indent=1, sort_keys=True, default=str)
    told.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
