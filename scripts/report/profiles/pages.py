"""Both documents of profiles: all subjects on a screen, the chosen ones on paper."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment

from scripts.report.letters import replace_unknown
from scripts.report.listings.pages import running_words
from scripts.report.mark import add_mark
from scripts.report.numbers import typeset_powers
from scripts.report.profiles.frame import frame_of
from scripts.report.profiles.picture import draw_profile
from scripts.report.profiles.subjects import MISSED, NO_VALUE, Profile

Plan = Mapping[str, Any]


def notes_of(profile: Profile, plan: Plan) -> list[tuple[str, str]]:
    """What stands in words beside the picture: how it ended, medications, visits missed."""
    notes = [
        (words.partition(":")[0], f"day {day:g}{_after(words)}") for day, words in profile.ends
    ]
    for label, spans in profile.medications.items():
        texts = [f"day {span.start:g} {span.words}" for span in spans]
        notes.append((label, "; ".join(texts) or "none"))
    if "visits" in plan["profiles"]:
        missed = [visit.label for visit in profile.visits if visit.state == MISSED]
        notes.append(("Missed visits", ", ".join(missed) or "none"))
        without = [visit.label for visit in profile.visits if visit.state == NO_VALUE]
        if without:
            notes.append(("Attended without a value", ", ".join(without)))
    return notes


def _after(words: str) -> str:
    reason = words.partition(": ")[2]
    return f", {reason}" if reason else ""


def alternative(profile: Profile, plan: Plan) -> str:
    """The picture in words: what it shows, and the verdicts with their reasons."""
    label = plan["profiles"]["measurement"]["label"]
    if profile.values:
        first, last = profile.values[0].day, profile.values[-1].day
        shown = f"{len(profile.values)} values from day {first:g} to day {last:g}"
    else:
        shown = "no value"
    told = " ".join(f"{one.label}: {one.sentence}" for one in profile.verdicts)
    notes = " ".join(f"{name}: {words}." for name, words in notes_of(profile, plan))
    return typeset_powers(f"{label} of {profile.subject} over days, {shown}. {notes} {told}")


def _entry(profile: Profile, plan: Plan) -> dict[str, Any]:
    return {
        "id": profile.subject,
        "arm": profile.arm,
        "arm_label": profile.arm_label,
        "facts": profile.facts,
        "notes": notes_of(profile, plan),
        "verdicts": [
            {"code": one.endpoint, "label": one.label, "met": one.met, "sentence": one.sentence}
            for one in profile.verdicts
        ],
    }


def _shared(plan: Plan, profiles: Sequence[Profile], styles: str) -> dict[str, Any]:
    return {
        "title": plan["profiles"]["title"],
        "study": plan["study"],
        "running": running_words(plan),
        "style": add_mark(styles, plan["study"].get("mark")),
        "how_many": len(profiles),
    }


def screen_page(
    profiles: Sequence[Profile], plan: Plan, environment: Environment, templates: Mapping[str, str]
) -> str:
    """All subjects with an index; a picture is put in its place when it comes into view."""
    frame = frame_of(plan, profiles)
    entries = [
        {**_entry(one, plan), "picture": draw_profile(one, frame, plan, traced=True)}
        for one in profiles
    ]
    endpoints = plan["endpoints"]["endpoints"]
    codes = [one["endpoint"] for one in plan["profiles"]["endpoints"]]
    html = environment.get_template("profiles.html.j2").render(
        profiles=entries,
        arms=plan["trial"]["arms"],
        endpoints=[{"code": code, "label": endpoints[code]["label"]} for code in codes],
        script=templates["screen.js"],
        **_shared(plan, profiles, templates["screen.css"]),
    )
    return replace_unknown(typeset_powers(html))


def print_page(
    profiles: Sequence[Profile], plan: Plan, environment: Environment, templates: Mapping[str, str]
) -> str:
    """The chosen subjects, two a page, in a document of their own."""
    frame = frame_of(plan, profiles)
    chosen = [one for one in profiles if one.printed]
    entries = []
    for one in chosen:
        picture = replace_unknown(draw_profile(one, frame, plan, traced=False))
        data = base64.b64encode(picture.encode()).decode()
        alt = alternative(one, plan)
        entries.append({**_entry(one, plan), "alt": alt, "picture": data})
    html = environment.get_template("print.html.j2").render(
        profiles=entries,
        chosen=len(chosen),
        words=plan["profiles"]["printed"]["words"],
        **_shared(plan, profiles, templates["report.css"] + templates["print.css"]),
    )
    return replace_unknown(typeset_powers(html))
