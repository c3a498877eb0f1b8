# Exact unconditional limits of a difference, by enumeration: no R package of Debian has them. Every
# table of the two groups is listed, its chance is dbinom's, and the nuisance parameter is searched
# on a grid and climbed from its highest points.

# The score statistic of every table under a difference d. The proportions at the maximum of the
# likelihood are roots of its derivative, found by halving in all tables at once.
score_of_tables <- function(tables, n, d) {
  low <- rep(max(0, -d), nrow(tables))
  high <- rep(min(1, 1 - d), nrow(tables))
  part <- function(k, m, share) k / pmax(share, 1e-300) - (m - k) / pmax(1 - share, 1e-300)
  for (step in 1:60) {
    middle <- (low + high) / 2
    rising <- part(tables$a, n[1], middle + d) + part(tables$b, n[2], middle) > 0
    low <- low + rising * (middle - low)
    high <- high - (1 - rising) * (high - middle)
  }
  q <- pmin(pmax((low + high) / 2, 0), 1)
  p <- pmin(pmax(q + d, 0), 1)
  above <- tables$a / n[1] - tables$b / n[2] - d
  variance <- p * (1 - p) / n[1] + q * (1 - q) / n[2]
  ifelse(abs(above) < 1e-12, 0, above / sqrt(pmax(variance, 1e-300)))
}

# The largest chance, over the second proportion, of the tables that are kept (a matrix of 0 and 1).
largest_chance <- function(kept, n, d) {
  chance <- function(q) {
    p <- pmin(pmax(q + d, 0), 1)
    one <- outer(p, 0:n[1], function(share, k) dbinom(k, n[1], share))
    two <- outer(q, 0:n[2], function(share, k) dbinom(k, n[2], share))
    rowSums((one %*% kept) * two)
  }
  grid <- seq(max(0, -d), min(1, 1 - d), length.out = 301)
  seen <- chance(grid)
  peaks <- which(diff(sign(diff(c(-Inf, seen, -Inf)))) < 0)
  peaks <- peaks[seen[peaks] > 0.95 * max(seen)]
  climbed <- vapply(peaks, function(i) {
    optimize(chance, c(grid[max(i - 1, 1)], grid[min(i + 1, length(grid))]), maximum = TRUE, tol = 1e-9)$objective
  }, 0)
  max(seen, climbed)
}

# One limit: the outermost difference at which tables as extreme as the observed one, on the far
# side, are not too rare. From outside inwards in steps, twenty times finer before the first
# difference that is kept, then by halving: between limits some differences may be rejected.
exact_limit <- function(x, n, level, statistic, sign) {
  tables <- expand.grid(a = 0:n[1], b = 0:n[2])
  observed <- which(tables$a == x[1] & tables$b == x[2])
  estimate <- x[1] / n[1] - x[2] / n[2]
  if (estimate * sign == 1) return(sign)
  plain <- tables$a / n[1] - tables$b / n[2]
  kept_at <- function(d) {
    t <- -sign * if (statistic == "score") score_of_tables(tables, n, d) else plain
    extreme <- t >= t[observed] - 1e-10 * max(1, abs(t[observed]))
    largest_chance(matrix(as.numeric(extreme), n[1] + 1), n, d) > (1 - level) / 2
  }
  first_kept <- function(outer, inner, steps) {
    at <- seq(outer, inner, length.out = steps + 1)
    i <- Position(kept_at, at[-1])
    if (is.na(i)) c(at[steps], at[steps + 1]) else at[c(i, i + 1)]
  }
  found <- first_kept(sign, estimate, 100)
  # A stretch that is kept may be narrower than a step, so the two steps outside are searched too.
  step <- found[2] - found[1]
  outer <- if (sign < 0) max(-1, found[1] - 2 * step) else min(1, found[1] - 2 * step)
  found <- first_kept(outer, found[2], 60)
  for (halving in 1:40) {
    middle <- mean(found)
    if (kept_at(middle)) found[2] <- middle else found[1] <- middle
  }
  found[2]
}

EXACT_FOUND <- new.env()

# Both limits; the same tables are asked for by several analyses.
exact_interval <- function(x, n, level, statistic) {
  key <- paste(c(x, n, level, statistic), collapse = " ")
  if (is.null(EXACT_FOUND[[key]])) {
    EXACT_FOUND[[key]] <- vapply(c(-1, 1), function(sign) exact_limit(x, n, level, statistic, sign), 0)
  }
  EXACT_FOUND[[key]]
}

chan_zhang_interval <- function(x, n, level) exact_interval(x, n, level, "score")
santner_snell_interval <- function(x, n, level) exact_interval(x, n, level, "difference")
