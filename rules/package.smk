# package: the folder that goes to a regulator, from what ran. Asked for by its name (`submission`),
# no part of `all`; a plan without a submission makes none.
#
# Takes:
#   results/ingest/sdtm/*.parquet          the SDTM domains
#   results/validate/deviations.parquet    the deviations that the edit checks found
#   results/ingest/metadata.json           labels and codes of the raw forms; carried for the replay
#   results/derive/*.parquet               the analysis data sets
#   results/derive/adsl.parquet            the subjects, to count populations
#   results/analyse/results.json           how each analysis was made
#   results/analyse/second_opinion.json    what was computed a second time
#   results/report/tables.json             every printed number with its address
#   results/report/figures/*.json          the same for figures
#   results/report/figures/*.svg           the figures of the report
#   results/shells/shells.html             the plan of the analysis in words, with the shells
#   results/audit/index.json               what each number reads
#   carried for the replay: findings, deviations and verdict of the checks of raw data, the root of
#   all content
#   and the plan, the code, the lock, the seals of all that ran
# Gives:
#   results/package/m5/datasets/*/tabulations/sdtm/*.xpt         the SDTM data sets
#   results/package/m5/datasets/*/analysis/adam/datasets/*.xpt   the ADaM data sets
#   results/package/specification/sdtm.json                      what describes the SDTM data sets
#   results/package/specification/adam.json                      what describes the ADaM data sets
#   results/package/specification/analyses.json                  what describes the analyses
#   results/package/ars/reporting-event.json                     analyses with every printed number
#   results/package/dataset-json/sdtm/*.json                     the SDTM data sets as JSON
#   results/package/dataset-json/adam/*.json                     the ADaM data sets as JSON
#   results/package/m5/datasets/*/tabulations/sdtm/define.xml          metadata of SDTM
#   results/package/m5/datasets/*/tabulations/sdtm/define2-1.xsl       what shows them
#   results/package/m5/datasets/*/tabulations/sdtm/define.html         the same as a page
#   results/package/m5/datasets/*/analysis/adam/datasets/define.xml    metadata of ADaM, with results
#   results/package/m5/datasets/*/analysis/adam/datasets/define2-1.xsl what shows them
#   results/package/m5/datasets/*/analysis/adam/datasets/define.html   the same as a page
#   results/package/m5/datasets/*/tabulations/sdtm/acrf.pdf      the annotated CRF
#   results/package/m5/53-clin-stud-rep/535-rep-effic-safety-stud/*/5351-stud-rep-contr/*/statistical-report.pdf  the report
#   results/package/m5/53-clin-stud-rep/535-rep-effic-safety-stud/*/5351-stud-rep-contr/*/sap.pdf  the analysis plan
#   results/package/specification/csdrg.html                     the guide to SDTM
#   results/package/specification/adrg.html                      the guide to ADaM
#   results/package/specification/guides.json                    every claim of both guides
#   results/package/m5/datasets/*/tabulations/sdtm/csdrg.pdf     the guide to SDTM as it is sent
#   results/package/m5/datasets/*/analysis/adam/datasets/adrg.pdf  the guide to ADaM as it is sent
#   results/package/m5/datasets/*/analysis/adam/programs/*.txt   programs, plan, lock and the replay
#   results/package/conformance/core.json                what CDISC CORE found
#   results/package/conformance/gate.json                what the rules of our own found
#   results/package/conformance/lint.json                what was found in the finished folder
#   results/package/conformance/conformance.html         all three to be read
#   results/package/readme.txt             what lies where, and how to begin
#   results/package/checksums.txt          every file with its hash
from functools import partial
from scripts.audit.listed import LOCK, code_files, plan_files
from scripts.package.adam.domain_records import (
    analysed_domains,
    derived_datasets,
    domain_dataset,
)
from scripts.package.core_engine import core_state
from scripts.package.places import hyphenated
from scripts.package.replay.jobs import portable_jobs, programs_of, seals_of
from scripts.package.sdtm.names import sent_domains
from scripts.report.registry import figures_of

if SENT:
    STUDY = hyphenated(PLAN["study"]["id"])
    INDICATION = hyphenated(PLAN["submission"]["indication"])
    GUIDE_TEMPLATES = sorted(
        map(str, (PROJECT / "scripts/package/templates").glob("*"))
    )
    # What the guides put into words.
    DESCRIBED = [
        "study",
        "settings",
        "sources",
        "sdtm",
        "outputs",
        "formats",
        "imputation",
    ]
    DESCRIBED += ["endpoints", "times", "measurements", "events", "subjects", "trial"]
    DESCRIBED += ["analyses", "estimands", "submission", "terminology"]
    SENT_DOMAINS = sent_domains(PLAN)
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
            deviations="results/validate/deviations.parquet",
            standard=str(PROJECT / "config/schemas/standards/sdtmig.yaml"),
            contracts=contracts(*DOMAINS, "deviations"),
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
            plan=plan_for(
                "submission",
                "terminology",
                "study.id",
                "study.data_cut",
                "sdtm",
                "trial",
                "sources",
            ),
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
            plan=plan_for("study", "submission", "sources", "sdtm")
            | {"programs": list(programs_of(workflow.rules))},
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

    rule run_core:
        """CDISC CORE over the SDTM data sets; where it cannot run, that it did not and why."""
        input:
            datasets=rules.write_sdtm.output.datasets,
            define=rules.write_define.output.sdtm_define,
            specification="results/package/specification/sdtm.json",
            runner=str(PROJECT / "scripts" / "package" / "core_runner.py"),
            code=code_of("package.run_core"),
        output:
            core="results/package/conformance/core.json",
            seal="results/package/seals/run_core.json",
        log:
            "results/logs/package/run_core.log",
        conda:
            "../envs/package.yaml"
        threads: 2
        params:
            plan=plan_for("submission.conformance") | {"core": core_state()},
        script:
            "../scripts/package/run_core.py"

    rule check_datasets:
        """The gate: every rule of our own over the data sets as they are sent."""
        input:
            sdtm=rules.write_sdtm.output.datasets,
            adam=rules.write_adam.output.datasets,
            sdtm_specification="results/package/specification/sdtm.json",
            adam_specification="results/package/specification/adam.json",
            sdtm_define=rules.write_define.output.sdtm_define,
            adam_define=rules.write_define.output.adam_define,
            rules=str(PROJECT / "scripts" / "package" / "gate" / "rules.yaml"),
            code=code_of("package.check_datasets"),
        output:
            gate="results/package/conformance/gate.json",
            seal="results/package/seals/check_datasets.json",
        log:
            "results/logs/package/check_datasets.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("submission.conformance", "subjects"),
        script:
            "../scripts/package/check_datasets.py"

    rule write_results_metadata:
        """A reporting event with every analysis and every number that is printed of one."""
        input:
            analyses="results/package/specification/analyses.json",
            results="results/analyse/results.json",
            tables="results/report/tables.json",
            figures=expand(
                "results/report/figures/{figure}.json", figure=figures_of(PLAN)
            ),
            schema=str(PROJECT / "config" / "schemas" / "reporting_event.yaml"),
            code=code_of("package.write_results_metadata"),
        output:
            event="results/package/ars/reporting-event.json",
            seal="results/package/seals/write_results_metadata.json",
        log:
            "results/logs/package/write_results_metadata.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("study", "submission", "analyses", "trial.arms"),
        script:
            "../scripts/package/write_results_metadata.py"

    # The replay begins with the domains, which it reads back from what is sent, and with what the
    # checks found in raw files, which are not sent; it ends with the printed numbers and with the
    # data sets: ADaM, and SDTM once more, of which much is made from the rest of it and the plan.
    RESTORED = expand("results/ingest/sdtm/{domain}.parquet", domain=DOMAINS)

    rule annotate_crf:
        """The blank annotated CRF, drawn from the mapping."""
        input:
            metadata="results/ingest/metadata.json",
            templates=GUIDE_TEMPLATES,
            code=code_of("package.annotate_crf"),
        output:
            crf=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/acrf.pdf",
                study=STUDY,
            ),
            seal="results/package/seals/annotate_crf.json",
        log:
            "results/logs/package/annotate_crf.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("sources", "sdtm", "study", "trial"),
        script:
            "../scripts/package/annotate_crf.py"

    rule render_submitted:
        """The report and the analysis plan as they are sent, without links out of the package."""
        input:
            tables="results/report/tables.json",
            figures=expand(
                "results/report/figures/{figure}.svg", figure=figures_of(PLAN)
            ),
            data=expand("results/report/figures/{figure}.json", figure=figures_of(PLAN)),
            shells="results/shells/shells.html",
            templates=TEMPLATES,
            code=code_of("package.render_submitted"),
        output:
            report=expand(
                "results/package/m5/53-clin-stud-rep/535-rep-effic-safety-stud/{indication}/5351-stud-rep-contr/{study}/statistical-report.pdf",
                indication=INDICATION,
                study=STUDY,
            ),
            plan=expand(
                "results/package/m5/53-clin-stud-rep/535-rep-effic-safety-stud/{indication}/5351-stud-rep-contr/{study}/sap.pdf",
                indication=INDICATION,
                study=STUDY,
            ),
            seal="results/package/seals/render_submitted.json",
        log:
            "results/logs/package/render_submitted.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("outputs"),
        script:
            "../scripts/package/render_submitted.py"

    rule write_guides:
        """The guides for reviewers, every claim in them held against the package."""
        input:
            sdtm="results/package/specification/sdtm.json",
            adam="results/package/specification/adam.json",
            analyses="results/package/specification/analyses.json",
            core="results/package/conformance/core.json",
            gate="results/package/conformance/gate.json",
            datasets=[
                *rules.write_sdtm.output.datasets,
                *rules.write_adam.output.datasets,
            ],
            index="results/audit/index.json",
            metadata="results/ingest/metadata.json",
            results="results/analyse/results.json",
            second="results/analyse/second_opinion.json",
            tables="results/report/tables.json",
            figures=expand(
                "results/report/figures/{figure}.json", figure=figures_of(PLAN)
            ),
            adsl="results/derive/adsl.parquet",
            contracts=contracts("adsl"),
            lock=expand(
                "results/package/m5/datasets/{study}/analysis/adam/programs/requirements-lock.txt",
                study=STUDY,
            ),
            package=described_package,
            seals=listed_seals,
            scanned=sorted(map(str, (PROJECT / "scripts").rglob("*.py"))),
            templates=GUIDE_TEMPLATES,
            code=code_of("package.write_guides"),
        output:
            guides=[
                "results/package/specification/csdrg.html",
                "results/package/specification/adrg.html",
            ],
            claims="results/package/specification/guides.json",
            seal="results/package/seals/write_guides.json",
        log:
            "results/logs/package/write_guides.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for(*DESCRIBED),
        script:
            "../scripts/package/write_guides.py"

    rule render_guides:
        """The guides for reviewers as they are sent."""
        input:
            csdrg="results/package/specification/csdrg.html",
            adrg="results/package/specification/adrg.html",
            code=code_of("package.render_guides"),
        output:
            csdrg=expand(
                "results/package/m5/datasets/{study}/tabulations/sdtm/csdrg.pdf",
                study=STUDY,
            ),
            adrg=expand(
                "results/package/m5/datasets/{study}/analysis/adam/datasets/adrg.pdf",
                study=STUDY,
            ),
            seal="results/package/seals/render_guides.json",
        log:
            "results/logs/package/render_guides.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for(),
        script:
            "../scripts/package/render_guides.py"

    CARRIED = [
        "results/ingest/metadata.json",
        "results/validate/findings.parquet",
        "results/validate/deviations.parquet",
        "results/validate/summary.json",
        "results/validate/verdict.json",
        "results/audit/content.json",
    ]
    SENT_DATA = [
        *rules.write_sdtm.output.datasets,
        *rules.write_adam.output.datasets,
    ]
    REPLAYED = [workflow.rules, [*NUMBERED, *SENT_DATA], [*RESTORED, *CARRIED]]
    PROGRAMS = programs_of(workflow.rules)
    PACKED = ["pipeline", "plan", "requirements-lock", "replay-inputs", "replay"]

    rule pack_programs:
        """Programs, plan, lock and jobs as ASCII text, and the replay that runs them again."""
        input:
            packed=code_files(PROJECT)
            + [str(PROJECT / LOCK), str(PROJECT / "pyproject.toml")],
            files=plan_files(config["files"]),
            carried=CARRIED,
            numbers=NUMBERED,
            datasets=SENT_DATA,
            seals=partial(seals_of, *REPLAYED),
            lock=str(PROJECT / LOCK),
            front=str(PROJECT / "scripts/package/replay/front.py"),
            code=code_of("package.pack_programs"),
        output:
            programs=expand(
                "results/package/m5/datasets/{study}/analysis/adam/programs/{program}.txt",
                study=STUDY,
                program=[*PROGRAMS, *PACKED],
            ),
            seal="results/package/seals/pack_programs.json",
        log:
            "results/logs/package/pack_programs.log",
        conda:
            "../envs/package.yaml"
        params:
            plan={
                **plan_for("study", "submission", "sdtm"),
                "digest": digest_of(DECLARED),
                "config": config,
                "restored": RESTORED,
            },
            programs=PROGRAMS,
            jobs=partial(portable_jobs, *REPLAYED),
        script:
            "../scripts/package/pack_programs.py"

    rule lint_package:
        """The finished folder, read from its files; and all conformance checks as one page."""
        input:
            files=linted_package,
            core="results/package/conformance/core.json",
            gate="results/package/conformance/gate.json",
            claims="results/package/specification/guides.json",
            analyses="results/package/specification/analyses.json",
            template=str(PROJECT / "scripts/package/lint/conformance.html.j2"),
            code=code_of("package.lint_package"),
        output:
            lint="results/package/conformance/lint.json",
            page="results/package/conformance/conformance.html",
            seal="results/package/seals/lint_package.json",
        log:
            "results/logs/package/lint_package.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("study.data_cut", "study.id"),
        script:
            "../scripts/package/lint_package.py"

    rule list_package:
        """The checksum of every file of the package, and what lies where; made last of all."""
        input:
            files=listed_package,
            code=code_of("package.list_package"),
        output:
            readme="results/package/readme.txt",
            checksums="results/package/checksums.txt",
            seal="results/package/seals/list_package.json",
        log:
            "results/logs/package/list_package.log",
        conda:
            "../envs/package.yaml"
        params:
            plan=plan_for("study"),
        script:
            "../scripts/package/list_package.py"
