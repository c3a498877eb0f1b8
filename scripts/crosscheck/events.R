# Adverse events: overview, highest grades, deaths.

KINDS$event_overview <- function(analysis) {
  people <- people_of(analysis)
  groups <- with_total(people, group_ids(analysis))
  for (row in analysis[["rows"]]) {
    for (id in names(groups)) {
      own <- groups[[id]]
      if (!is.null(row[["subjects"]])) {
        put_share(row[["id"]], id, sum(holds(row[["subjects"]], own)), nrow(own), "sum(condition)")
        next
      }
      records <- of_group(records_of(analysis, people), id)
      records <- records[holds(row[["records"]], records), ]
      put_share(row[["id"]], id, length(unique(records$USUBJID)), nrow(own), "length(unique(USUBJID))")
      put(row[["id"]], id, "events", nrow(records), "nrow(records)")
    }
  }
}

# Each subject once a term at the highest grade; events are counted at their own grade.
KINDS$event_grades <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  grades <- unlist(analysis[["grades"]][["levels"]])
  records$RANK <- match(column(records, analysis[["grades"]][["variable"]]), grades)
  values <- column(records, analysis[["by"]])
  groups <- with_total(people, group_ids(analysis))
  for (term in c("any", sort(unique(values)))) {
    chosen <- records[term == "any" | values == term, ]
    for (id in names(groups)) {
      own <- of_group(chosen, id)
      highest <- if (nrow(own)) tapply(own$RANK, own$USUBJID, max, na.rm = TRUE) else numeric(0)
      put_share(term, id, length(unique(own$USUBJID)), nrow(groups[[id]]), "length(unique(USUBJID))")
      put(term, id, "events", nrow(own), "nrow(records)")
      for (i in seq_along(grades)) {
        row <- paste(term, grades[i], sep = "=")
        call <- sprintf("sum(tapply(rank, USUBJID, max) == %d)", i)
        put_share(row, id, sum(highest == i), nrow(groups[[id]]), call)
        put(row, id, "events", sum(own$RANK %in% i), sprintf("sum(rank == %d)", i))
      }
    }
  }
}

KINDS$deaths <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  fatal <- records[holds(analysis[["fatal"]], records), ]
  died <- people$USUBJID[holds(analysis[["died"]], people)]
  terms <- column(fatal, analysis[["by"]])
  groups <- with_total(people, group_ids(analysis))
  for (id in names(groups)) {
    own <- groups[[id]]$USUBJID
    count <- function(row, who, call) put_share(row, id, length(intersect(unique(who), own)), length(own), call)
    count("death", died, "sum(died)")
    for (term in sort(unique(terms[fatal$USUBJID %in% died]))) {
      count(paste0("death=", term), intersect(fatal$USUBJID[terms %in% term], died), "sum(died & fatal event)")
    }
    count("death=no fatal event", setdiff(died, fatal$USUBJID), "sum(died & no fatal event)")
    count("fatal", setdiff(fatal$USUBJID, died), "sum(fatal event & not died)")
  }
}
