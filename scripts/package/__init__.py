"""The submission package: what goes to a regulator, made from what ran.

Belongs here: the folder's layout, transport files and their specification, define.xml, the guides
for reviewers, results metadata, the programs, conformance of the finished files, and the replay.
Does not: any number (they come from the stages before), and any knowledge of one trial (it is in
the plan).
"""
