"""Variables and records that are sent and that no mapping makes: all of them can be dropped again.

Study days, the last observation before exposure, planned visits outside of the mapping, links
between domains, and the deviations of the edit checks as a domain.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.conditions import evaluate
from scripts.ingest.timing import compute_study_days
from scripts.package.sdtm.standard import Domain
from scripts.package.sdtm.subject_elements import day_number
from scripts.package.sdtm.trial_design import planned_visits

Plan = Mapping[str, Any]
VISIT = ("VISITNUM", "VISIT")
DAYS = {"DTC": "DY", "STDTC": "STDY", "ENDTC": "ENDY"}


def add_study_days(
    table: pd.DataFrame, standard: Domain, reference: Mapping[str, str]
) -> pd.DataFrame:
    """The table with the study day of each date that has none yet."""
    made = {}
    for date, day in DAYS.items():
        name, number = f"{standard.name}{date}", f"{standard.name}{day}"
        wanted = number in standard.variables and number not in table.columns
        if wanted and name in table.columns and table[name].notna().any():
            since = table["USUBJID"].map(reference).astype("str")
            made[number] = compute_study_days(table[name], since).astype("float64")
    return table.assign(**made)


def flag_last_before_exposure(
    table: pd.DataFrame,
    standard: Domain,
    exposure: Mapping[str, str],
    before: Mapping[str, Any] | None,
) -> pd.DataFrame:
    """The table with --LOBXFL: Y on the last result of a test before the first treatment.

    A result of the same day counts as before it where the plan says so.
    """
    domain = standard.name
    flag, date, result = (f"{domain}{word}" for word in ("LOBXFL", "DTC", "STRESC"))
    if flag not in standard.variables or flag in table.columns or date not in table.columns:
        return table
    days = day_number(table[date])
    first = day_number(table["USUBJID"].map(exposure).astype("str"))
    same_day = evaluate(before, table) if before else pd.Series(False, index=table.index)
    earlier = ((days < first) | ((days == first) & same_day)) & table[result].notna()
    by = ["USUBJID", *(c for c in (f"{domain}TESTCD", f"{domain}OBJ") if c in table.columns)]
    order = [name for name in ("VISITNUM", f"{domain}SEQ") if name in table.columns]
    rows = table[earlier].assign(_day=days[earlier]).sort_values(["_day", *order], kind="stable")
    last = rows.drop_duplicates(by, keep="last").index
    flags = pd.Series(None, index=table.index, dtype="str")
    flags[last] = "Y"
    return table.assign(**{flag: flags})


def visits_of_findings(
    domains: Mapping[str, pd.DataFrame], reference: Mapping[str, str], plan: Plan
) -> pd.DataFrame:
    """Records of SV for the planned visits of which the mapping makes none.

    Such a visit took place for whom a finding carries its number, on the days of those findings.
    """
    found = []
    for visit in plan["submission"]["sdtm"].get("visits", []):
        for name, table in domains.items():
            date = f"{name.upper()}DTC"
            if "VISITNUM" in table.columns and date in table.columns:
                at = table[table["VISITNUM"] == visit["VISITNUM"]]
                known = {"USUBJID": at["USUBJID"], "date": at[date]}
                found.append(pd.DataFrame(known).assign(**{k: visit[k] for k in VISIT}))
    if not found:
        return pd.DataFrame()
    days = pd.concat(found).dropna().groupby(["USUBJID", *VISIT], sort=True)["date"]
    records = pd.DataFrame({"SVSTDTC": days.min(), "SVENDTC": days.max()}).reset_index()
    since = records["USUBJID"].map(reference).astype("str")
    return records.assign(
        STUDYID=plan["study.id"],
        DOMAIN="SV",
        SVSTDY=compute_study_days(records["SVSTDTC"], since),
        SVENDY=compute_study_days(records["SVENDTC"], since),
    )


def add_visits(
    visits: pd.DataFrame,
    domains: Mapping[str, pd.DataFrame],
    reference: Mapping[str, str],
    plan: Plan,
) -> pd.DataFrame:
    """SV with the planned visits that the mapping makes no record of, and what was planned."""
    more = visits_of_findings(domains, reference, plan)
    if len(more):
        visits = pd.concat([more[[c for c in visits.columns if c in more.columns]], visits])
        visits = visits.sort_values(["USUBJID", "VISITNUM"], kind="stable", ignore_index=True)
    planned = visits["VISITNUM"].isin(planned_visits(plan)["VISITNUM"])
    nothing = pd.Series(None, index=visits.index, dtype="str")
    occurred = visits.get("SVOCCUR", nothing)
    unsaid = occurred.isna() & visits["SVSTDTC"].notna() & planned
    return visits.assign(
        SVPRESP=visits.get("SVPRESP", nothing.mask(planned, "Y")),
        SVOCCUR=occurred.mask(unsaid, "Y"),
    )


def add_links(
    domains: Mapping[str, pd.DataFrame], links: list[Mapping[str, Any]]
) -> dict[str, pd.DataFrame]:
    """The domains with --LNKID by which the plan relates records of one to records of another.

    Two records of a subject belong together when their links are the same; a record without all
    the values that make the link has none.
    """
    made = dict(domains)
    for link in links:
        for domain, names in link["between"].items():
            first, *others = (made[domain][name].astype("str") for name in names)
            key = first.str.cat(others, sep="-") if others else first
            made[domain] = made[domain].assign(**{f"{domain}LNKID": key.astype("str")})
    return made


def derive_deviations(deviations: pd.DataFrame) -> pd.DataFrame:
    """DV from the deviations that the edit checks found; the check is the sponsor's identifier."""
    return deviations.rename(columns={"CHECK": "DVSPID"}).drop(columns=["SRCFILE", "SRCROW"])
