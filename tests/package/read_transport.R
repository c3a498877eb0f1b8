# What R's haven reads from every transport file of a folder, as text that loses nothing: one file
# for each, a line for each value, and the labels and formats of the columns before them.
arguments <- commandArgs(trailingOnly = TRUE)
for (path in list.files(arguments[1], pattern = "\\.xpt$", full.names = TRUE)) {
  held <- haven::read_xpt(path)
  lines <- c(as.character(nrow(held)), as.character(ncol(held)))
  for (name in names(held)) {
    column <- held[[name]]
    label <- attr(column, "label", exact = TRUE)
    # 17 digits are enough to tell any two numbers apart. Dates are days since 1970 in R.
    values <- if (inherits(column, "Date")) {
      sprintf("%.17g", as.numeric(column) + as.numeric(as.Date("1970-01-01") - as.Date("1960-01-01")))
    } else if (is.numeric(column)) {
      sprintf("%.17g", column)
    } else {
      as.character(column)
    }
    values[is.na(column)] <- ""
    kind <- if (is.character(column)) "text" else "number"
    lines <- c(lines, name, if (is.null(label)) "" else label, kind, values)
  }
  writeLines(lines, file.path(arguments[2], sub("\\.xpt$", ".txt", basename(path))))
}
