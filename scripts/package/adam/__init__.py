"""The analysis data sets on their way out: from the internal tables to what is sent.

Belongs here: variables that are added for ADaM (treatment, core variables, numbers of parameters,
traceability), names and labels of the standard, and what describes each variable: origin, method,
code list. Does not: any other value of a variable that exists, and any word of one trial.
"""
