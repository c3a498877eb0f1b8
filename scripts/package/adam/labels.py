"""Labels of sent variables: those of the standard, else the plan's, else those of the tables."""

from collections.abc import Mapping
from typing import Any

from scripts.derive.populations import reason_variable
from scripts.package.adam.names import renames, sent_name, verdict_flags
from scripts.package.adam.planned_days import BEGIN, END
from scripts.package.adam.standard import standard_label
from scripts.package.adam.subjects import added_definitions, numbered_categories
from scripts.package.adam.treatment import TAKEN
from scripts.tables import Contract

Plan = Mapping[str, Any]
LONGEST = 40
# Variables of ours that are added for sending.
ADDED = {
    "SRCWHY": "Why No Single Record Is the Source",
    BEGIN: "Planned Days to Origin of the Time",
    END: "Planned Days to End of the Time",
}


def short_labels(plan: Plan) -> dict[str, str]:
    """The labels that the plan gives for sending, by the name in our tables or the sent one."""
    return dict(plan["submission"].get("adam", {}).get("labels") or {})


def subject_labels(plan: Plan) -> dict[str, str]:
    """The labels of everything that the plan makes of subjects, by sent name.

    A transport file takes 40 bytes; for a longer label the plan gives a shorter one.
    """
    subjects = plan["subjects"]
    variables = {**subjects["variables"], **added_definitions(plan)}
    labels = {name: str(entry["label"]) for name, entry in variables.items()}
    for name, entry in subjects["populations"].items():
        labels[name] = f"{entry['label']} Population Flag"
        labels[reason_variable(name)] = f"Reason Not in {name}"
    for name, code in verdict_flags(plan).items():
        labels[name] = f"{plan['endpoints']['endpoints'][code]['label']} Flag"
    labels |= short_labels(plan)
    labels = {sent_name(name, plan): label for name, label in labels.items()}
    for number, name in numbered_categories(plan).items():
        sent = renames(plan).get(name, name)
        labels.setdefault(number, f"{standard_label(sent) or labels[sent]} (N)")
    return {name: standard_label(name) or label for name, label in labels.items()}


def labels_for(
    names: list[str], contract: Contract, contracts: Mapping[str, Contract], plan: Plan
) -> dict[str, str]:
    """The label of each sent variable of a data set; one that has none is left out.

    `contracts` are those of all tables: variables of the subjects stand in other data sets too.
    """
    taken = contracts["dm"].columns
    columns = {**contracts["adsl"].columns, **contract.columns}
    known = {name: str(taken[name]["label"]) for name in TAKEN if name in taken}
    known |= ADDED
    known[f"{contract.name.removeprefix('AD')}SEQ"] = "Sequence Number"
    known |= {sent_name(name, plan): str(entry["label"]) for name, entry in columns.items()}
    known |= subject_labels(plan)
    known |= {sent_name(name, plan): label for name, label in short_labels(plan).items()}
    found = {name: standard_label(name) or known.get(name) for name in names}
    return {name: label for name, label in found.items() if label}
