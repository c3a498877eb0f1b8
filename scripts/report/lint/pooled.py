"""Monte Carlo errors as a reader would check them: of a mean sqrt(B/m), and what holds."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from scipy import special

from scripts.report.lint.artefact import Document
from scripts.report.lint.derived import same
from scripts.report.lint.evidence import Evidence, Key
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import is_number, plain, round_half_up

ERRORS = "monte_carlo:"
WATCHED = {
    "difference": ("estimate", "lower", "upper"),
    "odds_ratio": ("odds_ratio", "lower", "upper"),
}
DECIMALS = {"difference": "difference", "odds_ratio": "ratio"}


def check_pooled(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Variance, degrees of freedom, limits and P follow from B, W and m; so does what is asked."""
    rule = "pooled by Rubin's rules"
    shown = {name for display in document.displays for name in evidence.analyses(display.id)}
    for name in sorted(shown):
        places = evidence.places(name)
        method = (evidence.results.get(name, {}).get("method") or {}).get("options") or {}
        for (row, group), stats in places.items():
            if not stats.get("between") or not stats.get("within"):
                continue
            said = {**stats, **places.get(("rules", group), {}), **places.get(("growth", ""), {})}
            said["drawn"] = stats.get("imputations")
            for word, wanted in _by_rubin(said, row in WATCHED and row != "difference", method):
                message = f"{name}: {word} of {group} is {said.get(word)!r}, not {wanted!r}"
                ledger.must(rule, same(said.get(word), wanted), message)
            used, bound = said.get("imputations"), said.get("bound")
            if used is not None and bound is not None:
                message = f"{name}: {used} data sets are said to be used of {bound}"
                ledger.must(rule, said["drawn"] == used <= bound, message)


def _by_rubin(
    said: Mapping[str, Any], ratio: bool, method: Mapping[str, Any]
) -> Iterator[tuple[str, float]]:
    """Statistics of a pooled estimate with what B, W and m make of them."""
    m, df = int(said["drawn"]), said.get("df")
    added = (1 + 1 / m) * said["between"]
    total = said["within"] + added
    share, error = added / total, math.sqrt(total)
    yield "standard_error", error
    if method.get("df") == "rubin":
        yield "df", (m - 1) / share**2
    if not df or said.get("level") is None:
        return
    information = share + (1 - share) * 2 / (df + 3)
    yield "fraction_missing_information", information
    if said.get("linear_rule") is not None:
        yield "linear_rule", max(2, math.ceil(round(100 * information, 9)))
    estimate = math.log(said["odds_ratio"]) if ratio else said["estimate"]
    reach = float(special.stdtrit(df, 0.5 + said["level"] / 2)) * error
    for word, value in (("lower", estimate - reach), ("upper", estimate + reach)):
        yield word, math.exp(value) if ratio else value
    p = 2 * float(special.stdtr(df, -abs(estimate / error)))
    if said.get("p_value") is not None and p > 1e-6:
        yield "p_value", p


def check_errors(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """The printed error of a pooled mean is the root of the variance between over m."""
    rule = "Monte Carlo errors"
    for display in document.displays:
        for row in display.rows:
            pieces = [piece for cell in row.cells for piece in cell.pieces if piece.address]
            for piece in pieces:
                key = evidence.source(piece.address)
                if key is None or key[1] != f"{ERRORS}difference" or key[3] != "estimate":
                    continue
                place = (key[0], "difference", key[2])
                between = evidence.values.get((*place, "between"))
                m = evidence.values.get((*place, "imputations"))
                if between is None or not m or not is_number(piece.text):
                    continue
                printed = Decimal(plain(piece.text))
                exact = (Decimal(repr(float(between))) / int(m)).sqrt()
                last = Decimal(1).scaleb(int(printed.as_tuple().exponent))
                message = f"sqrt(B/m) is {exact:.3g}, and {printed} is printed"
                ledger.must(rule, abs(printed - exact) <= last, message, display=display.name,
                            row=row.label.text)  # fmt: skip


def check_held(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Where the table says that the digits hold, they do; where it says no, one does not."""
    rule = "digits that hold"
    for display in document.displays:
        if display.layout != "pooling":
            continue
        said: dict[str, set[str]] = {}
        moves: dict[str, bool] = {}
        for row in display.rows:
            texts = {cell.text.strip() for cell in row.cells} & {"yes", "no"}
            keys = [evidence.source(p.address) for c in row.cells for p in c.pieces if p.address]
            places = {key[:3] for key in keys if key and key[1] in WATCHED}
            for name, at, group in places:
                said.setdefault(name, set()).update(texts)
                moved = _moves((name, at, group), evidence)
                moves[name] = moves.get(name, False) or moved
        for name, words in said.items():
            message = f"{name}: {', '.join(sorted(words))} is said"
            ledger.must(rule, words == {"no" if moves[name] else "yes"}, message,
                        display=display.name)  # fmt: skip


def _moves(place: tuple[str, str, str], evidence: Evidence) -> bool:
    name, at, group = place
    decimals = evidence.plan["formats"]["decimals"]
    tested = (name, "test", group, "p_value") in evidence.values
    keys: list[tuple[Key, Key, int]] = [
        ((*place, word), (name, ERRORS + at, group, word), decimals[DECIMALS[at]])
        for word in WATCHED[at]
    ]
    source = "test" if tested else at
    keys.append(((name, source, group, "p_value"), (name, ERRORS + source, group, "p_value"),
                 decimals["p"]))  # fmt: skip
    return not all(_holds(evidence.values.get(v), evidence.values.get(e), d, v[3] == "p_value")
                   for v, e, d in keys)  # fmt: skip


def _holds(value: float | None, error: float | None, decimals: int, bounded: bool) -> bool:
    if value is None or error is None:
        return False
    ends = (value - 2 * error, value + 2 * error)
    if bounded:
        least = 10.0**-decimals
        ends = (min(max(ends[0], 0.0), 1.0), min(max(ends[1], 0.0), 1.0))
        if ends[1] < least or ends[0] > 1 - least:
            return True
        if ends[0] < least or ends[1] > 1 - least:
            return 2 * error < least
    return round_half_up(ends[0], decimals) == round_half_up(ends[1], decimals) or (
        2 * error < 10.0**-decimals
    )
