"""Checks of the standardised data against the plan, and the verdict that lets the workflow go on.

Here belong the closed kinds of checks (each takes a table and gives findings, and never raises),
what applies waivers and counts findings, and the step that stops on errors. What a trial demands,
its limits and its words, is declared in the plan and does not belong here.
"""
