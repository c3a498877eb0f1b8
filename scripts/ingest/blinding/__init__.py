"""A blinded trial: arms as dummy labels, dealt out by a keyed permutation, and what is withheld.

The plan is given dummy labels where it is loaded (`dummy_plan`) and the raw tables dummy arms where
they are read (`conceal`); no later step knows of it, and none can show what it was never told.
`status` says which plan may run at all: the ledger decides, not the word in the plan alone.

Does not belong here: how a page looks that says BLINDED (report), the act of unblinding (audit).
"""
