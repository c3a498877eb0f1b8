"""What runs again after a change: what depends on it, and nothing else."""

import os
import re

OPINION = {"second_opinion"}
# What any change of the plan, the code or a result runs: the root on the title page is another.
PROOFS = {"list_content", "tabulate", "build_index", "build_explorer", "write_manifest"}
PAGES = {"compose_report", "render_report", "lint_report"}
REPORT = {
    *PROOFS,
    *PAGES,
    "collect_results",
    "draw_figures",
    "compare_published",
}
RESULTS = {
    "compare_proportions",
    "compare_imputed",
    "compare_times",
    "fit_models",
    "describe_subjects",
    "describe_courses",
    "describe_measurements",
    "describe_events",
    "compute_design",
}


def test_a_second_run_does_nothing(workshop):
    assert "Nothing to be done" in workshop.build()


def test_touching_the_code_without_changing_it_runs_nothing(workshop):
    for path in (workshop.project / "scripts" / "stats").glob("*.py"):
        os.utime(path)
    assert workshop.would_run() == set()


def test_one_endpoint_parameter_runs_the_endpoints_and_what_uses_them(workshop):
    with workshop.changed("config/endpoints.yaml", "factor: 0.5", "factor: 0.4"):
        again = workshop.would_run()
    assert {"derive_responses", "derive_times", "compare_proportions"} <= again
    assert again.isdisjoint({"read_raw", "standardise", "check_data", "derive_measurements"})
    assert again.isdisjoint({"derive_subjects", "derive_events", "derive_exposure"})


def test_one_analysis_runs_its_family_and_the_report(workshop):
    with workshop.changed("config/analyses.yaml", "interval: newcombe", "interval: wald"):
        again = workshop.would_run()
    assert again & RESULTS == {"compare_proportions"}
    assert again - RESULTS - OPINION <= REPORT
    assert "render_report" in again


def test_one_template_runs_the_pages_and_the_root_that_they_print(workshop):
    templates = sorted((workshop.project / "scripts/report/templates").glob("*.html*"))
    path = templates[0].relative_to(workshop.project).as_posix()
    first_tag = re.search(r"</\w+>", templates[0].read_text(encoding="utf-8")).group(0)
    with workshop.changed(path, first_tag, first_tag + "<!-- changed -->"):
        assert workshop.would_run() == PROOFS | PAGES


def test_one_estimator_module_runs_the_analyses_that_import_it(workshop):
    path = "scripts/stats/logistic.py"
    with workshop.changed(path, '"""', '"""Changed. '):
        again = workshop.would_run()
    assert "fit_models" in again
    assert again.isdisjoint({"compare_proportions", "compare_times", "derive_responses"})


def test_another_lock_file_runs_everything(workshop):
    with workshop.changed("envs/lock.txt", "==", "=="):
        assert workshop.would_run() == set()
    with workshop.changed("envs/lock.txt", "# ", "#  "):
        assert {"read_raw", "derive_responses", "render_report"} <= workshop.would_run()


def test_two_cold_builds_on_one_and_on_four_cores_are_the_same_bytes(workshop, unbuilt):
    unbuilt.build(cores=1)
    assert unbuilt.results() == workshop.results()


def test_every_target_asks_for_every_file_of_its_stages(workshop, bench):
    (bench.trial / "results/ingest/sdtm/dm.parquet").unlink()
    for target in ("validate", "report", "all"):
        assert "standardise" in bench.would_run(target)
