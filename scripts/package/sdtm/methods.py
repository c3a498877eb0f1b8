"""How the variables that nobody collected are computed, in words made from the plan."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import describe
from scripts.package.sdtm.origins import expression_words, expressions_of
from scripts.package.sdtm.subject_elements import date_of
from scripts.package.sdtm.summary import COMPUTED

Plan = Mapping[str, Any]
STUDY_DAY = (
    "{date} minus RFSTDTC of DM in days, plus 1 where {date} is on or after RFSTDTC; there is no "
    "day 0, and none where one of the dates is not a full date."
)


def element_words(plan: Plan) -> str:
    """Where each element starts and ends, as the plan says."""
    decided = plan["submission"]["sdtm"]
    starts = []
    for element in decided["elements"]:
        names = " and ".join(element["from"])
        day = f"the earliest of {names}" if len(element["from"]) > 1 else names
        later = element.get("days", 0)
        after = f" plus {later} day{'' if later == 1 else 's'}" if later else ""
        starts.append(f"{element['code']} ({element['epoch']}) starts on {day}{after}")
    return (
        f"{'; '.join(starts)}; all of DM. An element ends where the next one of the subject's "
        f"actual arm starts, the last one on {decided['participation_ends']}; one that would start "
        "after that was not entered."
    )


def _same_day(domain: str, plan: Plan, words: str) -> str:
    before = plan["submission"]["sdtm"].get("before_exposure", {}).get(domain)
    return words.format(describe(before)) if before else ""


def epoch_words(domain: str, columns: list[str], plan: Plan) -> str:
    """How the epoch of a record is found."""
    date = date_of(columns, domain)
    return (
        f"The epoch of the subject's element (SE) in which {date} lies: from SESTDTC to the day "
        "before the next element starts."
        + _same_day(
            domain, plan, " On the day on which an element starts, a record counts to the element "
            "before it where {}."
        )
        + f" None without a full {date} or outside of all elements."
    )  # fmt: skip


def last_words(domain: str, columns: list[str], plan: Plan) -> str:
    """How the last observation before exposure is found."""
    by = "subject and test" + (" and object" if f"{domain}OBJ" in columns else "")
    return (
        f"Y on the last record, by {domain}DTC, of each {by} with a result before RFXSTDTC of DM"
        + _same_day(domain, plan, "; a record on that day counts as before it where {}")
        + "."
    )


def _numbered(domain: str, plan: Plan) -> str:
    order = plan["sdtm"]["domains"].get(domain, {}).get("order", [])
    by = f", in the order of {', '.join(order)} and then of the raw rows" if order else ""
    return f"Numbered from 1 within each subject{by}."


def _link_words(domain: str, plan: Plan) -> str:
    links = plan["submission"]["sdtm"].get("links", [])
    names: list[str] = next(
        (link["between"][domain] for link in links if domain in link["between"]), []
    )
    return f"{', '.join(names)}, joined by a hyphen; none where one of them is missing."


def _fixed(domain: str, plan: Plan) -> dict[str, str]:
    return {
        f"{domain}LNKID": _link_words(domain, plan),
        "SVPRESP": "Y where VISITNUM is a planned visit (TV).",
        "SVOCCUR": "Y where the planned visit has a date.",
        "USUBJID": "STUDYID, a hyphen, and the number of the subject.",
        f"{domain}SEQ": _numbered(domain, plan),
        "VISITDY": "Planned study day of the visit (TV).",
    }


def method_text(domain: str, variable: str, columns: list[str], plan: Plan) -> str:
    """How a derived variable of a domain is computed.

    `columns` are the variables of the data set that is sent.
    """
    if variable in ("ETCD", "SESTDTC", "SEENDTC"):
        return element_words(plan)
    if variable == "EPOCH":
        return epoch_words(domain, columns, plan)
    if variable == f"{domain}LOBXFL":
        return last_words(domain, columns, plan)
    for date, day in (("STDTC", "STDY"), ("ENDTC", "ENDY"), ("DTC", "DY")):
        if variable == domain + day:
            return STUDY_DAY.format(date=domain + date)
    fixed = _fixed(domain, plan)
    found = [
        expression_words(expression, block, plan)
        for block, expression in expressions_of(domain, variable, plan)
    ]
    if found:
        words = "; or ".join(dict.fromkeys(found))
        return f"{words[0].upper()}{words[1:]}."
    return fixed[variable]


def summary_text(kind: str) -> str:
    """How a computed parameter of the trial summary is found."""
    return COMPUTED[kind][0]
