"""The embedded trial from its raw files to the finished report, in one process.

Some displays of the plan, one or more of every layout of results; analyses of imputed data, which
need a long run, have few data sets. A made report can be changed at each stage and made again from
there.
"""

import copy
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pytest
import yaml

from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.compare_times import compare_times
from scripts.analyse.compute_design import compute_design
from scripts.analyse.describe_events import describe_events
from scripts.analyse.describe_measurements import describe_measurements
from scripts.analyse.describe_subjects import describe_subjects
from scripts.analyse.families import plan_of
from scripts.analyse.fit_models import fit_models
from scripts.derive.derive_events import derive_events
from scripts.derive.derive_exposure import derive_exposure
from scripts.plan import load_plan
from scripts.report.compose_report import compose_report
from scripts.report.draw_figures import draw_figures
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint_report import lint_report
from scripts.report.registry import analyses_of, displays_of
from scripts.report.render_report import render_report
from scripts.report.tabulate import read_context, tabulate
from scripts.tables import format_json
from tests.derive.build import PROJECT, read_plan, times
from tests.derive.test_embedded_trial import adresp, derived, domains
from tests.report.imputed_chain import imputed_results, with_few
from tests.report.imputed_chain import made as can_be_made

FOLDER = PROJECT / "scripts" / "report" / "templates"
# Displays that need no file of another stage, in three reports that are soon made and read.
COURSE = ("f_flow", "t_disposition", "t_baseline", "t_prior", "t_exposure", "t_visits")
COMPARED = ("s_primary", "f_flow", "t_primary", "f_primary", "t_site", "t_maintenance")
REST = (
    "t_design", "t_times", "t_rfs", "f_rfs", "f_platelets", "t_platelets", "t_early_rescue",
    "t_models", "t_ae_overview", "t_ae_terms",
)  # fmt: skip
TESTED = (
    "t_ttr_all_landmarks", "t_rfs_hazards", "t_intervals", "t_stratified", "t_effects",
    "t_adjusted",
)  # fmt: skip
IMPUTED = (
    "s_primary", "t_pooling", "t_mi_diagnostics", "f_mi_traces", "f_mi_densities", "s_tipping",
    "f_tipping_counts", "t_tipping_counts", "f_tipping_delta", "t_tipping_delta",
)  # fmt: skip
SHOWN = {*COURSE, *COMPARED, *REST, *TESTED, *IMPUTED}
# Those that are rendered.
RENDERED = ("s_primary", "f_flow", "t_baseline", "t_primary", "t_ae_overview")


@dataclass(frozen=True)
class Report:
    """A report with everything that it was made from; a later part is made from those before."""

    plan: dict[str, Any]
    results: dict[str, Any]
    adsl: pd.DataFrame
    templates: dict[str, str]
    tables: dict[str, Any]
    figures: dict[str, Any]
    drawings: dict[str, str]
    html: str
    pdf: bytes | None = None
    # What the linter counted of the subjects, which no change of a page changes.
    memory: dict[str, Any] = field(default_factory=dict)

    def lint(self) -> Ledger:
        """What the linter says of it."""
        drawings = {f"{name}.svg": svg for name, svg in self.drawings.items()}
        evidence = Evidence(
            self.plan,
            self.tables,
            self.figures,
            drawings,
            self.results,
            self.adsl,
            {},
            self.memory,
        )
        return lint_report(self.html, self.pdf, evidence)

    def tabulated(self) -> "Report":
        """Tables, figures and pages made again, from the results."""
        context = read_context(self.plan, self.results, documents={"metadata": {}})
        drawings, figures = draw_figures(context)
        plain = {"tables": tabulate(context), "figures": figures}
        made = json.loads(format_json(plain))
        return replace(self, drawings=drawings, **made).composed()

    def composed(self) -> "Report":
        """The HTML made again, from the tables and figures."""
        html = compose_report(self.tables, self.figures, self.drawings, self.plan, self.templates)
        return replace(self, html=html)

    def rendered(self) -> "Report":
        """The PDF made again, from the HTML."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
            return replace(self, pdf=render_report(self.html))

    def copy(self) -> "Report":
        """A report whose parts may be changed."""
        parts = {
            name: copy.deepcopy(getattr(self, name))
            for name in ("plan", "results", "tables", "figures", "drawings", "templates")
        }
        return replace(self, **parts, memory={})


@cache
def whole_plan() -> dict[str, Any]:
    """The plan of the embedded trial."""
    config = yaml.safe_load((PROJECT / "config/config.yaml").read_text(encoding="utf-8"))
    return with_few(load_plan(config, PROJECT / "config"))


def plan_with(shown: tuple[str, ...]) -> dict[str, Any]:
    """The plan with some of its displays, and without analyses that nobody makes here."""
    plan = copy.deepcopy(whole_plan())
    made = results()
    for section in plan["outputs"]["sections"]:
        displays = [item for item in section.get("displays", []) if item["id"] in shown]
        for display in displays:
            if "rows" in display:
                display["rows"] = [
                    row for row in display["rows"] if row.get("analysis", "") in {"", *made}
                ]
        section["displays"] = displays
    sections = [section for section in plan["outputs"]["sections"] if section["displays"]]
    plan["outputs"]["sections"] = sections
    # Abbreviations of displays that are not shown would be errors.
    plan["study"]["abbreviations"] = {}
    return plan


@cache
def results() -> dict[str, Any]:
    """Every result that some of the displays print."""
    plan = whole_plan()
    wanted = {
        name
        for display in displays_of(plan)
        if display["id"] in SHOWN
        for name in analyses_of(display)
        if can_be_made(plan, name)
    }
    sliced = copy.deepcopy(plan)
    known = sliced["analyses"]["analyses"]
    sliced["analyses"]["analyses"] = {name: known[name] for name in known if name in wanted}
    made = _analysed(sliced)
    return {name: json.loads(format_json(made[name])) for name in known if name in made}


def _analysed(plan: Mapping[str, Any]) -> dict[str, Any]:
    source, verdicts = derived(), adresp()
    adsl = source.adsl
    old = read_plan()
    tables = {
        **{name.lower(): table for name, table in source.measurements.items()},
        **domains(),
        "adcm": source.adcm,
        "adae": derive_events(adsl, domains(), old["events"]),
        "adex": derive_exposure(adsl, domains(), old["events"]),
    }
    adtte = times(source, old).reset_index()
    return {
        **compare_proportions(adsl, verdicts, plan_of(plan, "compare_proportions")),
        **compare_times(adsl, verdicts, adtte, plan_of(plan, "compare_times")),
        **fit_models(adsl, verdicts, plan_of(plan, "fit_models")),
        **describe_subjects(adsl, verdicts, tables, plan_of(plan, "describe_subjects")),
        **describe_measurements(adsl, verdicts, tables, plan_of(plan, "describe_measurements")),
        **describe_events(adsl, verdicts, tables, plan_of(plan, "describe_events")),
        **compute_design(adsl, plan_of(plan, "compute_design")),
        **imputed_results(plan, {"adsl": adsl, "adresp": verdicts, "adcm": source.adcm,
                                 "measurements": source.measurements, "domains": domains()}),
    }  # fmt: skip


@cache
def report(*shown: str) -> Report:
    """The clean report of some displays."""
    templates = {path.name: path.read_text(encoding="utf-8") for path in Path(FOLDER).iterdir()}
    plan = plan_with(shown)
    empty: dict[str, Any] = {}
    start = Report(plan, results(), derived().adsl, templates, empty, empty, empty, "")
    return start.tabulated()


@cache
def paper() -> Report:
    """The clean report of few displays, with its pages."""
    return report(*RENDERED).rendered()


def opened(pdf: bytes) -> pikepdf.Pdf:
    """A PDF to be changed."""
    return pikepdf.open(io.BytesIO(pdf))


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The changed PDF."""
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()
