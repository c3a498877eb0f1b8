"""The bridge to R itself."""

import pytest

from tests.against_r.bridge import ask_r, needs_r

pytestmark = needs_r


def test_numbers_travel_both_ways_with_fifteen_digits() -> None:
    numbers = [0.1, 1 / 3, 1e-300, 12345.678901234567]
    answer = ask_r("output <- input$numbers", numbers=numbers)
    assert answer == pytest.approx(numbers, rel=1e-14, abs=0)


def test_an_error_in_r_is_an_error_here() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        ask_r('stop("no such thing")')
