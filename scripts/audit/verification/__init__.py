"""What `trialtrace verify` looks at: a folder as it lies there, against what the run wrote down.

Here belong the comparison of files, of tables to the row and column, of raw files to the cell, of
the roots with each other and with the title page, of the ledger and of signatures. Everything is
read and nothing written; a check gives findings and never raises.
"""
