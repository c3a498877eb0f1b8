"""Faults planted in the chain from results to pages: the linter of the finished report finds them.

    python -m pytest -n 0 tests/report/test_faults.py                # each fault is a test
    python -m tests.report.test_faults                               # the table of tests/README.md

A fault before the PDF is looked for in the HTML alone, so that it cannot be found only because the
PDF beside it is another one.
"""

import re
from collections import Counter
from functools import cache

import pytest

from tests.derive.build import PROJECT
from tests.report import chain
from tests.report.faults import Fault
from tests.report.faults_effects import FAULTS as EFFECTS
from tests.report.faults_imputed import FAULTS as IMPUTED
from tests.report.faults_links import FAULTS as LINKS
from tests.report.faults_paper import FAULTS as PAPER
from tests.report.faults_screen import FAULTS as SCREEN
from tests.report.faults_upstream import FAULTS as UPSTREAM

FAULTS = [*UPSTREAM, *SCREEN, *PAPER, *EFFECTS, *IMPUTED, *LINKS]
README = PROJECT / "tests" / "README.md"


@cache
def rules_that_found(fault: Fault) -> tuple[str, ...]:
    """The rules that found a planted fault, in the order of the rules."""
    return tuple(dict.fromkeys(finding.rule for finding in fault.planted().lint().findings))


@pytest.mark.parametrize(
    "shown", [chain.COURSE, chain.COMPARED, chain.REST, chain.TESTED, chain.IMPUTED]
)
def test_a_report_without_a_fault_passes(shown):
    assert chain.report(*shown).lint().text() == ""


def test_a_report_with_its_pages_passes():
    assert chain.paper().lint().text() == ""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.stage}: {f.kind}, {f.words}")
def test_a_planted_fault_is_found(fault):
    assert rules_that_found(fault) != ()


def test_no_fault_is_planted_twice():
    names = Counter((fault.stage, fault.kind, fault.words) for fault in FAULTS)
    assert [name for name, times in names.items() if times > 1] == []


def test_there_are_more_than_a_hundred_faults_and_many_of_the_pages_alone():
    assert len(FAULTS) >= 100
    assert len(PAPER) >= 15


def table() -> str:
    """What was planted and found, by kind, with the rules that found it."""
    lines = [
        "| kind of fault | planted | found | rules that found it |",
        "|---|---|---|---|",
    ]
    total = [0, 0]
    for kind in sorted({fault.kind for fault in FAULTS}):
        own = [fault for fault in FAULTS if fault.kind == kind]
        found = [rules for fault in own if (rules := rules_that_found(fault))]
        # The rules that find most of the kind; the others of a fault find what follows from it.
        often = Counter(rule for rules in found for rule in rules)
        shown = sorted(often, key=lambda rule: (-often[rule], rule))[:3]
        lines.append(f"| {kind} | {len(own)} | {len(found)} | {', '.join(shown)} |")
        total = [total[0] + len(own), total[1] + len(found)]
    return "\n".join([*lines, f"| **all** | **{total[0]}** | **{total[1]}** | |"])


def test_the_table_in_the_readme_of_the_tests_is_what_was_found():
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(r"^\| kind of fault .*?\*\*all\*\*[^\n]*", re.DOTALL | re.MULTILINE)
    [written] = pattern.findall(text)
    # The rules that find most of a kind may change with the displays; the numbers must not.
    assert _counts(written) == _counts(table())


def _counts(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:4]] for line in text.splitlines()]


if __name__ == "__main__":
    print(table())
