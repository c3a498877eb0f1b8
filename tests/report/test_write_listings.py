"""Listings: no record and no letter is lost, and each page stands alone."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from scripts.report.collected import as_collected
from scripts.report.listings.pages import LINES, lay_out
from scripts.report.listings.records import gather_listing
from scripts.report.listings.text import Column, paginate, row_lines, wrap
from scripts.report.results import OutputsError
from scripts.report.write_listings import write_listings
from tests.report import people

FOLDER = Path(__file__).parents[2] / "scripts" / "report"
TEMPLATES = {
    path.name: path.read_text(encoding="utf-8")
    for path in [*(FOLDER / "listings" / "templates").glob("*"), FOLDER / "templates/report.css"]
}
FILES = {"lb": "results/ingest/sdtm/lb.parquet", "adsl": "results/derive/adsl.parquet"}


def gathered(tables: dict[str, pd.DataFrame] | None = None, **changes: Any):
    arms = [arm["label"] for arm in people.plan()["trial"]["arms"]]
    return gather_listing(people.listing(**changes), tables or people.tables(), FILES["lb"], arms)


def laid_out(**changes: Any) -> dict[str, Any]:
    return lay_out(gathered(**changes), people.plan()["study"])


def many(count: int) -> dict[str, pd.DataFrame]:
    """The tables with a long series of one person's measurements, then Ben's."""
    tables = people.tables()
    rows = {
        "USUBJID": ["ann"] * count + ["ben"],
        "LBSEQ": range(count + 1),
        "LBORRES": [f"v{n}" for n in range(count + 1)],
    }
    return {**tables, "lb": pd.DataFrame(rows).assign(LBREASND=None, LBDTC="2020-01-01")}


def made_texts(seed: int) -> list[str]:
    """Values such as people write them: words, long words, joined names, letters of all kinds."""
    random = Random(seed)  # noqa: S311 - no secret depends on it
    letters = "abcdefghij-_/.;]é字 "
    return ["".join(random.choices(letters, k=random.randint(0, 90))).strip() for _ in range(400)]


@pytest.mark.parametrize("width", [2, 5, 11, 40])
def test_wrapping_loses_no_letter_and_keeps_the_width(width: int) -> None:
    for text in made_texts(width):
        lines = wrap(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(len(line) <= width for line in lines)


def test_a_record_in_lines_holds_every_letter_of_each_of_its_values() -> None:
    columns = [Column("A", 7), Column("B", 12, right=True), Column("C", 3)]
    texts = [text for text in made_texts(1) if text]
    for cells in zip(texts[::3], texts[1::3], texts[2::3], strict=False):
        found = sorted("".join(row_lines(cells, columns)).replace(" ", ""))
        assert found == sorted("".join(cells).replace(" ", ""))


def test_a_long_value_goes_on_in_the_next_line_of_its_own_column() -> None:
    assert row_lines(["ann", "a long word"], [Column("A", 5), Column("B", 6)]) == [
        "ann    a long",
        "       word",
    ]


def test_what_a_group_shares_is_printed_once_and_again_on_the_next_page() -> None:
    rows = [["ann", "1"], ["ann", "2"], ["ann", "3"], ["ben", "4"]]
    pages = paginate(rows, [Column("A", 3), Column("B", 1)], 1, 2)
    assert [page.lines for page in pages] == [["ann  1", "     2"], ["ann  3", "ben  4"]]
    assert [page.records for page in pages] == [[0, 1], [2, 3]]


def test_a_record_longer_than_a_page_goes_on_over_pages() -> None:
    pages = paginate([["a b c d e"]], [Column("A", 1)], 1, 2)
    assert [page.lines for page in pages] == [["a", "b"], ["c", "d"], ["e"]]


def test_every_record_is_printed_and_counted() -> None:
    document = laid_out(tables=many(300))
    printed = re.findall(r"\bv\d+", "\n".join(page["text"] for page in document["pages"]))
    assert printed == [f"v{number}" for number in range(301)]
    assert document["count"] == "End of listing: 301 records of 2 subjects."
    assert len(document["pages"]) > 300 // LINES


def test_each_page_begins_with_the_person_and_has_a_range_to_find_it_by() -> None:
    pages = laid_out(tables=many(300))["pages"]
    assert all(page["text"].startswith("ann") for page in pages)
    assert [page["range"] for page in pages[:-1]] == ["ann"] * (len(pages) - 1)
    assert pages[-1]["range"] == "ann to ben"


def test_a_missing_value_is_a_dash_with_its_reason() -> None:
    # Nine values were given, and one of Dan's was not.
    rows = gathered().parts[0].rows
    assert len(rows) == 10
    assert rows[-1] == ["dan", "–", "– (clotted)", "70"]


def test_values_are_printed_as_collected() -> None:
    assert as_collected(pd.Series([1.0, 0.1, None, 1e-7, 1234567.5])) == (
        ["1", "0.1", "", "0.0000001", "1234567.5"]
    )
    assert as_collected(pd.Series(pd.to_datetime(["2020-02-29", None]))) == ["2020-02-29", ""]
    assert as_collected(pd.Series(["two  words", None])) == ["two words", ""]


def test_a_letter_outside_the_font_of_fixed_width_is_printed_as_its_code() -> None:
    tables = people.tables()
    tables["lb"].loc[0, "LBORRES"] = "第 1"
    assert gathered(tables).parts[0].rows[0][2] == "[U+7B2C] 1"


def test_parts_come_in_the_order_of_the_arms_and_hold_every_record() -> None:
    made = gathered(part={"variable": "TRT01P", "label": "Arm", "otherwise": "None"})
    assert [part.label for part in made.parts] == ["Arm: New treatment", "Arm: Aged one"]
    assert made.records == sum(len(part.rows) for part in made.parts) == 10


def test_a_column_may_come_from_another_table_with_one_record_a_subject() -> None:
    column = {"variable": "EXDOSE", "label": "Dose", "width": 5, "from": {"source": "adex"}}
    made = gathered(columns=[*people.listing()["columns"], column])
    assert made.parts[0].rows[0][-1] == "5"
    tables = people.tables()
    tables["adex"] = pd.concat([tables["adex"]] * 2)
    with pytest.raises(OutputsError, match="several records of ann"):
        gathered(tables, columns=[*people.listing()["columns"], column])


def test_a_listing_without_a_record_says_so() -> None:
    document = laid_out(where={"variable": "AGE", "operator": ">", "value": 100})
    assert [page["text"] for page in document["pages"]] == ["No record"]
    assert document["count"] == "End of listing: 0 records of 0 subjects."


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(OutputsError, match=r"no column 'LBORES'; did you mean 'LBORRES'\?"):
        gathered(columns=[{"variable": "LBORES", "label": "Sugar", "width": 9}])


def test_the_page_for_the_screen_holds_the_same_records_with_their_places() -> None:
    printed, screen, index = write_listings(people.plan(), people.tables(), FILES, TEMPLATES)
    [data] = re.findall(r'<script type="application/json">(.*?)</script>', screen)
    rows = json.loads(data)["rows"]
    assert [row[1:] for row in rows] == gathered().parts[0].rows
    # The place of a record is its row in the file.
    assert [row[0] for row in rows] == list(range(1, 11))
    assert index["listings"][0]["records"] == 10
    assert set(printed) == {"l_sugar"}


def test_a_value_cannot_close_the_script_that_holds_it() -> None:
    tables = people.tables()
    tables["lb"].loc[0, "LBORRES"] = "</script>"
    screen = write_listings(people.plan(), tables, FILES, TEMPLATES)[1]
    [data] = re.findall(r'<script type="application/json">(.*?)</script>', screen)
    assert json.loads(data)["rows"][0][3] == "</script>"
