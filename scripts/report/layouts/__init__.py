"""Layouts: how results, plan and findings are arranged in rows and columns.

A layout knows kinds of analyses, never a trial: what stands in a table comes from the outputs plan.
Each is a function of display, sheet and context that gives the body of a table.
"""
