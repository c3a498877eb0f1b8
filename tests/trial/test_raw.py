"""What the committed raw files say: the published aggregates, and forms that fit each other."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.trial.generate import make_truth
from tests.trial.generator.files import content
from tests.trial.generator.forms import make_forms
from tests.trial.generator.schedule import read_schedule
from tests.trial.reference import RAW, Row, days_between, rows_of

SOURCES = Path(__file__).resolve().parents[2] / "config" / "sources.yaml"


@cache
def form(name: str) -> list[Row]:
    return rows_of(name)


@cache
def starts() -> dict[str, Any]:
    return {row["SUBJID"]: row["ENRDAT"] for row in form("demography.sav")}


@cache
def arms() -> dict[str, str]:
    return {subjid: truth["ARM"] for subjid, truth in make_truth().items()}


def day(row: Row, name: str) -> int:
    """Days since the start of treatment."""
    return days_between(starts()[row["SUBJID"]], row[name])


def by_arm(subjects: set[str]) -> tuple[int, int]:
    found = Counter(arms()[subjid] for subjid in subjects)
    return found["COMBO"], found["MONO"]


def test_181_were_screened_13_left_out_and_168_randomised_two_to_one() -> None:
    log = form("screening.sav")
    assert len(log) == 181
    assert Counter(row["EXCLRSN"] for row in log) == {1: 5, 2: 8, None: 168}
    assert {row["SUBJID"] for row in log if row["ELIG"] == 1} == set(starts())
    assert Counter(arms().values()) == {"COMBO": 112, "MONO": 56}
    blocks = Counter((row["BLOCK"], row["ARMCODE"]) for row in make_forms()["randomisation.csv"])
    assert all(blocks[block, "A"] == 4 and blocks[block, "B"] == 2 for block in range(1, 29))


def test_enrolment_is_on_the_day_of_randomisation_from_october_2017_to_january_2020() -> None:
    listed = {row["SUBJID"]: row["RANDDAT"] for row in make_forms()["randomisation.csv"]}
    assert {k: v.isoformat() for k, v in starts().items()} == listed
    assert min(listed.values())[:7] >= "2017-10" and max(listed.values())[:7] <= "2020-01"
    assert len({row["SITE"] for row in form("demography.sav")}) == 7


def test_subjects_who_were_enrolled_were_eligible_at_screening_and_at_baseline() -> None:
    grade = {r["SUBJID"]: r["WHOBL"] for r in form("visits.sav") if r["VISWK"] == 0}
    counts = [(r["SUBJID"], r["PLT"]) for r in form("visits.sav") if r["VISWK"] == 0]
    counts += [(r["SUBJID"], r["PLTSCR"]) for r in form("screening.sav") if r["ELIG"] == 1]
    assert len(counts) == 168 + 168
    assert all(count < 30 or (count > 30 and grade[subjid] > 0) for subjid, count in counts)
    assert all(row["AGE"] >= 18 for row in form("demography.sav"))


def test_attended_visits_are_those_published_and_lie_in_their_windows() -> None:
    rows, windows = form("visits.sav"), {v.week: v for v in read_schedule()}
    attended = Counter(row["VISWK"] for row in rows)
    assert (attended[44], attended[48], attended[52]) == (146, 143, 126)
    for row in rows:
        late = day(row, "VISDAT") - 7 * row["VISWK"]
        window = windows[int(row["VISWK"])]
        assert -window.early <= late <= window.late, (row["SUBJID"], row["VISWK"])


def test_prior_treatments_are_334_and_318_without_herbs() -> None:
    had = {(row["SUBJID"], int(row["PTCODE"])) for row in form("prior_therapy.sav")}
    assert len(had) == 208 + 126 and sum(code != 10 for _, code in had) == 201 + 117
    per = Counter(subjid for subjid, code in had if code != 10)
    assert Counter(per.values()) == {1: 64, 2: 65, 3: 32, 4: 7}
    assert len(form("prior_therapy.sav")) == len(had) + 7, "seven second courses"
    published = {1: (112, 56), 2: (20, 14), 3: (2, 3), 4: (21, 8), 5: (12, 9)}
    published |= {6: (21, 15), 7: (4, 3), 8: (8, 8), 9: (1, 1), 10: (7, 9)}
    assert {c: by_arm({s for s, code in had if code == c}) for c in published} == published
    assert by_arm({row["SUBJID"] for row in form("maintenance.sav")}) == (16, 10)


def test_withdrawals_are_those_of_the_published_flow_chart() -> None:
    rows = [row for row in form("disposition.sav") if row["DSSTAT"] == 2]
    found = Counter((arms()[r["SUBJID"]], int(r["DSWK"]), int(r["DSREAS"])) for r in rows)
    event, other, lost, death = 1, 2, 3, 4
    assert {k[1:]: n for k, n in found.items() if k[0] == "COMBO"} == {
        (2, lost): 1, (3, lost): 2, (4, death): 1, (4, lost): 1, (6, other): 5, (6, lost): 1,
        (8, other): 1, (8, event): 1, (10, lost): 1,
    }  # fmt: skip
    assert {k[1:]: n for k, n in found.items() if k[0] == "MONO"} == {
        (2, lost): 1, (3, other): 1, (4, other): 2, (4, lost): 1, (6, event): 1, (6, other): 1,
        (6, lost): 1,
    }  # fmt: skip


def test_adverse_events_are_those_of_the_published_safety_table() -> None:
    rows = form("adverse_events.sav")

    def having(**wanted: set[Any]) -> tuple[int, int]:
        return by_arm(
            {r["SUBJID"] for r in rows if all(r[name] in ok for name, ok in wanted.items())}
        )

    assert having() == (79, 30)
    assert having(AEGRADE={3, 4}) == (4, 1)
    assert having(AEGRADE={5}) == (1, 0)
    assert having(AEACN={2}) == (1, 1)
    published = {"Dry skin": (45, 0), "Headache or dizziness": (21, 6), "Fever": (16, 12)}
    published |= {"Upper respiratory infection": (4, 8), "Urinary tract infection": (5, 4)}
    published |= {"Gastrointestinal infections": (2, 2), "Muscle/joint pain": (2, 4)}
    published |= {"Rash acneiform": (3, 3), "Insomnia": (2, 0), "Mood disorder": (0, 1)}
    published |= {"Intracranial hemorrhage": (1, 0)}
    assert {term: having(AETERM={term}) for term in published} == published
    assert {row["AETERM"] for row in rows} == set(published)
    assert {t: having(AETERM={t}, AEGRADE={3, 4}) for t in ("Dry skin", "Insomnia")} == {
        "Dry skin": (2, 0),
        "Insomnia": (2, 0),
    }


def test_adverse_events_fit_dispositions_interruptions_and_the_death_on_day_27() -> None:
    ended = {row["SUBJID"]: row for row in form("disposition.sav")}
    died = [row["SUBJID"] for row in ended.values() if row["DTHDAT"] is not None]
    assert len(died) == 1 and arms()[died[0]] == "COMBO" and day(ended[died[0]], "DTHDAT") == 27
    fatal = [row for row in form("adverse_events.sav") if row["AEOUT"] == 5]
    assert [(r["SUBJID"], r["AEGRADE"], r["AEENDAT"]) for r in fatal] == [
        (died[0], 5, ended[died[0]]["DTHDAT"])
    ]
    paused = {
        (r["SUBJID"], day(r, "EXENDAT") + 1) for r in form("exposure.sav") if r["INTRSN"] == 2
    }
    events = form("adverse_events.sav")
    assert {(r["SUBJID"], day(r, "AESTDAT")) for r in events if r["AEACN"] == 1} == paused
    withdrawn = {row["SUBJID"] for row in ended.values() if row["DSREAS"] == 1}
    assert {row["SUBJID"] for row in events if row["AEACN"] == 2} == withdrawn
    for row in events:
        assert 0 <= day(row, "AESTDAT") <= day(ended[row["SUBJID"]], "LASTDAT")
        assert row["AEENDAT"] is None or row["AESTDAT"] <= row["AEENDAT"]
        if row["AEENDAT"] is not None:
            assert row["AEENDAT"] <= ended[row["SUBJID"]]["LASTDAT"]


def test_treatment_is_six_infusions_and_twelve_weeks_of_capsules_without_gaps_of_unknown_reason():
    doses: dict[str, list[Row]] = {}
    for row in form("exposure.sav"):
        doses.setdefault(row["SUBJID"], []).append(row)
    for row in form("disposition.sav"):
        infusions = [r for r in doses[row["SUBJID"]] if r["DRUG"] == 1]
        capsules = [r for r in doses[row["SUBJID"]] if r["DRUG"] == 2]
        assert {r["DOSE"] for r in infusions} == {100}
        assert bool(capsules) == (arms()[row["SUBJID"]] == "COMBO")
        assert all(r["EXSTDAT"] <= r["EXENDAT"] <= row["DSDAT"] for r in infusions + capsules)
        assert len(infusions) == 6 or row["DSSTAT"] == 2
        assert [r["INTRUPT"] for r in capsules] == [1] * (len(capsules) - 1) + [0] * bool(capsules)
        if capsules and row["DSSTAT"] == 1:
            assert day(capsules[-1], "EXENDAT") == 83
        assert all(25 <= r["DOSE"] <= 50 for r in capsules)


def test_from_week_6_every_bleeding_and_every_count_below_10_has_a_rescue_within_two_days() -> None:
    rescued = {(row["SUBJID"], day(row, "RSDAT")): row["RSREAS"] for row in form("rescue.sav")}
    called = 0
    for row in form("visits.sav"):
        if row["VISWK"] < 6 or row["PLT"] < 0 or row["WHOBL"] == 9:
            continue
        if row["WHOBL"] > 0 or row["PLT"] < 10:
            called += 1
            found = [rescued.get((row["SUBJID"], day(row, "VISDAT") + lag)) for lag in range(3)]
            assert (1 if row["WHOBL"] > 0 else 2) in found, (row["SUBJID"], row["VISWK"])
    assert called > 20


def test_all_11_with_bleeding_of_grade_3_or_4_at_entry_were_rescued_in_the_first_three_days():
    severe = {r["SUBJID"] for r in form("visits.sav") if r["VISWK"] == 0 and r["WHOBL"] in (3, 4)}
    early = {row["SUBJID"] for row in form("rescue.sav") if day(row, "RSDAT") <= 2}
    assert by_arm(severe) == (8, 3) and severe == early


def test_median_counts_are_higher_with_the_combination_from_week_10_on() -> None:
    def median(week: int, arm: str) -> float:
        counts = sorted(
            r["PLT"]
            for r in form("visits.sav")
            if r["VISWK"] == week and r["PLT"] >= 0 and arms()[r["SUBJID"]] == arm
        )
        return (counts[(len(counts) - 1) // 2] + counts[len(counts) // 2]) / 2

    for week in [visit.week for visit in read_schedule() if visit.week >= 10]:
        assert median(week, "COMBO") > median(week, "MONO"), week


def test_the_files_look_like_an_export_padded_texts_missing_codes_and_chinese() -> None:
    visits = content(RAW / "visits.sav")
    assert visits["missing"] == {
        "PLT": [{"lo": -9.0, "hi": -9.0}, {"lo": -8.0, "hi": -8.0}],
        "WHOBL": [{"lo": 9.0, "hi": 9.0}],
    }
    assert Counter(r["PLT"] for r in form("visits.sav") if r["PLT"] < 0) == {-9: 9, -8: 4}
    assert sum(row["WHOBL"] == 9 for row in form("visits.sav")) == 3
    assert visits["formats"]["VISDAT"] == "EDATE10"
    assert "受试者编号" in visits["labels"]["SUBJID"]
    assert any("瘀点" in row["VISCOM"] for row in form("visits.sav"))
    padded = content(RAW / "rescue.sav")["rows"]["data"][0][0]
    assert padded == " " + padded.strip()
    assert Counter(row["PTRESP"] == 9 for row in form("prior_therapy.sav"))[True] == 4
    body = form("demography.sav")
    assert [sum(row[name] == 999 for row in body) for name in ("HEIGHT", "WEIGHT")] == [2, 3]


def test_the_plan_locks_every_committed_file() -> None:
    plan = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in RAW.iterdir()}
    locked = {source["file"]: source["sha256"] for source in plan["sources"].values()}
    assert locked == found
