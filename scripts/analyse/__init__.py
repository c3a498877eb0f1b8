"""From analysis data to results: one file of numbers for each planned analysis.

Here belong populations, groups and contrasts as parameters, and the steps that call the
estimators. Mathematics lives in `stats`; turning a number into characters lives in `report`.
"""
