# audit: the index from every printed number to the raw values behind it and back.
#
# Takes:
#   results/ingest/raw/*.parquet           raw values, each row with its file and row there
#   results/ingest/sdtm/*.parquet          the records made from them
#   results/derive/*.parquet               analysis data sets, verdicts with the trace of decisions
#   results/derive/adsl.parquet            subjects with populations
#   results/derive/adresp.parquet          verdicts
#   results/derive/decisions.parquet       which record met which clause
#   results/derive/adtte.parquet           times to event
#   results/derive/adae.parquet            adverse events
#   results/derive/adcm.parquet            medication
#   results/derive/adex.parquet            exposure
#   results/analyse/results.parquet        every number of the analyses
#   results/analyse/results.json           how each analysis was made, and from whom
#   results/validate/findings.parquet      what the checks found
#   results/report/tables.json             every printed number with its address
#   results/report/figures/*.json          the same for figures
#   results/report/published.json          the comparison with the publication
# Gives:
#   results/audit/index.json               what depends on what: names and structure
#   results/audit/arrays.parquet           its arrays


rule build_index:
    """The index of dependencies, at the grain of row and column, in both directions."""
    input:
        raw=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        derived=[
            "results/derive/adsl.parquet",
            "results/derive/adresp.parquet",
            "results/derive/decisions.parquet",
            "results/derive/adtte.parquet",
            "results/derive/adae.parquet",
            "results/derive/adcm.parquet",
            "results/derive/adex.parquet",
            *expand("results/derive/{name}.parquet", name=MEASUREMENT_SETS),
        ],
        store="results/analyse/results.parquet",
        described="results/analyse/results.json",
        findings="results/validate/findings.parquet",
        tables="results/report/tables.json",
        figures=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        published="results/report/published.json",
        contracts=contracts("arrays"),
        code=code_of("audit.build_index"),
    output:
        index="results/audit/index.json",
        arrays="results/audit/arrays.parquet",
        seal="results/audit/seals/build_index.json",
    log:
        "results/logs/audit/build_index.log",
    conda:
        "../envs/audit.yaml"
    params:
        plan=plan_for(*PLAN),
    script:
        "../scripts/audit/build_index.py"
