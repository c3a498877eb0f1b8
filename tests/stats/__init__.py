"""Every estimator answers to three authorities.

1. A second implementation that shares no code: scipy.stats, statsmodels, or a slow formula here.
2. A published example, with its reference, and the published figures of the embedded trial.
3. R 4.2.2 (survival 3.5-3, mice 3.15.0): the call is quoted beside the numbers that it printed; R
   itself is not needed to run the tests.

Tolerances: 1e-9 relative against R and closed formulas (R printed 13 digits; only the order of
sums differs), 1e-6 against iterative second implementations, and half a unit of the last printed
digit against publications.
"""

R = 1e-9
ITERATIVE = 1e-6
