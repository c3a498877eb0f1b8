"""What the guides claim, each claim noted by the function that prints it.

A template prints a number, a file, a data set, a program or a version by asking for it here, so
that nothing of the kind stands in a guide without its claim. What is said comes from the
descriptions (specifications, results, conformance); `claim_checks` holds it against the package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.package.places import in_package


@dataclass(frozen=True)
class Described:
    """What the guides are made from."""

    datasets: Mapping[str, Mapping[str, Any]]
    analyses: Mapping[str, Mapping[str, Any]]
    displays: Mapping[str, Mapping[str, Any]]
    conformance: Mapping[str, Mapping[str, Any]]
    members: Mapping[str, Mapping[str, int]]
    versions: Mapping[str, str]
    agreements: Mapping[str, str] = field(default_factory=dict)
    second: Mapping[str, Any] = field(default_factory=dict)


def described_datasets(*specifications: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every data set of the specifications by its name, with the standard that it is of."""
    return {
        dataset["name"]: {**dataset, "standard": whole["standard"]}
        for whole in specifications
        for dataset in whole["datasets"]
    }


def key_of(*parts: str) -> str:
    """What a claim is about, as one word."""
    return "/".join(parts)


class Claims:
    """The claims of one document; every method gives the words that are printed."""

    def __init__(self, document: str, described: Described) -> None:
        self.document = document
        self.described = described
        self._made: dict[tuple[str, str], dict[str, str]] = {}

    def _claim(self, kind: str, about: str, said: Any, source: str) -> str:
        text = str(said)
        entry = {"document": self.document, "kind": kind, "about": about}
        self._made[kind, about] = {**entry, "said": text, "source": source}
        return text

    def made(self) -> list[dict[str, str]]:
        """Every claim in the order of kind and of what it is about."""
        return [self._made[key] for key in sorted(self._made)]

    def _dataset(self, name: str) -> Mapping[str, Any]:
        return self.described.datasets[name]

    # Data sets and variables

    def dataset(self, name: str) -> str:
        """A data set by its name."""
        return self._claim("dataset", name, name, "specification")

    def label(self, name: str) -> str:
        """The label of a data set."""
        return self._claim("label", name, self._dataset(name)["label"], "specification")

    def records(self, name: str) -> str:
        """The number of records of a data set."""
        return self._claim("records", name, self._dataset(name)["records"], "specification")

    def columns(self, name: str) -> str:
        """The number of variables of a data set."""
        return self._claim("columns", name, len(self._dataset(name)["variables"]), "specification")

    def variable(self, dataset: str, name: str) -> str:
        """A variable of a data set by its name."""
        return self._claim("variable", key_of(dataset, name), name, "specification")

    def variable_label(self, dataset: str, name: str) -> str:
        """The label of a variable of a data set."""
        labels = {entry["name"]: entry["label"] for entry in self._dataset(dataset)["variables"]}
        about = key_of(dataset, name)
        return self._claim("variable label", about, labels[name], "specification")

    def shared(self, dataset: str, name: str, others: Sequence[str]) -> str:
        """A variable that other data sets have with the same value of each subject."""
        about = key_of(dataset, name, *others)
        return self._claim("shared variable", about, name, "specification")

    def variables(self, dataset: str, names: Sequence[str]) -> str:
        """Several variables of a data set."""
        return ", ".join(self.variable(dataset, name) for name in names)

    def value(self, dataset: str, variable: str, value: str) -> str:
        """A value that some record of a data set has."""
        return self._claim("value", key_of(dataset, variable, value), value, "transport file")

    def agreement(self, left: str, right: str) -> str:
        """In how many subjects two variables agree, of those that have both: `n of N`."""
        said = self.described.agreements[key_of(left, right)]
        return self._claim("agreement", key_of(left, right), said, "results")

    def count_of(self, kind: str, items: Sequence[Any]) -> str:
        """How many data sets, programs or files there are of a kind: `sdtm`, `adam`, ..."""
        return self._claim("count", kind, len(items), "specification")

    # Subjects

    def subjects(self, flag: str, group: str = "") -> str:
        """How many subjects have a population flag, in one arm or in all."""
        said = self.described.members[flag][group]
        return self._claim("subjects", key_of(flag, group), said, "results/derive/adsl.parquet")

    # Analyses and displays

    def analysis(self, name: str) -> str:
        """An analysis by its id."""
        return self._claim("analysis", name, name, "specification/analyses.json")

    def display(self, name: str) -> str:
        """A display by its number."""
        said = self.described.displays[name]["number"]
        return self._claim("display", name, said, "specification/analyses.json")

    def second(self, what: str) -> str:
        """What the second computation compared: analyses, or numbers."""
        said = self.described.second[what]
        return self._claim("second", what, said, "results/analyse/second_opinion.json")

    # Programs, files, versions

    def program(self, name: str) -> str:
        """The file of a program in the folder of programs."""
        return self._claim("program", name, name, "seals")

    def path(self, path: str) -> str:
        """A file or folder by its path from the root of the package."""
        inside = in_package(path) if path.startswith("results/") else path
        return self._claim("path", inside, inside, "places")

    def version(self, package: str) -> str:
        """The version of a package that ran."""
        return self._claim("version", package, self.described.versions[package], "environment")

    # Conformance

    def status(self, kind: str, status: str) -> str:
        """How many rules ended in a status."""
        said = self.described.conformance[kind]["counts"].get(status, 0)
        return self._claim("status", key_of(kind, status), said, f"conformance/{kind}.json")

    def rules(self, kind: str) -> str:
        """How many rules there are."""
        said = len(self.described.conformance[kind]["rules"])
        return self._claim("rules", kind, said, f"conformance/{kind}.json")

    def findings(self, kind: str, rule: str, dataset: str) -> str:
        """How many findings a rule has in a data set."""
        said = 0
        for entry in self.described.conformance[kind]["rules"]:
            if kind == "core" and entry["core_id"] == rule:
                said += sum(f["count"] for f in entry["findings"] if f["dataset"] == dataset)
            elif kind != "core" and entry["id"] == rule:
                said += sum(f["count"] for f in entry["by_dataset"] if f["dataset"] == dataset)
        about = key_of(kind, rule, dataset)
        return self._claim("findings", about, said, f"conformance/{kind}.json")
