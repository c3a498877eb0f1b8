"""The certificate says equal only where everything is, and names what is not."""

import io

import pypdf
import pytest

from scripts.package.replay.certificate import TITLES, certify, render_certificate, verdict_of

FACTS = {
    "study": "S-1",
    "checksums": "ab" * 32,
    "carried": {"results/validate/summary.json": "cd" * 32},
    "ran": ["derive_subjects", "tabulate"],
    "surroundings": {"Python": "3.11.7", "system": "Linux"},
}


def parts(**findings):
    return {name: {"checked": 7, "findings": findings.get(name, [])} for name in TITLES}


def text_of(certificate):
    reader = pypdf.PdfReader(io.BytesIO(render_certificate(certificate)))
    return [page.extract_text() for page in reader.pages]


def test_without_a_finding_it_says_equal():
    assert verdict_of(parts()) == "equal"
    assert "EQUAL: everything" in text_of(certify(parts(), FACTS))[0]


@pytest.mark.parametrize("part", ["files", "environment", "programs"])
def test_what_differs_around_the_results_is_told_from_results_that_differ(part):
    found = certify(parts(**{part: ["x: changed"]}), FACTS)
    assert found["verdict"] == "surroundings"
    assert "RESULTS EQUAL" in text_of(found)[0]


@pytest.mark.parametrize("part", ["plan", "sent", "carried", "run", "datasets", "numbers"])
def test_one_finding_in_the_results_is_enough_for_different(part):
    assert verdict_of(parts(**{part: ["x"], "files": ["y"]})) == "different"


def test_each_difference_stands_on_the_page_up_to_a_number_and_then_their_count():
    found = certify(parts(datasets=[f"ADX.AVAL, record {n}" for n in range(100)]), FACTS)
    text = "\n".join(text_of(found))
    assert "ADX.AVAL, record 59\n" in text
    assert "record 60" not in text
    assert "and 40 more, all in certificate.json" in text


def test_nothing_is_lost_between_two_pages():
    lines = [f"finding {n:03d}" for n in range(60)]
    many = certify(parts(**dict.fromkeys(TITLES, lines)), FACTS)
    pages = text_of(many)
    assert len(pages) > 1
    assert all("\n".join(pages).count(line) == len(TITLES) for line in lines)


def test_signs_of_mathematics_and_other_scripts_do_no_harm():
    found = certify(parts(numbers=["t/a: text submitted '$x_1$ ± 皮', rebuilt '2^$'"]), FACTS)
    assert "'$x_1$ ± \\u76ae', rebuilt '2^$'" in text_of(found)[0]


def test_the_same_certificate_is_the_same_bytes():
    one = certify(parts(numbers=["a"]), FACTS)
    assert render_certificate(one) == render_certificate(one)
    assert b"CreationDate" not in render_certificate(one)
