"""The answers of `trialtrace trace`: from a number, a subject or a raw value, in both directions.

`evidence` reads what a finished run left in its folder, `numbers`, `subjects` and `sources` each
answer one question as a plain document, and `words` sets these documents for a terminal. What
depends on what is not decided here; that is the index (`lineage`).
"""
