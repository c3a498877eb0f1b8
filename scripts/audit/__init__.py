"""The auditor's room: the index from a printed number to its records and back, and the proofs.

Here belong the trace of every number (`lineage`), the manifests with their roots, what holds a
folder against them (`verification`), the run ledger, signatures, the crate, the explorer, and the
commands of the program `trialtrace` (`commands`). Nothing here computes a statistic or decides how
the report looks: this room reads what the others made.
"""
