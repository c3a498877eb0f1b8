"""The gate: every rule of the table over the data sets as they are sent, always."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.job import Job, StepError
from scripts.package.answers import Answer, answers_of, check_answers, explanation_of
from scripts.package.gate.define_file import read_define
from scripts.package.gate.held import STANDARDS, Held, Outcome, Package
from scripts.package.gate.table import parse_rules, run_rule
from scripts.package.transport import read_transport

# Under this name stands in an answer what a rule finds in no data set of its own.
PACKAGE = "PACKAGE"


def read_datasets(
    files: Mapping[str, bytes], standard: str, specification: Mapping[str, Any]
) -> dict[str, Held]:
    """The data sets of a standard from their files by path, with what describes each."""
    described = {dataset["name"]: dataset for dataset in specification["datasets"]}
    return {
        name: Held(name, standard, read_transport(content), described.get(name))
        for name, content in ((Path(path).stem.upper(), held) for path, held in files.items())
    }


def found_by(outcomes: Sequence[tuple[str, Outcome]]) -> dict[str, int]:
    """How often a rule found something, by data set."""
    counted: Counter[str] = Counter()
    for name, outcome in outcomes:
        # A check of the whole package tells in its examples where it found something.
        places = {example["dataset"] for example in outcome.examples if example["dataset"]}
        place = name or (next(iter(places)) if len(places) == 1 else PACKAGE)
        if outcome.count:
            counted[place] += outcome.count
    return dict(counted)


def judge(rule: Mapping[str, Any], package: Package, answers: Sequence[Answer]) -> dict[str, Any]:
    """One rule with what it looked at and found, and the plan's explanation of each finding."""
    outcomes = run_rule(rule, package)
    total = Outcome()
    for _, outcome in outcomes:
        total.add(outcome)
    by_dataset = [
        {"dataset": name, "count": n, "explanation": explanation_of(rule["id"], name, answers)}
        for name, n in found_by(outcomes).items()
    ]
    explained = [str(entry["explanation"]) for entry in by_dataset if entry["explanation"]]
    return {
        **{key: rule[key] for key in ("id", "source", "severity", "message")},
        "datasets": [name or PACKAGE for name, outcome in outcomes if outcome.checked],
        "checked": total.checked,
        "findings": total.count,
        "examples": total.examples,
        "by_dataset": by_dataset,
        "explanation": " ".join(dict.fromkeys(explained)) or None,
    }


def run_gate(
    rules: Sequence[Mapping[str, Any]], package: Package, answers: Sequence[Answer] = ()
) -> dict[str, Any]:
    """Every rule with what it found, and how many did what; one that looked at nothing is apart."""
    judged = [judge(rule, package, answers) for rule in rules]
    counts = {"passed": 0, "not applicable": 0, "explained": 0, "warning": 0, "error": 0}
    for rule in judged:
        counts[status_of(rule)] += 1
    return {"rules": [{**rule, "status": status_of(rule)} for rule in judged], "counts": counts}


def status_of(rule: Mapping[str, Any]) -> str:
    """How a rule ended: passed, not applicable, explained, or its severity."""
    if not rule["findings"]:
        return "passed" if rule["checked"] else "not applicable"
    if all(entry["explanation"] for entry in rule["by_dataset"]):
        return "explained"
    return rule["severity"]


def check_gate(gate: Mapping[str, Any], answers: Sequence[Answer]) -> list[str]:
    """Every error without an answer with its first case, and every answer to nothing."""
    findings, found = [], []
    for rule in gate["rules"]:
        for entry in rule["by_dataset"]:
            found.append((rule["id"], entry["dataset"]))
            if rule["severity"] == "error" and entry["explanation"] is None:
                cases = [e for e in rule["examples"] if e["dataset"] in (entry["dataset"], "")]
                case = (cases or rule["examples"] or [{}])[0]
                where = [f"record {case['row']}"] if case.get("row") else []
                where += [str(case["usubjid"])] if case.get("usubjid") else []
                where += [f"{k}={v}" for k, v in case.get("values", {}).items()]
                where = [*case.get("variables", [])[:1], *where] if not case.get("row") else where
                findings.append(
                    f"{rule['id']} in {entry['dataset']}: {entry['count']} x not so: "
                    f"{rule['message']} ({rule['source']}); first: {', '.join(where)}"
                )
    return findings + check_answers(found, answers)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        specifications, defines = {}, {}
        held: dict[str, Held] = {}
        for standard in STANDARDS:
            specifications[standard] = job.json(f"{standard}_specification")
            paths = job.named(standard)
            files = {path: job.content(path) for path in paths}
            held |= read_datasets(files, standard, specifications[standard])
            defines[standard] = read_define(job.binary(f"{standard}_define"))
        package = Package(
            datasets=held,
            specifications=specifications,
            defines=defines,
            folder=Path(job.named("sdtm")[0]).parents[2].name,
            populations=list(job.plan["subjects"]["populations"]),
        )
        answers = answers_of(job.plan, core=False)
        gate = run_gate(parse_rules(job.binary("rules")), package, answers)
        wrong = check_gate(gate, answers)
        if wrong:
            raise StepError("\n  ".join([f"the gate: {len(wrong)} finding(s)", *wrong]))
        job.write("gate", gate)
