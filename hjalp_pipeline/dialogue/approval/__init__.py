"""What kommuner decide, and the reports they decide on: one per kommune and reference year (seed 3.4, 5.6, R12)."""
