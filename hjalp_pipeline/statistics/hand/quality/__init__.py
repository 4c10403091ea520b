"""The quality declaration's part that is about the services: small numbers, terms, target groups, page."""
