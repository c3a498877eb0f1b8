"""Completed data sets for endpoints that some subjects could not reach.

Here belong the imputation models and the order in which they draw. Pooling belongs to `analyse`.
"""
