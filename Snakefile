# TrialTrace: from raw data files to a statistical report in which every number can be retraced.
# The stages stand in the order in which data flow; README.md says what comes out.
import os
import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.14")
PROJECT_FOLDER = str(Path(workflow.basedir))
sys.path.insert(0, PROJECT_FOLDER)

from scripts.audit.run_entry import Run
from scripts.audit.trust import parameters_of, planned_steps, review_results
from scripts.audit.unblinding import record_blinded
from scripts.surroundings import surroundings


configfile: "config/config.yaml"


include: "rules/common.smk"


# What every job sees: our package, and nothing that differs between two machines or two days.
os.environ.update(PYTHONPATH=PROJECT_FOLDER, **surroundings(PLAN["study"]))


include: "rules/ingest.smk"
include: "rules/validate.smk"
include: "rules/derive.smk"
include: "rules/impute.smk"
include: "rules/analyse.smk"
include: "rules/report.smk"
include: "rules/audit.smk"
include: "rules/shells.smk"
include: "rules/crosscheck.smk"
include: "rules/package.smk"


STAGES = ["ingest", "validate", "derive", "impute", "analyse", "report", "audit"]
# The proof that the trace is true makes every number hundreds of times: asked for by its name.
ON_REQUEST = ["perturb_values", "judge_trace"]


rule all:
    default_target: True
    input:
        outputs_of(*STAGES, without=ON_REQUEST),


for number, stage in enumerate(STAGES, start=1):

    rule:
        name:
            f"{stage}"
        input:
            outputs_of(*STAGES[:number], without=ON_REQUEST),
            # The report prints the root of what comes before it.
            rules.list_content.output if stage == "report" else [],


# The trace held against what really changes when raw values are changed.
rule perturbation:
    input:
        outputs_of(*STAGES),


# Before there are data: from the plan alone, so that it asks for no stage and no raw file.
rule shells:
    input:
        outputs_of("shells"),


# The second opinion by R: asked for by its name, so that the main job needs no R.
rule crosscheck:
    input:
        outputs_of(*STAGES[:-2], "crosscheck"),


# The folder that goes to a regulator, made after everything else.
rule submission:
    input:
        outputs_of(*STAGES, without=ON_REQUEST),
        package_outputs,


# Only what says whether it is right: CDISC CORE, the gate, the lint, and what they look at.
rule conformance:
    input:
        conformance_outputs,


told_now = parameters_of(workflow.rules)
run = Run(DECLARED, config["files"], RAW, REASON)

# Before any cached file is trusted.
stop_where("the raw files are locked", check_locked(PLAN["sources"], RAW))
say(review_results(workflow, told_now, PLAN["sources"], run.reason))


onstart:
    say(run.begin(planned_steps(workflow.dag.needrun_jobs(), told_now)))


onsuccess:
    say([] if workflow.touch else run.end("run"))
    record_blinded(DECLARED)
    line = standing("results", told_now)
    if line:
        logger.info(line)


onerror:
    say(run.end("failed"))
