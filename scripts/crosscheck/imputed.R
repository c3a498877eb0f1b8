# Completed data sets pooled by mice::pool.scalar; and the same models imputed again by mice itself.

# How often mice imputes, and from which number: its draws are its own. As often as the plan, so
# that its error is no larger than ours; but no less than 200 and no more than 1000 times.
MICE_DATA_SETS <- function() as.integer(max(200, min(1000, PLAN$settings$imputations)))
MICE_SEED <- 20221107

# The completed values: a matrix with a row for each subject and a column for each imputation.
completed_of <- function(model, people) {
  stack <- TABLES[[model]]
  observed <- stack[stack$IMPUTATION == 0, ]
  drawn <- stack[stack$IMPUTATION > 0, ]
  draws <- sort(unique(drawn$IMPUTATION))
  values <- matrix(observed$AVAL[match(people$USUBJID, observed$USUBJID)], nrow(people), max(1, length(draws)))
  known <- !is.na(match(drawn$USUBJID, people$USUBJID))
  drawn <- drawn[known, ]
  values[cbind(match(drawn$USUBJID, people$USUBJID), match(drawn$IMPUTATION, draws))] <- drawn$AVAL
  list(values = values, missing = people$USUBJID %in% drawn$USUBJID)
}

# Estimates and variances of one contrast in every data set, by lm with a column for each.
regress <- function(Y, people, pair, covariates) {
  frame <- people[covariates]
  frame$GROUP <- relevel(factor(people$GROUP), ref = pair[2])
  fit <- lm(reformulate(c("GROUP", covariates), "Y"), data = c(frame, list(Y = Y)))
  name <- paste0("GROUP", pair[1])
  Q <- if (is.matrix(coef(fit))) coef(fit)[name, ] else coef(fit)[[name]]
  scale <- chol2inv(qr.R(fit$qr))
  position <- match(name, rownames(as.matrix(coef(fit))))
  list(Q = Q, U = deviance(fit) / fit$df.residual * scale[position, position], k = fit$rank)
}

# The Monte Carlo error of the pooled standard error, by leaving one data set out at a time.
error_of_se <- function(Q, U) {
  m <- length(Q)
  if (m < 3) return(NA)
  left <- vapply(seq_len(m), function(i) {
    q <- Q[-i]
    sqrt(mean(U[-i]) + (1 + 1 / (m - 1)) * var(q))
  }, 0)
  sqrt((m - 1) / m * sum((left - mean(left))^2))
}

put_pooled <- function(pair, fits, n, rule) {
  m <- length(fits$Q)
  name <- paste(pair, collapse = "-")
  # Barnard and Rubin's need the degrees of freedom of complete data, Rubin's none.
  call <- if (rule == "barnard_rubin") {
    sprintf("mice::pool.scalar(Q, U, n = %d, k = %d)", as.integer(n), as.integer(fits$k))
  } else {
    "mice::pool.scalar(Q, U, n = Inf)"
  }
  Q <- fits$Q
  U <- fits$U
  pooled <- run(call)
  se <- sqrt(pooled$t)
  t <- qt((1 + LEVEL) / 2, pooled$df)
  part <- function(what) paste0(call, "$", what)
  put("difference", name, "estimate", pooled$qbar, part("qbar"))
  put("difference", name, "standard_error", se, paste0("sqrt(", part("t"), ")"))
  put("difference", name, "lower", pooled$qbar - t * se, paste0("qbar - qt(", (1 + LEVEL) / 2, ", df) * sqrt(t)"))
  put("difference", name, "upper", pooled$qbar + t * se, paste0("qbar + qt(", (1 + LEVEL) / 2, ", df) * sqrt(t)"))
  put("difference", name, "level", LEVEL, "settings$confidence_level")
  put("difference", name, "statistic", pooled$qbar / se, "qbar / sqrt(t)")
  put("difference", name, "df", pooled$df, part("df"))
  put("difference", name, "p_value", 2 * pt(-abs(pooled$qbar / se), pooled$df), "2 * pt(-abs(qbar / sqrt(t)), df)")
  put("difference", name, "within", pooled$ubar, part("ubar"))
  put("difference", name, "between", pooled$b, part("b"))
  put("difference", name, "fraction_missing_information", pooled$fmi, part("fmi"))
  put("difference", name, "monte_carlo_error", sqrt(pooled$b / m), "sqrt(b / m)")
  put("difference", name, "imputations", m, part("m"))
  list(estimate = pooled$qbar, se = se, error = sqrt(pooled$b / m), error_of_se = error_of_se(Q, U))
}

MICE_METHODS <- c(normal = "norm", logistic = "logreg")
MODEL_KEYS <- c("label", "endpoint", "population", "missing_when", "method", "predictors", "sweeps", "predictor_methods")

# The data sets of a model as mice completes them, a column for each; a text where it cannot.
imputed_by_mice <- function(model, people) {
  described <- PLAN$imputation$models[[model]]
  strange <- setdiff(names(described), MODEL_KEYS)
  if (length(strange)) return(sprintf("mice is not asked for a model with %s", paste(strange, collapse = ", ")))
  if (!described[["method"]] %in% names(MICE_METHODS)) return(sprintf("mice is not asked for the method %s", described[["method"]]))
  everybody <- subjects()
  everybody <- everybody[everybody[[described[["population"]]]] %in% "Y", ]
  # Sorted by what is in it, not by names, so that other names give the same draws.
  predictors <- unlist(described[["predictors"]])
  frame <- everybody[predictors]
  for (name in predictors) if (is.character(frame[[name]])) frame[[name]] <- factor(frame[[name]])
  verdict <- as.numeric(everybody[[described[["endpoint"]]]] == "Y")
  verdict[holds(described[["missing_when"]], everybody)] <- NA
  if (!anyNA(verdict)) return("nothing is missing")
  if (anyNA(frame)) return("mice is not asked where a predictor is missing")
  frame$VERDICT <- if (described[["method"]] == "logistic") factor(verdict) else verdict
  sorted <- do.call(order, c(unname(as.list(frame)), list(everybody$USUBJID)))
  m <- MICE_DATA_SETS()
  filled <- mice::mice(
    frame[sorted, ], m = m, maxit = 1, seed = MICE_SEED, printFlag = FALSE,
    method = c(rep("", length(predictors)), MICE_METHODS[[described[["method"]]]])
  )
  values <- matrix(verdict[sorted], nrow(frame), m)
  values[is.na(verdict[sorted]), ] <- apply(as.matrix(filled$imp$VERDICT), 2, as.numeric)
  values[match(people$USUBJID, everybody$USUBJID[sorted]), , drop = FALSE]
}

KINDS$difference_imputed <- function(analysis) {
  people <- people_of(analysis)
  model <- analysis[["imputation"]]
  covariates <- as.character(unlist(analysis[["covariates"]]))
  rule <- analysis[["method"]][["df"]]
  if (is.null(rule)) rule <- "rubin"
  completed <- completed_of(model, people)
  for (id in group_ids(analysis)) {
    own <- people$GROUP == id
    put("mean", id, "mean", mean(completed$values[own, ]), sprintf("mean(Y[GROUP == \"%s\", ])", id))
    put("mean", id, "total", sum(own), sprintf("sum(GROUP == \"%s\")", id))
    put("mean", id, "missing", sum(completed$missing & own), sprintf("sum(imputed[GROUP == \"%s\"])", id))
  }
  again <- imputed_by_mice(model, people)
  for (pair in contrasts_of(analysis)) {
    ours <- put_pooled(pair, regress(completed$values, people, pair, covariates), nrow(people), rule)
    name <- paste(pair, collapse = "-")
    row <- "difference, imputed by mice"
    if (is.character(again)) {
      decline(row, name, "estimate", again)
      next
    }
    fits <- regress(again, people, pair, covariates)
    pooled <- mice::pool.scalar(fits$Q, fits$U, n = Inf)
    described <- PLAN$imputation$models[[model]]
    call <- sprintf("mice(method = \"%s\", m = %d, seed = %d); pool.scalar(Q, U)", MICE_METHODS[[described[["method"]]]], MICE_DATA_SETS(), MICE_SEED)
    theirs <- sqrt(pooled$b / pooled$m)
    put(row, name, "estimate", pooled$qbar, call, error = 3 * sqrt(ours$error^2 + theirs^2))
    spread <- 3 * sqrt(ours$error_of_se^2 + error_of_se(fits$Q, fits$U)^2)
    put(row, name, "standard_error", sqrt(pooled$t), call, error = spread)
  }
}
