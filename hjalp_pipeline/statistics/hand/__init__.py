"""Handicap og udsatte (voksne): services to persons, delivered by month (hand.md)."""
