"""Tables of multiple imputation: Monte Carlo errors, how many data sets, diagnostics."""

from typing import Any

import pytest

from scripts.report.cells import text_of
from scripts.report.lint.rounding import expected_text
from scripts.report.numbers import Formats, format_error
from tests.report import made
from tests.report.test_layouts import table
from tests.report.test_tabulate import texts

VALUES = {
    "estimate": 0.2306,
    "standard_error": 0.06168,
    "lower": 0.1097,
    "upper": 0.3515,
    "level": 0.95,
    "df": 53304.3,
    "p_value": 0.000185,
    "fraction_missing_information": 0.1369,
    "between": 0.00052,
    "imputations": 1000,
}
ERRORS = {
    "estimate": 0.000721,
    "standard_error": 0.000205,
    "lower": 0.00086,
    "upper": 0.00079,
    "df": 4167.3,
    "p_value": 0.0000131,
    "fraction_missing_information": 0.00533,
}


def pooled(stable: int = 0, **more: Any) -> Any:
    statistics = [
        *made.rows("difference", "NEW-OLD", **VALUES),
        *made.rows("monte_carlo:difference", "NEW-OLD", **ERRORS),
        *made.rows("rules", "NEW-OLD", linear_rule=14, two_stage_rule=6),
        *made.rows("growth", "", imputations=300, bound=1000, least=100, stable=stable),
    ]
    return made.result("one", "difference_imputed", statistics, **more)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (0.000721, "0.00072"),
        (0.00995, "0.0100"),  # two digits that are not zero, before it is rounded
        (0.0125, "0.013"),
        (0.5, "0.50"),
        (4.04, "4.0"),
        (4167.3, "4167"),
        (0.0000131, "0.00001"),
        (0.0000049, "<0.00001"),
        (0.0, "0"),
    ],
)
def test_a_monte_carlo_error_has_two_digits_and_five_decimals_at_most(
    error: float, text: str
) -> None:
    assert format_error(error) == text
    # The rules that read the report again round for themselves.
    assert expected_text("monte_carlo", error, 0) == text


def test_an_error_of_a_percentage_is_one_of_percents() -> None:
    formats = Formats(**made.FORMATS)
    assert formats.text("monte_carlo_percent", 0.00533) == "0.53"
    assert expected_text("monte_carlo_percent", 0.00533, 0) == "0.53"


def test_below_each_pooled_number_stands_its_monte_carlo_error() -> None:
    [numbers, errors] = texts(table(pooled(), "pooling"))
    assert numbers[:5] == ["Title of one", "0.231", "0.062", "0.110", "0.352"]
    assert numbers[5:8] == ["53304.3", "<0.001", "13.7"]
    assert numbers[8:] == ["300 of 1000", "no", "14, 6"]
    assert errors[:4] == ["Monte Carlo error", "0.00072", "0.00021", "0.00086"]
    assert errors[5:] == ["4167", "0.00001", "0.53", "–", "–", "–"]


def test_digits_that_hold_are_said_and_a_shell_says_neither() -> None:
    assert texts(table(pooled(stable=1), "pooling"))[0][9] == "yes"
    assert texts(table({**pooled(), "shell": True}, "pooling"))[0][9] == "yes or no"


def test_the_p_value_is_that_of_the_pooled_test_where_there_is_one() -> None:
    result = pooled()
    result["statistics"] += made.rows("test", "NEW-OLD", statistic=4.0, df=1, p_value=0.0461)
    result["statistics"] += made.rows("monte_carlo:test", "NEW-OLD", p_value=0.0012)
    [numbers, errors] = texts(table(result, "pooling"))
    assert (numbers[6], errors[6]) == ("0.046", "0.0012")


def test_an_odds_ratio_has_the_decimals_of_ratios() -> None:
    values = {("odds_ratio" if k == "estimate" else k): v for k, v in VALUES.items()}
    errors = {("odds_ratio" if k == "estimate" else k): v for k, v in ERRORS.items()}
    result = pooled()
    result["statistics"] = [
        *made.rows("odds_ratio", "NEW/OLD", **values),
        *made.rows("monte_carlo:odds_ratio", "NEW/OLD", **errors),
        *result["statistics"][-4:],
    ]
    [numbers, _] = texts(table(result, "pooling"))
    assert numbers[1] == "0.231"
    assert numbers[10] == "–"  # rules of another contrast are not its own


def diagnosed(chains: int = 20) -> Any:
    words = {"missing": 9, "observed": 91, "chains": chains, "sweeps": 10, "separated": None}
    agreed = {"convergence": 1.0123, "convergence_sd": None, "convergence_all": 1.01}
    statistics = made.rows("m: LAB", "", **words, **agreed)
    for arm in ("NEW", "OLD"):
        for word in ("observed", "imputed"):
            statistics += made.rows(f"{word}: m", arm, total=5, proportion=0.5)
    model = {"id": "m", "label": "A model", "iterates": bool(chains), "notes": ["It is so."]}
    found = {"models": [model], "traces": [], "densities": []}
    labels = {"m: LAB": "LAB, linear model"}
    return made.result("one", "imputation_diagnostics", statistics, diagnostics=found,
                       labels=labels)  # fmt: skip


def test_diagnostics_print_convergence_and_what_the_stage_noted() -> None:
    display = table(diagnosed(), "imputation_diagnostics")
    [head, variable, observed, imputed] = texts(display)
    assert head[0] == "A model (m)"
    assert variable[1:] == ["9", "91", "10", "20", "1.012", "NE", "1.010", "–"]
    assert observed[1] == "New treatment 50.0% of n = 5; Old treatment 50.0% of n = 5"
    assert imputed[0] == "Imputed, share of yes"
    notes = [text_of(note["parts"]) for note in display["notes"]]
    assert "A model: It is so." in notes


def test_where_nothing_iterates_convergence_is_a_dash() -> None:
    [_, variable, *_] = texts(table(diagnosed(chains=0), "imputation_diagnostics"))
    assert variable[4:] == ["–", "–", "–", "–", "–"]
