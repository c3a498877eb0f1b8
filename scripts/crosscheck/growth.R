# How many completed data sets are enough: the rule of the plan's reference, from the pooled numbers
# and their Monte Carlo errors (imputed.R).

# Rounded as it is printed: half away from zero, at so many decimals.
printed <- function(value, decimals) sign(value) * floor(abs(value) * 10^decimals + 0.5)

# Whether printed digits hold: the same from 2 Monte Carlo errors below to 2 above, or the error is
# below half a unit of the last of them.
digits_hold <- function(value, error, decimals) {
  isTRUE(error < 10^-decimals / 2) || isTRUE(printed(value - 2 * error, decimals) == printed(value + 2 * error, decimals))
}

# Whether estimate, limits and P value of one comparison hold with its first m data sets. With a
# chi-square test pooled by D2 that test's is the P value.
comparison_holds <- function(fits, m, rule, ratio) {
  if (m < 3) return(FALSE)
  first <- lapply(fits[c("Q", "U", "d")], head, m)
  printed_numbers <- function(i) {
    found <- pooled_statistics(first$Q[i], first$U[i], fits$n, fits$k, rule, ratio)$values
    c(found[[1]], found$lower, found$upper, if (is.null(first$d)) found$p_value else pool_d2(first$d[i], 1)$p_value)
  }
  decimals <- PLAN$formats$decimals
  if (is.null(decimals)) stop("no decimals in the plan's formats")
  decimals <- c(rep(if (ratio) decimals$ratio else decimals$difference, 3), decimals$p)
  all(mapply(digits_hold, printed_numbers(seq_len(m)), jackknife(m, printed_numbers), decimals))
}

# Puts the row and gives the number of data sets that the analysis uses: all, where the plan says
# nothing, so that there the least is all of them.
put_growth <- function(fits, rule, ratio) {
  bound <- length(fits[[1]]$Q)
  if (bound == 1) return(bound)
  least <- PLAN$settings$imputations_least
  least <- if (is.null(least)) bound else min(least, bound)
  steps <- unique(c(seq(least, bound, by = least), bound))
  holds <- function(m) all(vapply(fits, comparison_holds, logical(1), m = m, rule = rule, ratio = ratio))
  at <- Position(holds, steps)
  used <- if (is.na(at)) bound else steps[at]
  put("growth", "", "imputations", used, "the first of least, 2 least, ... at which the printed digits hold")
  put("growth", "", "bound", bound, "settings$imputations")
  put("growth", "", "least", least, "settings$imputations_least")
  put("growth", "", "stable", !is.na(at), "digits_hold(value, jackknife(...), formats$decimals) of estimate, limits and P value")
  used
}
