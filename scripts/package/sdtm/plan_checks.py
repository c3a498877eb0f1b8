"""Checks of the plan of SDTM that no schema can make: names that must exist, and contradictions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.conditions import unknown_words
from scripts.conditions import variables_of as variables_in

Plan = Mapping[str, Any]
FILE = "submission.yaml: sdtm"
ALWAYS = {"STUDYID", "DOMAIN", "USUBJID"}
REQUIRED = "SSTDTC"


def mapped_variables(domain: str, plan: Plan) -> set[str]:
    """The variables that a domain of the mapping has."""
    blocks = plan["sdtm"]["domains"].get(domain, {"records": []})["records"]
    made = {name for block in blocks for name in block["variables"]}
    return made | ALWAYS | {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())


def _in(place: str, findings: Iterable[str]) -> Iterator[str]:
    for finding in findings:
        yield f"{FILE}.{place}: {finding}"


def _twice(names: Iterable[Any]) -> list[str]:
    held = list(names)
    return sorted({str(name) for name in held if held.count(name) > 1})


def check_values(plan: Plan) -> Iterator[str]:
    """Texts that are sent: known domains and variables, and each text for one value only."""
    translations = plan["submission"].get("translations", {})
    for sent in _twice(translations.values()):
        yield f"submission.yaml: translations: {sent!r} stands for two texts and cannot go back"
    for domain, variables in plan["submission"]["sdtm"].get("values", {}).items():
        place = f"values.{domain}"
        yield from _in("values", unknown_words([domain], plan["sdtm"]["domains"], "domain"))
        known = mapped_variables(domain, plan)
        yield from _in(place, unknown_words(variables, known, "variable"))
        for name, pairs in variables.items():
            for sent in _twice(pair["sent"] for pair in pairs):
                yield f"{FILE}.{place}.{name}: {sent!r} stands for two values and cannot go back"


def check_records(plan: Plan) -> Iterator[str]:
    """What is said of records: domains, variables, raw files and visits that must exist."""
    decided, domains = plan["submission"]["sdtm"], plan["sdtm"]["domains"]
    for domain, condition in decided.get("before_exposure", {}).items():
        yield from _in("before_exposure", unknown_words([domain], domains, "domain"))
        known = mapped_variables(domain, plan)
        names = variables_in(condition)
        yield from _in(f"before_exposure.{domain}", unknown_words(names, known, "variable"))
    for link in decided.get("links", []):
        for domain, names in link["between"].items():
            place = f"links.{link['id']}"
            yield from _in(place, unknown_words([domain], domains, "domain"))
            known = mapped_variables(domain, plan)
            yield from _in(place, unknown_words(names, known, "variable"))
    ours = [*domains, *(["DV"] if decided.get("deviations") else [])]
    yield from _in("supplements", unknown_words(decided.get("supplements", {}), ours, "domain"))
    sources = plan["sources"]["sources"]
    told = decided.get("collected_from", {})
    yield from _in("collected_from", unknown_words(told, sources, "source"))
    numbers = [visit["VISITNUM"] for visit in plan["trial"]["visits"]]
    numbers += [visit["VISITNUM"] for visit in decided.get("visits", [])]
    for number in _twice(numbers):
        yield f"{FILE}.visits: VISITNUM {number} is planned twice"


def check_elements(plan: Plan) -> Iterator[str]:
    """Elements and arms: every arm has elements, every element a known epoch and known dates."""
    decided = plan["submission"]["sdtm"]
    codes = [element["code"] for element in decided["elements"]]
    for code in _twice(codes):
        yield f"{FILE}.elements: {code} stands twice"
    subjects = mapped_variables("DM", plan)
    epochs = plan["terminology"]["codelists"].get("EPOCH", {}).get("terms", {})
    for element in decided["elements"]:
        place = f"elements.{element['code']}"
        yield from _in(place, unknown_words(element["from"], subjects, "variable of DM"))
        yield from _in(place, unknown_words([element["epoch"]], epochs, "term of EPOCH"))
    ends = [decided["participation_ends"]]
    yield from _in("participation_ends", unknown_words(ends, subjects, "variable of DM"))
    arms = [arm["code"] for arm in plan["trial"]["arms"]]
    yield from _in("arms", unknown_words(decided["arms"], arms, "arm"))
    for arm in arms:
        if arm not in decided["arms"]:
            yield f"{FILE}.arms: arm {arm} has no elements"
    steps = {step["element"] for arm in decided["arms"].values() for step in arm}
    used = sorted(steps | set(decided.get("unassigned", [])))
    yield from _in("arms", unknown_words(used, codes, "element"))
    for code in codes:
        if code not in used:
            yield f"{FILE}.elements: {code} belongs to no arm"


def check_parameters(plan: Plan) -> Iterator[str]:
    """Parameters of the trial summary: terms of the standard, and the start of the study."""
    named = [entry["parameter"] for entry in plan["submission"]["sdtm"]["summary"]]
    terms = plan["terminology"]["codelists"].get("TSPARMCD", {}).get("terms", {})
    yield from _in("summary", unknown_words(named, terms, "term of TSPARMCD"))
    if REQUIRED not in named:
        yield f"{FILE}.summary: without {REQUIRED}, the start of the study, no package is accepted"


def check_terminology(terminology: Plan) -> Iterator[str]:
    """Terms of the sponsor's own in lists that the standard has closed."""
    for name, entry in terminology["codelists"].items():
        for term, known in entry["terms"].items():
            if known["code"] is None and not entry["extensible"]:
                yield (
                    f"terminology.yaml: {name}: {term!r} has no code, and a sponsor may add no "
                    f"term to {name} ({entry['code']}); map the value to a term of it"
                )


def check_sdtm_sent(plan: Plan) -> list[str]:
    """Every finding on what the plan says of the SDTM data sets that are sent."""
    return [
        *check_values(plan),
        *check_records(plan),
        *check_elements(plan),
        *check_parameters(plan),
        *check_terminology(plan["terminology"]),
    ]
