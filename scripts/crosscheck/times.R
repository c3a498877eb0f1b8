# Times to an event: quantile, wilcox.test, and the package survival.

times_of <- function(analysis) {
  people <- people_of(analysis)
  times <- TABLES$adtte[TABLES$adtte$PARAMCD == analysis[["endpoint"]], c("USUBJID", "AVAL", "CNSR")]
  merged <- merge(people, times, by = "USUBJID")
  merged[!is.na(merged$AVAL), ]
}

KINDS$quantiles_of_time <- function(analysis) {
  method <- analysis[["method"]]
  people <- times_of(analysis)
  if (identical(method[["censored"]], "excluded")) people <- people[people$CNSR == 0, ]
  type <- if (is.null(method[["quantiles"]])) 6 else method[["quantiles"]]
  for (id in group_ids(analysis)) {
    name <- sprintf("AVAL[GROUP == \"%s\"]", id)
    put_numbers("time", id, people$AVAL[people$GROUP == id], type, name,
                c("n", "median", "q1", "q3", "minimum", "maximum"))
  }
  pairs <- contrasts_of(analysis)
  for (pair in pairs) {
    x <- people$AVAL[people$GROUP == pair[1]]
    y <- people$AVAL[people$GROUP == pair[2]]
    put_ranks(x, y, test_group(pair, pairs), method)
  }
}

RANK_TESTS <- c(
  mann_whitney_corrected = "wilcox.test(x, y, exact = FALSE, correct = TRUE%s)",
  mann_whitney_asymptotic = "wilcox.test(x, y, exact = FALSE, correct = FALSE%s)",
  mann_whitney_exact = "wilcox.test(x, y, exact = TRUE%s)"
)

# The exact test of wilcox.test where values are tied, which that has not: the distribution of the sum
# of the midranks of the first group over all ways of choosing it, doubled in the smaller tail as there.
permutation_p <- function(x, y) {
  # Twice the midranks are whole numbers. A row for each size, a column for each sum from 0.
  ranks <- round(2 * rank(c(x, y)))
  ways <- matrix(0, length(x) + 1, sum(ranks) + 1)
  ways[1, 1] <- 1
  sizes <- seq_along(x) + 1
  for (one in ranks) {
    sums <- (one + 1):ncol(ways)
    ways[sizes, sums] <- ways[sizes, sums] + ways[sizes - 1, sums - one]
  }
  chance <- ways[length(x) + 1, ] / choose(length(ranks), length(x))
  at <- sum(ranks[seq_along(x)]) + 1
  min(1, 2 * min(sum(chance[seq_len(at)]), sum(chance[at:length(chance)])))
}

put_ranks <- function(x, y, group, method) {
  named <- method[["rank_test"]]
  if (is.null(named)) named <- "mann_whitney_corrected"
  if (!named %in% names(RANK_TESTS)) unknown_word("rank test", named)
  tied <- anyDuplicated(c(x, y)) > 0
  any_of_both <- length(x) && length(y)
  if (named == "mann_whitney_exact" && tied) {
    put("test", group, "p_value", if (any_of_both) permutation_p(x, y) else NA, "permutation_p(x, y)")
    put("test", group, "statistic", sum(outer(x, y, ">")) + sum(outer(x, y, "==")) / 2, "sum(x > y) + sum(x == y) / 2")
  } else {
    call <- sprintf(RANK_TESTS[[named]], "")
    test <- if (any_of_both) run(call) else list(statistic = NA, p.value = NA)
    put("test", group, "statistic", test$statistic, paste0(call, "$statistic"))
    put("test", group, "p_value", test$p.value, paste0(call, "$p.value"))
  }
  shift <- method[["shift"]]
  if (is.null(shift)) return(invisible())
  as_test <- sub("hodges_lehmann", "mann_whitney", shift)
  if (!as_test %in% names(RANK_TESTS)) unknown_word("shift", shift)
  put("shift", group, "level", LEVEL, "settings$confidence_level")
  put("shift", group, "time_difference", if (any_of_both) median(outer(x, y, "-")) else NA, "median(outer(x, y, \"-\"))")
  if (as_test == "mann_whitney_exact" && tied) {
    # Those that wilcox.test takes without ties.
    k <- if (any_of_both) qwilcox((1 - LEVEL) / 2, length(x), length(y)) else 0
    d <- sort(outer(x, y, "-"))
    call <- sprintf("sort(outer(x, y, \"-\"))[qwilcox(%s, %d, %d)], from both ends", (1 - LEVEL) / 2, length(x), length(y))
    put("shift", group, "time_difference_lower", if (k > 0) d[k] else NA, call)
    put("shift", group, "time_difference_upper", if (k > 0) rev(d)[k] else NA, call)
    return(invisible())
  }
  call <- sprintf(RANK_TESTS[[as_test]], sprintf(", conf.int = TRUE, conf.level = %s, tol.root = 1e-9", LEVEL))
  found <- if (any_of_both) tryCatch(run(call)$conf.int, error = function(e) c(NA, NA)) else c(NA, NA)
  # The search of R ends beside a difference of two observations, which is the limit.
  nearest <- function(value) if (is.na(value)) NA else { d <- outer(x, y, "-"); d[which.min(abs(d - value))] }
  put("shift", group, "time_difference_lower", nearest(found[1]), paste0(call, "$conf.int[1]"))
  put("shift", group, "time_difference_upper", nearest(found[2]), paste0(call, "$conf.int[2]"))
}

put_curve <- function(id, people, analysis) {
  transform <- analysis[["method"]][["transform"]]
  if (is.null(transform)) transform <- "log-log"
  if (!transform %in% c("plain", "log", "log-log")) unknown_word("transform", transform)
  call <- sprintf(
    "survfit(Surv(AVAL, 1 - CNSR) ~ 1, data = people[people$GROUP == \"%s\", ], conf.int = %s, conf.type = \"%s\")",
    id, LEVEL, transform
  )
  count <- sum(people$GROUP == id)
  if (!count) return(decline("*", id, "*", "nobody is in the group, and survfit stops"))
  fit <- run(call)
  put("arm", id, "n", fit$n, paste0(call, "$n"))
  put("arm", id, "events", sum(fit$n.event), paste0("sum(", call, "$n.event)"))
  put("arm", id, "censored", sum(fit$n.censor), paste0("sum(", call, "$n.censor)"))
  middle <- quantile(fit, 0.5)
  median_call <- sprintf("quantile(%s, 0.5)", call)
  put("arm", id, "median", middle$quantile, median_call)
  put("arm", id, "median_lower", middle$lower, paste0(median_call, "$lower"))
  put("arm", id, "median_upper", middle$upper, paste0(median_call, "$upper"))
  times <- unlist(analysis[["times"]])
  at <- summary(fit, times = times, extend = TRUE)
  for (i in seq_along(times)) {
    row <- paste0("t=", times[i])
    called <- sprintf("summary(%s, times = %s, extend = TRUE)", call, times[i])
    put(row, id, "survival", at$surv[i], paste0(called, "$surv"))
    put(row, id, "lower", at$lower[i], paste0(called, "$lower"))
    put(row, id, "upper", at$upper[i], paste0(called, "$upper"))
    put(row, id, "at_risk", at$n.risk[i], paste0(called, "$n.risk"))
  }
  whole <- survfit0(fit)
  point <- list(
    time = whole$time, survival = whole$surv, lower = whole$lower, upper = whole$upper,
    at_risk = whole$n.risk, events = whole$n.event, censored = whole$n.censor
  )
  names_in_r <- c(survival = "surv", at_risk = "n.risk", events = "n.event", censored = "n.censor")
  for (statistic in names(point)) {
    part <- if (statistic %in% names(names_in_r)) names_in_r[[statistic]] else statistic
    for (i in seq_along(point$time)) {
      put("curve", id, statistic, point[[statistic]][i], sprintf("survfit0(%s)$%s", call, part), i - 1)
    }
  }
}

put_ratios <- function(pair, people, ties, level) {
  z <- qnorm((1 + level) / 2)
  two <- people[people$GROUP %in% pair, ]
  two$FIRST <- as.numeric(two$GROUP == pair[1])
  name <- paste(pair, collapse = "/")
  call <- sprintf("coxph(Surv(AVAL, 1 - CNSR) ~ (GROUP == \"%s\"), ties = \"%s\")", pair[1], ties)
  fit <- coxph(Surv(AVAL, 1 - CNSR) ~ FIRST, data = two, ties = ties,
               control = coxph.control(eps = 1e-12, iter.max = 100, toler.inf = 1e-12))
  b <- coef(fit)[[1]]
  se <- sqrt(vcov(fit)[1, 1])
  put("cox", name, "hazard_ratio", exp(b), paste0("exp(coef(", call, "))"))
  put("cox", name, "standard_error", se, paste0("sqrt(vcov(", call, "))"))
  put("cox", name, "lower", exp(b - z * se), paste0("exp(confint(", call, "))[1]"))
  put("cox", name, "upper", exp(b + z * se), paste0("exp(confint(", call, "))[2]"))
  put("cox", name, "p_value", 2 * pnorm(-abs(b / se)), paste0("summary(", call, ")$coefficients[5]"))
  put("cox", name, "level", level, "settings$confidence_level")
  test <- survdiff(Surv(AVAL, 1 - CNSR) ~ factor(GROUP, pair), data = two)
  call <- sprintf("survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP) of %s and %s", pair[1], pair[2])
  ratio <- (test$obs[1] / test$exp[1]) / (test$obs[2] / test$exp[2])
  error <- sqrt(sum(1 / test$exp))
  values <- list(hazard_ratio = ratio, standard_error = error, lower = exp(log(ratio) - z * error),
                 upper = exp(log(ratio) + z * error), level = level)
  put_all("logrank_hazard_ratio", name, values, paste0(call, ": (obs[1] / exp[1]) / (obs[2] / exp[2])"))
  variance <- test$var[1, 1]
  step <- (test$obs[1] - test$exp[1]) / variance
  values <- list(hazard_ratio = exp(step), standard_error = 1 / sqrt(variance),
                 lower = exp(step - z / sqrt(variance)), upper = exp(step + z / sqrt(variance)), level = level)
  put_all("mantel_haenszel_hazard_ratio", name, values, paste0(call, ": exp((obs[1] - exp[1]) / var[1, 1])"))
}

KINDS$time_to_event <- function(analysis) {
  people <- times_of(analysis)
  ids <- group_ids(analysis)
  ties <- analysis[["method"]][["ties"]]
  if (is.null(ties)) ties <- "efron"
  for (id in ids) put_curve(id, people, analysis)
  call <- "survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP)"
  test <- survdiff(Surv(AVAL, 1 - CNSR) ~ factor(GROUP, ids), data = people)
  df <- length(ids) - 1
  put("logrank", "", "statistic", test$chisq, paste0(call, "$chisq"))
  put("logrank", "", "df", df, "length(groups) - 1")
  put("logrank", "", "p_value", pchisq(test$chisq, df, lower.tail = FALSE), paste0(call, "$pvalue"))
  for (i in seq_along(ids)) {
    put("logrank", ids[i], "observed", test$obs[i], paste0(call, "$obs"))
    put("logrank", ids[i], "expected", test$exp[i], paste0(call, "$exp"))
    put("logrank", ids[i], "variance", test$var[i, i], paste0(call, "$var"))
  }
  for (pair in contrasts_of(analysis)) {
    if (length(ids) > 2) {
      two <- survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP, data = people[people$GROUP %in% pair, ])
      called <- sprintf("survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP) of %s and %s", pair[1], pair[2])
      values <- list(statistic = two$chisq, df = 1, p_value = pchisq(two$chisq, 1, lower.tail = FALSE))
      put_all("logrank", paste(pair, collapse = "/"), values, called)
    }
    put_ratios(pair, people, ties, LEVEL)
    put_ratios(rev(pair), people, ties, LEVEL)
  }
}
