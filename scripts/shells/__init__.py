"""Shells: the report before there are data, made from the plan alone.

Here belong the made-up tables over which the analyses run, and what takes every value out of them
again. What a table or a page looks like does not belong here: shells go through the layouts and
templates of the report, so that they cannot differ from it. Nothing here may read a result.
"""
