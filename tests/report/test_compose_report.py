"""The HTML: every number has an address, and no template holds one."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scripts.report.compose_report import compose_report
from scripts.report.draw_figures import draw_figures
from scripts.report.letters import replace_unknown
from scripts.report.tabulate import tabulate
from scripts.report.templates_check import check_template
from tests.report import made

FOLDER = Path(__file__).parents[2] / "scripts" / "report" / "templates"
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
# Names, titles and heads hold digits that are no results.
NAMES = {"script", "h1", "h2", "h3", "title", "style", "nav", "th", "sup"}
VOID = {"input", "meta", "br", "img", "col", "link"}


class Reader(HTMLParser):
    """Collects addresses with their text, and every digit outside an address or a name."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.addressed: dict[str, str] = {}
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, attributes in self.open:
            if "data-address" in attributes:
                self.addressed[str(attributes["data-address"])] = data
                return
        named = any(t in NAMES or a.get("class") == "name" for t, a in self.open)
        if re.search(r"\d", data) and not named:
            self.bare.append(data)


def composed(templates: dict[str, str] = TEMPLATES) -> tuple[str, dict]:
    """The HTML of the made-up report and its tables."""
    context = made.context()
    tables = tabulate(context)
    drawings, documents = draw_figures(context)
    return compose_report(tables, documents, drawings, context.plan, templates), tables


def test_every_number_in_the_html_carries_an_address_that_the_tables_know() -> None:
    html, tables = composed()
    reader = Reader()
    reader.feed(html)
    assert reader.bare == []
    assert len(reader.addressed) > 50
    unknown = set(reader.addressed) - set(tables["addresses"]) - _figure_addresses()
    assert unknown == set()
    assert set(tables["addresses"]) - set(reader.addressed) == set()
    for at, text in reader.addressed.items():
        if at in tables["addresses"]:
            assert tables["addresses"][at]["text"] == text


def _figure_addresses() -> set[str]:
    _, documents = draw_figures(made.context())
    return {at for document in documents.values() for at in document["addresses"]}


def test_a_row_of_zeros_reaches_the_page() -> None:
    html, _ = composed()
    assert re.search(r'>Rash</th>\s*<td class="number"[^>]*>.*?>0</a> \(<a [^>]*>0.0</a>\)', html)


def test_a_number_typed_into_a_template_stops_the_report() -> None:
    spoiled = {**TEMPLATES, "figure.html.j2": TEMPLATES["figure.html.j2"] + "<p>P = 0.007</p>"}
    with pytest.raises(ValueError, match=r"figure\.html\.j2: a number is typed.*P = 0\.007"):
        composed(spoiled)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("<p>{{ 2.5 }}</p>", "a number is typed"),
        ("{% if x %}in 12 weeks{% endif %}", "a number is typed"),
        ("<p>{{ a - b }}</p>", "arithmetic (sub)"),
        ("<p>{{ a / b }}</p>", "arithmetic (div)"),
        ("<p>{{ a|round }}</p>", "the filter 'round' computes"),
    ],
)
def test_numbers_and_arithmetic_in_templates_are_found(text: str, finding: str) -> None:
    [found] = check_template(text)
    assert finding in found


def test_digits_in_tags_and_the_values_that_are_handed_over_are_allowed() -> None:
    assert check_template('<h2 class="level2">{{ title }}</h2>&#8211; {{ value }}') == []


def test_a_name_that_a_template_does_not_know_stops_the_report() -> None:
    spoiled = {**TEMPLATES, "text.html.j2": "{{ display.nothing_of_the_kind }}"}
    with pytest.raises(Exception, match="nothing_of_the_kind"):
        composed(spoiled)


def test_letters_without_a_glyph_are_printed_as_code_points() -> None:
    assert replace_unknown("Ångström ≥ 1, 第一") == "Ångström ≥ 1, [U+7B2C][U+4E00]"


def test_nothing_of_this_machine_is_in_the_html() -> None:
    html, _ = composed()
    assert str(Path.cwd()) not in html
    assert "file:" not in html
    assert "http" not in re.sub(r'src="data:[^"]*"', "", html)


def test_an_abbreviation_that_is_explained_and_not_used_is_an_error() -> None:
    context = made.context()
    context.plan["study"]["abbreviations"] = {"XYZ": "nothing", "CI": "confidence interval"}
    tables = tabulate(context)
    drawings, documents = draw_figures(context)
    with pytest.raises(ValueError, match="'XYZ' is explained and not used") as error:
        compose_report(tables, documents, drawings, context.plan, TEMPLATES)
    assert "'CI'" not in str(error.value)


def test_the_contents_list_tables_and_figures_apart() -> None:
    html, _ = composed()
    lists = re.findall(r"<h2>(Tables|Figures|Listings)</h2>\s*<ol>(.*?)</ol>", html, re.DOTALL)
    assert [title for title, _ in lists] == ["Tables", "Figures"]
    assert "#f_lasting" in lists[1][1]
    assert "#t_lasting" in lists[0][1]
    assert "#f_lasting" not in lists[0][1]


def test_the_page_of_a_table_says_where_it_continues() -> None:
    html, _ = composed()
    table = re.search(r'id="t_well".*?</section>', html, re.DOTALL).group(0)
    assert table.count('data-continued=" | Table n-t_well, continued"') == 1


def test_nothing_in_the_html_is_fetched_from_elsewhere() -> None:
    html, _ = composed()
    assert re.findall(r"src=\"(?!data:)[^\"]*\"", html) == []
    assert re.findall(r"href=\"(?!#|\.\./audit/explorer\.html#)[^\"]*\"", html) == []
    assert re.findall(r"url\((?!data:)[^)]*\)|@import", html) == []
