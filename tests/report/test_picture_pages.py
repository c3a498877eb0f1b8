"""Pictures of pages: the page on which a display begins, by its id."""

from pathlib import Path

import pytest

from scripts.report.picture_pages import picture_pages
from scripts.report.render_report import render_report

HTML = """<!DOCTYPE html><html lang="en"><head><title>Made</title><style>
@page { size: 100pt 60pt; margin: 0 } body { font-family: 'TrialTrace Sans' }
div { break-before: page }</style></head><body><p>One</p><a href="#two">to it</a>
<div id="two" style="background: #000">Two</div></body></html>"""


def test_the_picture_of_a_display_shows_its_page_and_an_unknown_id_is_an_error(
    tmp_path: Path,
) -> None:
    from PIL import Image

    pdf = tmp_path / "made.pdf"
    pdf.write_bytes(render_report(HTML))
    (path,) = picture_pages(pdf, tmp_path / "pictures", ["two"])
    with Image.open(path) as image:
        assert image.size == (150, 90)  # 100 by 60 points, 1.5 pixels a point
        assert image.convert("L").getpixel((75, 2)) < 40  # the black box, not the white page
    with pytest.raises(KeyError):
        picture_pages(pdf, tmp_path, ["three"])
