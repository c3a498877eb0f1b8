"""The report read again: Monte Carlo errors, and digits of which it says that they hold."""

from typing import Any

import pandas as pd
import pytest

from scripts.report.lint.artefact import Cell, Display, Document, Piece, Row
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.pooled import check_errors, check_held
from tests.report import made

ERRORS = {"estimate": 0.0001, "lower": 0.0001, "upper": 0.0002, "p_value": 0.0001}
VALUES = {"estimate": 0.2301, "lower": 0.11, "upper": 0.35, "between": 1e-5, "p_value": 0.0301}


def read(error: str = "0.0001", said: str = "yes", **changed: Any) -> set[str]:
    """The rules that find something in a table of one contrast, with what was changed."""
    errors = {**ERRORS, **{k: v for k, v in changed.items() if k in ERRORS}}
    statistics = [
        *made.rows("difference", "NEW-OLD", **VALUES, imputations=1000),
        *made.rows("monte_carlo:difference", "NEW-OLD", **errors),
    ]
    result = made.result("one", "difference_imputed", statistics)

    def entry(row: str, text: str) -> dict[str, Any]:
        source = {"file": "results/analyse/one.json", "row": row, "group": "NEW-OLD"}
        return {"text": text, "value": 0, "source": {**source, "statistic": "estimate"}}

    tables = {
        "addresses": {
            "t/1": entry("difference", "0.230"),
            "t/2": entry("monte_carlo:difference", error),
        },
        "displays": {},
    }
    evidence = Evidence(made.plan(), tables, {}, {}, {"one": result}, pd.DataFrame())
    rows = [
        Row(Cell([]), [], [Cell([Piece("0.230", "t/1")]), Cell([Piece(said)])]),
        Row(Cell([]), [], [Cell([Piece(error, "t/2")]), Cell([Piece("–")])]),
    ]
    document = Document(displays=[Display("t", "1", "pooling", rows=rows)])
    ledger = Ledger()
    check_errors(document, evidence, ledger)
    check_held(document, evidence, ledger)
    assert ledger.looked["Monte Carlo errors"] == 1
    return {finding.rule for finding in ledger.findings}


def test_a_table_that_is_right_has_no_findings() -> None:
    # sqrt(1e-5 / 1000) is 0.0001
    assert read() == set()


def test_an_error_of_the_mean_that_is_not_the_root_of_b_over_m_is_found() -> None:
    assert read(error="0.0010") == {"Monte Carlo errors"}


@pytest.mark.parametrize("statistic", ["estimate", "upper", "p_value"])
def test_digits_that_do_not_hold_and_are_said_to_are_found(statistic: str) -> None:
    assert read(**{statistic: 0.002}) == {"digits that hold"}
    assert read(said="no", **{statistic: 0.002}) == set()


def test_digits_that_hold_and_are_said_not_to_are_found() -> None:
    assert read(said="no") == {"digits that hold"}
