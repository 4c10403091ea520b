"""Code lists of the services: their codes, the target groups, the age groups, when the tables begin."""
