# impute: completed values of an endpoint for subjects who could not reach it.
#
# Takes:
#   results/derive/adsl.parquet    who is in the model, in whom the endpoint is missing, predictors
#   results/derive/adresp.parquet  observed verdicts
# Gives:
#   results/impute/*.parquet       observed values once, then the draws, for every model in use
#   results/impute/traces.parquet  the course of the first chains of these models
#   results/impute/models.json     how each was made: methods, predictors, order, what was found
from scripts.analyse.families import imputations_of, models_of

IMPUTATIONS = imputations_of(PLAN)
# What the diagnostics read: traces of chains, and how each model was made.
TRACES = ["results/impute/traces.parquet"] if IMPUTATIONS else []
MODEL_NOTES = ["results/impute/models.json"] if IMPUTATIONS else []


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
