# Diagnostics of imputation models: what was observed and what was missing, from the records; how
# far the traced chains agree, from their traces; what was observed and what was imputed.

NOT_TRACED <- "the traces hold the first chains, and this is of all of them"
NO_FITS <- "how often a model of yes or no was separated is not seen in what it drew"
NOT_COUNTED <- "the results count no separated fits of transitions, so there is no number to compare"
NOTHING_ITERATES <- "none: nothing iterates"

# Gelman and Rubin's statistic of a matrix with a column for each chain.
scale_reduction <- function(draws) {
  n <- nrow(draws)
  within <- mean(apply(draws, 2, var))
  if (n < 2 || ncol(draws) < 2 || !isTRUE(within > 0)) return(NA)
  sqrt(((n - 1) / n * within + var(colMeans(draws))) / within)
}

# Each chain as two, so that a chain that drifts disagrees with itself.
split_reduction <- function(draws) {
  half <- nrow(draws) %/% 2
  first <- draws[seq_len(half), , drop = FALSE]
  scale_reduction(cbind(first, draws[nrow(draws) - half + seq_len(half), , drop = FALSE]))
}

traces_of <- function(model, variable = NULL) {
  traces <- rbind(TABLES$traces, TABLES$visits_traces)
  own <- traces$MODEL == model & if (is.null(variable)) TRUE else traces$VARIABLE == variable
  traces[own, ]
}

# What is put of a variable: how many are missing and observed, and how its chains agree.
put_variable <- function(row, model, variable, missing, observed, sweeps, method) {
  put(row, "", "missing", missing, "values that are missing, from the records")
  put(row, "", "observed", observed, "values that are there, from the records")
  put(row, "", "sweeps", sweeps, "max(SWEEP), 1 where one pass is exact")
  traces <- traces_of(model, variable)
  traces <- traces[order(traces$CHAIN, traces$SWEEP), ]
  chains <- length(unique(traces$CHAIN))
  iterates <- sweeps > 1 && chains > 0
  put(row, "", "chains", if (iterates) chains else 0, "length(unique(CHAIN)) of the traces")
  draws <- function(name) matrix(traces[[name]], ncol = chains)
  call <- function(name) if (iterates) sprintf("split_reduction(%s of the traces)", name) else NOTHING_ITERATES
  put(row, "", "convergence", if (iterates) split_reduction(draws("MEAN")) else NA, call("MEAN"))
  put(row, "", "convergence_sd", if (iterates) split_reduction(draws("SD")) else NA, call("SD"))
  if (!iterates) {
    put(row, "", "convergence_all", NA, NOTHING_ITERATES)
  } else if (chains == PLAN$settings$imputations) {
    late <- draws("MEAN")
    late <- late[seq_len(nrow(late)) > nrow(late) / 2, , drop = FALSE]
    put(row, "", "convergence_all", scale_reduction(late), "scale_reduction(MEAN of the second half of the traces)")
  } else {
    decline(row, "", "convergence_all", NOT_TRACED)
  }
  if (method %in% c("normal", "matching")) put(row, "", "separated", NA, "none: no model of yes or no") else
    decline(row, "", "separated", if (method == "transition") NOT_COUNTED else NO_FITS)
}

# A verdict given complete predictors: one model of the observed, the same for every data set.
put_verdict <- function(model, described) {
  people <- subjects()
  people <- people[people[[described[["population"]]]] %in% "Y", ]
  missing <- holds(described[["missing_when"]], people)
  row <- sprintf("%s: %s", model, described[["endpoint"]])
  predictors <- unlist(described[["predictors"]])
  if (anyNA(people[predictors])) return(decline("*", "*", "*", "R does not describe models of which a predictor is missing"))
  method <- described[["method"]]
  put_variable(row, model, described[["endpoint"]], sum(missing), sum(!missing), 1, method)
  if (method != "logistic" || any(c("by", "interactions") %in% names(described))) return(invisible())
  met <- as.numeric(people[[described[["endpoint"]]]] == "Y")[!missing]
  fit <- suppressWarnings(glm(met ~ ., data = people[!missing, predictors, drop = FALSE], family = binomial()))
  p <- fitted(fit)
  # A fit that tells an outcome without error is separated, and so in every data set.
  apart <- any(p < 1e-8 | p > 1 - 1e-8)
  put(row, "", "separated", if (apart) PLAN$settings$imputations else 0, "glm(MET ~ .): a fitted chance of 0 or 1")
}

# Which records a model by visit sees: a matrix of subjects and visits for each measure, and after
# which visit somebody has no record of any measure.
seen_by_visit <- function(described, people) {
  planned <- Filter(function(visit) !isTRUE(visit[["baseline"]]), PLAN$trial$visits)
  numbers <- vapply(planned, function(visit) as.numeric(visit[["VISITNUM"]]), 0)
  stopped <- holds(described[["missing_when"]], people)
  end <- if (is.null(described[["end"]])) rep(NA, nrow(people)) else as.numeric(people[[described[["end"]]]])
  measured <- names(Filter(function(one) is.null(one[["medication"]]), described[["measures"]]))
  last <- rep(-Inf, nrow(people))
  seen <- list()
  for (measure in measured) {
    set <- Filter(function(one) measure %in% names(one[["parameters"]]), PLAN$measurements$sets)
    records <- TABLES[[names(set)[1]]]
    records <- records[records$PARAMCD == measure & !is.na(records$AVAL) & records$USUBJID %in% people$USUBJID, ]
    who <- match(records$USUBJID, people$USUBJID)
    # What was measured after the end of somebody who stopped is not used.
    used <- !(stopped[who] & !is.na(end[who]) & as.numeric(records$ADT) > end[who])
    at <- cbind(who, match(records$VISITNUM, numbers))[used, , drop = FALSE]
    day <- as.numeric(records$ADT)[used]
    for (i in seq_along(day)) last[at[i, 1]] <- max(last[at[i, 1]], day[i])
    seen[[measure]] <- matrix(FALSE, nrow(people), length(numbers))
    seen[[measure]][at[!is.na(at[, 2]), , drop = FALSE]] <- TRUE
  }
  any <- Reduce(`|`, seen)
  final <- apply(any, 1, function(one) max(0, which(one)))
  list(seen = seen, final = final, last = last, visits = planned, nominal = vapply(planned, function(visit) as.numeric(visit[["nominal"]]), 0))
}

# Whether medication began between a visit and the one before is known up to the last record, and
# after it where medication is recorded: then it began in that stretch.
medication_known <- function(described, measure, people, of) {
  known <- outer(of$final, seq_along(of$visits), `>=`)
  if (!identical(described[["medication"]], "recorded")) return(known)
  records <- TABLES$adcm
  category <- described[["measures"]][[measure]][["medication"]]
  records <- records[records$CMCAT %in% category & !is.na(records$ASTDT) & records$USUBJID %in% people$USUBJID, ]
  planned_day <- of$nominal * days_per(PLAN$trial$visit_unit)
  for (i in seq_len(nrow(records))) {
    who <- match(records$USUBJID[i], people$USUBJID)
    if (as.numeric(records$ASTDT[i]) < of$last[who]) next
    # The first visit that is planned after it, and not one that was attended.
    visit <- max(of$final[who] + 1, which(planned_day > records$ADAYS[i])[1])
    if (isTRUE(visit <= length(of$visits))) known[who, visit] <- TRUE
  }
  known
}

put_by_visit <- function(model, described) {
  people <- TABLES$adsl
  people <- people[people[[described[["population"]]]] %in% "Y", ]
  of <- seen_by_visit(described, people)
  sweeps <- max(traces_of(model)$SWEEP)
  kind <- described[["assumption"]][["kind"]]
  by_arm <- isTRUE(described[["by_arm"]])
  arms <- sort(unique(people$ARMCD))
  for (measure in names(described[["measures"]])) {
    one <- described[["measures"]][[measure]]
    known <- if (is.null(one[["medication"]])) of$seen[[measure]] else medication_known(described, measure, people, of)
    whole <- one[["method"]] == "transition" || !(is.null(kind) || kind == "missing_at_random")
    if (whole) {
      put_variable(sprintf("%s: %s", model, measure), model, measure, sum(!known), sum(known), sweeps, one[["method"]])
      next
    }
    for (i in seq_along(of$visits)) {
      variable <- sprintf("%s, %s", measure, of$visits[[i]][["VISIT"]])
      if (all(known[, i])) next
      if (!by_arm) put_variable(sprintf("%s: %s", model, variable), model, variable, sum(!known[, i]), sum(known[, i]), sweeps, one[["method"]])
      for (j in if (by_arm) seq_along(arms) else c()) {
        own <- known[people$ARMCD == arms[j], i]
        row <- sprintf("%s: %s where %s", model, variable, arms[j])
        if (!all(own)) put_variable(row, model, variable, sum(!own), sum(own), sweeps, one[["method"]])
      }
    }
  }
}

KINDS$imputation_diagnostics <- function(analysis) {
  for (model in unlist(analysis[["models"]])) {
    stack <- TABLES[[model]]
    if (is.null(stack)) next
    described <- PLAN$imputation$models[[model]]
    if (identical(described[["kind"]], "by_visit")) put_by_visit(model, described) else put_verdict(model, described)
    for (id in ARMS()) {
      for (part in c("observed", "imputed")) {
        own <- stack[stack$ARMCD == id & if (part == "observed") stack$IMPUTATION == 0 else stack$IMPUTATION > 0, ]
        row <- sprintf("%s: %s", part, model)
        put(row, id, "total", length(unique(own$USUBJID)), sprintf("length(unique(USUBJID)) of the %s", part))
        put(row, id, "proportion", mean(own$AVAL), sprintf("mean(AVAL) of the %s", part))
      }
    }
  }
}
