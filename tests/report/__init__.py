"""Tests of the report: rounding, comparison with the publication, layout and pages."""
