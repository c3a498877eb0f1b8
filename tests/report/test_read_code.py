"""Assumptions and formulas in the code reach the report."""

from pathlib import Path

from scripts.report.layouts.reference import FUNCTIONS
from scripts.report.read_code import find_assumptions, find_formulas

TAG = "# ASS" + "UME: "


def test_a_tagged_comment_is_found_with_file_and_line_and_goes_on_over_lines() -> None:
    text = f"x = 1\n    {TAG}a day without a time\n    # counts whole.\ny = 2\n"
    assert find_assumptions({"scripts/one.py": text}) == [
        {"file": "scripts/one.py", "line": 2, "text": "A day without a time counts whole."}
    ]


def test_other_comments_and_words_in_code_are_not_assumptions() -> None:
    assert find_assumptions({"one.py": f"# plain\nx = '{TAG}no'\n"}) == []


def test_two_tags_one_after_the_other_are_two_assumptions() -> None:
    found = find_assumptions({"one.py": f"{TAG}first.\n{TAG}second.\n"})
    assert [item["text"] for item in found] == ["First.", "Second."]


DOCUMENTED = '''
def mean(x):
    """Compute the mean.

    Notes
    -----
    Formula: sum of x,
    over n.

    Undefined when n = 0.

    References
    ----------
    Somebody. A book.
    1900.
    """

def other(x):
    """Without a formula.

    Notes
    -----
    Plain.
    """
'''


def test_a_formula_comes_from_the_docstring_of_the_function_that_computes_by_it() -> None:
    assert find_formulas({"scripts/stats/one.py": DOCUMENTED}) == {
        "mean": {
            "purpose": "Compute the mean",
            "formula": "sum of x, over n.",
            "notes": "Undefined when n = 0.",
            "references": "Somebody. A book. 1900.",
            "file": "scripts/stats/one.py",
        }
    }


def test_every_function_that_the_report_names_states_a_formula_and_its_references() -> None:
    texts = {str(path): path.read_text("utf-8") for path in Path("scripts/stats").glob("*.py")}
    found = find_formulas(texts)
    named = {function for functions in FUNCTIONS.values() for function in functions}
    assert named <= set(found)
    assert [name for name in named if not found[name]["references"]] == []
