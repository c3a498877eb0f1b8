# Verdicts drawn again by R under an assumption that departs from missing at random: the model and
# its augmented rows are those of mice.impute.logreg, the assumption moves its linear predictor.

DECIDED <- c("worst_case", "best_case", "by_arm")
FROM_REFERENCE <- c("jump_to_reference", "copy_reference", "copy_increments")

# Why R does not draw under an assumption; nothing where it does.
refused_assumption <- function(described) {
  kind <- described[["assumption"]][["kind"]]
  if (kind %in% DECIDED) return(NULL)
  if (!identical(described[["method"]], "logistic")) return("R draws with an assumption by logistic models only")
  if (kind == "delta") return(NULL)
  # With the arm alone, the model of all arms has that of the reference arm in it.
  if (kind %in% FROM_REFERENCE && identical(unlist(described[["predictors"]]), "ARMCD")) return(NULL)
  sprintf("R does not draw with the assumption %s and these predictors", kind)
}

# Who is a responder among the missing where the assumption leaves nothing to chance.
decided <- function(arms, assumption) {
  switch(assumption[["kind"]], worst_case = 0 * seq_along(arms), best_case = 0 * seq_along(arms) + 1,
         by_arm = as.numeric(arms %in% unlist(assumption[["responders"]])))
}

# A matrix with a column for each data set; `frame` has the predictors, `verdict` 0, 1 or missing.
drawn_with_assumption <- function(frame, arms, verdict, described) {
  assumption <- described[["assumption"]]
  missing <- is.na(verdict)
  if (assumption[["kind"]] %in% DECIDED) {
    values <- matrix(verdict)
    values[missing, ] <- decided(arms[missing], assumption)
    return(values)
  }
  X <- model.matrix(~., frame)[, -1, drop = FALSE]
  more <- mice:::augment(verdict, !missing, X, missing)
  seen <- which(more$ry)
  model <- summary.glm(glm.fit(cbind(1, as.matrix(more$x))[seen, ], more$y[seen], weights = more$w[seen], family = quasibinomial()))
  target <- frame[missing, , drop = FALSE]
  shift <- 0
  if (assumption[["kind"]] == "delta") {
    shift <- vapply(as.character(arms[missing]), function(id) {
      delta <- assumption[["delta"]][[id]]
      if (is.null(delta)) 0 else as.numeric(delta)
    }, 0)
  } else {
    reference <- assumption[["reference"]]
    target$ARMCD[] <- if (is.null(reference)) REFERENCES()[1] else reference
  }
  at <- model.matrix(~., rbind(frame, target))[-seq_len(nrow(frame)), , drop = FALSE]
  root <- t(chol(model$cov.unscaled))
  set.seed(MICE_SEED)
  vapply(seq_len(MICE_DATA_SETS()), function(i) {
    beta <- coef(model)[, 1] + drop(root %*% rnorm(ncol(root)))
    verdict[missing] <- runif(sum(missing)) <= plogis(drop(at %*% beta) + shift)
    verdict
  }, verdict)
}

# The words for how a model was drawn again.
call_of_draws <- function(described) {
  kind <- described[["assumption"]][["kind"]]
  if (is.null(kind)) {
    method <- MICE_METHODS[[described[["method"]]]]
    return(sprintf("mice(method = \"%s\", m = %d, seed = %d); pool.scalar(Q, U)", method, MICE_DATA_SETS(), MICE_SEED))
  }
  if (kind %in% DECIDED) return(sprintf("verdicts of the missing by the assumption %s", kind))
  sprintf("drawn_with_assumption(%s), m = %d, seed = %d; pool.scalar(Q, U)", kind, MICE_DATA_SETS(), MICE_SEED)
}
