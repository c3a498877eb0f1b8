"""Writes the raw forms of the embedded trial from the frozen literals, with integer arithmetic only.

Belongs here: trajectories, forms, code books. Does not belong here: any derivation of an endpoint.
"""
