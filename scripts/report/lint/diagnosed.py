"""Diagnostics of imputation against what they are made of: traces, subjects, pooled means."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, variance
from typing import Any

from scripts.report.lint.artefact import Document, show
from scripts.report.lint.derived import same
from scripts.report.lint.evidence import TOTAL, Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.subjects import known_numbers

RULE = "diagnostics of the models"


def check_diagnostics(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Chains, sweeps and R are those of the traces; shares give the pooled means."""
    shown = {name for display in document.displays for name in evidence.analyses(display.id)}
    for name in sorted(shown):
        found = evidence.results.get(name, {}).get("diagnostics")
        if not isinstance(found, Mapping) or "models" not in found:
            continue
        pairs = [*_of_traces(name, found, evidence), *_of_shares(name, found, evidence)]
        pairs += _of_subjects(name, found, evidence)
        for words, said, wanted in pairs:
            message = f"{name}: {words} is {said!r}, it should be {wanted!r}"
            ledger.must(RULE, same(said, wanted), message)


def split_r(chains: Sequence[Sequence[float]]) -> float | None:
    """Potential scale reduction of chains cut into halves, by the formula of the textbook."""
    n = min((len(chain) for chain in chains), default=0) // 2
    halves = [part for chain in chains for part in (chain[:n], chain[len(chain) - n :])]
    if len(chains) < 2 or n < 2:
        return None
    within = fmean(variance(half) for half in halves)
    between = variance([fmean(half) for half in halves])
    return math.sqrt((n - 1) / n + between / within) if within > 0 else None


def _of_traces(name: str, found: Mapping[str, Any], evidence: Evidence) -> Iterator[Any]:
    for entry in found.get("traces", []):
        said = evidence.places(name).get((entry["row"], ""), {})
        means = entry["means"]
        yield f"R of {entry['row']}", said.get("convergence"), split_r(means)
        yield f"chains of {entry['row']}", said.get("chains"), len(means)
        yield f"sweeps of {entry['row']}", said.get("sweeps"), len(means[0])
    # Chains of a variable are traced once, whatever groups it is imputed in.
    for entry in found["models"]:
        drawn = [one for one in found.get("traces", []) if one["model"] == entry["id"]]
        for (row, _), stats in evidence.places(name).items():
            of_model, _, rest = row.partition(": ")
            if of_model == entry["id"] and stats.get("chains") and stats["sweeps"] > 1:
                own = [one for one in drawn if rest.startswith(str(one["variable"]))]
                yield f"chains of {row}", stats["chains"], len(own[0]["means"]) if own else 0


def _of_shares(name: str, found: Mapping[str, Any], evidence: Evidence) -> Iterator[Any]:
    """Observed and imputed values together are the mean of the completed data sets."""
    places = evidence.places(name)
    for other, result in evidence.results.items():
        model = evidence.planned(other).get("imputation")
        pooled = evidence.places(other)
        growth = pooled.get(("growth", ""), {})
        whole = growth.get("imputations") == growth.get("bound") and not result.get("subset")
        if model not in {entry["id"] for entry in found["models"]} or not whole:
            continue
        for group in evidence.arms:
            mean = pooled.get(("mean", group), {})
            parts = [
                places.get((f"{word}: {model}", group), {}) for word in ("observed", "imputed")
            ]
            total = sum(part.get("total") or 0 for part in parts)
            if mean.get("mean") is None or not total or total != mean.get("total"):
                continue
            value = sum((p.get("total") or 0) * (p.get("proportion") or 0.0) for p in parts)
            yield f"the mean of {model} in {group} ({other})", value / total, mean["mean"]
            yield f"imputed of {model} in {group}", parts[1].get("total"), mean.get("missing")


def _of_subjects(name: str, found: Mapping[str, Any], evidence: Evidence) -> Iterator[Any]:
    """A variable that is the endpoint itself lacks those whom the model completes."""
    counted = known_numbers(evidence)
    for entry in found["models"]:
        model = (evidence.plan.get("imputation") or {}).get("models", {}).get(entry["id"], {})
        row = f"{entry['id']}: {model.get('endpoint')}"
        said = evidence.places(name).get((row, ""), {})
        for word, part in (("missing", "imputed"), ("observed", "observed")):
            wanted = counted.get((name, f"{part}: {entry['id']}", TOTAL, "total"))
            if word in said and wanted is not None:
                yield f"{word} of {row}", said[word], wanted
        for group in evidence.arms:
            for part in ("imputed", "observed"):
                wanted = counted.get((name, f"{part}: {entry['id']}", group, "total"))
                own = evidence.places(name).get((f"{part}: {entry['id']}", group), {})
                if wanted is not None:
                    yield f"subjects {part} by {entry['id']} in {group}", own.get("total"), wanted
        yield from _of_density(name, entry["id"], found, evidence)


def _of_density(
    name: str, model: str, found: Mapping[str, Any], evidence: Evidence
) -> Iterator[Any]:
    """Of values that are yes or no, the share of yes is the height of its bar."""
    for entry in found.get("densities", []):
        if entry["model"] != model or not entry["binary"]:
            continue
        for word in ("observed", "imputed"):
            said = evidence.places(name).get((f"{word}: {model}", entry["group"]), {})
            if entry[word]:
                words = f"share of yes, {word}, {model} in {entry['group']}"
                yield words, said.get("proportion"), entry[word][1]


def check_drawn(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A figure of diagnostics shows what the result now has, each panel under its own title."""
    rule = "data of the figures"
    for display in document.displays:
        made = (evidence.figures.get(display.id) or {}).get("data")
        for name in evidence.analyses(display.id):
            found = evidence.results.get(name, {}).get("diagnostics")
            if not isinstance(found, Mapping) or not isinstance(made, Mapping):
                continue
            for key in [key for key in made if isinstance(found.get(key), list)]:
                stale = [entry for entry in made[key] if entry not in found[key]]
                message = f"{name} now has other {key}"
                ledger.must(rule, not stale, message, display=display.name)
            _check_titles(display.name, display.drawing, name, found, evidence, ledger)


def _check_titles(
    shown: str, drawing: Sequence[Any], name: str, found: Mapping[str, Any], evidence: Evidence,
    ledger: Ledger,
) -> None:  # fmt: skip
    titles = {entry["row"]: str(entry["variable"]) for entry in found.get("traces", [])}
    lines: dict[float, list[Any]] = {}
    for cell in drawing:
        lines.setdefault(cell.y, []).append(cell)
    for cells in lines.values():
        for before, cell in pairwise(sorted(cells, key=lambda one: one.left)):
            keys = [evidence.source(piece.address) for piece in cell.pieces if piece.address]
            for key in [key for key in keys if key and key[0] == name and key[1] in titles]:
                title = titles[key[1]]
                read = before.text.partition(" (")[0].rstrip("\u2026 ")
                message = f"the number of {title!r} stands under {show(before.text)}"
                ledger.must(RULE, title.startswith(read) and bool(read), message, display=shown)
