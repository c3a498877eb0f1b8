"""How much room a text of a figure takes, by the metrics of the font that it is set in.

A figure is drawn before anything renders it, so the widths are read from the fonts that the report
bundles: the same letters, the same widths, on every machine.
"""

from functools import cache

from scripts.report.letters import FACES, font_folder, replace_unknown
from scripts.report.numbers import typeset_powers

FAMILY = "TrialTrace Sans"
# How far the letters of the face reach above and below their line, as a share of the size.
ASCENT = 0.76
DESCENT = 0.24
ELLIPSIS = "\u2026"


@cache
def _advances(weight: str) -> tuple[dict[int, int], int]:
    """The width of every letter of a face in its own units, and the units of its size."""
    from fontTools.ttLib import TTFont

    with TTFont(font_folder() / FACES[FAMILY, weight, "normal"], lazy=True) as font:
        widths = font["hmtx"].metrics
        letters = {code: widths[glyph][0] for code, glyph in font.getBestCmap().items()}
        return letters, font["head"].unitsPerEm


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a text in points. Pairs that the font sets closer are not drawn closer here."""
    letters, units = _advances("bold" if weight == "bold" else "normal")
    shown = replace_unknown(typeset_powers(text))
    return sum(letters.get(ord(letter), units) for letter in shown) * size / units


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The text in lines no wider than `width`; a word that is wider has a line of its own."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and text_width(longer, size, weight) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current]


def shorten(text: str, width: float, size: float, weight: str = "normal") -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, size, weight) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS
