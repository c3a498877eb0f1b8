# The course of each subject: how long observed, what happened, what lasted.

# Dates under one entry of the plan, one row each, of these subjects.
dates_of <- function(entry, people) {
  where <- entry[["where"]]
  if (!is.null(entry[["records"]])) {
    records <- TABLES[[entry[["records"]]]]
    records <- records[holds(where, records) & records$USUBJID %in% people$USUBJID, ]
    found <- data.frame(USUBJID = records$USUBJID, DATE = column(records, entry[["date"]]))
  } else if (!is.null(entry[["endpoint"]])) {
    verdicts <- TABLES$adresp
    verdicts <- verdicts[verdicts$PARAMCD == entry[["endpoint"]] & verdicts$AVALC %in% "Y", ]
    verdicts <- verdicts[verdicts$USUBJID %in% people$USUBJID, ]
    found <- data.frame(USUBJID = verdicts$USUBJID, DATE = verdicts$ADT)
  } else {
    chosen <- people[holds(where, people), ]
    dates <- if (isTRUE(entry[["at_end"]])) chosen$END else column(chosen, entry[["variable"]])
    found <- data.frame(USUBJID = chosen$USUBJID, DATE = dates)
  }
  found[!is.na(found$DATE), ]
}

KINDS$courses <- function(analysis) {
  people <- people_of(analysis)
  course <- analysis[["course"]]
  type <- analysis[["method"]][["quantiles"]]
  if (is.null(type)) type <- 6
  ends <- do.call(rbind, lapply(course[["end"]], dates_of, people = people))
  ends <- ends[order(ends$DATE, decreasing = TRUE), ]
  people$END <- ends$DATE[match(people$USUBJID, ends$USUBJID)]
  people$OBSERVED <- as.numeric(people$END - column(people, course[["start"]])) / days_per(course[["unit"]])
  groups <- with_total(people, group_ids(analysis))
  marks <- sapply(course[["marks"]], function(mark) list(dates_of(mark, people)))
  names(marks) <- vapply(course[["marks"]], `[[`, "", "id")
  for (id in names(groups)) {
    own <- groups[[id]]
    put_numbers("observed", id, own$OBSERVED, type, "(END - START) / unit",
                c("n", "median", "q1", "q3", "minimum", "maximum"))
    for (name in names(marks)) {
      marked <- marks[[name]]$USUBJID
      marked <- marked[marked %in% own$USUBJID]
      put_share(name, id, length(unique(marked)), nrow(own), sprintf("length(unique(USUBJID)) of %s", name))
      put(name, id, "events", length(marked), sprintf("nrow(dates of %s)", name))
    }
    # An interval begins with the first mark and has to last: one that begins at the end is none.
    for (interval in course[["intervals"]]) {
      first <- marks[[interval[["from"]]]]
      first <- first[order(first$DATE), ]
      begun <- first$DATE[match(own$USUBJID, first$USUBJID)]
      count <- sum(!is.na(begun) & begun < own$END)
      put_share(interval[["id"]], id, count, nrow(own), sprintf("sum(from < to) of %s", interval[["id"]]))
    }
  }
}
