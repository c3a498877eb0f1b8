"""The profile of every subject for the screen, and those that the plan selects for paper."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job
from scripts.report.companions import PROFILE_FILES
from scripts.report.compose_report import make_environment
from scripts.report.profiles.pages import print_page, screen_page
from scripts.report.profiles.subjects import gather_profiles


def draw_profiles(
    plan: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], templates: Mapping[str, str]
) -> tuple[str, str, dict[str, Any]]:
    """(page for the screen, document to print, who is in which) of all profiles."""
    profiles = list(gather_profiles(plan, tables))
    environment = make_environment(templates)
    screen = screen_page(profiles, plan, environment, templates)
    printed = print_page(profiles, plan, environment, templates)
    index = {
        "title": plan["profiles"]["title"],
        "words": plan["profiles"]["printed"]["words"],
        "subjects": [profile.subject for profile in profiles],
        "printed": [profile.subject for profile in profiles if profile.printed],
        "files": PROFILE_FILES,
    }
    return screen, printed, index


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        read = {**job.tables("derived"), **job.tables("visits")}
        screen, printed, index = draw_profiles(job.plan, read, job.texts("templates"))
        job.say(f"{len(index['subjects'])} profiles, {len(index['printed'])} of them for paper")
        job.write("screen", screen)
        job.write("printed", printed)
        job.write("index", index)
