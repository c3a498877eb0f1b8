"""The verbs of the program `trialtrace`, a module each.

A verb has HELP, `add_arguments(parser)` and `run(arguments)`, which returns 0 when all is well, 1
when it found something, and 2 when it could not do what was asked. Answers go to standard output,
trouble to standard error. Nothing here needs Snakemake or a network.
"""
