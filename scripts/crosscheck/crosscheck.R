# The second opinion by R: every planned analysis again, from the exported tables and the plan.
#
#   Rscript --vanilla crosscheck.R TABLES PLAN ANSWERS
#
# TABLES is a folder of XPT files, PLAN a JSON file, ANSWERS the JSON file that is written. The
# programs beside this one know a family of analyses each and register what they know under its
# kind in KINDS: a function of one analysis that puts its numbers under their addresses. They were
# written from the plan's reference (config/README.md) and R's own functions, not from our
# estimators. A kind that no program registers is listed as not known, never passed over.

options(digits = 17, warn = 1, contrasts = c("contr.treatment", "contr.poly"))
NEEDED <- c("jsonlite", "haven", "survival", "mice", "metafor", "brglm2")
absent <- NEEDED[!vapply(NEEDED, requireNamespace, logical(1), quietly = TRUE)]
if (length(absent)) {
  message("missing R packages: ", paste(absent, collapse = ", "))
  quit(save = "no", status = 3)
}
suppressPackageStartupMessages(library(survival))

arguments <- commandArgs(trailingOnly = TRUE)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
KINDS <- list()
for (name in sort(setdiff(list.files(here, "[.]R$"), "crosscheck.R"), method = "radix")) {
  source(file.path(here, name), encoding = "UTF-8")
}

PLAN <- jsonlite::fromJSON(arguments[2], simplifyVector = FALSE)
TABLES <- read_tables(arguments[1])
LEVEL <- PLAN$settings$confidence_level
ALPHA <- PLAN$settings$significance_level

# What one analysis was answered, declined, or stopped by.
take <- function(id) {
  analysis <- c(PLAN$analyses$analyses[[id]], list(id = id))
  kind <- analysis[["kind"]]
  open_book()
  if (is.null(KINDS[[kind]])) {
    decline("*", "*", "*", sprintf("R's programs do not know the kind %s", kind))
  } else {
    tryCatch(
      suppressWarnings(KINDS[[kind]](analysis)),
      unknown_word = function(e) decline("*", "*", "*", conditionMessage(e)),
      error = function(e) stop(sprintf("%s (%s): %s", id, kind, conditionMessage(e)), call. = FALSE)
    )
  }
  closed <- close_book()
  lapply(closed, function(table) if (nrow(table)) cbind(analysis = id, table) else NULL)
}

taken <- lapply(names(PLAN$analyses$analyses), take)
version_of <- function(name) jsonlite::unbox(as.character(packageVersion(name)))
output <- list(
  numbers = do.call(rbind, lapply(taken, `[[`, "numbers")),
  declined = do.call(rbind, lapply(taken, `[[`, "declined")),
  software = c(
    R = list(jsonlite::unbox(paste(R.version$major, R.version$minor, sep = "."))),
    sapply(NEEDED, version_of, simplify = FALSE)
  )
)
write(
  jsonlite::toJSON(output, dataframe = "columns", digits = NA, na = "null", null = "null"),
  arguments[3]
)
