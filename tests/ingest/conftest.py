"""The small trial of `cases` as a folder of raw files."""

import pytest

from tests.ingest.cases import SEEN, write_people


@pytest.fixture
def folder(tmp_path):
    """A folder whose `raw` holds people and their visits."""
    (tmp_path / "raw").mkdir()
    write_people(tmp_path / "raw")
    (tmp_path / "raw/seen.csv").write_text(SEEN, encoding="utf-8")
    return tmp_path
