"""Faults in the tables of effects: landmarks, hazards, intervals, strata, measures, adjustment."""

from tests.report.chain import TESTED, Report
from tests.report.faults import (
    Fault,
    afterwards,
    cells,
    in_section,
    in_tables,
    inside,
    parts_of,
    print_as,
    reads,
    replaced,
    row,
    row_of,
    set_value,
    swap_groups,
    upstream,
)
from tests.report.faults_screen import cells_swapped, labels_swapped
from tests.report.upstream_changes import (
    drop_note,
    drop_rows,
    drop_table_row,
    exchange,
    swap_cells,
)

RESULTS, TABLES, PAGE, LATER = "results", "tables", "page", "results changed later"
PAIR, RATIO = "COMBO-MONO", "COMBO/MONO"


def rounded(value: float) -> float:
    """A number with the digits that a result writes."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def scaled(name: str, place: tuple[str, str, str], factor: float):
    """One number of a result made larger or smaller."""
    return upstream(lambda r: set_value(r, name, place, lambda v: rounded(v * factor)))


def shifted(name: str, place: tuple[str, str, str], by: float):
    """One number of a result raised or lowered."""
    return upstream(lambda r: set_value(r, name, place, lambda v: rounded(v + by)))


def swapped_values(
    report: Report, name: str, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    """Two numbers of a result exchanged."""
    found = {
        (item["row"], item["group"], item["statistic"]): item
        for item in report.results[name]["statistics"]
    }
    one, other = found[first], found[second]
    assert one["value"] != other["value"]
    one["value"], other["value"] = other["value"], one["value"]


def exchanged(name: str, first: tuple[str, str, str], second: tuple[str, str, str]):
    """Two numbers of a result exchanged, and the report made from it."""
    return upstream(lambda r: swapped_values(r, name, first, second))


def cell_moved(html: str, label: str, first: int, second: int) -> str:
    """What stands in two cells of a row exchanged."""
    part = row(html, label)
    one, other = cells(part)[first], cells(part)[second]
    moved = part.replace(one, "\0", 1).replace(
        other, replaced(other, inside(other), inside(one)), 1
    )
    return replaced(html, part, moved.replace("\0", replaced(one, inside(one), inside(other)), 1))


def swap_columns(report: Report, name: str, identifier: str, first: int, second: int) -> None:
    """Exchange what two cells of a row hold."""
    found = row_of(report, name, identifier)["cells"]
    one, other = found[first], found[second]
    one["parts"], other["parts"] = other["parts"], one["parts"]


def drop_at(report: Report, name: str, first: int, end: int) -> None:
    """Remove rows by where they stand, with their addresses."""
    rows = report.tables["displays"][name]["rows"]
    for part in parts_of(rows[first:end]):
        del report.tables["addresses"][part["address"]]
    del rows[first:end]


def headings_exchanged(report: Report, name: str, first: int, second: int) -> None:
    """The labels of two rows exchanged by where they stand."""
    rows = report.tables["displays"][name]["rows"]
    one, other = rows[first], rows[second]
    one["label"], other["label"] = other["label"], one["label"]


FAULTS = [
    # Numbers that follow from others.
    Fault("derived number wrong", "a number needed to treat", RESULTS, TESTED,
          shifted("or_effects", ("number_needed", PAIR, "benefit"), 1.0)),
    Fault("derived number wrong", "a limit of a number needed to treat", RESULTS, TESTED,
          scaled("or_effects_exact", ("number_needed", PAIR, "benefit_to"), 0.5)),
    Fault("derived number wrong", "a number needed to treat for harm", RESULTS, TESTED,
          upstream(lambda r: swapped_values(r, "or_effects", ("number_needed", PAIR, "benefit"),
                                            ("number_needed", PAIR, "harm")))),
    Fault("derived number wrong", "a difference of proportions", RESULTS, TESTED,
          shifted("or_effects", ("difference", PAIR, "estimate"), 0.01)),
    Fault("derived number wrong", "a difference with an exact interval", RESULTS, TESTED,
          shifted("or_itt_exact", ("difference", PAIR, "estimate"), -0.01)),
    Fault("derived number wrong", "a risk ratio", RESULTS, TESTED,
          scaled("or_effects", ("risk_ratio", PAIR, "risk_ratio"), 1.1)),
    Fault("derived number wrong", "an odds ratio of counts", RESULTS, TESTED,
          scaled("or_effects", ("odds_ratio", PAIR, "odds_ratio"), 1.1)),
    Fault("derived number wrong", "an adjusted difference", RESULTS, TESTED,
          shifted("or_adjusted", ("difference", PAIR, "estimate"), 0.03)),
    Fault("derived number wrong", "an adjusted ratio of proportions", RESULTS, TESTED,
          scaled("or_adjusted_firth", ("ratio", RATIO, "risk_ratio"), 1.1)),
    Fault("derived number wrong", "an adjusted odds ratio of the population", RESULTS, TESTED,
          exchanged("or_adjusted", ("marginal_odds_ratio", RATIO, "odds_ratio"),
                    ("conditional_odds_ratio", RATIO, "odds_ratio"))),
    Fault("derived number wrong", "a difference at a landmark", RESULTS, TESTED,
          shifted("ttr_all_landmarks", ("t=8", PAIR, "estimate"), 0.05)),
    Fault("derived number wrong", "a difference of restricted means", RESULTS, TESTED,
          scaled("ttr_all_landmarks", ("restricted_mean", PAIR, "time_difference"), 0.9)),
    Fault("derived number wrong", "a ratio of restricted means", RESULTS, TESTED,
          scaled("ttr_all_landmarks", ("restricted_mean_ratio", RATIO, "ratio"), 1.1)),
    Fault("derived number wrong", "a hazard ratio turned round", RESULTS, TESTED,
          scaled("rfs_hazards", ("stratified_cox", "MONO/COMBO", "hazard_ratio"), 1.2)),
    Fault("derived number wrong", "a limit of a hazard ratio turned round", RESULTS, TESTED,
          scaled("rfs_hazards", ("stratified_cox", "MONO/COMBO", "upper"), 1.2)),
    Fault("derived number wrong", "a common difference that no weights give", RESULTS, TESTED,
          shifted("or_by_site", ("difference", PAIR, "estimate"), 0.02)),
    Fault("curve rises", "survival of two landmarks exchanged", RESULTS, TESTED,
          upstream(lambda r: [swapped_values(r, "ttr_all_landmarks", ("t=4", arm, word),
                                             ("t=8", arm, word))
                              for arm in ("COMBO", "MONO")
                              for word in ("survival", "lower", "upper")])),
    Fault("interval wrong", "limits of a landmark exchanged", RESULTS, TESTED,
          exchanged("ttr_all_landmarks", ("t=12", PAIR, "lower"), ("t=12", PAIR, "upper"))),
    Fault("interval wrong", "limits of a stratum exchanged", RESULTS, TESTED,
          exchanged("or_by_prior", ("difference", PAIR, "lower"), ("difference", PAIR, "upper"))),
    Fault("interval wrong", "level of an adjusted effect", PAGE, TESTED,
          reads("t_adjusted/head1/head/level", "90")),
    Fault("interval wrong", "exact limits of another method", RESULTS, TESTED,
          exchanged("or_effects_exact", ("risk_ratio", PAIR, "lower"),
                    ("odds_ratio", PAIR, "upper"))),
    Fault("interval wrong", "interval and P of a hazard ratio contradict", RESULTS, TESTED,
          scaled("rfs_hazards", ("stratified_cox", RATIO, "p_value"), 4.0)),
    Fault("interval wrong", "interval and P of an adjusted difference contradict", RESULTS, TESTED,
          scaled("or_adjusted", ("difference", PAIR, "p_value"), 20.0)),
    # Strata.
    Fault("weights do not add up", "one weight", RESULTS, TESTED,
          shifted("or_by_site", ("SITEID=01", PAIR, "weight"), 0.05)),
    Fault("weights do not add up", "two weights exchanged", RESULTS, TESTED,
          exchanged("or_by_site", ("SITEID=02", PAIR, "weight"), ("SITEID=06", PAIR, "weight"))),
    Fault("dropped row", "a stratum of a result", RESULTS, TESTED,
          upstream(lambda r: drop_rows(r, "or_by_prior", "NPRIGR=Two"))),
    Fault("dropped row", "a stratum, from the tables file", TABLES, TESTED,
          in_tables(lambda r: drop_table_row(r, "t_stratified", "or_by_site:SITEID=05"))),
    Fault("dropped row", "a landmark, from the tables file", TABLES, TESTED,
          in_tables(lambda r: drop_table_row(r, "t_ttr_all_landmarks", "ttr_all_landmarks:t=8"))),
    Fault("dropped row", "a test of hazards, from the tables file", TABLES, TESTED,
          in_tables(lambda r: drop_at(r, "t_rfs_hazards", 8, 10))),
    Fault("sum wrong", "responders of a stratum", RESULTS, TESTED,
          upstream(lambda r: [set_value(r, "or_by_site", ("SITEID=03", "MONO", "count"),
                                        lambda v: v + 1),
                              set_value(r, "or_by_site", ("SITEID=03", "MONO", "proportion"),
                                        lambda v: rounded(5 / 7))])),
    Fault("wrong N", "how many strata", RESULTS, TESTED,
          shifted("rfs_hazards", ("strata", "", "count"), -1)),
    Fault("wrong N", "events of the other arm", RESULTS, TESTED,
          upstream(lambda r: [g.update(n=n) for g, n in zip(r.results["rfs_hazards"]["groups"],
                                                            (26, 43), strict=True)])),
    Fault("percent of the wrong denominator", "a stratum of all subjects", RESULTS, TESTED,
          upstream(lambda r: set_value(r, "or_by_bleeding", ("GR34FL=N", "MONO", "proportion"),
                                       lambda v: rounded(v * 53 / 56)))),
    # Arms.
    Fault("columns swapped", "adjusted proportions of the arms", RESULTS, TESTED,
          upstream(lambda r: swap_groups(r, "or_adjusted", "COMBO", "MONO", "adjusted"))),
    Fault("columns swapped", "survival at the landmarks", RESULTS, TESTED,
          upstream(lambda r: swap_groups(r, "ttr_all_landmarks", "COMBO", "MONO", "t="))),
    Fault("columns swapped", "arms of one stratum", RESULTS, TESTED,
          upstream(lambda r: swap_groups(r, "or_by_prior", "COMBO", "MONO", "NPRIGR=Two"))),
    Fault("columns swapped", "cells of restricted means", PAGE, TESTED,
          in_section("t_ttr_all_landmarks", lambda h: cell_moved(h, "Restricted mean", 0, 1))),
    Fault("columns swapped", "weight and P of a stratum", PAGE, TESTED,
          in_section("t_stratified", lambda h: cell_moved(h, "Grade 3 or 4", 2, 4))),
    Fault("columns swapped", "the two P values of all strata", TABLES, TESTED,
          in_tables(lambda r: swap_columns(r, "t_stratified", "or_by_site", 4, 6))),
    Fault("columns swapped", "cells of the measures with all that they say", PAGE, TESTED,
          in_section("t_effects", cells_swapped)),
    Fault("columns swapped", "counts of an exact analysis, from the tables file", TABLES, TESTED,
          in_tables(lambda r: swap_cells(r, "t_intervals", "or_itt_barnard"))),
    Fault("heads swapped", "labels over adjusted proportions", PAGE, TESTED,
          in_section("t_adjusted", labels_swapped)),
    # Rows.
    Fault("label of another row", "two measures", TABLES, TESTED,
          in_tables(lambda r: exchange(r, "t_effects", "or_effects:risk_ratio",
                                       "or_effects:odds_ratio", "label"))),
    Fault("label of another row", "observed and adjusted", TABLES, TESTED,
          in_tables(lambda r: exchange(r, "t_adjusted", "or_adjusted:observed",
                                       "or_adjusted:adjusted", "label"))),
    Fault("label of another row", "two landmarks", TABLES, TESTED,
          in_tables(lambda r: exchange(r, "t_ttr_all_landmarks", "ttr_all_landmarks:t=4",
                                       "ttr_all_landmarks:t=12", "label"))),
    Fault("label of another row", "two tests of hazards", TABLES, TESTED,
          in_tables(lambda r: headings_exchanged(r, "t_rfs_hazards", 3, 8))),
    Fault("label of another row", "two strata", TABLES, TESTED,
          in_tables(lambda r: exchange(r, "t_stratified", "or_by_site:SITEID=01",
                                       "or_by_site:SITEID=02", "label"))),
    # Words and what is stale.
    Fault("not stated", "the method of the measures", TABLES, TESTED,
          in_tables(lambda r: drop_note(r, "t_effects", 1))),
    Fault("not stated", "the method of adjusted proportions", TABLES, TESTED,
          in_tables(lambda r: drop_note(r, "t_adjusted", 0))),
    Fault("not stated", "the rule for missing data of hazards", TABLES, TESTED,
          in_tables(lambda r: drop_note(r, "t_rfs_hazards", 0))),
    Fault("test of another method", "the exact test of an interval", RESULTS, TESTED,
          upstream(lambda r: r.results["or_itt_barnard"]["method"].update(
              test_label="Boschloo's exact unconditional test"))),
    Fault("stale table", "an exact limit changed later", LATER, TESTED,
          afterwards(lambda r: set_value(r, "or_itt_exact", ("difference", PAIR, "lower"),
                                         lambda v: v + 0.002))),
    Fault("stale table", "the method of strata changed later", LATER, TESTED,
          afterwards(lambda r: r.results["or_by_site"]["method"].update(label="Other weights"))),
    Fault("digit changed", "a number needed to treat", PAGE, TESTED,
          reads("t_effects/or_effects:number_needed/COMBO-MONO/benefit", "5.7")),
    Fault("digit changed", "a weight", PAGE, TESTED,
          reads("t_stratified/or_by_site:SITEID=01/COMBO-MONO weight/weight", "29.9")),
    Fault("rounded wrongly", "a P value of a landmark", TABLES, TESTED,
          in_tables(lambda r: print_as(
              r, "t_ttr_all_landmarks/ttr_all_landmarks:t=8/COMBO-MONO/p_value", "0.02"))),
]  # fmt: skip
