# Which cells GaussSuppression hides of a table: Rscript gausssuppression.R TABLE.csv LEVELS OUT, for bench/peers.py.
# LEVELS: the areas' columns from the top, with commas. OUT: area, sex, age of each hidden cell by tabs, after a line with
# the package's version. Counts of 1 and 2 are primary, zeros are shown, everything else is as the package has it.
arguments <- commandArgs(TRUE)
suppressMessages(library(GaussSuppression))
levels <- strsplit(arguments[2], ",")[[1]]
table <- read.csv(arguments[1], fileEncoding = "UTF-8-BOM", colClasses = "character", check.names = FALSE)
table$count <- as.integer(table$count)
found <- SuppressSmallCounts(
  table, maxN = 2, freqVar = "count", dimVar = c(levels, "sex", "age"), protectZeros = FALSE, printInc = FALSE
)
hidden <- found[found$suppressed, c(levels[length(levels)], "sex", "age")]
out <- file(arguments[3], open = "w", encoding = "UTF-8")
writeLines(as.character(packageVersion("GaussSuppression")), out)
write.table(hidden, out, sep = "\t", row.names = FALSE, col.names = FALSE, quote = FALSE)
close(out)
