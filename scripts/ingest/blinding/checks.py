"""Names in the plan's blinding that must exist, and what would print empty data as if it were."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.conditions import nearest
from scripts.ingest.blinding.arm_columns import allocation_is_coded, arm_columns, withheld_names
from scripts.ingest.blinding.words import pattern_of, renamer_of, words_of
from scripts.ingest.plan_checks import read_columns

Plan = Mapping[str, Any]
FILE = "config/blinding.yaml"
OPEN = "open label"


def _check_columns(plan: Plan, key: str, names: Iterable[str], whole: bool) -> Iterator[str]:
    """Names of raw columns, as SOURCE.COLUMN or, where `whole`, of a source."""
    sources = plan["sources"]["sources"]
    for name in names:
        source, _, column = name.partition(".")
        at = f"{FILE}: {key}, {name}"
        if source not in sources:
            yield f"{at}: unknown source {source!r}; {nearest(source, sources)}"
            continue
        known = {*sources[source]["columns"], *sources[source].get("ignore", [])}
        if column and column not in known:
            yield f"{at}: unknown column {column!r}; {nearest(column, known)}"
        elif not column and not whole:
            yield f"{at}: name a column, as {source}.COLUMN"
        elif "subject" not in sources[source]:
            yield f"{at}: the source names no subject column; give `subject` in config/sources.yaml"


def _check_withheld(plan: Plan) -> Iterator[str]:
    sources = plan["sources"]["sources"]
    arms = {(item["source"], item["column"]) for item in arm_columns(plan)}
    for name in plan["blinding"].get("withhold", {}):
        source, _, column = name.partition(".")
        at = f"{FILE}: withhold, {name}"
        if (source, column) in arms:
            yield f"{at}: holds arms, which are dealt anew; take it out"
        elif not column and source in {item["source"] for item in arm_columns(plan)}:
            yield f"{at}: holds arms; withhold its other columns, as {source}.COLUMN"
        elif column and column == sources.get(source, {}).get("subject"):
            yield f"{at}: names the subject; withhold the source as a whole"
    for source in sorted({name.partition(".")[0] for name in plan["blinding"].get("withhold", {})}
                         | {source for source, _ in arms}):  # fmt: skip
        if "sha256" in sources.get(source, {}):
            yield (
                f"config/sources.yaml: {source}: every allocation could be tried against its plain "
                "sha256; take it out while the trial is blinded"
            )
    names = withheld_names(plan)
    for domain in plan["sdtm"]["domains"]:
        for name, rule in read_columns(domain).items():
            if name in names and rule.get("nulls") is False:
                yield (
                    f"{FILE}: withhold: {domain}.{name} would be empty, and every record must have "
                    "it; withhold the source as a whole"
                )


def _check_words(plan: Plan) -> Iterator[str]:
    words = plan["blinding"].get("words", {})
    pattern = pattern_of({word: "" for word in words_of(plan) if word != str(plan["study"]["id"])})
    for instead in words.values():
        if pattern.search(instead):
            yield f"{FILE}: words: {instead!r} still names a treatment; choose another"
    rename = renamer_of(words_of(plan))
    for name in plan["sources"]["sources"]:
        if rename(name) != name:
            yield f"{FILE}: the source {name!r} is called by a treatment; call it otherwise"
    for name, codelist in plan["sdtm"]["codelists"].items():
        given = {str(code["to"]) for code in codelist["codes"] if code["to"] is not None}
        same = Counter(map(rename, given))
        for instead in sorted(word for word, count in same.items() if count > 1):
            yield f"{FILE}: words: {instead!r} would stand for several codes of the list {name}"


def _leaves(value: Any, withheld: Iterable[str]) -> Iterator[str]:
    """Every text in a part of the plan; a list of several tables counts where all are withheld."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item, withheld)
    elif isinstance(value, list):
        texts = [item for item in value if isinstance(item, str)]
        if not texts or set(texts) <= set(withheld):
            for item in value:
                yield from _leaves(item, withheld)


def _parts(plan: Plan) -> Iterator[tuple[str, str, Any]]:
    for name, analysis in plan["analyses"]["analyses"].items():
        yield "analyses", name, analysis
    for name, check in plan["checks"]["checks"].items():
        yield "checks", name, check
    for name, variable in plan["subjects"]["variables"].items():
        yield "variables", name, variable
    for listing in plan["listings"].get("listings", []):
        yield "listings", listing["id"], {k: v for k, v in listing.items() if k != "columns"}


def _check_left_out(plan: Plan) -> Iterator[str]:
    """Names that are left out and do not exist; parts that read what is withheld and are not."""
    left = plan["blinding"].get("left_out", {})
    parts = list(_parts(plan))
    for part, names in left.items():
        known = [name for kind, name, _ in parts if kind == part]
        for name in names:
            if name not in known:
                yield f"{FILE}: left_out, {part}: unknown {name!r}; {nearest(name, known)}"
    withheld = withheld_names(plan)
    for part, name, value in parts:
        read = sorted(set(_leaves(value, withheld)) & set(withheld))
        if read and name not in left.get(part, []):
            yield (
                f"{FILE}: {name} reads {', '.join(read)}, which is withheld while blinded and "
                f"would be counted as none; name it under left_out, {part} (a table of it then "
                "says that it is withheld)"
            )


def check_blinding_plan(plan: Plan) -> list[str]:
    """Every wrong name in the plan of the blinding, and what it would let be misread."""
    blinding = plan["blinding"]
    if blinding["status"] == OPEN:
        more = sorted(set(blinding) - {"status"})
        return [f"{FILE}: an open label trial conceals nothing; take out {', '.join(more)}"] * bool(
            more
        )
    findings = []
    if not allocation_is_coded(plan):
        findings.append(
            f"{FILE}: DM.ARMCD must come from raw columns through code lists of arms, so that the "
            "arms can be dealt anew; map it so in config/sdtm.yaml"
        )
    for item in arm_columns(plan):
        if "subject" not in plan["sources"]["sources"][item["source"]]:
            findings.append(
                f"{FILE}: {item['source']}.{item['column']} holds arms, but the source names no "
                "subject column; give `subject` in config/sources.yaml"
            )
    findings += _check_columns(plan, "within", blinding.get("within", []), whole=False)
    findings += _check_columns(plan, "withhold", blinding.get("withhold", {}), whole=True)
    findings += _check_columns(plan, "accepted", blinding.get("accepted", {}), whole=True)
    return [*findings, *_check_withheld(plan), *_check_words(plan), *_check_left_out(plan)]
