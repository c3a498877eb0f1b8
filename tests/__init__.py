"""Reasons to believe the lines of the project; the folders mirror scripts/."""
