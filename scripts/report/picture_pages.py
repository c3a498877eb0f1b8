"""Pages of the finished PDF as pictures: python -m scripts.report.picture_pages PDF FOLDER ID ...

An ID is that of a display; its first page becomes FOLDER/ID.png. The README shows three of them.
"""

import ctypes
import sys
from pathlib import Path

import pypdfium2
from PIL import Image

SCALE = 1.5
COLOURS = 64


def pages_of(document: pypdfium2.PdfDocument) -> dict[str, int]:
    """The page, from 0, on which the display of each id begins."""
    raw = pypdfium2.raw
    found = {}
    for index in range(raw.FPDF_CountNamedDests(document.raw)):
        size = ctypes.c_long(0)
        raw.FPDF_GetNamedDest(document.raw, index, None, size)
        buffer = (ctypes.c_char * size.value)()
        target = raw.FPDF_GetNamedDest(document.raw, index, buffer, size)
        name = bytes(buffer).decode("utf-16-le").rstrip("\0")
        found[name] = raw.FPDFDest_GetDestPageIndex(document.raw, target)
    return found


def picture_pages(pdf: Path, folder: Path, displays: list[str]) -> list[Path]:
    """One picture for each display. Raises KeyError for an id that the PDF does not know."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with pypdfium2.PdfDocument(pdf) as document:
        pages = pages_of(document)
        for display in displays:
            image = document[pages[display]].render(scale=SCALE).to_pil()
            path = folder / f"{display}.png"
            image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(path, optimize=True)
            made.append(path)
    return made


if __name__ == "__main__":
    for picture in picture_pages(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]):
        print(picture)
