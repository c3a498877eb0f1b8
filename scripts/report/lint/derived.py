"""Numbers that follow from other numbers of the same result: differences, ratios, weights, P."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from scipy import special

from scripts.report.lint.artefact import Document
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger

RULE = "numbers that follow from others"
Stats = Mapping[str, float | None]
Places = Mapping[tuple[str, str], Stats]
Said = tuple[str, float | None, float | None]
# Where a group has what a contrast of the same result is made of: the first of them that is there.
BASES = (("adjusted", "risk"), ("mean", "mean"), ("proportion", "proportion"))
# Rows of contrasts, their statistic, where the groups stand, and what is made of the two.
RATIOS = (
    ("risk_ratio", "risk_ratio", ("proportion", "proportion"), "ratio"),
    ("ratio", "risk_ratio", ("adjusted", "risk"), "ratio"),
    ("marginal_odds_ratio", "odds_ratio", ("adjusted", "risk"), "odds"),
    ("restricted_mean_ratio", "ratio", ("restricted_mean", "restricted_mean"), "ratio"),
)
TURNED = (("hazard_ratio", "hazard_ratio"), ("lower", "upper"), ("upper", "lower"))


def same(said: float | None, wanted: float | None) -> bool:
    """Whether two numbers are one, as far as a result writes its digits."""
    if said is None or wanted is None:
        return said is wanted
    return math.isclose(said, wanted, rel_tol=1e-7, abs_tol=1e-9)


def check_derived(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """What a contrast says of two groups is what the numbers of the two groups say."""
    shown = {name for display in document.displays for name in evidence.analyses(display.id)}
    for name in sorted(shown & set(evidence.results)):
        places = evidence.places(name)
        for words, said, wanted in _followed(name, places, evidence):
            message = f"{name}: {words} is {said!r}, the other numbers give {wanted!r}"
            ledger.must(RULE, same(said, wanted), message)
        for words in _out_of_order(places):
            ledger.find(RULE, f"{name}: {words}")
        for words in _sizes(name, evidence):
            ledger.find("counts within totals", f"{name}: {words}")


def _followed(name: str, places: Places, evidence: Evidence) -> Iterator[Said]:
    groups = [str(group["id"]) for group in evidence.results[name].get("groups", [])]
    options = (evidence.results[name].get("method") or {}).get("options") or {}
    for a in groups:
        for b in groups:
            if a == b:
                continue
            if not options.get("covariates") or "adjusted" in {row for row, _ in places}:
                yield from _differences(places, a, b)
            yield from _ratios(places, a, b, str(options.get("odds_ratio")))
            yield from _turned(places, a, b)
            yield from _needed(places, f"{a}-{b}", options.get("better") == "lower")
            yield from _strata(places, f"{a}-{b}")
    yield from _tests(places)
    yield from _parts(places, evidence.planned(name).get("kind") == "stratified_difference")


def _pair(places: Places, base: tuple[str, str], a: str, b: str) -> list[float] | None:
    found = [places.get((base[0], group), {}).get(base[1]) for group in (a, b)]
    known = [value for value in found if value is not None]
    return known if len(known) == 2 else None


def _differences(places: Places, a: str, b: str) -> Iterator[Said]:
    pair = f"{a}-{b}"
    common = any(group == pair and "weight" in stats for (_, group), stats in places.items())
    for (row, group), stats in places.items():
        if group != pair or row.endswith(pair):
            continue
        bases = [(row, "survival"), (row, "proportion")]
        if row == "difference" and not common:
            bases += BASES
        known = next((two for base in bases if (two := _pair(places, base, a, b))), None)
        if known and stats.get("estimate") is not None:
            yield f"the difference {row} of {pair}", stats["estimate"], known[0] - known[1]
        means = _pair(places, (row, "restricted_mean"), a, b)
        if means and stats.get("time_difference") is not None:
            yield f"the difference {row} of {pair}", stats["time_difference"], means[0] - means[1]


def _ratios(places: Places, a: str, b: str, odds: str) -> Iterator[Said]:
    made = list(RATIOS)
    if odds == "woolf":
        made.append(("odds_ratio", "odds_ratio", ("proportion", "proportion"), "odds"))
    for row, word, base, how in made:
        known = _pair(places, base, a, b)
        said = places.get((row, f"{a}/{b}"), places.get((row, f"{a}-{b}"), {})).get(word)
        # With nobody or everybody estimators add something to the counts.
        if known is None or said is None or min(known) <= 0 or (how == "odds" and max(known) >= 1):
            continue
        one, other = (x / (1 - x) if how == "odds" else x for x in known)
        yield f"{row} of {a} and {b}", said, one / other


def _turned(places: Places, a: str, b: str) -> Iterator[Said]:
    """B to A is one over A to B, limits included."""
    for (row, group), stats in places.items():
        other = places.get((row, f"{b}/{a}"))
        if group != f"{a}/{b}" or other is None or a > b:
            continue
        for word, turned in TURNED:
            value, said = stats.get(word), other.get(turned)
            if value and said is not None:
                yield f"{turned} of {b}/{a} in {row}", said, 1 / value


def _needed(places: Places, pair: str, lower_is_better: bool) -> Iterator[Said]:
    """A number needed to treat is one over the difference, its limits are those of its limits."""
    needed, found = places.get(("number_needed", pair)), places.get(("difference", pair))
    if needed is None or found is None or found.get("estimate") is None:
        return
    sign = -1 if lower_is_better else 1
    ends = [sign * (found.get(word) or 0.0) for word in ("estimate", "lower", "upper")]
    estimate, low, high = ends[0], min(ends[1:]), max(ends[1:])
    wanted = {
        "benefit": estimate if estimate > 0 else None,
        "harm": -estimate if estimate < 0 else None,
        "benefit_from": high if high > 0 else None,
        "benefit_to": low if low > 0 else None,
        "harm_from": -low if low < 0 else None,
        "harm_to": -high if high < 0 else None,
    }
    for word, value in wanted.items():
        yield f"{word} of the number needed", needed.get(word), 1 / value if value else None


def _strata(places: Places, pair: str) -> Iterator[Said]:
    """Weights are shares of one whole, and the common difference is their mean."""
    own = [stats for (_, group), stats in places.items() if group == pair and "weight" in stats]
    weights = [stats["weight"] or 0.0 for stats in own]
    if not own or not any(weights):
        return
    yield f"the sum of the weights of {pair}", sum(weights), 1.0
    mean = sum(
        weight * (stats.get("estimate") or 0.0) for weight, stats in zip(weights, own, strict=True)
    )
    yield (
        f"the common difference of {pair}",
        places.get(("difference", pair), {}).get("estimate"),
        mean,
    )


def _parts(places: Places, partition: bool) -> Iterator[Said]:
    """The strata of a stratified comparison are all of its subjects."""
    for (row, group), stats in places.items():
        if row != "proportion" or not partition:
            continue
        strata = [s for (at, g), s in places.items() if g == group and "=" in at]
        for word in ("count", "total") if strata else ():
            yield f"{word} of {group}", stats.get(word), sum(s.get(word) or 0 for s in strata)


def _tests(places: Places) -> Iterator[Said]:
    """P is that of its statistic: chi-square, normal, or of a ratio with its standard error."""
    for (row, group), stats in places.items():
        p, statistic, df = (stats.get(word) for word in ("p_value", "statistic", "df"))
        error, ratio = stats.get("standard_error"), stats.get("hazard_ratio")
        wanted: float | None = None
        if p is None or row.startswith("monte_carlo:"):
            continue
        if ratio and error and statistic is None:
            wanted = math.erfc(abs(math.log(ratio)) / error / math.sqrt(2))
        elif statistic is not None and df and error is None and not group:
            wanted = float(special.chdtrc(df, statistic))
        elif statistic is not None and error and df is None:
            wanted = math.erfc(abs(statistic) / math.sqrt(2))
            # A likelihood ratio beside a standard error is a chi-square of one degree.
            ratio_of_two = math.erfc(math.sqrt(max(statistic, 0.0) / 2))
            wanted = ratio_of_two if same(p, ratio_of_two) else wanted
        if wanted is not None and max(p, wanted) > 1e-6:
            yield f"P of {row} {group}".rstrip(), p, wanted


def _out_of_order(places: Places) -> Iterator[str]:
    """A share without event never rises."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for (row, group), stats in places.items():
        value = stats.get("survival")
        if row.startswith("t=") and value is not None:
            curves.setdefault(group, []).append((float(row.removeprefix("t=")), value))
    for group, points in curves.items():
        values = [value for _, value in sorted(points)]
        if any(later > earlier for earlier, later in pairwise(values)):
            yield f"the share without event of {group} rises"


def _sizes(name: str, evidence: Evidence) -> Iterator[str]:
    for group in evidence.results[name].get("groups", []):
        if group.get("n") is not None and group.get("N") is not None and group["n"] > group["N"]:
            yield f"{group['n']} of {group['N']} in {group['id']}"


def check_labels_of_tests(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """One word of the plan for a test has one label, and one label has one word."""
    rule = "tests of the plan"
    labels: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    for result in evidence.results.values():
        method = result.get("method") or {}
        word, label = method.get("test"), method.get("test_label")
        if word and label:
            labels.setdefault(str(word), set()).add(str(label))
            words.setdefault(str(label), set()).add(str(word))
    ledger.look(rule, len(labels))
    for key, found in [*labels.items(), *words.items()]:
        if len(found) > 1:
            ledger.find(rule, f"{key!r} is called {' and '.join(sorted(found))}")
