# report: results become characters, tables, figures and pages; nothing is computed any more.
#
# Takes:
#   results/analyse/*.json               one file for each analysis, to check the report against
#   results/analyse/results.parquet      every number, one record a statistic
#   results/analyse/results.json         how each analysis was made, and from whom
#   results/analyse/second_opinion.json  the same numbers by other code
#   results/validate/findings.parquet    what the checks of the data found
#   results/validate/deviations.parquet  protocol deviations
#   results/validate/summary.json        how much every declared check found
#   results/derive/*.parquet             analysis data sets, for the inconsistencies
#   results/derive/adsl.parquet          the arms of subjects with deviations
#   results/validate/*.parquet           findings and deviations that are listed
#   results/ingest/sdtm/*.parquet        domains that are listed, and visits for the profiles
#   results/ingest/metadata.json         raw files with their hashes
#   results/audit/content.json           the root over everything before the report
# Gives:
#   results/report/published.json        published numbers against computed ones
#   results/report/assumptions.json      assumptions that stand in the code
#   results/report/formulas.json         formulas and references of the estimators
#   results/report/code.json             digest of all code
#   results/report/tables.json           every table, cell by cell, with addresses and full values
#   results/report/figures/*.svg         every figure
#   results/report/figures/*.json        its data, caption, and addresses of its numbers
#   results/report/report.html           the report, every number with its address
#   results/report/report.pdf            the report
#   results/report/profiles.html         the profile of every subject
#   results/report/profiles_print.html   the profiles that the plan selects, for print
#   results/report/profiles.json         who is in which
#   results/report/profiles.pdf          the profiles that the plan selects
#   results/report/listings/*.html       every listing in pages
#   results/report/listings/*.pdf        every listing
#   results/report/listings.html         all listings, sortable
#   results/report/listings.json         what each listing holds
#   results/report/lint.json             what the finished report was checked for, and how often
from scripts.report.companions import (
    indexes_of,
    listed_in,
    listings_of,
    sets_shown,
    templates_of,
    visits_shown,
)
from scripts.report.registry import figures_of

# What the tables print from the plan.
PRINTED = ["study", "trial", "settings", "outputs", "analyses", "subjects", "estimands"]
PRINTED += [
    "endpoints",
    "times",
    "measurements",
    "formats",
    "checks",
    "imputation",
    "events",
]
# The analysis data sets that the data dictionary explains.
DICTIONARY = ["adsl", "bds", "adresp", "decisions", "adtte", "adae", "adcm", "adex"]
# What the figures take from the plan.
DRAWN = ["study", "estimands", "outputs", "analyses", "settings", "subjects", "trial"]
DRAWN += ["measurements", "times", "formats"]
TEMPLATES = sorted(map(str, (PROJECT / "scripts/report/templates").glob("*")))
LISTINGS = [listing["id"] for listing in listings_of(PLAN)]
COMPANIONS = indexes_of(PLAN)


rule compare_published:
    """Every published number with its verdict, and the inconsistencies that the data can show."""
    input:
        store="results/analyse/results.parquet",
        described="results/analyse/results.json",
        tables=expand(
            "results/derive/{table}.parquet",
            table=["adsl", "adresp", "adtte", "adae", *MEASUREMENT_SETS],
        ),
        contracts=contracts("adsl", "adresp", "adtte", "adae", "results"),
        code=code_of("report.compare_published"),
    output:
        published="results/report/published.json",
        seal="results/report/seals/compare_published.json",
    log:
        "results/logs/report/compare_published.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for("published", "settings", "trial.arms"),
    script:
        "../scripts/report/compare_published.py"


rule read_code:
    """What the report says of the code: assumptions, formulas with references, its digest."""
    input:
        scanned=sorted(map(str, (PROJECT / "scripts").rglob("*.py"))),
        code=code_of("report.read_code"),
    output:
        assumptions="results/report/assumptions.json",
        formulas="results/report/formulas.json",
        digest="results/report/code.json",
        seal="results/report/seals/read_code.json",
    log:
        "results/logs/report/read_code.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/report/read_code.py"


rule tabulate:
    """Every table, cell by cell: printed text, address, full value and where it came from."""
    input:
        store="results/analyse/results.parquet",
        described="results/analyse/results.json",
        findings="results/validate/findings.parquet",
        deviations="results/validate/deviations.parquet",
        adsl="results/derive/adsl.parquet",
        summary="results/validate/summary.json",
        metadata="results/ingest/metadata.json",
        assumptions="results/report/assumptions.json",
        formulas="results/report/formulas.json",
        digest="results/report/code.json",
        published="results/report/published.json",
        opinion="results/analyse/second_opinion.json",
        content="results/audit/content.json",
        companions=COMPANIONS,
        contracts=contracts("findings", "deviations", "results", *DICTIONARY),
        code=code_of("report.tabulate"),
    output:
        tables="results/report/tables.json",
        seal="results/report/seals/tabulate.json",
    log:
        "results/logs/report/tabulate.log",
    conda:
        "../envs/report.yaml"
    params:
        plan={**plan_for(*PRINTED), "digest": digest_of(DECLARED)},
    script:
        "../scripts/report/tabulate.py"


rule draw_figures:
    """Every figure as vector graphics, with its data and the addresses of its numbers beside it."""
    input:
        store="results/analyse/results.parquet",
        described="results/analyse/results.json",
        contracts=contracts("results"),
        code=code_of("report.draw_figures"),
    output:
        figures=expand("results/report/figures/{figure}.svg", figure=figures_of(PLAN)),
        data=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        seal="results/report/seals/draw_figures.json",
    log:
        "results/logs/report/draw_figures.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for(*DRAWN),
    script:
        "../scripts/report/draw_figures.py"


rule compose_report:
    """One HTML document of words, tables and figures; every number keeps its address."""
    input:
        tables="results/report/tables.json",
        figures=expand("results/report/figures/{figure}.svg", figure=figures_of(PLAN)),
        data=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        templates=TEMPLATES,
        code=code_of("report.compose_report"),
    output:
        report="results/report/report.html",
        seal="results/report/seals/compose_report.json",
    log:
        "results/logs/report/compose_report.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for("outputs"),
    script:
        "../scripts/report/compose_report.py"


rule render_report:
    """The PDF of the report, with bookmarks, page numbers and bundled fonts."""
    input:
        report="results/report/report.html",
        code=code_of("report.render_report"),
    output:
        report="results/report/report.pdf",
        seal="results/report/seals/render_report.json",
    log:
        "results/logs/report/render_report.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/report/render_report.py"


rule lint_report:
    """The finished report read again, HTML and PDF, against what it was made from."""
    input:
        html="results/report/report.html",
        pdf="results/report/report.pdf",
        tables="results/report/tables.json",
        figures=expand("results/report/figures/{figure}.svg", figure=figures_of(PLAN)),
        data=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        results=expand(
            "results/analyse/{analysis}.json", analysis=PLAN["analyses"]["analyses"]
        ),
        documents=[
            "results/validate/summary.json",
            "results/ingest/metadata.json",
            "results/report/published.json",
            "results/analyse/second_opinion.json",
        ],
        adsl="results/derive/adsl.parquet",
        contracts=contracts("adsl"),
        code=code_of("report.lint_report"),
    output:
        lint="results/report/lint.json",
        seal="results/report/seals/lint_report.json",
    log:
        "results/logs/report/lint_report.log",
    conda:
        "../envs/report.yaml"
    params:
        plan=plan_for(*PRINTED),
    script:
        "../scripts/report/lint_report.py"


if PLAN["profiles"]:

    rule draw_profiles:
        """The profile of every subject for the screen, and of the chosen ones for paper."""
        input:
            derived=expand(
                "results/derive/{table}.parquet",
                table=[
                    "adsl",
                    "adresp",
                    "decisions",
                    "adcm",
                    "adex",
                    *sets_shown(PLAN),
                ],
            ),
            visits=expand(
                "results/ingest/sdtm/{table}.parquet", table=visits_shown(PLAN)
            ),
            templates=templates_of("profiles"),
            contracts=contracts("adsl", "adresp", "decisions", "adcm", "adex"),
            code=code_of("report.draw_profiles"),
        output:
            screen="results/report/profiles.html",
            printed="results/report/profiles_print.html",
            index="results/report/profiles.json",
            seal="results/report/seals/draw_profiles.json",
        log:
            "results/logs/report/draw_profiles.log",
        conda:
            "../envs/report.yaml"
        params:
            plan=plan_for(
                "profiles", "study", "trial", "subjects", "measurements", "endpoints"
            ),
        script:
            "../scripts/report/draw_profiles.py"

    rule render_profiles:
        """The PDF of the profiles that the plan selects."""
        input:
            printed="results/report/profiles_print.html",
            index="results/report/profiles.json",
            code=code_of("report.render_profiles"),
        output:
            pdf="results/report/profiles.pdf",
            seal="results/report/seals/render_profiles.json",
        log:
            "results/logs/report/render_profiles.log",
        conda:
            "../envs/report.yaml"
        params:
            plan=plan_for(),
        script:
            "../scripts/report/render_profiles.py"


if LISTINGS:

    rule write_listings:
        """Listings of records: in pages for print, sortable on a screen, and their index."""
        input:
            derived=expand(
                "results/derive/{table}.parquet",
                table=listed_in(PLAN, "derive"),
            ),
            domains=expand(
                "results/ingest/sdtm/{table}.parquet",
                table=listed_in(PLAN, "ingest/sdtm"),
            ),
            checked=expand(
                "results/validate/{table}.parquet",
                table=listed_in(PLAN, "validate"),
            ),
            templates=templates_of("listings"),
            code=code_of("report.write_listings"),
        output:
            printed=expand("results/report/listings/{listing}.html", listing=LISTINGS),
            screen="results/report/listings.html",
            index="results/report/listings.json",
            seal="results/report/seals/write_listings.json",
        log:
            "results/logs/report/write_listings.log",
        conda:
            "../envs/report.yaml"
        params:
            plan=plan_for("listings", "study", "trial"),
        script:
            "../scripts/report/write_listings.py"

    rule render_listings:
        """The PDF of every listing, page for page as it was laid out."""
        input:
            printed=expand("results/report/listings/{listing}.html", listing=LISTINGS),
            index="results/report/listings.json",
            code=code_of("report.render_listings"),
        output:
            pdfs=expand("results/report/listings/{listing}.pdf", listing=LISTINGS),
            seal="results/report/seals/render_listings.json",
        log:
            "results/logs/report/render_listings.log",
        conda:
            "../envs/report.yaml"
        params:
            plan=plan_for(),
        script:
            "../scripts/report/render_listings.py"
