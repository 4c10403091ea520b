"""What a kommune decides of a year, and its own part of the approval report: figures, what looks odd, page and sheets."""
