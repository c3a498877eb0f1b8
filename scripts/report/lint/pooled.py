"""Monte Carlo errors as a reader would check them: of a mean sqrt(B/m), and what holds."""

from decimal import Decimal

from scripts.report.lint.artefact import Document
from scripts.report.lint.evidence import Evidence, Key
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.rounding import is_number, plain, round_half_up

ERRORS = "monte_carlo:"
WATCHED = {
    "difference": ("estimate", "lower", "upper"),
    "odds_ratio": ("odds_ratio", "lower", "upper"),
}
DECIMALS = {"difference": "difference", "odds_ratio": "ratio"}


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
