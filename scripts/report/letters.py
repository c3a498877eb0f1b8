"""The letters that the report's own fonts can print, and what stands for those that they cannot."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Fonts come with locked packages, so that no font of the machine decides how a page looks. A letter
# that the first family lacks is taken from the fallback, which has the most letters.
SANS = "TrialTrace Sans"
SERIF = "TrialTrace Serif"
FALLBACK = "TrialTrace Fallback"
FIXED = "TrialTrace Mono"
_SANS = "font_source_sans_pro/files/SourceSansPro"
_SERIF = "font_source_serif_pro/files/SourceSerifPro"
_DEJAVU = "matplotlib/mpl-data/fonts/ttf/DejaVuSans"
FACES = {
    (SANS, "normal", "normal"): f"{_SANS}-Regular.ttf",
    (SANS, "bold", "normal"): f"{_SANS}-Semibold.ttf",
    (SANS, "normal", "italic"): f"{_SANS}-It.ttf",
    (SERIF, "normal", "normal"): f"{_SERIF}-Regular.ttf",
    (SERIF, "bold", "normal"): f"{_SERIF}-Semibold.ttf",
    (SERIF, "normal", "italic"): f"{_SERIF}-It.ttf",
    (FALLBACK, "normal", "normal"): f"{_DEJAVU}.ttf",
    (FALLBACK, "bold", "normal"): f"{_DEJAVU}-Bold.ttf",
    (FIXED, "normal", "normal"): f"{_DEJAVU}Mono.ttf",
}


@cache
def font_file(family: str, weight: str = "normal", style: str = "normal") -> Path:
    """The file of one face; the package that brings it is located, not loaded."""
    package, _, inside = FACES[family, weight, style].partition("/")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package}, which brings a font of the report, is not installed")
    return Path(spec.origin).parent / inside


@cache
def known_letters(*families: str) -> frozenset[int]:
    """The code points that any of the families has a glyph for, in its upright face."""
    from fontTools.ttLib import TTFont

    known: set[int] = set()
    for family in families:
        with TTFont(font_file(family), lazy=True) as font:
            known |= set(font.getBestCmap())
    return frozenset(known)


def replace_unknown(text: str, *families: str) -> str:
    """The text with every letter outside the fonts as its code point, such as [U+7B2C].

    The fonts are the given families, or those of tables: the sans face and the fallback behind it.
    A missing glyph would be drawn from whatever font the machine has, or as an empty box.
    """
    if text.isascii():
        return text
    letters = known_letters(*(families or (SANS, FALLBACK)))
    unknown = {code for code in map(ord, set(text)) if code > 0x7F and code not in letters}
    return text.translate({code: f"[U+{code:04X}]" for code in unknown})
