# Sample size and power of two proportions, from the textbook formulas with qnorm and pnorm, and
# the exact power of Fisher's test from dbinom and dhyper.

# The pieces of a variant: the critical part, the part of the power, and the distance.
variant_of <- function(variant, p, share) {
  mean_p <- sum(p * share)
  apart <- sqrt(sum(p * (1 - p) / share))
  together <- sqrt(mean_p * (1 - mean_p) * sum(1 / share))
  switch(sub("_corrected$", "", variant),
    pooled = list(null = together, power = apart, distance = abs(p[1] - p[2])),
    unpooled = list(null = apart, power = apart, distance = abs(p[1] - p[2])),
    arcsine = {
      unit <- sqrt(sum(1 / share))
      list(null = unit, power = unit, distance = 2 * abs(asin(sqrt(p[1])) - asin(sqrt(p[2]))))
    },
    unknown_word("variant", variant)
  )
}

# Subjects of the first and second group for one unit of the allocation ratio, all not rounded.
size_of <- function(variant, p, ratio, alpha, power) {
  share <- ratio / sum(ratio)
  part <- variant_of(variant, p, share)
  total <- ((qnorm(1 - alpha / 2) * part$null + qnorm(power) * part$power) / part$distance)^2
  if (grepl("_corrected$", variant)) {
    # Fleiss: the correction takes (1 / n1 + 1 / n2) / 2 from the distance.
    inflation <- sum(1 / share) / (total * part$distance)
    total <- total / 4 * (1 + sqrt(1 + 2 * inflation))^2
  }
  total / sum(ratio)
}

KINDS$sample_size <- function(analysis) {
  design <- analysis[["design"]]
  dropout <- if (is.null(design[["dropout"]])) 0 else design[["dropout"]]
  ratio <- setNames(vapply(PLAN$trial$arms, function(arm) if (is.null(arm[["ratio"]])) 1 else as.numeric(arm[["ratio"]]), 0), ARMS())
  for (variant in unlist(design[["variants"]])) {
    largest <- list()
    for (pair in contrasts_of(analysis)) {
      p <- as.numeric(unlist(design[["proportions"]])[pair])
      call <- sprintf("ceiling(size_of(\"%s\", c(%s, %s), c(%s, %s), alpha = %s, power = %s))", variant,
                      p[1], p[2], ratio[pair[1]], ratio[pair[2]], ALPHA, design[["power"]])
      units <- ceiling(size_of(variant, p, ratio[pair], ALPHA, design[["power"]]) - 1e-9)
      evaluable <- units * ratio[pair]
      enrolled <- ceiling(evaluable / (1 - dropout) - 1e-9)
      put(variant, paste(pair, collapse = "-"), "n", sum(enrolled), call)
      for (arm in pair) largest[[arm]] <- max(c(largest[[arm]], evaluable[[arm]]))
    }
    for (arm in names(largest)) {
      put(variant, arm, "evaluable", largest[[arm]], call)
      put(variant, arm, "n", ceiling(largest[[arm]] / (1 - dropout) - 1e-9), sprintf("ceiling(%s / (1 - %s))", largest[[arm]], dropout))
    }
  }
}

fisher_power <- function(p, n, alpha) {
  power <- 0
  for (met in 0:sum(n)) {
    x <- max(0, met - n[2]):min(n[1], met)
    chance <- dhyper(x, n[1], n[2], met)
    p_value <- vapply(chance, function(one) sum(chance[chance <= one * (1 + 1e-7)]), 0)
    at <- p_value <= alpha
    power <- power + sum(dbinom(x[at], n[1], p[1]) * dbinom(met - x[at], n[2], p[2]))
  }
  power
}

power_of <- function(variant, p, n, alpha) {
  if (variant == "fisher") return(fisher_power(p, n, alpha))
  part <- variant_of(variant, p, n / sum(n))
  distance <- part$distance - if (grepl("_corrected$", variant)) sum(1 / n) / 2 else 0
  pnorm((distance * sqrt(sum(n)) - qnorm(1 - alpha / 2) * part$null) / part$power)
}

KINDS$power <- function(analysis) {
  people <- people_of(analysis)
  design <- analysis[["design"]]
  enrolled <- sapply(ARMS(), function(arm) sum(people$GROUP == arm))
  pairs <- contrasts_of(analysis)
  for (pair in pairs) {
    p <- as.numeric(unlist(design[["proportions"]])[pair])
    n <- as.integer(enrolled[pair])
    for (variant in unlist(design[["variants"]])) {
      call <- sprintf("power_of(\"%s\", c(%s, %s), c(%d, %d), alpha = %s)", variant, p[1], p[2], n[1], n[2], ALPHA)
      put(variant, test_group(pair, pairs), "power", run(call), call)
    }
  }
  for (arm in ARMS()) put("enrolled", arm, "n", enrolled[[arm]], sprintf("sum(GROUP == \"%s\")", arm))
}
