"""The letters that the report's own fonts can print, and what stands for those that they cannot."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Fonts come with the locked matplotlib, so that no font of the machine decides how a page looks.
FACES = {
    ("TrialTrace Sans", "normal", "normal"): "DejaVuSans.ttf",
    ("TrialTrace Sans", "bold", "normal"): "DejaVuSans-Bold.ttf",
    ("TrialTrace Sans", "normal", "italic"): "DejaVuSans-Oblique.ttf",
    ("TrialTrace Mono", "normal", "normal"): "DejaVuSansMono.ttf",
    ("TrialTrace Serif", "normal", "normal"): "STIXGeneral.ttf",
    ("TrialTrace Serif", "bold", "normal"): "STIXGeneralBol.ttf",
    ("TrialTrace Serif", "normal", "italic"): "STIXGeneralItalic.ttf",
}


def font_folder() -> Path:
    """Where the fonts lie; matplotlib is located, not loaded."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("matplotlib, whose fonts the report uses, is not installed")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def known_letters() -> frozenset[int]:
    """The code points that the sans face, in which tables are set, has a glyph for."""
    from fontTools.ttLib import TTFont

    with TTFont(font_folder() / FACES["TrialTrace Sans", "normal", "normal"]) as font:
        return frozenset(font.getBestCmap())


def replace_unknown(text: str) -> str:
    """The text with every letter outside the fonts as its code point, such as [U+7B2C].

    A missing glyph would be drawn from whatever font the machine has, or as an empty box.
    """
    if text.isascii():
        return text
    unknown = {code for code in map(ord, set(text)) if code > 0x7F and code not in known_letters()}
    return text.translate({code: f"[U+{code:04X}]" for code in unknown})
