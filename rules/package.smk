# package: the folder that goes to a regulator, from what ran. Asked for by its name (`submission`),
# no part of `all`; a plan without a submission makes none.
#
# Takes:
#   results/ingest/sdtm/*.parquet          the SDTM domains
#   results/derive/*.parquet               the analysis data sets
#   results/analyse/results.json           how each analysis was made
#   results/report/tables.json             every printed number with its address
#   results/report/figures/*.json          the same for figures
#   results/audit/index.json               what each number reads
# Gives:
#   results/package/m5/datasets/*/tabulations/sdtm/*.xpt         the SDTM data sets
#   results/package/m5/datasets/*/analysis/adam/datasets/*.xpt   the ADaM data sets
#   results/package/specification/sdtm.json                      what describes the SDTM data sets
#   results/package/specification/adam.json                      what describes the ADaM data sets
#   results/package/specification/analyses.json                  what describes the analyses
#   results/package/dataset-json/sdtm/*.json                     the SDTM data sets as JSON
#   results/package/dataset-json/adam/*.json                     the ADaM data sets as JSON
#   results/package/m5/datasets/*/tabulations/sdtm/define.xml          metadata of SDTM
#   results/package/m5/datasets/*/tabulations/sdtm/define2-1.xsl       what shows them
#   results/package/m5/datasets/*/tabulations/sdtm/define.html         the same as a page
#   results/package/m5/datasets/*/analysis/adam/datasets/define.xml    metadata of ADaM, with results
#   results/package/m5/datasets/*/analysis/adam/datasets/define2-1.xsl what shows them
#   results/package/m5/datasets/*/analysis/adam/datasets/define.html   the same as a page
from scripts.package.adam.domain_records import (
    analysed_domains,
    derived_datasets,
    domain_dataset,
)
from scripts.package.places import hyphenated, program_names
from scripts.report.registry import figures_of

if SENT:
    STUDY = hyphenated(PLAN["study"]["id"])
    SENT_DOMAINS = DOMAINS
    DERIVED = derived_datasets(PLAN)
    # Sections of the plan whose definitions the methods of ADaM put into words.
    SPOKEN = [
        "trial",
        "subjects",
        "measurements",
        "endpoints",
        "times",
        "events",
        "analyses",
    ]
    SENT_ANALYSIS = DERIVED + [domain_dataset(name) for name in analysed_domains(PLAN)]

    rule write_sdtm:
        """The SDTM data sets as transport files, and the specification that describes them."""
        input:
            domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
            contracts=contracts(*DOMAINS),
            code=code_of("package.write_sdtm"),
        output:
            datasets=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/{domain}.xpt",
                study=STUDY,
                domain=SENT_DOMAINS,
            ),
            specification="results/package/specification/sdtm.json",
            seal="results/package/seals/write_sdtm.json",
        log:
            "results/logs/package/write_sdtm.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("submission", "terminology", "study.data_cut"),
        script:
            "../scripts/package/write_sdtm.py"

    rule write_adam:
        """The ADaM data sets as transport files, and the specification that describes them."""
        input:
            derived=expand("results/derive/{name}.parquet", name=DERIVED),
            domains=expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS),
            contracts=contracts(*DICTIONARY, *DOMAINS),
            code=code_of("package.write_adam"),
        output:
            datasets=expand(
                "results/package/m5/datasets/{study}/analysis/adam/datasets/{name}.xpt",
                study=STUDY,
                name=SENT_ANALYSIS,
            ),
            specification="results/package/specification/adam.json",
            seal="results/package/seals/write_adam.json",
        log:
            "results/logs/package/write_adam.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for(*SPOKEN, "submission", "terminology", "study.data_cut"),
        script:
            "../scripts/package/write_adam.py"

    rule describe_analyses:
        """Every analysis in terms of what is sent: data, method as it ran, displays."""
        input:
            results="results/analyse/results.json",
            tables="results/report/tables.json",
            figures=expand(
                "results/report/figures/{figure}.json", figure=figures_of(PLAN)
            ),
            index="results/audit/index.json",
            specification="results/package/specification/adam.json",
            code=code_of("package.describe_analyses"),
        output:
            analyses="results/package/specification/analyses.json",
            seal="results/package/seals/describe_analyses.json",
        log:
            "results/logs/package/describe_analyses.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("submission", "analyses", "estimands", "settings"),
        script:
            "../scripts/package/describe_analyses.py"

    rule write_define:
        """define.xml of both standards, valid by the official schema, and as a page."""
        input:
            sdtm="results/package/specification/sdtm.json",
            adam="results/package/specification/adam.json",
            analyses="results/package/specification/analyses.json",
            sdtm_datasets=rules.write_sdtm.output.datasets,
            adam_datasets=rules.write_adam.output.datasets,
            code=code_of("package.write_define"),
        output:
            sdtm_define=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/define.xml",
                study=STUDY,
            ),
            sdtm_stylesheet=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/define2-1.xsl",
                study=STUDY,
            ),
            sdtm_page=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/define.html",
                study=STUDY,
            ),
            adam_define=expand(
                "results/package/m5/datasets/{study}/analysis/adam/datasets/define.xml",
                study=STUDY,
            ),
            adam_stylesheet=expand(
                "results/package/m5/datasets/{study}/analysis/adam/datasets/define2-1.xsl",
                study=STUDY,
            ),
            adam_page=expand(
                "results/package/m5/datasets/{study}/analysis/adam/datasets/define.html",
                study=STUDY,
            ),
            seal="results/package/seals/write_define.json",
        log:
            "results/logs/package/write_define.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("study", "submission")
            | {"programs": program_names(workflow.rules)},
        script:
            "../scripts/package/write_define.py"

    rule write_dataset_json:
        """The data sets as Dataset-JSON 1.1, named as in define.xml."""
        input:
            sdtm="results/package/specification/sdtm.json",
            adam="results/package/specification/adam.json",
            sdtm_datasets=rules.write_sdtm.output.datasets,
            adam_datasets=rules.write_adam.output.datasets,
            schema=str(PROJECT / "config" / "schemas" / "dataset_json.yaml"),
            code=code_of("package.write_dataset_json"),
        output:
            sdtm_texts=expand(
                "results/package/dataset-json/sdtm/{name}.json",
                name=[Path(path).stem for path in rules.write_sdtm.output.datasets],
            ),
            adam_texts=expand(
                "results/package/dataset-json/adam/{name}.json",
                name=[Path(path).stem for path in rules.write_adam.output.datasets],
            ),
            seal="results/package/seals/write_dataset_json.json",
        log:
            "results/logs/package/write_dataset_json.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("study", "submission"),
        script:
            "../scripts/package/write_dataset_json.py"
