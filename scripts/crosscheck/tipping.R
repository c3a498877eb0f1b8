# Tipping points: every cell of a grid of what is assumed about the missing of two groups.

cell_of <- function(first, second) paste(format(first, trim = TRUE, digits = 15), format(second, trim = TRUE, digits = 15), sep = "|")

# 1, -1 or 0: on which side of zero an interval lies.
side <- function(lower, upper) if (lower > 0) 1 else if (upper < 0) -1 else 0

# The reference, how many cells tip it, and the tipped cell nearest to it.
put_summary <- function(pair, cells, reference, departure, statistic) {
  contrast <- paste(pair, collapse = "-")
  sides <- mapply(side, cells$lower, cells$upper)
  at <- match(reference, cells$row)
  put_cell <- function(row, i) {
    for (key in c("estimate", "lower", "upper", "p_value")) put(row, contrast, key, cells[[key]][i], sprintf("cell %s", cells$row[i]))
  }
  statistic(paste("reference", contrast), at)
  put_cell(paste("reference", contrast), at)
  tipped <- sides != sides[at]
  put("tipping_point", contrast, "count", sum(tipped), "sum(side(lower, upper) != side of the reference)")
  put("tipping_point", contrast, "total", length(tipped), "length(cells)")
  if (!any(tipped)) return(invisible())
  near <- which(tipped & departure <= min(departure[tipped]) + 1e-9)
  first <- near[1]
  row <- paste("nearest", contrast)
  statistic(row, first)
  put_cell(row, first)
  put(row, contrast, "departure", departure[first], "abs(first - reference) + abs(second - reference)")
  put(row, contrast, "count", length(near), "sum(departure == min(departure[tipped]))")
}

put_missing <- function(id, missing, total, met) {
  put_share("missing", id, missing, total, sprintf("sum(IMPUTED[GROUP == \"%s\"] == \"Y\")", id))
  put_share("observed", id, met, total - missing, sprintf("sum(AVAL[GROUP == \"%s\"] == 1)", id))
}

tip_counts <- function(analysis) {
  people <- people_of(analysis)
  completed <- completed_of(analysis[["imputation"]], people)
  interval <- interval_of(analysis)
  test <- analysis[["method"]][["test"]]
  if (is.null(test)) test <- "pearson_chi_square"
  tests <- c(pearson_chi_square = "FALSE", pearson_chi_square_corrected = "TRUE", fisher_exact = "")
  if (!test %in% names(tests)) unknown_word("test", test)
  # An exact interval takes seconds, and a grid has hundreds of cells.
  if (is.null(INTERVALS[[interval]]) || interval %in% c("chan_zhang", "santner_snell")) unknown_word("interval", interval)
  ids <- group_ids(analysis)
  total <- sapply(ids, function(id) sum(people$GROUP == id))
  missing <- sapply(ids, function(id) sum(completed$missing[people$GROUP == id]))
  met <- sapply(ids, function(id) sum(completed$values[people$GROUP == id & !completed$missing, 1]))
  for (id in ids) put_missing(id, missing[[id]], total[[id]], met[[id]])
  for (pair in contrasts_of(analysis)) {
    grid <- expand.grid(second = 0:missing[[pair[2]]], first = 0:missing[[pair[1]]])
    cells <- data.frame(row = paste(grid$first, grid$second, sep = "|"))
    n <- as.integer(total[pair])
    for (i in seq_len(nrow(grid))) {
      x <- as.integer(c(met[[pair[1]]] + grid$first[i], met[[pair[2]]] + grid$second[i]))
      call <- sprintf(INTERVALS[[interval]], x[1], x[2], n[1], n[2], LEVEL)
      limits <- run(call)
      table <- sprintf("matrix(c(%d, %d, %d, %d), 2)", x[1], x[2], n[1] - x[1], n[2] - x[2])
      tested <- if (test == "fisher_exact") sprintf("fisher.test(%s)$p.value", table) else
        sprintf("chisq.test(%s, correct = %s)$p.value", table, tests[[test]])
      cells$estimate[i] <- x[1] / n[1] - x[2] / n[2]
      cells$lower[i] <- limits[1]
      cells$upper[i] <- limits[2]
      cells$p_value[i] <- run(tested)
      put(cells$row[i], paste(pair, collapse = "-"), "estimate", cells$estimate[i], sprintf("%d / %d - %d / %d", x[1], n[1], x[2], n[2]))
      put(cells$row[i], paste(pair, collapse = "-"), "lower", limits[1], call)
      put(cells$row[i], paste(pair, collapse = "-"), "upper", limits[2], call)
      put(cells$row[i], paste(pair, collapse = "-"), "p_value", cells$p_value[i], tested)
    }
    # Missing at random in the nearest whole numbers: responders as among the observed.
    expected <- sapply(pair, function(id) floor(missing[[id]] * met[[id]] / (total[[id]] - missing[[id]]) + 0.5))
    departure <- abs(grid$first - expected[1]) + abs(grid$second - expected[2])
    put_summary(pair, cells, paste(expected, collapse = "|"), departure, function(row, i) {
      for (j in 1:2) put_share(row, pair[j], c(grid$first[i], grid$second[i])[j], missing[[pair[j]]], "responders among the missing")
    })
  }
}

tip_delta <- function(analysis) {
  method <- analysis[["method"]]
  grid <- TABLES[[analysis[["imputation"]]]]
  variance <- if (is.null(method[["variance"]])) "wald" else method[["variance"]]
  rule <- if (is.null(method[["df"]])) "rubin" else method[["df"]]
  ids <- group_ids(analysis)
  pick <- function(id, delta) {
    own <- grid[grid$ARMCD == id, ]
    observed <- own[own$IMPUTATION == 0, ][1, ]
    drawn <- own[own$IMPUTATION > 0 & abs(own$DELTA - delta) < 1e-9, ]
    drawn <- drawn[order(drawn$IMPUTATION), ]
    list(x = observed$RESPONDERS + drawn$RESPONDERS, n = observed$SUBJECTS + drawn$SUBJECTS[1],
         met = observed$RESPONDERS, missing = drawn$SUBJECTS[1])
  }
  for (id in ids) {
    one <- pick(id, 0)
    put_missing(id, one$missing, one$n, one$met)
  }
  for (pair in contrasts_of(analysis)) {
    contrast <- paste(pair, collapse = "-")
    deltas <- lapply(pair, function(id) sort(unique(grid$DELTA[grid$ARMCD == id & grid$IMPUTATION > 0])))
    cells <- NULL
    for (first in deltas[[1]]) for (second in deltas[[2]]) {
      one <- pick(pair[1], first)
      two <- pick(pair[2], second)
      p <- one$x / one$n
      q <- two$x / two$n
      U <- if (variance == "least_squares") {
        (one$n * p * (1 - p) + two$n * q * (1 - q)) / (one$n + two$n - 2) * (1 / one$n + 1 / two$n)
      } else if (variance == "wald") p * (1 - p) / one$n + q * (1 - q) / two$n else unknown_word("variance", variance)
      found <- pooled_statistics(p - q, U, one$n + two$n, 2, rule, FALSE)
      row <- cell_of(first, second)
      for (key in c("estimate", "standard_error", "lower", "upper", "df", "p_value")) {
        put(row, contrast, key, found$values[[key]], "mice::pool.scalar(p - q, U)")
      }
      put(row, contrast, "monte_carlo_error", sqrt(found$pooled$b / found$pooled$m), "sqrt(b / m)")
      cells <- rbind(cells, data.frame(row = row, first = first, second = second, found$values[c("estimate", "lower", "upper", "p_value")]))
    }
    departure <- abs(cells$first) + abs(cells$second)
    put_summary(pair, cells, cell_of(0, 0), departure, function(row, i) {
      put(row, pair[1], "delta", cells$first[i], "shift of the log odds")
      put(row, pair[2], "delta", cells$second[i], "shift of the log odds")
    })
  }
}

KINDS$tipping_point <- function(analysis) {
  grid <- analysis[["method"]][["grid"]]
  switch(grid, counts = tip_counts(analysis), delta = tip_delta(analysis), unknown_word("grid", grid))
}
