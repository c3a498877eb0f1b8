"""A drawing says which data it was made from, so that a stale one is noticed."""

import hashlib
import json
from typing import Any


def digest_of_data(data: Any) -> str:
    """The digest of what a figure shows."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def with_digest(svg: str, data: Any) -> str:
    """The drawing with the digest of its data in its first tag."""
    return svg.replace("<svg ", f'<svg data-digest="{digest_of_data(data)}" ', 1)
