"""The lint: the finished folder, read from its files and nothing else.

Belongs here: what must hold of names, sizes, transport files, documents and of what one file says
of another. Does not: the values of data sets, which the gate judges.
"""
