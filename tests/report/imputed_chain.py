"""The imputed analyses of the embedded trial with few data sets, for reports with planted faults.

What a fault needs is a result that hangs together, not one that is precise: the plan is the same
but for the number of data sets, and only the models named here are made.
"""

import copy
from collections.abc import Mapping
from typing import Any

from scripts.analyse.compare_imputed import compare_imputed
from scripts.analyse.describe_imputations import describe_imputations
from scripts.analyse.families import (
    imputations_of,
    models_made_by,
    models_of,
    plan_of,
    references_of,
)
from scripts.analyse.find_tipping_points import find_tipping_points
from scripts.impute.impute_responses import impute_responses
from scripts.impute.impute_shifted import impute_shifted
from scripts.impute.impute_visits import impute_visits

FEW = 40
LEAST = 10
# One model by visit, because nothing iterates in the others.
MODELS = ("or_normal", "or_logistic", "or_delta", "or_grid", "or_visits")


def with_few(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with few data sets, and with the models that are made here."""
    few = copy.deepcopy(dict(plan))
    few["settings"] |= {"imputations": FEW, "imputations_least": LEAST}
    for analysis in few["analyses"]["analyses"].values():
        if "models" in analysis:
            analysis["models"] = [name for name in analysis["models"] if name in MODELS]
    return few


def made(plan: Mapping[str, Any], name: str) -> bool:
    """Whether an analysis of the plan can be made here."""
    return plan["analyses"]["analyses"][name].get("imputation", MODELS[0]) in MODELS


def imputed_results(plan: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """Every result of imputed data that the plan names; `tables` are those of the derive stage."""
    if not imputations_of(plan):
        return {}
    models = {name: model for name, model in models_of(plan).items() if name in MODELS}
    seed, drawn = plan["settings"]["seed"], {}
    adsl, adresp = tables["adsl"], tables["adresp"]

    def of(step: str) -> dict[str, Any]:
        return {name: models[name] for name in models_made_by(plan, step) if name in models}

    simple = impute_responses(adsl, adresp, of("impute_responses"), seed, FEW)
    dotted = {**plan, "settings.seed": seed, "settings.imputations": FEW}
    by_visit = impute_visits(tables, of("impute_visits"), dotted)
    shifted = of("impute_shifted") | of("grids")
    moved = impute_shifted(adsl, adresp, shifted, (references_of(plan), seed, FEW))
    both = {**simple, **by_visit}
    drawn = {name: one.table for name, one in both.items()} | moved["imputed"]
    notes = {"models": {name: one.description for name, one in both.items()}}
    traces = [one.traces for one in both.values()]
    return {
        **compare_imputed(adsl, adresp, drawn, plan_of(plan, "compare_imputed")),
        **find_tipping_points(
            adsl, {**drawn, **moved["grids"]}, plan_of(plan, "find_tipping_points")
        ),
        **describe_imputations(drawn, traces, notes, plan_of(plan, "describe_imputations")),
    }
