"""Raw files changed in ways that must not matter: the numbers that a reader sees stay the same.

The embedded trial with few imputations, from changed raw files to the HTML of its report. Rows of
an imputation model are drawn in the order of their values (`model_order`), so that imputed
displays are compared as all others are: number by number, without a tolerance.
"""

import dataclasses
import datetime
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.report.lint.read_html import read_html
from scripts.tables import read_table
from tests.trial.generator.codebook import FORMS
from tests.trial.generator.files import write_forms
from tests.trial.generator.forms import make_forms
from tests.workflow.conftest import PROJECT, Workshop, copy_project, unlock

Forms = dict[str, list[dict[str, Any]]]
TARGETS = ["results/report/report.html", "results/report/tables.json"]
DAYS = 100
# Displays that say where records came from, as the first page does with its hashes, and one whose
# numbers are the last digits of a double, in which a sum of another order may differ.
ORIGIN = {"raw_files", "listing", "second_opinion"}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return copy_project(tmp_path_factory.mktemp("metamorphic") / "project")


def trial_of(
    project: Path, name: str, change: Callable[[Forms], None] = lambda forms: None
) -> Workshop:
    """A trial's folder with the raw files of the embedded trial, changed."""
    folder = project.parent / name
    shutil.copytree(PROJECT / "config", folder / "config")
    unlock(folder)
    forms = make_forms()
    change(forms)
    write_forms(forms, folder / "tests/trial/raw")
    return Workshop(project, folder)


def build(shop: Workshop) -> Workshop:
    """The report of a trial, as far as its HTML."""
    shop.build("--configfile", "config/small.yaml", "--", *TARGETS)
    return shop


def edit(shop: Workshop, file: str, *pairs: tuple[str, str]) -> None:
    """Change the plan of a trial."""
    path = shop.trial / "config" / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, f"{file} does not contain {old!r}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def base(project) -> Workshop:
    """The trial as it is."""
    return build(trial_of(project, "base"))


class Read:
    """What a reader sees of a report: printed values by address, and heads and rows of tables."""

    def __init__(self, shop: Workshop) -> None:
        folder = shop.trial / "results/report"
        self.html = read_html((folder / "report.html").read_text(encoding="utf-8"))
        tables = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
        self.kinds = {at: entry["kind"] for at, entry in tables["addresses"].items()}
        self.layouts = {display.id: display.layout for display in self.html.displays}

    def values(self) -> dict[str, str]:
        """Every printed value but those that say where records came from."""
        return {
            piece.address: piece.text
            for piece in self.html.pieces
            if piece.address
            and self.layouts.get(piece.address.split("/")[0], "raw_files") not in ORIGIN
        }

    def numbers(self) -> dict[str, str]:
        """The printed values that are numbers, in tables."""
        return {
            at: text for at, text in self.values().items() if self.kinds.get(at, "words") != "words"
        }


def differences(one: dict[str, str], other: dict[str, str]) -> dict[str, tuple[Any, Any]]:
    """What two reports print differently."""
    return {
        at: (one.get(at), other.get(at))
        for at in one.keys() | other.keys()
        if one.get(at) != other.get(at)
    }


def test_subjects_in_another_order_give_the_same_report(project, base):
    def reverse(forms: Forms) -> None:
        for rows in forms.values():
            rows.reverse()
            # pyreadstat takes the type of a column from its first hundred rows.
            rows.sort(key=lambda row: row.get("DTHDAT") is None)

    changed = Read(build(trial_of(project, "order", reverse)))
    assert len(changed.values()) > 3000
    assert differences(Read(base).values(), changed.values()) == {}


def shifted(value: Any) -> Any:
    """A date so many days later, whatever form it is written in."""
    days = datetime.timedelta(days=DAYS)
    if isinstance(value, datetime.date):
        return value + days
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (datetime.date.fromisoformat(value) + days).isoformat()
    return value


def test_dates_all_shifted_by_the_same_days_give_the_same_numbers(project, base):
    def shift(forms: Forms) -> None:
        for rows in forms.values():
            for row in rows:
                row |= {name: shifted(value) for name, value in row.items()}

    shop = trial_of(project, "dates", shift)
    edit(shop, "config.yaml", ("2021-01-31", shifted("2021-01-31")))
    edit(shop, "checks.yaml", ('from: "2017-10-01"', f'from: "{shifted("2017-10-01")}"'))
    changed = Read(build(shop))
    # Words that hold dates differ, and nothing else.
    found = differences(Read(base).values(), changed.values())
    dates = {at for at, (one, other) in found.items() if undated(one) == undated(other)}
    assert set(found) - dates == set()
    assert differences(Read(base).numbers(), changed.numbers()) == {}


def undated(text: str | None) -> str:
    """The text without its dates."""
    return re.sub(r"\d{4}-\d\d-\d\d", "DATE", text or "")


def test_subjects_under_other_names_give_the_same_numbers(project, base):
    """Under names that sort the other way round within each centre."""

    def rename(forms: Forms) -> None:
        for rows in forms.values():
            for row in rows:
                if row["SUBJID"]:
                    centre, number = row["SUBJID"].split("-")
                    row["SUBJID"] = f"{centre}-{999 - int(number):03d}"

    shop = build(trial_of(project, "names", rename))
    names = read_table(shop.trial / "results/derive/adsl.parquet")["USUBJID"]
    assert names.str.fullmatch(r".*-\d\d-9\d\d").sum() == 168
    assert differences(Read(base).values(), Read(shop).values()) == {}


def swap_arms(forms: Forms) -> None:
    """The codes of the arms exchanged in the central list and in the forms of the centres."""
    for row in forms["randomisation.csv"]:
        row["ARMCODE"] = {"A": "B", "B": "A"}[row["ARMCODE"]]
    for row in forms["demography.sav"]:
        row["GRP"] = 3 - row["GRP"]


def test_arm_codes_permuted_permute_columns_and_nothing_else(project, base, monkeypatch):
    columns = FORMS["demography.sav"].columns
    values = {1: "LD-RTX", 2: "ATRA + LD-RTX"}
    monkeypatch.setitem(columns, "GRP", dataclasses.replace(columns["GRP"], values=values))
    shop = trial_of(project, "arms", swap_arms)
    edit(
        shop, "sdtm.yaml",
        ("{raw: A, to: COMBO", "{raw: \0, to: COMBO"), ("{raw: B, to: MONO", "{raw: A, to: MONO"),
        ("{raw: \0, to: COMBO", "{raw: B, to: COMBO"),
        ("{raw: 1, label: ATRA + LD-RTX, to: COMBO", "{raw: \0, label: ATRA + LD-RTX, to: COMBO"),
        ("{raw: 2, label: LD-RTX, to: MONO", "{raw: 1, label: LD-RTX, to: MONO"),
        ("{raw: \0, label: ATRA + LD-RTX, to: COMBO", "{raw: 2, label: ATRA + LD-RTX, to: COMBO"),
    )  # fmt: skip
    edit(shop, "checks.yaml", ("{A: COMBO, B: MONO}", "{A: MONO, B: COMBO}"))
    turn_arms(shop)
    one, other = Read(base), Read(build(shop))
    found = differences(one.values(), other.values())
    # Sentences that name both arms have the same words in another order.
    assert {at: pair for at, pair in found.items() if words(pair[0]) != words(pair[1])} == {}
    assert differences(one.numbers(), other.numbers()) == {}
    permuted = 0
    for display, again in zip(one.html.displays, other.html.displays, strict=True):
        heads = [head.label for head in display.heads]
        turned = [head.label for head in again.heads]
        assert sorted(heads) == sorted(turned), display.name
        permuted += heads != turned
    assert permuted > 10


def words(text: str | None) -> Counter[str]:
    """The words and numbers of a text, in whatever order."""
    return Counter(re.findall(r"[^\s();,]+", text or ""))


def turn_arms(shop: Workshop) -> None:
    """The arms of the plan in the other order."""
    path = shop.trial / "config/trial.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  - code: COMBO"), text.index("sites:")
    first, second = re.split(r"(?=^  - code: MONO)", text[start:end], flags=re.MULTILINE)
    path.write_text(text[:start] + second + first + text[end:], encoding="utf-8")


def test_a_subject_that_stands_twice_stops_the_run_with_a_message(project):
    def repeat(forms: Forms) -> None:
        forms["demography.sav"].append(dict(forms["demography.sav"][0]))

    shop = trial_of(project, "twice", repeat)
    done = shop.run("--configfile", "config/small.yaml", "--", *TARGETS)
    assert done.returncode != 0
    assert re.search(r"demography.*01-001", done.stdout, re.DOTALL)
    assert re.search(r"twice|more than once|several|repeated|2 (rows|records)", done.stdout)
    assert not (shop.trial / "results/report/report.html").exists()
