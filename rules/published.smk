rule compare_published:
    """Every published number with its verdict, and the inconsistencies that the data can show."""
    input:
        results=expand("results/analyse/{analysis}.json", analysis=PLAN["analyses"]["analyses"]),
        tables=expand(
            "results/derive/{table}.parquet",
            table=["adsl", "adresp", "adtte", "adae", *MEASUREMENT_SETS],
        ),
        contracts=contracts("adsl", "adresp", "adtte", "adae"),
        code=code_of("report.compare_published"),
    output:
        published="results/report/published.json",
        seal="results/report/seals/compare_published.json",
    params:
        plan=plan_for("published", "settings", "trial.arms"),
    log:
        "results/logs/report/compare_published.log",
    conda:
        "../envs/report.yaml"
    script:
        "../scripts/report/compare_published.py"
