"""What completed data sets are made from.

A model has a table of one row a subject: the value that was observed, or the first that was drawn.
An observed value comes from its own subject. Draws come from all subjects of the model, because
each is drawn from a model that was fitted to all of them, so that one changed value moves every
draw. Where nothing is drawn a completed value follows from its own subject's arm.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.chosen import Chosen, step_among
from scripts.audit.lineage.declarations import SUBJECTS, Declarations, Reads
from scripts.audit.lineage.reads import EXISTENCE, Derivation, Link
from scripts.audit.lineage.run import DERIVED, GRIDS, IMPUTED, SDTM
from scripts.conditions import variables_of
from scripts.derive.completed import definitions_for
from scripts.impute.assumptions import is_completion, kind_of

Model = Mapping[str, Any]
ARM = "ARMCD"
OF_GRID = ("SUBJECTS", "RESPONDERS", "DELTA")
# What endpoints and models by visit read of a measurement and of a medication.
OF_RECORDS = ("AVAL", "BASE", "CHG", "ADT", "ADAYS", "ANOMDY", "VISITNUM", "SRCSEQ")
OF_MEDICATION = ("ASTDT", "ASTDY", "ADAYS", "SRCSEQ")
OF_VISITS = ("VISITNUM", "SVOCCUR", "SVSTDTC")
STEPS = {"by_visit": "impute_visits", "drawn": "impute_responses", "shifted": "impute_shifted"}


def completed_table(model: str) -> str:
    """The table of the index that stands for the completed data sets of a model."""
    return f"{IMPUTED}/{model}"


def declare_completed(desk: Declarations) -> None:
    """Declare every model that the run has completed, and every grid."""
    models = (desk.plan.get("imputation") or {}).get("models") or {}
    for name in desk.run.imputed:
        _declare_model(desk, name, models[name])
    for name in desk.run.grids:
        reads = source_reads(desk, models[name], "all")
        made = _Maker(desk, f"{GRIDS}/{name}", name, models[name])
        made.add(OF_GRID, reads, "responders among those missing, drawn at every shift")


def reads_of_model(desk: Declarations, name: str) -> Reads:
    """Everything that a model reads."""
    return source_reads(desk, desk.plan["imputation"]["models"][name], "all")


class _Maker:
    """Adds derivations of the table of one model."""

    def __init__(self, desk: Declarations, table: str, name: str, model: Model) -> None:
        self.desk, self.table, self.plan = desk, table, f"imputation.models.{name}"
        self.step = STEPS["drawn"]
        if model.get("kind") == "by_visit":
            self.step = STEPS["by_visit"]
        elif "assumption" in model:
            self.step = STEPS["shifted"]

    def add(
        self, columns: Iterable[str], reads: Reads, words: str, rows: np.ndarray | None = None
    ) -> None:
        """One derivation of columns of the table, of some rows."""
        function = f"scripts.impute.{self.step}:impute_model"
        derivation = Derivation(
            self.table, tuple(columns), tuple(reads), self.step, function, self.plan, words, rows
        )
        self.desk.lineage.derivations.append(derivation)


def _declare_model(desk: Declarations, name: str, model: Model) -> None:
    table = completed_table(name)
    made = _Maker(desk, table, name, model)
    members = population_of(desk, model)
    drawn = (desk.frame(table)["IMPUTED"] == "Y").to_numpy(bool)
    made.add([EXISTENCE], _linked(members.reads, "subject", desk), "a subject of the model")
    arm = members.values(SUBJECTS, [ARM])
    made.add([ARM], _linked([arm], "subject", desk), "the subject's arm")
    own = source_reads(desk, model, "subject")
    made.add(["IMPUTED", "IMPUTATION"], own, "whether the value is completed")
    observed = [*own, *_linked(_observed(desk, model, members), "subject", desk)]
    made.add(["AVAL"], observed, "the value that was observed", ~drawn)
    if is_completion(model):
        made.add(["AVAL"], own, "the value that is assumed", drawn)
        return
    everybody = source_reads(desk, model, "all")
    made.add(["AVAL"], everybody, "drawn from a model of all subjects", drawn)


def population_of(desk: Declarations, model: Model) -> Chosen:
    """The subjects of a model."""
    return Chosen(desk, (step_among(desk, model["population"], ["Y"]),))


def _observed(desk: Declarations, model: Model, members: Chosen) -> Reads:
    table = f"{DERIVED}/adresp:{model.get('derive', model['endpoint'])}"
    return [members.values(table, ["AVAL"])]


def _linked(reads: Reads, link: Link, desk: Declarations) -> Reads:
    return [desk.read(one.table, one.columns, one.filters, link) for one in reads]


def source_reads(desk: Declarations, model: Model, link: Link) -> Reads:
    """What a model reads of its subjects: verdicts and variables, by visit also records."""
    members = population_of(desk, model)
    missing = sorted(variables_of(model["missing_when"]))
    if model.get("kind") == "by_visit":
        found = _visit_reads(desk, model, members)
    elif is_completion(model):
        by_arm = [ARM] if kind_of(model) == "by_arm" else []
        found = [members.values(SUBJECTS, [*missing, *by_arm]), *_observed(desk, model, members)]
    else:
        found = [members.values(SUBJECTS, [*missing, ARM, *_predictors(model)])]
        found += _observed(desk, model, members)
    return _linked(found, link, desk)


def _predictors(model: Model) -> list[str]:
    pairs = [name for pair in model.get("interactions", []) for name in pair]
    return [*model.get("predictors", []), *pairs, *([model["by"]] if "by" in model else [])]


def _visit_reads(desk: Declarations, model: Model, members: Chosen) -> Reads:
    """What a model by visit reads, with what the definition reads that judges each completion."""
    definitions = definitions_for(model["derive"], desk.plan["endpoints"]["endpoints"])
    named = words_in([definitions, model])
    variables = [name for name in desk.columns(SUBJECTS) if name in named]
    fixed = ["RANDFL", "TRTSDT", ARM]
    reads = [members.values(SUBJECTS, [*fixed, *variables])]
    recorded = model.get("medication", "recorded") == "recorded"
    for stem in map(str.lower, desk.plan["measurements"]["sets"]):
        for table in desk.parts(stem):
            if table.partition(":")[2] in named or not recorded:
                reads.append(members.values(table, OF_RECORDS))
    medications = f"{DERIVED}/adcm"
    category = desk.frame(medications)["CMCAT"]
    taken = desk.filter(
        ("CMCAT",), category.isin(named).to_numpy(bool), "CMCAT is one that is named"
    )
    reads.append(members.values(medications, OF_MEDICATION, taken))
    reads += _observed(desk, model, members)
    for definition in definitions.values():
        if definition["kind"] == "durable_remission" and desk.has(f"{SDTM}/sv"):
            visits = f"{SDTM}/sv"
            columns = [name for name in OF_VISITS if name in desk.columns(visits)]
            reads.append(members.values(visits, columns))
        if "domain" in definition:
            domain = f"{SDTM}/{definition['domain'].lower()}"
            reads.append(members.values(domain, desk.columns(domain)))
    return reads


def words_in(value: Any) -> set[str]:
    """Every text in a part of the plan, at any depth, names of keys too."""
    if isinstance(value, Mapping):
        inside = (words_in(item) for item in value.values())
        return set(map(str, value)).union(*inside)
    if isinstance(value, (list, tuple)):
        return set().union(*(words_in(item) for item in value))
    return {value} if isinstance(value, str) else set()
