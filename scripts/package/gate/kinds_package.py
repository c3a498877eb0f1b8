"""Checks of the package as a whole: what is sent, of which study, and what define.xml tells."""

import pandas as pd

from scripts.package.gate.held import Outcome, Package, of_facts, of_records, shown
from scripts.package.places import hyphenated


def present(package: Package, dataset: str, standard: str) -> Outcome:
    """A data set is sent."""
    held = package.get(dataset, standard)
    return of_facts(dataset, 1, [] if held is not None else [(dataset, {"data set": "not sent"})])


def beside_define(package: Package, dataset: str, standard: str) -> Outcome:
    """A data set is sent, and a define.xml beside it."""
    outcome = present(package, dataset, standard)
    if package.defines.get(standard) is None:
        outcome.add(of_facts(dataset, 0, [("define.xml", {"beside it": "not there"})]))
    return outcome


def same_subjects(package: Package, one: str, other: str) -> Outcome:
    """An analysis data set and an SDTM data set have the same subjects."""
    ours, theirs = package.get(one, "adam"), package.get(other, "sdtm")
    if ours is None or theirs is None:
        return Outcome()
    left, right = set(ours.table["USUBJID"].dropna()), set(theirs.table["USUBJID"].dropna())
    wrong = [("USUBJID", {f"only in {one}": name}) for name in sorted(left - right)]
    wrong += [("USUBJID", {f"only in {other}": name}) for name in sorted(right - left)]
    return of_facts(one, len(left | right), wrong)


def study_of_folder(package: Package, dataset: str) -> Outcome:
    """STUDYID is, but for capitals and hyphens, the name of the study's folder."""
    held = package.get(dataset, "sdtm")
    if held is None or "STUDYID" not in held.table:
        return Outcome()
    wrong = held.table["STUDYID"].map(shown).map(hyphenated) != package.folder
    folder = pd.Series(package.folder, index=held.table.index)
    return of_records(held, wrong, ["STUDYID"], folder=folder)


def one_study(package: Package) -> Outcome:
    """There is one study in everything that is sent."""
    found = [
        (held.name, study)
        for held in package.datasets.values()
        if "STUDYID" in held.table
        for study in held.table["STUDYID"].map(shown).unique()
    ]
    names = [study for _, study in found]
    most = max(names, key=names.count, default="")
    wrong = [
        (name, {"STUDYID": study, "elsewhere": most}) for name, study in found if study != most
    ]
    return of_facts("", len(found), wrong)


def all_described(package: Package) -> Outcome:
    """Every data set that is described is sent, and sent under one standard."""
    told = [
        (s, d["name"]) for s, whole in package.specifications.items() for d in whole["datasets"]
    ]
    wrong = [
        (name, {"described": s, "file": "not sent"}) for s, name in told if not package.get(name, s)
    ]
    return of_facts("", len(told), wrong)


def all_defined(package: Package) -> Outcome:
    """Every data set of define.xml is sent, and its code lists are those of the specification."""
    outcome = Outcome()
    for standard, define in package.defines.items():
        if define is None:
            continue
        wrong = [
            (name, {"in define.xml": "described", "file": "not sent"})
            for name in define["datasets"]
            if not package.get(name, standard)
        ]
        outcome.add(of_facts("", len(define["datasets"]), wrong))
    return outcome


def terms_defined(package: Package) -> Outcome:
    """The code lists of define.xml that its variables refer to hold the specification's terms."""
    outcome = Outcome()
    for held in package.datasets.values():
        define = package.defines.get(held.standard)
        if define is None or held.name not in define["datasets"]:
            continue
        lists = package.specifications[held.standard].get("codelists", {})
        told = {v["name"]: v for v in define["datasets"][held.name]["variables"]}
        wrong = []
        listed = [e for e in held.variables() if e["codelist"] and e["name"] in told]
        for entry in listed:
            ours = lists.get(entry["codelist"], {"terms": [], "external": None})
            theirs = define["codelists"].get(told[entry["name"]].get("codelist"))
            if theirs is None:
                wrong.append(
                    (entry["name"], {"code list": entry["codelist"], "in define.xml": "none"})
                )
                continue
            left, right = {shown(t["value"]) for t in ours["terms"]}, set(theirs["values"])
            if not ours.get("external") and left != right:
                differs = ", ".join(sorted(left ^ right)[:5])
                wrong.append((entry["name"], {"only in one of both": differs}))
        outcome.add(of_facts(held.name, len(listed), wrong))
    return outcome


def parameter_given(
    package: Package, dataset: str, code: str, value: str, is_: str, pattern: str
) -> Outcome:
    """A data set of parameters has this one, and its value fits the pattern, whole."""
    held = package.get(dataset, "sdtm")
    if held is None or code not in held.table or value not in held.table:
        return Outcome()
    rows = held.table[code] == is_
    if not rows.any():
        return of_facts(dataset, 1, [(code, {code: is_, "record": "not there"})])
    wrong = rows & ~held.table[value].str.fullmatch(pattern).eq(True)
    return of_records(held, wrong, [code, value], rows)


def closed_lists(package: Package) -> Outcome:
    """No term is added to a code list of the standard that may not be extended."""
    outcome = Outcome()
    for standard, whole in package.specifications.items():
        closed = {i: c for i, c in whole.get("codelists", {}).items() if not c["extensible"]}
        wrong = [
            (name, {"standard": standard, "added": term["value"]})
            for name, listed in closed.items()
            if listed.get("code") and not listed.get("external")
            for term in listed["terms"]
            if term.get("extended") or not term.get("code")
        ]
        outcome.add(of_facts("", len(closed), wrong))
    return outcome


WHOLE = (
    present,
    beside_define,
    same_subjects,
    study_of_folder,
    one_study,
    all_described,
    all_defined,
    terms_defined,
    parameter_given,
    closed_lists,
)
