"""Which SDTM data sets are sent: decided by the plan, so that the rules know their files."""

from collections.abc import Mapping
from typing import Any


def sent_domains(plan: Mapping[str, Any]) -> list[str]:
    """The file stems of the SDTM data sets that are sent; the rule and the step both ask here.

    `plan` holds the sections submission and sdtm.
    """
    decided = plan["submission"]["sdtm"]
    names = [domain.lower() for domain in plan["sdtm"]["domains"]]
    names += ["se", "ta", "te", "ts", "tv"]
    names += ["ti"] if decided.get("criteria") else []
    names += ["dv"] if decided.get("deviations") else []
    names += ["relrec"] if decided.get("links") else []
    names += [f"supp{domain.lower()}" for domain in decided.get("supplements", {})]
    return sorted(names)
