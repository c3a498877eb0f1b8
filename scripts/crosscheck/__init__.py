"""The second opinion by R: every number of the results again, from the exported tables.

Here belong the R programs (one for each family of analyses, read by `crosscheck.R`), the step that
exports tables to files that R reads, the one that asks R, the comparison and the verdict. The R
programs know the plan and the tables and nothing of our estimators: what is copied from `stats` or
`analyse` is no second opinion. Tests of estimators over generated inputs are in `tests/against_r`.
"""
