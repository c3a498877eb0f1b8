"""The evidence explorer: the index and the tables of a run in one HTML file that a browser opens.

`codes` and `columns` make data small, `contents` says what the file holds, `packs` puts everything
into pieces that the browser unpacks when it needs them, `page` makes the file. What depends on
what is the index's (`lineage`); the templates follow it in JavaScript as `graph` does in Python.
"""
