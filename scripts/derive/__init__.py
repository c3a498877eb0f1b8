"""From SDTM domains to ADaM: subjects, measurements, responses, times, events.

Here belong kinds of endpoints, covariates, clauses and times, each with parameters that the plan
gives. No arm, drug, visit or endpoint of any trial is known here, nothing is estimated here, and
no loop runs over subjects.
"""
