# impute: completed values of an endpoint for subjects who could not reach it.
#
# Takes:
#   results/derive/adsl.parquet    who is in the model, in whom the endpoint is missing, predictors
#   results/derive/adresp.parquet  observed verdicts
#   results/derive/adcm.parquet    medication, for models by visit
#   results/derive/*.parquet       measures by visit, for models by visit
#   results/ingest/sdtm/*.parquet  domains from which endpoints are derived
# Gives:
#   results/impute/*.parquet       observed values once, then the draws, for every model in use
#   results/impute/traces.parquet  the course of the first chains of these models
#   results/impute/models.json     how each was made: methods, predictors, order, what was found
#   results/impute/grids/*.parquet responders by arm, shift and imputation, for every grid in use
#   results/impute/visits.json     how each model by visit was made
#   results/impute/visits_traces.parquet  the course of its chains
from scripts.analyse.families import models_made_by, models_of, references_of

IMPUTATIONS = models_made_by(PLAN, "impute_responses")
VISIT_MODELS = models_made_by(PLAN, "impute_visits")
SHIFTED = models_made_by(PLAN, "impute_shifted")
GRIDS = models_made_by(PLAN, "grids")
# What the diagnostics read: traces of chains, and how each model was made.
TRACES = [
    *(["results/impute/traces.parquet"] if IMPUTATIONS else []),
    *(["results/impute/visits_traces.parquet"] if VISIT_MODELS else []),
]
MODEL_NOTES = [
    *(["results/impute/models.json"] if IMPUTATIONS else []),
    *(["results/impute/visits.json"] if VISIT_MODELS else []),
]


if IMPUTATIONS:

    rule impute_responses:
        """Fully conditional specification: m completed data sets for each model of the plan."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            contracts=contracts("adsl", "adresp", "imputed", "traces"),
            code=code_of("impute.impute_responses"),
        output:
            imputed=expand("results/impute/{model}.parquet", model=IMPUTATIONS),
            traces="results/impute/traces.parquet",
            models="results/impute/models.json",
            seal="results/impute/seals/impute_responses.json",
        log:
            "results/logs/impute/impute_responses.log",
        conda:
            "../envs/impute.yaml"
        params:
            plan={
                "models": {name: models_of(PLAN)[name] for name in IMPUTATIONS},
                **plan_for("settings.seed", "settings.imputations"),
            },
        script:
            "../scripts/impute/impute_responses.py"


if VISIT_MODELS:

    rule impute_visits:
        """Measures completed by visit, the endpoint derived in each completed data set."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            adcm="results/derive/adcm.parquet",
            measurements=expand("results/derive/{name}.parquet", name=MEASUREMENT_SETS),
            domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
            contracts=contracts("adsl", "adresp", "adcm", "imputed", "traces"),
            code=code_of("impute.impute_visits"),
        output:
            imputed=expand("results/impute/{model}.parquet", model=VISIT_MODELS),
            traces="results/impute/visits_traces.parquet",
            models="results/impute/visits.json",
            seal="results/impute/seals/impute_visits.json",
        log:
            "results/logs/impute/impute_visits.log",
        conda:
            "../envs/impute.yaml"
        params:
            plan={
                "models": {name: models_of(PLAN)[name] for name in VISIT_MODELS},
                **plan_for(
                    "trial", "endpoints", "settings.seed", "settings.imputations"
                ),
            },
        script:
            "../scripts/impute/impute_visits.py"


if SHIFTED + GRIDS:

    rule impute_shifted:
        """Completed data sets under assumptions that depart from missing at random, and grids."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            contracts=contracts("adsl", "adresp", "imputed", "delta_grid"),
            code=code_of("impute.impute_shifted"),
        output:
            imputed=expand("results/impute/{model}.parquet", model=SHIFTED),
            grids=expand("results/impute/grids/{model}.parquet", model=GRIDS),
            seal="results/impute/seals/impute_shifted.json",
        log:
            "results/logs/impute/impute_shifted.log",
        conda:
            "../envs/impute.yaml"
        params:
            plan={
                "models": {name: models_of(PLAN)[name] for name in SHIFTED + GRIDS},
                "references": references_of(PLAN),
                **plan_for("settings.seed", "settings.imputations"),
            },
        script:
            "../scripts/impute/impute_shifted.py"
