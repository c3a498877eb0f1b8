"""What depends on what: from raw values to printed numbers, at the grain of row and column.

`reads` says what a dependency is, `graph` follows dependencies forwards, `origins` backwards,
`store` keeps them in files, `run` holds what they are declared from. The other modules know one
step each and declare what it reads, from the plan: how raw rows become domains, domains become
analysis data sets, and those become printed numbers.
Nothing here computes a value of a trial; whether a declaration is true is shown by changing raw
values and looking at what changes in print (`perturb_values`).
"""
