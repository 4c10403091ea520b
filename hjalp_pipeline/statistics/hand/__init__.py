"""The second statistic: services to grown-up persons with disabilities and other exposed persons, from the kommuner."""
