"""Fully conditional specification the slow way: one chain, one variable, one step at a time.

Shares no code with the engine: design matrices are built anew, logistic models are fitted by plain
Newton steps on rows that are really added, matching sorts all donors, and random numbers come from
one ordinary generator.
"""

import numpy as np


def augmented_rows(x, codes):
    """White, Daniel and Royston's rows: design, outcome and weight, appended to nothing yet."""
    p = x.shape[1]
    mean, spread = x.mean(axis=0), x.std(axis=0, ddof=1)
    low, high = x.min(axis=0), x.max(axis=0)
    rows, outcome = [], []
    for code in codes:
        for column in range(p):
            for sign in (0.5, -0.5):
                row = mean.copy()
                row[column] = np.clip(
                    mean[column] + sign * spread[column], low[column], high[column]
                )
                rows.append(row)
                outcome.append(code)
    weight = (p + 1) / len(rows) if rows else 0.0
    return np.array(rows).reshape(-1, p), np.array(outcome), np.full(len(rows), weight)


def with_augmentation(x, seen, y, codes):
    """Design with intercept, outcome and weights of the observed rows and the added ones."""
    rows, outcome, weight = augmented_rows(x, codes)
    design = np.vstack([x[seen], rows])
    design = np.column_stack([np.ones(len(design)), design])
    return design, np.concatenate([y[seen], outcome]), np.concatenate([np.ones(seen.sum()), weight])


def logistic_posterior(x, seen, y):
    """Mode and covariance of the normal approximation."""
    design, outcome, weight = with_augmentation(x, seen, y, [0, 1])
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-design @ beta))
        information = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (weight * (outcome - chance)))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            return beta, np.linalg.inv(information)
    raise AssertionError("no convergence")


def draw_normal(x, seen, y, rng):
    design = np.column_stack([np.ones(len(x)), x])
    fitted, *_ = np.linalg.lstsq(design[seen], y[seen], rcond=None)
    inverse = np.linalg.inv(design[seen].T @ design[seen])
    rss = ((y[seen] - design[seen] @ fitted) ** 2).sum()
    sigma = np.sqrt(rss / rng.chisquare(seen.sum() - design.shape[1]))
    beta = rng.multivariate_normal(fitted, sigma**2 * inverse)
    return design @ fitted, design @ beta, sigma


def impute_normal(x, seen, y, rng):
    _, mean, sigma = draw_normal(x, seen, y, rng)
    return mean[~seen] + sigma * rng.standard_normal((~seen).sum())


def impute_matching(x, seen, y, rng):
    fitted, drawn, _ = draw_normal(x, seen, y, rng)
    donors, values = fitted[seen], y[seen]
    found = []
    for wanted in drawn[~seen]:
        distance = np.round(np.abs(donors - wanted), 9)
        shuffled = rng.permutation(len(donors))
        near = shuffled[np.argsort(distance[shuffled], kind="stable")][:5]
        found.append(values[rng.choice(near)])
    return np.array(found)


def impute_logistic(x, seen, y, rng):
    beta, covariance = logistic_posterior(x, seen, y)
    drawn = rng.multivariate_normal(beta, covariance)
    chance = 1 / (1 + np.exp(-np.column_stack([np.ones(len(x)), x]) @ drawn))
    return (rng.random((~seen).sum()) < chance[~seen]) * 1.0


IMPUTE = {"normal": impute_normal, "matching": impute_matching, "logistic": impute_logistic}


def impute_plainly(columns, methods, chains, sweeps, seed):
    """Completed columns by name, shape (chains, n), in the order of `methods`."""
    rng = np.random.default_rng(seed)
    names = list(columns)
    found = {name: [] for name in methods}
    for _ in range(chains):
        data = {name: np.array(values, float) for name, values in columns.items()}
        for name in methods:
            gap = np.isnan(columns[name])
            data[name][gap] = rng.choice(columns[name][~gap], gap.sum())
        for _ in range(sweeps):
            for name, method in methods.items():
                gap = np.isnan(columns[name])
                x = np.column_stack([data[other] for other in names if other != name])
                data[name][gap] = IMPUTE[method](x, ~gap, data[name], rng)
        for name in methods:
            found[name].append(data[name])
    return {name: np.array(values) for name, values in found.items()}
