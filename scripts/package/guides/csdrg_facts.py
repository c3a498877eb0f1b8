"""What the guide to the tabulation data prints beside its claims: words, never numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.package.forms.annotations import Form, unsubmitted
from scripts.package.forms.crf_pages import form_page, printable
from scripts.package.guides.guide_facts import key_words
from scripts.package.transport import Transported
from scripts.report.letters import replace_unknown

Plan = Mapping[str, Any]
SUPPLEMENT = "SUPP"
NAME, LABEL = "QNAM", "QLABEL"
# What the internal tables carry and the standard has no variable for.
OURS = "SRCFILE, SRCROW"


def domain_rows(datasets: Mapping[str, Plan]) -> list[dict[str, Any]]:
    """Each data set with its class, structure, keys, and the supplement that belongs to it."""
    return [
        {
            "name": name,
            "class": str(entry["class"]),
            "structure": str(entry["structure"]),
            "keys": key_words(entry),
            "reference": bool(entry["reference"]),
            "supplement": f"{SUPPLEMENT}{name}" if f"{SUPPLEMENT}{name}" in datasets else "",
        }
        for name, entry in datasets.items()
    ]


def supplements(held: Mapping[str, Transported]) -> list[dict[str, Any]]:
    """Every supplemental qualifier: the data set, its name and label."""
    found = []
    for dataset, transported in sorted(held.items()):
        if dataset.startswith(SUPPLEMENT):
            pairs = transported.table[[NAME, LABEL]].drop_duplicates().sort_values([NAME, LABEL])
            found += [
                {"dataset": dataset, "name": str(name), "label": str(label)}
                for name, label in pairs.itertuples(index=False)
            ]
    return found


def translation_rows(
    translations: Mapping[str, str], held: Mapping[str, Transported]
) -> list[dict[str, Any]]:
    """Each text that was translated: the original, what is sent, and the variables it stands in."""
    rows = []
    for original, sent in translations.items():
        places = [
            {"dataset": dataset, "variable": column}
            for dataset, transported in sorted(held.items())
            for column in transported.table
            if _holds(transported, column, sent)
        ]
        rows.append({"original": replace_unknown(original), "sent": sent, "places": places})
    return rows


def _holds(transported: Transported, column: str, text: str) -> bool:
    values = transported.table[column]
    return bool((values.astype("str") == text).any()) if values.dtype != "float64" else False


def unsubmitted_rows(forms: Mapping[str, Form], metadata: Plan) -> list[dict[str, str]]:
    """Every field of the forms that is not in the submitted data, and what it decides instead."""
    labels = {
        (name, column["name"]): column["label"] or column["name"]
        for name, source in metadata.items()
        for column in source["columns"]
    }
    rows = []
    for source, column in unsubmitted(forms, metadata):
        chosen = forms[source].choosers.get(column, [])
        rows.append(
            {
                "form": printable(metadata[source]["label"]),
                "field": column,
                "label": printable(labels[source, column]),
                "use": f"chooses records of {', '.join(chosen)}" if chosen else "",
            }
        )
    return rows


def extended_terms(specification: Plan) -> list[dict[str, Any]]:
    """The code lists with terms of the sponsor, and these terms."""
    found = []
    for name, entry in specification["codelists"].items():
        terms = [str(term["value"]) for term in entry.get("terms") or [] if term.get("extended")]
        if terms:
            found.append({"name": f"{entry['name']} ({name})", "terms": terms})
    return found


def form_rows(forms: Mapping[str, Form], metadata: Plan) -> list[dict[str, str]]:
    """Each form of the annotated CRF with the domains that its fields go to."""
    rows = []
    for name, form in forms.items():
        if name in metadata:
            page = form_page(name, metadata[name], form)
            domains: Iterable[str] = (entry["name"] for entry in page["domains"])
            rows.append(
                {"title": page["title"], "file": page["file"], "domains": ", ".join(domains)}
            )
    return rows
