"""Writes the raw forms of the embedded trial from the frozen literals, in integer arithmetic.

Belongs here: trajectories, forms, code books. Does not belong here: any derivation of an endpoint.
"""
