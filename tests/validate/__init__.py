"""Tests of the checks: for every kind a record that passes, one that fails, and the limits."""
