# Helpers for the rules: the plan, the code a step runs, and the contracts it works under.
# No rule stands here, and no knowledge of a trial; of the stages only what the manifest lists of them.
from pathlib import Path

from scripts.audit.trust import check_writable
from scripts.ingest.blinding.keys import BlindingError
from scripts.ingest.blinding.status import settle_blinding
from scripts.ingest.raw_folder import check_locked, check_raw_files, hash_raw_files
from scripts.imports import PROJECT, code_of
from scripts.package.places import PACKAGE, WORKING
from scripts.plan import PlanError, load_plan
from scripts.seals import digest_of, sha256_of


def stop_where(title, findings):
    """End the command where there are findings, and list them all."""
    if findings:
        raise WorkflowError("\n  ".join([title, *findings]))


def say(lines):
    """Something that whoever runs this must see, a line each."""
    for line in lines:
        logger.warning(line)


stop_where("the folder cannot be written", check_writable("."))

# Why this run is made, for the ledger: given on the command line, no part of the plan.
REASON = workflow.config_settings.config.get("reason")
if REASON is not None:
    config.pop("reason", None)

try:
    CHECKED = Path(".snakemake/plan")
    DECLARED = load_plan(config, "config", cache=CHECKED)
    SETTLED = settle_blinding(DECLARED, cache=CHECKED)
    # While the trial is blinded no rule sees the true arms, save the one that reads the raw files.
    PLAN = SETTLED.plan
except (PlanError, BlindingError) as error:
    raise WorkflowError(str(error)) from None
os.environ.update(SETTLED.environment)

SOURCES = sorted(PLAN["sources"]["sources"])
DOMAINS = sorted(domain.lower() for domain in PLAN["sdtm"]["domains"])
MEASUREMENT_SETS = sorted(name.lower() for name in PLAN["measurements"]["sets"])
ENVIRONMENT = sha256_of(PROJECT / "envs" / "lock.txt")
RAW = hash_raw_files(PLAN["sources"])


def section(name):
    """One part of the plan by its dotted name."""
    value = PLAN
    for step in name.split("."):
        value = value[step]
    return value


def plan_for(*names):
    """The parts of the plan that a rule reads, as one value, with the environment's digest.

    One value, because Snakemake compares parameters as a set and would not see two swapped.
    """
    return {**{name: section(name) for name in names}, "environment": ENVIRONMENT}


def raw_files(wildcards):
    """The raw files of the trial, asked for by a job that reads them and by nothing before it.

    Where one is missing this says what to do and ends the command, also where older results are
    there: Snakemake would go on with those.
    """
    absent = check_raw_files(PLAN["sources"])
    if absent:
        logger.error("raw files are missing\n  " + "\n  ".join(absent))
        raise SystemExit(1)
    folder = Path(PLAN["sources"]["folder"])
    return [str(folder / PLAN["sources"]["sources"][name]["file"]) for name in SOURCES]


def contracts(*names):
    """The contracts of tables by name."""
    return [
        str(PROJECT / "config" / "schemas" / "tables" / f"{name}.yaml")
        for name in names
    ]


def outputs_of(*stages, without=()):
    """Every cached file of the rules of these stages, the last stage's and each before it.

    A target that names only its last file would call a stale one current after a failed run. Rules
    named in `without` are left out: they run only when they are asked for.
    """
    folders = tuple(f"results/{stage}/" for stage in stages)
    return [
        str(path)
        for rule in workflow.rules
        if rule.name not in without
        for path in rule.output
        if str(path).startswith(folders)
    ]


# A package is made where the plan has one, and never of a trial that is still blinded.
SENT = bool(PLAN["submission"]) and not SETTLED.key


def package_outputs(wildcards):
    """Every file of the package; where there can be none this says why and ends the command."""
    if not SENT:
        why = (
            "the trial is blinded: see `trialtrace unblind`"
            if SETTLED.key
            else (
                "config/submission.yaml is empty: say there what is sent (config/README.md)"
            )
        )
        logger.error(f"no submission package can be made: {why}")
        raise SystemExit(1)
    return outputs_of("package")


def listed_package(wildcards):
    """Every file that is sent, but for the list of them and what is written with it."""
    beside = tuple(f"{PACKAGE}/{name}/" for name in WORKING)
    own = rules.list_package.output
    return [
        path
        for path in outputs_of("package")
        if path not in own and not path.startswith(beside)
    ]


# Rules that are after the guides: what they make cannot be held against what the guides say.
AFTER_GUIDES = ["write_guides", "render_guides", "lint_package", "list_package"]


def described_package(wildcards):
    """Every file that is sent and that is there when the guides are written."""
    sent = set(listed_package(wildcards))
    return [
        path for path in outputs_of("package", without=AFTER_GUIDES) if path in sent
    ]


def linted_package(wildcards):
    """Every file that is sent, but for what is made after the lint: its own report and the lists."""
    return [
        path
        for path in listed_package(wildcards)
        if path not in rules.lint_package.output
    ]


def conformance_outputs(wildcards):
    """What the conformance checks make; where no package is made this ends the command."""
    made = package_outputs(wildcards)
    return [path for path in made if path.startswith("results/package/conformance/")]


def listed_outputs(wildcards):
    """What the report and the audit made, but for the manifest: asked for when all rules are known."""
    made = outputs_of("report", "audit", without=ON_REQUEST)
    own = rules.write_manifest.output
    return [path for path in made if path not in own and "/seals/" not in path]


def listed_seals(wildcards):
    """Every seal but that of the manifest, which is written after it."""
    return [
        path
        for path in outputs_of(*STAGES, without=ON_REQUEST)
        if "/seals/" in path and path != rules.write_manifest.output.seal
    ]
