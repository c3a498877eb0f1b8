"""Statistical estimators: mathematics only.

Belongs here: what would be true for any trial and stands in a textbook. Arrays and numbers go in,
frozen dataclasses come out, at full precision; numpy and scipy.special are all it imports.

Does not belong here: paths, tables, the plan, names of endpoints or arms, global random state,
rounding, and words for the reader beyond the name of a method. A step in `scripts/<stage>/` picks
the estimator that the plan names and turns its result into a result file.
"""
