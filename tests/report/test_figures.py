"""Every kind of figure: texts that do not collide, marks that differ, words where data lack."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
import yaml

from scripts.report.figures.curves import steps_of
from scripts.report.figures.marks import SHAPES
from scripts.report.figures.metrics import shorten, text_width, wrap
from scripts.report.figures.styles import styles_of
from scripts.report.plan_checks import check_outputs_plan
from tests.report import drawn, made
from tests.report.boxes import SVG, TextBox, boxes_of, collisions, outside
from tests.workflow.test_layout import PROJECT

LOST = {
    "survival_curves": [drawn.times(subjects=0, events=0)],
    "cumulative_curves": [drawn.times(subjects=0, events=0)],
    "median_curves": [drawn.scores(None)],
    "swimmer": [drawn.paths(0)],
    "missing_grid": [drawn.missing({})],
    "tipping_map": [{**drawn.tipping(), "grids": {}}],
    "forest": drawn.differences(None),
    "traces": [drawn.chains(0)],
}


@pytest.mark.parametrize("layout", drawn.FULL)
def test_no_two_texts_of_a_figure_lie_on_one_another_and_none_leaves_it(layout: str) -> None:
    svg, _ = drawn.drawn(layout, drawn.FULL[layout])
    assert collisions(svg) == []
    assert outside(svg) == []


def test_texts_that_overlap_would_be_found() -> None:
    one = TextBox("one", 0, 0, 10, 8)
    assert one.overlaps(TextBox("two", 9, 5, 20, 12))
    assert not one.overlaps(TextBox("beside it", 10, 0, 20, 8))
    svg, _ = drawn.drawn("flow", drawn.FULL["flow"])
    moved = re.sub(r'<text x="[\d.]+" y="[\d.]+"', '<text x="50" y="50"', svg)
    assert len(collisions(moved)) > 10


@pytest.mark.parametrize("layout", LOST)
def test_a_figure_without_data_says_so_in_words(layout: str) -> None:
    svg, document = drawn.drawn(layout, LOST[layout])
    [said] = [box.text for box in boxes_of(svg)]
    assert said.endswith(".")
    assert said in document["alt"]


def test_curves_without_an_event_are_drawn_and_say_so() -> None:
    svg, _ = drawn.drawn("survival_curves", [drawn.times(events=0)])
    assert "No event in any group." in [box.text for box in boxes_of(svg)]


@pytest.mark.parametrize("layout", ["survival_curves", "cumulative_curves", "swimmer"])
def test_a_shell_is_the_frame_of_a_figure_and_lacks_nothing(layout: str) -> None:
    [full], [lost] = drawn.FULL[layout], LOST[layout]
    # A shell has the rows of a full result and none of its curves and courses.
    empty = {key: lost[key] for key in ("curve", "courses") if key in lost}
    svg, _ = drawn.drawn(layout, [{**full, **empty, "shell": True}])
    texts = [box.text for box in boxes_of(svg)]
    assert "52" in texts
    assert not {text for text in texts if text.startswith("No")} - {"Number at risk"}


@pytest.mark.parametrize("layout", drawn.FULL)
def test_every_printed_number_of_a_figure_has_its_address(layout: str) -> None:
    svg, document = drawn.drawn(layout, drawn.FULL[layout])
    spans = {
        span.get("data-address"): span.text
        for span in ElementTree.fromstring(svg).iter(f"{SVG}tspan")  # noqa: S314
    }
    assert spans
    assert {at: document["addresses"][at]["text"] for at in spans if at} == spans


def test_a_cumulative_curve_is_one_minus_the_survival() -> None:
    ends = {}
    for layout in ("survival_curves", "cumulative_curves"):
        svg, _ = drawn.drawn(layout, [drawn.times(events=7)])
        lines = re.findall(r'd="(M[^"]+)" fill="none" stroke="#4b2e83" stroke-width="1.6"', svg)
        curve = max(lines, key=len)
        ends[layout] = [float(pair.split(",")[1]) for pair in re.findall(r"[\d.]+,[\d.]+", curve)]
    # The plot is as high in both: what falls from the top in one rises from the bottom in other.
    fallen = ends["survival_curves"][-1] - ends["survival_curves"][0]
    risen = ends["cumulative_curves"][0] - ends["cumulative_curves"][-1]
    assert fallen == pytest.approx(risen, abs=0.02)
    assert fallen == pytest.approx(214 * 7 / 10, abs=0.02)


def test_the_area_of_a_mark_of_a_forest_is_in_proportion_to_the_subjects() -> None:
    svg, _ = drawn.drawn("forest", drawn.differences())
    sides = [float(side) for side in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]
    # 28 of a group are a quarter of 112: half the side.
    assert sides[1] / sides[0] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("better", "left", "right"),
    [
        (None, "\u2190 Higher with One percent", "Higher with Long name \u2192"),
        ("higher", "\u2190 Favours One percent", "Favours Long name \u2192"),
        ("lower", "\u2190 Favours Long name", "Favours One percent \u2192"),
    ],
)
def test_a_forest_says_which_side_speaks_for_which_group(
    better: str | None, left: str, right: str
) -> None:
    keys = {"better": better} if better else {}
    svg, _ = drawn.drawn("forest", drawn.differences(), **keys)
    places = {box.text: box for box in boxes_of(svg)}
    assert places[left].right < places[right].left


def test_traces_that_do_not_fit_on_a_page_are_those_that_agree_least() -> None:
    svg, document = drawn.drawn("traces", [drawn.chains(14)])
    texts = [box.text for box in boxes_of(svg)]
    assert "R 1.130" in texts
    assert "R 1.000" not in texts  # the two that agree most are left out of twelve panels
    assert "R 1.010" not in texts
    assert len(document["data"]["traces"]) == 12
    assert any("agree least" in note["parts"][0]["text"] for note in document["notes"])
    assert svg.count('stroke-width="0.7"') == 12 * 20


def test_a_group_of_whom_nobody_was_imputed_has_no_second_outline() -> None:
    svg, _ = drawn.drawn("densities", [drawn.chains()])
    # Two models of three arms; of the third arm nothing was imputed. One dash is the key's.
    assert svg.count('stroke-dasharray="5 2.5"') == 2 * 2 + 1
    assert svg.count('fill="#dfe3e8"') == 2 * 3 + 1


def test_a_limit_beyond_the_scale_ends_in_an_arrow_and_not_in_a_bar() -> None:
    svg, _ = drawn.drawn("forest", drawn.differences())
    # -1.4 lies outside, 0.5 inside: one head of three points in each of the two lines.
    heads = re.findall(r'<path d="M[\d.]+,[\d.]+ L[\d.]+,[\d.]+ L[\d.]+,[\d.]+" fill="none"', svg)
    assert len(heads) == 2


def test_every_subject_has_one_line_and_every_mark_is_drawn() -> None:
    svg, document = drawn.drawn("swimmer", [drawn.paths(45)])
    lines = document["data"]["courses"]
    assert [line["line"] for line in lines] == [*range(1, 46), *range(1, 16)]
    # Each of the 45 + 15 has a full and an open circle, and so has the key.
    assert svg.count("<circle ") == 2 * (45 + 15 + 1)
    # An observed bar and an interval each; in the key a pair of bars in each of three colours.
    assert svg.count("<rect ") == 2 * (45 + 15) + 2 * 3


def test_marks_of_one_time_stand_side_by_side() -> None:
    svg, _ = drawn.drawn("swimmer", [drawn.paths(3)], shapes={"met": "circle", "pill": "square"})
    circle = re.search(r'<circle cx="([\d.]+)"', svg)
    square = re.search(r'<path d="M([\d.]+),[\d.]+ [^"]* Z"', svg)
    assert circle is not None and square is not None
    assert float(square.group(1)) > float(circle.group(1))


def test_the_plan_decides_the_shape_of_a_mark_and_the_others_take_what_is_left() -> None:
    svg, _ = drawn.drawn("swimmer", [drawn.paths(3)], shapes={"pill": "circle"})
    # Pills of 3 + 1 lines and the key; responses are then no filled circles.
    filled = re.findall(r'<circle [^>]*fill="#1c2430"', svg)
    assert len(filled) == 3 + 1 + 1


def test_a_visit_that_was_missed_is_an_empty_cell_in_the_column_of_its_time() -> None:
    svg, document = drawn.drawn("missing_grid", [drawn.missing({"101111111": "intermittent"})])
    cells = re.findall(r'<rect x="([\d.]+)" [^>]*fill="(#\w+)"', svg)
    assert [color for _, color in cells].count("#ffffff") == 1
    assert cells[1][1] == "#ffffff"
    assert document["data"]["visits"][:2] == ["Week 0", "Week 1"]


def test_ticks_are_at_the_times_that_the_plan_declares() -> None:
    svg, _ = drawn.drawn("median_curves", [drawn.scores()], ticks=[0, 8, 24])
    texts = [box.text for box in boxes_of(svg)]
    assert "24" in texts
    assert "16" not in texts


def test_a_width_is_the_sum_of_the_letters_of_the_font() -> None:
    assert text_width("ll", 10) == pytest.approx(2 * text_width("l", 10))
    assert text_width("W", 10) > 2 * text_width("l", 10)
    assert text_width("a", 20) == pytest.approx(2 * text_width("a", 10))
    assert text_width("a", 10, "bold") > text_width("a", 10)


def test_a_line_ends_before_the_word_that_does_not_fit() -> None:
    width = text_width("one two", 8)
    assert wrap("one two six", width, 8) == ["one two", "six"]
    assert wrap("one two\u00a0six", width, 8) == ["one", "two\u00a0six"]
    assert text_width(shorten("one two six", width, 8), 8) <= width


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# Deuteranopia and protanopia in linear light, after Machado, Oliveira and Fernandes (2009).
BLIND = {
    "deuteranopia": [(0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)],
    "protanopia": [(0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)],
}


def seen_by(color: str, matrix: list[tuple[float, float, float]]) -> list[float]:
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return [sum(w * s for w, s in zip(row, linear, strict=True)) for row in matrix]


def arms_of(folder: str) -> list[dict[str, str]]:
    path = PROJECT / folder / "trial.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["arms"]


@pytest.mark.parametrize("folder", ["config", "tests/workflow/second_trial/config"])
def test_the_colours_of_the_arms_stand_out_from_white_paper(folder: str) -> None:
    for arm in arms_of(folder):
        # WCAG 1.4.11 asks 3 to 1 of what is not text.
        assert 1.05 / (luminance(arm["color"]) + 0.05) >= 3, arm["code"]


@pytest.mark.parametrize("folder", ["config", "tests/workflow/second_trial/config"])
def test_arms_differ_in_grey_by_dash_and_mark_whatever_their_lightness(folder: str) -> None:
    arms = arms_of(folder)
    groups = [{"id": arm["code"], "label": arm["label"]} for arm in arms]
    styles = styles_of({"trial": {"arms": arms}}, groups).values()
    assert len({style.dash for style in styles}) == len(arms)
    assert len({style.mark for style in styles}) == len(arms)
    assert {style.mark for style in styles} <= set(SHAPES)


@pytest.mark.parametrize("kind", BLIND)
def test_the_colour_blind_see_different_colours_of_the_arms(kind: str) -> None:
    first, second = (seen_by(arm["color"], BLIND[kind]) for arm in arms_of("config"))
    assert sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5 > 0.1


def test_two_arms_of_one_colour_are_an_error_of_the_plan() -> None:
    plan = made.plan()
    plan["trial"] = {"arms": [{**arm, "color": "#AA5500"} for arm in made.ARMS]}
    plan["trial"]["arms"][0]["color"] = "#aa5500"
    [found] = check_outputs_plan(plan)
    assert found == "config/trial.yaml: OLD has the colour of NEW"


def test_a_shape_belongs_to_a_mark_of_the_analysis() -> None:
    plan = made.plan()
    plan["analyses"]["analyses"]["paths"] = {
        "kind": "courses",
        "course": {"marks": [{"id": "met"}]},
    }
    shown = {**made.show("f_paths", "swimmer", ["paths"]), "shapes": {"mett": "circle"}}
    plan["outputs"]["sections"][0]["displays"].append(shown)
    [found] = check_outputs_plan(plan)
    assert found.endswith("f_paths: shapes: unknown mark 'mett'; did you mean 'met'?")


def test_limits_that_are_not_defined_before_the_first_event_do_not_end_the_band() -> None:
    curve = {"time": [0, 1, 2], "lower": [1.0, None, 0.8]}
    assert steps_of(curve, "lower") == [(0, 1.0), (2, 1.0), (2, 0.8)]
