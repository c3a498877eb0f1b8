"""Small results for every layout of a figure, with names as long as a trial may have."""

from typing import Any

import pandas as pd

from scripts.analyse.find_tipping_points import find_tipping_points
from scripts.report.draw_figures import draw_figures
from scripts.report.registry import FIGURES
from scripts.report.tabulate import read_context
from scripts.tables import plain
from tests.analyse.trial import HEAD, PLAN, subjects
from tests.report import made

LONG = "A treatment with a name that is long enough to fill a line of its own"
ARMS = [
    {"code": "A", "label": LONG, "short": "Long name", "ratio": 1, "color": "#4b2e83"},
    {"code": "B", "label": "Lotion 1%", "short": "One percent", "ratio": 1, "color": "#2f7d5b"},
    {"code": "C", "label": "Vehicle", "short": "Vehicle", "ratio": 1, "color": "#8a8a8a"},
]
NAMES = [arm["code"] for arm in ARMS]
TIMES = [0, 1, 2, 3, 4, 8, 16, 24, 52]
VISITS = [{"VISITNUM": i, "VISIT": f"Week {t}", "nominal": t} for i, t in enumerate(TIMES)]
GROUPS = [{"id": arm["code"], "label": arm["label"], "N": 112, "n": 7} for arm in ARMS]
WITH_TOTAL = [*GROUPS, {"id": "TOTAL", "label": "All", "N": 336, "n": 21}]
KIND = {
    "flow": "disposition",
    "survival_curves": "time_to_event",
    "cumulative_curves": "time_to_event",
    "median_curves": "measurements_over_time",
    "swimmer": "courses",
    "missing_grid": "missing_patterns",
    "tipping_map": "tipping_point",
    "forest": "difference_in_proportions",
    "traces": "imputation_diagnostics",
    "densities": "imputation_diagnostics",
}


def counts(row: str, groups: list[str], count: int, total: int, **more: Any) -> list[Any]:
    """The same count in each group."""
    share = count / total if total else None
    values = {"count": count, "total": total, "proportion": share, **more}
    return [entry for group in groups for entry in made.rows(row, group, **values)]


def flow() -> Any:
    everywhere = [*NAMES, "TOTAL"]
    statistics = [
        *counts("screened", ["TOTAL"], 999, 999),
        *counts("excluded", ["TOTAL"], 333, 999),
        *counts("excluded=none", ["TOTAL"], 333, 999),
        *counts("randomised", everywhere, 112, 112),
        *counts("discontinued", everywhere, 14, 112),
        *counts("discontinued=far", everywhere, 14, 112),
        *counts("completed", everywhere, 98, 112),
        *counts("ALLFL", everywhere, 112, 112),
        *counts("outside ALLFL", everywhere, 0, 112),
    ]
    labels = {"excluded=none": f"{LONG}, which nobody wanted", "discontinued=far": "Moved away"}
    return made.result("flow", "disposition", statistics, groups=WITH_TOTAL, labels=labels)


def times(events: int = 7, subjects: int = 10) -> Any:
    """Curves that fall by a tenth with each event; none where there is no subject."""
    curve = {
        "time": [0, 4, 52],
        "survival": [1.0, 1 - events / 10, 1 - events / 10],
        "lower": [1.0, 0.2, 0.2],
        "upper": [1.0, 0.9, 0.9],
        "at_risk": [10, 10, 3],
        "events": [0, events, 0],
        "censored": [0, 0, 3],
    }
    empty: dict[str, list[Any]] = {word: [] for word in curve}
    statistics = []
    for name in NAMES:
        numbers = {"n": subjects, "events": events, "censored": subjects - events}
        median = dict.fromkeys(("median", "median_lower", "median_upper"), 4 if events else None)
        statistics += made.rows("arm", name, **numbers, **median)
        for time in TIMES if subjects else []:
            statistics += made.rows(f"t={time}", name, survival=0.5, at_risk=112)
    statistics += made.rows("logrank", "", statistic=None, df=None, p_value=None)
    curves = dict.fromkeys(NAMES, curve if subjects else empty)
    return made.result("times", "time_to_event", statistics, groups=GROUPS, curve=curves,
                       unit="WEEKS")  # fmt: skip


def scores(value: float | None = 1234.5) -> Any:
    words = {word: [value] * len(TIMES) for word in ("median", "q1", "q3")}
    curve = {"time": TIMES, "n": [112] * len(TIMES), **words}
    statistics = [
        entry
        for visit in VISITS
        for name in NAMES
        for entry in made.rows(visit["VISIT"], name, n=112, median=value, q1=value, q3=value)
    ]
    curves = dict.fromkeys(NAMES, curve)
    return made.result("scores", "measurements_over_time", statistics, groups=WITH_TOTAL,
                       curve=curves, unit="10^9/L", time_unit="week")  # fmt: skip


def paths(lines: int = 45) -> Any:
    """Lines of three arms of which the last has nobody."""
    everywhere = [*NAMES, "TOTAL"]
    courses = [
        {
            "USUBJID": f"{name}-{index:03d}",
            "group": name,
            "end": 52.0 - index,
            "marks": [{"id": "met", "time": 4.0}, {"id": "pill", "time": 4.0}],
            "intervals": [{"id": "well", "from": 4.0, "to": max(4.5, 40.0 - index)}],
        }
        for name, count in (("A", lines), ("B", lines // 3))
        for index in range(count)
    ]
    statistics = [
        *(e for name in everywhere for e in made.rows("observed", name, n=lines, median=50.0)),
        *counts("met", everywhere, lines, 112, events=lines),
        *counts("pill", everywhere, lines, 112, events=2 * lines),
        *counts("well", everywhere, lines, 112),
    ]
    labels = {"observed": "Observed", "met": "A response that is confirmed", "pill": "Pill",
              "well": "Well"}  # fmt: skip
    return made.result("paths", "courses", statistics, groups=WITH_TOTAL, labels=labels,
                       courses=courses, unit="WEEKS")  # fmt: skip


PATTERNS = {"111111111": "complete", "111100000": "monotone", "110111111": "intermittent"}


def missing(patterns: dict[str, str] | None = None) -> Any:
    found = PATTERNS if patterns is None else patterns
    everywhere = [*NAMES, "TOTAL"]
    statistics = [e for v in VISITS for e in counts(f"measured={v['VISIT']}", everywhere, 84, 112)]
    for kind in dict.fromkeys(found.values()):
        statistics += counts(f"class={kind}", everywhere, 28, 112)
    for word in found:
        statistics += counts(f"pattern={word}", everywhere, 28, 112)
    listed = [
        {"row": f"pattern={word}", "pattern": list(map(int, word)), "class": kind, "last": None,
         "counts": dict.fromkeys(everywhere, 28)}
        for word, kind in found.items()
    ]  # fmt: skip
    return made.result("missing", "missing_patterns", statistics, groups=WITH_TOTAL,
                       patterns=listed, time_unit="week",
                       times={v["VISIT"]: v["nominal"] for v in reversed(VISITS)})  # fmt: skip


def differences(estimate: float | None = 0.25) -> list[Any]:
    """Two analyses: one of 112 in each group, one of 28, so that the marks differ by half."""
    results = []
    for name, total in (("large", 112), ("small", 28)):
        lower = None if estimate is None else -1.4
        upper = None if estimate is None else 0.5
        statistics = [
            *counts("proportion", NAMES, total // 2, total),
            *made.rows("difference", "A-B", estimate=estimate, lower=lower, upper=upper),
        ]
        results.append(
            made.result(
                name,
                "difference_in_proportions",
                statistics,
                groups=GROUPS,
                title=f"{LONG} ({name})",
                role="exploratory",
            )
        )
    return results


def chains(count: int = 14) -> Any:
    """Two models: one of many variables that iterate, the other of values that are no yes or no."""
    names = [f"PLAT@{index}" for index in range(count)]
    statistics, moves = [], []
    for index, name in enumerate(names):
        row = f"m: {name}"
        words = {"missing": 9, "observed": 103, "chains": 20, "sweeps": 12, "separated": None}
        spread = {"convergence": 1 + index / 100, "convergence_sd": 1.02, "convergence_all": None}
        statistics += made.rows(row, "", **words, **spread)
        means = [[1000.0 * chain + sweep for sweep in range(12)] for chain in range(20)]
        moves.append({"model": "m", "variable": name, "row": row, "means": means})
    shapes = []
    for model, limits in (("m", [-0.5, 0.5, 1.5]), ("n", [-1.25, 0.0, 1.25, 2.5])):
        share = [1 / (len(limits) - 1)] * (len(limits) - 1)
        for arm in NAMES:
            for word in ("observed", "imputed"):
                statistics += made.rows(f"{word}: {model}", arm, total=112, proportion=1.0)
            shapes.append({"model": model, "group": arm, "limits": limits, "binary": model == "m",
                           "observed": share, "imputed": [] if arm == "C" else share})  # fmt: skip
    models = [{"id": m, "label": f"{LONG} {m}", "iterates": m == "m", "notes": []} for m in "mn"]
    groups = [{**group, "N": None, "n": None} for group in GROUPS]
    diagnostics = {"models": models, "traces": moves, "densities": shapes}
    return made.result("chains", "imputation_diagnostics", statistics, groups=groups,
                       diagnostics=diagnostics)  # fmt: skip


def tipping(missing: int = 6, total: int = 30, form: str = "counts") -> Any:
    """A tipping point of the first two arms: half of all and a fifth of all respond."""
    adsl = subjects("A" * total + "B" * total)
    names = adsl["USUBJID"].tolist()
    lost = set(names[:missing] + names[total : total + missing])
    shares = {"A": 0.5, "B": 0.2}
    plan = {"arms": [{**arm, "reference": arm["code"] == "B"} for arm in ARMS[:2]]}
    method = {"grid": "counts", "interval": "wald", "test": "fisher_exact"}
    table = pd.DataFrame(
        [
            {"USUBJID": name, "IMPUTATION": int(name in lost), "IMPUTED": "NY"[name in lost],
             "AVAL": float(place % total >= total * (1 - shares["AB"[place // total]]))}
            for place, name in enumerate(names)
        ]
    )  # fmt: skip
    if form == "delta":
        method = {"grid": "delta"}
        table = pd.DataFrame(
            [
                {"ARMCD": arm, "DELTA": float(delta), "IMPUTATION": k,
                 "SUBJECTS": missing if k else total - missing,
                 "RESPONDERS": (delta + 3 + k) * missing // 8 if k else int(shares[arm] * 20)}
                for arm in "AB"
                for delta in range(-3, 3)
                for k in range(3)
            ]
        )  # fmt: skip
    analysis = {**HEAD, "kind": "tipping_point", "endpoint": "RESP", "imputation": "m",
                "method": method}  # fmt: skip
    model = {"label": "A model", "predictors": ["ARMCD"]}
    whole = {**PLAN, **plan, "models": {"m": model}, "analyses": {"tipping": analysis}}
    made = find_tipping_points(adsl.assign(ALLFL="Y"), {"m": table}, whole)["tipping"]
    return plain(made)


def drawn(layout: str, results: list[Any], **keys: Any) -> tuple[str, dict[str, Any]]:
    """The drawing and the document of one figure of results."""
    names = [item["id"] for item in results]
    plan = made.plan()
    plan["trial"] = {"arms": ARMS, "visits": VISITS, "visit_unit": "week"}
    plan["analyses"]["analyses"] = {name: {"kind": KIND[layout]} for name in names}
    display = {**made.show("figure", layout, names), **keys}
    plan["outputs"]["sections"][0]["displays"] = [display]
    context = read_context(plan, {item["id"]: item for item in results})
    drawings, documents = draw_figures(context)
    return drawings["figure"], documents["figure"]


FULL: dict[str, list[Any]] = {
    "flow": [flow()],
    "survival_curves": [times()],
    "cumulative_curves": [times()],
    "median_curves": [scores()],
    "swimmer": [paths()],
    "missing_grid": [missing()],
    "tipping_map": [tipping()],
    "forest": differences(),
    "traces": [chains()],
    "densities": [chains()],
}
assert set(FULL) == set(FIGURES)
