"""`trialtrace trace` on the embedded trial: every display from print to raw rows and back."""

import json

import numpy as np
import pytest

from scripts import trialtrace
from scripts.audit.lineage.origins import cells_of, sources
from scripts.audit.trace.evidence import Evidence
from scripts.audit.trace.numbers import trace_number
from scripts.audit.trace.sources import trace_source

PRIMARY = "s_primary/or_itt/COMBO-MONO/estimate"


@pytest.fixture(scope="module")
def evidence(finished):
    return Evidence(finished.trial)


def ask(finished, capsys, *words: str) -> tuple[int, str, str]:
    code = trialtrace.main(["trace", *words, "--folder", str(finished.trial)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_every_printed_number_is_in_the_index(evidence):
    assert set(evidence.graph.lineage.numbers) == set(evidence.addresses)


def test_a_number_of_every_display_leads_to_raw_rows_and_each_of_them_back_to_it(evidence):
    numbers = evidence.graph.lineage.numbers
    by_display: dict[str, list[str]] = {}
    for address, reads in numbers.items():
        if reads:
            by_display.setdefault(address.split("/")[0], []).append(address)
    assert len(by_display) > 60
    generator = np.random.default_rng(1)
    for display, addresses in by_display.items():
        address = addresses[int(generator.integers(len(addresses)))]
        marks = sources(evidence.graph, [evidence.graph.lineage.reads[n] for n in numbers[address]])
        raw = {t: c for t, c in cells_of(marks).items() if t.startswith("ingest/raw/")}
        assert raw, f"{address} comes from no raw value"
        table = sorted(raw)[int(generator.integers(len(raw)))]
        row, column = raw[table][int(generator.integers(len(raw[table])))]
        assert address in evidence.graph.affected([(table, row, column)]), (display, table, row)


def test_a_number_comes_with_value_method_code_and_subjects(evidence):
    answer = trace_number(evidence, PRIMARY)
    # 90 of 112 against 33 of 56.
    assert answer["value"] == pytest.approx(90 / 112 - 33 / 56, abs=1e-12)
    assert answer["text"] == "0.214"
    assert answer["analysis"]["method"]["name"] == "wald_difference"
    assert answer["analysis"]["population"]["id"] == "ITTFL"
    assert answer["made_by"]["rule"] == "compare_proportions"
    assert len(answer["made_by"]["code"]["scripts/stats/differences.py"]) == 64
    assert len(answer["subjects"]["used"]) == 168


def test_a_raw_value_is_shown_with_its_file_label_and_subject(evidence):
    answer = trace_source(evidence, "demography.sav:2:SEX")
    assert (answer["value"], answer["meaning"]) == (2, "Female")
    assert answer["USUBJID"].endswith("01-002")
    assert len(answer["sha256"]) == 64
    assert answer["numbers"] == len(answer["addresses"]) > 0


def test_a_sources_own_words_lead_back_to_it(finished, capsys):
    code, out, _ = ask(finished, capsys, PRIMARY, "--subject", "01-001", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["subject"].endswith("01-001")
    row = answer["records"]["ingest/raw/visits"][0]
    assert row["SRCFILE"] == "visits.sav"
    place = f"{row['SRCFILE']}:{row['SRCROW']}:{next(iter(row['cells']))}"
    code, out, _ = ask(finished, capsys, "--source", place, "--json")
    assert code == 0
    assert PRIMARY in json.loads(out)["addresses"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["s_primry/a/b/c"], "did you mean 's_primary'?"),
        (["s_primary/or_itt/COMBO-MONO/estimat"], f"did you mean '{PRIMARY}'?"),
        (["--subject", "99-999"], "no subject '99-999'"),
        (["--source", "visit.sav:1:PLT"], "did you mean 'visits.sav'?"),
        (["--source", "visits.sav:1:PTL"], "did you mean 'PLT'?"),
        (["--source", "visits.sav:9999:PLT"], "its rows are 1 to 3263"),
        (["--source", "visits.sav"], "give FILE:ROW:COLUMN"),
        ([], "give an address"),
    ],
)
def test_a_wrong_question_names_what_was_meant(finished, capsys, words, message):
    code, _, err = ask(finished, capsys, *words)
    assert code == 2
    assert message in err
