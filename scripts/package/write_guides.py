"""The guides for reviewers as HTML, and every claim in them, held against the package."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.job import Job, StepError
from scripts.package.guides.adrg_facts import agreeing_pairs
from scripts.package.guides.claim_checks import (
    Evidence,
    agreement_of,
    check_claims,
    locked_versions,
    members_of,
)
from scripts.package.guides.claims import Claims, Described, described_datasets, key_of
from scripts.package.guides.contents import Made, adrg_of, csdrg_of, paths_of
from scripts.package.guides.guide_facts import unexplained
from scripts.package.guides.guide_pages import compose_guide
from scripts.package.guides.software import package_versions
from scripts.package.places import in_package
from scripts.package.transport import Transported, read_transport

Plan = Mapping[str, Any]
GUIDES = {"csdrg": csdrg_of, "adrg": adrg_of}
# Made after the guides, and named in them.
LATER = ("csdrg", "adrg", "checksums")


def described_from(made: Made, members: Mapping[str, Mapping[str, int]]) -> Described:
    """What the claims are taken from."""
    pairs = agreeing_pairs(described_datasets(made.sdtm, made.adam))
    tables = {name: held.table for name, held in made.held.items()}
    agreements = {}
    for left, right in pairs:
        (a, x), (b, y) = left.split("."), right.split(".")
        agreements[key_of(left, right)] = agreement_of(tables[a], x, tables[b], y)
    return Described(
        datasets=described_datasets(made.sdtm, made.adam),
        analyses=made.analyses["analyses"],
        displays=made.analyses["displays"],
        conformance={"core": made.core, "gate": made.gate},
        members=members,
        versions=made.versions,
        agreements=agreements,
        second=made.second.get("summary", {}),
    )


def write_guides(
    made: Made, described: Described, evidence: Evidence, templates: Mapping[str, str]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Each guide as HTML by its name, and the claims of both.

    Raises StepError listing every claim that the package contradicts and every finding of a
    conformance check that is not explained.
    """
    pages, claims = {}, []
    for name, facts_of in GUIDES.items():
        made_claims = Claims(name, described)
        pages[name] = compose_guide(name, facts_of(made), made_claims, templates)
        claims += made_claims.made()
    findings = [*check_claims(claims, evidence), *unexplained(made.core, made.gate)]
    if findings:
        title = f"the guides contradict the package, or leave open what it found ({len(findings)})"
        raise StepError("\n  ".join([title, *findings]))
    return pages, claims


def read_evidence(
    held: Mapping[str, Transported], files: Iterable[str], lock: str, made: Plan
) -> Evidence:
    """What the package holds, from its files; `made` are the documents of the stages before."""
    inside = frozenset(files)
    return Evidence(
        held=held,
        files=inside,
        programs=frozenset(Path(path).name for path in inside if "/programs/" in path),
        locked=locked_versions(lock),
        results=made["results"],
        displays=made["displays"],
        conformance=made["conformance"],
        second=made["second"],
        counts={
            "sdtm": sum("/tabulations/" in path and path.endswith(".xpt") for path in inside),
            "adam": sum("/analysis/" in path and path.endswith(".xpt") for path in inside),
        },
    )


def shown_numbers(tables: Plan, figures: Mapping[str, Plan]) -> dict[str, str]:
    """The number of every display of the report, by its id."""
    shown = {**tables["displays"], **figures}
    return {name: f"{item['word']} {item['number']}" for name, item in shown.items()}


def read_made(job: Job, held: Mapping[str, Transported], lock: str, files: Iterable[str]) -> Made:
    """What the guides describe, from the inputs of the rule."""
    return Made(
        plan=job.plan,
        sdtm=job.json("sdtm"),
        adam=job.json("adam"),
        analyses=job.json("analyses"),
        core=job.json("core"),
        gate=job.json("gate"),
        index=job.json("index"),
        metadata=job.json("metadata"),
        results=job.json("results"),
        second=job.json("second"),
        seals=job.jsons("seals"),
        code=job.sources("scanned"),
        held=held,
        versions=package_versions(lock),
        files=frozenset(files),
    )


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        files = {Path(path).stem.upper(): job.content(path) for path in job.named("datasets")}
        held = {name: read_transport(content) for name, content in files.items()}
        lock = job.text("lock")
        paths = paths_of(job.plan)
        inside = [*map(in_package, job.named("package")), *(paths[name] for name in LATER)]
        made = read_made(job, held, lock, inside)
        documents = {
            "results": made.results,
            "displays": shown_numbers(job.json("tables"), job.jsons("figures")),
            "conformance": {"core": made.core, "gate": made.gate},
            "second": made.second["summary"],
        }
        evidence = read_evidence(held, inside, lock, documents)
        subjects, flags = job.table("adsl"), job.plan["subjects"]["populations"]
        members = {flag: members_of(subjects, flag) for flag in flags}
        described = described_from(made, members)
        pages, claims = write_guides(made, described, evidence, job.texts("templates"))
        job.write_all("guides", pages)
        job.write("claims", {"claims": claims})
