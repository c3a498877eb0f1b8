"""The files that stand beside the report: subject profiles and listings, and what they read.

Kept apart from what makes them, so that the plan can be checked and rules laid out without
loading it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

Plan = Mapping[str, Any]
CHECKED = ("findings", "deviations")
DERIVED = ("adsl", "adresp", "decisions", "adtte", "adae", "adcm", "adex")
VISITS = "sv"
PROFILE_FILES = {
    "screen": "results/report/profiles.html",
    "print": "results/report/profiles.pdf",
}


def listings_of(plan: Plan) -> list[dict[str, Any]]:
    """The listings of the plan in order."""
    return list(plan["listings"]["listings"])


def sources_of(plan: Plan) -> dict[str, str]:
    """Every table that a listing may print, with the file that it lies in."""
    domains = {name.lower(): "results/ingest/sdtm" for name in plan["sdtm"]["domains"]}
    sets = {name.lower(): "results/derive" for name in plan["measurements"]["sets"]}
    checked = dict.fromkeys(CHECKED, "results/validate")
    folders = {**domains, **checked, **dict.fromkeys(DERIVED, "results/derive"), **sets}
    return {name: f"{folder}/{name}.parquet" for name, folder in folders.items()}


def sources_of_listing(listing: Mapping[str, Any]) -> list[str]:
    """The tables that one listing reads, its own first."""
    more = [column["from"]["source"] for column in listing["columns"] if "from" in column]
    return list(dict.fromkeys([listing["source"], *more]))


def listed_in(plan: Plan, folder: str) -> list[str]:
    """The tables of a folder of the results that the listings read, by name."""
    names = {name for listing in listings_of(plan) for name in sources_of_listing(listing)}
    names |= {"adsl"} if listings_of(plan) else set()
    files = sources_of(plan)
    return sorted(name for name in names if files.get(name, "").startswith(f"results/{folder}/"))


def measures_shown(plan: Plan) -> list[str]:
    """The codes of the measures that a profile shows, that of the curve first."""
    profiles = plan["profiles"]
    return [profiles["measurement"]["measure"], *(g["measure"] for g in profiles.get("grades", []))]


def sets_shown(plan: Plan) -> list[str]:
    """The data sets of measurements that profiles read."""
    shown = set(measures_shown(plan)) if plan["profiles"] else set()
    sets = plan["measurements"]["sets"]
    return sorted(name.lower() for name, one in sets.items() if shown & set(one["parameters"]))


def visits_shown(plan: Plan) -> list[str]:
    """The domain of visits, where profiles show them."""
    return [VISITS] if "visits" in plan["profiles"] else []


def indexes_of(plan: Plan) -> list[str]:
    """The files that say what listings and profiles hold."""
    made = {"listings": listings_of(plan), "profiles": plan["profiles"]}
    return [f"results/report/{name}.json" for name, wanted in made.items() if wanted]


def templates_of(part: str) -> list[str]:
    """The templates of profiles or listings, with the style that all pages share."""
    folder = Path(__file__).parent
    own = sorted((folder / part / "templates").glob("*"))
    return [str(path) for path in [*own, folder / "templates" / "report.css"]]
