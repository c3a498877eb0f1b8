# Description of subjects: counts and quartiles of what ADSL and the records say.

KINDS$baseline <- function(analysis) {
  people <- people_of(analysis)
  type <- analysis[["method"]][["quantiles"]]
  if (is.null(type)) type <- 6
  groups <- with_total(people, group_ids(analysis))
  for (entry in analysis[["variables"]]) {
    variable <- entry[["variable"]]
    for (id in names(groups)) {
      values <- column(groups[[id]], variable)
      name <- if (id == "TOTAL") variable else sprintf("%s[GROUP == \"%s\"]", variable, id)
      known <- sum(!is.na(values))
      if (entry[["summary"]] == "numbers") {
        put_numbers(variable, id, values, type, name)
      } else if (entry[["summary"]] == "flag") {
        put_share(variable, id, sum(values %in% "Y"), known, sprintf("sum(%s == \"Y\")", name))
      } else {
        for (level in entry[["levels"]]) {
          call <- sprintf("sum(%s == \"%s\")", name, level)
          put_share(paste(variable, level, sep = "="), id, sum(values %in% level), known, call)
        }
      }
    }
  }
}

# Subjects with at least one record, and records, in all and by the values of a variable.
put_incidence <- function(analysis, rows, records, people) {
  groups <- with_total(people, group_ids(analysis))
  for (row in names(rows)) {
    for (id in names(groups)) {
      own <- of_group(records[rows[[row]], ], id)
      call <- sprintf("length(unique(USUBJID)) of records of %s", id)
      put_share(row, id, length(unique(own$USUBJID)), nrow(groups[[id]]), call)
      put(row, id, "events", nrow(own), sprintf("nrow(records of %s)", id))
    }
  }
}

KINDS$subjects_with_records <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  values <- column(records, analysis[["by"]])
  levels <- unlist(analysis[["levels"]])
  if (is.null(levels)) levels <- sort(unique(values))
  rows <- c(list(any = rep(TRUE, nrow(records))), sapply(levels, function(level) values %in% level, simplify = FALSE))
  put_incidence(analysis, rows, records, people)
}
KINDS$event_terms <- KINDS$subjects_with_records

KINDS$disposition <- function(analysis) {
  flow <- analysis[["flow"]]
  everybody <- subjects()
  put_rows <- function(row, table, among, groups) {
    for (id in groups) {
      total <- nrow(of_group(among, id))
      put_share(row, id, nrow(of_group(table, id)), total, sprintf("sum(%s)", row))
    }
  }
  everybody$GROUP <- everybody$ARMCD
  randomised <- everybody[everybody$RANDFL %in% "Y", ]
  outside <- everybody[!everybody$RANDFL %in% "Y", ]
  put_rows("screened", everybody, everybody, "TOTAL")
  put_rows("excluded", outside, everybody, "TOTAL")
  if (!is.null(flow[["excluded_by"]])) {
    reasons <- column(outside, flow[["excluded_by"]])
    for (reason in unique(reasons[!is.na(reasons)])) {
      put_rows(paste0("excluded=", reason), outside[reasons %in% reason, ], everybody, "TOTAL")
    }
  }
  ids <- c(ARMS(), "TOTAL")
  put_rows("randomised", randomised, randomised, ids)
  if (!is.null(flow[["treated"]])) {
    treated <- holds(flow[["treated"]], randomised)
    put_rows("treated", randomised[treated, ], randomised, ids)
    put_rows("untreated", randomised[!treated, ], randomised, ids)
  }
  status <- column(randomised, flow[["status"]])
  put_rows("completed", randomised[status %in% flow[["completed"]], ], randomised, ids)
  stopped <- randomised[status %in% flow[["discontinued"]], ]
  put_rows("discontinued", stopped, randomised, ids)
  reasons <- column(stopped, flow[["reason"]])
  for (reason in unique(reasons[!is.na(reasons)])) {
    put_rows(paste0("discontinued=", reason), stopped[reasons %in% reason, ], randomised, ids)
  }
  if (!is.null(flow[["time"]])) {
    times <- column(stopped, flow[["time"]])
    for (time in unique(times[!is.na(times)])) {
      put_rows(paste0("time=", time), stopped[times %in% time, ], randomised, ids)
      for (reason in unique(reasons[times %in% time & !is.na(reasons)])) {
        both <- stopped[times %in% time & reasons %in% reason, ]
        put_rows(sprintf("time=%s, %s", time, reason), both, randomised, ids)
      }
    }
  }
  for (population in unlist(flow[["populations"]])) {
    inside <- randomised[[population]] %in% "Y"
    put_rows(population, randomised[inside, ], randomised, ids)
    left <- randomised[!inside, ]
    put_rows(paste("outside", population), left, randomised, ids)
    why <- left[[sub("FL$", "RS", population)]]
    for (reason in unique(why[!is.na(why)])) {
      put_rows(sprintf("outside %s=%s", population, reason), left[why %in% reason, ], randomised, ids)
    }
  }
}

KINDS$population_membership <- function(analysis) {
  everybody <- subjects()
  everybody$GROUP <- ifelse(everybody$ARMCD %in% ARMS(), everybody$ARMCD, "NONE")
  ids <- c(ARMS(), if (any(everybody$GROUP == "NONE")) "NONE", "TOTAL")
  named <- unlist(analysis[["populations"]])
  if (is.null(named)) named <- names(PLAN$subjects$populations)
  for (population in named) {
    reasons <- vapply(PLAN$subjects$populations[[population]][["keep"]], `[[`, "", "otherwise")
    for (id in ids) {
      own <- of_group(everybody, id)
      flag <- own[[population]]
      put_share(population, id, sum(flag %in% "Y"), nrow(own), sprintf("sum(%s == \"Y\")", population))
      why <- sub("FL$", "RS", population)
      for (reason in unique(reasons)) {
        call <- sprintf("sum(%s == \"%s\")", why, reason)
        put_share(paste(population, reason, sep = "="), id, sum(own[[why]] %in% reason & !flag %in% "Y"), nrow(own), call)
      }
    }
  }
}

KINDS$attendance <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  groups <- with_total(people, group_ids(analysis))
  for (visit in PLAN$trial$visits) {
    for (id in names(groups)) {
      at <- of_group(records, id)
      at <- unique(at$USUBJID[at$VISITNUM %in% visit[["VISITNUM"]]])
      call <- sprintf("length(unique(USUBJID[VISITNUM == %s]))", visit[["VISITNUM"]])
      put_share(visit[["VISIT"]], id, length(at), nrow(groups[[id]]), call)
    }
  }
}

# A visit is expected of whoever was in the study on its planned day, and of whoever attended it.
KINDS$visit_adherence <- function(analysis) {
  people <- people_of(analysis)
  records <- records_of(analysis, people)
  start <- people$TRTSDT[match(records$USUBJID, people$USUBJID)]
  records$DAY <- as.numeric(as.Date(records$SVSTDTC) - start)
  left <- as.numeric(column(people, analysis[["left"]]) - people$TRTSDT)
  scale <- if (PLAN$trial$visit_unit == "week") 7 else 1
  totals <- list()
  add <- function(row, id, count, total) {
    key <- paste(row, id, sep = "\r")
    totals[[key]] <<- c(count, total) + if (is.null(totals[[key]])) 0 else totals[[key]]
    c(count, total)
  }
  ids <- c(group_ids(analysis), "TOTAL")
  for (visit in PLAN$trial$visits) {
    planned <- visit[["nominal"]] * scale
    at <- records[records$VISITNUM %in% visit[["VISITNUM"]], ]
    at <- at[!duplicated(at$USUBJID), ]
    done <- people$USUBJID %in% at$USUBJID
    expected <- done | is.na(left) | left >= planned
    early <- planned - visit[["early"]]
    late <- planned + visit[["late"]]
    inside <- people$USUBJID %in% at$USUBJID[!is.na(at$DAY) & at$DAY >= early & at$DAY <= late]
    for (id in ids) {
      own <- id == "TOTAL" | people$GROUP == id
      name <- visit[["VISIT"]]
      pair <- add("done", id, sum(done & own), sum(expected & own))
      put_share(paste0("done=", name), id, pair[1], pair[2], "sum(done)")
      pair <- add("window", id, sum(inside & own), sum(done & own))
      put_share(paste0("window=", name), id, pair[1], pair[2], sprintf("sum(DAY >= %s & DAY <= %s)", early, late))
    }
  }
  for (id in ids) {
    for (row in c("done", "window")) {
      pair <- totals[[paste(row, id, sep = "\r")]]
      put_share(row, id, pair[1], pair[2], sprintf("sum over visits of %s", row))
    }
  }
}

# Doses are given once a record, or once on each day of it.
KINDS$exposure <- function(analysis) {
  people <- people_of(analysis)
  type <- analysis[["method"]][["quantiles"]]
  if (is.null(type)) type <- 6
  groups <- with_total(people, group_ids(analysis))
  for (treatment in analysis[["treatments"]]) {
    records <- records_of(analysis, people)
    records <- records[records$EXTRT %in% treatment[["value"]], ]
    records$DAYS <- as.numeric(records$AENDT - records$ASTDT) + 1
    records$GIVEN <- records$EXDOSE * if (treatment[["dose"]] == "per_day") records$DAYS else 1
    stopped <- if (is.null(analysis[["interrupted"]])) NULL else holds(analysis[["interrupted"]], records)
    for (id in names(groups)) {
      row <- function(what) paste(treatment[["value"]], what)
      own <- of_group(records, id)
      treated <- unique(own$USUBJID)
      put_share(row("treated"), id, length(treated), nrow(groups[[id]]), "length(unique(USUBJID))")
      if (!is.null(stopped)) {
        halted <- unique(of_group(records[stopped, ], id)$USUBJID)
        put_share(row("interrupted"), id, length(halted), length(treated), "length(unique(USUBJID[interrupted]))")
      }
      by <- factor(own$USUBJID, treated)
      sums <- function(values) if (length(treated)) as.numeric(tapply(values, by, sum)) else numeric(0)
      put_numbers(row("records"), id, sums(rep(1, nrow(own))), type, "tapply(EXTRT, USUBJID, length)")
      put_numbers(row("days"), id, sums(own$DAYS), type, "tapply(AENDT - ASTDT + 1, USUBJID, sum)")
      put_numbers(row("dose"), id, sums(own$GIVEN), type, "tapply(dose, USUBJID, sum)")
    }
  }
}
