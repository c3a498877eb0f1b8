"""The SDTM data sets that are sent, made from the internal domains and from the plan.

Belongs here: trial design, elements, epochs, added variables, supplemental qualifiers, controlled
terms, what describes all of it, and the way back to the internal domains.
Does not: any value that a domain already holds (it is the mapping's), and the writing of files.
"""
