# Stratified comparisons of proportions: metafor::rma.mh, mantelhaen.test, and the intervals of Yan
# and Su and of Miettinen and Nurminen, which no package here has.

strata_of <- function(people, analysis) {
  parts <- lapply(analysis[["strata"]], function(entry) {
    values <- as.character(column(people, entry[["variable"]]))
    levels <- entry[["levels"]]
    levels <- if (is.null(levels)) sort(unique(values), method = "radix") else as.character(unlist(levels))
    list(row = paste(entry[["variable"]], values, sep = "="), levels = paste(entry[["variable"]], levels, sep = "="))
  })
  rows <- Reduce(function(a, b) paste(a, b, sep = ", "), lapply(parts, `[[`, "row"))
  all <- Reduce(function(a, b) paste(rep(a, each = length(b)), rep(b, length(a)), sep = ", "), lapply(parts, `[[`, "levels"))
  list(of = rows, rows = all[all %in% rows])
}

STRATIFIED <- c(mantel_haenszel = "newcombe", stratified_newcombe = "newcombe",
                stratified_miettinen_nurminen = "miettinen_nurminen")

# The limits of Wilson in each stratum at a common quantile, then weighted.
stratified_wilson <- function(x, n, w, z) {
  p <- x / n
  lambda <- p * (1 - p) / n
  # A stratum without variance counts as half a subject away from the edge, as Wilson's limits do.
  q <- if (sum(w * sqrt(lambda)) > 0) z * sqrt(sum(w^2 * lambda)) / sum(w * sqrt(lambda)) else z
  single <- function(i) prop.test(x[i], n[i], conf.level = 2 * pnorm(q) - 1, correct = FALSE)$conf.int
  limits <- vapply(seq_along(x), single, numeric(2))
  list(lower = sum(w * limits[1, ]), upper = sum(w * limits[2, ]), lambda = sum(w^2 / n))
}

stratified_newcombe <- function(x1, n1, x2, n2, w, level) {
  z <- qnorm((1 + level) / 2)
  one <- stratified_wilson(x1, n1, w, z)
  two <- stratified_wilson(x2, n2, w, z)
  d <- sum(w * (x1 / n1 - x2 / n2))
  half <- function(a, b) z * sqrt(one$lambda * a * (1 - a) + two$lambda * b * (1 - b))
  c(d - half(one$lower, two$upper), d + half(one$upper, two$lower))
}

stratified_score <- function(x1, n1, x2, n2, w, level) {
  z <- qnorm((1 + level) / 2)
  distance <- function(d) {
    variance <- mapply(function(a, m, b, k) {
      q <- restricted(c(a, b), c(m, k), d)
      p <- q + d
      (p * (1 - p) / m + q * (1 - q) / k) * (m + k) / (m + k - 1)
    }, x1, n1, x2, n2)
    (sum(w * (x1 / n1 - x2 / n2)) - d) / sqrt(max(sum(w^2 * variance), 1e-300))
  }
  estimate <- sum(w * (x1 / n1 - x2 / n2))
  edge <- 1 - 1e-10
  c(
    if (distance(-edge) < z) -1 else uniroot(function(d) distance(d) - z, c(-edge, min(estimate, edge)), tol = 1e-13)$root,
    if (distance(edge) > -z) 1 else uniroot(function(d) distance(d) + z, c(max(estimate, -edge), edge), tol = 1e-13)$root
  )
}

put_single <- function(row, group, x, n, interval) {
  put(row, group, "estimate", x[1] / n[1] - x[2] / n[2], sprintf("%d / %d - %d / %d", x[1], n[1], x[2], n[2]))
  put(row, group, "standard_error", NA, "none: the interval is not symmetric")
  call <- sprintf(INTERVALS[[interval]], x[1], x[2], n[1], n[2], LEVEL)
  limits <- if (all(n > 0)) run(call) else c(NA, NA)
  put(row, group, "lower", limits[1], call)
  put(row, group, "upper", limits[2], call)
  put(row, group, "level", LEVEL, "settings$confidence_level")
}

KINDS$stratified_difference <- function(analysis) {
  people <- with_verdict(analysis)
  method <- analysis[["method"]]
  interval <- if (is.null(method[["interval"]])) "mantel_haenszel" else method[["interval"]]
  if (!interval %in% names(STRATIFIED)) unknown_word("interval", interval)
  homogeneity <- if (is.null(method[["homogeneity"]])) "breslow_day_tarone" else method[["homogeneity"]]
  ids <- group_ids(analysis)
  strata <- strata_of(people, analysis)
  whole <- count_by(people, ids)
  put_proportions("proportion", ids, whole$counts, whole$totals)
  by <- lapply(strata$rows, function(row) count_by(people[strata$of %in% row, ], ids))
  for (i in seq_along(by)) put_proportions(strata$rows[i], ids, by[[i]]$counts, by[[i]]$totals)
  pairs <- contrasts_of(analysis)
  for (pair in pairs) {
    group <- paste(pair, collapse = "-")
    part <- function(what, id) as.integer(vapply(by, function(one) one[[what]][[id]], 0))
    x1 <- part("counts", pair[1])
    x2 <- part("counts", pair[2])
    n1 <- part("totals", pair[1])
    n2 <- part("totals", pair[2])
    kept <- n1 > 0 & n2 > 0
    weight <- ifelse(kept, n1 * n2 / pmax(n1 + n2, 1), 0)
    weight <- weight / sum(weight)
    for (i in seq_along(by)) {
      put_single(strata$rows[i], group, c(x1[i], x2[i]), c(n1[i], n2[i]), STRATIFIED[[interval]])
      put(strata$rows[i], group, "weight", weight[i], "n1 * n2 / (n1 + n2), as a share")
    }
    x1 <- x1[kept]
    x2 <- x2[kept]
    n1 <- n1[kept]
    n2 <- n2[kept]
    w <- weight[kept]
    call <- sprintf("metafor::rma.mh(ai = x1, n1i = n1, ci = x2, n2i = n2, measure = \"RD\", level = %s)", 100 * LEVEL)
    common <- run(call)
    put("difference", group, "estimate", common$beta, paste0(call, "$beta"))
    plain <- interval == "mantel_haenszel"
    put("difference", group, "standard_error", if (plain) common$se else NA, if (plain) paste0(call, "$se") else "none: the interval is not symmetric")
    call <- switch(interval, mantel_haenszel = call,
                   stratified_newcombe = sprintf("stratified_newcombe(x1, n1, x2, n2, w, %s)", LEVEL),
                   stratified_miettinen_nurminen = sprintf("stratified_score(x1, n1, x2, n2, w, %s)", LEVEL))
    limits <- if (plain) c(common$ci.lb, common$ci.ub) else run(call)
    put("difference", group, "lower", limits[1], call)
    put("difference", group, "upper", limits[2], call)
    put("difference", group, "level", LEVEL, "settings$confidence_level")
    table <- array(rbind(x1, n1 - x1, x2, n2 - x2), c(2, 2, length(x1)))
    full <- table[, , apply(table, 3, sum) > 1, drop = FALSE]
    tested <- function(correct) mantelhaen.test(full, correct = correct, conf.level = LEVEL)
    call <- sprintf("mantelhaen.test(table, correct = FALSE, conf.level = %s)", LEVEL)
    plain <- tested(FALSE)
    put("common_odds_ratio", group, "odds_ratio", plain$estimate, paste0(call, "$estimate"))
    put("common_odds_ratio", group, "lower", plain$conf.int[1], paste0(call, "$conf.int[1]"))
    put("common_odds_ratio", group, "upper", plain$conf.int[2], paste0(call, "$conf.int[2]"))
    put("common_odds_ratio", group, "level", LEVEL, "settings$confidence_level")
    at <- test_group(pair, pairs)
    for (correct in c(FALSE, TRUE)) {
      test <- tested(correct)
      row <- if (correct) "test_corrected" else "test"
      values <- list(statistic = test$statistic, df = test$parameter, p_value = test$p.value)
      put_all(row, at, values, sprintf("mantelhaen.test(table, correct = %s)", correct))
    }
    odds <- metafor::rma.mh(ai = x1, n1i = n1, ci = x2, n2i = n2, measure = "OR")
    found <- switch(homogeneity, breslow_day = c(odds$BD, odds$BDp), breslow_day_tarone = c(odds$TA, odds$TAp),
                    unknown_word("homogeneity", homogeneity))
    call <- sprintf("metafor::rma.mh(measure = \"OR\")$%s", if (homogeneity == "breslow_day") "BD" else "TA")
    put("homogeneity", at, "statistic", found[1], call)
    # A stratum in which nobody or everybody responds says nothing of the odds ratio.
    informative <- sum(x1 + x2 > 0 & x1 + x2 < n1 + n2)
    put("homogeneity", at, "df", informative - 1, "strata - 1")
    put("homogeneity", at, "p_value", found[2], paste0(call, "p"))
  }
}
