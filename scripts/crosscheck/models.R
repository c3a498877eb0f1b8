# Models of an endpoint: glm, or brglm2::brglmFit for Firth's penalty; limits by the profile of the
# (penalised) likelihood; proportions standardised after the model.

term_of <- function(values) if (is.character(values)) as.numeric(values == "Y") else values

loglik <- function(X, y, b, penalty) {
  p <- plogis(drop(X %*% b))
  plain <- sum(dbinom(y, 1, p, log = TRUE))
  if (penalty) plain + 0.5 * as.numeric(determinant(crossprod(X * sqrt(p * (1 - p))))$modulus) else plain
}

# The estimate with some coefficients held, by steps along the (modified) score; the penalty is that
# of the whole model.
held <- function(X, y, b, free, penalty) {
  for (step in 1:500) {
    p <- plogis(drop(X %*% b))
    w <- p * (1 - p)
    information <- crossprod(X * sqrt(w))
    hat <- if (penalty) w * rowSums((X %*% solve(information)) * X) else 0
    score <- crossprod(X[, free, drop = FALSE], y - p + hat * (0.5 - p))
    change <- drop(solve(information[free, free, drop = FALSE], score))
    change <- change * min(1, 2 / max(abs(change), 1e-300))
    b[free] <- b[free] + change
    if (max(abs(change)) < 1e-12) break
  }
  b
}

fit_model <- function(X, y, fit) {
  penalty <- fit == "firth"
  if (!fit %in% c("maximum_likelihood", "firth", "firth_if_separated")) unknown_word("fit", fit)
  if (penalty) {
    call <- "glm(MET ~ ., family = binomial, method = brglm2::brglmFit, type = \"AS_mean\")"
    made <- glm(y ~ X - 1, family = binomial, method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-12, maxit = 1000)
  } else {
    call <- "glm(MET ~ ., family = binomial)"
    made <- glm(y ~ X - 1, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
    if (any(made$fitted.values < 1e-8 | made$fitted.values > 1 - 1e-8)) {
      unknown_word("estimate of a model with", "separation, where maximum likelihood has none")
    }
  }
  b <- coef(made)
  p <- plogis(drop(X %*% b))
  list(b = unname(b), vcov = solve(crossprod(X * sqrt(p * (1 - p)))), penalty = penalty, call = call)
}

# Whether maximum likelihood runs away, so that residuals tell nothing of the error.
separated <- function(X, y) {
  made <- suppressWarnings(glm(y ~ X - 1, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100)))
  any(made$fitted.values < 1e-8 | made$fitted.values > 1 - 1e-8)
}

# Wald's or the profile's limits of one coefficient, with the test that belongs to them.
limits_of <- function(model, X, y, k, interval) {
  b <- model$b
  se <- sqrt(model$vcov[k, k])
  z <- qnorm((1 + LEVEL) / 2)
  if (interval == "wald") {
    return(list(lower = b[k] - z * se, upper = b[k] + z * se, statistic = b[k] / se, p_value = 2 * pnorm(-abs(b[k] / se))))
  }
  if (interval != "profile_likelihood") unknown_word("interval", interval)
  free <- setdiff(seq_along(b), k)
  highest <- loglik(X, y, b, model$penalty)
  drop_at <- function(value) {
    start <- b
    start[k] <- value
    2 * (highest - loglik(X, y, if (length(free)) held(X, y, start, free, model$penalty) else start, model$penalty))
  }
  side <- function(sign) {
    far <- b[k] + sign * 3 * se
    while (drop_at(far) < z^2 && abs(far) < 100) far <- far + sign * 3 * se
    uniroot(function(value) drop_at(value) - z^2, sort(c(b[k], far)), tol = 1e-12)$root
  }
  statistic <- drop_at(0)
  list(lower = side(-1), upper = side(1), statistic = statistic, p_value = pchisq(statistic, 1, lower.tail = FALSE))
}

choice <- function(analysis, name, otherwise) {
  given <- analysis[["method"]][[name]]
  if (is.null(given)) otherwise else given
}

KINDS$logistic <- function(analysis) {
  people <- with_verdict(analysis)
  terms <- unlist(analysis[["terms"]])
  frame <- as.data.frame(lapply(setNames(terms, terms), function(term) term_of(column(people, term))))
  kept <- complete.cases(frame)
  y <- as.numeric(people$VERDICT == "Y")[kept]
  X <- cbind(intercept = 1, as.matrix(frame[kept, , drop = FALSE]))
  model <- fit_model(X, y, choice(analysis, "fit", "maximum_likelihood"))
  interval <- choice(analysis, "interval", "wald")
  call <- sub("~ .", paste("~", paste(terms, collapse = " + ")), model$call, fixed = TRUE)
  for (k in seq_len(ncol(X))) {
    row <- colnames(X)[k]
    ends <- limits_of(model, X, y, k, interval)
    put(row, "", "coefficient", model$b[k], paste0("coef(", call, ")"))
    put(row, "", "standard_error", sqrt(model$vcov[k, k]), paste0("sqrt(diag(vcov(", call, ")))"))
    put(row, "", "odds_ratio", exp(model$b[k]), paste0("exp(coef(", call, "))"))
    put(row, "", "lower", exp(ends$lower), sprintf("limits by %s of %s", interval, call))
    put(row, "", "upper", exp(ends$upper), sprintf("limits by %s of %s", interval, call))
    put(row, "", "p_value", ends$p_value, sprintf("test by %s of %s", interval, call))
    put(row, "", "level", LEVEL, "settings$confidence_level")
  }
  put("model", "", "n", length(y), paste0("nobs(", call, ")"))
  put("model", "", "events", sum(y), "sum(MET)")
  for (term in terms) {
    values <- column(people, term)[kept]
    if (!is.character(values)) next
    for (level in c("Y", "N")) {
      met <- y[values == level]
      row <- paste(term, level, sep = "=")
      put(row, "", "count", sum(met), sprintf("sum(MET[%s == \"%s\"])", term, level))
      put(row, "", "total", length(met), sprintf("sum(%s == \"%s\")", term, level))
      put(row, "", "proportion", mean(met), sprintf("mean(MET[%s == \"%s\"])", term, level))
    }
  }
}

# Risks as if everybody were in each group, with the variance of their influence functions.
standardise <- function(X, y, model, columns, variance) {
  n <- nrow(X)
  p <- plogis(drop(X %*% model$b))
  inverse <- n * model$vcov
  # The equations of the model as it was fitted: those of Firth's penalty have a part of their own.
  w <- p * (1 - p)
  hat <- if (model$penalty) w * rowSums((X %*% model$vcov) * X) else 0
  residual <- y - p + hat * (0.5 - p)
  one <- function(at) {
    moved <- X
    moved[, columns] <- matrix(at, n, length(columns), byrow = TRUE)
    mu <- plogis(drop(moved %*% model$b))
    slope <- colMeans(mu * (1 - mu) * moved)
    list(risk = mean(mu), influence = mu - mean(mu) + drop((X * residual) %*% inverse %*% slope), slope = slope, spread = mu - mean(mu))
  }
  groups <- c(list(rep(0, length(columns))), lapply(seq_along(columns), function(j) as.numeric(seq_along(columns) == j)))
  made <- lapply(groups, one)
  influence <- sapply(made, `[[`, "influence")
  covariance <- switch(variance,
    influence_function = crossprod(influence) / n^2,
    influence_function_corrected = crossprod(influence) / n^2 * n / (n - ncol(X)),
    model_based = {
      slopes <- sapply(made, `[[`, "slope")
      crossprod(sapply(made, `[[`, "spread")) / n^2 + t(slopes) %*% model$vcov %*% slopes
    },
    unknown_word("variance", variance)
  )
  list(risk = vapply(made, `[[`, 0, "risk"), covariance = covariance)
}

put_effect <- function(row, group, statistic, estimate, error, back, call) {
  z <- qnorm((1 + LEVEL) / 2)
  values <- list(back(estimate), error, back(estimate - z * error), back(estimate + z * error),
                 estimate / error, 2 * pnorm(-abs(estimate / error)), LEVEL)
  names(values) <- c(statistic, "standard_error", "lower", "upper", "statistic", "p_value", "level")
  put_all(row, group, values, call)
}

KINDS$adjusted_difference <- function(analysis) {
  people <- with_verdict(analysis)
  ids <- group_ids(analysis)
  covariates <- unlist(analysis[["covariates"]])
  frame <- as.data.frame(lapply(setNames(covariates, covariates), function(name) term_of(column(people, name))))
  kept <- complete.cases(frame)
  people <- people[kept, ]
  by <- count_by(people, ids)
  put_proportions("observed", ids, by$counts, by$totals)
  y <- as.numeric(people$VERDICT == "Y")
  reference <- rev(ids)[1]
  others <- setdiff(ids, reference)
  arms <- sapply(others, function(id) as.numeric(people$GROUP == id))
  X <- cbind(1, arms, as.matrix(frame[kept, , drop = FALSE]))
  columns <- 1 + seq_along(others)
  fit <- choice(analysis, "fit", "firth_if_separated")
  variance <- choice(analysis, "variance", "influence_function")
  model <- fit_model(X, y, fit)
  if (model$penalty && separated(X, y)) variance <- "model_based"
  made <- standardise(X, y, model, columns, variance)
  names(made$risk) <- c(reference, others)
  dimnames(made$covariance) <- list(names(made$risk), names(made$risk))
  call <- sprintf("mean(predict(%s, everybody in one group)), variance: %s", model$call, variance)
  z <- qnorm((1 + LEVEL) / 2)
  for (id in ids) {
    r <- made$risk[[id]]
    error <- sqrt(made$covariance[id, id])
    half <- z * error / (r * (1 - r))
    values <- list(risk = r, standard_error = error, lower = plogis(qlogis(r) - half), upper = plogis(qlogis(r) + half), level = LEVEL)
    put_all("adjusted", id, values, call)
  }
  for (pair in contrasts_of(analysis)) {
    r <- made$risk[pair]
    C <- made$covariance[pair, pair]
    error <- function(a) sqrt(drop(a %*% C %*% a))
    put_effect("difference", paste(pair, collapse = "-"), "estimate", r[[1]] - r[[2]], error(c(1, -1)), identity, call)
    name <- paste(pair, collapse = "/")
    put_effect("ratio", name, "risk_ratio", log(r[[1]] / r[[2]]), error(c(1, -1) / r), exp, call)
    put_effect("marginal_odds_ratio", name, "odds_ratio", qlogis(r[[1]]) - qlogis(r[[2]]), error(c(1, -1) / (r * (1 - r))), exp, call)
    # The coefficient of the pair, in the same model written with its second group as reference.
    own <- cbind(1, sapply(setdiff(ids, pair[2]), function(id) as.numeric(people$GROUP == id)), X[, -c(1, columns), drop = FALSE])
    turned <- fit_model(own, y, fit)
    k <- 1 + match(pair[1], setdiff(ids, pair[2]))
    ends <- limits_of(turned, own, y, k, choice(analysis, "interval", "wald"))
    values <- list(odds_ratio = exp(turned$b[k]), standard_error = sqrt(turned$vcov[k, k]), lower = exp(ends$lower),
                   upper = exp(ends$upper), statistic = ends$statistic, p_value = ends$p_value, level = LEVEL)
    put_all("conditional_odds_ratio", name, values, sprintf("exp(coef(%s)), limits by %s", turned$call, choice(analysis, "interval", "wald")))
  }
}
