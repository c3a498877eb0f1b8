"""Profiles of single subjects: what is known of each, why each verdict fell as it did, a picture.

Here: the records of a subject, verdicts in words, clauses by visit, drawing and templates. Not
here: how verdicts are reached (`derive/`), and statistics of groups.
"""
