# derive: from SDTM domains to the analysis data sets (ADaM).
# Takes:
#   results/ingest/sdtm/*.parquet          the SDTM domains
#   results/validate/verdict.json          the leave to go on
# Gives:
#   results/derive/adsl.parquet            subjects with covariates and populations
#   results/derive/*.parquet               repeated measurements, one data set for each of the plan
#   results/derive/adresp.parquet          the verdict of every endpoint
#   results/derive/decisions.parquet       which record met which clause
#   results/derive/adtte.parquet           times to event
#   results/derive/adae.parquet            adverse events
#   results/derive/adcm.parquet            medication
#   results/derive/adex.parquet            exposure


rule derive_subjects:
    """ADSL: one record a screened subject with covariates and population flags."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        verdict="results/validate/verdict.json",
        contracts=contracts("adsl"),
        code=code_of("derive.derive_subjects"),
    output:
        adsl="results/derive/adsl.parquet",
        seal="results/derive/seals/derive_subjects.json",
    log:
        "results/logs/derive/derive_subjects.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("trial", "subjects", "measurements"),
    script:
        "../scripts/derive/derive_subjects.py"


rule derive_measurements:
    """BDS data sets: repeated measurements with baseline, actual and planned day."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        contracts=contracts("adsl", "bds"),
        code=code_of("derive.derive_measurements"),
    output:
        measurements=expand("results/derive/{name}.parquet", name=MEASUREMENT_SETS),
        seal="results/derive/seals/derive_measurements.json",
    log:
        "results/logs/derive/derive_measurements.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("trial", "measurements"),
    script:
        "../scripts/derive/derive_measurements.py"


rule derive_medications:
    """ADCM: prior and concomitant medications with days since start of treatment."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        contracts=contracts("adsl", "adcm"),
        code=code_of("derive.derive_medications"),
    output:
        adcm="results/derive/adcm.parquet",
        seal="results/derive/seals/derive_medications.json",
    log:
        "results/logs/derive/derive_medications.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("events"),
    script:
        "../scripts/derive/derive_medications.py"


rule derive_responses:
    """ADRESP: the verdict on every endpoint, and the trace of each decision."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        measurements=expand("results/derive/{name}.parquet", name=MEASUREMENT_SETS),
        adcm="results/derive/adcm.parquet",
        contracts=contracts("adsl", "adcm", "adresp", "decisions"),
        code=code_of("derive.derive_responses"),
    output:
        adresp="results/derive/adresp.parquet",
        decisions="results/derive/decisions.parquet",
        seal="results/derive/seals/derive_responses.json",
    log:
        "results/logs/derive/derive_responses.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("endpoints"),
    script:
        "../scripts/derive/derive_responses.py"


rule derive_times:
    """ADTTE: times to event and durations with censoring and its reason."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        adresp="results/derive/adresp.parquet",
        measurements=expand("results/derive/{name}.parquet", name=MEASUREMENT_SETS),
        contracts=contracts("adsl", "adresp", "adtte"),
        code=code_of("derive.derive_times"),
    output:
        adtte="results/derive/adtte.parquet",
        seal="results/derive/seals/derive_times.json",
    log:
        "results/logs/derive/derive_times.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("times"),
    script:
        "../scripts/derive/derive_times.py"


rule derive_events:
    """ADAE: adverse events with the flag for treatment-emergent ones."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        contracts=contracts("adsl", "adae"),
        code=code_of("derive.derive_events"),
    output:
        adae="results/derive/adae.parquet",
        seal="results/derive/seals/derive_events.json",
    log:
        "results/logs/derive/derive_events.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("events"),
    script:
        "../scripts/derive/derive_events.py"


rule derive_exposure:
    """ADEX: treatment given, one record a dose or period of constant dose."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        adsl="results/derive/adsl.parquet",
        contracts=contracts("adsl", "adex"),
        code=code_of("derive.derive_exposure"),
    output:
        adex="results/derive/adex.parquet",
        seal="results/derive/seals/derive_exposure.json",
    log:
        "results/logs/derive/derive_exposure.log",
    conda:
        "../envs/derive.yaml"
    params:
        plan=plan_for("events"),
    script:
        "../scripts/derive/derive_exposure.py"
