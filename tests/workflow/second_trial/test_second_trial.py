"""The second trial comes out as its raw files say, counted here by hand and without the plan."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scripts.tables import read_table

RAW = Path(__file__).parent / "raw"
ARM = {"H": "HIGH", "L": "LOW", "V": "VEHICLE"}


def rows(name: str) -> list[dict[str, str]]:
    with (RAW / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(later: str, earlier: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


PEOPLE = {row["code"]: row for row in rows("people")}
ARMS = {row["code"]: ARM[row["list"]] for row in rows("allocation")}
CREAM = {row["code"]: row["used_on"] for row in rows("cream")}
FIRST = {row["code"]: int(row["itch"]) for row in rows("scores") if row["planned_day"] == "0"}


def halved() -> set[str]:
    """Whoever stayed and has a score of at most half the first, not within 7 days after cream."""
    return {
        row["code"]
        for row in rows("scores")
        if row["planned_day"] != "0"
        and row["itch"]
        and 2 * int(row["itch"]) <= FIRST[row["code"]]
        and not (row["code"] in CREAM and 0 <= days(row["seen_on"], CREAM[row["code"]]) <= 7)
        and PEOPLE[row["code"]]["finish"] == "finished"
    }


def document(workshop, path: str) -> dict:
    return json.loads((workshop.trial / "results" / path).read_text(encoding="utf-8"))


def by_group(workshop, analysis: str, row: str, statistic: str) -> dict[str, float]:
    return {
        item["group"]: item["value"]
        for item in document(workshop, f"analyse/{analysis}.json")["statistics"]
        if item["row"] == row and item["statistic"] == statistic
    }


def test_the_raw_files_are_those_that_the_module_makes(tmp_path):
    from tests.workflow.second_trial.make_raw import write

    write(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in RAW.iterdir()}


def test_the_responders_are_those_that_one_counts_in_the_raw_file(workshop):
    table = read_table(workshop.trial / "results/derive/adresp.parquet")
    found = table[(table["PARAMCD"] == "HALVED") & (table["AVALC"] == "Y")]
    assert set(found["USUBJID"].str.removeprefix("ITCH-01-")) == halved()
    counts = Counter(ARMS[code] for code in halved())
    assert by_group(workshop, "halved", "proportion", "count") == counts
    assert by_group(workshop, "halved", "difference", "estimate") == {
        "HIGH-VEHICLE": pytest.approx((counts["HIGH"] - counts["VEHICLE"]) / 10),
        "LOW-VEHICLE": pytest.approx((counts["LOW"] - counts["VEHICLE"]) / 10),
    }


def test_a_low_score_soon_after_the_cream_decides_for_somebody_who_stayed(workshop):
    table = read_table(workshop.trial / "results/derive/adresp.parquet")
    reasons = table[table["PARAMCD"] == "HALVED"].set_index("USUBJID")["CLAUSE"]
    assert reasons["ITCH-01-P21"] == "no_cream"
    assert reasons["ITCH-01-P09"] == "finished"


def test_a_flare_after_the_end_of_participation_is_no_event(workshop):
    flares = {row["code"]: row["on"] for row in rows("flares")}
    in_time = {code for code, day in flares.items() if day <= PEOPLE[code]["finish_date"]}
    assert set(flares) - in_time == {"P24"}
    table = read_table(workshop.trial / "results/derive/adtte.parquet")
    table = table[table["PARAMCD"] == "TTFLARE"].set_index("USUBJID")
    assert set(table.index[table["CNSR"] == 0].str.removeprefix("ITCH-01-")) == in_time
    assert table.loc["ITCH-01-P24", "AVAL"] == 42
    assert table.loc["ITCH-01-P01", "AVAL"] == days(flares["P01"], PEOPLE["P01"]["first_dose"])


def test_three_arms_have_one_test_with_two_degrees_of_freedom_and_two_contrasts(workshop):
    assert by_group(workshop, "flare", "logrank", "df")[""] == 2
    ratios = by_group(workshop, "flare", "cox", "hazard_ratio")
    assert {"HIGH/VEHICLE", "LOW/VEHICLE"} <= set(ratios)


def test_subgroups_and_severities_are_those_that_one_counts_in_the_raw_files(workshop):
    women = Counter(ARMS[code] for code in halved() if PEOPLE[code]["gender"] == "f")
    found = by_group(workshop, "halved_groups", "MALEFL=N", "count")
    assert found == {arm: women[arm] for arm in ARM.values()}
    worst: dict[str, int] = {}
    for row in rows("problems"):
        worst[row["code"]] = max(int(row["how_bad"]), worst.get(row["code"], 0))
    for number, word in enumerate(("MILD", "MODERATE", "SEVERE"), start=1):
        counts = Counter(ARMS[code] for code, grade in worst.items() if grade == number)
        expected = {arm: counts[arm] for arm in ARM.values()} | {"TOTAL": counts.total()}
        assert by_group(workshop, "severity", f"any={word}", "count") == expected


def test_limits_have_the_level_of_this_trial(workshop):
    assert set(by_group(workshop, "halved", "difference", "level").values()) == {0.9}


def test_the_printed_table_agrees_but_for_its_misprint(workshop):
    items = document(workshop, "report/published.json")["items"]
    verdicts = {item["id"]: item["verdict"] for item in items}
    assert verdicts == {"H": "reproduced", "V": "reproduced", "HV": "misprint"}


def test_the_accepted_error_is_listed_with_its_reason(workshop):
    waived = document(workshop, "validate/verdict.json")["waived"]
    assert [(item["USUBJID"], item["CHECK"]) for item in waived] == [
        ("ITCH-01-P24", "flare_in_time")
    ]
    assert "told by telephone" in waived[0]["REASON"]


def test_nothing_in_the_results_speaks_of_the_other_trial(workshop):
    words = ("rituximab", "tretinoin", "atra", "platelet", "thrombocyt", "bleed", "week")
    texts = {
        path.relative_to(workshop.trial): path.read_text(encoding="utf-8").lower()
        for folder in ("analyse", "report", "validate")
        for path in (workshop.trial / "results" / folder).rglob("*")
        if path.suffix in {".json", ".html", ".txt", ".svg", ".md"}
    }
    assert any(path.suffix == ".html" for path in texts)
    found = {(path.name, word) for path, text in texts.items() for word in words if word in text}
    assert found == set()
