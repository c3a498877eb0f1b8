# Survival compared without proportional hazards, and tests and models beside the planned ones.

put_landmark <- function(row, pair, fits, at, transform, z) {
  seen <- lapply(pair, function(id) at[[id]])
  s <- vapply(seen, `[[`, 0, "survival")
  se <- vapply(seen, `[[`, 0, "error")
  l <- vapply(seen, `[[`, 0, "lower")
  u <- vapply(seen, `[[`, 0, "upper")
  name <- paste(pair, collapse = "-")
  d <- s[1] - s[2]
  both <- sqrt(sum(se^2))
  put(row, name, "estimate", d, "surv[1] - surv[2]")
  put(row, name, "standard_error", both, "sqrt(std.err[1]^2 + std.err[2]^2)")
  if (transform == "plain") {
    statistic <- d / both
    limits <- d + c(-1, 1) * z * both
    call <- "difference and its standard error"
  } else {
    # On the scale log(-log(S)) a longer survival is a smaller number.
    statistic <- diff(log(-log(s))) / sqrt(sum((se / (s * log(s)))^2))
    limits <- c(d - sqrt((s[1] - l[1])^2 + (u[2] - s[2])^2), d + sqrt((u[1] - s[1])^2 + (s[2] - l[2])^2))
    call <- "survfit(conf.type = \"log-log\") of each group, combined"
  }
  put(row, name, "lower", limits[1], call)
  put(row, name, "upper", limits[2], call)
  put(row, name, "statistic", statistic, call)
  put(row, name, "p_value", 2 * pnorm(-abs(statistic)), "2 * pnorm(-abs(statistic))")
}

put_means <- function(pair, means, z) {
  m <- vapply(pair, function(id) means[[id]][1], 0)
  se <- vapply(pair, function(id) means[[id]][2], 0)
  d <- m[[1]] - m[[2]]
  error <- sqrt(sum(se^2))
  values <- list(time_difference = d, standard_error = error, time_difference_lower = d - z * error,
                 time_difference_upper = d + z * error, statistic = d / error, p_value = 2 * pnorm(-abs(d / error)))
  call <- "summary(survfit(...), rmean = tau)$table, difference"
  put_all("restricted_mean", paste(pair, collapse = "-"), values, call)
  ratio <- log(m[[1]] / m[[2]])
  error <- sqrt(sum((se / m)^2))
  values <- list(ratio = exp(ratio), standard_error = error, lower = exp(ratio - z * error), upper = exp(ratio + z * error),
                 statistic = ratio / error, p_value = 2 * pnorm(-abs(ratio / error)))
  put_all("restricted_mean_ratio", paste(pair, collapse = "/"), values, "summary(survfit(...), rmean = tau)$table, log ratio")
}

KINDS$survival_contrasts <- function(analysis) {
  people <- times_of(analysis)
  transform <- analysis[["method"]][["transform"]]
  if (is.null(transform)) transform <- "log-log"
  if (!transform %in% c("plain", "log-log")) unknown_word("transform", transform)
  ids <- group_ids(analysis)
  z <- qnorm((1 + LEVEL) / 2)
  tau <- analysis[["restricted_mean"]]
  fits <- list()
  means <- list()
  for (id in ids) {
    call <- sprintf("survfit(Surv(AVAL, 1 - CNSR) ~ 1, people[people$GROUP == \"%s\", ], conf.int = %s, conf.type = \"%s\")", id, LEVEL, transform)
    fits[[id]] <- run(call)
    last <- max(people$AVAL[people$GROUP == id])
    put("follow_up", id, "maximum", last, "max(AVAL)")
    if (is.null(tau)) next
    # Nothing is carried on beyond the last time of a group.
    means[[id]] <- if (last < tau && min(fits[[id]]$surv) > 0) c(NA, NA) else summary(fits[[id]], rmean = tau)$table[c("rmean", "se(rmean)")]
    values <- list(restricted_mean = means[[id]][1], standard_error = means[[id]][2],
                   restricted_mean_lower = means[[id]][1] - z * means[[id]][2], restricted_mean_upper = means[[id]][1] + z * means[[id]][2])
    put_all("restricted_mean", id, values, sprintf("summary(%s, rmean = %s)$table", call, tau))
  }
  for (time in unlist(analysis[["landmarks"]])) {
    row <- paste0("t=", time)
    at <- list()
    for (id in ids) {
      # A curve that has come to zero stays there.
      followed <- time <= max(people$AVAL[people$GROUP == id]) || min(fits[[id]]$surv) == 0
      one <- summary(fits[[id]], times = time, extend = TRUE)
      part <- function(value) if (followed) value else NA_real_
      at[[id]] <- list(survival = part(one$surv), lower = part(one$lower), upper = part(one$upper), error = part(one$std.err))
      call <- sprintf("summary(survfit(...), times = %s)", time)
      put_all(row, id, at[[id]][c("survival", "lower", "upper")], call)
      put(row, id, "at_risk", one$n.risk, call)
    }
    for (pair in contrasts_of(analysis)) put_landmark(row, pair, fits, at, transform, z)
  }
  if (!is.null(tau)) for (pair in contrasts_of(analysis)) put_means(pair, means, z)
}

# A weighted log-rank test from the risk sets; survdiff has only the weights S^rho.
weighted_logrank <- function(time, event, group, weight) {
  group <- factor(group)
  k <- nlevels(group)
  U <- numeric(k)
  V <- matrix(0, k, k)
  survival <- 1
  peto <- 1
  for (at in sort(unique(time[event == 1]))) {
    risk <- tabulate(group[time >= at], k)
    died <- tabulate(group[time == at & event == 1], k)
    n <- sum(risk)
    d <- sum(died)
    peto <- peto * (1 - d / (n + 1))
    w <- weight(n, survival, peto)
    share <- risk / n
    U <- U + w * (died - d * share)
    if (n > 1) V <- V + w^2 * d * (n - d) / (n - 1) * (diag(share, k) - share %o% share)
    survival <- survival * (1 - d / n)
  }
  keep <- seq_len(k - 1)
  statistic <- drop(U[keep] %*% solve(V[keep, keep, drop = FALSE], U[keep]))
  list(statistic = statistic, df = k - 1, p_value = pchisq(statistic, k - 1, lower.tail = FALSE))
}

WEIGHTS <- list(
  gehan_breslow = function(n, survival, peto) n,
  tarone_ware = function(n, survival, peto) sqrt(n),
  peto_peto = function(n, survival, peto) peto
)

# The stratified test and the weighted ones, of some groups.
put_logranks <- function(analysis, people, ids, group) {
  people$ARM <- factor(people$GROUP, ids)
  if (!is.null(people$STRATUM)) {
    test <- survdiff(Surv(AVAL, 1 - CNSR) ~ ARM + strata(STRATUM), data = people)
    values <- list(statistic = test$chisq, df = length(ids) - 1, p_value = pchisq(test$chisq, length(ids) - 1, lower.tail = FALSE))
    put_all("stratified_logrank", group, values, "survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP + strata(stratum))")
  }
  event <- 1 - people$CNSR
  for (word in unlist(analysis[["weights"]])) {
    if (is.null(WEIGHTS[[word]])) unknown_word("weight", word)
    put_all(word, group, weighted_logrank(people$AVAL, event, people$ARM, WEIGHTS[[word]]), sprintf("weighted_logrank(AVAL, 1 - CNSR, GROUP, %s)", word))
  }
  for (powers in analysis[["fleming_harrington"]]) {
    rho <- powers[[1]]
    gamma <- powers[[2]]
    row <- sprintf("fleming_harrington %s %s", rho, gamma)
    call <- sprintf("weighted_logrank(AVAL, 1 - CNSR, GROUP, S^%s * (1 - S)^%s)", rho, gamma)
    values <- weighted_logrank(people$AVAL, event, people$ARM, function(n, survival, peto) survival^rho * (1 - survival)^gamma)
    if (gamma == 0) {
      call <- sprintf("survdiff(Surv(AVAL, 1 - CNSR) ~ GROUP, rho = %s)", rho)
      test <- survdiff(Surv(AVAL, 1 - CNSR) ~ ARM, data = people, rho = rho)
      values$statistic <- test$chisq
      values$p_value <- pchisq(test$chisq, values$df, lower.tail = FALSE)
    }
    put_all(row, group, values, call)
  }
}

KINDS$hazard_sensitivity <- function(analysis) {
  people <- times_of(analysis)
  ids <- group_ids(analysis)
  people$ARM <- factor(people$GROUP, ids)
  ties <- analysis[["method"]][["ties"]]
  if (is.null(ties)) ties <- "efron"
  exact <- coxph.control(eps = 1e-12, iter.max = 100, toler.inf = 1e-12)
  z <- qnorm((1 + LEVEL) / 2)
  variables <- unlist(analysis[["stratify_by"]])
  if (!is.null(variables)) {
    people$STRATUM <- do.call(paste, c(unname(as.list(people[variables])), sep = "\r"))
    put("strata", "", "count", length(unique(people$STRATUM)), "length(unique(stratum))")
  }
  for (pair in contrasts_of(analysis)) {
    for (two in list(pair, rev(pair))) {
      own <- people[people$GROUP %in% two, ]
      own$FIRST <- as.numeric(own$GROUP == two[1])
      name <- paste(two, collapse = "/")
      if (!is.null(variables)) {
        call <- sprintf("coxph(Surv(AVAL, 1 - CNSR) ~ (GROUP == \"%s\") + strata(stratum), ties = \"%s\")", two[1], ties)
        fit <- coxph(Surv(AVAL, 1 - CNSR) ~ FIRST + strata(STRATUM), data = own, ties = ties, control = exact)
        b <- coef(fit)[[1]]
        se <- sqrt(vcov(fit)[1, 1])
        values <- list(hazard_ratio = exp(b), standard_error = se, lower = exp(b - z * se), upper = exp(b + z * se),
                       p_value = 2 * pnorm(-abs(b / se)), level = LEVEL)
        put_all("stratified_cox", name, values, call)
      }
      if (!identical(two, pair)) next
      fit <- coxph(Surv(AVAL, 1 - CNSR) ~ FIRST, data = own, ties = ties, control = exact)
      for (scale in unlist(analysis[["proportional_hazards"]])) {
        test <- cox.zph(fit, transform = scale)$table[1, ]
        values <- list(statistic = test[["chisq"]], df = test[["df"]], p_value = test[["p"]])
        put_all(paste("proportional_hazards", scale), name, values, sprintf("cox.zph(coxph(Surv(AVAL, 1 - CNSR) ~ GROUP), transform = \"%s\")", scale))
      }
    }
  }
  # Of all groups together, and of each pair alone where there are more than two.
  put_logranks(analysis, people, ids, "")
  for (pair in if (length(ids) > 2) contrasts_of(analysis) else list()) {
    put_logranks(analysis, people[people$GROUP %in% pair, ], pair, paste(pair, collapse = "/"))
  }
}
