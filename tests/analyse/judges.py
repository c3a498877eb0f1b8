"""Both implementations of one analysis beside numbers that R printed."""

import pytest

from tests.analyse.trial import HEAD, PLAN


def numbers(values):
    """Printed numbers as floats."""
    return [float(word) for word in values.split()]


def agree(found, expected):
    """Whether every number of both implementations is that of R."""
    for statistics in found:
        assert [statistics[key] for key in expected] == pytest.approx(
            list(expected.values()), rel=1e-9
        )


def both(first, opinion):
    """The statistics of the first and of the second implementation by row, group and name."""
    stored = {(s["row"], s["group"], s["statistic"]): s["value"] for s in first["statistics"]}
    return stored, opinion.statistics


def plan_of(analysis):
    """The analysis and the plan that holds it as `one`."""
    whole = {**HEAD, **analysis}
    model = {"m": {"label": "A model", "method": "normal", "predictors": ["ARMCD"]}}
    return whole, {**PLAN, "models": model, "analyses": {"one": whole}}
