"""The rules of the services, H1-H7."""
