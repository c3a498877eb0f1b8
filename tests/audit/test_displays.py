"""What printed numbers read, by where they came from, and which of them may come and go."""

from dataclasses import replace

import pytest

from scripts.audit.lineage.analyses import Analyses
from scripts.audit.lineage.declarations import SUBJECTS, Declarations
from scripts.audit.lineage.displays import Numbers, declare_numbers
from scripts.audit.lineage.displays_checks import Checks
from scripts.audit.lineage.displays_published import OF_ALL_ITEMS, OF_SUBJECTS
from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.run import start_lineage
from scripts.report.publication.inconsistencies import RULES
from scripts.validate.library import run_check
from scripts.validate.study import Study
from tests.audit.reanalysed import analysed, blank, columns_of
from tests.audit.rerun import PROJECT, SECOND

RESULT = "results/analyse/{}.json"


def numbers_of(folder) -> Numbers:
    trial = analysed(folder)
    return Numbers(trial.desk, trial.analyses)


def entry(value="", **source):
    return {"value": value, "text": str(value), "source": source}


def tables_of(reads) -> set[str]:
    return {read.table for read in reads}


def test_a_source_that_is_not_known_is_an_error_that_names_the_address():
    numbers = numbers_of(PROJECT)
    with pytest.raises(ValueError, match="t_x/row/column/n: nothing is known of what its source"):
        numbers.of("t_x/row/column/n", entry(file="results/elsewhere.json"))
    with pytest.raises(ValueError, match="t_x/row/column/n"):
        numbers.of("t_x/row/column/n", entry(file=RESULT.format("or_itt"), key="unheard of"))
    with pytest.raises(ValueError, match="t_x/row/column/n"):
        numbers.of("t_x/row/column/n", entry(nothing="known"))


def test_every_unknown_source_of_a_run_is_told_at_once():
    trial = analysed(PROJECT)
    addresses = {f"t_x/{n}/a/n": entry(file=f"results/{n}.json") for n in ("one", "two")}
    run = replace(trial.run, addresses=addresses)
    desk = Declarations(start_lineage(run), run)
    with pytest.raises(ValueError, match=r"2 address\(es\)\n  t_x/one.*\n  t_x/two"):
        declare_numbers(desk)


@pytest.mark.parametrize(
    "source",
    [
        {"plan": "study.title"},
        {"code": "scripts/stats/firth.py"},
        {"environment": "all"},
        {"run": "Plan"},
        {"run": "Code"},
        {"file": "envs/lock.txt"},
        {"file": "results/report/published.json", "item": "A-DEATH", "key": "published"},
        {"file": "results/validate/summary.json", "check": "age_possible"},
        {"file": RESULT.format("samplesize"), "row": "pooled", "group": "COMBO", "statistic": "n"},
    ],
)
def test_the_plan_the_code_and_the_environment_read_no_data(source):
    assert numbers_of(PROJECT).of("t_x/row/column/words", entry(**source)) == []


def test_a_digest_of_the_results_reads_every_raw_value():
    numbers = numbers_of(PROJECT)
    reads = numbers.of("front/Results/front/words", entry(run="Results"))
    assert tables_of(reads) == {f"ingest/raw/{name}" for name in numbers.desk.run.raw}
    hashed = numbers.of(
        "front/visits/front/words", entry(file="results/ingest/metadata.json", source="visits")
    )
    assert [read.columns for read in hashed] == [tuple(numbers.desk.run.raw["visits"].columns)]
    rows = numbers.of(
        "t_raw/visits/rows/n",
        entry(file="results/ingest/metadata.json", source="visits", key="rows"),
    )
    assert [read.columns for read in rows] == [()]


def test_a_number_reads_what_its_result_reads_and_a_size_its_group():
    numbers = numbers_of(PROJECT)
    file = RESULT.format("or_itt")
    count = numbers.of(
        "t_primary/or_itt/COMBO/count",
        entry(file=file, row="proportion", group="COMBO", statistic="count"),
    )
    assert tables_of(count) == {SUBJECTS, "derive/adresp:OR"}
    assert [part.words for part in count[0].filters] == [
        "RANDFL is Y",
        "ITTFL is Y",
        "ARMCD is COMBO",
        "there is a verdict on OR",
    ]
    size = numbers.of(
        "t_primary/head/COMBO/N", entry(file=file, row="groups", group="COMBO", statistic="N")
    )
    assert [read.columns for read in size] == [(), ()]


def test_the_first_notes_of_an_analysis_stand_where_they_stand():
    numbers = numbers_of(PROJECT)
    file = RESULT.format("or_subgroups")
    method = entry("Method: Wald interval", file=file, key="method")
    assert numbers.of("t_subgroups/notes/1/words", method) == []
    warning = entry("An expected count is below 5 in: Women.", file=file, key="method")
    assert "derive/adresp:OR" in tables_of(numbers.of("t_subgroups/notes/4/words", warning))
    # What comes after a warning has a number that the warning moves.
    last = entry("The area of a mark is in proportion.", code="report")
    assert "derive/adresp:OR" in tables_of(numbers.of("f_subgroups/notes/5/words", last))


def test_terms_decide_which_rows_a_table_of_events_has():
    trial = analysed(PROJECT)
    numbers = numbers_of(PROJECT)
    rows = numbers.rows_of("t_ae_terms")
    assert tables_of(rows) == {SUBJECTS, "derive/adae"}
    assert any("AEDECOD" in read.columns for read in rows)
    trial.lineage.add_display("t_ae_terms", rows)
    graph = Graph(trial.lineage)
    assert graph.affected_displays([("derive/adae", 0, "AEDECOD")]) == {"t_ae_terms"}
    assert graph.affected_displays([("derive/adae", 0, "AETERM")]) == set()


def test_an_item_reads_its_statistics_and_its_verdict_those_that_tell_a_misprint():
    numbers = numbers_of(PROJECT)
    file = "results/report/published.json"
    items = numbers.published.items
    name = next(n for n, i in items.items() if any(p.get("from") for p in i.get("parts", [])))
    computed = numbers.of("t_published/x/c/words", entry(file=file, item=name, key="computed_text"))
    verdict = numbers.of("t_published/x/v/words", entry(file=file, item=name, key="verdict"))
    assert computed
    assert {id(read) for read in computed} <= {id(read) for read in verdict}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_about_a_publication_says_what_it_reads(name):
    numbers = numbers_of(PROJECT)
    planned = [rule for one in numbers.published.entries.values() for rule in one.get("rules", [])]
    for rule in (one for one in planned if one["rule"] == name):
        assert numbers.published.rule(rule), name
    assert {*OF_ALL_ITEMS, *OF_SUBJECTS} <= set(RULES)


@pytest.mark.parametrize("folder", [PROJECT, SECOND], ids=["embedded", "second"])
def test_a_check_finds_the_same_in_the_columns_that_it_declares(folder):
    trial = analysed(folder)
    checks = Checks(trial.desk)
    for check, spec in checks.declared.items():
        before, looked_at = run_check(check, spec, study_of(trial.run, None))
        for what, reads in (
            ("findings", checks.findings(check)),
            ("records", checks.records(check)),
        ):
            named = columns_of(reads)
            found, count = run_check(check, spec, study_of(trial.run, named))
            assert count == looked_at, (check, what)
            if what == "findings":
                assert len(found) == len(before), check


def study_of(run, named) -> Study:
    """The tables as the checks see them; where columns are named, the others are blank."""
    identity = {"USUBJID", "SRCFILE", "SRCROW", "DOMAIN", "STUDYID"}
    made = []
    for folder, tables in (("ingest/sdtm", run.domains), ("ingest/raw", run.raw)):
        kept = {}
        for name, frame in tables.items():
            lost = set()
            if named is not None:
                lost = set(frame.columns) - named.get(f"{folder}/{name}", set()) - identity
            kept[name] = frame.assign(**{one: blank(frame[one]) for one in sorted(lost)})
        made.append(kept)
    domains = {name.upper(): table for name, table in made[0].items()}
    return Study(domains, made[1], run.plan["trial"], run.plan["study"]["data_cut"])


def test_an_analysis_keeps_what_it_read_as_a_whole():
    trial = analysed(SECOND)
    assert isinstance(trial.analyses, Analyses)
    whole = trial.analyses.whole("flare")
    assert tables_of(whole) == {SUBJECTS, "derive/adtte:TTFLARE"}
    assert trial.analyses.whole("flare") is whole
