"""Names in the outputs plan that do not exist are found before anything runs."""

from scripts.report.plan_checks import check_outputs_plan
from tests.report import made


def finding(**changes: object) -> list[str]:
    """What is found when the comparison of the made-up plan is changed."""
    plan = made.plan()
    plan["outputs"]["sections"][0]["displays"][1].update(changes)
    return check_outputs_plan(plan)


def test_a_right_plan_has_no_findings() -> None:
    assert finding() == []


def test_an_unknown_analysis_names_the_nearest() -> None:
    [found] = finding(analyses=["wel"])
    assert found.endswith("t_well: unknown analysis 'wel'; did you mean 'well'?")


def test_an_unknown_layout_names_the_nearest() -> None:
    [found] = finding(layout="comparisson")
    assert found.endswith("unknown layout 'comparisson'; did you mean 'comparison'?")


def test_an_analysis_of_a_kind_that_the_layout_cannot_print_is_found() -> None:
    [found] = finding(analyses=["events"])
    assert "events is of the kind 'event_terms'; the layout 'comparison' prints" in found


def test_a_key_that_the_layout_does_not_read_is_found() -> None:
    [found] = finding(lines_at=[30])
    assert "the layout 'comparison' does not read 'lines_at'; these do: median_curves" in found


def test_an_unknown_population_names_the_nearest() -> None:
    [found] = finding(population="ALLFLAG")
    assert found.endswith("unknown population 'ALLFLAG'; did you mean 'ALLFL'?")


def test_a_number_and_an_id_are_used_once() -> None:
    found = finding(id="t_events", number="n-t_events")
    assert [text.split(": ")[-1] for text in found] == [
        "the id 't_events' is used twice",
        "the number 'n-t_events' is used twice",
    ]


def test_an_analysis_stands_once_in_a_table() -> None:
    [found] = finding(analyses=["well", "well"])
    assert found.endswith("well stands twice in it")


def test_an_odds_ratio_does_not_stand_among_differences() -> None:
    plan = made.plan()
    ratio = {"kind": "difference_imputed", "method": {"estimator": "logistic"}}
    plan["analyses"]["analyses"]["ratio"] = ratio
    displays = plan["outputs"]["sections"][0]["displays"]
    displays[:] = [made.show("t_ratio", "comparison", ["ratio"])]
    [found] = check_outputs_plan(plan)
    assert "ratio gives an odds ratio; the layout 'comparison' prints differences" in found
    displays[:] = [made.show("t_ratio", "pooling", ["ratio"])]
    assert check_outputs_plan(plan) == []
