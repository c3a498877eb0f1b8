"""How much room a text of a figure takes, by the metrics of the font that it is set in.

A figure is drawn before anything renders it, so the widths are read from the fonts that the report
bundles: the same letters, the same widths, on every machine.
"""

from functools import cache

from scripts.report.letters import FALLBACK, SANS, font_file, replace_unknown
from scripts.report.numbers import typeset_powers

# How far the letters of the face reach above and below their line, as a share of the size.
ASCENT = 0.73
DESCENT = 0.21
ELLIPSIS = "\u2026"


@cache
def _advances(weight: str) -> dict[int, float]:
    """The width of every letter as a share of the size; the fallback's where the face has none."""
    from fontTools.ttLib import TTFont

    letters: dict[int, float] = {}
    for family in (FALLBACK, SANS):
        with TTFont(font_file(family, weight), lazy=True) as font:
            widths, units = font["hmtx"].metrics, font["head"].unitsPerEm
            letters |= {c: widths[glyph][0] / units for c, glyph in font.getBestCmap().items()}
    return letters


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a text in points. Pairs that the font sets closer are not drawn closer here."""
    letters = _advances("bold" if weight == "bold" else "normal")
    shown = replace_unknown(typeset_powers(text))
    return size * sum(letters.get(ord(letter), 1.0) for letter in shown)


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The text in lines no wider than `width`; a word that is wider has a line of its own.

    A line does not end at a space that does not break.
    """
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
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
