"""What no schema can check of profiles and listings: that every name exists where it should."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.analyse.plan_checks import columns_of, subject_variables
from scripts.conditions import nearest, variables_of
from scripts.report.companions import (
    VISITS,
    listings_of,
    measures_shown,
    sources_of,
    sources_of_listing,
)

Plan = Mapping[str, Any]
PROFILES = "config/profiles.yaml"
LISTINGS = "config/listings.yaml"
# Letters that stand side by side on a landscape page, and the blanks between two columns.
LINE = 172
GAP = 2
# What the mapping makes for every record of a domain without being told.
MADE = {"STUDYID", "DOMAIN", "USUBJID", "SRCFILE", "SRCROW"}


def _unknown(at: str, what: str, words: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    names = set(known)
    for word in dict.fromkeys(words):
        if word not in names:
            yield f"{at}: unknown {what} {word!r}; {nearest(word, names)}"


def _columns_of(source: str, plan: Plan) -> set[str]:
    """The columns that a table has under this plan; of a domain those that are mapped."""
    if source == "adsl":
        return subject_variables(plan)
    domain = source.upper()
    if domain in plan["sdtm"]["domains"]:
        blocks: Iterable[Plan] = plan["sdtm"]["domains"][domain]["records"]
        made = MADE | {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())
        return made.union(*(block["variables"] for block in blocks))
    return set(columns_of(source) or ())


def check_profiles_plan(plan: Plan) -> list[str]:
    """Every wrong name in the plan of the profiles, with the nearest right one."""
    profiles = plan["profiles"]
    if not profiles:
        return []
    sets = plan["measurements"]["sets"].values()
    measures = {code for one in sets for code in one["parameters"]}
    endpoints = plan["endpoints"]["endpoints"]
    subject = subject_variables(plan)
    findings = list(_unknown(f"{PROFILES}", "measure", measures_shown(plan), measures))
    for key in ("end", "facts"):
        for item in profiles.get(key, []):
            names = [item[word] for word in ("variable", "reason") if word in item]
            findings += _unknown(f"{PROFILES}: {key}", "subject-level variable", names, subject)
    shown = [item["endpoint"] for item in profiles["endpoints"]]
    findings += _unknown(f"{PROFILES}: endpoints", "endpoint", shown, endpoints)
    findings += [
        f"{PROFILES}: endpoints: {code} stands twice in it"
        for code in sorted({code for code in shown if shown.count(code) > 1})
    ]
    names = sorted(variables_of(profiles["printed"]["condition"]))
    findings += _unknown(f"{PROFILES}: printed", "variable", names, {*subject, *endpoints})
    if "visits" in profiles and VISITS.upper() not in plan["sdtm"]["domains"]:
        findings.append(f"{PROFILES}: visits: the plan maps no domain {VISITS.upper()}")
    return findings


def check_listings_plan(plan: Plan) -> list[str]:
    """Every wrong name in the plan of the listings, with the nearest right one."""
    findings: list[str] = []
    seen: dict[str, set[str]] = {"id": set(), "number": set()}
    for listing in listings_of(plan):
        at = f"{LISTINGS}: {listing['id']}"
        for key, used in seen.items():
            if listing[key] in used:
                findings.append(f"{at}: the {key} {listing[key]!r} is used twice")
            used.add(listing[key])
        wrong = list(_unknown(at, "source", sources_of_listing(listing), sources_of(plan)))
        findings += wrong or _check_listing(at, listing, plan)
    return findings


def _check_listing(at: str, listing: Plan, plan: Plan) -> list[str]:
    subject = subject_variables(plan)
    known = _columns_of(listing["source"], plan) | subject
    findings: list[str] = []
    for column in listing["columns"]:
        own = _columns_of(column["from"]["source"], plan) if "from" in column else known
        names = [column["variable"], *([column["reason"]] if "reason" in column else [])]
        names += sorted(variables_of(column.get("from", {}).get("where")))
        findings += _unknown(f"{at}: columns", "column", names, own)
    findings += _unknown(f"{at}: sort", "column", listing["sort"], known)
    findings += _unknown(
        f"{at}: where", "variable", sorted(variables_of(listing.get("where"))), known
    )
    if "part" in listing:
        names = [listing["part"]["variable"]]
        findings += _unknown(f"{at}: part", "subject-level variable", names, subject)
    leading = [column["variable"] for column in listing["columns"]][: len(listing["group"])]
    if leading != listing["group"]:
        findings.append(f"{at}: group must be the first columns in order: {', '.join(leading)}")
    width = sum(column["width"] for column in listing["columns"])
    width += GAP * (len(listing["columns"]) - 1)
    if width > LINE:
        findings.append(f"{at}: the columns are {width} letters wide; a line has room for {LINE}")
    return findings


def check_companions_plan(plan: Plan) -> list[str]:
    """Every wrong name in the plan of profiles and listings."""
    return [*check_profiles_plan(plan), *check_listings_plan(plan)]
