# Measures of an effect beside the difference: ratio, odds ratio, number needed to treat.

# Score limits of a ratio: the restricted maximum of the likelihood is a root of its derivative.
score_limits_of_ratio <- function(x, n, level, factor) {
  z <- qnorm((1 + level) / 2)
  distance <- function(ratio) {
    slope <- function(q) {
      p <- q * ratio
      term <- function(k, m, share, by) by * ((if (k) k / share else 0) - (if (m - k) (m - k) / (1 - share) else 0))
      term(x[1], n[1], p, ratio) + term(x[2], n[2], q, 1)
    }
    high <- min(1, 1 / ratio) - 1e-13
    q <- if (slope(high) >= 0) high else if (slope(1e-13) <= 0) 1e-13 else uniroot(slope, c(1e-13, high), tol = 1e-15)$root
    p <- q * ratio
    variance <- (p * (1 - p) / n[1] + ratio^2 * q * (1 - q) / n[2]) * factor
    (x[1] / n[1] - ratio * x[2] / n[2]) / sqrt(max(variance, 1e-300))
  }
  estimate <- (x[1] / n[1]) / (x[2] / n[2])
  at <- function(target, range) exp(uniroot(function(log_ratio) distance(exp(log_ratio)) - target, range, tol = 1e-13)$root)
  middle <- if (is.finite(estimate) && estimate > 0) log(estimate) else 0
  c(if (x[1] == 0) 0 else at(z, c(middle - 15, middle)), if (x[2] == 0) NA else at(-z, c(middle, middle + 15)))
}

# Score limits of an odds ratio, the same way.
score_limits_of_odds <- function(x, n, level, factor) {
  z <- qnorm((1 + level) / 2)
  distance <- function(odds) {
    # The restricted maximum keeps the sum of responders.
    share <- function(q) odds * q / (1 - q + odds * q)
    q <- uniroot(function(q) n[1] * share(q) + n[2] * q - sum(x), c(0, 1), tol = 1e-15)$root
    p <- share(q)
    information <- 1 / (1 / (n[1] * p * (1 - p)) + 1 / (n[2] * q * (1 - q)))
    (x[1] - n[1] * p) / sqrt(information * factor)
  }
  middle <- log(x[1] / (n[1] - x[1])) - log(x[2] / (n[2] - x[2]))
  if (!is.finite(middle)) return(c(NA, NA))
  at <- function(target, range) exp(uniroot(function(one) distance(exp(one)) - target, range, tol = 1e-13)$root)
  c(at(z, c(middle - 15, middle)), at(-z, c(middle, middle + 15)))
}

# The conditional odds ratio and its exact limits are those of fisher.test, whose search stops at
# the fourth or fifth digit (uniroot's usual tolerance); here the same equations are solved further.
conditional_odds <- function(x, n, level) {
  support <- max(0, sum(x) - n[2]):min(n[1], sum(x))
  weights <- dhyper(support, n[1], n[2], sum(x), log = TRUE)
  chances <- function(odds) {
    d <- weights + log(odds) * support
    d <- exp(d - max(d))
    d / sum(d)
  }
  solve_for <- function(f) exp(uniroot(function(one) f(chances(exp(one))), c(-40, 40), tol = 1e-13)$root)
  low <- x[1] == min(support)
  high <- x[1] == max(support)
  tail <- (1 - level) / 2
  estimate <- if (low && high) NA else if (low) 0 else if (high) Inf else solve_for(function(d) sum(d * support) - x[1])
  lower <- if (low) 0 else solve_for(function(d) sum(d[support >= x[1]]) - tail)
  upper <- if (high) Inf else solve_for(function(d) sum(d[support <= x[1]]) - tail)
  c(estimate, lower, upper)
}

RATIOS <- list(
  katz = "exp(with(metafor::escalc(\"RR\", ai = %1$d, n1i = %3$d, ci = %2$d, n2i = %4$d, to = \"none\"), yi + c(-1, 1) * qnorm(%5$s / 2 + 0.5) * sqrt(vi)))",
  koopman = "score_limits_of_ratio(c(%1$d, %2$d), c(%3$d, %4$d), %5$s, factor = 1)",
  miettinen_nurminen = "score_limits_of_ratio(c(%1$d, %2$d), c(%3$d, %4$d), %5$s, factor = sum(n) / (sum(n) - 1))"
)
ODDS <- list(
  woolf = "exp(with(metafor::escalc(\"OR\", ai = %1$d, n1i = %3$d, ci = %2$d, n2i = %4$d, to = \"none\"), yi + c(-1, 1) * qnorm(%5$s / 2 + 0.5) * sqrt(vi)))",
  miettinen_nurminen = "score_limits_of_odds(c(%1$d, %2$d), c(%3$d, %4$d), %5$s, factor = sum(n) / (sum(n) - 1))"
)

put_limits <- function(row, group, limits, call) {
  put(row, group, "lower", limits[1], call)
  put(row, group, "upper", limits[2], call)
  put(row, group, "level", LEVEL, "settings$confidence_level")
}

# The difference turned round: benefit where it favours the first group, harm where it does not.
put_needed <- function(group, d, limits, better) {
  sign <- if (better == "higher") 1 else -1
  d <- d * sign
  ends <- sort(limits * sign)
  over <- function(value) if (is.finite(value) && value != 0) 1 / abs(value) else NA
  put("number_needed", group, "benefit", if (isTRUE(d > 0)) over(d) else NA, "1 / difference")
  put("number_needed", group, "harm", if (isTRUE(d < 0)) over(d) else NA, "-1 / difference")
  positive <- isTRUE(ends[2] > 0)
  negative <- isTRUE(ends[1] < 0)
  put("number_needed", group, "benefit_from", if (positive) over(ends[2]) else NA, "1 / upper")
  put("number_needed", group, "benefit_to", if (positive && !negative) over(ends[1]) else NA, "1 / lower")
  put("number_needed", group, "harm_from", if (negative) over(ends[1]) else NA, "-1 / lower")
  put("number_needed", group, "harm_to", if (negative && !positive) over(ends[2]) else NA, "-1 / upper")
  put("number_needed", group, "level", LEVEL, "settings$confidence_level")
}

KINDS$effect_measures <- function(analysis) {
  method <- analysis[["method"]]
  word <- function(name, otherwise) if (is.null(method[[name]])) otherwise else method[[name]]
  interval <- word("interval", "newcombe")
  ratio <- word("ratio", "koopman")
  odds <- word("odds_ratio", "woolf")
  if (is.null(RATIOS[[ratio]])) unknown_word("ratio", ratio)
  if (is.null(ODDS[[odds]]) && odds != "exact_conditional") unknown_word("odds_ratio", odds)
  ids <- group_ids(analysis)
  by <- count_by(with_verdict(analysis), ids)
  put_proportions("proportion", ids, by$counts, by$totals)
  for (pair in contrasts_of(analysis)) {
    group <- paste(pair, collapse = "-")
    x <- as.integer(by$counts[pair])
    n <- as.integer(by$totals[pair])
    put_difference("difference", pair, by$counts, by$totals, interval)
    p <- x / n
    put("risk_ratio", group, "risk_ratio", p[1] / p[2], sprintf("(%d / %d) / (%d / %d)", x[1], n[1], x[2], n[2]))
    call <- sprintf(RATIOS[[ratio]], x[1], x[2], n[1], n[2], LEVEL)
    put_limits("risk_ratio", group, run(call), call)
    table <- sprintf("matrix(c(%d, %d, %d, %d), 2)", x[1], x[2], n[1] - x[1], n[2] - x[2])
    if (odds == "exact_conditional") {
      call <- sprintf("conditional_odds(c(%d, %d), c(%d, %d), %s): fisher.test's, with smaller steps", x[1], x[2], n[1], n[2], LEVEL)
      found <- conditional_odds(x, n, LEVEL)
      put("odds_ratio", group, "odds_ratio", found[1], call)
      put_limits("odds_ratio", group, found[2:3], call)
    } else {
      call <- sprintf("(%d / %d) / (%d / %d)", x[1], n[1] - x[1], x[2], n[2] - x[2])
      put("odds_ratio", group, "odds_ratio", run(call), call)
      call <- sprintf(ODDS[[odds]], x[1], x[2], n[1], n[2], LEVEL)
      put_limits("odds_ratio", group, run(call), call)
    }
    put_needed(group, p[1] - p[2], run(sprintf(INTERVALS[[interval]], x[1], x[2], n[1], n[2], LEVEL)), method[["better"]])
  }
}
