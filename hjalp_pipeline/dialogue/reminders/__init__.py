"""Calendar and reminders: who owes what since when, what is sent, and the page for the office (seed 2.14, 3.4, 3.5)."""
