"""Fonts that are embedded whole: named as such, and every glyph mapped to its letters.

WeasyPrint maps the glyphs that a letter has; one that stands for several (a ligature) or for a
variant has none, and a reader could neither search nor copy what it shows (PDF/A-2a, 6.2.11.7).
"""

import io
import re
from collections.abc import Iterator

import pikepdf
from fontTools.agl import toUnicode
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name

CUT = re.compile(r"^/[A-Z]{6}\+")
MAPPED = re.compile(rb"^<([0-9a-f]{4})> <", re.MULTILINE)
# A whole font also has a glyph for the byte order mark, to which PDF/A lets no glyph be mapped.
ORDER_MARK, WORD_JOINER = b"> <feff>", b"> <2060>"
END = b"endcmap"
# As many as one block of a CMap may hold.
BLOCK = 100


def name_whole(pdf: pikepdf.Pdf) -> None:
    """Mend the fonts of an open document, all of which are embedded whole, in place."""
    for item in pdf.objects:
        if not isinstance(item, Dictionary):
            continue
        for key in ("/BaseFont", "/FontName"):
            if key in item:
                item[key] = Name(CUT.sub("/", str(item[key])))
        if "/ToUnicode" in item:
            descriptor = item.DescendantFonts[0].FontDescriptor
            glyphs = _glyphs(descriptor.FontFile2.read_bytes())
            item.ToUnicode = pdf.make_stream(mapped(item.ToUnicode.read_bytes(), glyphs))


def _glyphs(font: bytes) -> list[str]:
    with TTFont(io.BytesIO(font), lazy=True) as opened:
        return list(opened.getGlyphOrder())


def mapped(cmap: bytes, glyphs: list[str]) -> bytes:
    """The map from glyphs to letters with those that it lacks, by the names of the glyphs."""
    known = {int(code, 16) for code in MAPPED.findall(cmap)}
    lacking = [
        f"<{index:04x}> <{letters.encode('utf-16-be').hex()}>"
        for index, glyph in enumerate(glyphs)
        if index not in known and (letters := toUnicode(glyph))
    ]
    more = "".join(_blocks(lacking)).encode()
    return cmap.replace(ORDER_MARK, WORD_JOINER).replace(END, more + END, 1)


def _blocks(lines: list[str]) -> Iterator[str]:
    for start in range(0, len(lines), BLOCK):
        part = lines[start : start + BLOCK]
        yield "\n".join([f"{len(part)} beginbfchar", *part, "endbfchar", ""])
