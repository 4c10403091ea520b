"""Mails to the office, sent to a real mail server in a process of its own, on loopback."""
