"""The report: results become characters, tables, figures and pages.

Here belongs whatever turns a number into text or decides what stands where on a page. Nothing here
computes a statistic: each printed number is one value of one result, rounded once, in `numbers`,
and carries its address. Words of a trial do not belong here; they come from its plan.
"""
