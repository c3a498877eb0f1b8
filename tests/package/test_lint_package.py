"""Each rule of the lint finds its own fault in a small finished folder; without one all pass."""

import io
import json
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, Name, String

from scripts.package.lint.folder import leads, resolved
from scripts.package.lint.names import check_sizes
from scripts.package.lint.rules import RULES
from scripts.package.lint_package import errors_of, run_lint
from tests.package.made_folder import (
    CLAIMS,
    HERE,
    MACHINE,
    PROGRAMS,
    REPORTS,
    analyses,
    made_files,
    made_folder,
)

Change = Callable[[dict[str, bytes]], None]
ADSL, ADRESP, ADSV = (f"{HERE}/{name}.xpt" for name in ("adsl", "adresp", "adsv"))
DEFINE, GUIDE = f"{HERE}/define.xml", f"{HERE}/adrg.pdf"


def added(path: str, content: bytes = b"text\n") -> Change:
    return lambda files: files.update({path: content})


def removed(*paths: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        for path in paths:
            del files[path]

    return change


def replaced(path: str, old: bytes, new: bytes) -> Change:
    """Other bytes of the same number in one file."""

    def change(files: dict[str, bytes]) -> None:
        assert old in files[path] and len(old) == len(new)
        files[path] = files[path].replace(old, new)

    return change


def in_pdf(change: Callable[[pikepdf.Pdf], None], **save) -> Change:
    """A change in a PDF, written as before."""

    def changed(files: dict[str, bytes]) -> None:
        with pikepdf.open(io.BytesIO(files[GUIDE])) as pdf:
            change(pdf)
            target = io.BytesIO()
            pdf.save(target, **{"linearize": True, **save})
        files[GUIDE] = target.getvalue()

    return changed


def attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["data.txt"] = b"data"


def script(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.OpenAction = pdf.make_indirect(action)


def close_bookmarks(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageMode = Name.UseNone


def lose_fonts(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]


def lead_elsewhere(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            for key in ("/A", "/Dest"):
                if key in annotation:
                    del annotation[key]
            annotation.Dest = String("nowhere")


def other_level(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        metadata["pdfaid:part"] = "3"


def other_records(files: dict[str, bytes]) -> None:
    path = "dataset-json/adam/adsl.json"
    told = json.loads(files[path])
    told["rows"][0][1] = "OLD"
    files[path] = json.dumps(told).encode()


SUBSETS = {"linearize": True, "encryption": pikepdf.Encryption(owner="a", user="")}
# The rule that finds it, what else is wrong because of it, and the fault.
FAULTS: list[tuple[str, set[str], Change]] = [
    ("TL0101", set(), added("ars/Event_2.json", b"{}")),
    ("TL0101", set(), added("ars/two--hyphens.json", b"{}")),
    ("TL0102", set(), added("conformance/run.log")),
    ("TL0102", set(), added(f"{REPORTS}/report.json", b"{}")),
    ("TL0103", set(), added(f"conformance/{'a' * 61}.txt")),
    ("TL0103", set(), added("/".join(["conformance", *["a" * 40] * 4, "a.txt"]))),
    ("TL0104", set(), added("conformance/empty.txt", b"")),
    ("TL0105", set(), added("conformance/note.txt", "caf\u00e9\n".encode())),
    ("TL0105", set(), added("conformance/note.txt", b"line\r\n")),
    ("TL0106", set(), added("conformance/note.txt", f"{MACHINE}/config\n".encode())),
    ("TL0107", set(), removed(DEFINE)),
    ("TL0201", set(), replaced(ADSL, b"ADSL    ", b"ADSX    ")),
    ("TL0201", {"TL0204", "TL0305"}, added(ADSL, b"no transport file")),
    ("TL0202", {"TL0301"}, replaced(ADSL, b"Planned Arm Code", b" " * 16)),
    ("TL0202", {"TL0305"}, replaced(ADSL, b"NEW", "\u00c9W".encode())),
    ("TL0203", {"TL0305"}, replaced(ADRESP, b"HEAL", b"HEA ")),
    ("TL0204", set(), replaced(ADSL, b"29FEB20:00:00:00", b"01MAR20:00:00:00")),
    ("TL0301", set(), replaced(DEFINE, b"Planned Arm Code", b"Planned Arm Kode")),
    ("TL0302", {"TL0303", "TL0404"}, removed(ADSV, "dataset-json/adam/adsv.json")),
    ("TL0303", {"TL0404"}, removed(GUIDE)),
    ("TL0304", set(), removed(f"{HERE}/define2-1.xsl")),
    ("TL0304", set(), removed(f"{HERE}/define.html")),
    ("TL0304", set(), replaced(DEFINE, b'Purpose="Analysis"', b'Porpuse="Analysis"')),
    ("TL0305", set(), other_records),
    ("TL0305", set(), removed("dataset-json/adam/adsv.json")),
    ("TL0305", set(), added("dataset-json/adam/adae.json", b"{}")),
    ("TL0401", set(), added(f"{PROGRAMS}/nobody-names-it.txt")),
    ("TL0404", set(), added("conformance/page.html", b"<p><a href='gone.pdf'>x</a></p>")),
    ("TL0404", set(), added("conformance/page.html", b"<p><a href='#gone'>x</a></p>")),
    ("TL0501", set(), in_pdf(attach)),
    ("TL0501", set(), in_pdf(script)),
    ("TL0501", set(), in_pdf(close_bookmarks)),
    ("TL0501", set(), in_pdf(lose_fonts)),
    ("TL0501", set(), in_pdf(lead_elsewhere)),
    ("TL0501", set(), in_pdf(lambda pdf: None, **SUBSETS)),
    ("TL0501", set(), added(GUIDE, b"no PDF")),
    ("TL0502", set(), in_pdf(other_level)),
]


def found(lint: dict) -> set[str]:
    return {rule["id"] for rule in lint["rules"] if rule["findings"]}


def test_a_folder_without_faults_passes_every_rule_and_every_rule_looks_at_something():
    lint = run_lint(made_folder())
    assert errors_of(lint) == []
    assert lint["counts"]["passed"] == len(RULES)


@pytest.mark.parametrize(("rule", "also", "change"), FAULTS)
def test_a_planted_fault_is_found_by_its_rule(rule, also, change):
    files = dict(made_files())
    change(files)
    assert found(run_lint(made_folder(files))) == {rule, *also}


def test_a_program_that_a_guide_or_an_analysis_names_and_that_is_not_there_is_found():
    claims = [*CLAIMS, {"document": "adrg", "kind": "program", "about": "gone.txt"}]
    assert found(run_lint(made_folder(claims=claims))) == {"TL0401"}
    named = {"analyses": {"x": {**next(iter(analyses()["analyses"].values()))}}}
    named["analyses"]["x"]["program"] = "gone.txt"
    lint = run_lint(made_folder(analyses=named))
    assert found(lint) == {"TL0401"}
    assert "analyses.json, x: names the program gone.txt" in errors_of(lint)[0]


def test_a_file_that_a_guide_names_and_that_is_not_there_is_found():
    claims = [*CLAIMS, {"document": "csdrg", "kind": "path", "about": "m5/gone.pdf"}]
    lint = run_lint(made_folder(claims=claims))
    assert errors_of(lint) == ["TL0402 csdrg: names m5/gone.pdf, which is not there"]


def test_a_file_that_the_results_metadata_name_and_that_is_not_there_is_found():
    files = {**made_files(), "ars/reporting-event.json": b'{"a": [{"location": "../gone.pdf"}]}'}
    assert found(run_lint(made_folder(files))) == {"TL0403"}


def test_a_file_that_is_too_large_is_found():
    checked, findings = check_sizes(made_folder({"a.txt": b"12345", "b.txt": b"1234"}), largest=4)
    assert (checked, findings) == (2, ["a.txt: 5 bytes, at most 4"])


def test_every_rule_has_a_fault_in_these_tests():
    elsewhere = {"TL0402", "TL0403"}
    assert {rule for rule, _, _ in FAULTS} | elsewhere == {rule.id for rule in RULES}


def test_a_rule_that_looked_at_nothing_has_not_passed():
    lint = run_lint(made_folder({"readme.txt": b"text\n"}, claims=[], analyses={}))
    status = {rule["id"]: rule["status"] for rule in lint["rules"]}
    assert status["TL0101"] == "passed"
    assert status["TL0501"] == "not applicable"


def test_an_address_is_followed_from_the_folder_of_its_file_and_not_out_of_the_package():
    assert resolved("a/b", "../c/d.xpt") == "a/c/d.xpt"
    assert resolved("a", "../../d.xpt") is None
    assert resolved("a", "/d.xpt") is None
    assert leads(made_folder({"a/d.pdf": b"x"}), "b", "../a/d.pdf#page=2")
