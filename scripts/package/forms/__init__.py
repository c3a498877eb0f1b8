"""The case report forms with the variables that each field becomes, drawn from the mapping.

Belongs here: which field goes where, and on which page of the annotated forms it stands. Does not:
the mapping itself, which is the plan's.
"""
