"""When releases come out: the calendar, its file, the wheel of the year."""
