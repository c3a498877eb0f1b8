# shells: the report before there are data, behind the plan of the analysis in words.
#
# Takes:
#   nothing but the plan, the code and the templates of the report
# Gives:
#   results/shells/shells.html     every display with an x for each digit that the data will decide
#   results/shells/shells.pdf      the same for the sponsor, to be signed with the plan

# What the displays print from, and what the made-up tables behind them are made from.
WITHOUT_DATA = ["study", "trial", "settings", "outputs", "analyses", "subjects"]
WITHOUT_DATA += ["estimands", "endpoints", "times", "measurements", "events", "formats"]
WITHOUT_DATA += ["imputation", "checks", "sources", "published", "listings", "profiles"]


rule compose_shells:
    """The plan in words and every display of the report, made from the plan alone."""
    input:
        templates=TEMPLATES,
        own=sorted(map(str, (PROJECT / "scripts/shells/templates").glob("*"))),
        scanned=sorted(map(str, (PROJECT / "scripts").rglob("*.py"))),
        contracts=contracts(*DICTIONARY),
        code=code_of("shells.compose_shells"),
    output:
        shells="results/shells/shells.html",
        seal="results/shells/seals/compose_shells.json",
    log:
        "results/logs/shells/compose_shells.log",
    conda:
        "../envs/shells.yaml"
    params:
        plan={**plan_for(*WITHOUT_DATA), "digest": digest_of(DECLARED)},
    script:
        "../scripts/shells/compose_shells.py"


rule render_shells:
    """The PDF of the shells, with bookmarks, page numbers and bundled fonts."""
    input:
        shells="results/shells/shells.html",
        code=code_of("shells.render_shells"),
    output:
        shells="results/shells/shells.pdf",
        seal="results/shells/seals/render_shells.json",
    log:
        "results/logs/shells/render_shells.log",
    conda:
        "../envs/shells.yaml"
    params:
        plan=plan_for(),
    script:
        "../scripts/shells/render_shells.py"
