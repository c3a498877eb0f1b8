"""Assumptions in the code reach the report."""

from scripts.report.list_assumptions import find_assumptions

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
