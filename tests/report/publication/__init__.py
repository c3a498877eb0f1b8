"""Tests of the comparison with the publication."""
