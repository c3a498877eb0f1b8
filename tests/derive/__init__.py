"""Reasons to believe the derivations: hand-made subjects with verdicts that a person gave."""
