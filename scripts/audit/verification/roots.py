"""Whether the roots agree: of manifest and content with their files, each other, and the report."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.audit.listed import AS_RUN, ROOT_LABEL, TOP
from scripts.audit.merkle import check_tree
from scripts.audit.verification.findings import Finding
from scripts.audit.verification.folder import CONTENT, MANIFEST, MANIFEST_SEAL, Folder, short
from scripts.seals import digest_of, sha256_of
from scripts.tables import format_json

AGAIN = "snakemake --cores 4"
TABLES, PAGE, PAPER = "tables.json", "report.html", "report.pdf"


def _expect_shape(listing: Any) -> None:
    """Raises KeyError, TypeError or ValueError where a manifest is not built as one."""
    for key in ("format", "study", "root"):
        if not isinstance(listing[key], str):
            raise TypeError(key)
    for part in listing["parts"].values():
        for leaf in part["leaves"]:
            if set(leaf) != {"address", "sha256", "size"}:
                raise KeyError("leaf")
            if not isinstance(leaf["size"], int | None):
                raise TypeError("size")
    for table in listing.get("tables", {}).values():
        if set(table) != {"rows", "keys", "columns"}:
            raise KeyError("table")
        if any(set(column) != {"name", "sha256"} for column in table["columns"]):
            raise KeyError("column")


def read_listing(path: Path, address: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """(a manifest or content, findings): nothing to work with where it is damaged or absent."""
    remedy = f"rm -f {address}; {AGAIN}"
    try:
        text = path.read_bytes().decode("utf-8")
        listing = json.loads(text)
        _expect_shape(listing)
        findings = [
            Finding("roots", address, f"{words}: it was changed after it was written", [], remedy)
            for words in check_tree(listing)
        ]
        if format_json(listing) != text:
            words = "is not written as the run writes it: it was changed by hand"
            findings.insert(0, Finding("changed", address, words, [], remedy))
    except FileNotFoundError:
        return None, [Finding("removed", address, "is not there", [], f"to make it: {AGAIN}")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        words = f"was changed and can no longer be read ({type(error).__name__})"
        return None, [Finding("changed", address, words, [], remedy)]
    return listing, findings


def _is_seal_of(seal: Mapping[str, Any], manifest: Mapping[str, Any] | None, size: int) -> bool:
    """Whether a seal, its hash of the manifest apart, can be the one that the step wrote."""
    listed = {
        leaf["address"]: {"sha256": leaf["sha256"], "size": leaf["size"]}
        for part in (manifest or {"parts": {}})["parts"].values()
        for leaf in part["leaves"]
    }
    taken = not listed or all(listed.get(name) == e for name, e in seal["inputs"].items())
    made = list(seal["outputs"]) == [MANIFEST] and seal["outputs"][MANIFEST].get("size") == size
    rest = {key: value for key, value in seal.items() if key != "digest"}
    own = seal.get("digest", digest_of(rest)) == digest_of(rest)
    return taken and made and own and rest.get("rule") == "write_manifest" and "params" in rest


def check_manifest_seal(folder: Folder, manifest: Mapping[str, Any] | None) -> list[Finding]:
    """Whether the manifest is the one that its step sealed, and the seal one of this manifest."""
    path, listing = folder.trial / MANIFEST_SEAL, folder.trial / MANIFEST
    remedy = f"rm -f {MANIFEST}; {AGAIN}"
    if not path.is_file():
        return [Finding("removed", MANIFEST_SEAL, "is no longer there", [], remedy)]
    if not listing.is_file():
        return []  # told as removed
    try:
        text = path.read_text(encoding="utf-8")
        seal = json.loads(text)
        sealed = seal["outputs"][MANIFEST]["sha256"]
        whole = format_json(seal) == text and _is_seal_of(seal, manifest, listing.stat().st_size)
    except (ValueError, KeyError, TypeError, AttributeError):
        return [Finding("changed", MANIFEST_SEAL, "can no longer be read", [], remedy)]
    findings = []
    if sealed != sha256_of(listing):
        words = "is not the one that was sealed: the manifest or its seal was changed afterwards"
        hashes = f"sha256 sealed {short(sealed)}…, is {short(sha256_of(listing))}…"
        findings.append(Finding("changed", MANIFEST, words, [hashes], remedy))
    if not whole:
        words = "is not the seal that the step wrote"
        findings.append(Finding("changed", MANIFEST_SEAL, words, [], remedy))
    return findings


def compare_listings(content: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Finding]:
    """Whether manifest and content say the same of what both list."""
    remedy = f"rm {CONTENT} {MANIFEST}; {AGAIN}"
    findings = [
        Finding("roots", MANIFEST, f"its part {name} is not that of {CONTENT}", [], remedy)
        for name, part in content["parts"].items()
        if manifest["parts"].get(name) != part
    ]
    if manifest.get("content") != content["root"]:
        words = f"names another root of {CONTENT} than stands there"
        findings.append(Finding("roots", MANIFEST, words, [], remedy))
    return findings


def _printed(tables: Mapping[str, Any]) -> str | None:
    """The root that the tables give to the title page."""
    for line in tables["front"]["hashes"]:
        if line["label"] == ROOT_LABEL:
            return "".join(
                part if isinstance(part, str) else str(part["text"]) for part in line["parts"]
            )
    return None


def _paper_text(path: Path) -> str | None:
    """The text of the first two pages of a PDF without white space; nothing without its reader."""
    try:
        import pypdfium2
    except ImportError:
        return None
    document = pypdfium2.PdfDocument(str(path))
    pages = [document[number] for number in range(min(2, len(document)))]
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def check_title_page(root: str, folder: Folder) -> list[Finding]:
    """Whether tables, HTML and PDF of the report print this root."""
    report = folder.trial / "results" / "report"
    findings = []
    remedy = f"make the report again: rm results/report/{TABLES}; {AGAIN}"
    for name in (TABLES, PAGE, PAPER):
        path = report / name
        if not path.is_file():
            continue  # told as removed
        try:
            if name == TABLES:
                printed = _printed(json.loads(path.read_text(encoding="utf-8")))
                holds = printed == root
            else:
                text = path.read_text(encoding="utf-8") if name == PAGE else _paper_text(path)
                printed, holds = None, text is None or root in text
        except Exception:  # noqa: S112  # a damaged file, which is told as changed
            continue
        if not holds:
            words = "the title page does not print the root of what comes before the report"
            says = [f"it prints {short(printed)}…"] if printed else []
            lines = [f"the root is {short(root)}…", *says]
            findings.append(Finding("roots", f"results/report/{name}", words, lines, remedy))
    return findings


def read_plan(folder: Folder) -> dict[str, Any]:
    """The plan as its files stand, unchecked. Raises PlanError where one is unreadable."""
    from scripts.plan import read_plan_file

    top, _ = read_plan_file(folder.trial / TOP)
    plan: dict[str, Any] = {"study": top["study"], "settings": top["settings"]}
    for section, file in top["files"].items():
        plan[section], _ = read_plan_file(folder.trial / "config" / file)
    return plan


def check_plan_as_run(content: Mapping[str, Any], folder: Folder) -> list[Finding]:
    """Whether the plan that ran is what its files say, where those are as they were."""
    leaves = {leaf["address"]: leaf["sha256"] for leaf in content["parts"]["plan"]["leaves"]}
    stands = all(
        folder.path_of(address).is_file() and sha256_of(folder.path_of(address)) == sha256
        for address, sha256 in leaves.items()
        if address != AS_RUN
    )
    if not stands or digest_of(read_plan(folder)) == leaves.get(AS_RUN):
        return []
    words = "the plan that ran is not what its files say: something was put over it"
    remedy = f"run it from its files alone, without --config and --configfile: {AGAIN}"
    return [Finding("roots", AS_RUN, words, [], remedy)]
