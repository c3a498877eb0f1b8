# ingest: the raw files as they are, then SDTM domains by the plan's mapping.
#
# Takes:
#   the raw files that the plan names, and the key where the trial is blinded
# Gives:
#   results/ingest/raw/*.parquet        each raw file under the plan's types, with row origin
#   results/ingest/metadata.json        hashes, labels, value labels, user-defined missing values
#   results/ingest/sdtm/*.parquet       the SDTM domains


rule read_raw:
    """Every raw file as it is: types, labels, reasons of missing values, hash, row origin."""
    input:
        raw=raw_files,
        key=SETTLED.key,
        code=code_of("ingest.read_raw"),
    output:
        tables=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        metadata="results/ingest/metadata.json",
        seal="results/ingest/seals/read_raw.json",
    log:
        "results/logs/ingest/read_raw.log",
    conda:
        "../envs/ingest.yaml"
    params:
        plan={**SETTLED.reading, "environment": ENVIRONMENT, "raw": RAW},
    script:
        "../scripts/ingest/read_raw.py"


rule standardise:
    """SDTM domains by declared code lists; a raw value without a code stops here."""
    input:
        raw=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        metadata="results/ingest/metadata.json",
        contracts=contracts(*DOMAINS),
        code=code_of("ingest.standardise"),
    output:
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        seal="results/ingest/seals/standardise.json",
    log:
        "results/logs/ingest/standardise.log",
    conda:
        "../envs/ingest.yaml"
    params:
        plan=plan_for("sources", "sdtm", "trial", "study.id"),
    script:
        "../scripts/ingest/standardise.py"
