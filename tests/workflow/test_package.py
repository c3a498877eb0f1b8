"""The package of the second trial: what a change of the plan does to every document of it."""

import json
import re
from pathlib import Path

import pypdfium2
import pytest

from scripts.package.transport import read_transport
from tests.workflow.blinded_trial import make_blinded
from tests.workflow.conftest import Workshop

SENT = "results/package"
# The plan travels with the programs, and so do the words of the pipeline's own code.
PROGRAMS = "/programs/"


def package_of(shop: Workshop) -> Path:
    return shop.trial / SENT


def read_document(path: Path) -> str:
    """What can be read in one file of the package."""
    if path.suffix == ".pdf":
        pages = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return path.read_bytes().decode("latin-1")


def documents(shop: Workshop) -> dict[str, str]:
    """The text of every file that is sent, but for programs."""
    folder = package_of(shop)
    return {
        path.relative_to(folder).as_posix(): read_document(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and PROGRAMS not in path.as_posix()
        and not {"seals", "specification"} & set(path.relative_to(folder).parts)
    }


def naming(shop: Workshop, word: str) -> set[str]:
    """The files that name a word, by their names."""
    pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])")
    return {Path(name).name for name, text in documents(shop).items() if pattern.search(text)}


def in_plan(shop: Workshop, old: str, new: str) -> None:
    """A word of the plan replaced in each of its files."""
    for path in sorted((shop.trial / "config").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"\b{old}\b", new, text), encoding="utf-8")


@pytest.fixture(scope="module")
def sent(workshop, tmp_path_factory) -> Workshop:
    shop = workshop.copy(tmp_path_factory.mktemp("sent") / "trial")
    shop.build("submission")
    return shop


@pytest.fixture
def changing(sent, tmp_path) -> Workshop:
    """A copy of the trial with its package, to be sent otherwise."""
    return sent.copy(tmp_path / "trial")


def test_every_file_that_is_sent_is_listed_with_its_hash(sent):
    listed = {
        line.split(maxsplit=2)[2]
        for line in (package_of(sent) / "checksums.txt").read_text().splitlines()
        if re.match(r"[0-9a-f]{64} ", line)
    }
    folder = package_of(sent)
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"seals", "specification"} & set(path.relative_to(folder).parts)
    }
    assert there - listed == {"checksums.txt"}
    assert listed - there == set()
    assert len(listed) > 80


def test_a_package_that_is_there_is_not_made_again(sent):
    assert sent.would_run("submission") <= {"submission"}


def test_a_renamed_variable_is_renamed_in_every_document(changing):
    before = naming(changing, "STOPFL")
    assert {"adsl.xpt", "adsl.json", "define.xml", "define.html", "adrg.pdf"} <= before
    in_plan(changing, "STOPFL", "ENDEDFL")
    changing.build("submission")
    assert naming(changing, "STOPFL") == set()
    assert naming(changing, "ENDEDFL") == before


def test_a_variable_renamed_in_one_file_of_the_plan_fails_and_names_the_others(changing):
    with changing.changed("config/subjects.yaml", "SCOREBL:", "SCOREB:"):
        told = changing.run("--dry-run", "submission")
    assert told.returncode
    assert "submission.yaml" in told.stdout
    assert "SCOREBL" in told.stdout


def test_a_changed_filter_is_told_by_the_metadata_and_the_guide_and_changes_the_data(changing):
    def verdicts() -> list[str]:
        path = next(package_of(changing).rglob("adresp.xpt"))
        table = read_transport(path.read_bytes()).table
        return table.loc[table["PARAMCD"] == "HALVED", "AVALC"].tolist()

    def told(name: str) -> str:
        found = [t for n, t in documents(changing).items() if n.endswith(f"adam/datasets/{name}")]
        return " ".join(found[0].split())

    before = verdicts()
    assert "at most 0.5 times" in told("define.xml")
    with changing.changed("config/endpoints.yaml", "factor: 0.5", "factor: 0.25", ran=True):
        changing.build("submission")
        for name in ("define.xml", "define.html", "adrg.pdf"):
            assert "at most 0.25 times" in told(name), name
            assert "at most 0.5 times" not in told(name), name
        assert verdicts() != before
        assert verdicts().count("Y") < before.count("Y")


def test_a_data_set_taken_out_of_the_plan_stops_the_build_where_something_reads_it(changing):
    text = (changing.trial / "config/sdtm.yaml").read_text(encoding="utf-8")
    start = text.index("  CM:\n")
    end = re.compile(r"^  [A-Z]{2}:\n", re.MULTILINE).search(text, start + 5)
    without = text[:start] + (text[end.start() :] if end else "")
    (changing.trial / "config/sdtm.yaml").write_text(without, encoding="utf-8")
    told = changing.run("--dry-run", "submission")
    assert told.returncode
    assert "CM" in told.stdout


def test_a_finding_of_the_gate_without_an_answer_stops_the_build(changing):
    path = changing.trial / "config/submission.yaml"
    plan = path.read_text(encoding="utf-8")
    answered = re.search(r"    - \{rule: TT0302.*\n", plan)
    path.write_text(plan.replace(answered.group(), ""), encoding="utf-8")
    told = changing.run("submission")
    assert told.returncode
    assert "TT0302" in told.stdout


def test_core_that_did_not_run_has_not_passed(sent):
    report = json.loads((package_of(sent) / "conformance/core.json").read_text())
    guide = next(text for name, text in documents(sent).items() if name.endswith("csdrg.pdf"))
    if report["status"] == "not executed":
        assert report["reason"]
        assert "not executed" in guide
    else:
        assert report["counts"]["execution error"] == 0 or "execution error" in guide
    assert "CORE checked the ADaM" not in guide


def test_a_plan_without_a_submission_says_so_and_builds_the_rest(unbuilt):
    (unbuilt.trial / "config/submission.yaml").write_text("{}\n", encoding="utf-8")
    told = unbuilt.run("--dry-run", "submission")
    assert told.returncode
    assert "config/submission.yaml is empty" in told.stdout
    assert "build_index" in unbuilt.would_run()


def test_no_package_is_made_of_a_trial_that_is_blinded(workshop, tmp_path):
    told = make_blinded(workshop, tmp_path).run("--dry-run", "submission")
    assert told.returncode
    assert "the trial is blinded" in told.stdout
