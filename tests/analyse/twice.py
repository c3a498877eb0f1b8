"""A made-up trial with an analysis of every kind that is computed twice, and its first results."""

import numpy as np
import pandas as pd

from scripts.analyse.compare_imputed import compare_imputed
from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.compare_times import compare_times
from scripts.analyse.find_tipping_points import find_tipping_points
from scripts.analyse.fit_models import fit_models
from scripts.analyse.second_opinion import Tables
from scripts.tables import plain
from tests.analyse.trial import HEAD, PLAN, responses, subjects

SURVIVAL = {"kind": "time_to_event", "endpoint": "TIME", "times": [0, 2, 5, 90]}
QUANTILES = {"kind": "quantiles_of_time", "endpoint": "TIME"}
TIPPING = {"kind": "tipping_point", "endpoint": "RESP", "imputation": "once"}
CONTRASTS = {
    "kind": "survival_contrasts",
    "endpoint": "TIME",
    "landmarks": [2, 8, 90],
    "restricted_mean": 9.5,
}
DIFFERENCE = {"kind": "difference_in_proportions", "endpoint": "RESP"}
MEDICATION = {
    "variable": "MEDFL",
    "levels": [{"value": "Y", "label": "With"}, {"value": "N", "label": "Without"}],
}
BY_BOTH = {"kind": "logistic", "endpoint": "RESP", "terms": ["MEDFL", "AGE"]}
ADJUSTED = {"kind": "adjusted_difference", "endpoint": "RESP", "covariates": ["AGE", "MEDFL"]}
PLANNED = {
    "compare_proportions": {
        "wald": {**DIFFERENCE, "method": {"interval": "wald"}},
        "corrected": {**DIFFERENCE, "method": {"interval": "wald_corrected"}},
        "newcombe": {**DIFFERENCE, "method": {"interval": "newcombe"}},
        "newcombe_corrected": {**DIFFERENCE, "method": {"interval": "newcombe_corrected"}},
        "adjusted": {**DIFFERENCE, "method": {"interval": "agresti_caffo"}},
        "score": {**DIFFERENCE, "method": {"interval": "miettinen_nurminen"}},
        "mee": {**DIFFERENCE, "method": {"interval": "mee"}},
        "exact": {**DIFFERENCE, "method": {"interval": "chan_zhang", "test": "boschloo"}},
        "plain_exact": {**DIFFERENCE, "method": {"interval": "santner_snell", "test": "barnard"}},
        **{
            f"effects_{ratio}": {
                **DIFFERENCE,
                "kind": "effect_measures",
                "method": {
                    "interval": "newcombe",
                    "ratio": ratio,
                    "odds_ratio": odds,
                    "better": better,
                },
            }
            for ratio, odds, better in (
                ("katz", "woolf", "higher"),
                ("koopman", "exact_conditional", "lower"),
                ("miettinen_nurminen", "miettinen_nurminen", "higher"),
            )
        },
        **{
            f"over_{interval}": {
                **DIFFERENCE,
                "kind": "stratified_difference",
                "method": {"interval": interval, "homogeneity": homogeneity},
                "strata": [
                    {"variable": "SITEID", "label": "Clinic", "levels": ["01", "02", "03"]},
                    {"variable": "GRADE", "label": "Grade"},
                ],
            }
            for interval, homogeneity in (
                ("mantel_haenszel", "breslow_day"),
                ("stratified_newcombe", "breslow_day_tarone"),
                ("stratified_miettinen_nurminen", "breslow_day_tarone"),
            )
        },
        "completers": {**DIFFERENCE, "method": {"interval": "wald"}, "population": "PPFL"},
        "medicated": {
            **DIFFERENCE,
            "method": {"interval": "wald"},
            "groups": MEDICATION,
            "contrasts": [["Y", "N"]],
            "subset": {"variable": "AGE", "operator": ">=", "value": 30},
        },
        "clinics": {
            **DIFFERENCE,
            "kind": "proportions_by",
            "method": {"interval": "wald"},
            "by": "SITEID",
        },
        "subgroups": {
            **DIFFERENCE,
            "kind": "subgroups",
            "method": {"interval": "newcombe"},
            "subgroups": [
                {"variable": "SITEID", "label": "Clinic", "levels": ["01", "02", "03"]},
                {"variable": "MEDFL", "label": "Medication", "levels": ["Y", "N"]},
                {"variable": "GRADE", "label": "Grade", "levels": [1, 2]},
            ],
        },
    },
    "compare_times": {
        "curves": {**SURVIVAL, "method": {"transform": "log-log", "ties": "efron"}},
        "curves_breslow": {**SURVIVAL, "method": {"transform": "log", "ties": "breslow"}},
        "curves_plain": {**SURVIVAL, "method": {"transform": "plain", "ties": "efron"}},
        "waiting": {**QUANTILES, "method": {"quantiles": 6, "censored": "excluded"}},
        "lasting": {**QUANTILES, "method": {"quantiles": 2, "censored": "as_observed"}},
        **{
            f"ranks_{word}": {
                **QUANTILES,
                "method": {
                    "quantiles": 7,
                    "censored": "as_observed",
                    "rank_test": f"mann_whitney_{word}",
                    "shift": f"hodges_lehmann_{word}",
                },
            }
            for word in ("exact", "asymptotic", "corrected")
        },
        "landmarks": {**CONTRASTS, "method": {"transform": "log-log"}},
        "landmarks_plain": {**CONTRASTS, "method": {"transform": "plain"}},
        "hazards": {
            "kind": "hazard_sensitivity",
            "endpoint": "TIME",
            "method": {"ties": "efron"},
            "stratify_by": ["MEDFL", "GRADE"],
            "weights": ["gehan_breslow", "tarone_ware", "peto_peto"],
            "fleming_harrington": [[0, 1], [1, 0], [0.5, 2]],
            "proportional_hazards": ["km", "identity", "log", "rank"],
        },
        "hazards_breslow": {
            "kind": "hazard_sensitivity",
            "endpoint": "TIME",
            "method": {"ties": "breslow"},
            "stratify_by": ["SITEID"],
            "proportional_hazards": ["km"],
        },
    },
    "compare_imputed": {
        "filled": {
            "kind": "difference_imputed",
            "endpoint": "RESP",
            "imputation": "m",
            "covariates": ["AGE"],
            "method": {"df": "barnard_rubin"},
        },
        "filled_rubin": {"kind": "difference_imputed", "endpoint": "RESP", "imputation": "m"},
        **{
            f"filled_{estimator}": {
                "kind": "difference_imputed",
                "endpoint": "RESP",
                "imputation": "b",
                "method": {"estimator": estimator, "df": df},
                **({"covariates": ["AGE"]} if estimator == "logistic" and df == "rubin" else {}),
            }
            for estimator, df in (
                ("proportions", "barnard_rubin"),
                ("chi_square", "rubin"),
                ("logistic", "rubin"),
            )
        },
        "filled_odds": {
            "kind": "difference_imputed",
            "endpoint": "RESP",
            "imputation": "b",
            "method": {"estimator": "logistic", "df": "barnard_rubin"},
        },
        "filled_once": {"kind": "difference_imputed", "endpoint": "RESP", "imputation": "once"},
    },
    "find_tipping_points": {
        "tipping_wald": {**TIPPING, "method": {"grid": "counts", "interval": "wald"}},
        "tipping_newcombe": {
            **TIPPING,
            "method": {"grid": "counts", "interval": "newcombe", "test": "fisher_exact"},
        },
        "tipping_shifts": {**TIPPING, "imputation": "g", "method": {"grid": "delta"}},
        "tipping_squares": {
            **TIPPING,
            "imputation": "g",
            "method": {"grid": "delta", "variance": "least_squares", "df": "barnard_rubin"},
        },
    },
    "fit_models": {
        "by_age": {"kind": "logistic", "endpoint": "RESP", "terms": ["AGE"]},
        "by_both": BY_BOTH,
        "by_both_firth": {**BY_BOTH, "method": {"fit": "firth"}},
        "by_grade": {**BY_BOTH, "terms": ["GRADE"], "method": {"fit": "firth_if_separated"}},
        "standardised": ADJUSTED,
        "standardised_corrected": {
            **ADJUSTED,
            "method": {
                "fit": "maximum_likelihood",
                "variance": "influence_function_corrected",
            },
        },
        "standardised_firth": {
            **ADJUSTED,
            "method": {"fit": "firth", "variance": "influence_function"},
        },
        "standardised_model": {**ADJUSTED, "method": {"variance": "model_based"}},
    },
}

# Limits by the profile cost the second implementation some time, so they are judged once.
PROFILE = {"interval": "profile_likelihood"}
PROFILED = {
    "fit_models": {
        "by_both": {**BY_BOTH, "method": PROFILE},
        "by_both_penalised": {**BY_BOTH, "method": {"fit": "firth", **PROFILE}},
        "standardised": {**ADJUSTED, "method": PROFILE},
        "standardised_firth": {**ADJUSTED, "method": {"fit": "firth", **PROFILE}},
    },
}


def made(arms, seed):
    """A trial of these subjects with everything that the analyses read, from a seed."""
    random = np.random.default_rng(seed)
    adsl, n = subjects(arms), len(arms)
    adsl = adsl.assign(
        AGE=random.integers(20, 70, n).astype(float),
        MEDFL=random.choice(["Y", "N"], n),
        PPFL=np.where(random.random(n) < 0.8, adsl["ITTFL"], "N"),
        SITEID=random.choice(["01", "02"], n),
        GRADE=np.arange(n) % 2 + 1.0,
    )
    inside = (adsl["RANDFL"] == "Y").to_numpy()
    adresp = responses(adsl, random.choice(["Y", "N"], int(inside.sum())))
    adtte = pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "TIME", "AVALU": "DAYS"})
    adtte = adtte.assign(
        AVAL=random.integers(1, 20, n).astype(float), CNSR=random.integers(0, 2, n)
    )
    adtte = adtte[inside & (random.random(n) < 0.9)]
    names = adsl.loc[inside, "USUBJID"].to_numpy()
    known = pd.DataFrame({"USUBJID": names[4:], "IMPUTATION": 0, "IMPUTED": "N"})
    drawn = [
        pd.DataFrame({"USUBJID": names[:4], "IMPUTATION": k, "IMPUTED": "Y"}) for k in range(1, 8)
    ]
    imputed = pd.concat([known, *drawn], ignore_index=True)
    binary = imputed.assign(AVAL=random.integers(0, 2, len(imputed)).astype(float))
    imputed = imputed.assign(AVAL=random.normal(0.5, 0.3, len(imputed)))
    once = imputed[imputed["IMPUTATION"] <= 1]
    once = once.assign(AVAL=(once["AVAL"] > 0.5) * 1.0)
    return Tables(
        adsl, adresp, adtte, {"m": imputed, "b": binary, "once": once}, {"g": shifted(adsl, random)}
    )


def shifted(adsl, random):
    """Responders at three shifts of each arm: two of an arm are missing, as far as it has two."""
    rows = []
    for arm in "ABC":
        size = int((adsl["ARMCD"] == arm).sum())
        lost = min(2, size)
        seen = int(random.integers(0, size - lost + 1))
        for shift in (-1.0, 0.0, 0.5):
            pairs = [(size - lost, seen)]
            pairs += [(lost, int(random.integers(0, lost + 1))) for _ in range(4)]
            told = {"ARMCD": arm, "DELTA": shift}
            rows += [
                {**told, "IMPUTATION": k, "SUBJECTS": n, "RESPONDERS": x}
                for k, (n, x) in enumerate(pairs)
            ]
    return pd.DataFrame(rows)


def sliced(planned, base=PLAN):
    """The plan by family, as the rule gives it."""
    model = {"label": "A model", "method": "normal", "predictors": ["ARMCD"]}
    models = {"m": model, "b": {**model, "method": "logistic"}}
    models["once"] = {"label": "All failures", "assumption": {"kind": "worst_case"}}
    models["g"] = {**model, "assumption": {"kind": "delta_grid"}}
    return {
        family: {
            **base,
            "models": models,
            "settings": {**base["settings"], "imputations_least": 3},
            "analyses": {name: {**HEAD, **analysis} for name, analysis in analyses.items()},
        }
        for family, analyses in planned.items()
    }


def first_results(tables, plan):
    """What the first implementation stores, by analysis."""
    common = (tables.adsl, tables.adresp)
    steps = {
        "compare_proportions": lambda p: compare_proportions(*common, p),
        "compare_times": lambda p: compare_times(*common, tables.adtte, p),
        "compare_imputed": lambda p: compare_imputed(*common, tables.imputed, p),
        "find_tipping_points": lambda p: find_tipping_points(
            tables.adsl, {**tables.imputed, **tables.grids}, p
        ),
        "fit_models": lambda p: fit_models(*common, p),
    }
    return plain({k: v for family, part in plan.items() for k, v in steps[family](part).items()})
