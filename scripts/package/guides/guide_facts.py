"""What both guides print beside their claims: words, never numbers."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from scripts.package.places import hyphenated

Plan = Mapping[str, Any]
# Beside the abbreviations of the plan, which are those of the trial.
HOUSE = {
    "ADaM": "Analysis Data Model",
    "ADRG": "Analysis Data Reviewer's Guide",
    "CORE": "CDISC Open Rules Engine",
    "CRF": "case report form",
    "cSDRG": "Clinical Study Data Reviewer's Guide",
    "NCI": "National Cancer Institute",
    "SDTM": "Study Data Tabulation Model",
}
DEFINE = ("Define-XML", "2.1", "Description of both kinds of data set, define.xml")
USES = {"SDTMIG": "Tabulation data sets", "ADaMIG": "Analysis data sets"}
# How a rule can end: by CORE, and in the sponsor's gate.
STATUSES = ("success", "skipped", "issue reported", "execution error")
OUTCOMES = ("passed", "not applicable", "explained", "warning", "error")
ERROR = "error"


class BareNumberError(TypeError):
    """A number among the words of a guide: it would be printed without its claim."""


def refuse_numbers(value: Any, at: str = "") -> None:
    """Raise BareNumberError where a number stands among the words of a guide."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    if isinstance(value, int | float):
        raise BareNumberError(f"{at}: {value!r} would be printed without a claim")
    if isinstance(value, Mapping):
        for key, part in value.items():
            refuse_numbers(part, f"{at}.{key}")
    elif isinstance(value, Iterable):
        for index, part in enumerate(value):
            refuse_numbers(part, f"{at}[{index}]")


def study_facts(plan: Plan, guide: str) -> dict[str, Any]:
    """The study, its arms, and what the plan says for the guides, or for this one."""
    keys = ("id", "title", "short_title", "registration", "phase", "masking", "plan_version")
    study = {key: str(plan["study"].get(key) or "") for key in (*keys, "data_cut", "notice")}
    guides = plan["submission"]["guides"]
    arms = [
        {
            "label": str(arm["label"]),
            "description": str(arm.get("description") or ""),
            "ratio": str(arm["ratio"]),
            "code": str(arm["code"]),
        }
        for arm in plan["trial"]["arms"]
    ]
    short = {**HOUSE, **(plan["study"].get("abbreviations") or {})}
    return {
        "study": study,
        "arms": arms,
        "arbitrary": [str(text) for text in plan["study"].get("arbitrary", [])],
        "abbreviations": [(k, str(short[k])) for k in sorted(short, key=str.casefold)],
        "guides": {
            "contact": str(guides.get("contact", "")),
            "protocol": [str(text) for text in guides.get("protocol", [])],
            "unscheduled": str(guides.get("unscheduled", "")),
            "not_submitted": list(guides.get("not_submitted", [])),
            "remarks": [entry for entry in guides.get("remarks", []) if entry["guide"] == guide],
            "dictionaries": [
                {key: str(entry.get(key, "")) for key in ("name", "version", "use")}
                for entry in guides.get("dictionaries", [])
            ],
        },
    }


def standards_of(specifications: Sequence[Plan]) -> list[tuple[str, str, str]]:
    """Every standard with its version and use: implementation guides, terms, define.xml."""
    found = [
        (str(whole["standard"]), str(whole["version"]), USES.get(whole["standard"], ""))
        for whole in specifications
    ]
    for whole in specifications:
        release = whole["terminology"]
        name = f"CDISC controlled terminology ({release['package']})"
        entry = (name, str(release["date"]), "Code lists of the variables")
        if entry not in found:
            found.append(entry)
    return [*found, DEFINE]


def key_words(dataset: Plan) -> str:
    """The keys of a data set."""
    return ", ".join(dataset["keys"])


def program_of(rule: str) -> str:
    """The file of a rule's program in the package."""
    return f"{hyphenated(rule)}.txt"


def purpose_of(sources: Mapping[str, str], rule: str) -> str:
    """What a rule's program says of itself in its first line."""
    for path, text in sorted(sources.items()):
        if path.endswith(f"/{rule}.py"):
            found = re.match(r'\s*"""(.+?)(?:\n\n|""")', text, re.DOTALL)
            return " ".join(found.group(1).split()) if found else ""
    return ""


def other_programs(
    files: Iterable[str], sources: Mapping[str, str], named: Container[str]
) -> list[dict[str, str]]:
    """The steps that are sent to be read and are not `named` yet: checks, documents, proofs."""
    sent = {PurePosixPath(path).name for path in files}
    rules = {PurePosixPath(path).stem for path in sources}
    found = {program_of(rule): purpose_of(sources, rule) for rule in sorted(rules)}
    return [
        {"file": file, "purpose": purpose}
        for file, purpose in sorted(found.items())
        if file in sent and file not in named
    ]


def issues_of(
    document: Plan, kind: str, datasets: Iterable[str], elsewhere: Iterable[str] | None = None
) -> list[dict[str, Any]]:
    """The rules with findings in these data sets, a line each, for the table of issues.

    With `elsewhere`, the data sets of the other guide, also findings in what neither guide knows.
    """
    kept, found = set(datasets), []
    others = None if elsewhere is None else set(elsewhere)
    for rule in document["rules"]:
        entry = {"rule": rule.get("core_id") or rule.get("id"), "message": rule["message"]}
        for part in rule["findings"] if kind == "core" else rule["by_dataset"]:
            name = str(part["dataset"] or "")
            if name in kept or (others is not None and name not in others):
                said = part.get("explanation") or ""
                line = {"dataset": name, "sent": name in kept, "explanation": said, "kind": kind}
                found.append({**entry, **line, "severity": str(rule.get("severity", ""))})
    return found


def conformance_facts(
    core: Plan, gate: Plan, datasets: Iterable[str], elsewhere: Iterable[str] | None = None
) -> dict[str, Any]:
    """How the data sets were checked, and what is to be answered."""
    names = list(datasets)
    return {
        "core": {
            "executed": core["status"] == "executed",
            "status": str(core["status"]),
            "reason": str(core.get("reason") or ""),
            "engine": str(core.get("engine") or ""),
            "standard": str(core.get("standard") or ""),
            "terminology": str(core.get("terminology") or ""),
            "issues": issues_of(core, "core", names, elsewhere),
        },
        "gate": {"issues": issues_of(gate, "gate", names, elsewhere)},
        "statuses": STATUSES,
        "outcomes": OUTCOMES,
    }


def unexplained(core: Plan, gate: Plan) -> list[str]:
    """Every finding of CORE, and every error of the gate, that has no explanation."""
    issues = [*issues_of(core, "core", (), ()), *issues_of(gate, "gate", (), ())]
    return [
        f"{issue['rule']} in {issue['dataset']} has no explanation: mend the data, or say why in "
        "submission.conformance.answers"
        for issue in issues
        if not issue["explanation"] and issue["severity"] in ("", ERROR)
    ]
