# audit: the index from every printed number to the raw values behind it and back, and the proofs
# that nothing was touched: what every file was, as a tree with one root.
#
# Takes:
#   results/ingest/raw/*.parquet           raw values, each row with its file and row there
#   results/ingest/sdtm/*.parquet          the records made from them
#   results/derive/*.parquet               analysis data sets, verdicts with the trace of decisions
#   results/impute/*.parquet               completed data sets
#   results/impute/grids/*.parquet         responders at every shift of a grid
#   results/analyse/results.parquet        every number of the analyses
#   results/analyse/results.json           how each analysis was made, and from whom
#   results/validate/findings.parquet      what the checks found
#   results/report/tables.json             every printed number with its address
#   results/report/figures/*.json          the same for figures
#   results/report/published.json          the comparison with the publication
#   results/report/formulas.json           formulas and references of the estimators
#   results/ingest/metadata.json           raw files with their hashes, labels of columns and values
#   and the raw files, the plan, the code, the lock, every other file of the stages before
# Gives:
#   results/audit/content.json             everything before the report; its root is on the title page
#   results/audit/rows.parquet             a number for each row of its tables, to tell which was changed
#   results/audit/index.json               what depends on what: names and structure
#   results/audit/arrays.parquet           its arrays
#   results/audit/explorer.html            all of it in one file, for a browser
#   results/audit/manifest.json            everything, the report and the seals included
#   results/audit/perturbation.json        raw values changed one at a time: predicted and changed
#   results/audit/perturbation.parquet     every changed value, and what became of the run
#   results/audit/trace_verdict.json       made only where nothing changed unpredicted
from functools import partial

from scripts.audit.jobs import files_of_steps, jobs_of_targets, perturbations_of
from scripts.audit.listed import LOCK, code_files, plan_files

# The files that hold every printed number, and what is told to the step that makes them again.
NUMBERED = ["results/report/tables.json"]
NUMBERED += expand("results/report/figures/{figure}.json", figure=figures_of(PLAN))
PERTURBING = {
    **plan_for("sources", "settings.seed"),
    "perturbations": perturbations_of(
        config.get("perturbations", {}), PLAN["settings"]
    ),
    **({"blinded": True} if SETTLED.key else {}),
}

# What stages before the report make, and the seals of it, which say what code made a file.
MADE_BEFORE = outputs_of("ingest", "validate", "derive", "impute", "analyse")
BEFORE_REPORT = [path for path in MADE_BEFORE if "/seals/" not in path]
SEALS_OF_DATA = [path for path in MADE_BEFORE if "/seals/" in path]
# Analysis data sets beside those of measurements.
SUBJECT_SETS = ["adsl", "adresp", "decisions", "adtte", "adae", "adcm", "adex"]
SEALS_OF_PRINT = [
    f"results/report/seals/{rule}.json"
    for rule in ("compare_published", "tabulate", "draw_figures")
]

CONTRACTS = sorted(
    path.stem for path in (PROJECT / "config" / "schemas" / "tables").glob("*.yaml")
)


rule list_content:
    """Everything before the report: its root, and what each file, column and row was."""
    input:
        raw=raw_files,
        files=plan_files(config["files"]),
        scanned=code_files(PROJECT),
        environment=str(PROJECT / LOCK),
        intermediates=BEFORE_REPORT,
        contracts=contracts(*CONTRACTS),
        code=code_of("audit.list_content"),
    output:
        content="results/audit/content.json",
        rows="results/audit/rows.parquet",
        seal="results/audit/seals/list_content.json",
    log:
        "results/logs/audit/list_content.log",
    conda:
        "../envs/audit.yaml"
    params:
        plan={**plan_for("study.id"), "digest": digest_of(DECLARED)},
    script:
        "../scripts/audit/list_content.py"


rule build_index:
    """The index of dependencies, at the grain of row and column, in both directions."""
    input:
        raw=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        derived=expand(
            "results/derive/{name}.parquet", name=[*SUBJECT_SETS, *MEASUREMENT_SETS]
        ),
        imputed=expand("results/impute/{model}.parquet", model=COMPLETED),
        grids=expand("results/impute/grids/{model}.parquet", model=GRIDS),
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


rule build_explorer:
    """The evidence explorer: from a printed number to its raw rows and back, in one file."""
    input:
        index="results/audit/index.json",
        arrays="results/audit/arrays.parquet",
        raw=expand("results/ingest/raw/{source}.parquet", source=SOURCES),
        domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
        derived=expand(
            "results/derive/{name}.parquet", name=[*SUBJECT_SETS, *MEASUREMENT_SETS]
        ),
        metadata="results/ingest/metadata.json",
        described="results/analyse/results.json",
        tables="results/report/tables.json",
        figures=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        formulas="results/report/formulas.json",
        seals=[*SEALS_OF_DATA, *SEALS_OF_PRINT],
        templates=sorted(
            map(str, (PROJECT / "scripts/audit/explorer/templates").glob("*"))
        ),
        contracts=contracts("arrays", "bds", *SUBJECT_SETS, *DOMAINS),
        code=code_of("audit.build_explorer"),
    output:
        explorer="results/audit/explorer.html",
        seal="results/audit/seals/build_explorer.json",
    log:
        "results/logs/audit/build_explorer.log",
    conda:
        "../envs/audit.yaml"
    params:
        plan=plan_for(
            "study",
            "trial",
            "outputs",
            "profiles",
            "endpoints",
            "subjects",
            "measurements",
            "estimands",
            "formats",
        ),
    script:
        "../scripts/audit/build_explorer.py"


rule write_manifest:
    """Everything the run read and made: files with their hashes, and one root over all."""
    input:
        content="results/audit/content.json",
        outputs=listed_outputs,
        seals=listed_seals,
        code=code_of("audit.write_manifest"),
    output:
        manifest="results/audit/manifest.json",
        seal="results/audit/seals/write_manifest.json",
    log:
        "results/logs/audit/write_manifest.log",
    conda:
        "../envs/audit.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/audit/write_manifest.py"


# Asked for by name (`perturbation`): it makes the printed numbers hundreds of times again.
rule perturb_values:
    """Raw values changed one at a time; what changes in print, and what the trace predicted."""
    input:
        raw=raw_files,
        index="results/audit/index.json",
        arrays="results/audit/arrays.parquet",
        tables="results/report/tables.json",
        figures=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
        steps=partial(files_of_steps, workflow.rules, NUMBERED),
        contracts=contracts("arrays", "trials"),
        code=code_of("audit.perturb_values"),
    output:
        report="results/audit/perturbation.json",
        trials="results/audit/perturbation.parquet",
        seal="results/audit/seals/perturb_values.json",
    log:
        "results/logs/audit/perturb_values.log",
    conda:
        "../envs/audit.yaml"
    threads: 64
    params:
        plan=PERTURBING,
        jobs=partial(jobs_of_targets, workflow.rules, NUMBERED),
    script:
        "../scripts/audit/perturb_values.py"


rule judge_trace:
    """The verdict on the trace; given only where nothing changed that it did not predict."""
    input:
        report="results/audit/perturbation.json",
        code=code_of("audit.judge_trace"),
    output:
        verdict="results/audit/trace_verdict.json",
        seal="results/audit/seals/judge_trace.json",
    log:
        "results/logs/audit/judge_trace.log",
    conda:
        "../envs/audit.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/audit/judge_trace.py"
