"""A run as a Provenance Run Crate: RO-Crate 1.1, Workflow Run profiles 0.5, without a clock.

A step of the workflow is a rule, the tool that it runs is its script, and a seal is what one run
of it took and gave. Nobody's name and no time stand in it: those are in the ledger.
"""

import re
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

METADATA = "ro-crate-metadata.json"
CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
]
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
MEDIA = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".py": "text/x-python",
    ".R": "text/x-r",
    ".sav": "application/x-spss-sav",
    ".sig": "text/plain",
    ".smk": "text/x-snakemake",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xpt": "application/x-sas-xport",
    ".yaml": "application/yaml",
}
LICENSE = {
    "@id": "#license",
    "@type": "CreativeWork",
    "name": "Code under Apache-2.0; the data under no general licence",
    "description": "The code is under the licence in the file LICENSE. Whether the data and the "
    "report may be used or passed on is for the sponsor of the trial to say.",
}

Entity = dict[str, Any]


def place_of(address: str) -> str:
    """Where a file lies in the crate: code and trial together, as in a checkout of its own."""
    return address.removeprefix("code:")


def _id(address: str) -> str:
    return quote(place_of(address))


def _refs(addresses: Sequence[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in dict.fromkeys(_id(address) for address in addresses)]


def _file(leaf: Mapping[str, Any]) -> Entity:
    place = place_of(leaf["address"])
    entity: Entity = {
        "@id": quote(place),
        "@type": "File",
        "name": place,
        "contentSize": str(leaf["size"]),
        "sha256": leaf["sha256"],
    }
    media = MEDIA.get(PurePosixPath(place).suffix)
    return entity | ({"encodingFormat": media} if media else {})


def order_of(seals: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rules in an order in which they can run: a maker before who takes what it made."""
    makers = {address: seal["rule"] for seal in seals for address in seal["outputs"]}
    graph: TopologicalSorter[str] = TopologicalSorter()
    for seal in sorted(seals, key=lambda seal: seal["rule"]):
        takes = sorted({makers[address] for address in seal["inputs"] if address in makers})
        graph.add(seal["rule"], *takes)
    return list(graph.static_order())


def _script(seal: Mapping[str, Any]) -> str:
    """The address of the script that a rule runs: it has the rule's name, and the seal lists it."""
    pattern = re.compile(rf"code:scripts/\w+/{seal['rule']}\.py")
    return next(address for address in seal["inputs"] if pattern.fullmatch(address))


def _step(seal: Mapping[str, Any], position: int, present: set[str]) -> list[Entity]:
    """A rule as a step, its run as an action, and the engine's act of running it."""
    rule = seal["rule"]
    taken = [address for address in seal["inputs"] if address in present]
    return [
        {
            "@id": f"#step-{rule}",
            "@type": "HowToStep",
            "name": rule,
            "position": str(position),
            "workExample": {"@id": _id(_script(seal))},
        },
        {
            "@id": f"#run-{rule}",
            "@type": "CreateAction",
            "name": f"Run of {rule}",
            "instrument": {"@id": _id(_script(seal))},
            "object": _refs(taken),
            "result": _refs([address for address in seal["outputs"] if address in present]),
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        },
        {
            "@id": f"#control-{rule}",
            "@type": "ControlAction",
            "name": f"Snakemake runs {rule}",
            "instrument": {"@id": f"#step-{rule}"},
            "object": {"@id": f"#run-{rule}"},
        },
    ]


def _engine(lock: str, rules: Sequence[str]) -> list[Entity]:
    version = re.search(r"^snakemake==(\S+)", lock, re.MULTILINE)
    return [
        {
            "@id": "#snakemake",
            "@type": "SoftwareApplication",
            "name": "Snakemake",
            "url": "https://snakemake.github.io",
            "softwareVersion": version.group(1) if version else "as in envs/lock.txt",
        },
        {
            "@id": LANGUAGE,
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "url": "https://snakemake.github.io",
        },
        {
            "@id": "#engine-run",
            "@type": "OrganizeAction",
            "name": "Run of Snakemake",
            "instrument": {"@id": "#snakemake"},
            "object": [{"@id": f"#control-{rule}"} for rule in rules],
            "result": {"@id": "#run"},
        },
    ]


def _root(
    study: Mapping[str, Any], root: str, files: Sequence[str], rules: Sequence[str]
) -> list[Entity]:
    actions = ["#run", "#engine-run", *(f"#run-{rule}" for rule in rules)]
    return [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{study['id']}: {study['title']}",
            "description": "Raw data, plan, code, every intermediate and the report of one run of "
            f"TrialTrace. Root of the manifest: {root}",
            "datePublished": study["data_cut"],
            "license": {"@id": LICENSE["@id"]},
            "conformsTo": [{"@id": profile} for profile in PROFILES],
            "mainEntity": {"@id": "Snakefile"},
            "hasPart": _refs(files),
            "mentions": [{"@id": action} for action in actions],
        },
        LICENSE,
        *(
            {"@id": profile, "@type": "CreativeWork", "name": name, "version": version}
            for profile, (name, version) in PROFILES.items()
        ),
    ]


def describe_crate(
    study: Mapping[str, Any],
    manifest: Mapping[str, Any],
    seals: Sequence[Mapping[str, Any]],
    more: Sequence[Mapping[str, Any]],
    lock: str,
) -> dict[str, Any]:
    """The metadata of the crate.

    `study` is that section of the plan, `seals` what each step took and gave, `more` leaves of
    files beside those of the manifest, and `lock` the text of the lock.
    """
    listed = [leaf for part in manifest["parts"].values() for leaf in part["leaves"]]
    leaves = [leaf for leaf in [*listed, *more] if leaf["size"] is not None]
    addresses = [leaf["address"] for leaf in leaves]
    order = order_of(seals)
    by_rule = {seal["rule"]: seal for seal in seals}
    tools = {_id(_script(seal)) for seal in seals}
    files = {entity["@id"]: entity for entity in map(_file, leaves)}
    for tool in tools:
        files[tool]["@type"] = ["File", "SoftwareSourceCode"]
    files["Snakefile"] |= {
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        "programmingLanguage": {"@id": LANGUAGE},
        "hasPart": [{"@id": tool} for tool in sorted(tools)],
        "step": [{"@id": f"#step-{rule}"} for rule in order],
    }
    parts = manifest["parts"]
    workflow_run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "Run of the workflow",
        "instrument": {"@id": "Snakefile"},
        "object": _refs(
            [x["address"] for p in ("raw", "plan") for x in parts[p]["leaves"] if x["size"]]
        ),
        "result": _refs([leaf["address"] for leaf in parts["outputs"]["leaves"]]),
    }
    steps = [
        entity
        for position, rule in enumerate(order, start=1)
        for entity in _step(by_rule[rule], position, set(addresses))
    ]
    head = _root(study, manifest["root"], addresses, order)
    graph = [*head, *files.values(), *_engine(lock, order), workflow_run, *steps]
    return {"@context": CONTEXT, "@graph": graph}
