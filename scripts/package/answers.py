"""What the plan answers to findings of the conformance checks: every finding, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Answer = Mapping[str, str]
# A rule and the data set in which it found something.
Found = tuple[str, str]


def explanation_of(rule: str, dataset: str, answers: Sequence[Answer]) -> str | None:
    """The answer to what a rule found in a data set; one for the data set before one for all."""
    fitting = [a for a in answers if a["rule"] == rule and a.get("dataset", dataset) == dataset]
    fitting.sort(key=lambda answer: "dataset" not in answer)
    return fitting[0]["explanation"] if fitting else None


def check_answers(found: Iterable[Found], answers: Sequence[Answer]) -> list[str]:
    """Every answer that answers nothing: no such finding, or one that another answer explains."""
    rest = set(found)
    findings = []
    # Those for one data set first, so that one for all is left with the rest.
    for answer in sorted(answers, key=lambda answer: "dataset" not in answer):
        answered = {
            (rule, dataset)
            for rule, dataset in rest
            if rule == answer["rule"] and answer.get("dataset", dataset) == dataset
        }
        if not answered:
            where = f" in {answer['dataset']}" if "dataset" in answer else ""
            findings.append(
                f"{answer['rule']}{where}: answered in the plan and not found; take it out"
            )
        rest -= answered
    return findings


def answers_of(plan: Mapping[str, Any], core: bool) -> list[Answer]:
    """The plan's answers to the findings of CDISC CORE, or to those of our own gate."""
    answers = plan["submission.conformance"].get("answers", [])
    return [answer for answer in answers if answer["rule"].startswith("CORE-") == core]
