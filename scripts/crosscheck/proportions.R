# Proportions and their differences: prop.test, metafor::escalc, chisq.test, fisher.test; score
# intervals by numerical maximisation, which no package of ours has.

# Newcombe's hybrid interval from the single Wilson intervals of prop.test. The null value keeps
# R from switching its continuity correction off where x is half of n.
newcombe_interval <- function(x, n, level, correct) {
  single <- function(i) {
    null <- if (2 * x[i] > n[i]) 0.001 else 0.999
    prop.test(x[i], n[i], p = null, conf.level = level, correct = correct)$conf.int
  }
  p <- x / n
  one <- single(1)
  two <- single(2)
  d <- p[1] - p[2]
  c(d - sqrt((p[1] - one[1])^2 + (two[2] - p[2])^2), d + sqrt((one[2] - p[1])^2 + (p[2] - two[1])^2))
}

agresti_caffo_interval <- function(x, n, level) {
  fit <- metafor::escalc("RD", ai = x[1] + 1, n1i = n[1] + 2, ci = x[2] + 1, n2i = n[2] + 2, to = "none")
  as.numeric(fit$yi) + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(fit$vi)
}

# The proportion of the second group at the maximum of the likelihood under a difference d: a root
# of its derivative.
restricted <- function(x, n, d) {
  slope <- function(q) {
    p <- q + d
    term <- function(k, m, share) (if (k) k / share else 0) - (if (m - k) (m - k) / (1 - share) else 0)
    term(x[1], n[1], p) + term(x[2], n[2], q)
  }
  low <- max(0, -d) + 1e-12
  high <- min(1, 1 - d) - 1e-12
  if (slope(low) <= 0) return(low)
  if (slope(high) >= 0) return(high)
  uniroot(slope, c(low, high), tol = 1e-15)$root
}

# The larger and smaller difference that the score test does not reject.
score_interval <- function(x, n, level, factor) {
  distance <- function(d) {
    q <- restricted(x, n, d)
    p <- q + d
    variance <- (p * (1 - p) / n[1] + q * (1 - q) / n[2]) * factor
    (x[1] / n[1] - x[2] / n[2] - d) / sqrt(max(variance, 1e-300))
  }
  z <- qnorm((1 + level) / 2)
  edge <- 1 - 1e-10
  estimate <- x[1] / n[1] - x[2] / n[2]
  lower <- if (distance(-edge) < z) -1 else
    uniroot(function(d) distance(d) - z, c(-edge, min(estimate, edge)), tol = 1e-13)$root
  upper <- if (distance(edge) > -z) 1 else
    uniroot(function(d) distance(d) + z, c(max(estimate, -edge), edge), tol = 1e-13)$root
  c(lower, upper)
}

INTERVALS <- list(
  wald = "prop.test(c(%d, %d), c(%d, %d), conf.level = %s, correct = FALSE)$conf.int",
  wald_corrected = "prop.test(c(%d, %d), c(%d, %d), conf.level = %s)$conf.int",
  newcombe = "newcombe_interval(c(%d, %d), c(%d, %d), %s, correct = FALSE)",
  newcombe_corrected = "newcombe_interval(c(%d, %d), c(%d, %d), %s, correct = TRUE)",
  agresti_caffo = "agresti_caffo_interval(c(%d, %d), c(%d, %d), %s)",
  miettinen_nurminen = "score_interval(c(%d, %d), c(%d, %d), %s, factor = sum(n) / (sum(n) - 1))",
  mee = "score_interval(c(%d, %d), c(%d, %d), %s, factor = 1)",
  chan_zhang = "chan_zhang_interval(c(%d, %d), c(%d, %d), %s)",
  santner_snell = "santner_snell_interval(c(%d, %d), c(%d, %d), %s)"
)
# The intervals that have a standard error: those that are symmetric around an estimate.
STANDARD_ERRORS <- list(
  wald = "sqrt(metafor::escalc(\"RD\", ai = %d, n1i = %d, ci = %d, n2i = %d, to = \"none\")$vi)",
  wald_corrected = "sqrt(metafor::escalc(\"RD\", ai = %d, n1i = %d, ci = %d, n2i = %d, to = \"none\")$vi)",
  agresti_caffo = "sqrt(metafor::escalc(\"RD\", ai = %d + 1, n1i = %d + 2, ci = %d + 1, n2i = %d + 2, to = \"none\")$vi)"
)

put_proportions <- function(row, ids, counts, totals) {
  for (id in ids) {
    put(row, id, "count", counts[[id]], sprintf("sum(verdict[GROUP == \"%s\"] == \"Y\")", id))
    put(row, id, "total", totals[[id]], sprintf("sum(GROUP == \"%s\")", id))
    share <- sprintf("%d / %d", counts[[id]], totals[[id]])
    put(row, id, "proportion", run(share), share)
  }
}

put_difference <- function(row, pair, counts, totals, interval) {
  x <- as.integer(counts[pair])
  n <- as.integer(totals[pair])
  group <- paste(pair, collapse = "-")
  if (is.null(INTERVALS[[interval]])) unknown_word("interval", interval)
  known <- all(n > 0)
  call <- sprintf("%d / %d - %d / %d", x[1], n[1], x[2], n[2])
  put(row, group, "estimate", run(call), call)
  error <- STANDARD_ERRORS[[interval]]
  if (is.null(error)) {
    put(row, group, "standard_error", NA, "none: the interval is not symmetric")
  } else {
    call <- sprintf(error, x[1], n[1], x[2], n[2])
    put(row, group, "standard_error", if (known) run(call) else NA, call)
  }
  call <- sprintf(INTERVALS[[interval]], x[1], x[2], n[1], n[2], LEVEL)
  limits <- if (known) run(call) else c(NA, NA)
  put(row, group, "lower", limits[1], paste0(call, "[1]"))
  put(row, group, "upper", limits[2], paste0(call, "[2]"))
  put(row, group, "level", LEVEL, "settings$confidence_level")
}

put_tests <- function(group, x, n) {
  table <- sprintf("matrix(c(%d, %d, %d, %d), 2)", x[1], x[2], n[1] - x[1], n[2] - x[2])
  full <- all(n > 0) && sum(x) > 0 && sum(x) < sum(n)
  for (correct in c(FALSE, TRUE)) {
    call <- sprintf("chisq.test(%s, correct = %s)", table, correct)
    test <- if (full) run(call) else list(statistic = NA, parameter = 1, p.value = NA)
    row <- if (correct) "test_corrected" else "test"
    put(row, group, "statistic", test$statistic, paste0(call, "$statistic"))
    put(row, group, "df", test$parameter, paste0(call, "$parameter"))
    put(row, group, "p_value", test$p.value, paste0(call, "$p.value"))
  }
  call <- sprintf("fisher.test(%s)$p.value", table)
  put("test_exact", group, "p_value", if (all(n > 0)) run(call) else NA, call)
}

# Exact unconditional tests: the largest chance, over the common proportion, of a table at least as
# extreme: by the z statistic with pooled variance (Barnard) or by Fisher's p value (Boschloo).
unconditional_test <- function(x, n, by) {
  tables <- expand.grid(a = 0:n[1], b = 0:n[2])
  if (by == "barnard") {
    pooled <- (tables$a + tables$b) / sum(n)
    z <- abs(tables$a / n[1] - tables$b / n[2]) / sqrt(pooled * (1 - pooled) * sum(1 / n))
    z[!is.finite(z)] <- 0
    extreme <- z >= z[tables$a == x[1] & tables$b == x[2]] * (1 - 1e-10)
  } else {
    p <- numeric(nrow(tables))
    for (met in 0:sum(n)) {
      at <- which(tables$a + tables$b == met)
      chance <- dhyper(tables$a[at], n[1], n[2], met)
      p[at] <- vapply(chance, function(one) sum(chance[chance <= one * (1 + 1e-7)]), 0)
    }
    extreme <- p <= p[tables$a == x[1] & tables$b == x[2]] * (1 + 1e-10)
  }
  kept <- tables[extreme, ]
  chance <- function(share) sum(dbinom(kept$a, n[1], share) * dbinom(kept$b, n[2], share))
  grid <- seq(0.0005, 0.9995, by = 0.0005)
  seen <- vapply(grid, chance, 0)
  # Every local peak that is nearly the highest is climbed to its top.
  peaks <- which(diff(sign(diff(c(-Inf, seen, -Inf)))) < 0)
  peaks <- peaks[seen[peaks] > 0.98 * max(seen)]
  min(1, max(vapply(peaks, function(i) {
    optimize(chance, c(max(grid[i] - 0.0005, 0), min(grid[i] + 0.0005, 1)), maximum = TRUE, tol = 1e-10)$objective
  }, 0)))
}

interval_of <- function(analysis) {
  named <- analysis[["method"]][["interval"]]
  if (is.null(named)) "wald" else named
}

with_verdict <- function(analysis) {
  people <- people_of(analysis)
  people$VERDICT <- column(people, analysis[["endpoint"]])
  people[!is.na(people$VERDICT), ]
}

count_by <- function(people, ids) {
  list(
    counts = sapply(ids, function(id) sum(people$VERDICT[people$GROUP == id] == "Y")),
    totals = sapply(ids, function(id) sum(people$GROUP == id))
  )
}

KINDS$difference_in_proportions <- function(analysis) {
  ids <- group_ids(analysis)
  by <- count_by(with_verdict(analysis), ids)
  put_proportions("proportion", ids, by$counts, by$totals)
  pairs <- contrasts_of(analysis)
  for (pair in pairs) {
    put_difference("difference", pair, by$counts, by$totals, interval_of(analysis))
    x <- as.integer(by$counts[pair])
    n <- as.integer(by$totals[pair])
    put_tests(test_group(pair, pairs), x, n)
    test <- analysis[["method"]][["test"]]
    if (!is.null(test) && test %in% c("barnard", "boschloo")) {
      call <- sprintf("unconditional_test(c(%d, %d), c(%d, %d), \"%s\")", x[1], x[2], n[1], n[2], test)
      put(paste0("test_", test), test_group(pair, pairs), "p_value", run(call), call)
    }
  }
}

put_stratum <- function(row, people, analysis) {
  ids <- group_ids(analysis)
  by <- count_by(people, ids)
  put_proportions(row, ids, by$counts, by$totals)
  for (pair in contrasts_of(analysis)) {
    put_difference(row, pair, by$counts, by$totals, interval_of(analysis))
  }
}

KINDS$proportions_by <- function(analysis) {
  people <- with_verdict(analysis)
  by <- analysis[["by"]]
  centres <- vapply(PLAN$trial[["sites"]], `[[`, "", "id")
  strata <- if (by == "SITEID" && length(centres)) centres else sort(unique(people[[by]]))
  for (stratum in strata) put_stratum(stratum, people[people[[by]] %in% stratum, ], analysis)
}

KINDS$subgroups <- function(analysis) {
  people <- with_verdict(analysis)
  put_stratum("overall", people, analysis)
  for (subgroup in analysis[["subgroups"]]) {
    values <- column(people, subgroup[["variable"]])
    for (level in subgroup[["levels"]]) {
      row <- paste(subgroup[["variable"]], level, sep = "=")
      put_stratum(row, people[values %in% level, ], analysis)
    }
  }
}
