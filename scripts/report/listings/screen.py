"""The listings on a screen: their records as data, drawn on demand, sorted and searched there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment

from scripts.report.listings.pages import count_words, running_words
from scripts.report.listings.records import Listing
from scripts.report.mark import add_mark

# Values of columns up to so many letters are not broken into lines on a screen.
WHOLE = 24
# A table with more records scrolls in a frame of its own.
TALL = 25


def to_script(value: Any) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def data_of(listing: Listing) -> dict[str, Any]:
    """Columns, records and places of one listing; a part becomes the first column."""
    divided = "part" in listing.plan
    heads = [
        {"label": c["label"], "right": c.get("align") == "right", "whole": c["width"] <= WHOLE}
        for c in listing.plan["columns"]
    ]
    if divided:
        heads = [{"label": listing.plan["part"]["label"], "right": False, "whole": True}, *heads]
    rows = []
    for part in listing.parts:
        words = part.label.partition(": ")[2]
        for row, place in zip(part.rows, part.places, strict=True):
            rows.append([place, *([words] if divided else []), *row])
    return {"columns": heads, "rows": rows, "file": listing.file}


def make_screen(
    listings: Sequence[Listing],
    plan: Mapping[str, Any],
    environment: Environment,
    templates: Mapping[str, str],
) -> str:
    """One page without a network: a choice of listings, each with its table."""
    shown = [
        {
            **{key: listing.plan[key] for key in ("id", "number", "title", "population")},
            "footnotes": listing.plan.get("footnotes", []),
            "file": listing.file,
            "count": count_words(listing).removeprefix("End of listing: "),
            "records": listing.records,
            "tall": listing.records > TALL,
            "data": to_script(data_of(listing)),
        }
        for listing in listings
    ]
    return environment.get_template("listings.html.j2").render(
        listings=shown,
        study=plan["study"],
        running=running_words(plan),
        style=add_mark(templates["screen.css"], plan["study"].get("mark")),
        script=templates["screen.js"],
    )
