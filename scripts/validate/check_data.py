"""Run every check that the plan declares on the data, and list all that they find."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job
from scripts.validate.findings import SEVERITIES, join_findings, typed
from scripts.validate.library import run_check
from scripts.validate.listing import format_listing
from scripts.validate.study import SUBJECTS, Study
from scripts.validate.waivers import apply_waivers

DEVIATIONS = {
    "STUDYID": "str",
    "DOMAIN": "str",
    "USUBJID": "str",
    "DVSEQ": "Int64",
    "DVTERM": "str",
    "DVDECOD": "str",
    "DVCAT": "str",
    "DVSTDTC": "str",
    "CHECK": "str",
    "WAIVED": "str",
    "SRCFILE": "str",
    "SRCROW": "Int64",
}


def check_data(study: Study, plan: Mapping[str, Any]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Every finding of every declared check with the plan's waivers; records seen per check."""
    parts, looked_at = [], {}
    for check, spec in plan["checks"].items():
        found, looked_at[check] = run_check(check, spec, study)
        parts.append(found)
    found = join_findings(parts)
    if "CHECK" not in found:
        found = found.assign(CHECK=None, SEVERITY=None, CATEGORY=None)
    return typed(apply_waivers(found, plan.get("waivers", []))), looked_at


def _counts(found: pd.DataFrame) -> dict[str, int]:
    open_ones = found[found["WAIVED"] != "Y"]
    by_severity = {word: int((open_ones["SEVERITY"] == word).sum()) for word in SEVERITIES}
    return {"findings": len(found), "waived": int((found["WAIVED"] == "Y").sum()), **by_severity}


def summarise_checks(
    found: pd.DataFrame, looked_at: Mapping[str, int], plan: Mapping[str, Any], study: str
) -> dict[str, Any]:
    """How much every declared check found, zero included, in the order of the plan."""
    checks = []
    own = {"kind": "waivers", "title": "Every waiver of the plan names a finding.", "records": 0}
    own |= {"severity": "error", "category": "plan"}
    declared = {**plan["checks"], "waivers": own}
    for check, spec in declared.items():
        counts = _counts(found[found["CHECK"] == check])
        records = looked_at.get(check, len(plan.get("waivers", [])))
        words = {key: spec[key] for key in ("kind", "title", "severity", "category")}
        checks.append({"check": check, **words, "records": records, **counts})
    return {"study": study, "checks": checks, "totals": _counts(found)}


def list_deviations(found: pd.DataFrame, plan: Mapping[str, Any], study: str) -> pd.DataFrame:
    """The protocol deviations, waived ones included, numbered within each subject."""
    chosen = found[found["CATEGORY"] == "deviation"].sort_values(["USUBJID", "DTC", "FNDSEQ"])
    titles = {check: spec["title"] for check, spec in plan["checks"].items()}
    table = chosen.rename(columns={"MESSAGE": "DVTERM", "DTC": "DVSTDTC"}).assign(
        STUDYID=study,
        DOMAIN="DV",
        DVSEQ=chosen.groupby("USUBJID").cumcount() + 1,
        DVDECOD=chosen["CHECK"].map(titles),
        DVCAT=chosen["GRADE"].str.upper(),
    )
    return table[list(DEVIATIONS)].astype(DEVIATIONS)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        checks, trial_id = job.plan["checks"], job.plan["study.id"]
        tables = {name.upper(): table for name, table in job.tables("domains").items()}
        study = Study(tables, job.tables("sources"), job.plan["trial"], job.plan["study.data_cut"])
        findings, records = check_data(study, checks)
        summary = summarise_checks(findings, records, checks, trial_id)
        job.write("findings", findings)
        job.write("summary", summary)
        job.write("deviations", list_deviations(findings, checks, trial_id))
        job.write("listing", format_listing(findings, summary, checks.get("waivers", [])))
        job.say(f"{len(checks['checks'])} checks of {len(tables.get(SUBJECTS, []))} subjects")
        job.say(str(summary["totals"]))
