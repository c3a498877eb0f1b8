# Diagnostics of imputation models: what was observed and what was imputed.

KINDS$imputation_diagnostics <- function(analysis) {
  for (model in unlist(analysis[["models"]])) {
    stack <- TABLES[[model]]
    if (is.null(stack)) next
    # A model by visit has its variables at each visit; what is drawn there is not in the stack.
    by_visit <- identical(PLAN$imputation$models[[model]][["kind"]], "by_visit")
    endpoint <- PLAN$imputation$models[[model]][["endpoint"]]
    for (part in if (by_visit) c() else c("missing", "observed")) {
      own <- stack[if (part == "observed") stack$IMPUTATION == 0 else stack$IMPUTATION > 0, ]
      put(sprintf("%s: %s", model, endpoint), "", part, length(unique(own$USUBJID)), "length(unique(USUBJID))")
    }
    for (id in ARMS()) {
      for (part in c("observed", "imputed")) {
        own <- stack[stack$ARMCD == id & if (part == "observed") stack$IMPUTATION == 0 else stack$IMPUTATION > 0, ]
        row <- sprintf("%s: %s", part, model)
        put(row, id, "total", length(unique(own$USUBJID)), sprintf("length(unique(USUBJID)) of the %s", part))
        put(row, id, "proportion", mean(own$AVAL), sprintf("mean(AVAL) of the %s", part))
      }
    }
  }
  decline("*", "*", "*", "traces and convergence are of chains that only our engine runs")
}
