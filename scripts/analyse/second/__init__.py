"""The second implementation of the analyses: other code, other libraries, the same questions.

Nothing here may import `stats` or the steps that it checks: an error in shared code would agree
with itself. Subjects, groups and contrasts are chosen anew from the plan; estimators are those of
statsmodels and scipy. `comparison` holds the two implementations against each other.
"""
