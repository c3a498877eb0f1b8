"""The gate: rules on the data sets as they are sent, declared as data, by kinds of checks.

Belongs here: the table of rules (rules.yaml), the kinds as small functions over one data set or
over all of them, and who reads the table and runs it. Does not: any knowledge of one trial; what
must hold in the pipeline's own tables is said by their contracts.
"""
