"""The annotated CRF: every field with what the mapping makes of it."""

import io
import re

import pikepdf
import pytest

from scripts.package.annotate_crf import annotate_crf
from scripts.package.forms.annotations import Annotation, columns_of, form_places, forms_of, grouped
from scripts.package.forms.crf_pages import codes_of, printable
from scripts.package.submitted_pdf import submitted_pdf
from tests.package.small_package import TEMPLATES
from tests.report.validity import broken_rules

PLAN = {
    "study": {
        "id": "MADE-01",
        "title": "A made-up trial",
        "short_title": "Made up",
        "plan_version": "1.0",
        "data_cut": "2020-01-01",
    },
    "trial": {"visits": [{"VISITNUM": 0, "VISIT": "Day 1"}, {"VISITNUM": 1, "VISIT": "Day 8"}]},
    "sources": {
        "sources": {
            "people": {"file": "people.csv", "subject": "ID"},
            "looks": {"file": "looks.csv", "subject": "ID"},
            "ends": {"file": "ends.csv", "subject": "ID"},
        }
    },
    "sdtm": {
        "domains": {
            "DM": {
                "records": [
                    {
                        "source": "people",
                        "where": {"variable": "IN", "is": 1},
                        "variables": {
                            "SEX": {"column": "GENDER", "codelist": "sex"},
                            "DTHDTC": {"column": "ends.DIED"},
                        },
                    }
                ]
            },
            "VS": {
                "records": [
                    {
                        "source": "looks",
                        "variables": {
                            "VSTESTCD": {"constant": "PULSE"},
                            "VSORRES": {"column": "PULSE"},
                            "VSSTAT": {"not_done": "PULSE"},
                            "VSORRESU": {
                                "constant": "beats/min",
                                "when": {"variable": "PULSE", "missing": False},
                            },
                            "VISIT": {"visit": "DAY"},
                        },
                    }
                ]
            },
            "DS": {
                "records": [
                    {
                        "source": "ends",
                        "variables": {
                            "DSTERM": {"first": [{"column": "WHY"}, {"constant": "Unknown"}]},
                            "VISIT": {"visit": "DAY"},
                        },
                    }
                ]
            },
        }
    },
}


def column(name: str, **more) -> dict:
    known = {"name": name, "label": f"The {name}", "type": "text", "missing": [], "values": []}
    return {**known, **more}


SEXES = [{"value": 1.0, "label": "Male"}, {"value": 2.0, "label": "男"}]
METADATA = {
    "people": {
        "label": "People",
        "file": "people.csv",
        "columns": [
            column("ID"),
            column("IN", type="integer"),
            column(
                "GENDER", values=[{"value": 1.0, "label": "Male"}, {"value": 2.0, "label": "男"}]
            ),
            column("NOTE"),
        ],
    },
    "looks": {
        "label": "Looks",
        "file": "looks.csv",
        "columns": [column("ID"), column("DAY"), column("PULSE", type="number")],
    },
    "ends": {
        "label": "Ends",
        "file": "ends.csv",
        "columns": [column("ID"), column("DAY"), column("WHY"), column("DIED", type="date")],
    },
}


@pytest.fixture(scope="module")
def html() -> str:
    return annotate_crf(METADATA, PLAN, TEMPLATES)


def row_of(html: str, field: str, form: str) -> str:
    """The words of the row of a field."""
    page = html.partition(f'<section class="form" id="form-{form}">')[2]
    rows = [row for row in page.split("<tr>") if f'<span class="mono">{field}</span>' in row]
    return " ".join(re.sub(r"<[^>]*>", " ", rows[0].partition("</tr>")[0]).split())


def test_a_field_carries_every_variable_that_it_becomes_and_for_which_records():
    fields = forms_of(PLAN)["looks"].fields
    assert grouped(fields["PULSE"]) == [
        ("VS", "VS.VSORRES, VS.VSSTAT, VS.VSORRESU where VSTESTCD = PULSE")
    ]
    assert grouped(fields["ID"]) == [("VS", "VS.USUBJID")]


def test_a_variable_has_the_places_of_the_forms_it_was_collected_on(html):
    places = form_places(forms_of(PLAN))
    assert places["VS", "VSORRES"] == ["form-looks"]
    assert places["DM", "DTHDTC"] == ["form-ends"]
    assert places["DM", "SUBJID"] == places["DM", "USUBJID"]
    assert all(f'id="{one}"' in html for found in places.values() for one in found)


def test_a_field_that_is_looked_up_for_another_form_is_annotated_on_its_own():
    assert Annotation("DM", "DTHDTC") in forms_of(PLAN)["ends"].fields["DIED"]


def test_a_constant_for_some_rows_is_annotated_at_the_field_that_chooses_them():
    expression = {"first": [{"constant": "Y", "when": {"variable": "A", "is": 1}}]}
    assert list(columns_of(expression)) == ["A"]
    assert list(columns_of({"constant": "Y"})) == []


def test_a_field_that_becomes_nothing_says_so_and_what_it_chooses(html):
    assert row_of(html, "NOTE", "people").endswith("[NOT SUBMITTED]")
    assert row_of(html, "IN", "people").endswith("[NOT SUBMITTED] chooses records of DM")


def test_codes_stand_with_their_labels_and_letters_without_a_font_are_marked(html):
    assert "□ 1 = Male □ 2 = […]" in row_of(html, "GENDER", "people")
    assert "stands for letters of another script" in html
    assert printable("Herbs 中药 and 中药茶 tea") == "Herbs […] and […] tea"


def test_codes_that_say_why_nothing_is_known_do_not_replace_the_blank():
    found = codes_of(
        column(
            "PULSE",
            missing=[{"lo": -9.0, "hi": -8.0}],
            values=[{"value": -9.0, "label": "not done"}],
        )
    )
    assert found == ([], ["-9 = not done"])


def test_forms_are_listed_by_visit_and_what_happens_once_is_apart(html):
    visits = html.partition("Forms by visit")[2].partition('<section class="form"')[0]
    words = " ".join(re.sub(r"<[^>]*>", " ", visits).split())
    assert words == (
        "Day 1 Looks Day 8 Looks Once, at the visit at which it happens Ends "
        "Not tied to a visit People"
    )


def test_the_pdf_has_a_bookmark_for_every_form_and_visit_and_breaks_no_rule(html, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1582934400")
    content = submitted_pdf(html)
    assert broken_rules(content) == []
    assert submitted_pdf(html) == content
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        visits = [item.title for item in outline.root[1].children]
    assert titles == ["Forms", "Forms by visit", "People", "Looks", "Ends"]
    assert visits[:2] == ["Day 1", "Day 8"]


def test_every_form_and_field_of_the_embedded_trial_is_in_its_annotated_crf(package):
    import pypdfium2

    from scripts.tables import parse_json

    metadata = parse_json((package.parent / "ingest" / "metadata.json").read_bytes())
    found = next(package.glob("m5/datasets/*/tabulations/sdtm/acrf.pdf"))
    text = " ".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(found.read_bytes())
    )
    words = set(re.findall(r"\w+", text))
    fields = {column["name"] for source in metadata.values() for column in source["columns"]}
    assert len(fields) > 30
    assert fields - words == set()
