"""A listing on numbered pages: title, population, heads, records, notes and source on each."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.letters import FIXED, replace_unknown
from scripts.report.listings.records import Listing, Part
from scripts.report.listings.text import Column, Page, head_lines, paginate, row_lines, wrap

# Lines of fixed height below the title of a landscape page, and letters in one of them.
LINES = 50
LETTERS = 172
NO_RECORD = "No record"
# With fewer lines a subject than this, blank lines between subjects would only fill paper.
SPACED_FROM = 1.5


def columns_of(listing: Mapping[str, Any]) -> list[Column]:
    """The columns of a listing as they are laid out."""
    return [
        Column(replace_unknown(c["label"], FIXED), c["width"], c.get("align") == "right")
        for c in listing["columns"]
    ]


def note_lines(listing: Listing, study: Mapping[str, Any]) -> list[str]:
    """The notes under the records of each page, in lines."""
    notes = [*listing.plan.get("footnotes", [])]
    notes.append(f"Source: {listing.file}. Data cut: {study['data_cut']}. Values as collected; "
                 "a dash stands where there is none.")  # fmt: skip
    return [line for note in notes for line in wrap(replace_unknown(note, FIXED), LETTERS)]


def count_words(listing: Listing) -> str:
    """How many records there are, of how many subjects: the last line of a listing."""
    records, subjects = listing.records, listing.subjects
    return (
        f"End of listing: {records} record{'' if records == 1 else 's'} of "
        f"{subjects} subject{'' if subjects == 1 else 's'}."
    )


def _range(page: Page, part: Part) -> str:
    """The subjects of a page, first and last, as its bookmark."""
    if not page.records:
        return ""
    first, last = (part.rows[page.records[at]][0] for at in (0, -1))
    return first if first == last else f"{first} to {last}"


def _is_spaced(part: Part, columns: Sequence[Column]) -> bool:
    """Whether a blank line between subjects helps the eye: where most have more than one line."""
    lines = sum(len(row_lines(row, columns)) for row in part.rows)
    return lines > SPACED_FROM * len({row[0] for row in part.rows})


def lay_out(listing: Listing, study: Mapping[str, Any]) -> dict[str, Any]:
    """The document of one listing: its pages with everything that stands on them.

    Raises ValueError where the records on the pages are not those of the listing.
    """
    plan, columns = listing.plan, columns_of(listing.plan)
    heads, notes = head_lines(columns), note_lines(listing, study)
    room = LINES - len(heads) - len(notes) - 2
    pages: list[dict[str, Any]] = []
    printed = 0
    for part in listing.parts:
        made = paginate(
            part.rows, columns, len(plan["group"]), room, spaced=_is_spaced(part, columns)
        )
        printed += sum(len(page.records) for page in made)
        for number, page in enumerate(made):
            pages.append({
                "part": part.label,
                "opens": number == 0,
                "range": _range(page, part) if len(made) > 1 else "",
                "text": "\n".join(page.lines) or NO_RECORD,
            })  # fmt: skip
    if printed != listing.records:
        raise ValueError(f"{plan['id']}: {printed} records printed of {listing.records}")
    return {
        **{key: plan[key] for key in ("id", "number", "title", "population")},
        "file": listing.file,
        "heads": "\n".join(heads),
        "notes": "\n".join(notes),
        "pages": pages,
        "records": listing.records,
        "subjects": listing.subjects,
        "count": count_words(listing),
    }


def running_words(plan: Mapping[str, Any]) -> dict[str, str]:
    """What stands at the head and at the foot of each page of a file beside the report."""
    study = plan["study"]
    return {
        "short": f"{study['short_title']}, plan {study['plan_version']}, "
        f"data cut {study['data_cut']}",
        "notice": study.get("notice", ""),
    }


def index_of(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the report says of each listing, and what its file is held against."""
    keys = ("id", "number", "title", "population", "records", "subjects", "file")
    return {
        "listings": [
            {
                **{key: document[key] for key in keys},
                "pages": len(document["pages"]),
                "printed": f"results/report/listings/{document['id']}.pdf",
            }
            for document in documents
        ]
    }
