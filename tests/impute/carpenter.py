"""The joint distributions of Carpenter, Roger and Kenward (2013), written as the paper has them."""

import numpy as np

from scripts.impute.reference_based import Courses


def random_normal(rng, visits):
    """A mean and a covariance matrix."""
    root = rng.normal(size=(visits, visits + 2))
    return rng.normal(size=visits), root @ root.T / visits + 0.1 * np.eye(visits)


def courses_of(mean, covariance):
    """The regression of each visit on those before it."""
    visits = len(mean)
    earlier, intercept, deviation = np.zeros((visits, visits)), np.zeros(visits), np.zeros(visits)
    for visit in range(visits):
        block = covariance[:visit, :visit]
        weights = np.linalg.solve(block, covariance[:visit, visit])
        earlier[visit, :visit] = weights
        intercept[visit] = mean[visit] - weights @ mean[:visit]
        left = covariance[visit, visit] - weights @ covariance[:visit, visit]
        deviation[visit] = np.sqrt(left)
    return Courses(intercept[None], np.zeros((1, visits, 0)), earlier[None], deviation[None])


def joint(own, other, last, strategy):
    """Mean and covariance of all visits of a subject of an arm who stopped after `last` visits.

    Section 3 of the paper: the covariance of jump to reference and of copy increments has the own
    arm's before the end and the reference's conditional one after it.
    """
    (mean_d, cov_d), (mean_r, cov_r) = own, other
    if strategy == "missing_at_random":
        return mean_d, cov_d
    if strategy == "copy_reference":
        return mean_r, cov_r
    after = mean_r[last:]
    if strategy == "copy_increments" and last:
        after = mean_d[last - 1] + mean_r[last:] - mean_r[last - 1]
    mean = np.concatenate([mean_d[:last], after])
    r11, r12 = cov_r[:last, :last], cov_r[:last, last:]
    r21, r22, d11 = r12.T, cov_r[last:, last:], cov_d[:last, :last]
    inverse = np.linalg.inv(r11)
    s21 = r21 @ inverse @ d11
    s22 = r22 - r21 @ inverse @ (r11 - d11) @ inverse @ r12
    return mean, np.block([[d11, s21.T], [s21, s22]])


def conditional(mean, covariance, seen):
    """Mean and covariance of the later elements given the first."""
    k = len(seen)
    pull = covariance[k:, :k] @ np.linalg.inv(covariance[:k, :k])
    return mean[k:] + pull @ (seen - mean[:k]), covariance[k:, k:] - pull @ covariance[:k, k:]
