# Measurements over the visits, what is missing, and shifts.

KINDS$measurements_over_time <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  type <- analysis[["method"]][["quantiles"]]
  if (is.null(type)) type <- 6
  ids <- c(group_ids(analysis), "TOTAL")
  for (id in ids) {
    own <- of_group(records, id)
    at <- 0
    for (visit in PLAN$trial$visits) {
      values <- own$AVAL[own$VISITNUM %in% visit[["VISITNUM"]]]
      name <- sprintf("AVAL[VISITNUM == %s]", visit[["VISITNUM"]])
      put_numbers(visit[["VISIT"]], id, values, type, name)
      known <- values[!is.na(values)]
      if (!length(known)) next
      put("curve", id, "time", visit[["nominal"]], "visits$nominal", at)
      put("curve", id, "n", length(known), sprintf("length(%s)", name), at)
      for (part in list(list("q1", 0.25), list("median", 0.5), list("q3", 0.75))) {
        call <- sprintf("quantile(%s, %s, type = %d)", name, part[[2]], as.integer(type))
        put("curve", id, part[[1]], quantile(known, part[[2]], type = type), call, at)
      }
      at <- at + 1
    }
  }
}

KINDS$missing_patterns <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  records <- records[!is.na(records$AVAL), ]
  visits <- vapply(PLAN$trial$visits, `[[`, "", "VISIT")
  numbers <- vapply(PLAN$trial$visits, function(visit) as.numeric(visit[["VISITNUM"]]), 0)
  seen <- vapply(numbers, function(number) {
    people$USUBJID %in% records$USUBJID[records$VISITNUM %in% number]
  }, logical(nrow(people)))
  dim(seen) <- c(nrow(people), length(numbers))
  last <- apply(seen, 1, function(row) if (any(row)) max(which(row)) else 0)
  through <- apply(seen, 1, sum)
  class <- ifelse(last == 0, "never", ifelse(through == length(numbers), "complete",
                  ifelse(through == last, "monotone", "intermittent")))
  pattern <- apply(seen, 1, function(row) paste(as.integer(row), collapse = ""))
  for (id in c(group_ids(analysis), "TOTAL")) {
    own <- id == "TOTAL" | people$GROUP == id
    count <- function(row, chosen, call) put_share(row, id, sum(chosen & own), sum(own), call)
    for (i in seq_along(visits)) {
      count(paste0("measured=", visits[i]), seen[, i], sprintf("length(unique(USUBJID[VISITNUM == %s]))", numbers[i]))
    }
    for (name in c("complete", "monotone", "intermittent", "never")) {
      count(paste0("class=", name), class == name, sprintf("sum(class == \"%s\")", name))
    }
    for (i in seq_len(length(visits) - 1)) {
      count(paste0("last=", visits[i]), class == "monotone" & last == i, sprintf("sum(class == \"monotone\" & last == %d)", i))
    }
    for (one in unique(pattern)) {
      count(paste0("pattern=", one), pattern == one, sprintf("sum(pattern == \"%s\")", one))
    }
  }
}

# The category at baseline against that of the last, lowest or highest value of a period.
KINDS$shift <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  shift <- analysis[["shift"]]
  limit <- if (is.null(shift[["to_day"]])) Inf else shift[["to_day"]]
  cuts <- unlist(lapply(shift[["categories"]], `[[`, "below"))
  ids <- vapply(shift[["categories"]], `[[`, "", "id")
  category <- function(value) ifelse(is.na(value), "missing", ids[findInterval(value, cuts) + 1])
  base <- records$BASE[match(people$USUBJID, records$USUBJID)]
  later <- records[!is.na(records$AVAL) & records$ADAYS >= shift[["from_day"]] & records$ADAYS <= limit, ]
  order_by <- switch(shift[["pick"]],
    last = order(later$ADT, later$SRCSEQ, decreasing = TRUE),
    lowest = order(later$AVAL),
    highest = order(later$AVAL, decreasing = TRUE),
    unknown_word("pick", shift[["pick"]])
  )
  later <- later[order_by, ]
  picked <- later$AVAL[match(people$USUBJID, later$USUBJID)]
  from <- category(base)
  to <- category(picked)
  for (id in c(group_ids(analysis), "TOTAL")) {
    own <- id == "TOTAL" | people$GROUP == id
    for (row in c(ids, "missing", "total")) {
      for (name in c(ids, "missing", "total")) {
        chosen <- own & (row == "total" | from == row) & (name == "total" | to == name)
        call <- sprintf("addmargins(table(from, to))[\"%s\", \"%s\"]", row, name)
        put_share(paste(row, "to", name), id, sum(chosen), sum(own), call)
      }
    }
  }
}
