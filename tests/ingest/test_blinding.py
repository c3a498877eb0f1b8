"""Arms are dealt anew by a key; what would tell them all the same is refused by its name."""

import hashlib
import hmac
from collections import Counter
from typing import Any

import pandas as pd
import pytest

from scripts.ingest.blinding.conceal import conceal
from scripts.ingest.blinding.dummy_plan import dummy_plan, reading_plan
from scripts.ingest.blinding.keys import BlindingError, deal_arms, key_path, read_key
from scripts.ingest.blinding.words import dummy_arms, letter_of, renamer_of, words_of

KEY, OTHER = b"k" * 40, b"l" * 40
PEOPLE = [f"P{number:02d}" for number in range(40)]
# Ones and twos turn about, so that the file stands in no order of the arms.
TRUE = {who: number % 2 for number, who in enumerate(PEOPLE)}


def column(name: str, values: dict[Any, str] | None = None) -> dict[str, Any]:
    labels = [{"value": value, "label": label} for value, label in (values or {}).items()]
    return {"name": name, "type": "integer", "label": None, "values": labels, "missing": []}


def plan(**blinding: Any) -> dict[str, Any]:
    """A trial of two arms: a list of the allocation, and a form with the arm that was given."""
    arms = [
        {"code": "NEW", "label": "Newdrug", "short": "New", "ratio": 1, "description": "Newdrug 5"},
        {"code": "OLD", "label": "Olddrug", "short": "Old", "ratio": 1, "reference": True},
    ]
    codes = [
        {"raw": 1, "label": "newdrug", "to": "NEW"},
        {"raw": 2, "label": "olddrug", "to": "OLD"},
    ]
    source = {"subject": "ID", "columns": {"ID": {}, "ARM": {}, "NOTE": {}, "SITE": {}}}
    dm = {"ARMCD": {"column": "ARM", "codelist": "arm"}}
    given = {"ACTARMCD": {"column": "form.ARM", "codelist": "arm"}}
    return {
        "study": {"id": "X-NEW-1", "title": "Newdrug against Olddrug", "notice": "Made up."},
        "trial": {"arms": arms},
        "sources": {
            "folder": "raw",
            "sources": {"list": {**source, "file": "l.csv"}, "form": {**source, "file": "f.csv"}},
        },
        "sdtm": {
            "codelists": {"arm": {"codes": codes}},
            "domains": {"DM": {"records": [{"source": "list", "variables": {**dm, **given}}]}},
        },
        "checks": {"checks": {"given": {"is": "NEW"}}},
        "subjects": {"variables": {}},
        "listings": {},
        "profiles": {},
        "analyses": {
            "analyses": {
                "main": {"title": "Main", "subset": {"is": "NEW"}, "grid": {"OLD": [1]}},
                "doses": {"title": "Doses of Newdrug"},
            }
        },
        "outputs": {
            "sections": [
                {
                    "displays": [
                        {"id": "a", "number": "1", "title": "NEW-OLD", "layout": "comparison",
                         "analyses": ["main"], "contrast": "NEW-OLD"},
                        {"id": "b", "number": "2", "title": "Doses", "layout": "summary",
                         "analyses": ["doses"]},
                    ]
                }
            ]
        },
        "published": {"items": [1]},
        "blinding": {"status": "blinded", "commitment": "c" * 64, **blinding},
    }  # fmt: skip


def tables(**more: list[Any]) -> dict[str, pd.DataFrame]:
    size = len(PEOPLE)
    base = {
        "ID": pd.Series(PEOPLE, dtype="str"),
        "ARM": pd.Series([TRUE[who] + 1 for who in PEOPLE], dtype="Int64"),
        "NOTE": pd.Series([f"note {number % 7}" for number in range(size)], dtype="str"),
        "SITE": pd.Series([str(number // 10) for number in range(size)], dtype="str"),
        "SRCFILE": pd.Series("f.csv", index=range(size), dtype="str"),
        "SRCROW": pd.Series(range(1, size + 1), dtype="Int64"),
    }
    form = {name: pd.Series(values, dtype=base[name].dtype) for name, values in more.items()}
    return {"list": pd.DataFrame(base), "form": pd.DataFrame({**base, **form})}


def metadata() -> dict[str, Any]:
    facts = {"label": "Who got Newdrug", "sha256": "0" * 64, "rows": len(PEOPLE)}
    columns = [column("ID"), column("ARM", {1: "NEWDRUG", 2: "Olddrug"}), column("NOTE")]
    return {name: {**facts, "columns": columns} for name in ("list", "form")}


def concealed(whole: dict[str, Any], key: bytes = KEY, **more: list[Any]) -> Any:
    spec, sources = reading_plan(whole), whole["sources"]["sources"]
    return conceal(spec, key, tables(**more), metadata(), sources)


def test_arms_are_dealt_in_the_order_of_keyed_hashes():
    def place(who: str) -> str:
        return hmac.new(KEY, f"X\0{who}".encode(), hashlib.sha256).hexdigest()

    order = sorted(PEOPLE, key=place)
    assert deal_arms(KEY, "X", TRUE, {}) == {
        who: TRUE[donor] for who, donor in zip(PEOPLE, order, strict=True)
    }


def test_the_same_key_deals_the_same_arms_and_another_key_others():
    dealt = deal_arms(KEY, "X", TRUE, {})
    backwards = dict(reversed(TRUE.items()))
    assert deal_arms(KEY, "X", backwards, {}) == dealt
    assert deal_arms(OTHER, "X", TRUE, {}) != dealt
    assert deal_arms(KEY, "Y", TRUE, {}) != dealt
    assert dealt != TRUE
    assert Counter(dealt.values()) == Counter(TRUE.values())


def test_sizes_of_arms_stay_within_strata():
    strata = {who: str(number // 8) for number, who in enumerate(PEOPLE)}
    dealt = deal_arms(KEY, "X", TRUE, strata)
    sizes = Counter((strata[who], arm) for who, arm in dealt.items())
    assert sizes == {(str(stratum), arm): 4 for stratum in range(5) for arm in (0, 1)}


def test_a_stratum_of_one_arm_is_dealt_together_with_another_for_it_would_tell_it():
    arms = {"A": 0, "B": 1, "C": 0, "D": 1, "E": 1}
    strata = {"A": "1", "B": "1", "C": "1", "D": "1", "E": "2"}
    found = {deal_arms(bytes([n]) * 40, "X", arms, strata)["E"] for n in range(30)}
    assert found == {0, 1}


def test_one_arm_cannot_be_blinded():
    with pytest.raises(BlindingError, match="the same arm"):
        deal_arms(KEY, "X", {"A": 0, "B": 0}, {})


def test_a_key_lies_outside_the_folder_and_cannot_be_guessed(tmp_path, monkeypatch):
    trial = tmp_path / "trial"
    trial.mkdir()
    with pytest.raises(BlindingError, match="no key: name its file"):
        key_path(None, trial)
    with pytest.raises(BlindingError, match="keep it outside"):
        key_path("a.key", trial)
    monkeypatch.setenv("TRIALTRACE_KEY", str(tmp_path / "b.key"))
    path = key_path("a.key", trial)
    assert path.name == "b.key"
    with pytest.raises(BlindingError, match="cannot be read"):
        read_key(path)
    path.write_bytes(b"x" * 31)
    with pytest.raises(BlindingError, match="31 bytes"):
        read_key(path)


def test_dummy_letters_go_on_after_z():
    assert [letter_of(number) for number in (0, 1, 25, 26, 27, 52)] == [
        "A", "B", "Z", "AA", "AB", "BA"
    ]  # fmt: skip


def test_words_are_replaced_where_they_stand_whole_and_the_longest_first():
    whole = plan(words={"Newdrug forte": "Strong"})
    rename = renamer_of(words_of(whole))
    assert rename("NEW-OLD, NEWER, Newdrug forte, Newdrug") == (
        "ARMA-ARMB, NEWER, Strong, Arm A (blinded)"
    )
    assert rename("X-NEW-1-007") == "X-NEW-1-007"


def test_the_plan_has_dummy_arms_in_values_keys_and_prose():
    dummy = dummy_plan(plan())
    assert [arm["code"] for arm in dummy["trial"]["arms"]] == ["ARMA", "ARMB"]
    assert dummy["trial"]["arms"][1]["reference"] is True
    assert "description" not in dummy["trial"]["arms"][0]
    main = dummy["analyses"]["analyses"]["main"]
    assert (main["subset"], main["grid"]) == ({"is": "ARMA"}, {"ARMB": [1]})
    display = dummy["outputs"]["sections"][0]["displays"][0]
    assert (display["title"], display["contrast"]) == ("ARMA-ARMB", "ARMA-ARMB")
    assert dummy["study"]["title"] == "Arm A (blinded) against Arm B (blinded)"
    assert dummy["study"]["notice"] == "BLINDED: DUMMY TREATMENT ASSIGNMENT. Made up."
    assert dummy["published"]["items"] == []
    assert "blinding" not in dummy


def test_a_display_of_what_is_left_out_says_so_in_its_place():
    dummy = dummy_plan(plan(left_out={"analyses": ["doses"], "checks": ["given"]}))
    assert set(dummy["analyses"]["analyses"]) == {"main"}
    assert dummy["checks"]["checks"] == {}
    assert dummy["outputs"]["sections"][0]["displays"][1] == {
        "id": "b", "number": "2", "title": "Doses", "layout": "withheld",
        "titles": ["Doses of Arm A (blinded)"],
    }  # fmt: skip


def test_every_arm_column_tells_the_same_dummy_arm():
    made, _ = concealed(plan())
    dealt = {who: arm + 1 for who, arm in deal_arms(KEY, "X-NEW-1", TRUE, {}).items()}
    for name in ("list", "form"):
        assert dict(zip(made[name]["ID"], made[name]["ARM"], strict=True)) == dealt
        assert made[name]["ARM"].dtype == "Int64"


def test_who_was_given_another_arm_stays_known_and_which_one_does_not():
    given: list[Any] = [TRUE[who] + 1 for who in PEOPLE]
    given[3], given[8], given[9] = 3 - given[3], 3 - given[8], None
    made, _ = concealed(plan(), ARM=given)
    differ = made["list"]["ARM"] != made["form"]["ARM"]
    assert set(made["form"]["ID"][differ.fillna(False)]) == {"P03", "P08"}
    assert list(made["form"]["ID"][made["form"]["ARM"].isna()]) == ["P09"]


def test_an_arm_of_somebody_who_was_not_allocated_is_withheld():
    whole, more = plan(), tables()
    spec, sources = reading_plan(whole), whole["sources"]["sources"]
    more["list"] = more["list"].iloc[:-1]
    made, _ = conceal(spec, KEY, more, metadata(), sources)
    assert list(made["form"]["ID"][made["form"]["ARM"].isna()]) == [PEOPLE[-1]]


def test_labels_of_the_files_name_no_arm():
    _, told = concealed(plan())
    labels = [value["label"] for value in told["form"]["columns"][1]["values"]]
    assert labels == ["Arm A (blinded)", "Arm B (blinded)"]
    assert told["form"]["label"] == "Who got Arm A (blinded)"


def test_what_is_withheld_leaves_no_value_and_no_record():
    made, _ = concealed(plan(withhold={"form.NOTE": "reason"}))
    assert made["form"]["NOTE"].isna().all()
    assert len(made["form"]) == len(PEOPLE)


def test_a_text_that_names_a_treatment_is_refused_by_its_column_only():
    notes = ["felt Newdrug" if number == 4 else "well" for number in range(len(PEOPLE))]
    with pytest.raises(BlindingError) as caught:
        concealed(plan(), NOTE=notes)
    assert "form.NOTE names a treatment in 1 row(s)" in str(caught.value)
    assert "P04" not in str(caught.value)
    made, _ = concealed(plan(accepted={"form.NOTE": "known"}), NOTE=notes)
    assert made["form"]["NOTE"][4] == "felt Arm A (blinded)"


def test_a_column_that_tells_the_arms_is_refused_by_its_name():
    # 20 of 40 in each arm: one in 137846528820 that a value of all of one arm is there by chance.
    notes = ["five" if TRUE[who] else "ten" for who in PEOPLE]
    with pytest.raises(BlindingError, match=r"form\.NOTE: its values would tell the arms"):
        concealed(plan(), NOTE=notes)
    # A value in 5 subjects of one arm only is no tell: 15504 / 658008 by chance.
    few = ["rare" if TRUE[who] and number < 10 else "often" for number, who in enumerate(PEOPLE)]
    concealed(plan(), NOTE=few)


def test_missing_values_and_numbers_of_records_tell_too():
    notes = [None if TRUE[who] else "there" for who in PEOPLE]
    with pytest.raises(BlindingError, match=r"form\.NOTE: its values"):
        concealed(plan(), NOTE=notes)
    whole, more = plan(), tables()
    spec, sources = reading_plan(whole), whole["sources"]["sources"]
    more["form"] = pd.concat([more["form"], more["form"][more["form"]["ARM"] == 1]])
    with pytest.raises(BlindingError, match="form: how many records a subject has"):
        conceal(spec, KEY, more, metadata(), sources)


def test_a_list_in_the_order_of_its_arms_tells_them_by_its_row_numbers():
    whole, more = plan(), tables()
    spec, sources = reading_plan(whole), whole["sources"]["sources"]
    more["list"] = more["list"].sort_values("ARM", kind="stable", ignore_index=True)
    with pytest.raises(BlindingError, match="list: the order of its rows"):
        conceal(spec, KEY, more, metadata(), sources)


def test_an_arm_without_a_code_is_counted_and_not_shown():
    with pytest.raises(BlindingError, match=r"form\.ARM: 1 row\(s\) hold a value") as caught:
        concealed(plan(), ARM=[77, *[TRUE[who] + 1 for who in PEOPLE[1:]]])
    assert "77" not in str(caught.value)


def test_arms_keep_their_order_and_lose_their_names():
    dummy = dummy_arms(plan()["trial"]["arms"])
    assert [(arm["code"], arm["label"], arm["short"]) for arm in dummy] == [
        ("ARMA", "Arm A (blinded)", "Arm A"),
        ("ARMB", "Arm B (blinded)", "Arm B"),
    ]
