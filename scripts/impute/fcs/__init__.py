"""Fully conditional specification of mixed data, all chains of a chunk at a time.

Belongs here: what the engine does inside: streams of random numbers, the design in which every
model works, linear algebra over chains, and a file for each kind of conditional model.

Does not belong here: subjects, endpoints, the plan (they are in `scripts/impute/impute_*.py`), and
pooling.
"""
