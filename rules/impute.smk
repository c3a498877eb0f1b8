# impute: completed values of an endpoint for subjects who could not reach it.
# Takes ADSL and ADRESP from derive; gives results/impute/{model}.parquet for every imputation
# model that an analysis of the plan uses: observed values once, then the draws of each imputation.
from scripts.analyse.families import imputations_of, models_of

IMPUTATIONS = imputations_of(PLAN)


if IMPUTATIONS:

    rule impute_responses:
        """Fully conditional specification: m completed data sets for each model of the plan."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            contracts=contracts("adsl", "adresp", "imputed"),
            code=code_of("impute.impute_responses"),
        output:
            imputed=expand("results/impute/{model}.parquet", model=IMPUTATIONS),
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
