"""Completed data sets for endpoints that some subjects could not reach.

Here belong the imputation models of endpoints and of measures by visit, the order in which they
draw, assumptions that depart from missing at random, and the checks of a planned model. How a
single conditional model draws is in `fcs`; what is estimated in completed data sets, and pooling,
belong to `analyse`.
"""
