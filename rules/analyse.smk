# analyse: one result file for each planned analysis, numbers at full precision.
# A rule is a family of analyses (scripts/analyse/families.py); one of which the plan has no
# analysis is not declared.
#
# Takes:
#   results/derive/adsl.parquet    subjects with populations and covariates
#   results/derive/adresp.parquet  verdicts on the endpoints
#   results/derive/adtte.parquet   times to events
#   results/derive/*.parquet       records that an analysis names: measurements, events, medication
#   results/ingest/sdtm/*.parquet  domains that an analysis names, such as the visits attended
#   results/impute/*.parquet       completed data sets, traces of chains, how models were made
#   results/impute/grids/*.parquet responders at every shift of a grid
# Gives:
#   results/analyse/*.json         the result of each analysis under its id
#   results/analyse/results.parquet      every number of them in long form, one record a statistic
#   results/analyse/results.json         how each was made, and from whom
#   results/analyse/second_opinion.json  the same numbers by other code, and whether both agree
from functools import partial

from scripts.analyse.families import (
    analyses_of,
    described_models,
    imputations_of,
    plan_of,
    tables_of,
)

ANALYSES = partial(analyses_of, PLAN)
TABLES = partial(tables_of, PLAN)
# What a family reads of the plan, as one value, with the environment's digest.
analyses_for = partial(plan_of, {**PLAN, "environment": ENVIRONMENT})
# The families whose numbers are computed a second time: those that compare.
TWICE = ["compare_proportions", "compare_imputed", "find_tipping_points"]
TWICE += ["compare_times", "fit_models"]
# Models that end in completed data sets.
COMPLETED = [name for name in imputations_of(PLAN) if name not in GRIDS]


if ANALYSES("compare_proportions"):

    rule compare_proportions:
        """Proportions and their differences between groups, in subgroups too."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.compare_proportions"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("compare_proportions"),
            ),
            seal="results/analyse/seals/compare_proportions.json",
        log:
            "results/logs/analyse/compare_proportions.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("compare_proportions"),
        script:
            "../scripts/analyse/compare_proportions.py"


if ANALYSES("compare_imputed"):

    rule compare_imputed:
        """Differences from completed data sets, pooled by Rubin's rules."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            imputed=expand(
                "results/impute/{model}.parquet",
                model=imputations_of(PLAN, "compare_imputed"),
            ),
            contracts=contracts("adsl", "adresp", "imputed"),
            code=code_of("analyse.compare_imputed"),
        output:
            results=expand(
                "results/analyse/{analysis}.json", analysis=ANALYSES("compare_imputed")
            ),
            seal="results/analyse/seals/compare_imputed.json",
        log:
            "results/logs/analyse/compare_imputed.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("compare_imputed"),
        script:
            "../scripts/analyse/compare_imputed.py"


if ANALYSES("describe_imputations"):

    rule describe_imputations:
        """Convergence of imputation models, traces, observed against imputed values."""
        input:
            imputed=expand(
                "results/impute/{model}.parquet", model=described_models(PLAN)
            ),
            traces=TRACES,
            models=MODEL_NOTES,
            contracts=contracts("imputed", "traces"),
            code=code_of("analyse.describe_imputations"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("describe_imputations"),
            ),
            seal="results/analyse/seals/describe_imputations.json",
        log:
            "results/logs/analyse/describe_imputations.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("describe_imputations"),
        script:
            "../scripts/analyse/describe_imputations.py"


if ANALYSES("find_tipping_points"):

    rule find_tipping_points:
        """Where on a grid of assumptions about what is missing a conclusion changes."""
        input:
            adsl="results/derive/adsl.parquet",
            imputed=expand(
                "results/impute/{model}.parquet",
                model=[
                    name
                    for name in imputations_of(PLAN, "find_tipping_points")
                    if name in COMPLETED
                ],
            ),
            grids=expand("results/impute/grids/{model}.parquet", model=GRIDS),
            contracts=contracts("adsl", "imputed", "delta_grid"),
            code=code_of("analyse.find_tipping_points"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("find_tipping_points"),
            ),
            seal="results/analyse/seals/find_tipping_points.json",
        log:
            "results/logs/analyse/find_tipping_points.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("find_tipping_points"),
        script:
            "../scripts/analyse/find_tipping_points.py"


if ANALYSES("compare_times"):

    rule compare_times:
        """Quantiles of times, survival curves, log-rank tests and hazard ratios."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            adtte="results/derive/adtte.parquet",
            contracts=contracts("adsl", "adresp", "adtte"),
            code=code_of("analyse.compare_times"),
        output:
            results=expand(
                "results/analyse/{analysis}.json", analysis=ANALYSES("compare_times")
            ),
            seal="results/analyse/seals/compare_times.json",
        log:
            "results/logs/analyse/compare_times.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("compare_times"),
        script:
            "../scripts/analyse/compare_times.py"


if ANALYSES("fit_models"):

    rule fit_models:
        """Logistic models of an endpoint."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.fit_models"),
        output:
            results=expand(
                "results/analyse/{analysis}.json", analysis=ANALYSES("fit_models")
            ),
            seal="results/analyse/seals/fit_models.json",
        log:
            "results/logs/analyse/fit_models.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("fit_models"),
        script:
            "../scripts/analyse/fit_models.py"


if ANALYSES("describe_subjects"):

    rule describe_subjects:
        """Populations, baseline, medication, flow, visits and exposure."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            records=expand(
                "results/derive/{table}.parquet",
                table=TABLES("describe_subjects", "derive"),
            ),
            domains=expand(
                "results/ingest/sdtm/{table}.parquet",
                table=TABLES("describe_subjects", "ingest"),
            ),
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.describe_subjects"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("describe_subjects"),
            ),
            seal="results/analyse/seals/describe_subjects.json",
        log:
            "results/logs/analyse/describe_subjects.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("describe_subjects"),
        script:
            "../scripts/analyse/describe_subjects.py"


if ANALYSES("describe_courses"):

    rule describe_courses:
        """The course of each subject: how long observed, what happened when."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            records=expand(
                "results/derive/{table}.parquet",
                table=TABLES("describe_courses", "derive"),
            ),
            domains=expand(
                "results/ingest/sdtm/{table}.parquet",
                table=TABLES("describe_courses", "ingest"),
            ),
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.describe_courses"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("describe_courses"),
            ),
            seal="results/analyse/seals/describe_courses.json",
        log:
            "results/logs/analyse/describe_courses.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("describe_courses"),
        script:
            "../scripts/analyse/describe_courses.py"


if ANALYSES("describe_measurements"):

    rule describe_measurements:
        """Measurements over the visits: distribution, shift, what is missing."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            records=expand(
                "results/derive/{table}.parquet",
                table=TABLES("describe_measurements", "derive"),
            ),
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.describe_measurements"),
        output:
            results=expand(
                "results/analyse/{analysis}.json",
                analysis=ANALYSES("describe_measurements"),
            ),
            seal="results/analyse/seals/describe_measurements.json",
        log:
            "results/logs/analyse/describe_measurements.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("describe_measurements"),
        script:
            "../scripts/analyse/describe_measurements.py"


if ANALYSES("describe_events"):

    rule describe_events:
        """Adverse events: overview, terms, grades and deaths."""
        input:
            adsl="results/derive/adsl.parquet",
            adresp="results/derive/adresp.parquet",
            records=expand(
                "results/derive/{table}.parquet",
                table=TABLES("describe_events", "derive"),
            ),
            contracts=contracts("adsl", "adresp"),
            code=code_of("analyse.describe_events"),
        output:
            results=expand(
                "results/analyse/{analysis}.json", analysis=ANALYSES("describe_events")
            ),
            seal="results/analyse/seals/describe_events.json",
        log:
            "results/logs/analyse/describe_events.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("describe_events"),
        script:
            "../scripts/analyse/describe_events.py"


if ANALYSES("compute_design"):

    rule compute_design:
        """Planned sample size, and power as enrolled."""
        input:
            adsl="results/derive/adsl.parquet",
            contracts=contracts("adsl"),
            code=code_of("analyse.compute_design"),
        output:
            results=expand(
                "results/analyse/{analysis}.json", analysis=ANALYSES("compute_design")
            ),
            seal="results/analyse/seals/compute_design.json",
        log:
            "results/logs/analyse/compute_design.log",
        conda:
            "../envs/analyse.yaml"
        params:
            plan=analyses_for("compute_design"),
        script:
            "../scripts/analyse/compute_design.py"


rule second_opinion:
    """Every comparative number again, by other code; a disagreement is an error."""
    input:
        adsl="results/derive/adsl.parquet",
        adresp="results/derive/adresp.parquet",
        adtte="results/derive/adtte.parquet" if ANALYSES("compare_times") else [],
        imputed=expand("results/impute/{model}.parquet", model=COMPLETED),
        grids=expand("results/impute/grids/{model}.parquet", model=GRIDS),
        results=expand(
            "results/analyse/{analysis}.json",
            analysis=[name for family in TWICE for name in ANALYSES(family)],
        ),
        contracts=contracts("adsl", "adresp", "adtte"),
        code=code_of("analyse.second_opinion"),
    output:
        opinion="results/analyse/second_opinion.json",
        seal="results/analyse/seals/second_opinion.json",
    log:
        "results/logs/analyse/second_opinion.log",
    conda:
        "../envs/analyse.yaml"
    params:
        plan={family: analyses_for(family) for family in TWICE},
    script:
        "../scripts/analyse/second_opinion.py"


rule collect_results:
    """The results store: all that the report prints numbers from, one record a statistic."""
    input:
        results=expand(
            "results/analyse/{analysis}.json", analysis=PLAN["analyses"]["analyses"]
        ),
        contracts=contracts("results"),
        code=code_of("analyse.collect_results"),
    output:
        store="results/analyse/results.parquet",
        described="results/analyse/results.json",
        seal="results/analyse/seals/collect_results.json",
    log:
        "results/logs/analyse/collect_results.log",
    conda:
        "../envs/analyse.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/analyse/collect_results.py"
