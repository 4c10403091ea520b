"""What is in deploy/, with real services: PostgreSQL, Redis, workers, a wheel."""
