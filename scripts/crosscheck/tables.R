# The exported tables, the plan's conditions, subjects and groups.

read_tables <- function(folder) {
  files <- sort(list.files(folder, "[.]xpt$", full.names = TRUE), method = "radix")
  setNames(lapply(files, read_one), sub("[.]xpt$", "", basename(files)))
}

read_one <- function(path) {
  table <- as.data.frame(haven::read_xpt(path))
  for (name in names(table)) {
    values <- haven::zap_label(haven::zap_formats(table[[name]]))
    if (is.character(values)) values[values == ""] <- NA
    table[[name]] <- values
  }
  table
}

column <- function(table, name) {
  if (is.null(name) || is.null(table[[name]])) stop(sprintf("no variable %s", name))
  table[[name]]
}

# Whether a condition of the plan holds, for each row; a comparison with a missing value does not.
holds <- function(condition, table) {
  always <- rep(TRUE, nrow(table))
  if (!length(condition)) return(always)
  parts <- function(name) lapply(condition[[name]], holds, table = table)
  if (!is.null(condition[["all"]])) return(Reduce(`&`, parts("all"), always))
  if (!is.null(condition[["any"]])) return(Reduce(`|`, parts("any"), !always))
  if (!is.null(condition[["not"]])) return(!holds(condition[["not"]], table))
  values <- column(table, condition[["variable"]])
  if (!is.null(condition[["missing"]])) return(is.na(values) == condition[["missing"]])
  if (!is.null(condition[["in"]])) return(values %in% unlist(condition[["in"]]) & !is.na(values))
  if (!is.null(condition[["is"]])) return(!is.na(values) & values == condition[["is"]])
  other <- if (is.null(condition[["other"]])) condition[["value"]] else column(table, condition[["other"]])
  compared <- match.fun(condition[["operator"]])(values, other)
  !is.na(compared) & compared
}

ARMS <- function() vapply(PLAN$trial$arms, `[[`, "", "code")
REFERENCES <- function() {
  marked <- vapply(PLAN$trial$arms, function(arm) isTRUE(arm[["reference"]]), logical(1))
  ARMS()[marked]
}

# Subjects with a column for each endpoint: Y, N, or missing without a verdict.
subjects <- function() {
  table <- TABLES$adsl
  verdicts <- TABLES$adresp
  for (code in unique(verdicts$PARAMCD)) {
    one <- verdicts[verdicts$PARAMCD == code, ]
    table[[code]] <- one$AVALC[match(table$USUBJID, one$USUBJID)]
  }
  table
}

group_ids <- function(analysis) {
  groups <- analysis[["groups"]]
  if (is.null(groups)) return(ARMS())
  vapply(groups[["levels"]], function(level) as.character(level[["value"]]), "")
}

# The subjects of an analysis: of its population and subset, in one of its groups (GROUP).
people_of <- function(analysis) {
  table <- subjects()
  population <- analysis[["population"]]
  if (!is.null(population)) table <- table[table[[population]] %in% "Y", ]
  table <- table[holds(analysis[["subset"]], table), ]
  variable <- if (is.null(analysis[["groups"]])) "ARMCD" else analysis[["groups"]][["variable"]]
  table$GROUP <- as.character(column(table, variable))
  table[table$GROUP %in% group_ids(analysis), ]
}

# Pairs of groups, first against second: those of the plan, else each arm against each reference.
contrasts_of <- function(analysis) {
  given <- analysis[["contrasts"]]
  if (!is.null(given)) return(lapply(given, function(pair) as.character(unlist(pair))))
  pairs <- list()
  for (reference in REFERENCES()) {
    for (arm in setdiff(ARMS(), REFERENCES())) pairs[[length(pairs) + 1]] <- c(arm, reference)
  }
  pairs
}

# Where the tests of a contrast stand: without a group where there is but one contrast.
test_group <- function(pair, pairs, joint = "-") {
  if (length(pairs) == 1) "" else paste(pair, collapse = joint)
}

# Each group, and all of them together last, as a list of subjects' rows by group.
with_total <- function(people, ids) {
  c(sapply(ids, function(id) people[people$GROUP == id, ], simplify = FALSE), list(TOTAL = people))
}

# Records of a table that belong to these subjects, with their GROUP.
records_of <- function(analysis, people) {
  records <- TABLES[[analysis[["records"]]]]
  parameter <- analysis[["parameter"]]
  if (!is.null(parameter)) records <- records[records$PARAMCD %in% parameter, ]
  records <- records[holds(analysis[["where"]], records), ]
  records$GROUP <- people$GROUP[match(records$USUBJID, people$USUBJID)]
  records[!is.na(records$GROUP), ]
}

of_group <- function(table, id) if (id == "TOTAL") table else table[table$GROUP == id, ]

put_share <- function(row, group, count, total, call) {
  put(row, group, "count", count, call)
  put(row, group, "total", total, sprintf("sum(GROUP == \"%s\")", group))
  put(row, group, "proportion", count / total, sprintf("%d / %d", as.integer(count), as.integer(total)))
}

# The summary of numbers: how many, quartiles of the plan's type, mean and standard deviation.
put_numbers <- function(row, group, values, type, name, only = NULL) {
  known <- values[!is.na(values)]
  empty <- !length(known)
  quartile <- function(p) {
    call <- sprintf("quantile(%s, %s, type = %d)", name, p, as.integer(type))
    list(value = if (empty) NA else unname(quantile(known, p, type = type)), call = call)
  }
  numbers <- list(
    n = list(value = length(known), call = sprintf("sum(!is.na(%s))", name)),
    missing = list(value = sum(is.na(values)), call = sprintf("sum(is.na(%s))", name)),
    median = list(value = if (empty) NA else median(known), call = sprintf("median(%s)", name)),
    q1 = quartile(0.25), q3 = quartile(0.75),
    mean = list(value = if (empty) NA else mean(known), call = sprintf("mean(%s)", name)),
    sd = list(value = sd(known), call = sprintf("sd(%s)", name)),
    minimum = list(value = if (empty) NA else min(known), call = sprintf("min(%s)", name)),
    maximum = list(value = if (empty) NA else max(known), call = sprintf("max(%s)", name))
  )
  for (key in if (is.null(only)) names(numbers) else only) {
    put(row, group, key, numbers[[key]]$value, numbers[[key]]$call)
  }
}

days_per <- function(unit) {
  days <- c(day = 1, week = 7, month = 365.25 / 12, year = 365.25)[unit]
  if (is.na(days)) unknown_word("unit", unit)
  unname(days)
}
