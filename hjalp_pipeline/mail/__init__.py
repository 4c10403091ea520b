"""Mails to the office: what has happened that nobody was looking at, told in counts and names of kommuner alone."""
