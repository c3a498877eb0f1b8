# The book in which the programs write: numbers under their addresses, each with the call that gave
# it, and addresses that R declines, each with the reason.

BOOK <- new.env()

open_book <- function() {
  BOOK$numbers <- list()
  BOOK$declined <- list()
}

# One number. `call` is the text of the expression that gave it.
put <- function(row, group, statistic, value, call, point = NA, error = NA) {
  value <- if (length(value)) as.numeric(value)[1] else NA
  BOOK$numbers[[length(BOOK$numbers) + 1]] <- list(
    row = as.character(row), group = as.character(group), statistic = statistic, point = point,
    value = if (is.finite(value)) value else NA_real_, call = call, error = error
  )
}

# Several numbers of one row and group, named by their statistics.
put_all <- function(row, group, values, call) {
  for (name in names(values)) put(row, group, name, values[[name]], call)
}

# An address that R does not compute; "*" stands for every row, group or statistic.
decline <- function(row, group, statistic, reason) {
  BOOK$declined[[length(BOOK$declined) + 1]] <-
    list(row = row, group = group, statistic = statistic, reason = reason)
}

# Stops an analysis whose plan has a word that these programs do not know; its numbers are listed.
unknown_word <- function(what, word) {
  text <- sprintf("R's programs do not know the %s %s", what, word)
  stop(structure(class = c("unknown_word", "error", "condition"), list(message = text, call = NULL)))
}

close_book <- function() {
  bind <- function(entries) {
    if (!length(entries)) return(data.frame())
    columns <- names(entries[[1]])
    as.data.frame(setNames(lapply(columns, function(name) {
      sapply(entries, `[[`, name)
    }), columns))
  }
  list(numbers = bind(BOOK$numbers), declined = bind(BOOK$declined))
}

# Evaluates the text of a call where it is asked for, so that what is printed is what ran.
run <- function(call) eval(parse(text = call), parent.frame())
