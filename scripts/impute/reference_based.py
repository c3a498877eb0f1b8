"""Reference-based imputation of a repeated measure: a subject who stops goes on as another arm.

Each arm has a multivariate normal distribution, held as one regression for each visit on covariates
and earlier visits. The parameters of an arm are drawn first, then what is missing: proper draws.
Arrays have chains first, so that all completed data sets move together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scripts.stats.arguments import FloatArray

Strategy = Literal["missing_at_random", "jump_to_reference", "copy_reference", "copy_increments"]
STRATEGIES = (
    "missing_at_random",
    "jump_to_reference",
    "copy_reference",
    "copy_increments",
)


@dataclass(frozen=True, eq=False)
class Courses:
    """Parameters of the courses of one arm, a draw for each chain.

    Attributes
    ----------
    intercept : array, shape (chains, visits)
    covariate : array, shape (chains, visits, covariates)
        Coefficients of the covariates in the regression of each visit.
    earlier : array, shape (chains, visits, visits)
        Coefficients of earlier visits, zero elsewhere: strictly lower triangular.
    deviation : array, shape (chains, visits)
        Residual standard deviation of each visit.
    """

    intercept: FloatArray
    covariate: FloatArray
    earlier: FloatArray
    deviation: FloatArray


def course_means(courses: Courses, covariates: FloatArray) -> FloatArray:
    """Mean of every visit given the covariates alone.

    Parameters
    ----------
    courses : Courses
    covariates : array, shape (n, covariates)

    Returns
    -------
    array, shape (chains, n, visits)

    Notes
    -----
    Formula: mu_j(x) = a_j + g_j x + sum over k < j of b_jk mu_k(x).
    """
    direct = courses.intercept[:, None, :] + np.einsum("np,cjp->cnj", covariates, courses.covariate)
    means = np.zeros_like(direct)
    for visit in range(direct.shape[2]):
        carried = np.einsum("cnk,ck->cn", means[:, :, :visit], courses.earlier[:, visit, :visit])
        means[:, :, visit] = direct[:, :, visit] + carried
    return means


def course_covariance(courses: Courses) -> FloatArray:
    """Covariance of the visits given the covariates, shape (chains, visits, visits).

    Notes
    -----
    Formula: (I - B)^-1 D (I - B')^-1, B the coefficients of earlier visits, D residual variances.
    """
    visits = courses.deviation.shape[1]
    root = np.linalg.solve(
        np.eye(visits) - courses.earlier, courses.deviation[:, :, None] * np.eye(visits)
    )
    return np.einsum("cik,cjk->cij", root, root)


def strategy_means(
    own: FloatArray, reference: FloatArray, last: np.ndarray, strategy: Strategy
) -> FloatArray:
    """The path of means around which a subject who stopped is thought to go on.

    Parameters
    ----------
    own, reference : array, shape (chains, n, visits)
        Means of each subject in the arm it was in and in the reference arm.
    last : array, shape (n,)
        How many visits there were before the subject stopped.
    strategy : str
        One of STRATEGIES.

    Returns
    -------
    array, shape (chains, n, visits)

    Notes
    -----
    Formula: with t the last visit, r the reference and d the own arm, the mean at visit j is
    mu_d,j for j <= t (mu_r,j for copy reference), and for j > t: mu_r,j (jump to reference and copy
    reference), mu_d,t + mu_r,j - mu_r,t (copy increments; from the first visit on with t = 0, as
    the covariates are all that is known, mu_r,j), mu_d,j (missing at random).

    References
    ----------
    Carpenter JR, Roger JH, Kenward MG. Analysis of longitudinal trials with protocol deviation: a
    framework for relevant, accessible assumptions, and inference via multiple imputation. J
    Biopharm Stat 2013;23:1352-71.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy {strategy!r} is none of {', '.join(STRATEGIES)}")
    if strategy == "missing_at_random":
        return own
    if strategy == "copy_reference":
        return reference
    before = np.arange(own.shape[2]) < last[:, None]
    if strategy == "jump_to_reference":
        return np.where(before, own, reference)
    at = np.maximum(last - 1, 0)[None, :, None]
    step = np.take_along_axis(own - reference, np.broadcast_to(at, (len(own), len(last), 1)), 2)
    return np.where(before, own, reference + np.where((last > 0)[:, None], step, 0.0))


def draw_after(
    values: FloatArray,
    means: FloatArray,
    courses: Courses,
    last: np.ndarray,
    noise: FloatArray,
) -> FloatArray:
    """Values with every visit after the last drawn, one after the other.

    Parameters
    ----------
    values : array, shape (chains, n, visits)
        Complete up to the last visit of each subject; what stands after it is not read.
    means : array, shape (chains, n, visits)
        From `strategy_means`.
    courses : Courses
        Of the arm whose covariance holds: the reference, or the own arm under missing at random.
    last : array, shape (n,)
    noise : array, shape (chains, n, visits)
        Standard normal.

    Returns
    -------
    array, shape (chains, n, visits)

    Notes
    -----
    Formula: y_j = m_j + sum over k < j of b_jk (y_k - m_k) + s_j z, b and s of the reference arm.
    That is the conditional distribution of Carpenter, Roger and Kenward: their joint covariance has
    the own arm's covariance before the deviation and the reference's regression after it, so that
    given what was seen only the reference's coefficients are left.
    """
    away = np.where(np.arange(values.shape[2]) < last[:, None], values - means, 0.0)
    for visit in range(int(last.min(initial=values.shape[2])), values.shape[2]):
        carried = np.einsum("cnk,ck->cn", away[:, :, :visit], courses.earlier[:, visit, :visit])
        drawn = carried + courses.deviation[:, visit, None] * noise[:, :, visit]
        away[:, :, visit] = np.where(visit < last, away[:, :, visit], drawn)
    return np.where(np.arange(values.shape[2]) < last[:, None], values, means + away)


def draw_courses(
    values: FloatArray,
    covariates: FloatArray,
    last: np.ndarray,
    previous: int | None,
    generators: Sequence[np.random.Generator],
) -> Courses:
    """Parameters of one arm from their posterior given data that are missing only at the end.

    Parameters
    ----------
    values : array, shape (chains, n, visits)
        Complete up to the last visit of each subject.
    covariates : array, shape (n, covariates)
    last : array, shape (n,)
    previous : int or None
        How many visits before a visit it depends on; None for all (no structure of the covariance).
    generators : sequence of numpy.random.Generator
        One for each chain.

    Returns
    -------
    Courses

    Notes
    -----
    Formula: at each visit s^2 = RSS / chi-square(n - q), coefficients ~ N(least squares,
    s^2 (X'X)^-1), over those still seen at the visit: the posterior under a flat prior for the
    coefficients and log s, visit by visit independent when data are missing only at the end.
    A visit with no more subjects than coefficients raises ValueError naming its number from 0.
    """
    chains, _, visits = values.shape
    width = covariates.shape[1]
    intercept, deviation = np.zeros((chains, visits)), np.zeros((chains, visits))
    covariate, earlier = np.zeros((chains, visits, width)), np.zeros((chains, visits, visits))
    for visit in range(visits):
        begin = 0 if previous is None else max(visit - previous, 0)
        seen = last > visit
        known = np.column_stack([np.ones(seen.sum()), covariates[seen]])
        fixed = np.broadcast_to(known, (chains, *known.shape))
        design = np.concatenate([fixed, values[:, seen, begin:visit]], axis=2)
        beta, deviation[:, visit] = _draw_regression(
            design, values[:, seen, visit], generators, visit
        )
        intercept[:, visit] = beta[:, 0]
        covariate[:, visit] = beta[:, 1 : 1 + width]
        earlier[:, visit, begin:visit] = beta[:, 1 + width :]
    return Courses(intercept, covariate, earlier, deviation)


def _draw_regression(
    design: FloatArray, outcome: FloatArray, generators: Sequence[np.random.Generator], visit: int
) -> tuple[FloatArray, FloatArray]:
    count, width = design.shape[1:]
    if count <= width:
        raise ValueError(f"visit {visit}: {count} subjects cannot fit {width} coefficients")
    # einsum keeps one order of summation; matmul's depends on the machine's linear algebra.
    gram = np.einsum("cni,cnj->cij", design, design)
    scale = np.sqrt(np.einsum("cii->ci", gram))
    if not (scale > 0).all():
        raise ValueError(f"visit {visit}: a predictor is zero in everybody")
    try:
        root = np.linalg.cholesky(gram / (scale[:, :, None] * scale[:, None, :]))
    except np.linalg.LinAlgError:
        raise ValueError(f"visit {visit}: predictors are collinear") from None
    right = np.einsum("cni,cn->ci", design, outcome) / scale
    half = np.linalg.solve(root, right[:, :, None])
    upper = np.swapaxes(root, 1, 2)
    fitted = np.linalg.solve(upper, half)[:, :, 0] / scale
    residual = ((outcome - np.einsum("cni,ci->cn", design, fitted)) ** 2).sum(axis=1)
    chi = np.array([generator.chisquare(count - width) for generator in generators])
    noise = np.stack([generator.standard_normal(width) for generator in generators])
    sigma = np.sqrt(residual / chi)
    scatter = np.linalg.solve(upper, noise[:, :, None])[:, :, 0] / scale
    return fitted + sigma[:, None] * scatter, sigma


def draw_gaps(
    values: FloatArray,
    means: FloatArray,
    courses: Courses,
    gaps: np.ndarray,
    last: int,
    noise: FloatArray,
) -> FloatArray:
    """Missed visits before the last one, drawn given all that was seen of the subject.

    Parameters
    ----------
    values, means : array, shape (chains, n, visits)
        Of subjects with the same gaps and the same last visit.
    courses : Courses
        Of their own arm: what is missed in between is missing at random under every strategy.
    gaps : array of int
        The missed visits, all before `last`.
    last : int
        How many visits there were.
    noise : array, shape (chains, n, len(gaps))
        Standard normal.

    Returns
    -------
    array, shape (chains, n, len(gaps))

    Notes
    -----
    Formula: with Q the inverse covariance of the visits up to the last, gaps g, others o: normal
    with covariance Q_gg^-1 and mean mu_g - Q_gg^-1 Q_go (y_o - mu_o).
    """
    lower = np.eye(last) - courses.earlier[:, :last, :last]
    lower = lower / courses.deviation[:, :last, None]
    precision = np.einsum("cki,ckj->cij", lower, lower)
    others = np.setdiff1d(np.arange(last), gaps)
    block = precision[:, gaps[:, None], gaps]
    away = (values - means)[:, :, others]
    pull = np.einsum("cgo,cno->cgn", precision[:, gaps[:, None], others], away)
    upper = np.swapaxes(np.linalg.cholesky(block), 1, 2)
    middle = np.linalg.solve(block, pull)
    scatter = np.linalg.solve(upper, np.swapaxes(noise, 1, 2))
    return means[:, :, gaps] + np.swapaxes(scatter - middle, 1, 2)
