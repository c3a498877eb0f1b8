"""The publication beside the results: printed numbers, their verdicts, what does not fit together.

What a number is printed with, and from which result it is made, stands in the plan; here stands how
the two are compared, and the rules that look for evidence of an inconsistency.
"""
