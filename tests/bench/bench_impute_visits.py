"""Imputation by visit of the embedded trial: seconds, and the check against what was hidden.

The check hides the later visits of subjects who went on, as if they had stopped where a subject
who did stop was last seen, completes them, and compares the share that responds with the share that
did. The tables of the derive stage must be there: `snakemake derive`.
"""

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from scripts.impute.impute_visits import impute_model
from scripts.tables import read_table
from tests.bench.timing import cpu_seconds

DERIVED, INGESTED = Path("results/derive"), Path("results/ingest/sdtm")


def _plan() -> dict[str, Any]:
    def read(name: str) -> Any:
        return yaml.safe_load(Path("config", f"{name}.yaml").read_text(encoding="utf-8"))

    return {
        "trial": read("trial"),
        "endpoints": read("endpoints"),
        "models": {
            name: model
            for name, model in read("imputation")["models"].items()
            if model.get("kind") == "by_visit"
        },
        "sets": read("measurements")["sets"],
        "settings.seed": 2022,
    }


def _sources(plan: dict[str, Any]) -> dict[str, Any]:
    tables = {name: read_table(DERIVED / f"{name}.parquet") for name in ("adsl", "adcm", "adresp")}
    sets = {name: read_table(DERIVED / f"{name.lower()}.parquet") for name in plan["sets"]}
    return {**tables, "measurements": sets, "domains": {"sv": read_table(INGESTED / "sv.parquet")}}


def hidden(
    sources: dict[str, Any], model: dict[str, Any], share: float, rng: np.random.Generator
) -> tuple[dict[str, Any], set[str]]:
    """The tables with the later visits of some who went on left out, and who they are."""
    adsl, flag = sources["adsl"], model["missing_when"]["variable"]
    inside = adsl[adsl[model["population"]] == "Y"]
    stopped = inside.loc[inside[flag] == "Y", "USUBJID"]
    went_on = inside.loc[inside[flag] != "Y", "USUBJID"].to_numpy(str)
    every = sources["measurements"].values()
    lasts = np.sort(
        np.max(
            [t[t["USUBJID"].isin(stopped)].groupby("USUBJID")["VISITNUM"].max() for t in every], 0
        )
    )
    picked = rng.permutation(went_on)[: int(share * len(went_on))]
    last = dict(zip(picked, rng.choice(lasts, len(picked)), strict=True))
    cut = {
        name: table[~(table["VISITNUM"] > table["USUBJID"].map(last)).fillna(False).astype(bool)]
        for name, table in sources["measurements"].items()
    }
    days = pd.concat(cut.values()).groupby("USUBJID")["ADAYS"].max()
    late = sources["adcm"]["ADAYS"] > sources["adcm"]["USUBJID"].map(days)
    late &= sources["adcm"]["USUBJID"].isin(picked)
    adcm = sources["adcm"][~late.fillna(False).astype(bool)]
    marked = adsl.assign(**{flag: adsl[flag].mask(adsl["USUBJID"].isin(picked), "Y")})
    return {**sources, "adsl": marked, "measurements": cut, "adcm": adcm}, set(picked)


def held_out(
    sources: dict[str, Any], model: dict[str, Any], plan: dict[str, Any], rounds: int
) -> dict[str, float]:
    """Responders in per cent among those hidden, as completed and as observed, by arm."""
    rng = np.random.default_rng(2013)
    observed = sources["adresp"]
    observed = observed[observed["PARAMCD"] == model["derive"]].set_index("USUBJID")["AVAL"]
    sums: dict[str, list[float]] = {}
    for _ in range(rounds):
        tables, picked = hidden(sources, model, 1 / 3, rng)
        table = impute_model("check", model, tables, plan, 20).table
        table = table[table["USUBJID"].isin(picked) & (table["IMPUTED"] == "Y")]
        for arm, part in table.groupby("ARMCD"):
            names = part["USUBJID"].unique()
            sums.setdefault(f"{arm}_completed", []).append(float(part["AVAL"].mean()))
            sums.setdefault(f"{arm}_observed", []).append(float(observed[names].mean()))
    return {name: 100 * float(np.mean(values)) for name, values in sums.items()}


def measure(quick: bool) -> dict[str, dict[str, float]]:
    """Seconds and peak memory of each model by visit, and its check."""
    plan = _plan()
    sources, count = _sources(plan), 20 if quick else 200
    found: dict[str, dict[str, float]] = {}
    for name, model in plan["models"].items():
        start = time.perf_counter()
        cpu = cpu_seconds(lambda n=name, m=model: impute_model(n, m, sources, plan, count))  # type: ignore[misc]
        found[f"visits_{name}"] = {
            "cpu_seconds": cpu,
            "wall_seconds": time.perf_counter() - start,
            "imputations": count,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    own = {k: v for k, v in plan["models"]["or_visits"].items() if k not in ("assumption", "end")}
    joint = {**own, "assumption": {"kind": "missing_at_random"}}
    rounds = 2 if quick else 40
    found["visits_held_out_chains"] = held_out(sources, own, plan, rounds)
    found["visits_held_out_courses"] = held_out(sources, joint, plan, rounds)
    return found
