# validate: hold the data against the checks of the plan; errors stop everything that follows.
#
# Takes:
#   results/ingest/sdtm/*.parquet        the SDTM domains
#   results/ingest/raw/*.parquet         the raw tables, for the checks on them
# Gives:
#   results/validate/findings.parquet    every finding: severity, subject, source row, value
#   results/validate/summary.json        how much every declared check found, zero included
#   results/validate/deviations.parquet  the protocol deviations by subject
#   results/validate/findings.txt        the same for a reader
#   results/validate/verdict.json        leave to go on; every later stage takes it


rule check_data:
    """Every finding of every declared check, counted, listed in words, deviations apart."""
    input:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        sources=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        contracts=contracts("findings", "deviations", *DOMAINS),
        code=code_of("validate.check_data"),
    output:
        findings="results/validate/findings.parquet",
        summary="results/validate/summary.json",
        deviations="results/validate/deviations.parquet",
        listing="results/validate/findings.txt",
        seal="results/validate/seals/check_data.json",
    log:
        "results/logs/validate/check_data.log",
    conda:
        "../envs/validate.yaml"
    params:
        plan=plan_for("checks", "trial", "study.id", "study.data_cut"),
    script:
        "../scripts/validate/check_data.py"


rule give_verdict:
    """Leave to go on, given only when no error is left that the plan does not waive."""
    input:
        findings="results/validate/findings.parquet",
        summary="results/validate/summary.json",
        contracts=contracts("findings"),
        code=code_of("validate.give_verdict"),
    output:
        verdict="results/validate/verdict.json",
        seal="results/validate/seals/give_verdict.json",
    log:
        "results/logs/validate/give_verdict.log",
    conda:
        "../envs/validate.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/validate/give_verdict.py"
