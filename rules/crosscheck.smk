# crosscheck: every number of the results again, by programs in R. Asked for by its name, no part of
# `all`; needs R (envs/install-r.sh).
#
# Takes:
#   results/derive/*.parquet         subjects, verdicts, times, and records that an analysis names
#   results/ingest/sdtm/*.parquet    domains that an analysis names
#   results/impute/*.parquet         completed data sets, and the course of the first chains
#   results/impute/grids/*.parquet   responders at every shift of a grid
#   results/analyse/results.parquet  every number of the analyses
#   results/analyse/results.json     which kind of analysis each is
# Gives:
#   results/crosscheck/tables/*.xpt        the tables as R reads them
#   results/crosscheck/answers.parquet     R's numbers, each with the expression that gave it
#   results/crosscheck/session.json        versions of R and its packages; what R declined, and why
#   results/crosscheck/comparison.parquet  ours beside R's: tolerance, verdict, reason
#   results/crosscheck/comparison.csv      the same for whoever has no Parquet
#   results/crosscheck/summary.json        counts by family and verdict
#   results/crosscheck/crosscheck.html     the same to read
#   results/crosscheck/verdict.json        made only where R disagrees with no number
from scripts.analyse.families import FAMILIES
from scripts.crosscheck.standing import standing

CROSSCHECK = PROJECT / "scripts" / "crosscheck"
SUBJECT_TABLES = ["adsl", "adresp"] + (["adtte"] if ANALYSES("compare_times") else [])
RECORDS = {
    stage: sorted(
        {table for family in set(FAMILIES.values()) for table in TABLES(family, stage)}
        - set(SUBJECT_TABLES)
    )
    for stage in ("derive", "ingest")
}
# Models by visit are described from the records that they complete.
if VISIT_MODELS:
    RECORDS["derive"] = sorted({*RECORDS["derive"], *MEASUREMENT_SETS, "adcm"})
TRACED = [Path(path).stem for path in TRACES]
EXPORTED = [
    *SUBJECT_TABLES,
    *RECORDS["derive"],
    *RECORDS["ingest"],
    *COMPLETED,
    *GRIDS,
    *TRACED,
]


rule export_tables:
    """The tables that the analyses read, as transport files with labels."""
    input:
        subjects=expand("results/derive/{table}.parquet", table=SUBJECT_TABLES),
        records=expand("results/derive/{table}.parquet", table=RECORDS["derive"]),
        domains=expand("results/ingest/sdtm/{table}.parquet", table=RECORDS["ingest"]),
        imputed=expand("results/impute/{model}.parquet", model=COMPLETED),
        grids=expand("results/impute/grids/{model}.parquet", model=GRIDS),
        traces=TRACES,
        contracts=contracts(*SUBJECT_TABLES, "imputed"),
        code=code_of("crosscheck.export_tables"),
    output:
        tables=expand("results/crosscheck/tables/{table}.xpt", table=EXPORTED),
        seal="results/crosscheck/seals/export_tables.json",
    log:
        "results/logs/crosscheck/export_tables.log",
    conda:
        "../envs/crosscheck.yaml"
    params:
        plan=plan_for("subjects"),
    script:
        "../scripts/crosscheck/export_tables.py"


rule ask_r:
    """One run of R over all analyses of the plan."""
    input:
        tables=expand("results/crosscheck/tables/{table}.xpt", table=EXPORTED),
        programs=sorted(map(str, CROSSCHECK.glob("*.R"))),
        contracts=contracts("answers"),
        code=code_of("crosscheck.ask_r"),
    output:
        answers="results/crosscheck/answers.parquet",
        session="results/crosscheck/session.json",
        seal="results/crosscheck/seals/ask_r.json",
    log:
        "results/logs/crosscheck/ask_r.log",
    conda:
        "../envs/crosscheck.yaml"
    params:
        plan=plan_for(
            "analyses",
            "trial",
            "subjects",
            "measurements",
            "imputation",
            "settings",
            "formats",
        ),
    script:
        "../scripts/crosscheck/ask_r.py"


rule compare_numbers:
    """Every number beside R's, with tolerance, verdict and reason; a page to read."""
    input:
        results="results/analyse/results.parquet",
        described="results/analyse/results.json",
        answers="results/crosscheck/answers.parquet",
        session="results/crosscheck/session.json",
        template=str(CROSSCHECK / "templates" / "crosscheck.html"),
        contracts=contracts("results", "answers", "comparison"),
        code=code_of("crosscheck.compare_numbers"),
    output:
        comparison="results/crosscheck/comparison.parquet",
        csv="results/crosscheck/comparison.csv",
        summary="results/crosscheck/summary.json",
        page="results/crosscheck/crosscheck.html",
        seal="results/crosscheck/seals/compare_numbers.json",
    log:
        "results/logs/crosscheck/compare_numbers.log",
    conda:
        "../envs/crosscheck.yaml"
    params:
        plan=plan_for("study.title"),
    script:
        "../scripts/crosscheck/compare_numbers.py"


rule accept_numbers:
    """The verdict of the second opinion, given only where no number differs."""
    input:
        comparison="results/crosscheck/comparison.parquet",
        summary="results/crosscheck/summary.json",
        contracts=contracts("comparison"),
        code=code_of("crosscheck.accept_numbers"),
    output:
        verdict="results/crosscheck/verdict.json",
        seal="results/crosscheck/seals/accept_numbers.json",
    log:
        "results/logs/crosscheck/accept_numbers.log",
    conda:
        "../envs/crosscheck.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/crosscheck/accept_numbers.py"
