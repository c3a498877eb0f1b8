"""The replay: a copy of the package rebuilt from its own SDTM data sets, and held against itself.

Belongs here: the program that a reviewer starts (`front`, which is packed as replay.txt and knows
the standard library alone), what it starts once the programs are unpacked, the comparison, and the
certificate. Does not: how anything is derived or computed; the pipeline's own steps do that.
"""
