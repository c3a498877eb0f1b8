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
  drawn <- drawn[drawn$USUBJID %in% people$USUBJID, ]
  values[cbind(match(drawn$USUBJID, people$USUBJID), match(drawn$IMPUTATION, draws))] <- drawn$AVAL
  list(values = values, missing = people$USUBJID %in% drawn$USUBJID)
}

# Each estimator gives an estimate and a variance in every data set (Q, U), and how many parameters
# the model of complete data has (k).

# By lm, with a column for each data set.
fit_linear <- function(Y, people, pair, covariates) {
  frame <- people[covariates]
  frame$GROUP <- relevel(factor(people$GROUP), ref = pair[2])
  fit <- lm(reformulate(c("GROUP", covariates), "Y"), data = c(frame, list(Y = Y)))
  name <- paste0("GROUP", pair[1])
  estimates <- as.matrix(coef(fit))
  position <- match(name, rownames(estimates))
  scale <- chol2inv(qr.R(fit$qr))[position, position]
  residuals <- colSums(as.matrix(resid(fit))^2)
  list(Q = estimates[position, ], U = residuals / fit$df.residual * scale, k = fit$rank)
}

fit_proportions <- function(Y, people, pair, covariates) {
  n <- vapply(pair, function(id) sum(people$GROUP == id), 0)
  p <- lapply(pair, function(id) colMeans(Y[people$GROUP == id, , drop = FALSE]))
  list(Q = p[[1]] - p[[2]], U = p[[1]] * (1 - p[[1]]) / n[1] + p[[2]] * (1 - p[[2]]) / n[2], k = 2)
}

# By glm, once for data sets that are alike.
fit_logistic <- function(Y, people, pair, covariates) {
  frame <- people[covariates]
  for (name in covariates) frame[[name]] <- term_of(frame[[name]])
  frame$GROUP <- relevel(factor(people$GROUP), ref = pair[2])
  key <- if (length(covariates)) apply(Y, 2, paste, collapse = "") else
    do.call(paste, lapply(sort(unique(people$GROUP)), function(id) colSums(Y[people$GROUP == id, , drop = FALSE])))
  distinct <- which(!duplicated(key))
  design <- model.matrix(reformulate(c("GROUP", covariates)), frame)
  position <- match(paste0("GROUP", pair[1]), colnames(design))
  found <- vapply(distinct, function(j) {
    fit <- glm.fit(design, Y[, j], family = binomial(), control = list(epsilon = 1e-14, maxit = 100))
    # The weights that glm keeps are those before its last step; these are those after it.
    information <- crossprod(design * sqrt(fit$fitted.values * (1 - fit$fitted.values)))
    c(coef(fit)[[position]], solve(information)[position, position])
  }, numeric(2))
  at <- match(key, key[distinct])
  list(Q = found[1, at], U = found[2, at], k = ncol(design))
}

FITS <- list(linear = fit_linear, proportions = fit_proportions, chi_square = fit_proportions, logistic = fit_logistic)

# Rubin's rules; one data set has nothing between imputations and so normal limits.
pool <- function(Q, U, n, k, rule) {
  m <- length(Q)
  if (m == 1) return(list(m = 1, qbar = Q[[1]], ubar = U[[1]], b = 0, t = U[[1]], df = Inf, fmi = 0))
  # Barnard and Rubin's need the degrees of freedom of complete data, Rubin's none.
  mice::pool.scalar(Q, U, n = if (rule == "barnard_rubin") n else Inf, k = k)
}

# Every pooled statistic of one set of fits; `ratio` where the limits are those of exp(Q).
pooled_statistics <- function(Q, U, n, k, rule, ratio) {
  p <- pool(Q, U, n, k, rule)
  se <- sqrt(p$t)
  q <- qt((1 + LEVEL) / 2, p$df)
  scale <- if (ratio) exp else identity
  values <- list(
    estimate = scale(p$qbar), standard_error = se, lower = scale(p$qbar - q * se), upper = scale(p$qbar + q * se),
    statistic = p$qbar / se, df = p$df, p_value = 2 * pt(-abs(p$qbar / se), p$df),
    fraction_missing_information = p$fmi
  )
  if (ratio) names(values)[1] <- "odds_ratio"
  list(values = values, pooled = p)
}

D2_WORDS <- "D2 of Li, Meng, Raghunathan and Rubin from chisq.test(...)$statistic"
pool_d2 <- function(d, k) {
  m <- length(d)
  r <- (1 + 1 / m) * var(sqrt(d))
  statistic <- (mean(d) / k - (m + 1) / (m - 1) * r) / (1 + r)
  below <- k^(-3 / m) * (m - 1) * (1 + 1 / r)^2
  list(statistic = statistic, df_denominator = below, p_value = pf(statistic, k, below, lower.tail = FALSE))
}

# The Monte Carlo error of what a function makes of all data sets, by leaving one out at a time.
jackknife <- function(m, statistics) {
  left <- vapply(seq_len(m), function(i) unlist(statistics(-i)), numeric(length(unlist(statistics(seq_len(m))))))
  left <- if (is.matrix(left)) left else rbind(left)
  sqrt((m - 1) / m * rowSums((left - rowMeans(left))^2))
}

put_pooled <- function(row, name, fits, n, rule, ratio) {
  m <- length(fits$Q)
  call <- if (rule == "barnard_rubin") sprintf("mice::pool.scalar(Q, U, n = %d, k = %d)", as.integer(n), as.integer(fits$k)) else
    "mice::pool.scalar(Q, U, n = Inf)"
  found <- pooled_statistics(fits$Q, fits$U, n, fits$k, rule, ratio)
  p <- found$pooled
  parts <- c(estimate = "$qbar", standard_error = "$t", df = "$df", fraction_missing_information = "$fmi")
  for (key in names(found$values)) put(row, name, key, found$values[[key]], paste0(call, if (key %in% names(parts)) parts[[key]]))
  if (ratio) put(row, name, "coefficient", p$qbar, paste0(call, "$qbar"))
  put(row, name, "level", LEVEL, "settings$confidence_level")
  put(row, name, "within", p$ubar, paste0(call, "$ubar"))
  put(row, name, "between", p$b, paste0(call, "$b"))
  # Of a mean it is the jackknife's too; of a ratio the jackknife has it on the scale of the ratio.
  error <- if (ratio && m > 2) jackknife(m, function(i) exp(mean(fits$Q[i]))) else sqrt(p$b / m)
  put(row, name, "monte_carlo_error", error, if (ratio) "jackknife of exp(mean(Q))" else "sqrt(b / m)")
  put(row, name, "imputations", m, paste0(call, "$m"))
  p
}

# How the diagnostics of pooling stand beside the pooled numbers.
put_errors <- function(row, name, fits, n, rule, ratio) {
  m <- length(fits$Q)
  if (m < 3) return(invisible())
  errors <- jackknife(m, function(i) pooled_statistics(fits$Q[i], fits$U[i], n, fits$k, rule, ratio)$values)
  found <- pooled_statistics(fits$Q, fits$U, n, fits$k, rule, ratio)$values
  names(errors) <- names(found)
  call <- "sqrt((m - 1) / m * sum((left - mean(left))^2)), left: without one data set"
  for (key in names(errors)) put(paste0("monte_carlo:", row), name, key, errors[[key]], call)
  fmi <- found$fraction_missing_information
  highest <- plogis(qlogis(fmi) + qnorm(0.975) * sqrt(2 / m))
  put("rules", name, "linear_rule", ceiling(100 * fmi), "ceiling(100 * fmi)")
  put("rules", name, "two_stage_rule", ceiling(1 + 0.5 * (highest / 0.05)^2), "ceiling(1 + (upper limit of fmi / 0.05)^2 / 2)")
}

# Pearson's statistic in every data set.
chi_squares_of <- function(Y, people, pair) {
  counts <- sapply(pair, function(id) colSums(Y[people$GROUP == id, , drop = FALSE]))
  n <- vapply(pair, function(id) sum(people$GROUP == id), 0)
  key <- paste(counts[, 1], counts[, 2])
  distinct <- !duplicated(key)
  d <- apply(counts[distinct, , drop = FALSE], 1, function(x) chisq.test(rbind(x, n - x), correct = FALSE)$statistic)
  unname(d[match(key, key[distinct])])
}

put_chi_square <- function(name, d) {
  tested <- pool_d2(d, 1)
  put("test", name, "df", 1, "(rows - 1) * (columns - 1)")
  put_all("test", name, tested, D2_WORDS)
  errors <- jackknife(length(d), function(i) pool_d2(d[i], 1))
  put_all("monte_carlo:test", name, setNames(as.list(errors), names(tested)), paste("jackknife of", D2_WORDS))
}

MICE_METHODS <- c(normal = "norm", logistic = "logreg")
MODEL_KEYS <- c("label", "endpoint", "population", "missing_when", "method", "predictors", "sweeps", "predictor_methods",
                "draws_of", "assumption")
MADE_BY_MICE <- new.env()

# Why mice is not asked for a model; nothing where it is.
refused_by_mice <- function(described) {
  strange <- setdiff(names(described), MODEL_KEYS)
  if (length(strange)) return(sprintf("mice is not asked for a model with %s", paste(strange, collapse = ", ")))
  method <- described[["method"]]
  if (!is.null(described[["assumption"]])) return(refused_assumption(described))
  if (is.null(method) || !method %in% names(MICE_METHODS)) return("mice is not asked for the method of the model")
  NULL
}

# The data sets of a model as mice completes them, or R under an assumption (assumptions.R), with
# their subjects; a text where neither does.
imputed_by_mice <- function(model) {
  if (!is.null(MADE_BY_MICE[[model]])) return(MADE_BY_MICE[[model]])
  described <- PLAN$imputation$models[[model]]
  refused <- refused_by_mice(described)
  if (!is.null(refused)) return(refused)
  everybody <- subjects()
  everybody <- everybody[everybody[[described[["population"]]]] %in% "Y", ]
  predictors <- unlist(described[["predictors"]])
  frame <- everybody[predictors]
  for (name in predictors) if (is.character(frame[[name]])) frame[[name]] <- factor(frame[[name]])
  verdict <- as.numeric(everybody[[described[["endpoint"]]]] == "Y")
  verdict[holds(described[["missing_when"]], everybody)] <- NA
  if (!anyNA(verdict)) return("nothing is missing")
  if (anyNA(frame)) return("mice is not asked where a predictor is missing")
  frame$VERDICT <- if (identical(described[["method"]], "logistic")) factor(verdict) else verdict
  # Sorted by what is in it, not by names, so that other names give the same draws.
  sorted <- do.call(order, c(unname(as.list(frame)), list(everybody$USUBJID)))
  if (!is.null(described[["assumption"]])) {
    values <- drawn_with_assumption(frame[sorted, predictors, drop = FALSE], everybody$ARMCD[sorted], verdict[sorted], described)
    MADE_BY_MICE[[model]] <- list(values = values, subjects = everybody$USUBJID[sorted])
    return(MADE_BY_MICE[[model]])
  }
  m <- MICE_DATA_SETS()
  filled <- mice::mice(
    frame[sorted, ], m = m, maxit = 1, seed = MICE_SEED, printFlag = FALSE,
    method = c(rep("", length(predictors)), MICE_METHODS[[described[["method"]]]])
  )
  values <- matrix(verdict[sorted], nrow(frame), m)
  values[is.na(verdict[sorted]), ] <- apply(as.matrix(filled$imp$VERDICT), 2, as.numeric)
  MADE_BY_MICE[[model]] <- list(values = values, subjects = everybody$USUBJID[sorted])
  MADE_BY_MICE[[model]]
}

# What R imputed itself, estimated as ours; the tolerance is 3 Monte Carlo errors of the difference.
put_again <- function(row, name, key, ours, fit, model, people) {
  row <- paste0(row, ", imputed by R")
  again <- imputed_by_mice(model)
  if (is.character(again)) return(decline(row, name, "*", again))
  fits <- fit(again$values[match(people$USUBJID, again$subjects), , drop = FALSE])
  call <- call_of_draws(PLAN$imputation$models[[model]])
  both <- lapply(list(ours, fits), function(one) {
    centre <- function(i) {
      p <- pool(one$Q[i], one$U[i], Inf, 1, "rubin")
      c(p$qbar, sqrt(p$t))
    }
    list(value = centre(seq_along(one$Q)), error = if (length(one$Q) > 2) jackknife(length(one$Q), centre) else c(NA, NA))
  })
  spread <- 3 * sqrt(both[[1]]$error^2 + both[[2]]$error^2)
  # Where nothing is drawn there is no such error, and the numbers are the same.
  put(row, name, key, both[[2]]$value[1], call, error = spread[1])
  put(row, name, "standard_error", both[[2]]$value[2], call, error = spread[2])
}

KINDS$difference_imputed <- function(analysis) {
  people <- people_of(analysis)
  model <- analysis[["imputation"]]
  covariates <- as.character(unlist(analysis[["covariates"]]))
  method <- analysis[["method"]]
  rule <- if (is.null(method[["df"]])) "rubin" else method[["df"]]
  estimator <- if (is.null(method[["estimator"]])) "linear" else method[["estimator"]]
  if (is.null(FITS[[estimator]])) unknown_word("estimator", estimator)
  completed <- completed_of(model, people)
  ratio <- estimator == "logistic"
  row <- if (ratio) "odds_ratio" else "difference"
  pairs <- contrasts_of(analysis)
  fit <- function(pair) function(Y) FITS[[estimator]](Y, people, pair, covariates)
  # A comparison of two groups alone has their subjects; a regression has all.
  size <- function(pair) if (estimator %in% c("linear", "logistic")) nrow(people) else sum(people$GROUP %in% pair)
  fits <- lapply(pairs, function(pair) {
    c(fit(pair)(completed$values), list(n = size(pair), d = if (estimator == "chi_square") chi_squares_of(completed$values, people, pair)))
  })
  used <- seq_len(put_growth(fits, rule, ratio))
  completed$values <- completed$values[, used, drop = FALSE]
  for (id in group_ids(analysis)) {
    own <- people$GROUP == id
    put("mean", id, "mean", mean(completed$values[own, ]), sprintf("mean(Y[GROUP == \"%s\", ])", id))
    put("mean", id, "total", sum(own), sprintf("sum(GROUP == \"%s\")", id))
    put("mean", id, "missing", sum(completed$missing & own), sprintf("sum(imputed[GROUP == \"%s\"])", id))
  }
  for (i in seq_along(pairs)) {
    pair <- pairs[[i]]
    own <- list(Q = fits[[i]]$Q[used], U = fits[[i]]$U[used], k = fits[[i]]$k)
    name <- paste(pair, collapse = if (ratio) "/" else "-")
    put_pooled(row, name, own, fits[[i]]$n, rule, ratio)
    put_errors(row, name, own, fits[[i]]$n, rule, ratio)
    if (estimator == "chi_square") put_chi_square(name, fits[[i]]$d[used])
    put_again(row, name, if (ratio) "coefficient" else "estimate", own, fit(pair), model, people)
  }
}
