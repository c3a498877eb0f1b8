"""Dependencies of a trial of two subjects, small enough to follow with a finger."""

import numpy as np
import pytest

from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.origins import cells_of, sources
from scripts.audit.lineage.reads import EXISTENCE, Derivation, Filter, Lineage, Read, Table
from scripts.audit.lineage.store import pack, unpack


def made(table, columns, *reads, rows=None):
    return Derivation(table, columns, reads, "rule", "module:function", "plan", "words", rows)


def small_lineage() -> Lineage:
    """Two subjects: counts by visit, of which those with a value are assessed, and a population.

    raw row      0      1      2      3        subject 0: rows 0, 1; subject 1: rows 2, 3
    COUNT        20     40     missing 50
    assessed     0      1      -      2        rows of the analysis data set
    population   subject 0 only
    """
    lineage = Lineage(subjects=["S1", "S2"])
    of_raw, of_assessed = np.array([0, 0, 1, 1]), np.array([0, 0, 1])
    for name, subject, columns in (
        ("raw", of_raw, ("COUNT", "VISIT", "NOTE")),
        ("assessed", of_assessed, ("AVAL", "VISIT")),
        ("subjects", np.array([0, 1]), ("FL", "BEST")),
    ):
        lineage.tables[name] = Table(name, name, subject, columns)
    known = Filter(("COUNT",), np.array([True, True, False, True]), "COUNT is known")
    lineage.links[("assessed", "raw")] = np.array([0, 1, 3])
    lineage.derivations = [
        made("assessed", (EXISTENCE,), Read("raw", (), (known,), "record")),
        # What decides that a record is there is said once; its values need no filter.
        made("assessed", ("AVAL",), Read("raw", ("COUNT",), (), "record")),
        made("assessed", ("VISIT",), Read("raw", ("VISIT",), (), "record")),
        made("subjects", ("BEST",), Read("assessed", ("AVAL",), (), "subject")),
    ]
    inside = Filter(("FL",), np.array([True, False]), "FL is Y")
    among = Filter((), np.array([True, False]), "in the population", by_subject=True)
    first = Filter(("VISIT",), np.array([True, False, True]), "VISIT is 1")
    lineage.add_number("t/n", [Read("subjects", (), (inside,))])
    lineage.add_number("t/best", [Read("subjects", ("BEST",), (inside,))])
    lineage.add_number("t/visit1", [Read("assessed", ("AVAL",), (among, first))])
    lineage.add_number("t/title", [])
    return lineage


def test_a_sound_lineage_has_no_findings_and_a_wrong_column_is_one():
    lineage = small_lineage()
    assert lineage.check() == []
    lineage.add_number("t/wrong", [Read("subjects", ("AGE",))])
    assert lineage.check() == ["read 3: subjects has no column AGE"]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        # The first visit of the subject inside: its mean at visit 1, and the best count.
        (("raw", 0, "COUNT"), {"t/best", "t/visit1"}),
        # Its second visit is not read by the number about visit 1 ...
        (("raw", 1, "COUNT"), {"t/best"}),
        # ... but a changed visit number could bring it there.
        (("raw", 1, "VISIT"), {"t/visit1"}),
        # The second subject is outside the population: only its flag matters.
        (("raw", 3, "COUNT"), set()),
        (("subjects", 1, "FL"), {"t/n", "t/best"}),
        (("subjects", 1, "BEST"), set()),
        (("raw", 0, "NOTE"), set()),
    ],
)
def test_a_change_reaches_what_reads_it_and_nothing_else(cell, numbers):
    assert Graph(small_lineage()).affected([cell]) == numbers


def test_a_missing_value_that_comes_in_makes_a_record_of_its_subject():
    lineage = small_lineage()
    lineage.add_number("t/all", [Read("assessed", ("AVAL",))])
    # Subject 1 is outside the population of the other numbers.
    assert Graph(lineage).affected([("raw", 2, "COUNT")]) == {"t/all"}
    marks = Graph(lineage).reached([("raw", 2, "COUNT")])
    assert marks.born["assessed"].tolist() == [False, True]


def test_backwards_a_number_leads_to_the_cells_that_reach_it():
    lineage = small_lineage()
    graph = Graph(lineage)
    reads = [lineage.reads[number] for number in lineage.numbers["t/visit1"]]
    cells = cells_of(sources(graph, reads))
    assert cells["raw"] == [(0, "COUNT"), (0, "VISIT")]
    with_candidates = cells_of(sources(graph, reads, candidates=True))
    assert (1, "VISIT") in with_candidates["raw"]


def test_both_directions_say_the_same():
    lineage = small_lineage()
    lineage.add_number("t/all", [Read("assessed", ("AVAL",))])
    graph = Graph(lineage)
    for address, numbers in lineage.numbers.items():
        marks = sources(graph, [lineage.reads[number] for number in numbers], candidates=True)
        back = {("raw", row, name) for row, name in cells_of(marks).get("raw", [])}
        cells = [("raw", row, name) for row in range(4) for name in ("COUNT", "VISIT", "NOTE")]
        forth = {cell for cell in cells if address in graph.affected([cell])}
        assert forth == back, address


def test_the_files_of_the_index_hold_all_of_it():
    lineage = small_lineage()
    index, arrays = pack(lineage)
    again = unpack(index, arrays)
    cells = [("raw", row, name) for row in range(4) for name in ("COUNT", "VISIT", "NOTE")]
    for cell in [*cells, ("subjects", 0, "FL"), ("subjects", 1, "FL")]:
        assert Graph(again).affected([cell]) == Graph(lineage).affected([cell])
    assert pack(again)[0] == index
