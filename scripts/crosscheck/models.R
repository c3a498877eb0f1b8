# Models of an endpoint: glm.

term_of <- function(values) if (is.character(values)) as.numeric(values == "Y") else values

KINDS$logistic <- function(analysis) {
  people <- with_verdict(analysis)
  terms <- unlist(analysis[["terms"]])
  frame <- as.data.frame(lapply(setNames(terms, terms), function(term) term_of(column(people, term))))
  frame$MET <- as.numeric(people$VERDICT == "Y")
  kept <- complete.cases(frame)
  frame <- frame[kept, ]
  call <- sprintf("glm(MET ~ %s, family = binomial)", paste(terms, collapse = " + "))
  fit <- glm(reformulate(terms, "MET"), binomial, frame, control = glm.control(epsilon = 1e-14, maxit = 100))
  table <- summary(fit)$coefficients
  z <- qnorm((1 + LEVEL) / 2)
  for (name in c("(Intercept)", terms)) {
    row <- if (name == "(Intercept)") "intercept" else name
    b <- table[name, 1]
    se <- table[name, 2]
    put(row, "", "coefficient", b, paste0("coef(", call, ")"))
    put(row, "", "standard_error", se, paste0("summary(", call, ")$coefficients[, 2]"))
    put(row, "", "odds_ratio", exp(b), paste0("exp(coef(", call, "))"))
    put(row, "", "lower", exp(b - z * se), paste0("exp(confint.default(", call, "))"))
    put(row, "", "upper", exp(b + z * se), paste0("exp(confint.default(", call, "))"))
    put(row, "", "p_value", table[name, 4], paste0("summary(", call, ")$coefficients[, 4]"))
    put(row, "", "level", LEVEL, "settings$confidence_level")
  }
  put("model", "", "n", nrow(frame), paste0("nobs(", call, ")"))
  put("model", "", "events", sum(frame$MET), "sum(MET)")
  for (term in terms) {
    values <- column(people, term)[kept]
    if (!is.character(values)) next
    for (level in c("Y", "N")) {
      call <- sprintf("sum(MET[%s == \"%s\"])", term, level)
      met <- frame$MET[values == level]
      row <- paste(term, level, sep = "=")
      put(row, "", "count", sum(met), call)
      put(row, "", "total", length(met), sprintf("sum(%s == \"%s\")", term, level))
      put(row, "", "proportion", mean(met), sprintf("mean(MET[%s == \"%s\"])", term, level))
    }
  }
}
