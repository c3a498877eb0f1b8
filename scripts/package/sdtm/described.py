"""The parts of the specification of the SDTM data sets, collected while it is made."""

from collections.abc import Mapping
from typing import Any

from scripts.package.sdtm.origins import expressions_of, mapped_origin
from scripts.package.sdtm.standard import Standard
from scripts.package.sdtm.terms import sponsor_list, standard_list
from scripts.package.specification import origin

Plan = Mapping[str, Any]
DESIGN = ("TA", "TE", "TI", "TS", "TV")
ASSIGNED = (
    "STUDYID", "DOMAIN", "RDOMAIN", "IDVAR", "IDVARVAL", "RELTYPE", "RELID",
    "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL",
)  # fmt: skip
# What an element is called, and where it stands, is the plan's; that a subject entered it is found.
OF_ELEMENTS = ("ELEMENT", "TAETORD", "EPOCH")


class Described:
    """The parts of a specification while it is made: data sets, code lists, methods, comments."""

    def __init__(self, plan: Plan, standard: Standard) -> None:
        self.plan, self.standard = plan, standard
        self.lists = plan["terminology"]["codelists"]
        self.codelists: dict[str, Any] = {}
        self.methods: dict[str, Any] = {}
        self.comments: dict[str, str] = {}

    def method(self, identity: str, title: str, text: str) -> str:
        """Note a method and give its id."""
        self.methods[identity] = {
            "name": title, "type": "Computation", "text": text, "program": None,
        }  # fmt: skip
        return identity

    def comment(self, identity: str, text: str | None) -> str | None:
        """Note a comment and give its id; nothing for no text."""
        if text is None:
            return None
        self.comments[identity] = text
        return identity

    def standard_codelist(self, name: str) -> str:
        """Note a code list of the standard and give its id."""
        self.codelists[name] = standard_list(name, self.lists)
        return name

    def own_codelist(self, identity: str, title: str, terms: Mapping[str, str]) -> str:
        """Note a code list of the sponsor's own and give its id."""
        self.codelists[identity] = sponsor_list(title, terms)
        return identity


def origin_of(domain: str, name: str, plan: Plan) -> dict[str, Any]:
    """Where a variable of a data set that is sent comes from."""
    if name in ASSIGNED:
        return origin("Assigned", "Sponsor")
    if domain in DESIGN or (domain == "SE" and name in OF_ELEMENTS):
        return origin("Protocol", "Sponsor")
    found = mapped_origin(domain, name, plan)
    if found is not None:
        return found
    if domain == "DV" and name not in ("EPOCH", "DVSTDY"):
        return origin("Assigned", "Sponsor")
    if name == "SUBJID":
        return origin("Collected", "Investigator")
    return origin("Derived", "Sponsor")


def mapped_terms(
    domain: str, name: str, plan: Plan, where: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The terms that the code lists of the mapping give a variable, each with its meaning."""
    terms = {}
    for block, expression in expressions_of(domain, name, plan):
        fixed = block["variables"].get(f"{domain}TESTCD", {}).get("constant")
        if where and fixed is not None and fixed not in where.values():
            continue
        for part in expression.get("first", [expression]):
            if part.get("codelist") and not part.get("when"):
                given = part.get("take", "to")
                for code in plan["sdtm"]["codelists"][part["codelist"]]["codes"]:
                    if code.get(given) is not None:
                        meaning = code.get("decode") or code.get("label") or code[given]
                        terms[str(code[given])] = str(meaning)
    return terms
