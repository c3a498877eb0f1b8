"""Where in the annotated forms each collected variable was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

COLLECTED = "Collected"
Places = Mapping[tuple[str, str], Sequence[str]]


def with_pages(specification: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The specification with the places of forms in every origin that is collected.

    `places` has them by data set and variable, as the annotated CRF names them. A variable where a
    clause holds was collected on the same forms as the variable.
    """
    datasets = []
    for dataset in specification["datasets"]:
        variables = []
        for entry in dataset["variables"]:
            pages = list(places.get((dataset["name"], entry["name"]), []))
            values = [_placed(one, pages) for one in entry["values"]]
            variables.append(_placed({**entry, "values": values}, pages))
        datasets.append({**dataset, "variables": variables})
    return {**specification, "datasets": datasets}


def _placed(entry: Mapping[str, Any], pages: Sequence[str]) -> dict[str, Any]:
    origin = entry["origin"]
    if not pages or not origin or origin["type"] != COLLECTED:
        return dict(entry)
    return {**entry, "origin": {**origin, "pages": list(pages)}}
