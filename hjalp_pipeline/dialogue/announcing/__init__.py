"""When releases come out: the calendar readers see, as a page and a calendar file, and the office's wheel of the year."""
