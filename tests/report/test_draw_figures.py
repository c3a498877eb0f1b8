"""Figures: vector graphics whose numbers have addresses and whose arms differ without colour."""

import re
import xml.etree.ElementTree as ElementTree

from scripts.report.draw_figures import draw_figures
from tests.report import made

SVG = "{http://www.w3.org/2000/svg}"


def test_numbers_at_risk_are_those_of_the_result_and_have_addresses() -> None:
    drawings, documents = draw_figures(made.context())
    root = ElementTree.fromstring(drawings["f_lasting"])  # noqa: S314
    spans = {s.get("data-address"): s.text for s in root.iter(f"{SVG}tspan")}
    addresses = documents["f_lasting"]["addresses"]
    assert {at: addresses[at]["text"] for at in spans} == spans
    assert spans["f_lasting/t=8/NEW/at_risk"] == "7"
    assert spans["f_lasting/t=8/OLD/at_risk"] == "4"


def test_arms_differ_by_their_strokes_and_not_by_colour_alone() -> None:
    drawings, _ = draw_figures(made.context())
    strokes = re.findall(
        r'<path [^>]*stroke="(#\w+)" stroke-width="1.6"([^>]*)/>', drawings["f_lasting"]
    )
    styles = {color: "dasharray" in rest for color, rest in strokes}
    assert styles == {"#114488": False, "#aa5500": True}


def test_a_stroke_marks_each_time_at_which_subjects_are_censored() -> None:
    drawings, _ = draw_figures(made.context())
    # Censored are some at 4 and at 12 weeks in the first arm, and at 6 weeks in the second.
    assert drawings["f_lasting"].count('stroke-width="0.9"') == 2 + 1


def test_a_figure_has_words_for_those_who_cannot_see_it_and_its_data_beside_it() -> None:
    _, documents = draw_figures(made.context())
    document = documents["f_lasting"]
    assert "New treatment: 10 subjects, 6 events, median 8.0 weeks." in document["alt"]
    assert document["data"]["NEW"]["survival"] == [1.0, 0.8, 0.4, 0.4]


def test_two_drawings_are_the_same_bytes() -> None:
    assert draw_figures(made.context()) == draw_figures(made.context())
