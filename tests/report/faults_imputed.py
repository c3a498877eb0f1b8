"""Faults in what is said of imputed data: pooling, diagnostics, tipping points, their figures."""

import re

from tests.report.chain import IMPUTED, Report
from tests.report.faults import (
    Fault,
    afterwards,
    in_drawing,
    in_section,
    in_tables,
    parts_of,
    reads,
    replaced,
    row_of,
    set_value,
    swap_groups,
    swapped,
    upstream,
)
from tests.report.faults_effects import PAIR, exchanged, scaled, shifted, swap_columns
from tests.report.upstream_changes import drop_note, drop_table_row, exchange

RESULTS, TABLES, FIGURES = "results", "tables", "figures"
PAGE, LATER = "page", "results changed later"
COUNTS, DELTA = "or_tipping_counts", "or_tipping_delta"


def grid(report: Report, name: str) -> dict:
    """The grid of a tipping point in its result."""
    return report.results[name]["grids"][PAIR]


def cells_exchanged(name: str, first: str, second: str):
    """All numbers of two cells of a grid exchanged in a result."""

    def change(report: Report) -> None:
        names = {first: second, second: first}
        for item in report.results[name]["statistics"]:
            if item["group"] == PAIR:
                item["row"] = names.get(item["row"], item["row"])

    return upstream(change)


def convergence_exchanged(report: Report) -> None:
    """R of two variables exchanged."""
    rows = [item for item in report.results["mi_diagnostics"]["statistics"]
            if item["statistic"] == "convergence" and item["value"] is not None]  # fmt: skip
    rows[0]["value"], rows[5]["value"] = rows[5]["value"], rows[0]["value"]


def unmarked(report: Report) -> None:
    """A cell that tips and is not shaded."""
    for item in report.tables["displays"]["t_tipping_counts"]["rows"]:
        for one in item["cells"]:
            if one.get("tone") == "tipped":
                one["tone"] = ""
                return
    raise AssertionError


def marked(report: Report) -> None:
    """A cell that does not tip and is shaded."""
    row_of(report, "t_tipping_delta", "x8")["cells"][0]["tone"] = "tipped"


def texts_swapped(svg: str, first: str, second: str) -> str:
    """Two addressed numbers of a drawing exchanged with their addresses."""
    spans = [re.search(f'<tspan data-address="{re.escape(one)}">[^<]*</tspan>', svg)
             for one in (first, second)]  # fmt: skip
    assert spans[0] and spans[1]
    return swapped(svg, spans[0].group(), spans[1].group())


def held(html: str) -> str:
    """'no' where digits do not hold, changed to 'yes' on the page."""
    found = re.search(r">no</td>|>no<", html)
    assert found
    return html[: found.start()] + found.group().replace("no", "yes") + html[found.end() :]


def titles_swapped(svg: str) -> str:
    """The titles of two panels exchanged."""
    titles = re.findall(r"<text[^>]*>([^<]*, Week \d+[^<]*)</text>", svg)
    return swapped(svg, f">{titles[0]}<", f">{titles[1]}<")


FAULTS = [
    # Pooling.
    Fault("pooled wrongly", "a standard error", RESULTS, IMPUTED,
          scaled("or_mi", ("difference", PAIR, "standard_error"), 1.1)),
    Fault("pooled wrongly", "the variance between", RESULTS, IMPUTED,
          scaled("or_mi_logistic", ("difference", PAIR, "between"), 1.5)),
    Fault("pooled wrongly", "degrees of freedom", RESULTS, IMPUTED,
          scaled("or_mi", ("difference", PAIR, "df"), 2.0)),
    Fault("pooled wrongly", "missing information", RESULTS, IMPUTED,
          scaled("or_delta", ("difference", PAIR, "fraction_missing_information"), 1.5)),
    Fault("pooled wrongly", "a limit that is not t times the standard error away", RESULTS, IMPUTED,
          shifted("or_mi_proportions", ("difference", PAIR, "lower"), -0.02)),
    Fault("pooled wrongly", "a limit of an odds ratio", RESULTS, IMPUTED,
          scaled("or_mi_odds", ("odds_ratio", "COMBO/MONO", "upper"), 1.2)),
    Fault("pooled wrongly", "a P value", RESULTS, IMPUTED,
          scaled("or_delta", ("difference", PAIR, "p_value"), 3.0)),
    Fault("pooled wrongly", "a difference that is not that of the means", RESULTS, IMPUTED,
          shifted("or_mi", ("mean", "COMBO", "mean"), -0.05)),
    Fault("Monte Carlo error", "not the root of B over m", RESULTS, IMPUTED,
          scaled("or_mi", ("monte_carlo:difference", PAIR, "estimate"), 1.3)),
    Fault("Monte Carlo error", "with ten times as many data sets", RESULTS, IMPUTED,
          scaled("or_delta", ("difference", PAIR, "imputations"), 10)),
    Fault("Monte Carlo error", "of a P value printed for a limit", TABLES, IMPUTED,
          in_tables(lambda r: swap_columns(r, "t_pooling", "or_mi:COMBO-MONO error", 2, 5))),
    Fault("digits that hold", "said by the result and do not", RESULTS, IMPUTED,
          upstream(lambda r: set_value(r, "or_mi", ("growth", "", "stable"), lambda v: 1 - v))),
    Fault("digits that hold", "said on the page and do not", PAGE, IMPUTED,
          in_section("t_pooling", held)),
    Fault("wrong N", "data sets asked for by rule", RESULTS, IMPUTED,
          shifted("or_mi", ("rules", PAIR, "linear_rule"), 5)),
    Fault("wrong N", "more data sets used than there are", RESULTS, IMPUTED,
          shifted("or_mi_logistic", ("growth", "", "imputations"), 60)),
    Fault("wrong N", "data sets used that are not those of the estimate", RESULTS, IMPUTED,
          shifted("or_mi_odds", ("growth", "", "imputations"), -5)),
    Fault("label of another row", "two pooled analyses", TABLES, IMPUTED,
          in_tables(lambda r: exchange(r, "t_pooling", "or_mi:COMBO-MONO",
                                       "or_delta:COMBO-MONO", "label"))),
    Fault("dropped row", "a pooled analysis, from the tables file", TABLES, IMPUTED,
          in_tables(lambda r: [drop_table_row(r, "t_pooling", "or_mi_odds:COMBO/MONO"),
                               drop_table_row(r, "t_pooling", "or_mi_odds:COMBO/MONO error")])),
    Fault("columns swapped", "limits of a pooled row", PAGE, IMPUTED,
          in_section("t_pooling", lambda h: swapped(
              h, *re.findall(r'<a data-address="t_pooling/or_mi:COMBO-MONO/(?:lower/lower|'
                             r'upper/upper)" [^>]*>[^<]*</a>', h)))),
    # Diagnostics.
    Fault("imputed share", "of the other arm", RESULTS, IMPUTED,
          upstream(lambda r: swap_groups(r, "mi_diagnostics", "COMBO", "MONO",
                                         "imputed: or_logistic"))),
    Fault("imputed share", "shares alone of the other arm", RESULTS, IMPUTED,
          exchanged("mi_diagnostics", ("imputed: or_logistic", "COMBO", "proportion"),
                    ("imputed: or_logistic", "MONO", "proportion"))),
    Fault("imputed share", "of another model", RESULTS, IMPUTED,
          exchanged("mi_diagnostics", ("imputed: or_logistic", "COMBO", "proportion"),
                    ("imputed: or_visits", "COMBO", "proportion"))),
    Fault("imputed share", "observed share of all subjects", RESULTS, IMPUTED,
          scaled("mi_diagnostics", ("observed: or_normal", "COMBO", "proportion"), 98 / 112)),
    Fault("imputed share", "arms exchanged on the page", PAGE, IMPUTED,
          in_section("t_mi_diagnostics", lambda h: swapped(
              h, *re.findall(r'<a data-address="t_mi_diagnostics/imputed: or_logistic/(?:COMBO|'
                             r'MONO)/proportion" [^>]*>[^<]*</a>', h)))),
    Fault("wrong N", "observed subjects of a model", RESULTS, IMPUTED,
          shifted("mi_diagnostics", ("observed: or_normal", "COMBO", "total"), 14)),
    Fault("wrong N", "missing subjects of a model", RESULTS, IMPUTED,
          shifted("mi_diagnostics", ("or_normal: OR", "", "missing"), -1)),
    Fault("wrong N", "chains that are traced", RESULTS, IMPUTED,
          shifted("mi_diagnostics", ("or_visits: BLEED", "", "chains"), 20)),
    Fault("wrong N", "imputed subjects of an arm", RESULTS, IMPUTED,
          exchanged("or_mi", ("mean", "COMBO", "missing"), ("mean", "MONO", "missing"))),
    Fault("convergence of another", "R of another variable", RESULTS, IMPUTED,
          upstream(convergence_exchanged)),
    Fault("convergence of another", "titles of two panels of traces", FIGURES, IMPUTED,
          in_drawing("f_mi_traces", titles_swapped)),
    # Tipping points.
    Fault("cells of a grid", "two cells of the numbers exchanged in the result", RESULTS, IMPUTED,
          cells_exchanged(COUNTS, "10|2", "8|2")),
    Fault("cells of a grid", "two cells of the shifts exchanged in the result", RESULTS, IMPUTED,
          cells_exchanged(DELTA, "1|-2", "-1|-2")),
    Fault("cells of a grid", "one estimate", RESULTS, IMPUTED,
          shifted(COUNTS, ("10|2", PAIR, "estimate"), 0.01)),
    Fault("cells of a grid", "two cells exchanged in the tables file", TABLES, IMPUTED,
          in_tables(lambda r: swap_columns(r, "t_tipping_counts", "x3", 1, 2))),
    Fault("cells of a grid", "two heads of columns exchanged", TABLES, IMPUTED,
          in_tables(lambda r: [column.update(label=[word]) for column, word in zip(
              r.tables["displays"]["t_tipping_counts"]["columns"][3:5], ("3", "2"), strict=True)])),
    Fault("cells of a grid", "two rows exchanged", TABLES, IMPUTED,
          in_tables(lambda r: exchange(r, "t_tipping_delta", "x2", "x3", "cells"))),
    Fault("cells of a grid", "two numbers of the map exchanged", FIGURES, IMPUTED,
          in_drawing("f_tipping_counts", lambda svg: texts_swapped(
              svg, f"f_tipping_counts/3|2/{PAIR}/estimate",
              f"f_tipping_counts/9|2/{PAIR}/estimate"))),
    Fault("tipping cells", "one is not shaded", TABLES, IMPUTED, in_tables(unmarked)),
    Fault("tipping cells", "one is shaded that does not tip", TABLES, IMPUTED, in_tables(marked)),
    Fault("tipping cells", "miscounted", RESULTS, IMPUTED,
          shifted(COUNTS, ("tipping_point", PAIR, "count"), 1)),
    Fault("tipping cells", "all cells miscounted", RESULTS, IMPUTED,
          shifted(COUNTS, ("tipping_point", PAIR, "total"), 10)),
    Fault("tipping cells", "a verdict", RESULTS, IMPUTED,
          upstream(lambda r: grid(r, DELTA)["verdicts"][2].__setitem__(2, 0))),
    Fault("tipping cells", "the nearest of them", RESULTS, IMPUTED,
          upstream(lambda r: grid(r, COUNTS).update(nearest=["0|8"]))),
    Fault("tipping cells", "the departure of the nearest", RESULTS, IMPUTED,
          shifted(COUNTS, (f"nearest {PAIR}", PAIR, "departure"), -1)),
    Fault("tipping cells", "how many are as near", RESULTS, IMPUTED,
          shifted(COUNTS, (f"nearest {PAIR}", PAIR, "count"), 1)),
    Fault("tipping cells", "what the nearest assumes", RESULTS, IMPUTED,
          shifted(COUNTS, (f"nearest {PAIR}", "COMBO", "count"), 2)),
    Fault("tipping cells", "the difference of the nearest", RESULTS, IMPUTED,
          shifted(DELTA, (f"nearest {PAIR}", PAIR, "estimate"), -0.01)),
    Fault("tipping cells", "the cell at missing at random", RESULTS, IMPUTED,
          upstream(lambda r: grid(r, COUNTS).update(reference="12|6"))),
    Fault("tipping cells", "missing subjects of the other arm", RESULTS, IMPUTED,
          upstream(lambda r: swap_groups(r, COUNTS, "COMBO", "MONO", "missing"))),
    Fault("tipping cells", "observed responders", RESULTS, IMPUTED,
          shifted(COUNTS, ("observed", "MONO", "count"), 2)),
    Fault("words against numbers", "what a tipping point concludes", PAGE, IMPUTED,
          in_section("s_tipping", lambda h: replaced(h, "The interval leaves out zero.",
                                                     "No difference is shown."))),
    Fault("words against numbers", "arms of a tipping point", PAGE, IMPUTED,
          in_section("s_tipping", lambda h: swapped(h, "ATRA + LD-RTX: ", "; LD-RTX: "))),
    Fault("digit changed", "tipping cells in a sentence", PAGE, IMPUTED,
          reads(f"s_tipping/{COUNTS}:tipping {PAIR}/{PAIR}/count", "21")),
    Fault("digit changed", "a limit of a cell of the grid", PAGE, IMPUTED,
          reads(f"t_tipping_delta/0|0/{PAIR}/lower", "0.206")),
    # Figures, notes, what is stale.
    Fault("stale figure", "a tipping map", LATER, IMPUTED,
          afterwards(lambda r: set_value(r, COUNTS, ("2|2", PAIR, "lower"), lambda v: v + 0.001))),
    Fault("stale figure", "traces of chains", LATER, IMPUTED,
          afterwards(lambda r: r.results["mi_diagnostics"]["diagnostics"]["traces"][0]["means"][0]
                     .__setitem__(1, 9.0))),
    Fault("stale figure", "densities", LATER, IMPUTED,
          afterwards(lambda r: r.results["mi_diagnostics"]["diagnostics"]["densities"][0]["imputed"]
                     .__setitem__(1, 0.5))),
    Fault("heads swapped", "arms of densities", FIGURES, IMPUTED,
          in_drawing("f_mi_densities", lambda svg: swapped(svg, ">ATRA + LD-RTX<", ">LD-RTX<"))),
    Fault("heads swapped", "axes of a tipping map", FIGURES, IMPUTED,
          in_drawing("f_tipping_counts", lambda svg: swapped(
              svg, " missing with ATRA + LD-RTX", " missing with LD-RTX"))),
    Fault("not stated", "the method of pooling", TABLES, IMPUTED,
          in_tables(lambda r: drop_note(r, "t_pooling", 0))),
    Fault("not stated", "the rule for missing data of a grid", TABLES, IMPUTED,
          in_tables(lambda r: drop_note(r, "t_tipping_delta", 1))),
    Fault("number without address", "a cell of a grid", TABLES, IMPUTED,
          in_tables(lambda r: untag_first(r, "t_tipping_counts", "x5"))),
]  # fmt: skip


def untag_first(report: Report, name: str, identifier: str) -> None:
    """The first number of a row, without its address."""
    first = row_of(report, name, identifier)["cells"][0]
    part = parts_of(first)[0]
    del report.tables["addresses"][part["address"]]
    first["parts"][0] = part["text"]
