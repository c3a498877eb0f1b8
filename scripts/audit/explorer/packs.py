"""Everything that the explorer holds, as packs: each a list of pieces that are unpacked alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.explorer.codes import (
    encode_integers,
    numbered,
    to_document,
    to_piece,
)
from scripts.audit.explorer.columns import pack_columns, pack_table
from scripts.audit.explorer.contents import (
    describe_endpoints,
    describe_labels,
    describe_made,
    describe_picture,
    describe_sections,
)
from scripts.audit.explorer.people import describe_people, tabulate_membership, tabulate_people
from scripts.tables import Contract

# Arrays of the index are unpacked in pieces of about this many bytes.
BLOCK = 1 << 18
# Of a figure its numbers are shown, not what it is drawn from.
DRAWN_FROM = ("data", "addresses")
OF_RESULT = ("subjects",)
# What is followed; numbers stand with their texts.
OF_INDEX = ("subjects", "tables", "links", "filters", "reads", "derivations", "displays")
Packs = dict[str, list[str]]


@dataclass(frozen=True)
class Material:
    """What a run left: the plan, the index with its arrays, tables by name, documents, contracts.

    Tables are named as in the index (`derive/adsl`); `displays` and `addresses` are those of the
    report, figures included; `seals` those of the rules by their name.
    """

    plan: Mapping[str, Any]
    index: Mapping[str, Any]
    arrays: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    front: Mapping[str, Any]
    displays: Mapping[str, Any]
    addresses: Mapping[str, Any]
    results: Mapping[str, Any]
    metadata: Mapping[str, Any]
    formulas: Mapping[str, Any] = field(default_factory=dict)
    seals: Mapping[str, Any] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)


def make_packs(material: Material) -> Packs:
    """All packs by name, the one that is needed first standing first."""
    index, tables = material.index, material.tables
    size, rows = len(index["subjects"]), np.arange(len(index["subjects"]))
    people = tabulate_people(
        material.plan, index["subjects"], tables["derive/adsl"], tables["derive/adresp"]
    )
    membership = tabulate_membership(material.results, index["subjects"])
    packs = {
        "head": _documents([head_of(material)]),
        "numbers": _documents([_numbers(material)]),
        "displays": _documents(_displays(material)),
        "people": pack_columns(people, size, rows, size),
        "membership": pack_columns(membership, size, rows, size),
        "index": _documents([{key: index[key] for key in OF_INDEX if key in index}]),
        "arrays": pack_arrays(material.arrays),
    }
    held = subjects_by_row(index, material.arrays, tables)
    for name, table in tables.items():
        packs[f"table:{name}"] = pack_table(table, held[name], size)
    return packs


def _documents(values: Sequence[Any]) -> list[str]:
    return [to_piece(to_document(value)) for value in values]


def head_of(material: Material) -> dict[str, Any]:
    """What every view needs: words, lists and what things are called."""
    plan = material.plan
    return {
        "front": material.front,
        "data_cut": plan["study"]["data_cut"],
        "arms": [{key: arm.get(key) for key in ("code", "label", "color")}
                 for arm in plan["trial"]["arms"]],
        "sections": describe_sections(plan, material.displays),
        "populations": {c: p["label"] for c, p in plan["subjects"]["populations"].items()},
        "endpoints": describe_endpoints(plan, material.tables),
        "people": describe_people(plan, material.tables["derive/adsl"]),
        "picture": describe_picture(plan, material.tables),
        "estimands": plan["estimands"]["estimands"],
        "formats": plan["formats"],
        "analyses": {
            name: {key: value for key, value in result.items() if key not in OF_RESULT}
            for name, result in material.results.items()
        },
        "files": material.metadata,
        "tables": {name: len(table) for name, table in material.tables.items()},
        "labels": describe_labels(plan, material.contracts, material.tables),
        "made": describe_made(material.seals),
        "formulas": material.formulas,
    }  # fmt: skip


def _numbers(material: Material) -> dict[str, Any]:
    """Every printed number in columns; `reads` are sets of reads, each once."""
    order = {one["id"]: place for place, one in enumerate(_in_order(material))}
    names = sorted(material.addresses, key=lambda at: order.get(at.partition("/")[0], len(order)))
    entries = [material.addresses[name] for name in names]
    kinds, kind = numbered([entry["kind"] for entry in entries])
    sources, source = numbered([tuple(sorted(entry["source"].items())) for entry in entries])
    declared = material.index["numbers"]
    reads, read = numbered([tuple(declared.get(name, ())) for name in names])
    return {
        "address": names,
        "text": [entry["text"] for entry in entries],
        "value": [entry["value"] for entry in entries],
        "kinds": kinds,
        "kind": kind,
        "sources": [dict(pairs) for pairs in sources],
        "source": source,
        "reads": [list(numbers) for numbers in reads],
        "read": read,
    }


def _in_order(material: Material) -> list[dict[str, Any]]:
    sections = describe_sections(material.plan, material.displays)
    return [one for section in sections for one in section["displays"]]


def _displays(material: Material) -> list[dict[str, Any]]:
    """The displays in the order of the report, without what figures are drawn from."""
    shown = [material.displays[one["id"]] for one in _in_order(material)]
    return [{key: one[key] for key in one if key not in DRAWN_FROM} for one in shown]


def pack_arrays(arrays: pd.DataFrame) -> list[str]:
    """The arrays of the index: where each lies, then blocks of them."""
    blocks: list[bytearray] = []
    places, starts = [], []
    for kind, content in zip(arrays["KIND"], arrays["CONTENT"], strict=True):
        data = content if kind == "bits" else encode_integers(np.frombuffer(content, "<i4"))
        if not blocks or len(blocks[-1]) >= BLOCK:
            blocks.append(bytearray())
        places.append(len(blocks) - 1)
        starts.append(len(blocks[-1]))
        blocks[-1] += data
    where = {
        "bits": [kind == "bits" for kind in arrays["KIND"]],
        "size": arrays["SIZE"].tolist(),
        "block": places,
        "start": starts,
    }
    return [to_piece(to_document(where)), *(to_piece(bytes(block)) for block in blocks)]


def subjects_by_row(
    index: Mapping[str, Any], arrays: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> dict[str, np.ndarray]:
    """The subject of every row of each table, -1 for none, from its parts in the index."""

    def array(number: int) -> np.ndarray:
        return np.frombuffer(arrays["CONTENT"].iloc[number], "<i4").astype(np.int64)

    found = {name: np.full(len(table), -1, np.int64) for name, table in tables.items()}
    for name, part in index["tables"].items():
        whole = found.get(name.partition(":")[0])
        if whole is not None:
            rows = slice(None) if part["position"] is None else array(part["position"])
            whole[rows] = array(part["subject"])
    return found
