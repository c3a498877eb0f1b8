"""The graph of the data sets: what it draws is what is declared."""

import re

from scripts.package.guides.dependencies import dataset_reads, dependency_graph, reads_of
from scripts.package.guides.dependency_picture import box_width, draw_dependencies, ordered

INDEX = {
    "derivations": [
        {"rule": "standardise", "table": "ingest/sdtm/aa", "reads": [0]},
        {"rule": "derive", "table": "derive/adsl", "reads": [1]},
        {"rule": "measure", "table": "derive/adbb:ONE", "reads": [1, 2]},
        {"rule": "measure", "table": "derive/adbb:TWO", "reads": [3]},
    ],
    "reads": [
        {"table": "ingest/raw/first", "columns": ["A"]},
        {"table": "ingest/sdtm/aa", "columns": ["B"]},
        {"table": "derive/adsl", "columns": ["C"]},
        {"table": "derive/adbb:ONE", "columns": ["D"]},
    ],
}
SOURCES = {"first": {"file": "first.csv"}}
ANALYSES = {"one": {"datasets": [{"name": "ADBB"}], "displays": ["t_one"]}}
SECTIONS = [
    {"title": "Results", "displays": [{"id": "t_one"}]},
    {"title": "Words", "displays": [{"id": "t_words"}]},
]


def test_what_a_program_reads_of_its_own_data_sets_is_no_input():
    assert dataset_reads(INDEX, "measure") == {"derive/adsl": {"C"}, "ingest/sdtm/aa": {"B"}}
    assert reads_of(INDEX)["derive/adsl"] == {"ingest/sdtm/aa": {"B"}}


def test_the_graph_leads_from_raw_files_to_the_sections_that_print_an_analysis():
    layers, edges = dependency_graph(INDEX, SOURCES, ANALYSES, SECTIONS)
    assert [names for _, names in layers] == [
        ["first.csv"],
        ["AA"],
        ["ADSL"],
        ["ADBB"],
        ["Results"],
    ]
    assert edges == {
        ("first.csv", "AA"),
        ("AA", "ADSL"),
        ("AA", "ADBB"),
        ("ADSL", "ADBB"),
        ("ADBB", "Results"),
    }


def test_every_box_and_every_line_is_drawn_once_and_the_same_each_time():
    layers, edges = dependency_graph(INDEX, SOURCES, ANALYSES, SECTIONS)
    drawing = draw_dependencies(layers, edges)
    assert drawing.count("<rect") == 5
    assert drawing.count("<path") == len(edges)
    assert drawing == draw_dependencies(layers, set(edges))


def test_no_box_leaves_the_picture_and_every_name_has_room_in_its_box():
    layers, edges = dependency_graph(INDEX, SOURCES, ANALYSES, SECTIONS)
    drawing = draw_dependencies(layers, edges)
    width = float(re.search(r'viewBox="0 0 (\d+)', drawing).group(1))
    boxes = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing)
    assert all(float(x) >= 0 and float(x) + float(w) <= width + 0.1 for x, w in boxes)
    assert box_width(["WWWW"]) > box_width(["llll"])


def test_boxes_are_ordered_by_what_they_are_joined_to():
    layers = [("a", ["one", "two"]), ("b", ["x", "y"]), ("c", ["three"])]
    assert ordered(layers, {("one", "y"), ("two", "x")})[1] == ["y", "x"]
