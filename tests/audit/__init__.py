"""Tests of the audit stage and of the program `trialtrace`."""
